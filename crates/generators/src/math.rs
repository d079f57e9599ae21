//! Arithmetic with the same bits on every machine: only additions, multiplications, divisions,
//! square roots and roundings, which IEEE 754 defines exactly; no `libm`.

use std::f64::consts::{FRAC_PI_2, PI, TAU};

/// Sine, by its Taylor series around 0 after reduction to a quarter turn; error below 1e-9.
pub(crate) fn sin(x: f64) -> f64 {
    let mut x = x - TAU * (x / TAU).round();
    if x > FRAC_PI_2 {
        x = PI - x;
    } else if x < -FRAC_PI_2 {
        x = -PI - x;
    }
    let z = x * x;
    let tail = 1.0 / 362_880.0 - z * (1.0 / 39_916_800.0 - z / 6_227_020_800.0);
    x * (1.0 - z * (1.0 / 6.0 - z * (1.0 / 120.0 - z * (1.0 / 5_040.0 - z * tail))))
}

/// Cosine.
pub(crate) fn cos(x: f64) -> f64 {
    sin(x + FRAC_PI_2)
}

/// A sine wave of `hertz` at `seconds`, shifted by `phase` turns.
pub(crate) fn wave(seconds: f64, hertz: f64, phase: f64) -> f32 {
    sin((seconds * hertz + phase) * TAU) as f32
}

/// Scrambles the bits of a number (the finaliser of SplitMix64).
pub(crate) const fn scramble(x: u64) -> u64 {
    let x = x.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

/// A number in `0.0..1.0` that depends on two numbers.
pub(crate) fn random(seed: u64, index: u64) -> f32 {
    (scramble(seed ^ scramble(index)) >> 40) as f32 / (1 << 24) as f32
}

/// Smooth noise in `-1.0..1.0` over time: random values at whole numbers, eased in between.
pub(crate) fn drift(seed: u64, at: f64) -> f32 {
    let cell = at.floor();
    let value = |offset: f64| random(seed, (cell + offset) as i64 as u64) * 2.0 - 1.0;
    mix(value(0.0), value(1.0), ease((at - cell) as f32))
}

/// The value `t` of the way from `a` to `b`.
pub(crate) fn mix(a: f32, b: f32, t: f32) -> f32 {
    a + (b - a) * t
}

/// From 0 to 1 with a soft start and end, for `t` in `0.0..=1.0` (clamped).
pub(crate) fn ease(t: f32) -> f32 {
    let t = t.clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

/// Eased progress of `x` from `from` to `to`.
pub(crate) fn ramp(x: f32, from: f32, to: f32) -> f32 {
    ease((x - from) / (to - from))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sine_agrees_with_the_standard_library() {
        for i in -2000..2000 {
            let x = f64::from(i) * 0.0371;
            assert!((sin(x) - x.sin()).abs() < 1e-8, "sin({x})");
            assert!((cos(x) - x.cos()).abs() < 1e-8, "cos({x})");
        }
    }

    #[test]
    fn drift_is_continuous_and_bounded() {
        let mut last = drift(5, -3.0);
        for i in 0..6000 {
            let now = drift(5, -3.0 + f64::from(i) * 0.001);
            assert!((-1.0..1.0).contains(&now));
            assert!((now - last).abs() < 0.01);
            last = now;
        }
    }
}
