//! The working thread: makes finished pictures from a camera's parcels.

use super::cell::Shown;
use super::director::Call;
use super::intake::Intake;
use super::parcel::Parcel;
use super::shared::{Shared, WorkReport};
use super::wings::{NextStudio, Wings};
use super::{Governor, GuardStatus, Taken};
use crate::{Finished, PipelineError, Stages, Studio};
use backlot_effects::Canvas;
use backlot_guard::Cleared;
use backlot_media::{Frame, Seldom, Timestamp};
use backlot_mjpeg::MjpegError;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::Sender;
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

pub(crate) struct Worker {
    shared: Arc<Shared>,
    wings: Arc<Wings>,
    calls: Sender<Call>,
    stage: Option<Box<NextStudio>>,
    intake: Intake,
    places: Places,
    report: WorkReport,
    /// The counts of earlier studios.
    earlier: (GuardStatus, Stages),
    taken_in: Stages,
    /// The stream of the last picture.
    stream: u64,
    governor: Governor,
    told: Seldom,
}

impl Worker {
    pub fn new(
        shared: Arc<Shared>,
        wings: Arc<Wings>,
        calls: Sender<Call>,
        canvas: Canvas,
    ) -> Result<Self, MjpegError> {
        let rate = shared.wish.lock().rate;
        Ok(Self {
            places: Places::new(POOLED_PLACES),
            intake: Intake::new(canvas)?,
            governor: Governor::new(rate),
            shared,
            wings,
            calls,
            stage: None,
            report: WorkReport::default(),
            earlier: Default::default(),
            taken_in: Stages::default(),
            stream: 0,
            told: Seldom::new(),
        })
    }

    /// Runs until everything stops.
    pub fn run(mut self) {
        loop {
            match self.shared.parcels.take(None) {
                Taken::Closed => return,
                Taken::Item(parcel) => {
                    self.change_stage();
                    self.work(parcel);
                }
                Taken::Woken | Taken::TimedOut => self.change_stage(),
            }
        }
    }

    /// Switches to the studio in the wings, if there is one.
    pub(super) fn change_stage(&mut self) {
        let next = self.wings.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(mut next) = next else { return };
        if let Some(before) = self.retire() {
            next.studio.take_over(before.studio);
        }
        next.studio.set_network_every(next.plan.network_every);
        self.publish_nothing();
        self.intake.set_canvas(next.canvas);
        if let Some(governor) = next.governor.take() {
            self.governor = governor;
        }
        self.report.plan = next.plan;
        self.stage = Some(next);
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

    pub(super) fn work(&mut self, parcel: Parcel) {
        let start = Instant::now();
        let taken = parcel.time;
        if std::mem::replace(&mut self.stream, parcel.stream) != parcel.stream
            && let Some(stage) = &mut self.stage
        {
            stage.studio.reset();
        }
        let frame = match self.intake.unpack(parcel, &mut self.taken_in) {
            Ok((frame, is_damaged)) => {
                self.note_read(is_damaged);
                frame
            }
            Err(error) => return self.note_spoiled(&error),
        };
        if let Some(picture) = self.finish(frame, taken) {
            self.publish(picture);
            self.report.finished += 1;
        }
        self.tell(start.elapsed());
    }

    fn note_read(&mut self, is_damaged: bool) {
        self.shared.reading.lock().of(self.stream).note_read();
        if is_damaged {
            self.count_spoiled();
        }
    }

    fn note_spoiled(&mut self, error: &MjpegError) {
        let (recovery, why) = (error.recovery(), error.to_string());
        self.shared.reading.lock().of(self.stream).note_spoiled(recovery, why);
        self.count_spoiled();
    }

    fn count_spoiled(&mut self) {
        self.report.spoiled += 1;
        self.shared.camera.lock().spoiled = self.report.spoiled;
    }

    /// Makes the finished picture. A studio that breaks is dropped, since what it would show next
    /// is unknown.
    fn finish(&mut self, mut frame: Frame, taken: Timestamp) -> Option<Cleared> {
        let stage = self.stage.as_mut()?;
        frame.time = Timestamp::from_nanos(taken.since(self.shared.epoch).as_nanos() as u64);
        let made = catch_unwind(AssertUnwindSafe(|| stage.studio.process(frame)));
        match made {
            Ok(Ok(Finished { picture, .. })) => {
                self.note_scene_fault(None);
                Some(picture)
            }
            Ok(Err(error)) => {
                self.break_down(&error);
                None
            }
            Err(_) => {
                self.report.panics += 1;
                self.break_down(&PipelineError::Panicked);
                None
            }
        }
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
        drop(known);
        self.shared.update_board();
    }

    /// Makes virtual cameras forget what they showed: the next scene may hide the room.
    fn publish_nothing(&self) {
        let nothing: Shown = Arc::new(None);
        for output in self.shared.outputs.all().iter() {
            output.inbox.put(nothing.clone());
        }
    }

    fn publish(&mut self, picture: Cleared) {
        let shown = self.places.put(picture);
        for output in self.shared.outputs.all().iter() {
            output.inbox.put(shown.clone());
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
        (self.report.guard, self.report.stages) = self.sums(&stage.studio);
        self.report.stages.merge(&self.taken_in);
        self.shared.work.set(self.report);
    }
}

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
