//! Pairs of 128-bit registers.

use super::{Eight, LANES, Lanes};
use std::arch::aarch64::*;

/// The first four floats and the other four.
#[derive(Clone, Copy)]
pub(crate) struct Neon([float32x4_t; 2]);

/// The methods of two vectors, each by what it does with a register of either.
macro_rules! methods {
    ($($name:ident: $two:ident),*) => {
        $(
            #[inline(always)]
            unsafe fn $name(self, b: Self) -> Self {
                let ([a, c], [b, d]) = (self.0, b.0);
                // SAFETY: the caller's promise.
                unsafe { Self([$two(a, b), $two(c, d)]) }
            }
        )*
    };
}

/// `a` where it is greater, and `b` where either is no number, of which NEON's own maximum makes something else.
#[inline]
#[target_feature(enable = "neon")]
fn greater(a: float32x4_t, b: float32x4_t) -> float32x4_t {
    vbslq_f32(vcgtq_f32(a, b), a, b)
}

/// `a` where it is less.
#[inline]
#[target_feature(enable = "neon")]
fn lesser(a: float32x4_t, b: float32x4_t) -> float32x4_t {
    vbslq_f32(vcltq_f32(a, b), a, b)
}

impl Lanes for Neon {
    const WIDTH: usize = LANES;
    type Long = Self;

    #[inline(always)]
    unsafe fn load(at: *const f32) -> Self {
        // SAFETY: the caller's promise.
        unsafe { Self([vld1q_f32(at), vld1q_f32(at.add(LANES / 2))]) }
    }

    #[inline(always)]
    unsafe fn store(self, at: *mut f32) {
        // SAFETY: the caller's promise.
        unsafe {
            vst1q_f32(at, self.0[0]);
            vst1q_f32(at.add(LANES / 2), self.0[1]);
        }
    }

    #[inline(always)]
    unsafe fn splat(value: f32) -> Self {
        // SAFETY: the caller's promise.
        unsafe { Self([vdupq_n_f32(value); 2]) }
    }

    #[inline(always)]
    unsafe fn mul_add(self, b: Self, c: Self) -> Self {
        let ([a, d], [b, e], [c, f]) = (self.0, b.0, c.0);
        // SAFETY: the caller's promise.
        unsafe { Self([vfmaq_f32(c, a, b), vfmaq_f32(f, d, e)]) }
    }

    methods!(add: vaddq_f32, mul: vmulq_f32, divide: vdivq_f32, max: greater, min: lesser);
}

impl Eight for Neon {
    #[inline(always)]
    unsafe fn totals(v: [Self; LANES]) -> Self {
        // SAFETY: the caller's promise.
        unsafe {
            // Neighbours are added until each register holds the sums of four vectors.
            let halves = v.map(|Self([low, high])| vpaddq_f32(low, high));
            let four = |a: usize| {
                let [first, second] = [a, a + 2].map(|a| vpaddq_f32(halves[a], halves[a + 1]));
                vpaddq_f32(first, second)
            };
            Self([four(0), four(4)])
        }
    }
}
