//! The virtual cameras of the running thing: they are added, changed and removed while it runs.

use super::cell::{Cell, Shown};
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
    /// The scene that it shows, if it has one of its own.
    pub scene: Option<String>,
    /// Describes it in any words: two with the same are opened in the same way. Empty means like no
    /// other.
    pub form: String,
}

impl OutputSetup {
    /// A virtual camera with pictures like the camera's.
    pub const fn new(opener: Box<dyn OutputOpener>) -> Self {
        let (size, rate, scene) = (None, None, None);
        Self { opener, size, rate, is_optional: false, scene, form: String::new() }
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

/// What a virtual camera is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// Other programs.
    Device,
    /// A look from inside the program.
    View,
    /// A look from inside the program, for which no camera is opened.
    Guest,
}

/// The state of one virtual camera.
pub(crate) struct OutputShared {
    pub id: OutputId,
    pub inbox: Mailbox<Shown>,
    pub latency: Latency,
    /// The report of its thread.
    pub report: Cell<OutputStatus>,
    /// Its own scene, if it has one.
    scene: Cell<Option<String>>,
    /// What it is for.
    pub role: Role,
    watched: AtomicBool,
    /// Its setup from now on.
    pub next: Cell<Option<OutputSetup>>,
    changed: AtomicBool,
    leaving: AtomicBool,
}

impl OutputShared {
    fn new(id: OutputId, name: String, scene: Option<String>, role: Role) -> Self {
        let report = OutputStatus {
            id,
            name,
            scene: None,
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
            scene: Cell::new(scene),
            role,
            watched: AtomicBool::new(false),
            next: Cell::default(),
            changed: AtomicBool::new(false),
            leaving: AtomicBool::new(false),
        }
    }

    /// Whether it is a look from inside the program.
    pub fn is_view(&self) -> bool {
        self.role != Role::Device
    }

    /// Whether anyone may be watching it, by the last report of its thread.
    pub fn is_watched(&self) -> bool {
        self.watched.load(Ordering::Acquire)
    }

    /// Reports whether anyone may be watching it, and returns whether that is news.
    pub fn watch(&self, watched: bool) -> bool {
        self.watched.swap(watched, Ordering::AcqRel) != watched
    }

    /// Its own scene, if it has one.
    pub fn scene(&self) -> Option<String> {
        self.scene.lock().clone()
    }

    /// Whether it shows the scene of a name.
    pub fn shows(&self, show: Option<&str>) -> bool {
        self.scene.lock().as_deref() == show
    }

    /// Shows another scene from now on, and nothing of the one before.
    pub fn set_scene(&self, scene: Option<String>) {
        self.scene.set(scene);
        self.forget();
    }

    /// Makes its thread forget what it showed.
    pub fn forget(&self) {
        self.inbox.put(Arc::new(None));
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
        OutputStatus {
            scene: self.scene(),
            dropped: self.inbox.dropped(),
            ..self.report.lock().clone()
        }
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
    pub fn add(&self, name: String, scene: Option<String>, role: Role) -> Arc<OutputShared> {
        let mut inside = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let output = Arc::new(OutputShared::new(OutputId(inside.0), name, scene, role));
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
