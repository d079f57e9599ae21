//! Views that pages look at: each is opened once, however many pages look, and closed with the last of
//! them. Pictures are compressed on a thread of their own, and only when a page is ready for one.

use crate::print::Printer;
use crate::views::{View, ViewWish, Views};
use backlot_guard::{Cleared, Seen};
use backlot_media::{Timestamp, threads};
use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;
use tokio::sync::watch;

/// How many different views may be open.
const MOST: usize = 8;
/// How often it is looked whether somebody still looks.
const LOOK: Duration = Duration::from_millis(250);

/// A picture for pages.
#[derive(Debug)]
pub(crate) struct Picture {
    /// When it was finished.
    pub at: Timestamp,
    /// Counts the pictures of a view.
    pub sequence: u32,
    /// The picture as JPEG.
    pub jpeg: Vec<u8>,
}

/// What pages are shown of a view: the latest picture, or why there is none any more.
pub(crate) type Latest = Option<Arc<Picture>>;

/// A view, and everyone who looks at it.
pub(crate) struct Projector {
    pictures: watch::Receiver<Latest>,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    /// Whether a page is ready for the next picture.
    is_wanted: AtomicBool,
    is_over: AtomicBool,
}

impl Projector {
    /// The pictures, from the next one on. It ends with the view.
    pub fn pictures(&self) -> watch::Receiver<Latest> {
        self.pictures.clone()
    }

    /// Has the next picture shown.
    pub fn want(&self) {
        self.shared.is_wanted.store(true, Ordering::Relaxed);
    }
}

impl Drop for Projector {
    fn drop(&mut self) {
        self.shared.is_over.store(true, Ordering::Relaxed);
    }
}

/// All views that are open.
#[derive(Default)]
pub(crate) struct Projectors(Mutex<HashMap<ViewWish, Weak<Projector>>>);

impl Projectors {
    /// Opens a view, or joins those who look at it already.
    ///
    /// # Errors
    /// One sentence about why it can't be seen.
    pub fn join(&self, views: &dyn Views, wish: ViewWish) -> Result<Arc<Projector>, String> {
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(projector) = open.get(&wish).and_then(Weak::upgrade) {
            return Ok(projector);
        }
        open.retain(|_, projector| projector.strong_count() > 0);
        if open.len() >= MOST {
            return Err(format!("{MOST} previews are open already: close one of them"));
        }
        let view = views.look(&wish)?;
        let (sender, pictures) = watch::channel(None);
        let shared = Arc::new(Shared::default());
        let theirs = Arc::clone(&shared);
        let failed = |error: &dyn fmt::Display| format!("no preview can be shown: {error}");
        let printer = Printer::new().map_err(|error| failed(&error))?;
        threads::start("preview", move || Work::new(sender, printer).run(view, &theirs))
            .map_err(|error| failed(&error))?;
        let projector = Arc::new(Projector { pictures, shared });
        open.insert(wish, Arc::downgrade(&projector));
        Ok(projector)
    }
}

/// The work of a view's thread.
struct Work {
    to: watch::Sender<Latest>,
    sequence: u32,
    printer: Printer,
}

impl Work {
    const fn new(to: watch::Sender<Latest>, printer: Printer) -> Self {
        Self { to, sequence: 0, printer }
    }

    fn run(mut self, mut view: Box<dyn View>, shared: &Shared) {
        while !shared.is_over.load(Ordering::Relaxed) {
            match view.next(LOOK) {
                Seen::Picture { picture, at } => {
                    if shared.is_wanted.swap(false, Ordering::Relaxed) {
                        self.show(&picture, at);
                    }
                }
                Seen::Nothing => {}
                Seen::Over => return,
            }
        }
    }

    fn show(&mut self, picture: &Cleared, at: Timestamp) {
        match self.printer.print(picture) {
            Ok(jpeg) => {
                self.sequence = self.sequence.wrapping_add(1);
                let sequence = self.sequence;
                self.to.send_replace(Some(Arc::new(Picture { at, sequence, jpeg })));
            }
            Err(error) => tracing::warn!(%error, "a picture for the panel can't be compressed"),
        }
    }
}
