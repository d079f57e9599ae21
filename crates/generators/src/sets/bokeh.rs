//! Lights of a warm evening, far out of focus, that drift and breathe.

use super::DrawnSet;
use super::soft::{Soft, Step};
use crate::math::{drift, ease, mix, random, wave};
use backlot_media::{ColorSpace, Frame, Size, Timestamp};

const LIGHTS: u64 = 46;
const COLORS: [[f32; 3]; 5] = [
    [1.0, 0.66, 0.30],
    [1.0, 0.50, 0.24],
    [1.0, 0.80, 0.52],
    [0.95, 0.38, 0.30],
    [0.55, 0.62, 0.95],
];

pub(super) fn build(size: Size, color: ColorSpace) -> Box<dyn DrawnSet> {
    Box::new(Bokeh(Soft::new(size, color, Step(4, 4))))
}

struct Bokeh(Soft);

impl DrawnSet for Bokeh {
    fn draw(&mut self, time: Timestamp, frame: &mut Frame) {
        let t = time.secs_f64();
        let breath = 0.5 + 0.5 * wave(t, 0.05, 0.0);
        let half = self.0.half_width();
        self.0.color_by(|x, y| {
            let warm = ease(
                1.2 - ((x + 0.35 * half).abs() / half.max(0.1)) * 0.8 - (y - 0.62).abs() * 1.3,
            );
            [mix(0.055, 0.30 + 0.03 * breath, warm), mix(0.045, 0.13, warm), mix(0.085, 0.10, warm)]
        });
        for i in 0..LIGHTS {
            self.light(i, t, half);
        }
        self.0.spread(time, frame);
    }
}

impl Bokeh {
    fn light(&mut self, i: u64, t: f64, half: f32) {
        let at = |k: u64| random(0xb0_4e + k, i);
        // Far lights are small, many and slow.
        let near = at(1) * at(1);
        let radius = mix(0.026, 0.125, near);
        let x =
            (at(2) * 2.0 - 1.0) * (half + 0.1) + mix(0.015, 0.07, near) * drift(0xb1 + i, t * 0.07);
        let y = mix(0.04, 1.0, at(3)) + mix(0.012, 0.05, near) * drift(0xb2 + i, t * 0.06);
        let breath = 0.68 + 0.32 * drift(0xb3 + i, t * f64::from(mix(0.35, 0.12, near)));
        let strength = mix(0.52, 0.20, near) * breath;
        let color = COLORS[(at(4) * at(4) * 5.0) as usize % 5].map(|c| c * strength);
        // An even disc whose rim is a little brighter.
        let edge = 0.010 / radius + 0.05;
        self.0.add_disc((x, y), radius * (1.0 + edge), color, |d2| {
            let d = d2.sqrt() * (1.0 + edge);
            let inside = ease((1.0 + edge - d) / (2.0 * edge));
            inside * (0.72 + 0.38 * d * d)
        });
        self.0.add_disc((x, y), radius * 2.6, color.map(|c| c * 0.16), |d2| {
            let rest = (1.0 - d2).max(0.0);
            rest * rest
        });
    }
}
