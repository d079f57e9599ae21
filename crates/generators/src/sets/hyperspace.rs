//! Stars that stream out of the middle of a blue glow.

use super::DrawnSet;
use super::soft::{Soft, Step};
use crate::math::{cos, drift, ease, random, sin, wave};
use backlot_media::{ColorSpace, Frame, PlaneMut, Size, Timestamp};
use std::f64::consts::TAU;

const STARS: u64 = 520;
/// Passes of a star per second.
const PACE: f64 = 0.16;

pub(super) fn build(size: Size, color: ColorSpace) -> Box<dyn DrawnSet> {
    Box::new(Hyperspace {
        soft: Soft::new(size, color, Step(16, 16)),
        stars: (0..STARS).map(Star::new).collect(),
    })
}

struct Hyperspace {
    soft: Soft,
    stars: Vec<Star>,
}

/// A star that flies along a line parallel to the view.
struct Star {
    /// Direction from the middle.
    toward: (f32, f32),
    /// Distance from the line of sight.
    aside: f32,
    phase: f64,
    pace: f64,
    bright: f32,
    /// -1 reddish to 1 bluish.
    tint: f32,
}

impl Star {
    fn new(i: u64) -> Self {
        let at = |k: u64| random(0x57a2 + k, i);
        let angle = f64::from(at(0)) * TAU;
        Self {
            toward: (cos(angle) as f32, sin(angle) as f32),
            aside: 0.05 + 0.32 * at(1).sqrt(),
            phase: f64::from(at(2)),
            pace: PACE * (0.6 + 0.8 * f64::from(at(3))),
            bright: 0.35 + 0.65 * at(4) * at(4),
            tint: at(5) * 1.6 - 0.5,
        }
    }

    /// The place of the star's light at second `t` in a picture of (w, h).
    fn streak(&self, t: f64, (w, h): (f32, f32)) -> Streak {
        let life = (self.phase + t * self.pace).fract() as f32;
        // From far to near: depth falls from 1 to 0.06.
        let depth = 1.0 - 0.94 * life;
        let tail = depth + 0.05 + 0.05 * life;
        let reach = |z: f32| self.aside * 0.5 / z * h;
        let at = |r: f32| (w * 0.5 + self.toward.0 * r, h * 0.5 + self.toward.1 * r);
        Streak {
            from: at(reach(tail)),
            to: at(reach(depth)),
            width: (0.55 + 1.5 * life) * (h / 720.0).max(0.4),
            light: self.bright * ease(life * 3.5) * (0.35 + 0.65 * life),
        }
    }
}

impl DrawnSet for Hyperspace {
    fn draw(&mut self, time: Timestamp, frame: &mut Frame) {
        let t = time.secs_f64();
        self.glow(t);
        self.soft.spread(time, frame);
        let (w, h) = (self.soft.size.width as f32, self.soft.size.height as f32);
        let span = self.soft.color.range.luma_span() as f32;
        let [mut luma, mut u, mut v] = frame.yuv_mut();
        let (luma_size, chroma_size) = (size_of(&luma), size_of(&u));
        for star in &self.stars {
            let streak = star.streak(t, (w, h));
            streak.draw(luma_size, |x, y, light| {
                let p = &mut luma.row_mut(y)[x];
                *p = (f32::from(*p) + light * span).min(254.0) as u8;
            });
            let tint = 26.0 * star.tint;
            streak.halved().draw(chroma_size, |x, y, light| {
                let (p, q) = (&mut u.row_mut(y)[x], &mut v.row_mut(y)[x]);
                *p = (f32::from(*p) + light * tint).clamp(1.0, 254.0) as u8;
                *q = (f32::from(*q) - light * tint).clamp(1.0, 254.0) as u8;
            });
        }
    }
}

fn size_of(plane: &PlaneMut<'_>) -> (usize, usize) {
    (plane.width(), plane.height())
}

impl Hyperspace {
    fn glow(&mut self, t: f64) {
        let pulse = 1.0 + 0.08 * wave(t, 0.11, 0.0);
        let (sway_x, sway_y) = (0.25 * drift(71, t * 0.05), 0.2 * drift(72, t * 0.05));
        self.soft.color_by(|x, y| {
            let (dx, dy) = (x, y - 0.5);
            let d2 = dx * dx + dy * dy;
            let core = pulse / (1.0 + 26.0 * d2);
            let (nx, ny) = (x - sway_x - 0.5, dy - sway_y);
            let cloud = 0.10 / (1.0 + 7.0 * (nx * nx + 2.0 * ny * ny));
            let (mx, my) = (x + sway_x + 0.55, dy + sway_y - 0.2);
            let rose = 0.09 / (1.0 + 9.0 * (mx * mx + my * my));
            let edge = 1.0 / (1.0 + 1.6 * d2);
            [
                0.012 + 0.20 * core + 0.25 * cloud + rose,
                0.016 * edge + 0.30 * core + 0.45 * cloud + 0.25 * rose,
                0.055 * edge + 0.02 + 0.52 * core + cloud + 0.8 * rose,
            ]
        });
    }
}

/// A line of light: bright at its head, fading towards its tail.
struct Streak {
    from: (f32, f32),
    to: (f32, f32),
    width: f32,
    light: f32,
}

impl Streak {
    /// The same on planes of half the size.
    fn halved(&self) -> Self {
        let half = |(x, y): (f32, f32)| (x * 0.5, y * 0.5);
        Self { from: half(self.from), to: half(self.to), width: self.width * 0.5, ..*self }
    }

    /// Calls `paint` with every pixel that the line touches, and the light that falls on it.
    fn draw(&self, (w, h): (usize, usize), mut paint: impl FnMut(usize, usize, f32)) {
        let (dx, dy) = (self.to.0 - self.from.0, self.to.1 - self.from.1);
        // The walk follows the line's longer axis.
        if dy.abs() > dx.abs() {
            let (start, side) = (self.from.1, self.from.0);
            self.walk(start, dy, side, dx, (h, w), |s, c, light| paint(c, s, light));
        } else {
            let (start, side) = self.from;
            self.walk(start, dx, side, dy, (w, h), paint);
        }
    }

    /// Steps from pixel to pixel along one axis, and across the line at each.
    fn walk(
        &self,
        start: f32,
        along: f32,
        side: f32,
        across: f32,
        (end, end_side): (usize, usize),
        mut paint: impl FnMut(usize, usize, f32),
    ) {
        let reach = self.width * 0.5 + 0.5;
        let inverse = if along.abs() < 1e-3 { 0.0 } else { 1.0 / along };
        let (lo, hi) = (start.min(start + along), start.max(start + along));
        let is_dot = hi - lo < 1.0;
        for s in pixels(lo, hi + 0.5, end) {
            let left = s as f32;
            let t = ((left + 0.5 - start) * inverse).clamp(0.0, 1.0);
            // The share of this step between the ends; a dot is visible all the same.
            let share = ((left + 1.0).min(hi) - left.max(lo)).clamp(0.0, 1.0);
            let share = if is_dot { share.max(0.3) } else { share };
            let middle = side + t * across;
            let light = self.light * t * t * share;
            for c in pixels(middle - reach, middle + reach, end_side) {
                let cover = (reach - (c as f32 + 0.5 - middle).abs()).min(1.0).min(self.width);
                if cover > 0.0 {
                    paint(s, c, light * cover);
                }
            }
        }
    }
}

/// The pixels between two places, at most to `end`.
fn pixels(from: f32, to: f32, end: usize) -> std::ops::Range<usize> {
    // Beyond the right or lower border the range is empty; casts stop at 0.
    from.max(0.0) as usize..((to + 1.0).max(0.0) as usize).min(end)
}
