//! The state that the threads of the running thing share.

use super::cell::Cell;
use super::cover::{Cover, Covered};
use super::demand::Casting;
use super::outputs::{OutputShared, Outputs, Role};
use super::pause_card::PauseCard;
use super::port::{Port, Ports};
use super::status::Explanation;
use super::team::Team;
use super::{Effort, GuardStatus, Mailbox};
use crate::notice::Notice;
use crate::{CameraId, CameraSizes, PipelineError, Stages};
use backlot_matte::Lead;
use backlot_media::{Clock, Timestamp, Wish};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::SyncSender;
use std::time::Duration;

/// The worker's report after each picture.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct WorkReport {
    pub finished: u64,
    pub guard: GuardStatus,
    pub plan: Effort,
    pub stages: Stages,
    pub panics: u64,
    /// Whether somebody is in the usual camera's picture, if that is known.
    pub somebody: Option<bool>,
    pub lead: Option<Lead>,
}

/// All shared state.
pub(crate) struct Shared {
    pub clock: Arc<dyn Clock>,
    /// The pictures' times in scenes count from here.
    pub epoch: Timestamp,
    pub wish: Cell<Wish>,
    pub close_after: Cell<Duration>,
    pub ports: Ports,
    /// Which cameras each scene on show needs.
    pub casting: Cell<Casting>,
    /// Wakes the worker: for a picture, a studio, a viewer.
    pub bell: Mailbox<()>,
    pub work: Cell<WorkReport>,
    /// Why the scene can't be drawn, if it can't.
    pub scene_fault: Cell<Option<String>>,
    /// The message while a scene is being opened.
    pub opening: Cell<Option<String>>,
    pub outputs: Outputs,
    /// Who wants to know what is done for a picture.
    pub explanation: Cell<Option<SyncSender<Explanation>>>,
    /// What hides everything, if something does.
    pub cover: Covered,
    /// What viewers see during a break.
    pub pause_card: Cell<PauseCard>,
    pub team: Cell<Team>,
    stopping: AtomicBool,
}

impl Shared {
    pub fn new(clock: Arc<dyn Clock>, wish: Wish, close_after: Duration) -> Self {
        Self {
            epoch: clock.now(),
            clock,
            wish: Cell::new(wish),
            close_after: Cell::new(close_after),
            ports: Ports::new(Port::new(CameraId::Usual, String::new(), wish)),
            casting: Cell::default(),
            bell: Mailbox::default(),
            work: Cell::default(),
            scene_fault: Cell::default(),
            opening: Cell::default(),
            outputs: Outputs::default(),
            explanation: Cell::default(),
            cover: Covered::default(),
            pause_card: Cell::default(),
            team: Cell::default(),
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
        self.ports.usual().ask(wish);
        self.outputs.all().iter().for_each(|output| output.change());
    }

    /// Starts a thread of the running thing.
    pub fn start_thread(
        &self,
        name: &'static str,
        run: impl FnOnce() + Send + 'static,
    ) -> Result<(), PipelineError> {
        self.team.lock().start(name, run).map_err(PipelineError::Thread)
    }

    /// Makes every thread end.
    pub fn stop(&self) {
        self.stopping.store(true, Ordering::Release);
        self.ports.all().iter().for_each(|port| port.leave());
        self.bell.close();
        self.outputs.all().iter().for_each(|output| output.inbox.wake());
    }

    /// Reports whether anyone may be watching an output.
    pub fn watch(&self, output: &OutputShared, watched: bool) {
        if output.watch(watched) {
            self.ring();
        }
    }

    /// Makes the worker and all cameras look whether they are wanted.
    pub fn ring(&self) {
        self.ports.all().iter().for_each(|port| port.bell.wake());
        self.bell.wake();
    }

    /// Whether anyone may be watching anything.
    pub fn is_watched(&self) -> bool {
        self.cover.now().is_none() && self.outputs.all().iter().any(|output| output.is_watched())
    }

    /// Whether anyone may be watching a scene with that camera.
    pub fn is_wanted(&self, camera: &CameraId) -> bool {
        if self.cover.now().is_some() {
            return false;
        }
        let (outputs, casting) = (self.outputs.all(), self.casting.lock().clone());
        let shown = |output: &OutputShared| {
            let mut shows = casting.iter().filter(|(_, cameras)| cameras.contains(camera));
            shows.any(|(name, _)| output.shows(name.as_deref()))
        };
        let opens = |output: &OutputShared| output.role != Role::Guest && output.is_watched();
        outputs.iter().any(|output| opens(output) && shown(output))
    }

    /// What the viewers of an output should read while there is no picture.
    pub fn notice(&self, output: &OutputShared) -> Notice {
        match self.cover.now() {
            Some(Cover::Pause) => return Notice::Paused,
            Some(Cover::Panic) => return Notice::Off,
            None => {}
        }
        if self.scene_fault.lock().is_some() {
            return Notice::Scene;
        }
        let casting = self.casting.lock().clone();
        let show = casting.iter().find(|(name, _)| output.shows(name.as_deref()));
        let Some((_, cameras)) = show else { return Notice::Starting };
        let ports = self.ports.all();
        let first = cameras.first().and_then(|id| ports.iter().find(|port| port.id == *id));
        first.map_or(Notice::Late, |port| port.notice())
    }

    /// The sizes of cameras' pictures, as far as they are known.
    pub fn camera_sizes(&self) -> CameraSizes {
        let ports = self.ports.all();
        let known = ports.iter().map(|port| {
            let wished = port.wish.lock().size;
            (port.id.clone(), port.size.lock().unwrap_or(wished))
        });
        known.collect()
    }
}
