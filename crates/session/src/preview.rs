//! What the control panel shows of the running program.

use crate::private;
use crate::thumbnails::{Small, Stills};
use backlot_guard::Seen;
use backlot_media::Size;
use backlot_panel::{Motif, Sketch, View, ViewKind, ViewWish, Views};
use backlot_pipeline::live::{self, Backlog, Viewing};
use backlot_scene::config::Config;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Who looks, in the status.
pub(crate) const NAME: &str = "panel";

/// What previews have to know of the run.
#[derive(Debug)]
pub(crate) struct Facts {
    /// The settings.
    config: Mutex<Arc<Config>>,
    /// Whether a program watches, so that the camera is open anyway.
    is_watched: AtomicBool,
    /// What small pictures are drawn of.
    pub stills: Stills,
}

impl Facts {
    /// Of a run that nobody watches.
    pub fn new(config: Config) -> Self {
        let config = Mutex::new(Arc::new(config));
        Self { config, is_watched: AtomicBool::new(false), stills: Stills::default() }
    }

    /// Follows the settings.
    pub fn follow(&self, config: Config) {
        *self.config.lock().unwrap_or_else(PoisonError::into_inner) = Arc::new(config);
    }

    /// The settings of now.
    fn config(&self) -> Arc<Config> {
        Arc::clone(&self.config.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Tells whether a program watches.
    pub fn watched(&self, is_watched: bool) {
        self.is_watched.store(is_watched, Ordering::Relaxed);
    }

    /// The size of a picture of a width.
    fn size(&self, width: u32) -> Option<Size> {
        let whole = self.config().camera.size;
        let width = width.min(whole.width);
        let height = u64::from(width) * u64::from(whole.height) / u64::from(whole.width);
        let size = Size::new(width, u32::try_from(height).ok()?.max(2)).ok()?;
        Some(size.rounded_to_even())
    }
}

/// Opens previews.
pub(crate) struct Previews {
    pub viewing: Viewing,
    pub facts: Arc<Facts>,
}

impl Views for Previews {
    fn look(&self, wish: &ViewWish) -> Result<Box<dyn View>, String> {
        let scene = match wish.kind {
            ViewKind::Viewers => wish.scene.clone(),
            ViewKind::Matte => Some(private::matte_of(wish.scene.as_deref())),
            ViewKind::Camera => Some(private::CAMERA.to_owned()),
            ViewKind::Whole => Some(private::whole_of(wish.layer.as_deref().unwrap_or_default())),
        };
        let wanted = live::ViewWish {
            scene,
            size: self.facts.size(wish.width),
            rate: Some(wish.rate),
            ..live::ViewWish::new(NAME, Backlog::Latest)
        };
        let (viewing, facts) = (self.viewing.clone(), Arc::clone(&self.facts));
        let mut preview =
            Preview { viewing, facts, wanted, is_asked_for: wish.is_asked_for, open: None };
        preview.open_if_due()?;
        Ok(Box::new(preview))
    }

    fn sketch(&self, motif: &Motif) -> Result<Box<dyn Sketch>, String> {
        let Facts { stills, .. } = &*self.facts;
        let small = Small::new(motif, &self.facts.config(), stills, &self.viewing)?;
        Ok(Box::new(small))
    }
}

/// A preview. One that may not open the camera is open while a program watches.
struct Preview {
    viewing: Viewing,
    facts: Arc<Facts>,
    wanted: live::ViewWish,
    is_asked_for: bool,
    open: Option<live::View>,
}

impl Preview {
    fn open_if_due(&mut self) -> Result<(), String> {
        let facts = &self.facts;
        let is_due = self.is_asked_for
            || facts.config().preview.opens_camera
            || facts.is_watched.load(Ordering::Relaxed);
        match (&self.open, is_due) {
            (None, true) => {
                let view = self.viewing.open(self.wanted.clone());
                self.open = Some(view.map_err(|error| error.to_string())?);
            }
            (Some(_), false) => self.open = None,
            _ => {}
        }
        Ok(())
    }
}

impl View for Preview {
    fn next(&mut self, time: Duration) -> Seen {
        if self.open_if_due().is_err() {
            return Seen::Over;
        }
        match &self.open {
            Some(view) => view.take(time),
            None => {
                std::thread::sleep(time);
                Seen::Nothing
            }
        }
    }
}
