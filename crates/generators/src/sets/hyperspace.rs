//! Stars that stream out of the middle of a blue glow.

use super::DrawnSet;
use super::soft::Soft;
use crate::math::{cos, drift, ease, random, sin, wave};
use backlot_media::{ColorSpace, Frame, PlaneMut, Size, Timestamp};
use std::f64::consts::TAU;

const STARS: u64 = 520;
/// Passes of a star per second.
const PACE: f64 = 0.16;

pub(super) fn build(size: Size, color: ColorSpace) -> Box<dyn DrawnSet> {
    Box::new(Hyperspace {
        soft: Soft::new(size, color),
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
}

impl DrawnSet for Hyperspace {
    fn draw(&mut self, time: Timestamp, frame: &mut Frame) {
        let t = time.secs_f64();
        self.glow(t);
        self.soft.spread(time, frame);
        let (w, h) = (self.soft.size.width as f32, self.soft.size.height as f32);
        let span = self.soft.color.range.luma_span() as f32;
        let [mut luma, mut u, mut v] = frame.yuv_mut();
        for star in &self.stars {
            let life = (star.phase + t * star.pace).fract() as f32;
            // From far to near: depth falls from 1 to 0.06.
            let depth = 1.0 - 0.94 * life;
            let tail = depth + 0.05 + 0.05 * life;
            let reach = |z: f32| star.aside * 0.5 / z * h;
            let at = |r: f32| (w * 0.5 + star.toward.0 * r, h * 0.5 + star.toward.1 * r);
            let light = star.bright * ease(life * 3.5) * (0.35 + 0.65 * life);
            let width = (0.55 + 1.5 * life) * (h / 720.0).max(0.4);
            let streak =
                Streak { from: at(reach(tail)), to: at(reach(depth)), width, light: light * span };
            streak.draw(&mut luma, |p, add| *p = (f32::from(*p) + add).min(254.0) as u8);
            let half = Streak {
                from: (streak.from.0 * 0.5, streak.from.1 * 0.5),
                to: (streak.to.0 * 0.5, streak.to.1 * 0.5),
                width: width * 0.5,
                light: light * 26.0,
            };
            let shift = star.tint;
            half.draw(&mut u, |p, add| *p = (f32::from(*p) + add * shift).clamp(1.0, 254.0) as u8);
            half.draw(&mut v, |p, add| *p = (f32::from(*p) - add * shift).clamp(1.0, 254.0) as u8);
        }
    }
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
    /// Hands every pixel that the line touches to `paint`, with the light that falls on it.
    fn draw(&self, plane: &mut PlaneMut<'_>, paint: impl Fn(&mut u8, f32)) {
        let (w, h) = (plane.width() as f32, plane.height() as f32);
        let (dx, dy) = (self.to.0 - self.from.0, self.to.1 - self.from.1);
        let steep = dy.abs() > dx.abs();
        let (along, across) = if steep { (dy, dx) } else { (dx, dy) };
        let (start, side) =
            if steep { (self.from.1, self.from.0) } else { (self.from.0, self.from.1) };
        let (end, end_side) = if steep { (h, w) } else { (w, h) };
        let length = along.abs().max(0.5);
        let slope = if along.abs() < 1e-3 { 0.0 } else { across / along };
        let (lo, hi) = (start.min(start + along), start.max(start + along));
        let first = (lo - 0.5).floor().max(0.0);
        let last = (hi + 0.5).ceil().min(end - 1.0);
        let mut s = first;
        while s <= last {
            let center = s + 0.5;
            let t = ((center - start) / if along < 0.0 { -length } else { length }).clamp(0.0, 1.0);
            // The share of this step that lies between the ends.
            let share = ((s + 1.0).min(hi) - s.max(lo)).clamp(0.0, 1.0).max(if hi - lo < 1.0 {
                0.3
            } else {
                0.0
            });
            let middle = side + (center - start) * slope;
            let light = self.light * t * t * share;
            self.cross(plane, steep, s, middle, end_side, light, &paint);
            s += 1.0;
        }
    }

    #[expect(clippy::too_many_arguments, reason = "the inner step of one loop")]
    fn cross(
        &self,
        plane: &mut PlaneMut<'_>,
        steep: bool,
        s: f32,
        middle: f32,
        end: f32,
        light: f32,
        paint: &impl Fn(&mut u8, f32),
    ) {
        let reach = self.width * 0.5 + 0.5;
        let from = (middle - reach).floor().max(0.0);
        let to = (middle + reach).ceil().min(end - 1.0);
        let mut c = from;
        while c <= to {
            let cover = (reach - (c + 0.5 - middle).abs()).clamp(0.0, 1.0).min(self.width);
            let (x, y) = if steep { (c, s) } else { (s, c) };
            if cover > 0.0 {
                paint(&mut plane.row_mut(y as usize)[x as usize], light * cover);
            }
            c += 1.0;
        }
    }
}
