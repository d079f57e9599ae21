//! The virtual cameras of the running thing: they are added, changed and removed while it runs.

use super::cell::{Cell, Shown};
use super::demand::Watched;
use super::{Latency, Mailbox, OutputId, OutputStatus, PaceTally};
use backlot_guard::OutputOpener;
use backlot_media::{FrameRate, Size, Viewers, Wish};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// A virtual camera, and the mode to ask it for.
pub struct OutputSetup {
    /// Opens it.
    pub opener: Box<dyn OutputOpener>,
    /// The size that viewers get, if not the camera's.
    pub size: Option<Size>,
    /// The pictures per second that viewers get, if not the camera's.
    pub rate: Option<FrameRate>,
    /// Whether it may be missing.
    pub is_optional: bool,
    /// Describes it in any words: two with the same are opened in the same way. Empty means like no
    /// other.
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

    /// The mode to ask it for when the camera is asked for `wish`.
    pub fn asks(&self, wish: &Wish) -> Wish {
        Wish { size: self.size.unwrap_or(wish.size), rate: self.rate.unwrap_or(wish.rate) }
    }
}

/// The state of one virtual camera.
pub(crate) struct OutputShared {
    pub id: OutputId,
    pub inbox: Mailbox<Shown>,
    pub latency: Latency,
    /// The report of its thread.
    pub report: Cell<OutputStatus>,
    pub watched: Watched,
    /// Its setup from now on.
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

    /// Its setup has changed: wakes its thread to look.
    pub fn change(&self) {
        self.changed.store(true, Ordering::Release);
        self.inbox.wake();
    }

    /// Whether something has changed since the last call.
    pub fn take_change(&self) -> bool {
        self.changed.swap(false, Ordering::AcqRel)
    }

    /// Postpones the changes.
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

/// All virtual cameras. Looking at them doesn't allocate.
#[derive(Default)]
pub(crate) struct Outputs(Mutex<(u64, Arc<Vec<Arc<OutputShared>>>)>);

impl Outputs {
    /// The present ones.
    pub fn all(&self) -> Arc<Vec<Arc<OutputShared>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).1.clone()
    }

    /// Adds one.
    pub fn add(&self, name: String) -> Arc<OutputShared> {
        let mut inside = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let output = Arc::new(OutputShared::new(OutputId(inside.0), name));
        inside.0 += 1;
        inside.1 = Arc::new(inside.1.iter().chain([&output]).cloned().collect());
        output
    }

    /// Removes one.
    pub fn remove(&self, id: OutputId) -> Option<Arc<OutputShared>> {
        let mut inside = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let output = inside.1.iter().find(|output| output.id == id).cloned()?;
        inside.1 = Arc::new(inside.1.iter().filter(|o| o.id != id).cloned().collect());
        Some(output)
    }

    /// The one with an id.
    pub fn find(&self, id: OutputId) -> Option<Arc<OutputShared>> {
        self.all().iter().find(|output| output.id == id).cloned()
    }
}
