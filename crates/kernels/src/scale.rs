//! Scales a window of a picture into a rectangle of another: backgrounds, videos, `--size`.
//!
//! Along each axis on its own, with `s` source pixels for each output pixel: where `s > 1` an
//! output is the mean of the source over its interval of length `s` (area); elsewhere it is
//! interpolated with the Catmull-Rom cubic between the centres of pixels (R. Keys, "Cubic
//! Convolution Interpolation for Digital Image Processing", 1981, a = -1/2). Beyond the edges the
//! nearest pixel applies. Chroma is sited at the centre of its four luma pixels.
//!
//! Weights have 14 bits after the point and add up to exactly 1, the values between the vertical
//! and the horizontal pass have 6; the result is rounded half up and clamped.

use crate::Level;
use crate::dispatch::dispatch;
use backlot_media::{Frame, PixelFormat, Plane, PlaneMut, Rect, Size, Window};
use std::ops::Range;

/// Bits after the point of a weight.
const WEIGHT_BITS: u32 = 14;
/// Bits after the point of a value between the passes.
const LINE_BITS: u32 = 6;

/// Scales pictures of one size into a rectangle of pictures of another, in memory allocated once.
#[derive(Clone, Debug)]
pub struct Scaler {
    from: Size,
    to: Size,
    level: Level,
    luma: Axes,
    chroma: Axes,
    line: Vec<i16>,
    /// Source pixels for each of the target, along the axis with more of them.
    step: f32,
}

/// The sources of a plane's columns and rows.
#[derive(Clone, Debug)]
struct Axes {
    columns: Axis,
    rows: Axis,
    /// The side of the blocks of which outputs are the means, if it is 2 or 4 for all.
    block: Option<usize>,
}

/// For each output from `first` on, the start of its source and the weights from there on.
#[derive(Clone, Debug)]
struct Axis {
    first: usize,
    /// The number of weights of an output.
    count: usize,
    /// Whether the outputs are source pixels in order.
    shift: bool,
    start: Vec<usize>,
    weights: Vec<i16>,
    rhythm: Option<Rhythm>,
}

/// Outputs in the middle of an axis that repeat, as for half and double the size: an output equals
/// the one `outputs` later, `pixels` further on in the source.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Rhythm {
    beat: Beat,
    /// Whole beats of outputs.
    range: Range<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Beat {
    /// Two outputs for a source pixel.
    Double,
    /// An output for two source pixels.
    Halve,
}

impl Beat {
    const fn outputs(self) -> usize {
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

impl Scaler {
    /// Scales the whole of one picture to the whole of another.
    pub fn new(from: Size, to: Size, level: Level) -> Self {
        Self::placed((from, Window::whole(from)), (to, to.rect()), level)
    }

    /// Scales a window of pictures of one size into a rectangle of pictures of another, and leaves
    /// the rest as it is. Beyond the picture, the window repeats its edge.
    ///
    /// # Panics
    /// If the rectangle is empty or not inside the target, or the window is empty.
    pub fn placed(from: (Size, Window), to: (Size, Rect), level: Level) -> Self {
        let ((from, window), (to, rect)) = (from, to);
        let fits = |at: u32, length: u32, side: u32| {
            length > 0 && at.checked_add(length).is_some_and(|end| end <= side)
        };
        let inside = fits(rect.x, rect.width, to.width) && fits(rect.y, rect.height, to.height);
        assert!(inside, "{rect:?} is not inside a picture of {to}");
        assert!(window.width > 0.0 && window.height > 0.0, "{window:?} is empty");
        let axes = |sub: u32| {
            let columns = (window.x, window.width);
            let columns = Axis::new(from.width, columns, (rect.x, rect.width), sub);
            let rows = (window.y, window.height);
            let rows = Axis::new(from.height, rows, (rect.y, rect.height), sub);
            let is_block = |side: &usize| [&columns, &rows].iter().all(|axis| axis.is_mean(*side));
            Axes { block: [2, 4].into_iter().find(is_block), columns, rows }
        };
        let (luma, chroma) = (axes(1), axes(2));
        let reach =
            |axes: &Axes| axes.columns.start.iter().max().unwrap_or(&0) + axes.columns.count;
        let line = vec![0; reach(&luma).max(reach(&chroma)).max(from.width as usize)];
        let step = (window.width / rect.width as f32).max(window.height / rect.height as f32);
        Self { from, to, level, luma, chroma, line, step }
    }

    /// Source pixels for each of the target, along the axis with more of them.
    pub const fn step(&self) -> f32 {
        self.step
    }

    /// How far apart two pixels of the source are at most from which one of the target is made, its chroma included.
    pub fn reach(&self) -> u32 {
        // Half an output's length, or two pixels; the same for chroma, whose pixels are twice as long and may lie
        // half an output beside it; and what rounding to whole pixels of chroma adds.
        (2.0 * self.step.max(4.0)).ceil() as u32 + 4
    }

    /// Whether it writes every pixel of the target.
    pub fn covers_target(&self) -> bool {
        let Size { width, height } = self.to;
        let covers = |axis: &Axis, side: u32| axis.first == 0 && axis.outputs() == side as usize;
        covers(&self.luma.columns, width) && covers(&self.luma.rows, height)
    }

    /// Scales an I420 frame; the target gets its tags.
    ///
    /// # Panics
    /// If a frame isn't I420 or has another size.
    pub fn run(&mut self, source: &Frame, target: &mut Frame) {
        self.run_part(source, self.to.rect(), target);
        target.tag_like(source);
    }

    /// Writes the pixels of a part of the target as [`Scaler::run`] does, from those that the scaler
    /// [reads](Self::reads) for it, and nothing else. The part begins at even places, and ends there or at the
    /// target's edge.
    ///
    /// # Panics
    /// As [`Scaler::run`], and if the part begins at an odd place.
    pub fn run_part(&mut self, source: &Frame, part: Rect, target: &mut Frame) {
        let found = [(source.format(), source.size()), (target.format(), target.size())];
        let expected = [self.from, self.to].map(|size| (PixelFormat::I420, size));
        assert_eq!(found, expected, "frames that don't fit the scaler");
        assert!(part.x.is_multiple_of(2) && part.y.is_multiple_of(2), "{part:?} at an odd place");
        let axes = [(&self.luma, 1), (&self.chroma, 2), (&self.chroma, 2)];
        for ((axes, source), target) in axes.into_iter().zip(source.yuv()).zip(target.yuv_mut()) {
            let part = axes.0.outputs(part, axes.1);
            scale(self.level, axes.0, &part, source, target, &mut self.line);
        }
    }

    /// The pixels of the source that are read for a part of the target.
    pub fn reads(&self, part: Rect) -> Rect {
        let read = |axes: &Axes, sub: u32| {
            let Part { columns, rows } = axes.outputs(part, sub);
            let (columns, rows) = (axes.columns.reads(&columns), axes.rows.reads(&rows));
            [columns.start, columns.end, rows.start, rows.end].map(|at| at as u32 * sub)
        };
        let (luma, chroma) = (read(&self.luma, 1), read(&self.chroma, 2));
        let (left, top) = (luma[0].min(chroma[0]), luma[2].min(chroma[2]));
        let right = luma[1].max(chroma[1]).min(self.from.width);
        let bottom = luma[3].max(chroma[3]).min(self.from.height);
        let (width, height) = (right.saturating_sub(left), bottom.saturating_sub(top));
        Rect { x: left, y: top, width, height }
    }

    /// Scales a single plane of the full size: luma, a matte.
    ///
    /// # Panics
    /// If a plane has another size.
    pub fn run_plane(&mut self, source: Plane<'_>, target: PlaneMut<'_>) {
        let side = |size: Size| (size.width as usize, size.height as usize);
        let found = [(source.width(), source.height()), (target.width(), target.height())];
        assert_eq!(found, [self.from, self.to].map(side), "planes that don't fit the scaler");
        let all = self.luma.outputs(self.to.rect(), 1);
        scale(self.level, &self.luma, &all, source, target, &mut self.line);
    }
}

/// Outputs of a plane, counted from the axes' first.
struct Part {
    columns: Range<usize>,
    rows: Range<usize>,
}

impl Axes {
    /// The outputs for a part of the target, in a plane with one sample for `sub` pixels.
    fn outputs(&self, part: Rect, sub: u32) -> Part {
        let of = |axis: &Axis, from: u32, length: u32| {
            let at = |pixel: u32| {
                (pixel.div_ceil(sub) as usize).saturating_sub(axis.first).min(axis.outputs())
            };
            at(from)..at(from.saturating_add(length))
        };
        let columns = of(&self.columns, part.x, part.width);
        Part { columns, rows: of(&self.rows, part.y, part.height) }
    }
}

impl Axis {
    /// Makes the axis that scales a window of `source` pixels to a span of outputs, in a plane with
    /// one sample for `sub` pixels.
    fn new(source: u32, window: (f32, f32), span: (u32, u32), sub: u32) -> Self {
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
    fn is_mean(&self, count: usize) -> bool {
        let equal = (1 << WEIGHT_BITS) / count as i16;
        let follows = |pair: &[usize]| pair[0] + count == pair[1];
        self.count == count
            && self.start.windows(2).all(follows)
            && self.weights.iter().all(|&weight| weight == equal)
    }

    fn outputs(&self) -> usize {
        self.start.len()
    }

    /// What outputs are made from; empty if they are none.
    fn reads(&self, outputs: &Range<usize>) -> Range<usize> {
        // Weights of zero are left out, so starts may go back by a few pixels.
        let starts = &self.start[outputs.clone()];
        let from = starts.iter().min().map_or(0, |&start| start);
        from..starts.iter().max().map_or(from, |last| last + self.count)
    }

    #[inline(always)]
    fn of(&self, output: usize) -> (usize, &[i16]) {
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

dispatch! {
    fn scale(axes: &Axes, part: &Part, source: Plane<'_>, target: PlaneMut<'_>, line: &mut [i16]) = body::scale;
}

mod body {
    use super::{Axes, Axis, Beat, LINE_BITS, Part, Plane, PlaneMut, Range, Rhythm, WEIGHT_BITS};
    use crate::shrink::sums::{sums_of_2, sums_of_4};

    #[inline(always)]
    pub fn scale(
        axes: &Axes,
        part: &Part,
        source: Plane<'_>,
        mut target: PlaneMut<'_>,
        line: &mut [i16],
    ) {
        let Axes { columns, rows, block } = axes;
        let outputs = &part.columns;
        let Some(&start) = columns.start.get(outputs.start) else { return };
        let read = columns.reads(outputs);
        for i in part.rows.clone() {
            let out = &mut target.row_mut(rows.first + i)[columns.first..][outputs.clone()];
            let row = |k: usize| &source.row(rows.start[i] + k)[start..];
            // The same bytes as by weights: nothing is rounded between the passes.
            match block {
                Some(2) => {
                    sums_of_2([row(0), row(1)], out, |sum| ((sum + 2) >> 2) as u8);
                    continue;
                }
                Some(4) => {
                    let rows = [row(0), row(1), row(2), row(3)];
                    sums_of_4(rows, out, |sum| ((sum + 8) >> 4) as u8);
                    continue;
                }
                _ => {}
            }
            if rows.count == 1 && columns.shift {
                out.copy_from_slice(&row(0)[..out.len()]);
                continue;
            }
            mix_rows(source, rows.of(i), read.start, &mut line[read.clone()]);
            mix_columns(columns, outputs.clone(), line, out);
        }
    }

    /// The columns to sum at a time, so that the sums stay in registers.
    const BLOCK: usize = 32;

    /// The columns from `from` on.
    #[inline(always)]
    fn mix_rows(
        source: Plane<'_>,
        (start, weights): (usize, &[i16]),
        from: usize,
        line: &mut [i16],
    ) {
        let (blocks, rest) = line.as_chunks_mut::<BLOCK>();
        for (i, block) in blocks.iter_mut().enumerate() {
            let mut sums = [0_i32; BLOCK];
            for (y, &weight) in (start..).zip(weights) {
                let row = &source.row(y)[from + i * BLOCK..][..BLOCK];
                for x in 0..BLOCK {
                    sums[x] += i32::from(row[x]) * i32::from(weight);
                }
            }
            block.iter_mut().zip(sums).for_each(|(v, sum)| *v = to_line(sum));
        }
        let x = blocks.len() * BLOCK;
        for (x, value) in (x..).zip(rest) {
            let product =
                |(y, &w): (usize, &i16)| i32::from(source.row(y)[from + x]) * i32::from(w);
            *value = to_line((start..).zip(weights).map(product).sum());
        }
    }

    #[inline(always)]
    fn to_line(sum: i32) -> i16 {
        const SHIFT: u32 = WEIGHT_BITS - LINE_BITS;
        ((sum + (1 << (SHIFT - 1))) >> SHIFT) as i16
    }

    #[inline(always)]
    fn mix_columns(columns: &Axis, outputs: Range<usize>, line: &[i16], out: &mut [u8]) {
        let first = outputs.start;
        match (columns.count, &columns.rhythm) {
            (4, Some(rhythm)) => mix_in_rhythm::<4>(columns, (rhythm, outputs), line, out),
            (2, Some(rhythm)) => mix_in_rhythm::<2>(columns, (rhythm, outputs), line, out),
            (1, _) => mix_counted::<1>(columns, first, line, out),
            (2, _) => mix_counted::<2>(columns, first, line, out),
            (3, _) => mix_counted::<3>(columns, first, line, out),
            (4, _) => mix_counted::<4>(columns, first, line, out),
            _ => {
                for (i, out) in (first..).zip(out) {
                    let (start, weights) = columns.of(i);
                    *out = to_byte(sum(weights, &line[start..]));
                }
            }
        }
    }

    /// The outputs from `first` on.
    #[inline(always)]
    fn mix_counted<const COUNT: usize>(columns: &Axis, first: usize, line: &[i16], out: &mut [u8]) {
        let weights = &columns.weights.as_chunks::<COUNT>().0[first..];
        for ((out, &start), weights) in out.iter_mut().zip(&columns.start[first..]).zip(weights) {
            *out = to_byte(sum(weights, &line[start..][..COUNT]));
        }
    }

    /// The outputs of the rhythm all at once, those around it one by one.
    #[inline(always)]
    fn mix_in_rhythm<const COUNT: usize>(
        columns: &Axis,
        (rhythm, outputs): (&Rhythm, Range<usize>),
        line: &[i16],
        out: &mut [u8],
    ) {
        // Whole beats.
        let (first, step) = (rhythm.range.start, rhythm.beat.outputs());
        let start = first + outputs.start.saturating_sub(first).next_multiple_of(step);
        let length = outputs.end.min(rhythm.range.end).saturating_sub(start) / step * step;
        if length == 0 {
            return mix_counted::<COUNT>(columns, outputs.start, line, out);
        }
        let (before, rest) = out.split_at_mut(start - outputs.start);
        let (inside, after) = rest.split_at_mut(length);
        mix_counted::<COUNT>(columns, outputs.start, line, before);
        mix_counted::<COUNT>(columns, start + length, line, after);
        let part = |i: usize| {
            let (start, weights) = columns.of(start + i);
            let weights: [i32; COUNT] = std::array::from_fn(|k| i32::from(weights[k]));
            (&line[start..], weights)
        };
        match rhythm.beat {
            Beat::Double => {
                let ((left, even), (right, odd)) = (part(0), part(1));
                let pairs = inside.as_chunks_mut::<2>().0.iter_mut();
                let (left, right) = (left.windows(COUNT), right.windows(COUNT));
                for ((pair, left), right) in pairs.zip(left).zip(right) {
                    *pair = [to_byte(dot(&even, left)), to_byte(dot(&odd, right))];
                }
            }
            Beat::Halve => {
                let (line, weights) = part(0);
                for (out, pixels) in inside.iter_mut().zip(line.as_chunks::<2>().0) {
                    *out = to_byte(dot(&weights, pixels));
                }
            }
        }
    }

    #[inline(always)]
    fn dot<const COUNT: usize>(weights: &[i32; COUNT], values: &[i16]) -> i32 {
        weights.iter().zip(values).map(|(&w, &v)| w * i32::from(v)).sum()
    }

    #[inline(always)]
    fn sum(weights: &[i16], values: &[i16]) -> i32 {
        weights.iter().zip(values).map(|(&w, &v)| i32::from(w) * i32::from(v)).sum()
    }

    #[inline(always)]
    fn to_byte(sum: i32) -> u8 {
        const SHIFT: u32 = WEIGHT_BITS + LINE_BITS;
        ((sum + (1 << (SHIFT - 1))) >> SHIFT).clamp(0, 255) as u8
    }
}

#[cfg(test)]
mod tests;
