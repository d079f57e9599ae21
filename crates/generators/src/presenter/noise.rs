//! The camera's noise: more in the dark than in the light, new in every frame.
//!
//! A table of bell-shaped values is made once; each row of each frame reads it from a place that
//! depends on seed, frame and row.

use super::spec::PresenterSpec;
use crate::math::scramble;
use backlot_media::{MAX_SIDE, PlaneMut};

const PLACES: usize = 1 << 16;

/// Adds noise to frames.
#[derive(Debug)]
pub(crate) struct Noise {
    table: Vec<i8>,
    seed: u64,
    /// 256ths of a table step, for luma and for chroma.
    strength: [i16; 2],
}

impl Noise {
    pub fn new(spec: &PresenterSpec, factor: f32) -> Self {
        let table = (0..PLACES + MAX_SIDE as usize).map(|i| bell(spec.seed, i as u64)).collect();
        let luma = (spec.noise as f32 * factor * 44.0).min(160.0);
        Self { table, seed: scramble(spec.seed), strength: [luma as i16, (luma * 0.6) as i16] }
    }

    /// Adds the noise of frame `index` to plane `plane` (0 is luma).
    pub fn add(&self, index: u64, plane: u64, mut pixels: PlaneMut<'_>) {
        let strength = self.strength[usize::from(plane > 0)];
        if strength == 0 {
            return;
        }
        let key = scramble(self.seed ^ index.wrapping_mul(3).wrapping_add(plane));
        for (y, row) in pixels.rows_mut().enumerate() {
            let start = scramble(key ^ y as u64) as usize % PLACES;
            let noise = &self.table[start..][..row.len()];
            if plane == 0 {
                add_luma(row, noise, strength)
            } else {
                add_chroma(row, noise, strength)
            }
        }
    }
}

/// The sum of four random bytes, about normal with a deviation of 32.
fn bell(seed: u64, i: u64) -> i8 {
    let bits = scramble(seed ^ scramble(i ^ 0xca3e_7a00));
    let sum: i32 = (0..4).map(|k| ((bits >> (8 * k)) & 255) as i32).sum();
    ((sum - 510) * 32 / 148).clamp(-127, 127) as i8
}

fn add_luma(row: &mut [u8], noise: &[i8], strength: i16) {
    for (p, &n) in row.iter_mut().zip(noise) {
        let y = i16::from(*p);
        let gain = strength * 5 / 4 - ((y * strength) >> 8) * 3 / 4;
        *p = (y + ((i16::from(n) * gain + 128) >> 8)).clamp(0, 255) as u8;
    }
}

fn add_chroma(row: &mut [u8], noise: &[i8], strength: i16) {
    for (p, &n) in row.iter_mut().zip(noise) {
        *p = (i16::from(*p) + ((i16::from(n) * strength + 128) >> 8)).clamp(0, 255) as u8;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn deviation(level: u8) -> f64 {
        let spec = PresenterSpec { noise: 1.0, ..PresenterSpec::default() };
        let mut row = vec![level; 16_000];
        Noise::new(&spec, 1.0).add(3, 0, PlaneMut::packed(&mut row, 16_000, 1));
        let mean = row.iter().map(|&v| f64::from(v)).sum::<f64>() / 16_000.0;
        assert!((mean - f64::from(level)).abs() < 0.3, "noise has no bias: {mean}");
        (row.iter().map(|&v| (f64::from(v) - mean).powi(2)).sum::<f64>() / 16_000.0).sqrt()
    }

    #[test]
    fn the_dark_is_noisier() {
        let (dark, light) = (deviation(40), deviation(200));
        assert!(dark > 1.4 * light && light > 1.0, "{dark} {light}");
    }
}
