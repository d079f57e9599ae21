//! The cost of each stage of a frame.

use std::fmt;
use std::time::{Duration, Instant};

/// A part of the work on one frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stage {
    /// JPEG to planes; outside of the studio.
    Decode,
    /// From the camera's format and colour space to the working format.
    Convert,
    /// Making the small picture for the network.
    Shrink,
    /// The network.
    Network,
    /// From the network's mask to a matte.
    Refine,
    /// The layers behind the person, including their effects.
    Background,
    /// Foreground colours, light wrap and the effects on the person.
    Person,
    /// Blending the layers.
    Blend,
    /// Effects on the finished picture.
    Whole,
    /// From the working format to the viewers' format.
    Output,
}

impl Stage {
    /// All of them, in the order in which a frame passes them.
    pub const ALL: [Self; 10] = [
        Self::Decode,
        Self::Convert,
        Self::Shrink,
        Self::Network,
        Self::Refine,
        Self::Background,
        Self::Person,
        Self::Blend,
        Self::Whole,
        Self::Output,
    ];

    /// Its name in tables and JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Decode => "decode",
            Self::Convert => "convert",
            Self::Shrink => "shrink",
            Self::Network => "network",
            Self::Refine => "refine",
            Self::Background => "background",
            Self::Person => "person",
            Self::Blend => "blend",
            Self::Whole => "whole",
            Self::Output => "output",
        }
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// Time spent in each stage.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stages([Duration; Stage::ALL.len()]);

impl Stages {
    /// Time spent in a stage.
    pub const fn get(&self, stage: Stage) -> Duration {
        self.0[stage as usize]
    }

    /// Adds time to a stage.
    pub fn add(&mut self, stage: Stage, time: Duration) {
        self.0[stage as usize] += time;
    }

    /// Adds the time since `start` to a stage, and returns the present.
    pub fn lap(&mut self, stage: Stage, start: Instant) -> Instant {
        let now = Instant::now();
        self.add(stage, now - start);
        now
    }

    /// Adds everything of `other`.
    pub fn merge(&mut self, other: &Self) {
        self.0.iter_mut().zip(other.0).for_each(|(sum, time)| *sum += time);
    }

    /// The time added since `earlier`.
    pub fn since(&self, earlier: &Self) -> Self {
        let mut times = *self;
        times.0.iter_mut().zip(earlier.0).for_each(|(t, e)| *t = t.saturating_sub(e));
        times
    }

    /// Time spent in all stages.
    pub fn total(&self) -> Duration {
        self.0.iter().sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_add_up_stage_by_stage() {
        let mut stages = Stages::default();
        for (stage, millis) in Stage::ALL.into_iter().zip(1..) {
            stages.add(stage, Duration::from_millis(millis));
        }
        let mut twice = stages;
        twice.merge(&stages);
        assert_eq!(twice.get(Stage::Refine), Duration::from_millis(10));
        assert_eq!(twice.total(), Duration::from_millis(110));
        assert_eq!(twice.since(&stages), stages);
        let now = stages.lap(Stage::Whole, Instant::now());
        assert!(now <= Instant::now() && stages.get(Stage::Whole) >= Duration::from_millis(9));
    }
}
