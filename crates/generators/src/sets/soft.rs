//! Soft pictures: coloured on a coarse grid, spread to full size with straight lines in between.
//!
//! Rounding uses a fixed pattern of noise, so that slow gradients show no bands.

use crate::math::random;
use crate::paint::{Ink, Rgb};
use backlot_media::{ColorSpace, Frame, PixelFormat, PlaneMut, Size, Timestamp};

const DITHER: usize = 4096;

/// A coarse grid of colours over a picture.
#[derive(Debug)]
pub(super) struct Soft {
    pub size: Size,
    pub color: ColorSpace,
    /// Pixels from one grid point to the next.
    step: usize,
    /// Grid points across and down.
    pub columns: usize,
    pub rows: usize,
    /// Colours of the grid points, row after row.
    pub grid: Vec<[f32; 3]>,
    /// The grid as luma and chroma codes; chroma has every second point of every second row.
    codes: [Vec<f32>; 3],
    line: Vec<f32>,
    dither: Vec<f32>,
}

impl Soft {
    pub fn new(size: Size, color: ColorSpace) -> Self {
        let step = if size.height > 1200 { 8 } else { 4 };
        let (w, h) = (size.width as usize, size.height as usize);
        // One point past the end, and an odd number so that chroma has one too.
        let points = |n: usize| (n.div_ceil(2 * step) + 1) * 2 + 1;
        let (columns, rows) = (points(w), points(h));
        let chroma = (columns / 2 + 1) * (rows / 2 + 1);
        Self {
            size,
            color,
            step,
            columns,
            rows,
            grid: vec![[0.0; 3]; columns * rows],
            codes: [vec![0.0; columns * rows], vec![0.0; chroma], vec![0.0; chroma]],
            line: vec![0.0; columns],
            dither: (0..DITHER + w).map(|i| random(0xd1, i as u64) * 0.98 + 0.01).collect(),
        }
    }

    /// Where grid point (column, row) is: x from the middle and y from the top, in heights.
    pub fn place(&self, column: usize, row: usize) -> (f32, f32) {
        let unit = self.step as f32 / self.size.height as f32;
        let half = self.size.width as f32 / (2.0 * self.size.height as f32);
        (column as f32 * unit - half, row as f32 * unit)
    }

    /// Half the picture's width, in heights.
    pub fn half_width(&self) -> f32 {
        self.size.width as f32 / (2.0 * self.size.height as f32)
    }

    /// Sets every grid point from its place.
    pub fn color_by(&mut self, color: impl Fn(f32, f32) -> [f32; 3]) {
        for row in 0..self.rows {
            for column in 0..self.columns {
                let (x, y) = self.place(column, row);
                self.grid[row * self.columns + column] = color(x, y);
            }
        }
    }

    /// Adds `light` times the share that `share` gives of each grid point within `reach` of
    /// (x, y); the share's argument is the square of the distance, in reaches.
    pub fn add_disc(
        &mut self,
        (x, y): (f32, f32),
        reach: f32,
        light: [f32; 3],
        share: impl Fn(f32) -> f32,
    ) {
        let unit = self.step as f32 / self.size.height as f32;
        let at = |v: f32, end: usize| (v / unit).clamp(0.0, end as f32) as usize;
        let left = x + self.half_width();
        let (c0, c1) = (at(left - reach, self.columns), at(left + reach + unit, self.columns));
        let (r0, r1) = (at(y - reach, self.rows), at(y + reach + unit, self.rows));
        for row in r0..r1 {
            for column in c0..c1 {
                let (px, py) = self.place(column, row);
                let (dx, dy) = ((px - x) / reach, (py - y) / reach);
                let s = share(dx * dx + dy * dy);
                let cell = &mut self.grid[row * self.columns + column];
                (0..3).for_each(|i| cell[i] += light[i] * s);
            }
        }
    }

    /// Writes the grid to all pixels of a frame, and tags it.
    pub fn spread(&mut self, time: Timestamp, frame: &mut Frame) {
        assert_eq!((frame.format(), frame.size()), (PixelFormat::I420, self.size), "wrong frame");
        frame.color = self.color;
        frame.time = time;
        self.encode();
        let half = self.columns / 2 + 1;
        for (index, plane) in frame.yuv_mut().into_iter().enumerate() {
            let columns = if index == 0 { self.columns } else { half };
            spread_plane(
                &self.codes[index],
                columns,
                self.step,
                &mut self.line,
                &self.dither,
                plane,
            );
        }
    }

    fn encode(&mut self) {
        let range = self.color.range;
        let (black, span) = (f32::from(range.black()), range.luma_span() as f32);
        let chroma = range.chroma_span() as f32;
        let half = self.columns / 2 + 1;
        for row in 0..self.rows {
            for column in 0..self.columns {
                let i = row * self.columns + column;
                let rgb = self.grid[i].map(|v| v.clamp(0.0, 1.0));
                let ink = Ink::new(Rgb(rgb), self.color.matrix);
                self.codes[0][i] = black + span * ink.y;
                if row % 2 == 0 && column % 2 == 0 {
                    let i = row / 2 * half + column / 2;
                    self.codes[1][i] = 128.0 + chroma * ink.u;
                    self.codes[2][i] = 128.0 + chroma * ink.v;
                }
            }
        }
    }
}

fn spread_plane(
    grid: &[f32],
    columns: usize,
    step: usize,
    line: &mut [f32],
    dither: &[f32],
    mut plane: PlaneMut<'_>,
) {
    let inverse = 1.0 / step as f32;
    for (y, out) in plane.rows_mut().enumerate() {
        let t = (y % step) as f32 * inverse;
        let (above, below) = grid[y / step * columns..].split_at(columns);
        for ((l, a), b) in line.iter_mut().zip(above).zip(below) {
            *l = a + (b - a) * t;
        }
        let dither = &dither[(random(0xd2, y as u64) * DITHER as f32) as usize..];
        let cells = line[..columns].windows(2);
        for ((out, dither), ends) in out.chunks_mut(step).zip(dither.chunks(step)).zip(cells) {
            let slope = (ends[1] - ends[0]) * inverse;
            for (i, (p, d)) in out.iter_mut().zip(dither).enumerate() {
                *p = (ends[0] + slope * i as f32 + d) as u8;
            }
        }
    }
}
