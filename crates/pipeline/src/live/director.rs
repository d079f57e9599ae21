//! The directing thread: builds studios, beside the one that is at work.

use super::shared::Shared;
use super::worker::{Stage, Wings};
use super::{COLOR, Plan};
use crate::{PipelineError, Studio};
use backlot_effects::Canvas;
use backlot_kernels::Level;
use backlot_scene::Scene;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, SyncSender};
use std::sync::{Arc, PoisonError};
use std::time::Duration;

/// Builds the studio of a scene for a canvas.
pub type StudioBuilder = Box<dyn FnMut(&Scene, Canvas) -> Result<Studio, PipelineError> + Send>;

/// Wait before a broken studio is built anew; doubled each time, until it works for a while.
const FIRST_WAIT: Duration = Duration::from_millis(100);
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// A studio that has finished so many pictures has worked for a while.
const WORKS_FOR: u64 = 300;

/// What is asked of the director.
pub(crate) enum Call {
    /// The studio broke.
    Broken,
    /// Another plan wants another canvas.
    Replan(Plan),
    /// Another scene; the answer says whether it is shown now.
    Scene(Box<Scene>, SyncSender<Result<(), PipelineError>>),
    /// The whole is stopped.
    Stop,
}

pub(crate) struct Director {
    shared: Arc<Shared>,
    wings: Arc<Wings>,
    build: StudioBuilder,
    scene: Scene,
    plan: Plan,
    wait: Duration,
    broken_at: u64,
}

impl Director {
    pub fn new(shared: Arc<Shared>, wings: Arc<Wings>, build: StudioBuilder, scene: Scene) -> Self {
        let plan = Plan::default();
        Self { shared, wings, build, scene, plan, wait: FIRST_WAIT, broken_at: 0 }
    }

    /// The canvas on which pictures are made.
    pub fn canvas(&self) -> Canvas {
        let size = self.plan.scale.of(self.shared.wish.lock().size);
        Canvas { size, color: COLOR, level: Level::best() }
    }

    /// Builds the studio and lets the worker have it.
    pub fn stage(&mut self) -> Result<(), PipelineError> {
        let scene = self.scene.clone();
        self.stage_scene(&scene)
    }

    fn stage_scene(&mut self, scene: &Scene) -> Result<(), PipelineError> {
        let canvas = self.canvas();
        let build = &mut self.build;
        let studio = catch_unwind(AssertUnwindSafe(|| build(scene, canvas)));
        let studio = studio.unwrap_or(Err(PipelineError::Panicked))?;
        let stage = Box::new(Stage { studio, canvas, plan: self.plan });
        *self.wings.lock().unwrap_or_else(PoisonError::into_inner) = Some(stage);
        self.shared.parcels.wake();
        Ok(())
    }

    /// Until the whole is stopped.
    pub fn run(mut self, calls: &Receiver<Call>) {
        while let Ok(call) = calls.recv() {
            match call {
                Call::Stop => return,
                Call::Broken => self.mend(),
                Call::Replan(plan) => {
                    let old = std::mem::replace(&mut self.plan, plan);
                    if self.stage().is_err() {
                        self.plan = old;
                    }
                }
                Call::Scene(scene, answer) => {
                    let staged = self.stage_scene(&scene);
                    if staged.is_ok() {
                        self.scene = *scene;
                    }
                    // Who asked may have gone.
                    let _ = answer.send(staged);
                }
            }
        }
    }

    /// Builds the studio anew, after a while, until that works.
    fn mend(&mut self) {
        let finished = self.shared.work.lock().finished;
        if finished > self.broken_at + WORKS_FOR {
            self.wait = FIRST_WAIT;
        }
        self.broken_at = finished;
        while !self.shared.is_stopping() {
            self.pause();
            match self.stage() {
                Ok(()) => return,
                Err(error) => {
                    *self.shared.scene_fault.lock() = Some(error.to_string());
                    self.shared.update_board();
                }
            }
        }
    }

    /// Waits, each time longer, in steps in which the end of all is heard.
    fn pause(&mut self) {
        let mut waited = Duration::ZERO;
        while waited < self.wait && !self.shared.is_stopping() {
            std::thread::sleep(FIRST_WAIT);
            waited += FIRST_WAIT;
        }
        self.wait = (self.wait * 2).min(LONGEST_WAIT);
    }
}
