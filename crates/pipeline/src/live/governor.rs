//! Reduces the work on a machine that is too slow for it. Pure: the caller passes the time.
//!
//! First the network looks at fewer pictures, then pictures become smaller. Each step down takes
//! two seconds of too much work, each step back ten seconds in which the better plan would fit
//! easily; if it turns out not to fit, the next attempt waits twice as long.

use backlot_media::{FrameRate, Size, Timestamp};
use std::fmt;
use std::time::Duration;

/// The size of the pictures made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scale {
    /// As asked for.
    #[default]
    Full,
    /// Half of both sides.
    Half,
}

impl Scale {
    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Full => "full size",
            Self::Half => "half size",
        }
    }

    /// A size at this scale, with even sides.
    pub fn of(self, size: Size) -> Size {
        let side = |length: u32| match self {
            Self::Full => length,
            Self::Half => (length / 2).max(2),
        };
        Size { width: side(size.width), height: side(size.height) }.rounded_to_even()
    }
}

/// How to do the work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effort {
    /// The network looks at every n-th picture; in between, the matte is carried along.
    pub network_every: u32,
    /// The size of the pictures made.
    pub scale: Scale,
}

impl Default for Effort {
    fn default() -> Self {
        Self { network_every: 1, scale: Scale::Full }
    }
}

impl fmt::Display for Effort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let network = match self.network_every {
            0 | 1 => "network on every picture".to_owned(),
            2 => "network on every 2nd picture".to_owned(),
            3 => "network on every 3rd picture".to_owned(),
            n => format!("network on every {n}th picture"),
        };
        match self.scale {
            Scale::Full => f.write_str(&network),
            Scale::Half => write!(f, "{network}, {}", self.scale.name()),
        }
    }
}

/// The plans from the best to the cheapest, with their approximate cost, as a share of the best.
const LADDER: [(Effort, f64); 4] = [
    (Effort { network_every: 1, scale: Scale::Full }, 1.0),
    (Effort { network_every: 2, scale: Scale::Full }, 0.75),
    (Effort { network_every: 3, scale: Scale::Full }, 0.66),
    (Effort { network_every: 4, scale: Scale::Half }, 0.4),
];

/// Share of the time between two pictures that the work may take.
const MOST: f64 = 0.8;
/// The share below which the better plan must be expected to stay.
const EASY: f64 = 0.55;
/// A single picture counts as at most this many times the time between two: a suspended machine
/// isn't slow.
const MOST_OF_ONE: f64 = 3.0;
/// How long the work must be too much.
const PATIENCE: Duration = Duration::from_secs(2);
/// How long the better plan must be expected to fit, and the longest that this becomes.
const FIRST_WAIT: Duration = Duration::from_secs(10);
const LONGEST_WAIT: Duration = Duration::from_secs(300);
/// A step back that holds this long was right.
const PROVEN: Duration = Duration::from_secs(60);

/// Decides how to do the work, by the cost of pictures.
#[derive(Clone, Debug)]
pub struct Governor {
    period: Duration,
    rung: usize,
    /// Since when pictures follow the present plan, after the first one.
    since: Option<Timestamp>,
    /// The recent mean cost, as a share of the period, and the number of pictures in it.
    load: f64,
    pictures: u32,
    /// Since when the better plan is expected to fit.
    easy_since: Option<Timestamp>,
    wait: Duration,
    /// The time of the last step back.
    raised: Option<Timestamp>,
}

impl Governor {
    /// Begins with the best plan.
    pub fn new(rate: FrameRate) -> Self {
        Self {
            period: rate.time_of(1).since(Timestamp::default()),
            rung: 0,
            since: None,
            load: 0.0,
            pictures: 0,
            easy_since: None,
            wait: FIRST_WAIT,
            raised: None,
        }
    }

    /// The present plan.
    pub const fn plan(&self) -> Effort {
        LADDER[self.rung].0
    }

    /// Notes the working time of a picture, and returns the plan if it changes.
    pub fn consider(&mut self, now: Timestamp, cost: Duration) -> Option<Effort> {
        let share = (cost.as_secs_f64() / self.period.as_secs_f64()).min(MOST_OF_ONE);
        // A mean that forgets: a picture PATIENCE ago counts e times less.
        self.pictures = self.pictures.saturating_add(1);
        let weight = self.period.as_secs_f64() / PATIENCE.as_secs_f64();
        self.load += weight.max(1.0 / f64::from(self.pictures)) * (share - self.load);
        let load = self.load;
        let since = *self.since.get_or_insert(now);
        if self.raised.is_some_and(|at| now.since(at) >= PROVEN) {
            (self.raised, self.wait) = (None, FIRST_WAIT);
        }
        if now.since(since) < PATIENCE {
            return None;
        }
        if load > MOST {
            return self.lower();
        }
        self.note_ease(now, load);
        let is_easy = self.easy_since.is_some_and(|at| now.since(at) >= self.wait);
        is_easy.then(|| self.raise(now))
    }

    /// One step down, if there is one.
    fn lower(&mut self) -> Option<Effort> {
        if self.raised.take().is_some() {
            self.wait = (self.wait * 2).min(LONGEST_WAIT);
        }
        if self.rung + 1 == LADDER.len() {
            return None;
        }
        Some(self.go_to(self.rung + 1))
    }

    fn note_ease(&mut self, now: Timestamp, load: f64) {
        let better = self.rung.checked_sub(1).map(|rung| LADDER[rung].1 / LADDER[self.rung].1);
        if better.is_some_and(|ratio| load * ratio < EASY) {
            self.easy_since.get_or_insert(now);
        } else {
            self.easy_since = None;
        }
    }

    /// One step back.
    fn raise(&mut self, now: Timestamp) -> Effort {
        self.raised = Some(now);
        self.go_to(self.rung - 1)
    }

    fn go_to(&mut self, rung: usize) -> Effort {
        self.rung = rung;
        (self.since, self.easy_since) = (None, None);
        (self.load, self.pictures) = (0.0, 0);
        self.plan()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Runs pictures with a given cost under each plan, in milliseconds, and returns the times, in
    /// seconds, and plans of all changes.
    fn run(seconds: u64, cost: impl Fn(f64, Effort) -> f64) -> Vec<(f64, Effort)> {
        let mut governor = Governor::new(FrameRate::FPS_30);
        let mut changes = Vec::new();
        for i in 0..seconds * 30 {
            let now = FrameRate::FPS_30.time_of(i);
            let millis = cost(now.secs_f64(), governor.plan());
            let cost = Duration::from_secs_f64(millis / 1e3);
            changes.extend(governor.consider(now, cost).map(|plan| (now.secs_f64(), plan)));
        }
        changes
    }

    fn share(plan: Effort) -> f64 {
        LADDER.iter().find(|(p, _)| *p == plan).unwrap().1
    }

    #[test]
    fn a_fitting_plan_stays() {
        assert_eq!(run(600, |_, _| 26.0), []);
        assert_eq!(run(600, |at, _| if at % 5.0 < 0.1 { 500.0 } else { 5.0 }), []);
    }

    #[test]
    fn a_slow_machine_finds_the_plan_that_fits_and_keeps_it() {
        for (cost, expected) in [(30.0, 1), (38.0, 2), (60.0, 3), (1000.0, 3)] {
            let changes = run(3600, |_, plan| cost * share(plan));
            assert_eq!(changes.len(), expected, "{cost}: {changes:?}");
            assert_eq!(changes.last().unwrap().1, LADDER[expected].0);
            assert!(changes.last().unwrap().0 < 12.0, "{cost}: {changes:?}");
        }
    }

    #[test]
    fn without_load_the_best_plan_returns_step_by_step() {
        let changes = run(120, |at, plan| share(plan) * if at < 30.0 { 100.0 } else { 10.0 });
        let plans: Vec<_> = changes.iter().map(|&(_, plan)| plan).collect();
        let rungs = [1, 2, 3, 2, 1, 0].map(|rung| LADDER[rung].0);
        assert_eq!(plans, rungs);
    }

    #[test]
    fn hopes_that_fail_become_rarer() {
        // Cheap with the network on every second picture, far too expensive with it on each.
        let changes = run(3600, |_, plan| if plan.network_every > 1 { 10.0 } else { 40.0 });
        let hopes = changes.iter().filter(|(_, plan)| plan.network_every == 1).count();
        assert!((4..=16).contains(&hopes), "{hopes}");
    }

    #[test]
    fn any_constant_load_comes_to_rest() {
        for tenths in 1..2000 {
            let changes = run(60, |_, plan| f64::from(tenths) / 10.0 * share(plan));
            assert!(changes.len() < LADDER.len(), "{tenths}: {changes:?}");
        }
    }

    #[test]
    fn sizes_stay_even() {
        let size = Size { width: 1278, height: 718 };
        let sizes = [Scale::Full, Scale::Half].map(|scale| scale.of(size));
        assert!(sizes.iter().all(|s| s.width % 2 == 0 && s.height % 2 == 0), "{sizes:?}");
        assert!(Effort::default().to_string().contains("every picture"));
    }
}
