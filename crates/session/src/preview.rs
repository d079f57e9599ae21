//! What the control panel shows of the running program.

use crate::private;
use backlot_guard::Seen;
use backlot_media::Size;
use backlot_panel::{View, ViewKind, ViewWish, Views};
use backlot_pipeline::live::{self, Backlog, Viewing};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Who looks, in the status.
pub(crate) const NAME: &str = "panel";

/// What previews have to know of the run.
#[derive(Debug)]
pub(crate) struct Facts {
    /// The size of the pictures that viewers get.
    size: Mutex<Size>,
    /// Whether a preview opens the camera.
    opens_camera: AtomicBool,
    /// Whether a program watches, so that the camera is open anyway.
    is_watched: AtomicBool,
}

impl Facts {
    /// Of a run that nobody watches.
    pub fn new(size: Size, opens_camera: bool) -> Self {
        let (opens_camera, is_watched) = (AtomicBool::new(opens_camera), AtomicBool::new(false));
        Self { size: Mutex::new(size), opens_camera, is_watched }
    }

    /// Follows the settings.
    pub fn follow(&self, size: Size, opens_camera: bool) {
        *self.size.lock().unwrap_or_else(PoisonError::into_inner) = size;
        self.opens_camera.store(opens_camera, Ordering::Relaxed);
    }

    /// Tells whether a program watches.
    pub fn watched(&self, is_watched: bool) {
        self.is_watched.store(is_watched, Ordering::Relaxed);
    }

    /// The size of a picture of a width.
    fn size(&self, width: u32) -> Option<Size> {
        let whole = *self.size.lock().unwrap_or_else(PoisonError::into_inner);
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
            name: NAME,
            scene,
            size: self.facts.size(wish.width),
            rate: Some(wish.rate),
            backlog: Backlog::Latest,
        };
        let (viewing, facts) = (self.viewing.clone(), Arc::clone(&self.facts));
        let mut preview =
            Preview { viewing, facts, wanted, is_asked_for: wish.is_asked_for, open: None };
        preview.open_if_due()?;
        Ok(Box::new(preview))
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
            || facts.opens_camera.load(Ordering::Relaxed)
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
