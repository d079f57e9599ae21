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

mod axis;
mod body;
mod fixed;
#[cfg(target_arch = "x86_64")]
mod wide;

use crate::Level;
use crate::dispatch::dispatch;
use axis::Axis;
use backlot_media::{Frame, PixelFormat, Plane, PlaneMut, Rect, Size, Window};
use fixed::PADDING;
use std::ops::Range;

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
    /// The columns' weights for eight outputs at a time.
    #[cfg(target_arch = "x86_64")]
    eights: Option<wide::Eights>,
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
            Axes {
                block: [2, 4].into_iter().find(is_block),
                #[cfg(target_arch = "x86_64")]
                eights: columns.eights(),
                columns,
                rows,
            }
        };
        let (luma, chroma) = (axes(1), axes(2));
        let reach =
            |axes: &Axes| axes.columns.start.iter().max().unwrap_or(&0) + axes.columns.count;
        let read = reach(&luma).max(reach(&chroma)).max(from.width as usize);
        let line = vec![0; read + PADDING];
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
            scale(self.level, self.level, axes.0, &part, source, target, &mut self.line);
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
        scale(self.level, self.level, &self.luma, &all, source, target, &mut self.line);
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

dispatch! {
    fn scale(again: Level, axes: &Axes, part: &Part, source: Plane<'_>, target: PlaneMut<'_>, line: &mut [i16]) = body::scale;
}

#[cfg(test)]
mod tests;
