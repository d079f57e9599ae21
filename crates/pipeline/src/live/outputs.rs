//! The virtual cameras of the running thing: they come, change and go while it runs.

use super::demand::Watched;
use super::shared::{Cell, Shown};
use super::{Latency, Mailbox, OutputStatus, PaceTally};
use backlot_guard::OutputOpener;
use backlot_media::{FrameRate, Size, Viewers, Wish};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Which virtual camera is meant; none has the same as another, not even one after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct OutputId(u64);

/// A virtual camera, and what is asked of it.
pub struct OutputSetup {
    /// Opens it.
    pub opener: Box<dyn OutputOpener>,
    /// The size that viewers get, if not the camera's.
    pub size: Option<Size>,
    /// The pictures per second that viewers get, if not the camera's.
    pub rate: Option<FrameRate>,
    /// Whether nothing is amiss when it is not there.
    pub is_optional: bool,
    /// What it is, in any words: two of the same are opened in the same way. Empty: like no other.
    pub form: String,
}

impl OutputSetup {
    /// A virtual camera with pictures like the camera's.
    pub const fn new(opener: Box<dyn OutputOpener>) -> Self {
        Self { opener, size: None, rate: None, is_optional: false, form: String::new() }
    }

    /// Whether `other` is opened in the same way.
    pub fn is_like(&self, other: &Self) -> bool {
        !self.form.is_empty() && self.form == other.form
    }

    /// What is asked of it where `wish` is asked of the camera.
    pub fn asks(&self, wish: &Wish) -> Wish {
        Wish { size: self.size.unwrap_or(wish.size), rate: self.rate.unwrap_or(wish.rate) }
    }
}

/// One virtual camera's part.
pub(crate) struct OutputShared {
    pub id: OutputId,
    pub inbox: Mailbox<Shown>,
    pub latency: Latency,
    /// What its thread says of itself.
    pub report: Cell<OutputStatus>,
    pub watched: Watched,
    /// What opens it from now on.
    pub next: Cell<Option<OutputSetup>>,
    changed: AtomicBool,
    leaving: AtomicBool,
}

impl OutputShared {
    fn new(id: OutputId, name: String) -> Self {
        let report = OutputStatus {
            id,
            name,
            mode: None,
            viewers: Viewers::Count(0),
            reason: None,
            is_optional: false,
            pending: false,
            refused: None,
            tally: PaceTally::default(),
            dropped: 0,
            failures: 0,
        };
        Self {
            id,
            inbox: Mailbox::default(),
            latency: Latency::default(),
            report: Cell::new(report),
            watched: Watched::default(),
            next: Cell::default(),
            changed: AtomicBool::new(false),
            leaving: AtomicBool::new(false),
        }
    }

    /// Something that it is opened with has changed: its thread is to look.
    pub fn change(&self) {
        self.changed.store(true, Ordering::Release);
        self.inbox.wake();
    }

    /// Whether something has changed since this was last asked.
    pub fn take_change(&self) -> bool {
        self.changed.swap(false, Ordering::AcqRel)
    }

    /// What has changed is to be followed later.
    pub fn keep_change(&self) {
        self.changed.store(true, Ordering::Release);
    }

    /// Makes its thread close it and end.
    pub fn leave(&self) {
        self.leaving.store(true, Ordering::Release);
        self.inbox.wake();
    }

    pub fn is_leaving(&self) -> bool {
        self.leaving.load(Ordering::Acquire)
    }

    pub fn status(&self) -> OutputStatus {
        OutputStatus { dropped: self.inbox.dropped(), ..self.report.lock().clone() }
    }
}

/// All virtual cameras. Looking at them takes no memory.
#[derive(Default)]
pub(crate) struct Outputs(Mutex<(u64, Arc<Vec<Arc<OutputShared>>>)>);

impl Outputs {
    /// Those that there are now.
    pub fn all(&self) -> Arc<Vec<Arc<OutputShared>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).1.clone()
    }

    /// One more.
    pub fn add(&self, name: String) -> Arc<OutputShared> {
        let mut inside = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let output = Arc::new(OutputShared::new(OutputId(inside.0), name));
        inside.0 += 1;
        inside.1 = Arc::new(inside.1.iter().chain([&output]).cloned().collect());
        output
    }

    /// One less.
    pub fn remove(&self, id: OutputId) -> Option<Arc<OutputShared>> {
        let mut inside = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let output = inside.1.iter().find(|output| output.id == id).cloned()?;
        inside.1 = Arc::new(inside.1.iter().filter(|o| o.id != id).cloned().collect());
        Some(output)
    }

    /// The one that is meant.
    pub fn find(&self, id: OutputId) -> Option<Arc<OutputShared>> {
        self.all().iter().find(|output| output.id == id).cloned()
    }
}
