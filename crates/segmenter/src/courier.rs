//! A network that runs elsewhere, asked about pictures without waiting for it.
//!
//! A [`Courier`] has one thread, which brings a question there and the answer back, and has at most
//! one of them. Whoever wants more at a time has several.

use crate::desk::{Answer, Desk, lock};
use crate::segmenter::{Segmenter, SegmenterError};
use backlot_nn::TensorShape;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

/// How long to wait before a network that isn't there is looked for again: at first, and at most.
const PAUSES: (Duration, Duration) = (Duration::from_millis(200), Duration::from_secs(5));

/// One who brings questions to a network elsewhere.
#[derive(Debug)]
pub struct Courier {
    desk: Arc<Desk>,
    asked: Sender<()>,
    found: Arc<Found>,
}

/// What is known of the network.
#[derive(Debug, Default)]
struct Found {
    input: OnceLock<TensorShape>,
    missing: Mutex<Option<SegmenterError>>,
}

impl Courier {
    /// Starts one for the network that `find` finds, on its own thread, as soon as it can be found.
    ///
    /// # Errors
    /// If no thread can be started.
    pub(crate) fn start(
        find: impl Fn() -> Result<Segmenter, SegmenterError> + Send + 'static,
    ) -> Result<Self, SegmenterError> {
        let desk = Arc::new(Desk::new(0));
        let found = Arc::new(Found::default());
        let (asked, questions) = channel();
        let (own, told) = (desk.clone(), found.clone());
        let work = move || {
            let Some(mut segmenter) = wait_for(&find, &told, &questions) else { return };
            let _ = told.input.set(segmenter.input_shape());
            questions.into_iter().for_each(|()| own.work(&mut segmenter));
        };
        backlot_media::threads::start("courier", work).map_err(SegmenterError::thread)?;
        Ok(Self { desk, asked, found })
    }

    /// The picture that it asks about; nothing while the network isn't found.
    pub fn input_shape(&self) -> Option<TensorShape> {
        self.found.input.get().copied()
    }

    /// Why the network isn't found, if it was looked for in vain since this was last asked.
    pub fn missing(&self) -> Option<SegmenterError> {
        lock(&self.found.missing).take()
    }

    /// Whether it may ask: the network is found, nothing is asked, and no answer waits.
    pub fn is_free(&self) -> bool {
        self.input_shape().is_some() && self.desk.is_free()
    }

    /// Asks about the picture that `write` writes: R'G'B', `0.0..=1.0`, rows from top to bottom.
    /// Nothing happens unless it may ask.
    pub fn ask(&self, write: impl FnOnce(&mut [f32])) {
        let Some(TensorShape { width, height, .. }) = self.input_shape() else { return };
        if self.desk.is_free() {
            self.desk.ask(3 * width * height, write);
            // The thread lives as long as this does.
            let _ = self.asked.send(());
        }
    }

    /// Hands on the answer, if there is one; it may ask again then.
    ///
    /// # Errors
    /// If the network couldn't be asked, or returned anything but probabilities.
    pub fn answer(&self, take: impl FnOnce(&Answer)) -> Result<bool, SegmenterError> {
        self.desk.answer(take)
    }
}

/// Looks for a network until it is found, or nobody wants it any more.
fn wait_for(
    find: &impl Fn() -> Result<Segmenter, SegmenterError>,
    found: &Found,
    questions: &Receiver<()>,
) -> Option<Segmenter> {
    let mut pause = PAUSES.0;
    loop {
        match find() {
            Ok(segmenter) => return Some(segmenter),
            Err(why) => *lock(&found.missing) = Some(why),
        }
        if questions.recv_timeout(pause) == Err(RecvTimeoutError::Disconnected) {
            return None;
        }
        pause = PAUSES.1.min(2 * pause);
    }
}
