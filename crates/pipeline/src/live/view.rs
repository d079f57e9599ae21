//! Looking at what viewers see from inside the program: for recordings, previews and single pictures.
//!
//! A view is a virtual camera like any other, with one viewer; so it opens the camera, and gets what
//! the guard lets out, cards included.

use super::output;
use super::outputs::{OutputSetup, Role};
use super::shared::Shared;
use crate::PipelineError;
use backlot_guard::{Cleared, OutputOpener, Seen, VirtualCamera};
use backlot_media::{
    Clock, ColorSpace, FramePool, FrameRate, OutputMode, PixelFormat, Size, StreamError, Timestamp,
    Viewers, Waker, Wish,
};
use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Which pictures wait for whoever can't keep up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backlog {
    /// The latest alone.
    Latest,
    /// All, up to this many; what comes then is dropped, and counted.
    UpTo(usize),
}

/// What a view is to show.
#[derive(Clone, Debug)]
pub struct ViewWish {
    /// Who looks, in a word: it is told with the status.
    pub name: &'static str,
    /// A scene other than that of all virtual cameras.
    pub scene: Option<String>,
    /// The size, if not the camera's.
    pub size: Option<Size>,
    /// The most pictures per second, if not the camera's.
    pub rate: Option<FrameRate>,
    /// Which pictures wait when it can't keep up.
    pub backlog: Backlog,
    /// Whether no camera is opened for it: it sees those that are open anyway.
    pub is_guest: bool,
}

impl ViewWish {
    /// What all virtual cameras show, in the camera's form.
    pub const fn new(name: &'static str, backlog: Backlog) -> Self {
        Self { name, scene: None, size: None, rate: None, backlog, is_guest: false }
    }
}

/// Opens views, from any thread.
#[derive(Clone)]
pub struct Viewing(Arc<Shared>);

/// A view. Dropping it closes it.
pub struct View {
    shared: Arc<Shared>,
    id: super::OutputId,
    queue: Arc<Queue>,
}

impl Viewing {
    pub(super) const fn new(shared: Arc<Shared>) -> Self {
        Self(shared)
    }

    /// Opens a view.
    ///
    /// # Errors
    /// When its thread can't start.
    pub fn open(&self, wish: ViewWish) -> Result<View, PipelineError> {
        let queue = Arc::new(Queue::new(wish.backlog));
        let clock = self.0.clock.clone();
        let opener = Opener { name: wish.name, queue: queue.clone(), clock };
        let setup = OutputSetup {
            size: wish.size,
            rate: wish.rate,
            scene: wish.scene,
            ..OutputSetup::new(Box::new(opener))
        };
        let role = if wish.is_guest { Role::Guest } else { Role::View };
        let id = output::add(&self.0, setup, role)?;
        Ok(View { shared: self.0.clone(), id, queue })
    }
}

impl View {
    /// Waits for the next picture, at most for `time`.
    pub fn take(&self, time: Duration) -> Seen {
        self.queue.take(time)
    }

    /// How many pictures were dropped because too many waited.
    pub fn dropped(&self) -> u64 {
        self.queue.dropped.load(Ordering::Relaxed)
    }

    /// What it shows, once it is open.
    pub fn mode(&self) -> Option<OutputMode> {
        self.queue.inside().mode
    }
}

impl Drop for View {
    fn drop(&mut self) {
        if let Some(output) = self.shared.outputs.remove(self.id) {
            output.leave();
        }
        self.shared.ring();
    }
}

/// The pictures on their way to whoever looks.
struct Queue {
    backlog: Backlog,
    inside: Mutex<Inside>,
    arrived: Condvar,
    dropped: AtomicU64,
}

struct Inside {
    waiting: VecDeque<(Cleared, Timestamp)>,
    mode: Option<OutputMode>,
    is_over: bool,
}

impl Queue {
    fn new(backlog: Backlog) -> Self {
        let depth = match backlog {
            Backlog::Latest => 1,
            Backlog::UpTo(depth) => depth,
        };
        let waiting = VecDeque::with_capacity(depth);
        Self {
            backlog,
            inside: Mutex::new(Inside { waiting, mode: None, is_over: false }),
            arrived: Condvar::new(),
            dropped: AtomicU64::new(0),
        }
    }

    fn inside(&self) -> MutexGuard<'_, Inside> {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether there is room for one more, as far as this is a matter of room.
    fn has_room(&self) -> bool {
        match self.backlog {
            Backlog::Latest => true,
            Backlog::UpTo(depth) => self.inside().waiting.len() < depth,
        }
    }

    fn put(&self, picture: Cleared, at: Timestamp) {
        let mut inside = self.inside();
        let older = match self.backlog {
            Backlog::Latest => inside.waiting.pop_front(),
            Backlog::UpTo(_) => None,
        };
        inside.waiting.push_back((picture, at));
        drop(inside);
        self.arrived.notify_one();
        // Its memory goes back to the pool outside of the lock.
        drop(older);
    }

    fn take(&self, time: Duration) -> Seen {
        let nothing = |inside: &mut Inside| inside.waiting.is_empty() && !inside.is_over;
        let waited = self.arrived.wait_timeout_while(self.inside(), time, nothing);
        let mut inside = waited.unwrap_or_else(PoisonError::into_inner).0;
        match inside.waiting.pop_front() {
            Some((picture, at)) => Seen::Picture { picture, at },
            None if inside.is_over => Seen::Over,
            None => Seen::Nothing,
        }
    }

    fn end(&self) {
        self.inside().is_over = true;
        self.arrived.notify_all();
    }
}

/// Opens a view's virtual camera, again when the size that is asked for has changed.
struct Opener {
    name: &'static str,
    queue: Arc<Queue>,
    clock: Arc<dyn Clock>,
}

impl OutputOpener for Opener {
    fn name(&self) -> String {
        self.name.to_owned()
    }

    fn open(&mut self, wish: &Wish, changed: Waker) -> Result<Box<dyn VirtualCamera>, StreamError> {
        let mode = OutputMode {
            size: wish.size.rounded_to_even(),
            rate: wish.rate,
            format: PixelFormat::I420,
            color: ColorSpace::BT709,
        };
        changed();
        self.queue.inside().mode = Some(mode);
        let pool = FramePool::new(mode.format, mode.size, POOLED_FRAMES);
        Ok(Box::new(Screen { mode, pool, queue: self.queue.clone(), clock: self.clock.clone() }))
    }
}

impl Drop for Opener {
    fn drop(&mut self) {
        self.queue.end();
    }
}

/// The frames that may be out without allocating: one that waits, and one that is looked at.
const POOLED_FRAMES: usize = 3;

/// A virtual camera with one viewer.
struct Screen {
    mode: OutputMode,
    pool: FramePool,
    queue: Arc<Queue>,
    clock: Arc<dyn Clock>,
}

impl VirtualCamera for Screen {
    fn mode(&self) -> OutputMode {
        self.mode
    }

    fn put(&mut self, picture: &Cleared) -> Result<(), StreamError> {
        if self.queue.has_room() {
            self.queue.put(picture.copied(self.pool.take()), self.clock.now());
        } else {
            self.queue.dropped.fetch_add(1, Ordering::Relaxed);
        }
        Ok(())
    }

    fn viewers(&self) -> Viewers {
        Viewers::Count(1)
    }
}
