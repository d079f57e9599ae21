//! Bilinear scaling of a map of probabilities to a plane of bytes of any size.
//!
//! The centre of output pixel `i` of `n` lies at `(i + 1/2) * m / n - 1/2` among the centres of the
//! `m` values; beyond the outer ones the nearest holds. `out = round(255 * value)`, half up.

use crate::dispatch::dispatch;
use backlot_media::PlaneMut;

/// The columns of a bilinear scaling, computed once for a pair of widths.
#[derive(Clone, Debug)]
pub struct Stretch {
    map: (usize, usize),
    columns: Vec<(u32, f32)>,
    row: Vec<f32>,
}

impl Stretch {
    /// From maps of `(columns, rows)` to planes of `width`.
    ///
    /// # Panics
    /// If the map is empty.
    pub fn new(map: (usize, usize), width: usize) -> Self {
        assert!(map.0 > 0 && map.1 > 0, "a map of {}x{}", map.0, map.1);
        let place = |i| {
            let (left, share) = position(i, map.0, width);
            (left as u32, share)
        };
        // One more value than the map has, so that a pair can be read at its last one.
        Self { map, columns: (0..width).map(place).collect(), row: vec![0.0; map.0 + 1] }
    }

    /// Scales a map of values `0.0..=1.0` to `out`.
    ///
    /// # Panics
    /// If the map or the width of `out` differ from those given to [`Stretch::new`].
    pub fn run(&mut self, level: crate::Level, map: &[f32], out: PlaneMut<'_>) {
        assert_eq!(map.len(), self.map.0 * self.map.1, "the map's size");
        assert_eq!(out.width(), self.columns.len(), "the plane's width");
        stretch(level, self, map, out);
    }
}

/// The source index at or before output `i`, and the next one's share.
#[inline(always)]
fn position(i: usize, map: usize, outputs: usize) -> (usize, f32) {
    let at = (i as f32 + 0.5) * map as f32 / outputs as f32 - 0.5;
    let at = at.clamp(0.0, (map - 1) as f32);
    (at as usize, at.fract())
}

dispatch! {
    fn stretch(job: &mut Stretch, map: &[f32], out: PlaneMut<'_>) = scalar::stretch;
}

mod scalar {
    use super::{PlaneMut, Stretch, position};

    #[inline(always)]
    pub fn stretch(job: &mut Stretch, map: &[f32], mut out: PlaneMut<'_>) {
        let Stretch { map: (width, height), columns, row } = job;
        let rows = out.height();
        for (y, out) in out.rows_mut().enumerate() {
            let (upper, share) = position(y, *height, rows);
            let lower = (upper + 1).min(*height - 1);
            let pairs = map[upper * *width..][..*width].iter().zip(&map[lower * *width..]);
            for (value, (a, b)) in row.iter_mut().zip(pairs) {
                *value = a + (b - a) * share;
            }
            row[*width] = row[*width - 1];
            for (value, &(left, share)) in out.iter_mut().zip(&*columns) {
                let (a, b) = (row[left as usize], row[left as usize + 1]);
                *value = ((a + (b - a) * share) * 255.0 + 0.5) as u8;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Level;

    fn oracle(map: &[f32], (w, h): (usize, usize), x: f64, y: f64) -> f64 {
        let (x, y) = (x.clamp(0.0, w as f64 - 1.0), y.clamp(0.0, h as f64 - 1.0));
        let at =
            |i: f64, j: f64| f64::from(map[(j as usize).min(h - 1) * w + (i as usize).min(w - 1)]);
        let line = |j: f64| at(x, j) + (at(x + 1.0, j) - at(x, j)) * x.fract();
        255.0 * (line(y) + (line(y + 1.0) - line(y)) * y.fract())
    }

    #[test]
    fn every_size_is_the_bilinear_value_and_gaps_stay() {
        let map: Vec<f32> = (0..35).map(|i| (i * 11 % 35) as f32 / 34.0).collect();
        for level in Level::available() {
            for width in 0..=130 {
                let (height, stride) = (1 + width % 13, width + 3);
                let mut data = vec![0xaa; stride * height];
                let plane = PlaneMut::new(&mut data, width, height, stride);
                Stretch::new((7, 5), width).run(level, &map, plane);
                for (i, &value) in data.iter().enumerate() {
                    let (x, y) = (i % stride, i / stride);
                    let at = |i: usize, m: f64, n: usize| (i as f64 + 0.5) * m / n as f64 - 0.5;
                    let expected = if x < width {
                        oracle(&map, (7, 5), at(x, 7.0, width), at(y, 5.0, height))
                    } else {
                        170.0
                    };
                    let error = (f64::from(value) - expected).abs();
                    assert!(error < 0.502, "{level}, {width}x{height}: {value} for {expected}");
                }
            }
        }
    }
}
