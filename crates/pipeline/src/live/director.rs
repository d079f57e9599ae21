//! The directing thread: builds studios, beside the one that is at work.

use super::shared::Shared;
use super::worker::{Stage, Wings};
use super::{COLOR, Governor, Plan};
use crate::{PipelineError, Studio};
use backlot_effects::Canvas;
use backlot_kernels::Level;
use backlot_media::Wish;
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

/// What is to be different from the next picture on. What is not given stays as it is, and all of
/// it does if the whole can't be shown.
#[derive(Default)]
pub struct Change {
    /// The scene.
    pub scene: Option<Scene>,
    /// What builds studios, now and later.
    pub build: Option<StudioBuilder>,
    /// Size and rate of the pictures.
    pub wish: Option<Wish>,
}

impl Change {
    /// Whether nothing is to be different.
    pub const fn is_empty(&self) -> bool {
        self.scene.is_none() && self.build.is_none() && self.wish.is_none()
    }
}

/// What is asked of the director.
pub(crate) enum Call {
    /// The studio broke.
    Broken,
    /// Another plan wants another canvas.
    Replan(Plan),
    /// Something else is to be shown; the answer says whether it is.
    Change(Box<Change>, SyncSender<Result<(), PipelineError>>),
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
        canvas_of(self.plan, &self.shared.wish.lock())
    }

    /// Builds the studio and lets the worker have it.
    pub fn stage(&mut self) -> Result<(), PipelineError> {
        let (canvas, plan) = (self.canvas(), self.plan);
        let studio = built(&mut self.build, &self.scene, canvas)?;
        self.hand_over(Stage { studio, canvas, plan, governor: None });
        Ok(())
    }

    fn hand_over(&self, stage: Stage) {
        *self.wings.lock().unwrap_or_else(PoisonError::into_inner) = Some(Box::new(stage));
        self.shared.parcels.wake();
    }

    /// Builds a studio for what is to be different, and then follows all of it.
    fn change(&mut self, mut change: Change) -> Result<(), PipelineError> {
        let scene = change.scene.take().unwrap_or_else(|| self.scene.clone());
        let wish = change.wish.unwrap_or(*self.shared.wish.lock());
        let plan = if change.wish.is_some() { Plan::default() } else { self.plan };
        let canvas = canvas_of(plan, &wish);
        let studio = match &mut change.build {
            Some(build) => built(build, &scene, canvas)?,
            None => built(&mut self.build, &scene, canvas)?,
        };
        if let Some(build) = change.build {
            self.build = build;
        }
        (self.scene, self.plan) = (scene, plan);
        let governor = change.wish.map(|wish| Governor::new(wish.rate));
        self.hand_over(Stage { studio, canvas, plan, governor });
        if change.wish.is_some() {
            self.shared.set_wish(wish);
        }
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
                Call::Change(change, answer) => {
                    let changed = self.change(*change);
                    // Who asked may have gone.
                    let _ = answer.send(changed);
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

/// A studio, or why there is none; a builder that panics is a fault like any other.
fn built(
    build: &mut StudioBuilder,
    scene: &Scene,
    canvas: Canvas,
) -> Result<Studio, PipelineError> {
    let studio = catch_unwind(AssertUnwindSafe(|| build(scene, canvas)));
    studio.unwrap_or(Err(PipelineError::Panicked))
}

fn canvas_of(plan: Plan, wish: &Wish) -> Canvas {
    Canvas { size: plan.scale.of(wish.size), color: COLOR, level: Level::best() }
}
