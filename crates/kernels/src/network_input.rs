//! Cuts a window out of an I420 picture and scales it to the R'G'B' picture that a network takes.
//!
//! Along each axis on its own, output `i` of `n` is the mean of the source over the interval
//! `[x + i*s, x + (i+1)*s)` with `s = window / n` where the window is longer than the output (area
//! resampling), and linear interpolation between the centres of pixels where it is shorter.
//! Chroma is taken at its own resolution, sited at the centre of its four luma pixels. The means
//! are then decoded with the frame's matrix and range and clamped to `0.0..=1.0`.

mod columns;

use crate::Level;
use crate::dispatch::dispatch;
use backlot_media::{ColorSpace, Plane, Size, Window};
use columns::Blocks;

/// Scales windows of pictures of one size to one output size, in memory allocated once.
#[derive(Clone, Debug)]
pub struct NetworkInput {
    source: Size,
    width: usize,
    height: usize,
    luma: Axes,
    chroma: Axes,
    /// The window that the axes are set to.
    window: Option<Window>,
    line: Vec<f32>,
    rows: [Vec<f32>; 3],
}

/// The sources of the output's columns and rows in one plane.
#[derive(Clone, Debug)]
struct Axes {
    columns: Taps,
    rows: Taps,
}

/// For each output of an axis, the first source index and the weights from there on.
#[derive(Clone, Debug)]
struct Taps {
    source: usize,
    outputs: usize,
    count: usize,
    start: Vec<usize>,
    weights: Vec<f32>,
    /// The source indices that any output reads.
    reach: (usize, usize),
    /// The same taps, to compute several outputs together.
    blocks: Blocks,
}

impl Taps {
    fn new(source: usize, outputs: usize) -> Self {
        let most = (source.div_ceil(outputs) + 2).min(source);
        let (start, weights) = (vec![0; outputs], vec![0.0; outputs * most]);
        let blocks = Blocks::new(outputs);
        Self { source, outputs, count: most, start, weights, reach: (0, 0), blocks }
    }

    /// Computes the taps for the window `[from, from + length)`.
    fn aim(&mut self, from: f32, length: f32) {
        let step = f64::from(length) / self.outputs as f64;
        let widest = (step.ceil() as usize + 1).max(2);
        self.count = widest.min(self.source);
        self.weights[..self.outputs * self.count].fill(0.0);
        for i in 0..self.outputs {
            let left = f64::from(from) + i as f64 * step;
            if step > 1.0 {
                self.aim_area(i, left, step, widest);
            } else {
                let centre = left + 0.5 * step - 0.5;
                let fraction = (centre - centre.floor()) as f32;
                let first = centre.floor() as isize;
                self.start[i] = self.clamp_start(first);
                self.add(i, first, 1.0 - fraction);
                self.add(i, first + 1, fraction);
            }
        }
        self.trim();
        let first = self.start.iter().copied().min().unwrap_or(0);
        let last = self.start.iter().copied().max().unwrap_or(0) + self.count;
        self.reach = (first, last);
        self.blocks.aim(&self.start, &self.weights, self.count);
    }

    /// Drops the last weights while all outputs have 0 there.
    fn trim(&mut self) {
        let count = self.count;
        let outputs = || self.weights[..self.outputs * count].chunks_exact(count);
        let used = outputs().filter_map(|w| w.iter().rposition(|&w| w != 0.0)).max();
        self.count = used.map_or(1, |last| last + 1);
        for i in 0..self.outputs {
            self.weights.copy_within(i * count..i * count + self.count, i * self.count);
        }
    }

    fn aim_area(&mut self, i: usize, left: f64, step: f64, widest: usize) {
        let first = left.floor() as isize;
        self.start[i] = self.clamp_start(first);
        for k in 0..widest as isize {
            let pixel = (first + k) as f64;
            let overlap = (left + step).min(pixel + 1.0) - left.max(pixel);
            if overlap > 0.0 {
                self.add(i, first + k, (overlap / step) as f32);
            }
        }
    }

    fn clamp_start(&self, first: isize) -> usize {
        first.clamp(0, (self.source - self.count) as isize) as usize
    }

    /// Adds a weight for source index `at`, clamped to the picture.
    fn add(&mut self, i: usize, at: isize, weight: f32) {
        let start = self.start[i];
        let at = at.clamp(start as isize, (start + self.count - 1) as isize) as usize;
        self.weights[i * self.count + at - start] += weight;
    }

    /// First source index and weights of output `i`.
    #[inline(always)]
    fn of(&self, i: usize) -> (usize, &[f32]) {
        (self.start[i], &self.weights[i * self.count..][..self.count])
    }
}

impl Axes {
    fn new(columns: usize, rows: usize, width: usize, height: usize) -> Self {
        Self { columns: Taps::new(columns, width), rows: Taps::new(rows, height) }
    }

    fn aim(&mut self, window: Window, scale: f32) {
        self.columns.aim(window.x * scale, window.width * scale);
        self.rows.aim(window.y * scale, window.height * scale);
    }
}

impl NetworkInput {
    /// Makes one for pictures of `source` pixels and outputs of `width` by `height`.
    ///
    /// # Panics
    /// If the output has no pixels.
    pub fn new(source: Size, width: usize, height: usize) -> Self {
        assert!(width > 0 && height > 0, "an output of {width}x{height}");
        let (columns, rows) = (source.width as usize, source.height as usize);
        let (half_columns, half_rows) = (columns.div_ceil(2), rows.div_ceil(2));
        Self {
            source,
            width,
            height,
            luma: Axes::new(columns, rows, width, height),
            chroma: Axes::new(half_columns, half_rows, width, height),
            window: None,
            line: vec![0.0; columns + Blocks::PADDING],
            rows: std::array::from_fn(|_| vec![0.0; width]),
        }
    }

    /// Scales `window` of the picture to `out`: rows of R'G'B' triples, `0.0..=1.0`. Parts of the
    /// window outside the picture repeat its border.
    ///
    /// # Panics
    /// If the planes are not those of an I420 picture of the size given to [`NetworkInput::new`],
    /// if `out` doesn't have three values for each pixel, or the window is empty or larger than the
    /// picture.
    pub fn run(
        &mut self,
        level: Level,
        planes: [Plane<'_>; 3],
        color: ColorSpace,
        window: Window,
        out: &mut [f32],
    ) {
        let (w, h) = (self.source.width as usize, self.source.height as usize);
        for (plane, halved) in planes.iter().zip([false, true, true]) {
            let size = if halved { (w.div_ceil(2), h.div_ceil(2)) } else { (w, h) };
            assert_eq!((plane.width(), plane.height()), size, "the size of a plane");
        }
        assert_eq!(out.len(), 3 * self.width * self.height, "three values a pixel");
        let fits = |length: f32, side: usize| length > 0.0 && length <= side as f32;
        assert!(fits(window.width, w) && fits(window.height, h), "{window:?} of {}", self.source);
        if self.window != Some(window) {
            self.luma.aim(window, 1.0);
            self.chroma.aim(window, 0.5);
            self.window = Some(window);
        }
        shrink(level, self, level, planes, Decode::new(color), out);
    }
}

/// `rgb = offset + y * luma + cb * blue + cr * red`, for code values.
#[derive(Clone, Copy, Debug)]
struct Decode {
    offset: [f32; 3],
    luma: f32,
    blue: [f32; 3],
    red: [f32; 3],
}

impl Decode {
    fn new(color: ColorSpace) -> Self {
        let zero = color.decode([0.0, 0.0, 0.0]);
        let slope = |at| {
            let v = color.decode(at);
            std::array::from_fn(|c| (v[c] - zero[c]) as f32)
        };
        let luma: [f32; 3] = slope([1.0, 0.0, 0.0]);
        Self {
            offset: zero.map(|v| v as f32),
            luma: luma[0],
            blue: slope([0.0, 1.0, 0.0]),
            red: slope([0.0, 0.0, 1.0]),
        }
    }

    #[inline(always)]
    fn channel(&self, c: usize, y: f32, cb: f32, cr: f32) -> f32 {
        let v = self.offset[c] + y * self.luma + cb * self.blue[c] + cr * self.red[c];
        v.clamp(0.0, 1.0)
    }
}

dispatch! {
    fn shrink(job: &mut NetworkInput, again: Level, planes: [Plane<'_>; 3], decode: Decode, out: &mut [f32]) = scalar::shrink;
}

mod scalar {
    use super::{Axes, Decode, Level, NetworkInput, Plane, Taps, columns};

    #[inline(always)]
    pub fn shrink(
        job: &mut NetworkInput,
        level: Level,
        planes: [Plane<'_>; 3],
        decode: Decode,
        out: &mut [f32],
    ) {
        let NetworkInput { width, luma, chroma, line, rows, .. } = job;
        for (j, out) in out.chunks_exact_mut(3 * *width).enumerate() {
            let [y, cb, cr] = rows;
            sample_row(level, luma, (j, planes[0]), line, y);
            sample_row(level, chroma, (j, planes[1]), line, cb);
            sample_row(level, chroma, (j, planes[2]), line, cr);
            to_rgb(rows, decode);
            let [r, g, b] = rows;
            let rows = r.iter().zip(&*g).zip(&*b);
            for (rgb, ((&r, &g), &b)) in out.as_chunks_mut::<3>().0.iter_mut().zip(rows) {
                *rgb = [r, g, b];
            }
        }
    }

    /// Turns rows of Y, Cb and Cr into rows of R, G and B, in place.
    #[inline(always)]
    fn to_rgb([y, cb, cr]: &mut [Vec<f32>; 3], decode: Decode) {
        for ((y, cb), cr) in y.iter_mut().zip(cb).zip(cr) {
            let channel = |c| decode.channel(c, *y, *cb, *cr);
            [*y, *cb, *cr] = [channel(0), channel(1), channel(2)];
        }
    }

    #[inline(always)]
    fn sample_row(
        level: Level,
        axes: &Axes,
        (j, plane): (usize, Plane<'_>),
        line: &mut [f32],
        out: &mut [f32],
    ) {
        let (from, to) = axes.columns.reach;
        let (start, weights) = axes.rows.of(j);
        mix_rows(plane, start, weights, from, &mut line[from..to]);
        let done = columns::mix(level, &axes.columns, line, out);
        if done == out.len() {
            return;
        }
        match axes.columns.count {
            2 => mix_columns::<2>(&axes.columns, line, out),
            3 => mix_columns::<3>(&axes.columns, line, out),
            4 => mix_columns::<4>(&axes.columns, line, out),
            5 => mix_columns::<5>(&axes.columns, line, out),
            6 => mix_columns::<6>(&axes.columns, line, out),
            7 => mix_columns::<7>(&axes.columns, line, out),
            8 => mix_columns::<8>(&axes.columns, line, out),
            9 => mix_columns::<9>(&axes.columns, line, out),
            _ => mix_any_columns(&axes.columns, line, out),
        }
    }

    /// The number of pixels of a row to mix together.
    const BLOCK: usize = 64;

    /// `out[x] = sum of weights[k] * plane[start + k][from + x]`
    ///
    /// All rows but the first and the last one count the same, so they are added as integers.
    #[inline(always)]
    fn mix_rows(plane: Plane<'_>, start: usize, weights: &[f32], from: usize, out: &mut [f32]) {
        let count = weights.iter().rposition(|&w| w != 0.0).map_or(1, |last| last + 1);
        let inner = weights[count / 2];
        let first = usize::from(weights[0] != inner);
        let last = count - usize::from(weights[count - 1] != inner);
        let even = first < last && weights[first..last].iter().all(|&w| w == inner);
        let (even, odd) =
            if even && last - first <= 257 { (first..last, inner) } else { (0..0, 0.0) };
        let mut blocks = out.chunks_exact_mut(BLOCK);
        let mut at = start * plane.stride() + from;
        let rows = |at: usize| move |k: usize| &plane.data()[at + k * plane.stride()..];
        for block in &mut blocks {
            let block: &mut [f32; BLOCK] = block.try_into().expect("a block");
            let row =
                |k: usize| -> &[u8; BLOCK] { rows(at)(k)[..BLOCK].try_into().expect("a block") };
            let mut sum = [0_u16; BLOCK];
            for k in even.clone() {
                let row = row(k);
                for x in 0..BLOCK {
                    sum[x] += u16::from(row[x]);
                }
            }
            for x in 0..BLOCK {
                block[x] = odd * f32::from(sum[x]);
            }
            for k in (0..count).filter(|k| !even.contains(k)) {
                let (row, weight) = (row(k), weights[k]);
                for x in 0..BLOCK {
                    block[x] += weight * f32::from(row[x]);
                }
            }
            at += BLOCK;
        }
        for (x, value) in blocks.into_remainder().iter_mut().enumerate() {
            let sum: u16 = even.clone().map(|k| u16::from(rows(at)(k)[x])).sum();
            *value = odd * f32::from(sum);
            for k in (0..count).filter(|k| !even.contains(k)) {
                *value += weights[k] * f32::from(rows(at)(k)[x]);
            }
        }
    }

    #[inline(always)]
    fn mix_columns<const COUNT: usize>(taps: &Taps, line: &[f32], out: &mut [f32]) {
        let weights = taps.weights.chunks_exact(COUNT);
        for ((value, &start), weights) in out.iter_mut().zip(&taps.start).zip(weights) {
            let source = &line[start..][..COUNT];
            let mut sum = 0.0;
            for k in 0..COUNT {
                sum += weights[k] * source[k];
            }
            *value = sum;
        }
    }

    #[inline(always)]
    fn mix_any_columns(taps: &Taps, line: &[f32], out: &mut [f32]) {
        for (i, value) in out.iter_mut().enumerate() {
            let (start, weights) = taps.of(i);
            let mut sum = 0.0;
            for (weight, source) in weights.iter().zip(&line[start..]) {
                sum += weight * source;
            }
            *value = sum;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use backlot_media::{Frame, Matrix, PixelFormat, Range};

    fn noise(size: Size) -> Frame {
        let mut frame = Frame::new(PixelFormat::I420, size);
        let mut state = 1_u32;
        for byte in frame.bytes_mut() {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            *byte = (state >> 24) as u8;
        }
        frame
    }

    /// The mean of `plane` over an interval of both axes (or the interpolated value), in f64.
    fn oracle(plane: Plane<'_>, [x, y, w, h]: [f64; 4]) -> f64 {
        let axis = |from: f64, step: f64| -> Vec<(isize, f64)> {
            if step > 1.0 {
                let pixels = from.floor() as isize..=(from + step).ceil() as isize;
                let overlap = |p: isize| {
                    ((from + step).min(p as f64 + 1.0) - from.max(p as f64)).max(0.0) / step
                };
                pixels.map(|p| (p, overlap(p))).collect()
            } else {
                let centre = from + 0.5 * step - 0.5;
                let (p, f) = (centre.floor() as isize, centre - centre.floor());
                vec![(p, 1.0 - f), (p + 1, f)]
            }
        };
        let columns = axis(x, w);
        let mut sum = 0.0;
        for (row, row_weight) in axis(y, h) {
            for &(column, weight) in &columns {
                sum += row_weight * weight * f64::from(plane.at_clamped(column, row));
            }
        }
        sum
    }

    fn check(size: (u32, u32), out: (usize, usize), window: Option<Window>, color: ColorSpace) {
        let size = Size::new(size.0, size.1).unwrap();
        let frame = noise(size);
        let window = window.unwrap_or(Window::whole(size));
        let mut results = Vec::new();
        for level in Level::available() {
            let mut result = vec![0.0; 3 * out.0 * out.1];
            NetworkInput::new(size, out.0, out.1).run(
                level,
                frame.yuv(),
                color,
                window,
                &mut result,
            );
            results.push(result);
        }
        assert!(results.windows(2).all(|pair| pair[0] == pair[1]), "levels differ at {size}");
        let (sx, sy) = (window.width as f64 / out.0 as f64, window.height as f64 / out.1 as f64);
        for (n, rgb) in results[0].chunks_exact(3).enumerate() {
            let (i, j) = ((n % out.0) as f64, (n / out.0) as f64);
            let (x, y) = (window.x as f64 + i * sx, window.y as f64 + j * sy);
            let [py, pb, pr] = frame.yuv();
            let half = [x / 2.0, y / 2.0, sx / 2.0, sy / 2.0];
            let code = [oracle(py, [x, y, sx, sy]), oracle(pb, half), oracle(pr, half)];
            for (a, b) in rgb.iter().zip(color.decode(code)) {
                let b = b.clamp(0.0, 1.0);
                assert!((f64::from(*a) - b).abs() < 2e-4, "{size}, {i} {j}: {a} for {b}");
            }
        }
    }

    #[test]
    fn every_size_equals_the_means_in_double_precision() {
        for width in 1..=130 {
            check((width, 7), (9, 5), None, ColorSpace::BT601);
        }
        for size in [(1, 1), (2, 2), (1, 90), (640, 3), (333, 217)] {
            check(size, (64, 36), None, ColorSpace::BT709);
        }
    }

    #[test]
    fn windows_and_colour_spaces_are_honoured() {
        let window = Window { x: 10.3, y: 4.75, width: 77.7, height: 40.2 };
        for matrix in [Matrix::Bt601, Matrix::Bt709] {
            for range in [Range::Limited, Range::Full] {
                check((128, 70), (16, 9), Some(window), ColorSpace { matrix, range });
            }
        }
        for (x, width) in [(37.25, 262.5), (3.0, 317.0), (60.5, 200.0), (0.0, 256.0)] {
            let window = Window { x, y: 11.5, width, height: 150.25 };
            check((320, 180), (256, 144), Some(window), ColorSpace::BT601);
        }
        let beyond = Window { x: -3.0, y: 60.0, width: 30.0, height: 20.0 };
        check((128, 70), (8, 8), Some(beyond), ColorSpace::JPEG);
    }

    #[test]
    fn white_is_one_and_black_is_zero() {
        let size = Size::new(64, 36).unwrap();
        for (luma, expected) in [(235, 1.0), (16, 0.0)] {
            let mut frame = Frame::new(PixelFormat::I420, size);
            let [mut y, mut cb, mut cr] = frame.yuv_mut();
            y.fill(luma);
            cb.fill(128);
            cr.fill(128);
            let mut out = vec![0.5; 3 * 12];
            let window = Window::whole(size);
            let color = ColorSpace::BT709;
            NetworkInput::new(size, 4, 3).run(Level::best(), frame.yuv(), color, window, &mut out);
            assert!(out.iter().all(|v| (v - expected).abs() < 1e-5), "{out:?}");
        }
    }
}
