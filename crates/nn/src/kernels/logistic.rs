//! The logistic function `1 / (1 + exp(-x))`.
//!
//! `exp` is `2^n * exp(r)` with `n` the nearest whole number to `x / ln 2` and `r` in
//! `-0.347..=0.347`, where the Taylor polynomial of degree 6 is exact to 2e-7 of the value. The
//! loop has no branch, so that the compiler makes it eight wide.

use super::dispatch;
use super::lanes::Lanes;
use backlot_kernels::Level;

/// Applies it in place.
pub(crate) fn run(level: Level, values: &mut [f32]) {
    dispatch!(level, all(values: &mut [f32]));
}

/// # Safety
/// The processor must have the features of `L`.
#[inline(always)]
unsafe fn all<L: Lanes, const WIDE: bool>(values: &mut [f32]) {
    for value in values {
        *value = 1.0 / (1.0 + exp(-*value));
    }
}

/// `exp(x)`, held to what a float can say; of NaN, the least.
#[inline(always)]
fn exp(x: f32) -> f32 {
    /// Adding it rounds to a whole number, which then lies in the lowest bits.
    const ROUND: f32 = 12_582_912.0;
    const LN_2_HIGH: f32 = 0.693_359_4;
    const LN_2_LOW: f32 = -2.121_944_4e-4;
    #[expect(clippy::manual_clamp, reason = "clamp would let NaN through")]
    let x = x.max(-87.0).min(88.0);
    let rounded = x * std::f32::consts::LOG2_E + ROUND;
    let n = rounded - ROUND;
    let r = (x - n * LN_2_HIGH) - n * LN_2_LOW;
    let mut p = 1.0 / 720.0;
    for coefficient in [1.0 / 120.0, 1.0 / 24.0, 1.0 / 6.0, 0.5, 1.0, 1.0] {
        p = p * r + coefficient;
    }
    p * f32::from_bits((rounded.to_bits() << 23).wrapping_add(127 << 23))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_level_is_close_to_the_exact_function() {
        for level in Level::available() {
            let mut xs: Vec<f32> = (-2000..=2000).map(|i| i as f32 * 0.05).collect();
            xs.extend([f32::INFINITY, f32::NEG_INFINITY, f32::MAX, f32::MIN_POSITIVE]);
            let mut values = xs.clone();
            run(level, &mut values);
            for (x, value) in xs.iter().zip(&values) {
                let exact = 1.0 / (1.0 + (-f64::from(*x)).exp());
                assert!((exact - f64::from(*value)).abs() < 3e-7, "{level} {x}: {value}");
            }
            let mut strange = [f32::NAN; 9];
            run(level, &mut strange);
            assert!(strange.iter().all(|v| (0.0..=1.0).contains(v)), "{level}: {strange:?}");
        }
    }
}
