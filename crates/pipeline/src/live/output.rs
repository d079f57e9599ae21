//! A virtual camera's thread: keeps it open, and always gives viewers a picture.

use super::cell::Shown;
use super::cover::Cover;
use super::outputs::{OutputSetup, OutputShared, Role};
use super::screen::Screen;
use super::shared::Shared;
use super::{Order, OutputId, Pace, PaceTally, Pacer, Patience, Step, Supervisor, Taken};
use crate::PipelineError;
use crate::notice::Notice;
use backlot_guard::{Cleared, Outlet};
use backlot_media::{Recovery, Seldom, StreamError, Timestamp, Viewers, Waker, Wish};
use std::sync::Arc;
use std::time::Duration;

/// How often to report counters.
const REPORT_EVERY: Duration = Duration::from_millis(500);

pub(crate) struct OutputThread {
    shared: Arc<Shared>,
    own: Arc<OutputShared>,
    setup: OutputSetup,
    /// The earlier opener, until the present one succeeds: a failed opening changes nothing.
    before: Option<OutputSetup>,
    /// Whether a change waits until nobody watches.
    pending: bool,
    refused: Option<String>,
    supervisor: Supervisor,
    open: Option<Open>,
    /// What viewers got before it was last opened.
    earlier: PaceTally,
    reported: Timestamp,
    told: Seldom,
}

/// An open virtual camera.
struct Open {
    outlet: Outlet,
    screen: Screen,
    pacer: Pacer,
    viewers: Viewers,
    /// What hid the pictures last time.
    cover: Option<Cover>,
    /// The requested mode.
    asked: Wish,
}

/// Starts the thread of another virtual camera, or of a view of the program's own.
pub(crate) fn add(
    shared: &Arc<Shared>,
    setup: OutputSetup,
    role: Role,
) -> Result<OutputId, PipelineError> {
    shared.team.lock().forget_the_ended();
    let own = shared.outputs.add(setup.opener.name(), setup.scene.clone(), role);
    let id = own.id;
    let output = OutputThread::new(shared.clone(), own, setup);
    shared.start_thread("output", move || output.run()).inspect_err(|_| {
        let _ = shared.outputs.remove(id);
    })?;
    Ok(id)
}

impl OutputThread {
    pub fn new(shared: Arc<Shared>, own: Arc<OutputShared>, setup: OutputSetup) -> Self {
        let mut supervisor = Supervisor::new(Patience::OUTPUT);
        supervisor.want(shared.now(), true);
        Self {
            shared,
            own,
            setup,
            before: None,
            pending: false,
            refused: None,
            supervisor,
            open: None,
            earlier: PaceTally::default(),
            reported: Timestamp::default(),
            told: Seldom::new(),
        }
    }

    /// Runs until everything stops, or it is no longer wanted.
    pub fn run(mut self) {
        while !self.shared.is_stopping() && !self.own.is_leaving() {
            if self.own.take_change() {
                self.change();
            }
            let now = self.shared.now();
            match self.supervisor.order(now) {
                Order::Open => self.open(now),
                Order::Wait(until) => self.idle(until.since(now)),
                Order::Run => self.serve(now),
                Order::Close | Order::Rest => self.close(),
            }
        }
        self.close();
    }

    /// Follows changes. Present viewers keep what they have: no driver lets that change, and a new
    /// device would end their stream.
    fn change(&mut self) {
        self.look_for_viewers();
        let open = self.open.as_ref();
        let wish = *self.shared.wish.lock();
        let next = {
            let mut next = self.own.next.lock();
            // A change that was undone needs no opening.
            drop(next.take_if(|next| next.is_like(&self.setup)));
            next.is_some()
        };
        let is_other = next || open.is_some_and(|open| open.asked != self.setup.asks(&wish));
        let is_watched = open.is_some_and(|open| matches!(open.viewers, Viewers::Count(1..)));
        if is_other && is_watched {
            self.own.keep_change();
            if !std::mem::replace(&mut self.pending, true) {
                self.report();
            }
            return;
        }
        self.pending = false;
        if !is_other {
            return self.report();
        }
        if let Some(next) = self.own.next.lock().take() {
            let was_open = open.is_some();
            let old = std::mem::replace(&mut self.setup, next);
            self.before = was_open.then_some(old);
            self.own.report.lock().name = self.setup.opener.name();
        }
        self.refused = None;
        self.supervisor = Supervisor::new(Patience::OUTPUT);
        self.supervisor.want(self.shared.now(), true);
        self.close();
    }

    /// The new setup can't be opened: opens the earlier one again.
    fn return_to(&mut self, before: OutputSetup, error: &StreamError) {
        self.setup = before;
        self.own.report.lock().name = self.setup.opener.name();
        self.refused = Some(error.to_string());
    }

    pub(super) fn open(&mut self, now: Timestamp) {
        let waker = self.own.clone();
        let waker: Waker = Arc::new(move || waker.inbox.wake());
        let asked = self.setup.asks(&self.shared.wish.lock());
        match self.setup.opener.open(&asked, waker) {
            Ok(camera) => {
                let outlet = Outlet::new(camera);
                let mode = outlet.mode();
                tracing::info!(output = self.setup.opener.name(), ?mode, "virtual camera opened");
                let (screen, pacer) = (Screen::new(mode), Pacer::new(Pace::of(mode.rate)));
                let viewers = Viewers::Count(0);
                let cover = self.shared.cover.now();
                self.open = Some(Open { outlet, screen, pacer, viewers, cover, asked });
                self.before = None;
                self.supervisor.opened(self.shared.now());
            }
            Err(error) => match self.before.take() {
                Some(before) => self.return_to(before, &error),
                None => self.fail(now, &error),
            },
        }
        self.report();
    }

    /// Waits while the virtual camera is closed, and drops pictures.
    fn idle(&self, time: Duration) {
        let _ = self.own.inbox.take(Some(time));
    }

    pub(super) fn serve(&mut self, now: Timestamp) {
        self.look_for_viewers();
        let Some(open) = &mut self.open else {
            return self.supervisor.failed(now, Recovery::Reopen, "it is closed".to_owned());
        };
        let cover = self.shared.cover.now();
        if std::mem::replace(&mut open.cover, cover) != cover {
            open.pacer.forget();
            open.screen.forget();
        }
        let shown = match open.pacer.step(now) {
            Step::Repeat => open.screen.repeat(&mut open.outlet),
            Step::Calm => match self.shared.notice(&self.own) {
                Notice::Paused => {
                    let card = self.shared.pause_card.lock().clone();
                    open.screen.pause(&mut open.outlet, &card)
                }
                notice => open.screen.calm(&mut open.outlet, notice),
            },
            Step::Wait(until) => return self.wait(until.since(now)),
        };
        self.settle(shown);
    }

    /// Waits for a fresh picture, or until there is something else to do.
    fn wait(&mut self, time: Duration) {
        match self.own.inbox.take(Some(time)) {
            Taken::Item(shown) => self.show(&shown),
            Taken::Woken | Taken::TimedOut | Taken::Closed => {}
        }
    }

    pub(super) fn show(&mut self, shown: &Shown) {
        let Some(open) = &mut self.open else { return };
        let Some(picture) = shown.as_ref() else {
            open.pacer.give_up_repeating();
            return open.screen.forget();
        };
        if self.shared.cover.now().is_some() {
            return;
        }
        if !open.viewers.may_watch() || !open.pacer.take(self.shared.now()) {
            return;
        }
        let result = open.screen.show(&mut open.outlet, picture);
        if result.is_ok() {
            self.own.latency.add(self.age(picture), self.shared.now());
        }
        self.settle(result);
    }

    /// The age of a picture since the camera took it.
    fn age(&self, picture: &Cleared) -> Duration {
        let taken = self.shared.epoch + Duration::from_nanos(picture.time.nanos());
        self.shared.now().since(taken)
    }

    fn settle(&mut self, result: Result<(), StreamError>) {
        let now = self.shared.now();
        match result {
            Ok(()) => {
                let worked = self.supervisor.works();
                self.supervisor.delivered(now);
                if !worked || now.since(self.reported) >= REPORT_EVERY {
                    self.report();
                }
            }
            // The next picture may fit again.
            Err(error) if error.recovery() == Recovery::Retry => {}
            Err(error) => self.fail(now, &error),
        }
    }

    pub(super) fn look_for_viewers(&mut self) {
        let Some(open) = &mut self.open else { return };
        let viewers = open.outlet.viewers();
        if viewers == open.viewers && self.reported > Timestamp::default() {
            return;
        }
        tracing::debug!(output = self.setup.opener.name(), ?viewers, "viewers");
        open.viewers = viewers;
        open.pacer.watch(viewers.may_watch());
        self.shared.watch(&self.own, viewers.may_watch());
        self.report();
    }

    fn fail(&mut self, now: Timestamp, error: &StreamError) {
        let reason = error.to_string();
        if let Some(times) = self.told.tell(&reason, now) {
            tracing::warn!(
                output = self.setup.opener.name(),
                times,
                reason,
                "virtual camera failed"
            );
        }
        self.supervisor.failed(now, error.recovery(), reason);
        self.close();
    }

    fn close(&mut self) {
        if let Some(open) = self.open.take() {
            self.earlier.add(&open.pacer.tally());
            tracing::info!(output = self.setup.opener.name(), "virtual camera closed");
        }
        self.shared.watch(&self.own, false);
        self.report();
    }

    pub(super) fn report(&mut self) {
        self.reported = self.shared.now();
        let mut report = self.own.report.lock();
        report.mode = self.open.as_ref().map(|open| open.outlet.mode());
        report.viewers = self.open.as_ref().map_or(Viewers::Count(0), |open| open.viewers);
        report.failures = self.supervisor.failures();
        report.pending = self.pending;
        report.is_optional = self.setup.is_optional;
        if report.refused != self.refused {
            report.refused.clone_from(&self.refused);
        }
        report.tally = self.open.as_ref().map_or_else(PaceTally::default, |o| o.pacer.tally());
        report.tally.add(&self.earlier);
        if report.reason.as_deref() != self.supervisor.reason() {
            report.reason = self.supervisor.reason().map(str::to_owned);
        }
    }
}
