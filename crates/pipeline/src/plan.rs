//! What a studio does for a picture, step by step: for people who want to see where time goes.

use backlot_effects::Chain;
use backlot_media::{Rect, Size, View};
use std::time::Duration;

/// One step, with what it has cost so far.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// What it does, after the name of its camera, source or layer: `person: effects glow`.
    pub name: String,
    /// The buffers that it reads.
    pub reads: Vec<String>,
    /// The buffer that it writes.
    pub writes: String,
    /// The part that is wanted, in pixels of what it reads first.
    pub region: Rect,
    /// Pixels that it makes for one that it reads, across and down.
    pub scale: (f32, f32),
    /// Whether what it makes is only needed where a matte is above zero.
    pub only_in_matte: bool,
    /// The share of the part that is made, in the mean of all pictures so far, `0.0..=1.0`.
    pub share: f64,
    /// The time spent on it so far.
    pub time: Duration,
}

impl Step {
    /// A step over a whole picture that keeps its size.
    pub fn new(name: String, reads: Vec<String>, writes: String, size: Size) -> Self {
        let (region, scale, time) = (size.rect(), (1.0, 1.0), Duration::ZERO);
        Self { name, reads, writes, region, scale, only_in_matte: false, share: 1.0, time }
    }

    /// The same for a part of what it reads, in another size.
    #[must_use]
    pub fn of_view(mut self, view: &View) -> Self {
        let window = view.window;
        let [x, y, width, height] =
            [window.x, window.y, window.width, window.height].map(|v| v.round() as u32);
        self.region = Rect { x, y, width, height };
        self.scale =
            (view.size.width as f32 / window.width, view.size.height as f32 / window.height);
        self
    }

    /// The same with its cost.
    #[must_use]
    pub fn at(self, time: Duration) -> Self {
        Self { time, ..self }
    }
}

/// How far a camera's pictures were made that come coded.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Made {
    /// The share that was made at full size, in the mean, `0.0..=1.0`.
    pub share: f64,
    /// By what the width and height were divided at which the last picture was looked at.
    pub divisor: u32,
}

/// The passes of a chain of effects, in words.
pub(crate) fn passes(chain: &Chain) -> String {
    chain.names().collect::<Vec<_>>().join(", ")
}
