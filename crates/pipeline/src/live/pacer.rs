//! Decides which picture a virtual camera gets, and when. Pure: the caller passes the time, and the
//! pacer says what to do.
//!
//! A fresh picture goes out at once, unless viewers were promised fewer. If none arrives, the last
//! one is repeated for a while, and then a calm picture says why. OBS restarts its stream when it
//! gets nothing for five periods of the promised rate, and others give up after some seconds; so
//! while anyone watches, a picture follows within four periods.

use backlot_media::{FrameRate, Timestamp};
use std::time::Duration;

/// The pace of a virtual camera.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// Pictures per second promised to viewers.
    pub rate: FrameRate,
    /// The longest time between two pictures while anyone watches.
    pub repeat_after: Duration,
    /// The age at which the last fresh picture gives way to one that says what is wrong.
    pub calm_after: Duration,
    /// The longest time between two pictures while nobody watches.
    pub keep_alive: Duration,
}

impl Pace {
    /// The usual pace at a rate. Repeats are due after three periods, so that one that is late by a
    /// whole period still comes within four; at low rates after a quarter of a second.
    pub fn of(rate: FrameRate) -> Self {
        let three_periods = rate.time_of(3).since(Timestamp::default());
        Self {
            rate,
            repeat_after: three_periods.min(Duration::from_millis(250)),
            calm_after: Duration::from_secs(1),
            keep_alive: Duration::from_millis(800),
        }
    }
}

/// What a virtual camera should do without a fresh picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Show the last fresh picture again.
    Repeat,
    /// Show the calm picture.
    Calm,
    /// Nothing until then.
    Wait(Timestamp),
}

/// The pictures that a virtual camera got.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PaceTally {
    /// Fresh pictures.
    pub shown: u64,
    /// Pictures shown once more.
    pub repeated: u64,
    /// Calm pictures.
    pub calm: u64,
    /// Fresh pictures that came sooner than promised to viewers, and were left out.
    pub early: u64,
}

impl PaceTally {
    /// Adds earlier counts.
    pub const fn add(&mut self, before: &Self) {
        self.shown += before.shown;
        self.repeated += before.repeated;
        self.calm += before.calm;
        self.early += before.early;
    }
}

/// Paces one virtual camera.
#[derive(Clone, Debug)]
pub struct Pacer {
    pace: Pace,
    watched: bool,
    /// When the last picture went out.
    last: Option<Timestamp>,
    /// When the last fresh one did.
    fresh: Option<Timestamp>,
    /// When the next fresh one would be due.
    due: Timestamp,
    tally: PaceTally,
}

impl Pacer {
    /// A pacer for a virtual camera that has shown nothing yet.
    pub fn new(pace: Pace) -> Self {
        let tally = PaceTally::default();
        Self { pace, watched: false, last: None, fresh: None, due: Timestamp::default(), tally }
    }

    /// Reports whether anyone may be watching. A new viewer gets a picture at once; when all have
    /// left, nothing of the scene stays behind.
    pub const fn watch(&mut self, watched: bool) {
        if watched != self.watched {
            self.last = None;
        }
        if !watched {
            self.fresh = None;
        }
        self.watched = watched;
    }

    /// Nothing of what was shown is repeated: the next picture is due at once.
    pub const fn forget(&mut self) {
        (self.last, self.fresh) = (None, None);
    }

    /// What was shown is not repeated any more: unless a fresh picture comes in the usual time, a
    /// calm one does.
    pub const fn give_up_repeating(&mut self) {
        self.fresh = None;
    }

    /// What to do now, without a fresh picture.
    pub fn step(&mut self, now: Timestamp) -> Step {
        let is_fresh = self.fresh.is_some_and(|at| now.since(at) < self.pace.calm_after);
        if let Some(next) = self.next_step(is_fresh).filter(|next| now < *next) {
            return Step::Wait(next);
        }
        self.last = Some(now);
        if is_fresh {
            self.tally.repeated += 1;
            Step::Repeat
        } else {
            self.fresh = None;
            self.tally.calm += 1;
            Step::Calm
        }
    }

    /// When the next picture is due without a fresh one; `None` for at once.
    fn next_step(&self, is_fresh: bool) -> Option<Timestamp> {
        if self.fresh.is_some() && !is_fresh {
            return None;
        }
        let pause = if self.watched { self.pace.repeat_after } else { self.pace.keep_alive };
        let next = self.last? + pause;
        Some(self.fresh.map_or(next, |at| next.min(at + self.pace.calm_after)))
    }

    /// Whether to show a fresh picture that arrives now.
    pub fn take(&mut self, now: Timestamp) -> bool {
        let period = self.pace.rate.time_of(1).since(Timestamp::default());
        // A camera's own clock wavers: only what comes half a period early is too much.
        if self.fresh.is_some() && now + period / 2 < self.due {
            self.tally.early += 1;
            return false;
        }
        let late = self.fresh.is_none() || now.since(self.due) > period;
        self.due = if late { now } else { self.due } + period;
        (self.last, self.fresh) = (Some(now), Some(now));
        self.tally.shown += 1;
        true
    }

    /// What it has shown so far.
    pub const fn tally(&self) -> PaceTally {
        self.tally
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(millis: u64) -> Timestamp {
        Timestamp::from_nanos(millis * 1_000_000)
    }

    fn watched() -> Pacer {
        let mut pacer = Pacer::new(Pace::of(FrameRate::FPS_30));
        pacer.watch(true);
        pacer
    }

    #[test]
    fn a_new_viewer_gets_a_picture_at_once() {
        let mut pacer = Pacer::new(Pace::of(FrameRate::FPS_30));
        assert_eq!(pacer.step(at(0)), Step::Calm);
        assert_eq!(pacer.step(at(10)), Step::Wait(at(800)));
        pacer.watch(true);
        assert_eq!(pacer.step(at(11)), Step::Calm);
        assert_eq!(pacer.step(at(12)), Step::Wait(at(111)));
    }

    #[test]
    fn what_may_not_be_repeated_gives_way_to_a_card_in_the_usual_time() {
        let mut pacer = watched();
        assert!(pacer.take(at(10)));
        pacer.give_up_repeating();
        assert_eq!(pacer.step(at(11)), Step::Wait(at(110)));
        assert_eq!(pacer.step(at(110)), Step::Calm);
        pacer.give_up_repeating();
        assert!(pacer.take(at(120)));
        assert_eq!(pacer.step(at(220)), Step::Repeat);
    }

    #[test]
    fn what_is_forgotten_gives_way_to_a_card_at_once() {
        let mut pacer = watched();
        assert!(pacer.take(at(10)));
        assert!(matches!(pacer.step(at(11)), Step::Wait(_)));
        pacer.forget();
        assert_eq!(pacer.step(at(12)), Step::Calm);
        assert_eq!(pacer.step(at(13)), Step::Wait(at(112)));
    }

    #[test]
    fn a_viewer_never_waits_four_periods() {
        // Fresh pictures for a while, none for three seconds, and some with long gaps.
        let times = (0..20_u64).map(|i| 40 * i).chain((0..30).map(|i| 3_800 + 700 * i));
        let fresh: Vec<u64> = times.collect();
        for fps in [1, 5, 10, 15, 24, 25, 30, 50, 60] {
            let rate = FrameRate::new(fps, 1).unwrap();
            let mut pacer = Pacer::new(Pace::of(rate));
            pacer.watch(true);
            let limit = 4_000 / u64::from(fps);
            let (mut last, mut longest, mut shown) = (0, 0, 0_u64);
            for now in 0..20_000 {
                let is_fresh = fresh.contains(&now) && pacer.take(at(now));
                if is_fresh || !matches!(pacer.step(at(now)), Step::Wait(_)) {
                    (longest, last, shown) = (longest.max(now - last), now, shown + 1);
                }
            }
            assert!(longest < limit.min(300), "{fps} fps: {longest} ms");
            // And nobody gets more than that requires.
            assert!(shown <= 20_000 / (limit.min(300) / 2) + 60, "{fps} fps: {shown} pictures");
        }
    }

    #[test]
    fn without_viewers_a_picture_goes_out_each_second() {
        let mut pacer = Pacer::new(Pace::of(FrameRate::FPS_30));
        let mut times = Vec::new();
        for now in 0..5000 {
            if pacer.step(at(now)) == Step::Calm {
                times.push(now);
            }
        }
        assert!(times.windows(2).all(|pair| pair[1] - pair[0] < 1000));
        assert!(times.len() <= 7, "{times:?}");
    }

    #[test]
    fn a_gap_is_bridged_and_then_explained() {
        let mut pacer = watched();
        assert!(pacer.take(at(0)));
        let mut steps = Vec::new();
        for now in 1..1600 {
            match pacer.step(at(now)) {
                Step::Wait(until) => assert!(until > at(now)),
                step => steps.push((now, step)),
            }
        }
        let (repeat, calm) = (Step::Repeat, Step::Calm);
        let before = (1..10).map(|i| (100 * i, repeat));
        let expected: Vec<_> = before.chain((10..16).map(|i| (100 * i, calm))).collect();
        assert_eq!(steps, expected);
        assert!(pacer.take(at(1600)));
        assert_eq!(pacer.step(at(1601)), Step::Wait(at(1700)));
        let tally = PaceTally { shown: 2, repeated: 9, calm: 6, early: 0 };
        assert_eq!(pacer.tally(), tally);
    }

    #[test]
    fn a_faster_camera_is_thinned_out_evenly() {
        let mut pacer = watched();
        let taken = (0..600).filter(|i| pacer.take(at(i * 1000 / 60))).count();
        assert!((299..=301).contains(&taken), "{taken}");
        assert_eq!(pacer.tally().early as usize, 600 - taken);
    }

    #[test]
    fn a_wavering_camera_loses_nothing() {
        let mut pacer = watched();
        let wavering = |i: u64| at(i * 100 / 3 + [0, 9, 3, 12, 1][i as usize % 5]);
        assert!((0..300).all(|i| pacer.take(wavering(i))));
    }

    #[test]
    fn after_a_pause_the_beat_begins_anew() {
        let mut pacer = watched();
        assert!(pacer.take(at(0)));
        assert!(pacer.take(at(5000)));
        assert!(!pacer.take(at(5010)));
        assert!(pacer.take(at(5033)));
    }
}
