//! Soft pictures: coloured on a coarse grid, enlarged to full size with straight lines in between.
//!
//! A row of the grid is widened to a line of full width, and two such lines are blended for each
//! row of pixels, in 16 bits: `out = (above (step - i) + below i + noise) / 256`, where a line holds
//! `256 / step` times the code. The noise, 0 to 255 in a fixed pattern, does the rounding: so slow
//! gradients show no bands.

use crate::math::random;
use backlot_media::{ColorSpace, Frame, PixelFormat, PlaneMut, Size, Timestamp};

const DITHER: usize = 4096;

/// Pixels from one grid point to the next, across and down: 4, 8 or 16 each.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Step(pub usize, pub usize);

impl Step {
    /// Coarser on large pictures and finer on small ones.
    fn at(self, size: Size) -> Self {
        let fit = |step: usize| match size.height {
            0..400 if step > 4 => step / 2,
            1200.. if step < 16 => step * 2,
            _ => step,
        };
        Self(fit(self.0), fit(self.1))
    }
}

/// A coarse grid of colours over a picture.
#[derive(Debug)]
pub(crate) struct Soft {
    pub size: Size,
    pub color: ColorSpace,
    step: Step,
    /// Grid points across and down.
    pub columns: usize,
    pub rows: usize,
    /// Red, green and blue of the grid points, row after row, 0 to 1.
    pub light: [Vec<f32>; 3],
    /// The places of the columns, in heights from the middle.
    places: Vec<f32>,
    coder: Coder,
    /// The grid as codes; chroma has every second point of every second row.
    codes: [Vec<u16>; 3],
    lines: [Vec<u16>; 2],
    dither: Vec<u8>,
}

impl Soft {
    /// `step` is the one for a picture of 1280x720.
    pub fn new(size: Size, color: ColorSpace, step: Step) -> Self {
        let step = step.at(size);
        let (w, h) = (size.width as usize, size.height as usize);
        // One point past the end, and an odd number so that chroma has one too.
        let points = |n: usize, step: usize| (n.div_ceil(2 * step) + 1) * 2 + 1;
        let (columns, rows) = (points(w, step.0), points(h, step.1));
        let all = columns * rows;
        let chroma = columns.div_ceil(2) * rows.div_ceil(2);
        let unit = step.0 as f32 / h as f32;
        let half = w as f32 / (2.0 * h as f32);
        Self {
            size,
            color,
            step,
            columns,
            rows,
            light: std::array::from_fn(|_| vec![0.0; all]),
            places: (0..columns).map(|column| column as f32 * unit - half).collect(),
            coder: Coder::new(color, step.0),
            codes: [vec![0; all], vec![0; chroma], vec![0; chroma]],
            lines: std::array::from_fn(|_| vec![0; (columns - 1) * step.0]),
            dither: (0..DITHER + w).map(|i| (random(0xd1, i as u64) * 256.0) as u8).collect(),
        }
    }

    /// The places of the columns, in heights from the middle.
    pub fn places(&self) -> &[f32] {
        &self.places
    }

    /// The place of a row, in heights from the top.
    pub fn height_of(&self, row: usize) -> f32 {
        row as f32 * self.step.1 as f32 / self.size.height as f32
    }

    /// Half the picture's width, in heights.
    pub fn half_width(&self) -> f32 {
        self.size.width as f32 / (2.0 * self.size.height as f32)
    }

    /// Sets every grid point from its place: heights from the middle, heights from the top.
    pub fn color_by(&mut self, color: impl Fn(f32, f32) -> [f32; 3]) {
        for row in 0..self.rows {
            let y = self.height_of(row);
            let [r, g, b] = rows_of(&mut self.light, self.columns, row, 0..self.columns);
            for (((x, r), g), b) in self.places.iter().zip(r).zip(g).zip(b) {
                [*r, *g, *b] = color(*x, y);
            }
        }
    }

    /// Adds `light` to each grid point within `reach` of (x, y), times its share. `share` returns
    /// that from the square of the distance, in reaches.
    pub fn add_disc(
        &mut self,
        (x, y): (f32, f32),
        reach: f32,
        light: [f32; 3],
        share: impl Fn(f32) -> f32,
    ) {
        let height = self.size.height as f32;
        let (across, down) = (self.step.0 as f32 / height, self.step.1 as f32 / height);
        let at = |v: f32, end: usize| (v.max(0.0) as usize).min(end);
        let left = x + self.half_width();
        let rows = at((y - reach) / down, self.rows)..at((y + reach) / down + 1.0, self.rows);
        for row in rows {
            let dy = (self.height_of(row) - y) / reach;
            let half = reach * (1.0 - dy * dy).max(0.0).sqrt();
            let from = at((left - half) / across, self.columns);
            let to = at((left + half) / across + 1.0, self.columns);
            let [r, g, b] = rows_of(&mut self.light, self.columns, row, from..to);
            for (((px, r), g), b) in self.places[from..to].iter().zip(r).zip(g).zip(b) {
                let dx = (px - x) / reach;
                let s = share(dx * dx + dy * dy);
                *r += light[0] * s;
                *g += light[1] * s;
                *b += light[2] * s;
            }
        }
    }

    /// Writes the grid to all pixels of a frame, and tags it.
    pub fn spread(&mut self, time: Timestamp, frame: &mut Frame) {
        assert_eq!((frame.format(), frame.size()), (PixelFormat::I420, self.size), "wrong frame");
        frame.color = self.color;
        frame.time = time;
        self.encode();
        let half = self.columns.div_ceil(2);
        for (index, plane) in frame.yuv_mut().into_iter().enumerate() {
            let columns = if index == 0 { self.columns } else { half };
            self.spread_plane(index, columns, plane);
        }
    }

    fn encode(&mut self) {
        let half = self.columns.div_ceil(2);
        let [luma, u, v] = &mut self.codes;
        for row in 0..self.rows {
            let [r, g, b] = rows_of(&mut self.light, self.columns, row, 0..self.columns);
            let out = &mut luma[row * self.columns..][..self.columns];
            self.coder.encode(0, [r, g, b], out);
            if row % 2 == 0 {
                for (index, plane) in [(1, &mut *u), (2, &mut *v)] {
                    let out = &mut plane[row / 2 * half..][..half];
                    self.coder.encode_every_second(index, [r, g, b], out);
                }
            }
        }
    }

    fn spread_plane(&mut self, index: usize, columns: usize, mut plane: PlaneMut<'_>) {
        let Step(across, down) = self.step;
        let [above, below] = &mut self.lines;
        let row_of = |row: usize| &self.codes[index][row * columns..][..columns];
        for (y, out) in plane.rows_mut().enumerate() {
            let share = y % down;
            if share == 0 {
                // The line below is the next one's line above.
                std::mem::swap(above, below);
                if y == 0 {
                    widen(row_of(0), above, across, down);
                }
                widen(row_of(y / down + 1), below, across, down);
            }
            let dither = &self.dither[(random(0xd2, y as u64) * DITHER as f32) as usize..];
            blend_lines(above, below, dither, (down - share) as u16, share as u16, out);
        }
    }
}

/// The same part of a row of three planes.
pub(super) fn rows_of(
    planes: &mut [Vec<f32>; 3],
    columns: usize,
    row: usize,
    part: std::ops::Range<usize>,
) -> [&mut [f32]; 3] {
    planes.each_mut().map(|plane| &mut plane[row * columns..][part.clone()])
}

/// From light to codes of three components, times a power of two.
#[derive(Debug)]
struct Coder {
    /// For each component: factors of red, green and blue, and an offset.
    rows: [([f32; 3], f32); 3],
    greatest: f32,
}

impl Coder {
    fn new(color: ColorSpace, step: usize) -> Self {
        let unit = 256.0 / step as f32;
        let (kr, kb) = color.matrix.weights();
        let (kr, kb) = (kr as f32, kb as f32);
        let kg = 1.0 - kr - kb;
        let luma = color.range.luma_span() as f32 * unit;
        let chroma = color.range.chroma_span() as f32 * unit;
        let (blue, red) = (chroma / (2.0 * (1.0 - kb)), chroma / (2.0 * (1.0 - kr)));
        let zero = 128.0 * unit;
        Self {
            rows: [
                ([kr, kg, kb].map(|k| k * luma), f32::from(color.range.black()) * unit),
                ([-kr * blue, -kg * blue, (1.0 - kb) * blue], zero),
                ([(1.0 - kr) * red, -kg * red, -kb * red], zero),
            ],
            greatest: 255.0 * unit,
        }
    }

    #[inline(always)]
    fn code(&self, index: usize, rgb: [f32; 3]) -> u16 {
        /// Adding this to a number leaves its rounded value in the lowest bits.
        const ROUND: f32 = 8_388_608.0;
        let ([kr, kg, kb], offset) = self.rows[index];
        let [r, g, b] = rgb.map(|c| c.clamp(0.0, 1.0));
        let code = (kr * r + kg * g + kb * b + offset).min(self.greatest);
        (code + ROUND).to_bits() as u16
    }

    fn encode(&self, index: usize, [r, g, b]: [&[f32]; 3], out: &mut [u16]) {
        for (((o, r), g), b) in out.iter_mut().zip(r).zip(g).zip(b) {
            *o = self.code(index, [*r, *g, *b]);
        }
    }

    fn encode_every_second(&self, index: usize, [r, g, b]: [&[f32]; 3], out: &mut [u16]) {
        let pairs = r.chunks(2).zip(g.chunks(2)).zip(b.chunks(2));
        for (o, ((r, g), b)) in out.iter_mut().zip(pairs) {
            *o = self.code(index, [r[0], g[0], b[0]]);
        }
    }
}

/// Widens a row of codes by `across`, and leaves room for the sum of `down` of them.
fn widen(row: &[u16], line: &mut [u16], across: usize, down: usize) {
    match across {
        4 => widen_by::<4>(row, line, down),
        8 => widen_by::<8>(row, line, down),
        _ => widen_by::<16>(row, line, down),
    }
}

fn widen_by<const STEP: usize>(row: &[u16], line: &mut [u16], down: usize) {
    let (half, shift) = (down as u16 / 2, down.trailing_zeros());
    let (cells, _) = line.as_chunks_mut::<STEP>();
    for (cell, ends) in cells.iter_mut().zip(row.windows(2)) {
        let (a, b) = (ends[0], ends[1]);
        *cell = std::array::from_fn(|i| (a * (STEP - i) as u16 + b * i as u16 + half) >> shift);
    }
}

fn blend_lines(above: &[u16], below: &[u16], dither: &[u8], p: u16, q: u16, out: &mut [u8]) {
    for (((o, a), b), d) in out.iter_mut().zip(above).zip(below).zip(dither) {
        *o = ((a * p + b * q + u16::from(*d)) >> 8) as u8;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(size: Size, step: Step, color: impl Fn(f32, f32) -> [f32; 3]) -> Frame {
        let mut frame = Frame::new(PixelFormat::I420, size);
        let mut soft = Soft::new(size, ColorSpace::BT709, step);
        soft.color_by(color);
        soft.spread(Timestamp::default(), &mut frame);
        frame
    }

    #[test]
    fn even_and_extreme_colours_come_out_right() {
        let size = Size { width: 90, height: 70 };
        for step in [Step(4, 4), Step(4, 16), Step(16, 8)] {
            for rgb in [[0.0; 3], [1.0; 3], [1.0, 0.0, 0.0], [0.0, 0.0, 9.0], [0.2, 0.5, 0.8]] {
                let frame = picture(size, step, |_, _| rgb);
                let expected = frame.color.encode(rgb.map(|c| f64::from(c.min(1.0))));
                for (plane, expected) in frame.yuv().into_iter().zip(expected) {
                    let mean = plane.rows().flatten().map(|&p| f64::from(p)).sum::<f64>()
                        / (plane.width() * plane.height()) as f64;
                    assert!((mean - expected).abs() < 0.15, "{rgb:?}: {mean} for {expected}");
                }
            }
        }
    }

    #[test]
    fn a_gradient_is_straight_across_and_down() {
        let size = Size { width: 640, height: 480 };
        let frame = picture(size, Step(8, 4), |x, y| [0.4 + 0.3 * x + 0.3 * (y - 0.5); 3]);
        for (y, row) in frame.yuv()[0].rows().enumerate() {
            for (x, &code) in row.iter().enumerate() {
                let light = 0.4 + 0.3 * (x as f32 - 320.0 + y as f32 - 240.0) / 480.0;
                let error = f32::from(code) - (16.0 + 219.0 * light);
                assert!(error.abs() < 1.1, "({x}, {y}): {code}");
            }
        }
    }

    #[test]
    fn a_disc_stays_within_its_reach() {
        let size = Size { width: 640, height: 480 };
        let mut soft = Soft::new(size, ColorSpace::BT709, Step(4, 4));
        soft.add_disc((0.1, 0.4), 0.2, [1.0; 3], |d2| f32::from(d2 < 1.0));
        let lit = soft.light[0].iter().filter(|&&v| v > 0.0).count() as f32;
        let unit = 4.0 / 480.0;
        let area = lit * unit * unit / (0.2 * 0.2);
        assert!((area - std::f32::consts::PI).abs() < 0.05, "{area}");
        assert!(soft.light[0].iter().all(|&v| v <= 1.0), "no point is lit twice");
    }
}
