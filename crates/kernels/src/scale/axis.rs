//! The sources of a plane's columns or rows.

use super::fixed::WEIGHT_BITS;
#[cfg(target_arch = "x86_64")]
use super::wide::Eights;
use std::ops::Range;

/// For each output from `first` on, the start of its source and the weights from there on.
#[derive(Clone, Debug)]
pub(super) struct Axis {
    pub first: usize,
    /// The number of weights of an output.
    pub count: usize,
    /// Whether the outputs are source pixels in order.
    pub shift: bool,
    pub start: Vec<usize>,
    pub weights: Vec<i16>,
    pub rhythm: Option<Rhythm>,
}

/// Outputs in the middle of an axis that repeat, as for half and double the size: an output equals
/// the one `outputs` later, `pixels` further on in the source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Rhythm {
    pub beat: Beat,
    /// Whole beats of outputs.
    pub range: Range<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Beat {
    /// Two outputs for a source pixel.
    Double,
    /// An output for two source pixels.
    Halve,
}

impl Beat {
    pub const fn outputs(self) -> usize {
        match self {
            Self::Double => 2,
            Self::Halve => 1,
        }
    }

    const fn pixels(self) -> usize {
        match self {
            Self::Double => 1,
            Self::Halve => 2,
        }
    }
}

impl Axis {
    /// Makes the axis that scales a window of `source` pixels to a span of outputs, in a plane with
    /// one sample for `sub` pixels.
    pub fn new(source: u32, window: (f32, f32), span: (u32, u32), sub: u32) -> Self {
        let source = source.div_ceil(sub) as usize;
        let first = (span.0 / sub) as usize;
        let outputs = (span.0 + span.1).div_ceil(sub) as usize - first;
        let step = f64::from(window.1) / f64::from(span.1);
        let taps: Vec<(isize, Vec<f64>)> = (first..first + outputs)
            .map(|i| {
                // The sample's centre, from the span's start, in pixels of the target's luma.
                let centre = (i as f64 + 0.5) * f64::from(sub) - f64::from(span.0);
                let centre = (f64::from(window.0) + centre * step) / f64::from(sub);
                taps(centre, step)
            })
            .collect();
        let taps: Vec<_> = taps.iter().map(|(at, weights)| clamped(*at, weights, source)).collect();
        let count = taps.iter().map(|(_, weights)| weights.len()).max().unwrap_or(1);
        let (start, weights) = (Vec::new(), Vec::new());
        let mut axis = Self { first, count, shift: false, start, weights, rhythm: None };
        for (start, weights) in taps {
            // The same number of weights for all, without reading beyond the end.
            let shift = (start + count).saturating_sub(source).min(start);
            axis.start.push(start - shift);
            axis.weights.extend(std::iter::repeat_n(0, shift));
            axis.weights.extend(&weights);
            axis.weights.extend(std::iter::repeat_n(0, count - shift - weights.len()));
        }
        axis.shift = axis.is_shift();
        axis.rhythm = axis.find_rhythm();
        axis
    }

    /// Its weights for eight outputs at a time; none where a rhythm serves better.
    #[cfg(target_arch = "x86_64")]
    pub fn eights(&self) -> Option<Eights> {
        let is_one_by_one = self.rhythm.is_none();
        is_one_by_one.then(|| Eights::new(&self.start, &self.weights, self.count)).flatten()
    }

    /// The rhythm of the output in the middle, as far as it extends both ways.
    fn find_rhythm(&self) -> Option<Rhythm> {
        let beat = match self.count {
            4 => Beat::Double,
            2 => Beat::Halve,
            _ => return None,
        };
        let (step, middle) = (beat.outputs(), self.outputs() / 2);
        let goes_on = |&i: &usize| {
            let ((start, weights), (next, same)) = (self.of(i), self.of(i + step));
            next == start + beat.pixels() && weights == same
        };
        let last = self.outputs().checked_sub(step)?;
        let before = (0..middle.min(last)).rev().take_while(goes_on).count();
        let after = (middle..last).take_while(goes_on).count();
        let from = middle.checked_sub(before)?;
        let length = (before + after) / step * step;
        (length >= 64).then(|| Rhythm { beat, range: from..from + length })
    }

    /// Whether every output is the source pixel at a fixed distance before or after it.
    fn is_shift(&self) -> bool {
        self.count == 1 && self.start.windows(2).all(|pair| pair[0] + 1 == pair[1])
    }

    /// Whether every output is the plain mean of so many pixels, which follow those of the one before.
    pub fn is_mean(&self, count: usize) -> bool {
        let equal = (1 << WEIGHT_BITS) / count as i16;
        let follows = |pair: &[usize]| pair[0] + count == pair[1];
        self.count == count
            && self.start.windows(2).all(follows)
            && self.weights.iter().all(|&weight| weight == equal)
    }

    pub fn outputs(&self) -> usize {
        self.start.len()
    }

    /// What outputs are made from; empty if they are none.
    pub fn reads(&self, outputs: &Range<usize>) -> Range<usize> {
        // Weights of zero are left out, so starts may go back by a few pixels.
        let starts = &self.start[outputs.clone()];
        let from = starts.iter().min().map_or(0, |&start| start);
        from..starts.iter().max().map_or(from, |last| last + self.count)
    }

    #[inline(always)]
    pub fn of(&self, output: usize) -> (usize, &[i16]) {
        (self.start[output], &self.weights[output * self.count..][..self.count])
    }
}

/// The first source pixel and the weights for an output with its centre at `centre` (pixel `i`
/// covers `i..i + 1`).
fn taps(centre: f64, step: f64) -> (isize, Vec<f64>) {
    if step > 1.0 {
        let (left, right) = (centre - 0.5 * step, centre + 0.5 * step);
        let pixels = left.floor() as isize..right.ceil() as isize;
        let overlap = |p: isize| right.min(p as f64 + 1.0) - left.max(p as f64);
        (pixels.start, pixels.map(|p| overlap(p).max(0.0) / step).collect())
    } else {
        let at = centre - 0.5;
        let first = at.floor() as isize - 1;
        (first, (first..first + 4).map(|p| catmull_rom(at - p as f64)).collect())
    }
}

fn catmull_rom(distance: f64) -> f64 {
    let x = distance.abs();
    if x < 1.0 {
        1.0 + x * x * (1.5 * x - 2.5)
    } else if x < 2.0 {
        2.0 + x * (x * (2.5 - 0.5 * x) - 4.0)
    } else {
        0.0
    }
}

/// Taps inside an axis of `source` pixels, as integers that add up to 1.
fn clamped(first: isize, weights: &[f64], source: usize) -> (usize, Vec<i16>) {
    let clamp = |i: isize| i.clamp(0, source as isize - 1) as usize;
    let start = clamp(first);
    let mut sums = vec![0.0; clamp(first + weights.len() as isize - 1) - start + 1];
    for (i, weight) in (first..).zip(weights) {
        sums[clamp(i) - start] += weight;
    }
    let fixed = to_fixed(&sums);
    let before = fixed.iter().take_while(|&&w| w == 0).count();
    let after = fixed.iter().rev().take_while(|&&w| w == 0).count();
    (start + before, fixed[before..fixed.len() - after].to_vec())
}

/// Each weight is the difference of rounded sums up to it, so that they add up to 1.
fn to_fixed(weights: &[f64]) -> Vec<i16> {
    let (mut sum, mut before) = (0.0, 0);
    let fixed = weights.iter().map(|weight| {
        sum += weight;
        let now = (sum * f64::from(1 << WEIGHT_BITS)).round() as i32;
        (now - std::mem::replace(&mut before, now)) as i16
    });
    fixed.collect()
}
