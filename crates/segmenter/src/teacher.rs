//! A larger network that looks now and then, beside one that looks at every picture.
//!
//! A [`Teacher`] has one thread, which works only when nothing else is urgent and no more than its
//! share of a core. Whoever wants its word has a [`Pupil`]: it asks about a picture, goes on, and
//! finds the answer when that is there. Pupils take turns.

use crate::desk::{Answer, Desk, lock};
use crate::segmenter::{Segmenter, SegmenterError};
use backlot_nn::TensorShape;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// The longest rest after an answer.
const LONGEST_REST: Duration = Duration::from_secs(10);

/// A network on a thread of its own.
#[derive(Debug)]
pub struct Teacher {
    segmenter: Arc<Mutex<Segmenter>>,
    input: TensorShape,
    asked: Sender<Arc<Desk>>,
}

/// One who asks a teacher.
#[derive(Debug)]
pub struct Pupil {
    teacher: Arc<Teacher>,
    desk: Arc<Desk>,
    is_exact: bool,
}

impl Teacher {
    /// Puts a network on a thread that takes this share of a core, `0.0..=1.0`.
    ///
    /// # Errors
    /// If no thread can be started.
    pub(crate) fn start(segmenter: Segmenter, share: f32) -> Result<Self, SegmenterError> {
        let input = segmenter.input_shape();
        let segmenter = Arc::new(Mutex::new(segmenter));
        let (asked, desks) = channel();
        let own = segmenter.clone();
        let work = move || {
            backlot_launch::yield_to_all();
            serve(&own, &desks, share);
        };
        backlot_media::threads::start("teacher", work).map_err(SegmenterError::thread)?;
        Ok(Self { segmenter, input, asked })
    }

    /// Whether it tells parts of a person of these names apart; the bits of those that it knows.
    pub fn parts(&self, names: &[&str]) -> u64 {
        lock(&self.segmenter).form().part_bits(names)
    }

    /// One more who asks, and wants to know of these parts. If it must be `exact`, each question is
    /// answered before the asker goes on, whatever that takes.
    pub fn pupil(self: &Arc<Self>, parts: u64, exact: bool) -> Pupil {
        let desk = Desk::new(parts);
        Pupil { teacher: self.clone(), desk: Arc::new(desk), is_exact: exact }
    }
}

/// Answers questions until nobody can ask any more.
fn serve(segmenter: &Mutex<Segmenter>, desks: &Receiver<Arc<Desk>>, share: f32) {
    for desk in desks {
        let start = Instant::now();
        desk.work(&mut lock(segmenter));
        let rest = start.elapsed().mul_f32(1.0 / share.clamp(0.01, 1.0) - 1.0);
        std::thread::sleep(rest.min(LONGEST_REST));
    }
}

impl Pupil {
    /// The picture that it asks about.
    pub fn input_shape(&self) -> TensorShape {
        self.teacher.input
    }

    /// Whether it may ask: nothing is asked, and no answer waits.
    pub fn is_free(&self) -> bool {
        self.desk.is_free()
    }

    /// Asks about the picture that `write` writes: R'G'B', `0.0..=1.0`, rows from top to bottom.
    /// Nothing happens unless it may ask.
    pub fn ask(&self, write: impl FnOnce(&mut [f32])) {
        if !self.is_free() {
            return;
        }
        let TensorShape { width, height, .. } = self.teacher.input;
        self.desk.ask(3 * width * height, write);
        if self.is_exact {
            self.desk.work(&mut lock(&self.teacher.segmenter));
        } else {
            // The thread lives as long as its teacher does, which this has.
            let _ = self.teacher.asked.send(self.desk.clone());
        }
    }

    /// Hands on the answer, if there is one; it may ask again then.
    ///
    /// # Errors
    /// If the network can't be run or returns anything but probabilities.
    pub fn answer(&self, take: impl FnOnce(&Answer)) -> Result<bool, SegmenterError> {
        self.desk.answer(take)
    }
}
