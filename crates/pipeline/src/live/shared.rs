//! What the threads of the running thing share.

use super::demand::Demand;
use super::notice::{Board, Notice};
use super::parcel::Parcel;
use super::{CameraStatus, GuardStatus, Latency, Mailbox, OutputStatus, PaceTally, Plan};
use crate::Stages;
use backlot_guard::Cleared;
use backlot_media::{CameraOpener, Clock, OutputMode, Timestamp, Viewers, Wish};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// A finished picture, for all virtual cameras. The place is used again when nobody has it.
pub(crate) type Shown = Arc<Option<Cleared>>;

/// One value that a thread writes now and then and others read.
#[derive(Default)]
pub(crate) struct Cell<T>(Mutex<T>);

impl<T> Cell<T> {
    pub const fn new(value: T) -> Self {
        Self(Mutex::new(value))
    }

    /// Held for a few instructions only.
    pub fn lock(&self) -> MutexGuard<'_, T> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn set(&self, value: T) {
        *self.lock() = value;
    }
}

/// What the worker says of itself after each picture.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct WorkReport {
    pub finished: u64,
    pub guard: GuardStatus,
    pub plan: Plan,
    pub stages: Stages,
    pub panics: u64,
    pub spoiled: u64,
}

/// One virtual camera's part.
pub(crate) struct OutputShared {
    pub name: String,
    pub inbox: Mailbox<Shown>,
    pub latency: Latency,
    pub report: Cell<OutputReport>,
}

/// What a virtual camera's thread says of itself.
#[derive(Clone, Debug)]
pub(crate) struct OutputReport {
    pub mode: Option<OutputMode>,
    pub viewers: Viewers,
    pub reason: Option<String>,
    pub tally: PaceTally,
    pub failures: u64,
}

impl OutputShared {
    pub fn new(name: String) -> Self {
        let report = OutputReport {
            mode: None,
            viewers: Viewers::Count(0),
            reason: None,
            tally: PaceTally::default(),
            failures: 0,
        };
        let (inbox, latency) = (Mailbox::default(), Latency::default());
        Self { name, inbox, latency, report: Cell::new(report) }
    }

    pub fn status(&self) -> OutputStatus {
        let report = self.report.lock().clone();
        OutputStatus {
            name: self.name.clone(),
            mode: report.mode,
            viewers: report.viewers,
            reason: report.reason,
            tally: report.tally,
            dropped: self.inbox.dropped(),
            failures: report.failures,
        }
    }
}

/// Everything that is shared.
pub(crate) struct Shared {
    pub clock: Arc<dyn Clock>,
    /// The pictures' times in scenes count from here.
    pub epoch: Timestamp,
    pub wish: Cell<Wish>,
    pub close_after: Duration,
    pub demand: Demand,
    pub parcels: Mailbox<Parcel>,
    pub board: Board,
    pub camera: Cell<CameraStatus>,
    /// The camera that takes the place of this one.
    pub next_camera: Cell<Option<Box<dyn CameraOpener>>>,
    pub work: Cell<WorkReport>,
    /// Pictures in a row that could not be read.
    pub spoiled_in_row: AtomicU32,
    /// Why the scene can't be drawn, while it can't.
    pub scene_fault: Cell<Option<String>>,
    pub outputs: Vec<Arc<OutputShared>>,
    stopping: AtomicBool,
}

impl Shared {
    pub fn new(
        clock: Arc<dyn Clock>,
        wish: Wish,
        close_after: Duration,
        outputs: Vec<Arc<OutputShared>>,
    ) -> Self {
        Self {
            epoch: clock.now(),
            clock,
            wish: Cell::new(wish),
            close_after,
            demand: Demand::new(outputs.len()),
            parcels: Mailbox::default(),
            board: Board::new(),
            camera: Cell::default(),
            next_camera: Cell::default(),
            work: Cell::default(),
            spoiled_in_row: AtomicU32::new(0),
            scene_fault: Cell::default(),
            outputs,
            stopping: AtomicBool::new(false),
        }
    }

    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Acquire)
    }

    /// Makes every thread end.
    pub fn stop(&self) {
        self.stopping.store(true, Ordering::Release);
        self.demand.bell().wake();
        self.parcels.close();
        self.outputs.iter().for_each(|output| output.inbox.wake());
    }

    /// Writes on the board what viewers are to be told, by what is known of camera and scene.
    pub fn update_board(&self) {
        let fault = self.scene_fault.lock().clone();
        let camera = self.camera.lock();
        self.board.post(match fault.as_ref().or(camera.reason.as_ref()) {
            Some(reason) => Notice::trouble(reason),
            None if camera.works => Notice::late(),
            None => Notice::starting(),
        });
    }
}
