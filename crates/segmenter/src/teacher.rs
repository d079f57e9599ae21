//! A larger network that looks now and then, beside one that looks at every picture.
//!
//! A [`Teacher`] has one thread, which works only when nothing else is urgent and no more than its
//! share of a core. Whoever wants its word has a [`Pupil`]: it asks about a picture, goes on, and
//! finds the answer when that is there. Pupils take turns.

use crate::segmenter::{Segmenter, SegmenterError};
use backlot_nn::TensorShape;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// The longest rest after an answer.
const LONGEST_REST: Duration = Duration::from_secs(10);

const FREE: u8 = 0;
const ASKED: u8 = 1;
const ANSWERED: u8 = 2;

/// A network on a thread of its own.
#[derive(Debug)]
pub struct Teacher {
    segmenter: Arc<Mutex<Segmenter>>,
    input: TensorShape,
    asked: Sender<Arc<Desk>>,
}

/// Where a question and its answer lie.
#[derive(Debug)]
struct Desk {
    state: AtomicU8,
    sheet: Mutex<Sheet>,
}

#[derive(Debug)]
struct Sheet {
    picture: Vec<f32>,
    parts: u64,
    answer: Answer,
    fault: Option<SegmenterError>,
}

/// What a teacher found in a picture.
#[derive(Debug, Default)]
pub struct Answer {
    /// The person's probability, `0.0..=1.0`, rows from top to bottom.
    pub mask: Vec<f32>,
    /// Its width and height.
    pub size: (usize, usize),
    /// How much of each pixel is one of the wanted parts, given that it is a person, in the same
    /// size; empty if none was wanted, or the network tells of parts in another size.
    pub share: Vec<f32>,
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
        let picture = vec![0.0; 3 * self.input.width * self.input.height];
        let sheet = Sheet { picture, parts, answer: Answer::default(), fault: None };
        let desk = Desk { state: AtomicU8::new(FREE), sheet: Mutex::new(sheet) };
        Pupil { teacher: self.clone(), desk: Arc::new(desk), is_exact: exact }
    }
}

/// Answers questions until nobody can ask any more.
fn serve(segmenter: &Mutex<Segmenter>, desks: &Receiver<Arc<Desk>>, share: f32) {
    for desk in desks {
        let start = Instant::now();
        desk.work(segmenter);
        let rest = start.elapsed().mul_f32(1.0 / share.clamp(0.01, 1.0) - 1.0);
        std::thread::sleep(rest.min(LONGEST_REST));
    }
}

impl Desk {
    fn work(&self, segmenter: &Mutex<Segmenter>) {
        let mut sheet = lock(&self.sheet);
        let Sheet { picture, parts, answer, fault } = &mut *sheet;
        *fault = answer.find(&mut lock(segmenter), picture, *parts).err();
        drop(sheet);
        self.state.store(ANSWERED, Ordering::Release);
    }
}

impl Answer {
    fn find(
        &mut self,
        segmenter: &mut Segmenter,
        picture: &[f32],
        parts: u64,
    ) -> Result<(), SegmenterError> {
        segmenter.forget();
        segmenter.input_mut().copy_from_slice(picture);
        self.size = segmenter.mask_size();
        let mask = segmenter.run()?;
        self.mask.clear();
        self.mask.extend_from_slice(mask);
        let is_alike = parts != 0 && segmenter.parts(parts, &mut self.share) == Some(self.size);
        if !is_alike {
            self.share.clear();
        }
        Ok(())
    }
}

impl Pupil {
    /// The picture that it asks about.
    pub fn input_shape(&self) -> TensorShape {
        self.teacher.input
    }

    /// Whether it may ask: nothing is asked, and no answer waits.
    pub fn is_free(&self) -> bool {
        self.desk.state.load(Ordering::Acquire) == FREE
    }

    /// Asks about the picture that `write` writes: R'G'B', `0.0..=1.0`, rows from top to bottom.
    /// Nothing happens unless it may ask.
    pub fn ask(&self, write: impl FnOnce(&mut [f32])) {
        if !self.is_free() {
            return;
        }
        write(&mut lock(&self.desk.sheet).picture);
        self.desk.state.store(ASKED, Ordering::Release);
        if self.is_exact {
            self.desk.work(&self.teacher.segmenter);
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
        if self.desk.state.load(Ordering::Acquire) != ANSWERED {
            return Ok(false);
        }
        let mut sheet = lock(&self.desk.sheet);
        let fault = sheet.fault.take();
        if fault.is_none() {
            take(&sheet.answer);
        }
        drop(sheet);
        self.desk.state.store(FREE, Ordering::Release);
        fault.map_or(Ok(true), Err)
    }
}

/// What a thread that has panicked left is as good as before: each question writes all of it.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
