//! The running thing: from a camera to virtual cameras, all day.
//!
//! ```text
//! a thread for each camera ──parcel──> worker ──pictures──> a thread for each virtual camera
//!      ^                                ^ studio                  │
//!      │                             director                     │
//!      └──────────────── demand: somebody watches ────────────────┘
//! ```
//!
//! Threads pass pictures on through [`Mailbox`]es, in which the latest wins. [`Supervisor`]s keep
//! the devices open, a [`Pacer`] gives viewers a picture in time, whatever fails before it, and
//! only [`Cleared`](backlot_guard::Cleared) pictures reach them.

mod call;
mod camera;
mod cell;
mod cover;
mod curtain;
mod demand;
mod develop;
mod director;
mod governor;
mod latency;
mod line;
mod mailbox;
mod output;
mod outputs;
mod pacer;
mod parcel;
mod pause_card;
mod port;
mod screen;
mod shared;
mod status;
mod supervisor;
mod team;
mod view;
mod wings;
mod worker;

pub use call::{CameraFinder, Change, Rig, StudioBuilder};
pub use cover::Cover;
pub use curtain::Curtain;
pub use develop::Developer;
pub use governor::{Effort, Governor, Scale};
pub use latency::{Latency, LatencyCounts, LatencySummary};
pub use mailbox::{Mailbox, Taken};
pub use outputs::OutputSetup;
use outputs::Role;
pub use pacer::{Pace, PaceTally, Pacer, Step};
pub use pause_card::PauseCard;
pub use status::{
    CameraStatus, Explanation, GuardStatus, LiveState, LiveStatus, OutputId, OutputStatus,
};
pub use supervisor::{Order, Patience, Supervisor};
pub use view::{Backlog, View, ViewWish, Viewing};

use crate::{Maker, PipelineError, Program, Studio, StudioOptions, Timing};
use backlot_files::Intake;
use backlot_guard::OutputOpener;
use backlot_matte::MatteSettings;
use backlot_media::{CameraOpener, Clock, Wish};
use backlot_segmenter::SegmentationModel;
use call::Call;
use camera::CameraThread;
use director::Director;
use shared::Shared;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel, sync_channel};
use std::time::Duration;
use wings::Wings;
use worker::Worker;

/// The parts of the running thing.
pub struct LiveSetup {
    /// The usual camera.
    pub camera: Box<dyn CameraOpener>,
    /// Finds the cameras that scenes declare.
    pub find: CameraFinder,
    /// The virtual cameras.
    pub outputs: Vec<Box<dyn OutputOpener>>,
    /// What viewers see.
    pub program: Program,
    /// Builds the studio of a scene: [`studio_builder`], or a test's own.
    pub build: StudioBuilder,
    /// Size and rate of the pictures.
    pub wish: Wish,
    /// How long the camera stays open after the last viewer leaves.
    pub close_after: Duration,
    /// The clock that stamps the camera's pictures.
    pub clock: Arc<dyn Clock>,
}

/// Builds studios around a network.
pub fn studio_builder(
    model: Option<SegmentationModel>,
    matte: MatteSettings,
    intake: Intake,
) -> StudioBuilder {
    let maker = Maker::default();
    Arc::new(move |program, Rig { canvas, sizes, kept }| {
        let options = StudioOptions::new(*canvas, model.as_ref(), matte, &intake);
        let (maker, timing) = (Some(&maker), Timing::Live);
        Studio::new(program, StudioOptions { maker, sizes, kept, timing, ..options })
    })
}

/// How long stopping may take: a thread that still hangs in a device is left behind.
const LONGEST_END: Duration = Duration::from_secs(1);

/// The running thing. Dropping it stops it.
pub struct Live {
    shared: Arc<Shared>,
    calls: Sender<Call>,
    first: Option<Changing>,
}

impl Live {
    /// Starts all threads. They open the devices, keep them open, and compile the scene:
    /// [`Live::first_scene`] reports the result, and until then viewers see a card that asks for
    /// patience.
    ///
    /// # Errors
    /// Returns an error if a thread can't start.
    pub fn start(setup: LiveSetup) -> Result<Self, PipelineError> {
        let shared = Arc::new(Shared::new(setup.clock, setup.wish, setup.close_after));
        let wings = Arc::new(Wings::default());
        let (calls, called) = channel();

        let (of_director, parts) = (calls.clone(), (setup.build, setup.find));
        let director = Director::new(shared.clone(), wings.clone(), parts, of_director);
        let worker = Worker::new(shared.clone(), wings, calls.clone());
        let port = shared.ports.usual();
        let camera = CameraThread::new(shared.clone(), port, calls.clone(), setup.camera);

        let mut live = Self { shared, calls, first: None };
        live.first = Some(live.show(setup.program));
        live.start_thread("director", move || director.run(&called))?;
        live.start_thread("worker", move || worker.run())?;
        for opener in setup.outputs {
            live.add_output(OutputSetup::new(opener))?;
        }
        live.start_thread("camera", move || camera.run())?;
        Ok(live)
    }

    fn start_thread(
        &self,
        name: &'static str,
        run: impl FnOnce() + Send + 'static,
    ) -> Result<(), PipelineError> {
        self.shared.start_thread(name, run)
    }

    /// The result of the first scene. Returned once.
    pub const fn first_scene(&mut self) -> Option<Changing> {
        self.first.take()
    }

    /// Shows other scenes as soon as they are ready. See [`Live::change`].
    pub fn show(&self, program: impl Into<Program>) -> Changing {
        self.change(Change { program: Some(program.into()), ..Change::default() })
    }

    /// Shows something else as soon as it is ready. Returns at once; the result follows later.
    /// Until then, and if the change fails, viewers see the same as before. The next change
    /// replaces one that isn't ready yet.
    pub fn change(&self, change: Change) -> Changing {
        let (answer, answered) = sync_channel(1);
        // If the receiver is gone, the answer says so.
        let _ = self.calls.send(Call::Change(Box::new(change), answer));
        Changing(answered)
    }

    /// Keeps the camera open for this long after the last viewer leaves.
    pub fn set_close_after(&self, close_after: Duration) {
        self.shared.close_after.set(close_after);
        self.shared.ring();
    }

    /// Shows viewers this card during breaks from now on.
    pub fn set_pause_card(&self, card: PauseCard) {
        self.shared.pause_card.set(card);
    }

    /// What hides everything from all viewers, whatever hangs.
    pub fn curtain(&self) -> Curtain {
        Curtain::new(self.shared.clone())
    }

    /// Opens views of what viewers see.
    pub fn viewing(&self) -> Viewing {
        Viewing::new(self.shared.clone())
    }

    /// The scenes that views want to show, each once.
    pub fn viewed_scenes(&self) -> Vec<String> {
        let outputs = self.shared.outputs.all();
        let views = outputs.iter().filter(|output| output.is_view());
        let mut scenes: Vec<_> = views.filter_map(|view| view.scene()).collect();
        scenes.sort_unstable();
        scenes.dedup();
        scenes
    }

    /// Adds a virtual camera.
    ///
    /// # Errors
    /// Returns an error if its thread can't start.
    pub fn add_output(&mut self, setup: OutputSetup) -> Result<OutputId, PipelineError> {
        output::add(&self.shared, setup, Role::Device)
    }

    /// Opens a virtual camera in another way, as soon as nobody watches it. If that fails, it opens
    /// as before.
    pub fn change_output(&self, id: OutputId, setup: OutputSetup) {
        if let Some(output) = self.shared.outputs.find(id) {
            output.next.set(Some(setup));
            output.change();
        }
    }

    /// Shows the scene of a name on a virtual camera from now on, `None` for the program's own. Until
    /// there is one of that name, viewers see a card.
    pub fn set_output_scene(&self, id: OutputId, scene: Option<String>) {
        if let Some(output) = self.shared.outputs.find(id) {
            output.set_scene(scene);
            self.shared.ring();
        }
    }

    /// Closes a virtual camera for good.
    pub fn remove_output(&self, id: OutputId) {
        if let Some(output) = self.shared.outputs.remove(id) {
            output.leave();
        }
    }

    /// Takes pictures from another camera from now on.
    pub fn set_camera(&self, camera: Box<dyn CameraOpener>) {
        self.shared.ports.usual().replace(camera);
    }

    /// The status of the running thing. Latencies are those of the last ten seconds.
    pub fn status(&self) -> LiveStatus {
        let latency = self.latency();
        let work = *self.shared.work.lock();
        let ports = self.shared.ports.all();
        let mut cameras: Vec<_> = ports.iter().map(|port| port.status()).collect();
        let wanted = ports.iter().zip(&cameras);
        let wanted: Vec<_> = wanted.filter(|(port, _)| self.shared.is_wanted(&port.id)).collect();
        let fault = self.shared.scene_fault.lock().clone();
        let opening = self.shared.opening.lock().clone();
        let all = self.shared.outputs.all();
        let (views, outputs): (Vec<_>, Vec<_>) = all.iter().partition(|output| output.is_view());
        let views = views.iter().map(|view| view.status().name).collect();
        let outputs: Vec<_> = outputs.iter().map(|output| output.status()).collect();
        let works = wanted.is_empty() || wanted.iter().any(|(_, camera)| camera.works);
        let fails = wanted.iter().any(|(_, camera)| camera.reason.is_some());
        let reason = cameras.iter().find_map(|camera| camera.reason.clone());
        let state = if !self.shared.is_watched() {
            LiveState::Idle
        } else if fault.is_some() || fails && !works {
            LiveState::Waiting
        } else if works && work.finished > 0 {
            LiveState::Live
        } else {
            LiveState::Starting
        };
        // One of the optional ones is enough.
        let is_any_open = outputs.iter().any(|output| output.mode.is_some());
        let amiss = outputs.iter().filter(|output| !(output.is_optional && is_any_open));
        let broken = amiss.map(|output| &output.reason).find_map(Clone::clone);
        let declared = cameras.split_off(1);
        LiveStatus {
            state,
            message: fault.or(opening).or(reason).or(broken),
            finished: work.finished,
            latency,
            camera: cameras.pop().unwrap_or_default(),
            declared,
            outputs,
            views,
            guard: work.guard,
            plan: work.plan,
            stages: work.stages,
            panics: work.panics,
            somebody: work.somebody,
            lead: work.lead,
        }
    }

    /// Asks what is done for a picture. The answer comes as soon as the worker is free; none comes if it
    /// hangs, or somebody else asks meanwhile.
    pub fn explain(&self) -> Receiver<Explanation> {
        let (sender, receiver) = sync_channel(1);
        self.shared.explanation.set(Some(sender));
        self.shared.bell.wake();
        receiver
    }

    /// Forgets the latencies of pictures until now.
    pub fn forget_latencies(&self) {
        self.shared.outputs.all().iter().for_each(|output| output.latency.forget());
    }

    fn latency(&self) -> LatencySummary {
        let (now, mut counts) = (self.shared.now(), LatencyCounts::default());
        let outputs = self.shared.outputs.all();
        let outputs = outputs.iter().filter(|output| !output.is_view());
        outputs.for_each(|output| counts.merge(&output.latency.counts(now)));
        counts.summary()
    }
}

/// A change under way.
#[derive(Debug)]
pub struct Changing(Receiver<Result<(), PipelineError>>);

impl Changing {
    /// The result, if it is over.
    pub fn look(&self) -> Option<Result<(), PipelineError>> {
        self.within(Duration::ZERO)
    }

    /// The result, if it is over within that time.
    pub fn within(&self, limit: Duration) -> Option<Result<(), PipelineError>> {
        match self.0.recv_timeout(limit) {
            Ok(changed) => Some(changed),
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => Some(Err(PipelineError::Stopped)),
        }
    }

    /// Waits until it is over, which may take for ever if files don't answer.
    ///
    /// # Errors
    /// Returns an error if it can't be shown; everything stays as before.
    pub fn wait(self) -> Result<(), PipelineError> {
        self.0.recv().unwrap_or(Err(PipelineError::Stopped))
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Live {
    /// Stops everything, and waits until the devices are closed. It doesn't wait long for a thread
    /// that hangs in one; that ends when its device answers.
    pub fn stop(&mut self) {
        if self.shared.is_stopping() {
            return;
        }
        self.shared.stop();
        // The director may already be gone.
        let _ = self.calls.send(Call::Stop);
        self.shared.team.lock().wait(LONGEST_END);
    }
}

#[cfg(test)]
mod tests;
