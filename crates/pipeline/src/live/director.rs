//! The directing thread: builds studios while another one is at work.
//!
//! It never waits for one: each is built on its own thread, since files may take any time to
//! answer. So it hears of another scene, the end, or a broken studio, whatever hangs.

use super::call::{Answer, Built, Call, CameraFinder, Change, Rig, StudioBuilder};
use super::camera::CameraThread;
use super::demand::{casting, first_casting};
use super::parcel::COLOR;
use super::port::Port;
use super::shared::Shared;
use super::wings::{NextStudio, Wings};
use super::{Effort, Governor};
use crate::{CameraId, Kept, PipelineError, Program, Studio};
use backlot_effects::Canvas;
use backlot_kernels::Level;
use backlot_launch::Errand;
use backlot_media::{Wish, threads};
use backlot_scene::SourceSpec;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, PoisonError, Weak};
use std::time::{Duration, Instant};

/// The wait before building a broken studio again; doubled each time, until it works for a while.
const FIRST_WAIT: Duration = Duration::from_millis(100);
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// A studio that has finished so many pictures has worked for a while.
const WORKS_FOR: u64 = 300;

/// Studios that may be under way at a time: it never waits for those that hang, but each takes a
/// thread.
const MOST_UNDER_WAY: usize = 8;

/// A studio that is being built on its own thread.
struct Attempt {
    number: u64,
    plan: Effort,
    errand: Errand,
}

/// The replacement of what viewers see, once it is built.
struct Opening {
    change: Change,
    answer: Answer,
    attempt: Attempt,
}

pub(crate) struct Director {
    shared: Arc<Shared>,
    wings: Arc<Wings>,
    build: StudioBuilder,
    find: CameraFinder,
    calls: Sender<Call>,
    /// The scene that viewers see, once there is one.
    program: Option<Program>,
    /// What the studio at work can hand on.
    kept: Vec<Kept>,
    plan: Effort,
    opening: Option<Opening>,
    /// The scene that viewers see, built again: after a fault, or for another plan.
    upkeep: Option<Attempt>,
    /// When the next attempt begins.
    retry: Option<Instant>,
    wait: Duration,
    broken_at: u64,
    attempts: u64,
    under_way: Weak<()>,
}

/// The canvas on which pictures are made.
pub(crate) fn canvas_of(plan: Effort, wish: &Wish) -> Canvas {
    Canvas::new(plan.scale.of(wish.size), COLOR, Level::best())
}

impl Director {
    pub fn new(
        shared: Arc<Shared>,
        wings: Arc<Wings>,
        (build, find): (StudioBuilder, CameraFinder),
        calls: Sender<Call>,
    ) -> Self {
        Self {
            shared,
            wings,
            build,
            find,
            calls,
            program: None,
            kept: Vec::new(),
            plan: Effort::default(),
            opening: None,
            upkeep: None,
            retry: None,
            wait: FIRST_WAIT,
            broken_at: 0,
            attempts: 0,
            under_way: Weak::new(),
        }
    }

    /// Runs until everything stops.
    pub fn run(mut self, calls: &Receiver<Call>) {
        loop {
            let wait = self.retry.map(|at| at.saturating_duration_since(Instant::now()));
            let call = match wait {
                Some(wait) => calls.recv_timeout(wait),
                None => calls.recv().map_err(|_| RecvTimeoutError::Disconnected),
            };
            match call {
                Ok(Call::Stop) | Err(RecvTimeoutError::Disconnected) => return self.give_up(),
                Ok(Call::Broken) => self.plan_repair(),
                Ok(Call::Replan(plan)) => self.rebuild(plan),
                Ok(Call::Renew) => self.rebuild(self.plan),
                Ok(Call::Change(change, answer)) => self.change(*change, answer),
                Ok(Call::Built(built)) => self.take(*built),
                Err(RecvTimeoutError::Timeout) => self.rebuild(self.plan),
            }
        }
    }

    /// Gives up everything under way.
    fn give_up(&mut self) {
        self.give_up_upkeep();
        if let Some(Opening { attempt, .. }) = self.opening.take() {
            attempt.errand.give_up();
        }
    }

    /// Begins a change. It gives up earlier changes that aren't ready yet; viewers see the same as
    /// before until this one is ready.
    fn change(&mut self, mut change: Change, answer: Answer) {
        if let Some(before) = self.opening.take() {
            before.attempt.errand.give_up();
            tell(&before.answer, Err(PipelineError::Superseded));
        }
        let before = *self.shared.wish.lock();
        change.wish = change.wish.filter(|wish| *wish != before);
        let wish = change.wish.unwrap_or(before);
        let plan = if change.wish.is_some() { Effort::default() } else { self.plan };
        let build = change.build.as_ref().unwrap_or(&self.build).clone();
        let Some(program) = change.program.clone().or_else(|| self.program.clone()) else {
            return tell(&answer, Err(PipelineError::Stopped));
        };
        self.shared.opening.set(Some(in_words(&program, self.program.is_some())));
        if self.program.is_none() {
            self.shared.casting.set(first_casting(&program));
            self.shared.ring();
        }
        let passing = match (&self.program, change.passage) {
            (Some(before), Some(passage)) => program.after(before, passage),
            _ => program,
        };
        match self.begin(passing, build, plan, canvas_of(plan, &wish)) {
            Ok(attempt) => self.opening = Some(Opening { change, answer, attempt }),
            Err(error) => self.refuse(&answer, error),
        }
    }

    fn refuse(&self, answer: &Answer, error: PipelineError) {
        self.shared.opening.set(None);
        tell(answer, Err(error));
    }

    /// Starts to build a studio, on its own thread.
    fn begin(
        &mut self,
        program: Program,
        build: StudioBuilder,
        plan: Effort,
        canvas: Canvas,
    ) -> Result<Attempt, PipelineError> {
        let (errand, under_way) = (Errand::new(), self.count_another()?);
        let (sizes, kept) = (self.shared.camera_sizes(), self.kept.clone());
        let rig = Rig { canvas, sizes, kept };
        self.attempts += 1;
        let (number, calls) = (self.attempts, self.calls.clone());
        let of = errand.clone();
        let work = move || {
            let built = of.within(|| catch_unwind(AssertUnwindSafe(|| build(&program, &rig))));
            let studio = built.unwrap_or(Err(PipelineError::Panicked));
            drop(under_way);
            // Ends an unwanted studio here, as that may take a while.
            if !of.is_given_up() {
                // The receiver is gone only while everything stops.
                let _ = calls.send(Call::Built(Box::new(Built { attempt: number, studio })));
            }
        };
        threads::start("builder", work).map_err(PipelineError::Thread)?;
        Ok(Attempt { number, plan, errand })
    }

    /// Counts a building thread while the returned value lives.
    fn count_another(&mut self) -> Result<Arc<()>, PipelineError> {
        let Some(others) = self.under_way.upgrade() else {
            let first = Arc::new(());
            self.under_way = Arc::downgrade(&first);
            return Ok(first);
        };
        match Arc::strong_count(&others) > MOST_UNDER_WAY {
            true => Err(PipelineError::Stuck),
            false => Ok(others),
        }
    }

    /// A studio is ready, or can't be built.
    fn take(&mut self, built: Built) {
        let Built { attempt, studio } = built;
        if self.opening.as_ref().is_some_and(|opening| opening.attempt.number == attempt) {
            self.take_change(studio);
        } else if self.upkeep.as_ref().is_some_and(|upkeep| upkeep.number == attempt) {
            self.take_upkeep(studio);
        }
    }

    fn take_change(&mut self, studio: Result<Studio, PipelineError>) {
        let Some(Opening { change, answer, attempt }) = self.opening.take() else { return };
        let studio = match studio {
            Ok(studio) => studio,
            Err(error) => return self.refuse(&answer, error),
        };
        if change.wish.is_none() && attempt.plan != self.plan {
            // The plan has changed since.
            return self.change(change, answer);
        }
        let governor = change.wish.map(|wish| Governor::new(wish.rate));
        self.program = change.program.or_else(|| self.program.take());
        self.stage(studio, &attempt, governor);
        (self.plan, self.wait) = (attempt.plan, FIRST_WAIT);
        self.retry = None;
        self.give_up_upkeep();
        if let Some(build) = change.build {
            self.build = build;
        }
        if let Some(wish) = change.wish {
            self.shared.set_wish(wish);
        }
        self.shared.opening.set(None);
        tell(&answer, Ok(()));
    }

    fn take_upkeep(&mut self, studio: Result<Studio, PipelineError>) {
        let Some(attempt) = self.upkeep.take() else { return };
        match studio {
            Ok(studio) => {
                self.plan = attempt.plan;
                self.stage(studio, &attempt, None);
            }
            // The studio at work stays, with the old plan.
            Err(_) if attempt.plan != self.plan => {}
            Err(error) => {
                *self.shared.scene_fault.lock() = Some(error.to_string());
                self.retry_later();
            }
        }
    }

    /// Hands the worker a studio, and puts its cameras to work.
    fn stage(&mut self, mut studio: Studio, attempt: &Attempt, governor: Option<Governor>) {
        self.follow_cameras(&studio);
        self.shared.casting.set(casting(&studio));
        let mut wings = self.wings.lock().unwrap_or_else(PoisonError::into_inner);
        // One that never was on stage hands on what it has, too.
        if let Some(before) = wings.take() {
            studio.take_over(before.studio);
        }
        self.kept = studio.kept();
        *wings = Some(Box::new(NextStudio { studio, plan: attempt.plan, governor }));
        drop(wings);
        self.shared.ring();
    }

    /// Starts the declared cameras that a studio needs, and ends the others.
    fn follow_cameras(&self, studio: &Studio) {
        let Some(program) = &self.program else { return };
        let (before, wish) = (self.shared.ports.all(), *self.shared.wish.lock());
        let mut declared = Vec::new();
        for id in studio.cameras() {
            let CameraId::Declared(name) = id else { continue };
            let Some(SourceSpec::Camera { device, size, rate }) =
                program.document.sources.get(name)
            else {
                continue;
            };
            let wish = Wish { size: size.unwrap_or(wish.size), rate: rate.unwrap_or(wish.rate) };
            let known = before.iter().find(|port| port.id == *id && port.device == *device);
            if let Some(port) = known {
                if *port.wish.lock() != wish {
                    port.ask(wish);
                }
                declared.push(port.clone());
            } else {
                declared.extend(self.start_camera(Port::new(id.clone(), device.clone(), wish)));
            }
        }
        self.shared.ports.set_declared(&declared);
        let is_kept = |port: &Arc<Port>| declared.iter().any(|kept| Arc::ptr_eq(kept, port));
        before.iter().skip(1).filter(|port| !is_kept(port)).for_each(|port| port.leave());
    }

    /// Starts the thread of a camera. Without one, its layers show a card.
    fn start_camera(&self, port: Port) -> Option<Arc<Port>> {
        let (opener, port) = ((self.find)(&port.device), Arc::new(port));
        let (shared, calls) = (self.shared.clone(), self.calls.clone());
        let thread = CameraThread::new(shared, port.clone(), calls, opener);
        let started = self.shared.team.lock().start("camera", move || thread.run());
        started.is_ok().then_some(port)
    }

    /// The studio broke: builds it again after a wait, which grows each time until it works.
    fn plan_repair(&mut self) {
        self.kept.clear();
        let finished = self.shared.work.lock().finished;
        if finished > self.broken_at + WORKS_FOR {
            self.wait = FIRST_WAIT;
        }
        self.broken_at = finished;
        self.give_up_upkeep();
        self.retry_later();
    }

    fn give_up_upkeep(&mut self) {
        if let Some(attempt) = self.upkeep.take() {
            attempt.errand.give_up();
        }
    }

    fn retry_later(&mut self) {
        self.retry = Some(Instant::now() + self.wait);
        self.wait = (self.wait * 2).min(LONGEST_WAIT);
    }

    /// Builds the present scene again.
    fn rebuild(&mut self, plan: Effort) {
        self.retry = None;
        self.give_up_upkeep();
        let Some(program) = self.program.clone() else { return };
        let canvas = canvas_of(plan, &self.shared.wish.lock());
        match self.begin(program, self.build.clone(), plan, canvas) {
            Ok(attempt) => self.upkeep = Some(attempt),
            Err(_) => self.retry_later(),
        }
    }
}

fn tell(answer: &Answer, result: Result<(), PipelineError>) {
    // The caller may be gone, or may not look.
    let _ = answer.try_send(result);
}

/// The message while a scene is opened.
fn in_words(program: &Program, has_other: bool) -> String {
    let files = program.files().into_iter().map(|path| format!("'{}'", path.display()));
    let files: Vec<_> = files.collect();
    let what = if files.is_empty() { "the scene".to_owned() } else { files.join(", ") };
    let until = if has_other { ": until then the scene before stays" } else { "" };
    format!("{what} is being opened{until}")
}
