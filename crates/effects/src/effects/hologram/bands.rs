//! The scan lines: which rows are dark, and how dark.

use crate::Canvas;
use backlot_media::Timestamp;

/// How many of each [`PERIOD`] rows are dark, at 720 lines.
const DARK: f64 = 2.0;
const PERIOD: f64 = 5.0;

/// A dark row keeps a random share of its light, from the first to the second.
const KEPT: [f64; 2] = [0.1, 0.3];

#[derive(Debug)]
pub(super) struct Bands {
    period: usize,
    dark: usize,
    /// Rows of a picture with 720 lines to one row of this one.
    lines: f64,
    strength: f64,
}

impl Bands {
    pub fn new(canvas: &Canvas, strength: f64) -> Self {
        let period = (canvas.scaled(PERIOD).round() as usize).max(2);
        let dark = (canvas.scaled(DARK).round() as usize).clamp(1, period - 1);
        Self { period, dark, lines: 1.0 / canvas.scaled(1.0), strength }
    }

    /// How much of its light row `y` keeps at a time, `0.0..=1.0`.
    pub fn light(&self, time: Timestamp, y: usize) -> f64 {
        if y % self.period >= self.dark {
            return 1.0;
        }
        let line = (y as f64 * self.lines) as u64;
        let [least, most] = KEPT;
        let kept = least + (most - least) * random(time.nanos() ^ line.rotate_left(48));
        1.0 + (kept - 1.0) * self.strength
    }
}

/// `0.0..1.0`, by the finaliser of SplitMix64.
fn random(seed: u64) -> f64 {
    let mixed = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((mixed ^ (mixed >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use backlot_kernels::Level;
    use backlot_media::{ColorSpace, Size};

    fn bands(height: u32) -> Bands {
        let size = Size::new(64, height).unwrap();
        Bands::new(&Canvas::new(size, ColorSpace::BT601, Level::SCALAR), 1.0)
    }

    #[test]
    fn two_rows_in_five_are_dark_by_a_random_share_of_their_own() {
        let lights: Vec<f64> =
            (0..720).map(|y| bands(720).light(Timestamp::from_nanos(7), y)).collect();
        for (y, &light) in lights.iter().enumerate() {
            let expected = if y % 5 < 2 { 0.1..0.3 } else { 1.0..1.1 };
            assert!(expected.contains(&light), "row {y}: {light}");
        }
        let dark: Vec<f64> = lights.iter().copied().filter(|&l| l < 1.0).collect();
        let mean = dark.iter().sum::<f64>() / dark.len() as f64;
        assert!((mean - 0.2).abs() < 0.02, "{mean}");
        assert!(dark.windows(2).all(|pair| pair[0] != pair[1]));
    }

    #[test]
    fn every_frame_has_its_own() {
        let at = |frame: u64| bands(720).light(Timestamp::from_nanos(frame * 33_333_333), 10);
        assert!(at(1) != at(2) && at(2) != at(3));
        assert_eq!(at(2), at(2));
    }

    #[test]
    fn the_pattern_grows_with_the_picture() {
        for (height, period, dark) in [(1, 2, 1), (360, 3, 1), (1080, 8, 3), (2160, 15, 6)] {
            assert_eq!((bands(height).period, bands(height).dark), (period, dark), "{height}");
        }
    }
}
