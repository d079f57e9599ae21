//! Northern lights over a dark line of mountains, under stars.

use super::DrawnSet;
use super::soft::{Soft, Step, rows_of};
use crate::math::{drift, ease, mix, ramp, random, wave};
use crate::paint::{Affine, Pen, Point, Rgb, pt};
use backlot_media::{ColorSpace, Frame, Size, Timestamp};
use std::ops::Range;

const CURTAINS: usize = 3;
const STARS: u64 = 260;

pub(super) fn build(size: Size, color: ColorSpace) -> Box<dyn DrawnSet> {
    let soft = Soft::new(size, color, Step(4, 8));
    Box::new(Aurora {
        curtains: std::array::from_fn(|_| Curtain::new(soft.columns)),
        land: Land::new(size, color),
        stars: (0..STARS).map(|i| star(i, size)).collect(),
        soft,
    })
}

struct Aurora {
    soft: Soft,
    curtains: [Curtain; CURTAINS],
    land: Land,
    stars: Vec<Star>,
}

/// A curtain of light, over each column of the grid.
struct Curtain {
    /// Its lower border.
    foot: Vec<f32>,
    /// One over its height.
    rise: Vec<f32>,
    light: Vec<f32>,
}

impl Curtain {
    fn new(columns: usize) -> Self {
        let line = || vec![0.0; columns];
        Self { foot: line(), rise: line(), light: line() }
    }

    /// Moves curtain number `k`.
    fn fold(&mut self, k: usize, places: &[f32], t: f64) {
        let n = k as u64 * 16;
        let breath = 1.0 + 0.1 * wave(t, 0.09, k as f64 * 0.3);
        for (column, &x) in places.iter().enumerate() {
            let x = f64::from(x);
            let bend = 0.085 * drift(0xa0 + n, x * 1.3 + t * 0.05)
                + 0.03 * drift(0xa1 + n, x * 3.7 - t * 0.08);
            let rays = 0.55
                + 0.28 * drift(0xa2 + n, x * 26.0 + t * 0.5 + 5.0 * f64::from(bend))
                + 0.17 * drift(0xa3 + n, x * 61.0 - t * 0.8);
            let patch = ease(0.5 + 0.75 * drift(0xa4 + n, x * 1.1 - t * 0.09));
            self.foot[column] = [0.56, 0.47, 0.36][k] + bend;
            self.rise[column] = 1.0 / ([0.46, 0.40, 0.34][k] * (0.8 + 0.3 * rays));
            self.light[column] = [0.78, 0.60, 0.42][k] * patch * rays * breath;
        }
    }

    /// Adds the light of its row at height `y`.
    fn shine(&self, y: f32, [r, g, b]: [&mut [f32]; 3]) {
        let folds = self.foot.iter().zip(&self.rise).zip(&self.light);
        for ((((r, g), b), (foot, rise)), light) in
            r.iter_mut().zip(g).zip(b).zip(folds).map(|(rgb, ((f, s), l))| ((rgb, (f, s)), l))
        {
            let height = (foot - y) * rise;
            let up = height.clamp(0.0, 1.0);
            // Below its foot a curtain ends quickly, but not at once.
            let end = (1.0 + height.min(0.0) * 9.0).max(0.0);
            let body = (1.0 - up) * end;
            let light = light * body * body;
            let violet = ramp(up, 0.18, 0.85);
            *r += light * mix(0.10, 0.50, violet);
            *g += light * mix(0.95, 0.18, violet);
            *b += light * mix(0.52, 0.85, violet);
        }
    }
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
        self.paint_sky(t);
        self.soft.spread(time, frame);
        self.light_stars(t, frame);
        self.land.cover(frame);
    }
}

impl Aurora {
    fn paint_sky(&mut self, t: f64) {
        for (k, curtain) in self.curtains.iter_mut().enumerate() {
            curtain.fold(k, self.soft.places(), t);
        }
        let columns = self.soft.columns;
        for row in 0..self.soft.rows {
            let y = self.soft.height_of(row);
            let low = ease(y / 0.75);
            let night = [mix(0.010, 0.030, low), mix(0.018, 0.105, low), mix(0.055, 0.150, low)];
            let mut light = rows_of(&mut self.soft.light, columns, row, 0..columns);
            light.iter_mut().zip(night).for_each(|(line, night)| line.fill(night));
            for curtain in &self.curtains {
                curtain.shine(y, light.each_mut().map(|line| &mut **line));
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
    planes: [Cover; 3],
}

/// What covers one plane, pixel by pixel from the land's first row.
struct Cover {
    /// Code times alpha.
    codes: Vec<u8>,
    /// What is left of the sky, of 255.
    rest: Vec<u8>,
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
        let chroma = (128.0, color.range.chroma_span() as f32);
        let rows = |values, alpha, stride| Rows { values, alpha, stride };
        let (stride, half_w) = (canvas.width, w.div_ceil(2));
        let half_rows = top / 2..h.div_ceil(2);
        Self {
            top,
            planes: [
                rows(&canvas.y, &canvas.a, stride).cover(w, top..h, (black, span)),
                rows(&canvas.u, &canvas.ca, stride / 2).cover(half_w, half_rows.clone(), chroma),
                rows(&canvas.v, &canvas.ca, stride / 2).cover(half_w, half_rows, chroma),
            ],
        }
    }

    fn cover(&self, frame: &mut Frame) {
        for (index, mut plane) in frame.yuv_mut().into_iter().enumerate() {
            let top = if index == 0 { self.top } else { self.top / 2 };
            let width = plane.width();
            let Cover { codes, rest } = &self.planes[index];
            let land = codes.chunks_exact(width).zip(rest.chunks_exact(width));
            for (row, (codes, rest)) in plane.rows_mut().skip(top).zip(land) {
                for ((p, code), rest) in row.iter_mut().zip(codes).zip(rest) {
                    let sky = u16::from(*p) * u16::from(*rest);
                    *p = code.saturating_add(((sky + 128 + (sky >> 8)) >> 8) as u8);
                }
            }
        }
    }
}

/// A painted plane and its alpha.
struct Rows<'a> {
    values: &'a [f32],
    alpha: &'a [f32],
    stride: usize,
}

impl Rows<'_> {
    /// The codes of some rows: `zero` is the code of no value, and `span` adds up to that of the
    /// value 1.
    fn cover(&self, width: usize, rows: Range<usize>, (zero, span): (f32, f32)) -> Cover {
        let pixels = || rows.clone().flat_map(|y| y * self.stride..y * self.stride + width);
        let code = |i: usize| (self.values[i] * span + self.alpha[i] * zero + 0.5) as u8;
        let rest = |i: usize| 255 - (self.alpha[i] * 255.0 + 0.5) as u8;
        Cover { codes: pixels().map(code).collect(), rest: pixels().map(rest).collect() }
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
