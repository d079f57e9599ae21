//! The logistic function `1 / (1 + exp(-x))`.
//!
//! `exp` is `2^n * exp(r)` with `n` the nearest whole number to `x / ln 2` and `r` in
//! `-0.347..=0.347`, where the Taylor polynomial of degree 6 is exact to 2e-7 of the value.

use super::dispatch;
use super::lanes::{LANES, Lanes};
use backlot_kernels::Level;

/// Applies it in place.
pub(crate) fn run(level: Level, values: &mut [f32]) {
    dispatch!(level, all(values: &mut [f32]));
}

/// # Safety
/// The processor must have the features of `L`.
#[inline(always)]
unsafe fn all<L: Lanes, const WIDE: bool>(values: &mut [f32]) {
    let mut groups = values.chunks_exact_mut(LANES);
    for group in &mut groups {
        // SAFETY: the caller's promise; the group has eight floats.
        unsafe { logistic(L::load(group.as_ptr())).store(group.as_mut_ptr()) };
    }
    let rest = groups.into_remainder();
    let mut group = [0.0; LANES];
    group[..rest.len()].copy_from_slice(rest);
    // SAFETY: as above.
    unsafe { logistic(L::load(group.as_ptr())).store(group.as_mut_ptr()) };
    rest.copy_from_slice(&group[..rest.len()]);
}

/// # Safety
/// The processor must have the features of `L`.
#[inline(always)]
unsafe fn logistic<L: Lanes>(x: L) -> L {
    // SAFETY: the caller's promise.
    unsafe {
        let one = L::splat(1.0);
        one.divide(exp(x.mul(L::splat(-1.0))).add(one))
    }
}

/// `exp(x)`, clamped to what a float can hold; for NaN, the greatest.
///
/// # Safety
/// The processor must have the features of `L`.
#[inline(always)]
unsafe fn exp<L: Lanes>(x: L) -> L {
    /// Adding it rounds to a whole number, which is then in the lowest bits.
    const ROUND: f32 = 12_582_912.0;
    const LN_2_HIGH: f32 = 0.693_359_4;
    const LN_2_LOW: f32 = -2.121_944_4e-4;
    // SAFETY: the caller's promise.
    unsafe {
        // In this order, since for NaN and a number both functions return the number.
        let x = x.min(L::splat(88.0)).max(L::splat(-87.0));
        let rounded = x.mul_add(L::splat(std::f32::consts::LOG2_E), L::splat(ROUND));
        let n = rounded.add(L::splat(-ROUND));
        let r = n.mul_add(L::splat(-LN_2_HIGH), x);
        let r = n.mul_add(L::splat(-LN_2_LOW), r);
        let mut p = L::splat(1.0 / 720.0);
        for coefficient in [1.0 / 120.0, 1.0 / 24.0, 1.0 / 6.0, 0.5, 1.0, 1.0] {
            p = p.mul_add(r, L::splat(coefficient));
        }
        let mut power = [0.0_f32; LANES];
        rounded.store(power.as_mut_ptr());
        let power = power.map(|n| f32::from_bits((n.to_bits() << 23).wrapping_add(127 << 23)));
        p.mul(L::load(power.as_ptr()))
    }
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
