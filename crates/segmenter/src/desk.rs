//! Where a question about a picture and its answer lie, between two threads.

use crate::segmenter::{Segmenter, SegmenterError};
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

const FREE: u8 = 0;
const ASKED: u8 = 1;
const ANSWERED: u8 = 2;

/// Where a question and its answer lie.
#[derive(Debug)]
pub(crate) struct Desk {
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

/// What a network found in a picture.
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

impl Desk {
    /// For questions about these parts.
    pub fn new(parts: u64) -> Self {
        let (picture, answer) = (Vec::new(), Answer::default());
        let sheet = Sheet { picture, parts, answer, fault: None };
        Self { state: AtomicU8::new(FREE), sheet: Mutex::new(sheet) }
    }

    /// Whether nothing is asked, and no answer waits.
    pub fn is_free(&self) -> bool {
        self.state.load(Ordering::Acquire) == FREE
    }

    /// Puts down the picture that `write` writes, of so many values.
    pub fn ask(&self, values: usize, write: impl FnOnce(&mut [f32])) {
        let mut sheet = lock(&self.sheet);
        sheet.picture.resize(values, 0.0);
        write(&mut sheet.picture);
        drop(sheet);
        self.state.store(ASKED, Ordering::Release);
    }

    /// Answers what is asked.
    pub fn work(&self, segmenter: &mut Segmenter) {
        let mut sheet = lock(&self.sheet);
        let Sheet { picture, parts, answer, fault } = &mut *sheet;
        *fault = answer.find(segmenter, picture, *parts).err();
        drop(sheet);
        self.state.store(ANSWERED, Ordering::Release);
    }

    /// Hands on the answer, if there is one, and is free again then.
    ///
    /// # Errors
    /// If the network can't be run or returns anything but probabilities.
    pub fn answer(&self, take: impl FnOnce(&Answer)) -> Result<bool, SegmenterError> {
        if self.state.load(Ordering::Acquire) != ANSWERED {
            return Ok(false);
        }
        let mut sheet = lock(&self.sheet);
        let fault = sheet.fault.take();
        if fault.is_none() {
            take(&sheet.answer);
        }
        drop(sheet);
        self.state.store(FREE, Ordering::Release);
        fault.map_or(Ok(true), Err)
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

/// What a thread that has panicked left is as good as before: each question writes all of it.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
