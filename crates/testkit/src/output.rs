//! A virtual camera that looks for the room in every picture.

use crate::search::{RoomSearch, Sighting};
use backlot_guard::{Cleared, OutputOpener, VirtualCamera};
use backlot_media::{
    Clock, ColorSpace, MonotonicClock, OutputMode, PixelFormat, Recovery, StreamError, Timestamp,
    Viewers, Waker, Wish,
};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A picture shown to viewers.
#[derive(Clone, Copy, Debug)]
pub struct Shown {
    /// When it was shown, on the system's monotonic clock.
    pub at: Timestamp,
    /// The picture's own time.
    pub time: Timestamp,
    /// The picture's sequence number.
    pub sequence: u64,
    /// How much of the room shows.
    pub sighting: Sighting,
    /// Luma in the middle of the picture.
    pub middle: u8,
}

/// The test's control over the virtual camera, and its view of it.
#[derive(Clone, Default)]
pub struct OutputHandle(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    viewers: u32,
    waker: Option<Waker>,
    failures: u32,
    refuses: bool,
    refusals: u32,
    mode: Option<OutputMode>,
    openings: u32,
    shown: Vec<Shown>,
}

impl OutputHandle {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sets the number of viewers from now on.
    pub fn watch(&self, viewers: u32) {
        let mut state = self.state();
        state.viewers = viewers;
        let waker = state.waker.clone();
        drop(state);
        if let Some(changed) = waker {
            changed();
        }
    }

    /// Refuses this many of the next pictures, like a device that was removed.
    pub fn fail(&self, pictures: u32) {
        self.state().failures = pictures;
    }

    /// Refuses the next opening only.
    pub fn refuse_once(&self) {
        self.state().refusals = 1;
    }

    /// Sets whether it refuses to be opened.
    pub fn refuse(&self, refuses: bool) {
        self.state().refuses = refuses;
    }

    /// Whether it is open.
    pub fn is_open(&self) -> bool {
        self.mode().is_some()
    }

    /// What it shows, while it is open.
    pub fn mode(&self) -> Option<OutputMode> {
        self.state().mode
    }

    /// How often it was opened.
    pub fn openings(&self) -> u32 {
        self.state().openings
    }

    /// How many pictures were shown.
    pub fn count(&self) -> usize {
        self.state().shown.len()
    }

    /// The pictures shown from `from` on, counted from 0.
    pub fn shown(&self, from: usize) -> Vec<Shown> {
        self.state().shown.get(from..).unwrap_or_default().to_vec()
    }

    /// The picture from `from` on that shows most of the room.
    pub fn worst(&self, from: usize) -> Option<Shown> {
        let score = |shown: &Shown| shown.sighting.score();
        self.shown(from).into_iter().max_by(|a, b| score(a).total_cmp(&score(b)))
    }
}

/// Opens the virtual camera: in the wished size, YUYV unless another format is set.
pub struct RecordingOutput {
    handle: OutputHandle,
    name: String,
    format: PixelFormat,
}

impl RecordingOutput {
    /// A virtual camera, and the handle to it.
    pub fn new() -> (Self, OutputHandle) {
        let handle = OutputHandle::default();
        (Self::of(&handle, "recording", PixelFormat::Yuyv), handle)
    }

    /// Opens an existing virtual camera, under a name and in a format.
    pub fn of(handle: &OutputHandle, name: &str, format: PixelFormat) -> Self {
        Self { handle: handle.clone(), name: name.to_owned(), format }
    }
}

impl OutputOpener for RecordingOutput {
    fn name(&self) -> String {
        self.name.clone()
    }

    fn open(&mut self, wish: &Wish, changed: Waker) -> Result<Box<dyn VirtualCamera>, StreamError> {
        let mut state = self.handle.state();
        let refuses_once = state.refusals > 0;
        state.refusals = state.refusals.saturating_sub(1);
        if state.refuses || refuses_once {
            return Err(StreamError::new("the device is not there", Recovery::Reopen));
        }
        let (format, color) = (self.format, ColorSpace::BT601);
        let mode = OutputMode { size: wish.size, rate: wish.rate, format, color };
        (state.waker, state.mode) = (Some(changed), Some(mode));
        state.openings += 1;
        let (handle, search) = (self.handle.clone(), RoomSearch::default());
        Ok(Box::new(Recording { handle, mode, search }))
    }
}

struct Recording {
    handle: OutputHandle,
    mode: OutputMode,
    search: RoomSearch,
}

impl VirtualCamera for Recording {
    fn mode(&self) -> OutputMode {
        self.mode
    }

    fn put(&mut self, picture: &Cleared) -> Result<(), StreamError> {
        let sighting = self.search.look(picture);
        let middle = picture.plane(0).row(picture.size().height as usize / 2);
        let half = picture.size().width as usize / 2;
        let middle = middle[if self.mode.format == PixelFormat::Yuyv { 2 * half } else { half }];
        let mut state = self.handle.state();
        if state.failures > 0 {
            state.failures -= 1;
            return Err(StreamError::new("the device was taken away", Recovery::Reopen));
        }
        let (time, sequence, at) = (picture.time, picture.sequence, MonotonicClock.now());
        state.shown.push(Shown { at, time, sequence, sighting, middle });
        Ok(())
    }

    fn viewers(&self) -> Viewers {
        Viewers::Count(self.handle.state().viewers)
    }
}

impl Drop for Recording {
    fn drop(&mut self) {
        self.handle.state().mode = None;
    }
}
