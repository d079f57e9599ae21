//! The state that the threads of the running thing share.

use super::cell::Cell;
use super::demand::Demand;
use super::notice::{Board, Notice};
use super::outputs::Outputs;
use super::parcel::Parcel;
use super::{CameraStatus, GuardStatus, Mailbox, Plan};
use crate::Stages;
use backlot_launch::Errand;
use backlot_media::{CameraOpener, Clock, Recovery, Timestamp, Wish};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// The worker's report after each picture.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct WorkReport {
    pub finished: u64,
    pub guard: GuardStatus,
    pub plan: Plan,
    pub stages: Stages,
    pub panics: u64,
    pub spoiled: u64,
}

/// The worker's report on the pictures of one stream of the camera.
#[derive(Debug, Default)]
pub(crate) struct Reading {
    /// Which stream.
    pub stream: u64,
    /// Pictures that could be read.
    pub read: u64,
    /// Pictures in a row that could not.
    pub spoiled_in_row: u32,
    /// Why the last of them could not, and what helps.
    pub fault: Option<(Recovery, String)>,
}

impl Reading {
    /// The facts about a stream.
    pub fn of(&mut self, stream: u64) -> &mut Self {
        if self.stream != stream {
            *self = Self { stream, ..Self::default() };
        }
        self
    }

    /// A picture could be read.
    pub fn note_read(&mut self) {
        self.read += 1;
        (self.spoiled_in_row, self.fault) = (0, None);
    }

    /// A picture could not be read.
    pub fn note_spoiled(&mut self, recovery: Recovery, why: String) {
        self.spoiled_in_row = self.spoiled_in_row.saturating_add(1);
        self.fault = Some((recovery, why));
    }
}

/// All shared state.
pub(crate) struct Shared {
    pub clock: Arc<dyn Clock>,
    /// The pictures' times in scenes count from here.
    pub epoch: Timestamp,
    pub wish: Cell<Wish>,
    pub close_after: Cell<Duration>,
    pub demand: Demand,
    pub parcels: Mailbox<Parcel>,
    pub board: Board,
    pub camera: Cell<CameraStatus>,
    /// The camera that replaces this one.
    pub next_camera: Cell<Option<Box<dyn CameraOpener>>>,
    /// The opening of the camera that is under way, if one is.
    pub camera_errand: Cell<Errand>,
    /// The camera's wish has changed, so it must be opened again.
    pub reopen_camera: AtomicBool,
    pub work: Cell<WorkReport>,
    pub reading: Cell<Reading>,
    /// Why the scene can't be drawn, if it can't.
    pub scene_fault: Cell<Option<String>>,
    /// The message while a scene is being opened.
    pub opening: Cell<Option<String>>,
    pub outputs: Outputs,
    stopping: AtomicBool,
}

impl Shared {
    pub fn new(clock: Arc<dyn Clock>, wish: Wish, close_after: Duration) -> Self {
        Self {
            epoch: clock.now(),
            clock,
            wish: Cell::new(wish),
            close_after: Cell::new(close_after),
            demand: Demand::default(),
            parcels: Mailbox::default(),
            board: Board::new(),
            camera: Cell::default(),
            next_camera: Cell::default(),
            camera_errand: Cell::default(),
            reopen_camera: AtomicBool::new(false),
            work: Cell::default(),
            reading: Cell::default(),
            scene_fault: Cell::default(),
            opening: Cell::default(),
            outputs: Outputs::default(),
            stopping: AtomicBool::new(false),
        }
    }

    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Acquire)
    }

    /// Asks everything for pictures of another size or rate.
    pub fn set_wish(&self, wish: Wish) {
        self.wish.set(wish);
        self.reopen_camera.store(true, Ordering::Release);
        self.demand.bell().wake();
        self.outputs.all().iter().for_each(|output| output.change());
    }

    /// Makes every thread end.
    pub fn stop(&self) {
        self.stopping.store(true, Ordering::Release);
        self.demand.bell().wake();
        self.parcels.close();
        self.outputs.all().iter().for_each(|output| output.inbox.wake());
    }

    /// Writes on the board what viewers should read, by the state of camera and scene.
    pub fn update_board(&self) {
        let is_broken = self.scene_fault.lock().is_some();
        let camera = self.camera.lock();
        self.board.post(match &camera.reason {
            _ if is_broken => Notice::Scene,
            Some(_) => Notice::Camera(camera.trouble),
            None if camera.works => Notice::Late,
            None => Notice::Starting,
        });
    }
}
