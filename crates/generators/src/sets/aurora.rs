//! Northern lights over a dark line of mountains, under stars.

use super::DrawnSet;
use super::soft::Soft;
use crate::math::{drift, ease, mix, ramp, random, wave};
use crate::paint::{Affine, Pen, Point, Rgb, pt};
use backlot_media::{ColorSpace, Frame, Size, Timestamp};

const CURTAINS: usize = 3;
const STARS: u64 = 260;

pub(super) fn build(size: Size, color: ColorSpace) -> Box<dyn DrawnSet> {
    let soft = Soft::new(size, color);
    Box::new(Aurora {
        folds: vec![[Fold::default(); CURTAINS]; soft.columns],
        land: Land::new(size, color),
        stars: (0..STARS).map(|i| star(i, size)).collect(),
        soft,
    })
}

struct Aurora {
    soft: Soft,
    /// The curtains over each column of the grid.
    folds: Vec<[Fold; CURTAINS]>,
    land: Land,
    stars: Vec<Star>,
}

/// A curtain over one column.
#[derive(Clone, Copy, Default)]
struct Fold {
    /// Its lower border.
    foot: f32,
    /// One over its height.
    rise: f32,
    light: f32,
}

struct Star {
    x: usize,
    y: usize,
    light: f32,
    hertz: f64,
    phase: f64,
}

fn star(i: u64, size: Size) -> Star {
    let at = |k: u64| random(0x5a5 + k, i);
    Star {
        x: (at(0) * size.width as f32) as usize,
        y: (at(1) * size.height as f32 * 0.72) as usize,
        light: 18.0 + 130.0 * at(2) * at(2) * at(2),
        hertz: 0.15 + 0.5 * f64::from(at(3)),
        phase: f64::from(at(4)),
    }
}

impl DrawnSet for Aurora {
    fn draw(&mut self, time: Timestamp, frame: &mut Frame) {
        let t = time.secs_f64();
        self.fold(t);
        self.paint_sky();
        self.soft.spread(time, frame);
        self.light_stars(t, frame);
        self.land.cover(frame);
    }
}

impl Aurora {
    /// Moves the curtains.
    fn fold(&mut self, t: f64) {
        for column in 0..self.soft.columns {
            let x = f64::from(self.soft.place(column, 0).0);
            for (k, fold) in self.folds[column].iter_mut().enumerate() {
                let n = k as u64 * 16;
                let bend = 0.085 * drift(0xa0 + n, x * 1.3 + t * 0.05)
                    + 0.03 * drift(0xa1 + n, x * 3.7 - t * 0.08);
                let rays = 0.55
                    + 0.28 * drift(0xa2 + n, x * 26.0 + t * 0.5 + 5.0 * f64::from(bend))
                    + 0.17 * drift(0xa3 + n, x * 61.0 - t * 0.8);
                let patch = ease(0.5 + 0.75 * drift(0xa4 + n, x * 1.1 - t * 0.09));
                *fold = Fold {
                    foot: [0.56, 0.47, 0.36][k] + bend,
                    rise: 1.0 / ([0.46, 0.40, 0.34][k] * (0.8 + 0.3 * rays)),
                    light: [0.78, 0.60, 0.42][k]
                        * patch
                        * rays
                        * (1.0 + 0.1 * wave(t, 0.09, k as f64 * 0.3)),
                };
            }
        }
    }

    fn paint_sky(&mut self) {
        let columns = self.soft.columns;
        for row in 0..self.soft.rows {
            let y = self.soft.place(0, row).1;
            let low = ease(y / 0.75);
            let night = [mix(0.010, 0.030, low), mix(0.018, 0.105, low), mix(0.055, 0.150, low)];
            for (cell, folds) in self.soft.grid[row * columns..].iter_mut().zip(&self.folds) {
                *cell = night;
                for fold in folds {
                    let height = (fold.foot - y) * fold.rise;
                    let up = height.clamp(0.0, 1.0);
                    let body = (1.0 - up) * (1.0 - up);
                    // Below its foot a curtain ends quickly, but not at once.
                    let foot = (1.0 + height.min(0.0) * 9.0).max(0.0);
                    let light = fold.light * body * foot * foot;
                    let violet = ramp(up, 0.18, 0.85);
                    cell[0] += light * mix(0.10, 0.50, violet);
                    cell[1] += light * mix(0.95, 0.18, violet);
                    cell[2] += light * mix(0.52, 0.85, violet);
                }
            }
        }
    }

    fn light_stars(&self, t: f64, frame: &mut Frame) {
        let mut luma = frame.plane_mut(0);
        for star in &self.stars {
            let light = star.light * (0.75 + 0.25 * wave(t, star.hertz, star.phase));
            let p = &mut luma.row_mut(star.y)[star.x];
            *p = (f32::from(*p) + light).min(235.0) as u8;
        }
    }
}

/// The land in front: painted once, laid over every frame.
struct Land {
    /// First row that it covers, even.
    top: usize,
    /// Per pixel from there: (code times alpha / 255, 255 - alpha), for luma and the two chromas.
    planes: [Vec<(u8, u8)>; 3],
}

impl Land {
    fn new(size: Size, color: ColorSpace) -> Self {
        let (w, h) = (size.width as usize, size.height as usize);
        let mut pen = Pen::new(w, h, color.matrix);
        pen.map = Affine::shift(w as f32 * 0.5, 0.0).scaled(h as f32, h as f32);
        let half = w as f32 / (2.0 * h as f32) + 0.05;
        ridge(&mut pen, half, 0xe1, 0.70, 0.10, Rgb::hex(0x12303a), Rgb::hex(0x0c2029));
        ridge(&mut pen, half, 0xe2, 0.79, 0.08, Rgb::hex(0x0b1d26), Rgb::hex(0x07131b));
        trees(&mut pen, half);
        let canvas = &pen.canvas;
        let top = canvas.dirty.y0.min(h) & !1;
        let (black, span) = (f32::from(color.range.black()), color.range.luma_span() as f32);
        let chroma = color.range.chroma_span() as f32;
        let code = |c: f32, a: f32, zero: f32, span: f32| {
            ((c * span + a * zero + 0.5) as u8, 255 - (a * 255.0 + 0.5) as u8)
        };
        let plane = |from: &[f32],
                     alpha: &[f32],
                     stride: usize,
                     width: usize,
                     rows: std::ops::Range<usize>,
                     zero: f32,
                     span: f32| {
            rows.flat_map(|y| (0..width).map(move |x| y * stride + x))
                .map(|i| code(from[i], alpha[i], zero, span))
                .collect()
        };
        let (half_w, half_rows) = (w.div_ceil(2), top / 2..h.div_ceil(2));
        let stride = canvas.width;
        Self {
            top,
            planes: [
                plane(&canvas.y, &canvas.a, stride, w, top..h, black, span),
                plane(&canvas.u, &canvas.ca, stride / 2, half_w, half_rows.clone(), 128.0, chroma),
                plane(&canvas.v, &canvas.ca, stride / 2, half_w, half_rows, 128.0, chroma),
            ],
        }
    }

    fn cover(&self, frame: &mut Frame) {
        for (index, mut plane) in frame.yuv_mut().into_iter().enumerate() {
            let top = if index == 0 { self.top } else { self.top / 2 };
            let width = plane.width();
            for (row, land) in
                plane.rows_mut().skip(top).zip(self.planes[index].chunks_exact(width))
            {
                for (p, &(code, rest)) in row.iter_mut().zip(land) {
                    let sky = u16::from(*p) * u16::from(rest);
                    *p = code.saturating_add(((sky + 128 + (sky >> 8)) >> 8) as u8);
                }
            }
        }
    }
}

/// A line of mountains: highest `height` above `base`, lighter at its crest.
fn ridge(pen: &mut Pen, half: f32, seed: u64, base: f32, height: f32, crest: Rgb, foot: Rgb) {
    let mut line: Vec<Point> = (0..=160)
        .map(|i| {
            let x = -half + 2.0 * half * i as f32 / 160.0;
            let at = f64::from(x);
            let rough = 0.62 * drift(seed, at * 2.1)
                + 0.25 * drift(seed + 9, at * 6.3)
                + 0.13 * drift(seed + 18, at * 17.0);
            pt(x, base - height * rough)
        })
        .collect();
    line.extend([pt(half, 1.1), pt(-half, 1.1)]);
    pen.shape(|path, map| path.polygon(map, &line)).body(crest).ramp(
        pt(0.0, base - height * 0.4),
        pt(0.0, base + 0.13),
        foot,
        1.0,
    );
}

/// Spruces along the lower border.
fn trees(pen: &mut Pen, half: f32) {
    let ground = |x: f32| 0.93 - 0.022 * drift(0xe7, f64::from(x) * 1.7);
    let dark = Rgb::hex(0x040a10);
    pen.shape(|path, map| {
        let mut line: Vec<Point> = (0..=60)
            .map(|i| -half + 2.0 * half * i as f32 / 60.0)
            .map(|x| pt(x, ground(x)))
            .collect();
        line.extend([pt(half, 1.1), pt(-half, 1.1)]);
        path.polygon(map, &line);
        let count = (half * 64.0) as u64;
        for i in 0..count {
            let at = |k: u64| random(0x7ee + k, i);
            let x = -half + 2.0 * half * (i as f32 + at(0)) / count as f32;
            let tall = 0.035 + 0.085 * at(1) * at(1) + 0.02 * at(2);
            spruce(path, map, x, ground(x) + 0.01, tall);
        }
    })
    .body(dark);
}

fn spruce(path: &mut crate::paint::path::Path, map: Affine, x: f32, foot: f32, tall: f32) {
    let mut outline = [pt(x, foot - tall); 13];
    for level in 0..3 {
        let (out, back) = (0.085 + 0.05 * level as f32, 0.05 + 0.025 * level as f32);
        let y = foot - tall * (0.68 - 0.32 * level as f32);
        for (side, at) in [(1.0, 1 + 2 * level), (-1.0, 12 - 2 * level)] {
            let (first, second) = if side > 0.0 { (at, at + 1) } else { (at, at - 1) };
            outline[first] = pt(x + side * tall * out, y);
            outline[second] = pt(x + side * tall * back, y - tall * 0.03);
        }
    }
    path.polygon(map, &outline);
}
