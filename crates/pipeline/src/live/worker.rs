//! The working thread: makes finished pictures from cameras' parcels.

use super::call::Call;
use super::cell::Shown;
use super::demand::is_watched;
use super::line::Line;
use super::outputs::OutputShared;
use super::shared::{Shared, WorkReport};
use super::status::Explanation;
use super::wings::{NextStudio, Wings};
use super::{Governor, GuardStatus, Taken};
use crate::{Finished, PRESENCE, PipelineError, Stages, Studio};
use backlot_guard::{Cleared, ShieldReason, Verdict};
use backlot_media::{Seldom, Timestamp};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::Sender;
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

pub(crate) struct Worker {
    shared: Arc<Shared>,
    wings: Arc<Wings>,
    calls: Sender<Call>,
    stage: Option<Box<NextStudio>>,
    /// The studio's cameras, in its order.
    lines: Vec<Line>,
    places: Places,
    report: WorkReport,
    /// The counts of earlier studios.
    earlier: (GuardStatus, Stages),
    taken_in: Stages,
    /// When a scene that no camera times was last drawn.
    ticked: Timestamp,
    /// When it was last looked who is there, while nothing on show needs that.
    looked: Timestamp,
    sequence: u64,
    /// How many pictures were finished before this studio.
    begun: u64,
    /// Whether the director knows that a scene has given way.
    has_left: bool,
    governor: Governor,
    told: Seldom,
}

/// When a scene is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cue {
    /// With each picture of the first camera that is on time.
    Camera(usize),
    /// By the clock: it has no camera, or none that is on time.
    Clock,
    /// Not at all: it would show nothing but that its camera is missing.
    Never,
}

impl Worker {
    pub fn new(shared: Arc<Shared>, wings: Arc<Wings>, calls: Sender<Call>) -> Self {
        let rate = shared.wish.lock().rate;
        Self {
            places: Places::new(POOLED_PLACES),
            governor: Governor::new(rate),
            shared,
            wings,
            calls,
            stage: None,
            lines: Vec::new(),
            report: WorkReport::default(),
            earlier: Default::default(),
            taken_in: Stages::default(),
            ticked: Timestamp::default(),
            looked: Timestamp::default(),
            sequence: 0,
            begun: 0,
            has_left: false,
            told: Seldom::new(),
        }
    }

    /// Runs until everything stops.
    pub fn run(mut self) {
        while self.shared.bell.take(self.next_tick()) != Taken::Closed {
            self.change_stage();
            self.work();
            self.explain();
        }
    }

    /// Tells who asked what is done for a picture.
    fn explain(&self) {
        let Some(asked) = self.shared.explanation.lock().take() else { return };
        let pictures = self.report.finished - self.begun;
        let steps = self.stage.as_ref().map_or_else(Vec::new, |stage| stage.studio.steps(0));
        // Whoever gave up waiting misses nothing.
        let _ = asked.try_send(Explanation { steps, pictures });
    }

    /// Switches to the studio in the wings, if there is one.
    pub(super) fn change_stage(&mut self) {
        let next = self.wings.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(mut next) = next else { return };
        if let Some(before) = self.retire() {
            next.studio.take_over(before.studio);
        }
        if next.studio.is_incomplete() {
            // What it was to go on with broke meanwhile: it is built again, from nothing.
            let _ = self.calls.send(Call::Broken);
            return;
        }
        next.studio.set_network_every(next.plan.network_every);
        self.publish_nothing();
        self.follow_cameras(&next.studio);
        if let Some(governor) = next.governor.take() {
            self.governor = governor;
        }
        (self.report.plan, self.report.somebody) = (next.plan, None);
        self.begun = self.report.finished;
        self.has_left = false;
        self.stage = Some(next);
    }

    fn follow_cameras(&mut self, studio: &Studio) {
        let mut before = std::mem::take(&mut self.lines);
        let ports = self.shared.ports.all();
        self.lines = studio
            .cameras()
            .map(|id| {
                let port = ports.iter().find(|port| port.id == *id);
                let is_same = |line: &Line| port.is_some_and(|port| line.is_of(port));
                match before.iter().position(is_same) {
                    Some(at) => before.swap_remove(at),
                    None => Line::new(port.cloned()),
                }
            })
            .collect();
    }

    /// Takes the studio away, and keeps its counts.
    fn retire(&mut self) -> Option<Box<NextStudio>> {
        let old = self.stage.take()?;
        self.earlier = self.sums(&old.studio);
        Some(old)
    }

    fn sums(&self, studio: &Studio) -> (GuardStatus, Stages) {
        let (guard, (before, mut stages)) = (studio.guard(), self.earlier);
        stages.merge(&studio.stages());
        let sum = GuardStatus {
            shown: before.shown + guard.shown,
            shielded: before.shielded + guard.shielded,
            reason: guard.last_reason.or(before.reason),
        };
        (sum, stages)
    }

    /// Takes in what cameras delivered, and draws the scenes that are due.
    pub(super) fn work(&mut self) {
        let start = Instant::now();
        let now = self.shared.now();
        let Some(stage) = &mut self.stage else { return };
        let (lines, taken_in, epoch) = (&mut self.lines, &mut self.taken_in, self.shared.epoch);
        let taken = catch_unwind(AssertUnwindSafe(|| {
            for (at, line) in lines.iter_mut().enumerate() {
                line.take(at, &mut stage.studio, taken_in, (now, epoch));
            }
        }));
        if taken.is_err() {
            return self.panicked();
        }
        let is_due = now.since(self.ticked) >= self.period();
        let outputs = self.shared.outputs.all();
        let shows = self.stage.as_ref().map_or(0, |stage| stage.studio.shows().len());
        let (mut is_drawn, mut is_tick) = (false, false);
        for show in 0..shows {
            let time = match self.cue(show, now) {
                _ if !self.is_wanted(show, &outputs) || self.has_looked(show, now) => None,
                Cue::Camera(at) => self.lines[at].fresh(),
                Cue::Clock => is_due.then_some(now),
                Cue::Never => None,
            };
            if let Some(time) = time {
                if self.is_presence(show) {
                    self.looked = now;
                }
                is_tick |= self.cue(show, now) == Cue::Clock;
                is_drawn |= self.show(show, time, &outputs);
            }
        }
        if is_tick {
            // Late by less than a period, the clock keeps its beat.
            let next = self.ticked + self.period();
            self.ticked = if now.since(next) < self.period() { next } else { now };
        }
        if is_drawn {
            self.report.finished += 1;
            self.tell(start.elapsed());
        }
    }

    /// Whether it is the scene that nobody sees.
    fn is_presence(&self, show: usize) -> bool {
        let name = self.stage.as_ref().and_then(|stage| stage.studio.shows().nth(show).flatten());
        name == Some(PRESENCE)
    }

    /// Whether a scene is the one that nobody sees, and was drawn just now.
    fn has_looked(&self, show: usize, now: Timestamp) -> bool {
        now.since(self.looked) < LOOK_EVERY && self.is_presence(show)
    }

    /// What a scene waits for.
    fn cue(&self, show: usize, now: Timestamp) -> Cue {
        let Some(stage) = &self.stage else { return Cue::Never };
        let cameras = stage.studio.cameras_of(show);
        match cameras.iter().find(|at| self.lines[**at].is_on_time(now)) {
            Some(at) => Cue::Camera(*at),
            None if stage.studio.is_filled_by_camera(show) => Cue::Never,
            None => Cue::Clock,
        }
    }

    /// Whether a scene has viewers. While nobody watches anything, the program's own is kept up.
    fn is_wanted(&self, show: usize, outputs: &[Arc<OutputShared>]) -> bool {
        let Some(stage) = &self.stage else { return false };
        let name = stage.studio.shows().nth(show).flatten();
        is_watched(outputs, name) || show == 0 && !self.shared.is_watched()
    }

    /// How long to wait for a picture before the clock times a scene: `None` for ever.
    fn next_tick(&self) -> Option<Duration> {
        let stage = self.stage.as_ref()?;
        let (now, outputs) = (self.shared.now(), self.shared.outputs.all());
        let by_clock =
            |show: usize| !stage.studio.is_filled_by_camera(show) && self.is_wanted(show, &outputs);
        let is_any = self.shared.is_watched() && (0..stage.studio.shows().len()).any(by_clock);
        is_any.then(|| self.period().saturating_sub(now.since(self.ticked)).max(SHORTEST_WAIT))
    }

    /// The time between two pictures.
    fn period(&self) -> Duration {
        self.shared.wish.lock().rate.time_of(1).since(Timestamp::default())
    }

    /// Draws a scene for its viewers. A studio that breaks is dropped, since what it would show next
    /// is unknown.
    fn show(&mut self, show: usize, taken: Timestamp, outputs: &[Arc<OutputShared>]) -> bool {
        let Some(stage) = &mut self.stage else { return false };
        let time = Timestamp::from_nanos(taken.since(self.shared.epoch).as_nanos() as u64);
        self.sequence += 1;
        let sequence = self.sequence;
        let made = catch_unwind(AssertUnwindSafe(|| stage.studio.draw(show, time, sequence)));
        match made {
            Ok(Ok(Finished { picture, verdict })) => {
                self.note_scene_fault(None);
                if verdict == Verdict::Shield(ShieldReason::NoMatte) {
                    self.tell_why_there_is_no_matte();
                }
                self.publish(picture, show, outputs);
                return true;
            }
            Ok(Err(error)) => self.break_down(&error),
            Err(_) => self.panicked(),
        }
        false
    }

    fn tell_why_there_is_no_matte(&mut self) {
        let fault = self.stage.as_ref().and_then(|stage| stage.studio.fault());
        let Some(reason) = fault.map(ToString::to_string) else { return };
        if let Some(times) = self.told.tell(&reason, self.shared.now()) {
            tracing::warn!(times, reason, "there is no matte");
        }
    }

    fn panicked(&mut self) {
        self.report.panics += 1;
        self.break_down(&PipelineError::Panicked);
    }

    fn break_down(&mut self, error: &PipelineError) {
        drop(self.retire());
        self.shared.work.set(self.report);
        let reason = error.to_string();
        if let Some(times) = self.told.tell(&reason, self.shared.now()) {
            tracing::warn!(times, reason, "the scene can't be drawn");
        }
        self.note_scene_fault(Some(reason));
        // The receiver is gone only while everything stops.
        let _ = self.calls.send(Call::Broken);
    }

    fn note_scene_fault(&self, fault: Option<String>) {
        let mut known = self.shared.scene_fault.lock();
        if *known == fault {
            return;
        }
        *known = fault;
    }

    /// Makes virtual cameras forget what they showed: the next scene may hide the room.
    fn publish_nothing(&self) {
        let nothing: Shown = Arc::new(None);
        for output in self.shared.outputs.all().iter() {
            output.inbox.put(nothing.clone());
        }
    }

    fn publish(&mut self, picture: Cleared, show: usize, outputs: &[Arc<OutputShared>]) {
        let shown = self.places.put(picture);
        let name = self.stage.as_ref().and_then(|stage| stage.studio.shows().nth(show).flatten());
        for output in outputs.iter().filter(|output| output.shows(name)) {
            output.inbox.put(shown.clone());
            // It may have got another scene just now, and then nothing of this one may stay.
            if !output.shows(name) {
                output.forget();
            }
        }
    }

    /// Reports, and reconsiders the plan.
    fn tell(&mut self, cost: Duration) {
        let Some(stage) = &mut self.stage else { return };
        if let Some(plan) = self.governor.consider(self.shared.now(), cost) {
            if plan.scale == stage.plan.scale {
                stage.studio.set_network_every(plan.network_every);
                (stage.plan, self.report.plan) = (plan, plan);
            } else {
                let _ = self.calls.send(Call::Replan(plan));
            }
        }
        let Some(stage) = &self.stage else { return };
        if stage.studio.has_left() && !std::mem::replace(&mut self.has_left, true) {
            let _ = self.calls.send(Call::Renew);
        }
        self.report.somebody = stage.studio.sees_somebody().or(self.report.somebody);
        self.report.lead = stage.studio.lead();
        (self.report.guard, self.report.stages) = self.sums(&stage.studio);
        self.report.stages.merge(&self.taken_in);
        self.shared.work.set(self.report);
    }
}

/// How often it is looked who is there, while nothing on show needs that.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// The shortest wait of a thread that has to look again.
const SHORTEST_WAIT: Duration = Duration::from_millis(1);

/// The initial number of places; more virtual cameras need more.
const POOLED_PLACES: usize = 4;

/// Places for finished pictures that several threads look at, used again and again.
struct Places(Vec<Shown>);

impl Places {
    fn new(count: usize) -> Self {
        Self((0..count).map(|_| Arc::new(None)).collect())
    }

    /// Puts a picture into a place that nobody looks at any more.
    fn put(&mut self, picture: Cleared) -> Shown {
        let free = self.0.iter().position(|place| Arc::strong_count(place) == 1);
        let free = free.unwrap_or_else(|| {
            self.0.push(Arc::new(None));
            self.0.len() - 1
        });
        let place = &mut self.0[free];
        match Arc::get_mut(place) {
            Some(inside) => *inside = Some(picture),
            // Not reached: only this thread passes places on.
            None => *place = Arc::new(Some(picture)),
        }
        place.clone()
    }
}
