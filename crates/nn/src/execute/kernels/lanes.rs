//! Eight floats at a time.

use crate::graph::Activation;
pub(crate) use crate::graph::LANES;

/// Eight floats, in the level's own type.
///
/// Only kernels compiled for the level call the methods.
pub(crate) trait Lanes: Copy {
    /// # Safety
    /// Eight floats must be readable at `at`; the processor must have the level's features.
    unsafe fn load(at: *const f32) -> Self;
    /// # Safety
    /// Eight floats must be writable at `at`; the processor must have the level's features.
    unsafe fn store(self, at: *mut f32);
    /// # Safety
    /// The processor must have the level's features.
    unsafe fn splat(value: f32) -> Self;
    /// `self * b + c`
    ///
    /// # Safety
    /// The processor must have the level's features.
    unsafe fn mul_add(self, b: Self, c: Self) -> Self;
    /// # Safety
    /// The processor must have the level's features.
    unsafe fn add(self, b: Self) -> Self;
    /// # Safety
    /// The processor must have the level's features.
    unsafe fn mul(self, b: Self) -> Self;
    /// # Safety
    /// The processor must have the level's features.
    unsafe fn divide(self, b: Self) -> Self;
    /// The greater; `b` where `self` is not a number.
    ///
    /// # Safety
    /// The processor must have the level's features.
    unsafe fn max(self, b: Self) -> Self;
    /// The lesser; `b` where `self` is not a number.
    ///
    /// # Safety
    /// The processor must have the level's features.
    unsafe fn min(self, b: Self) -> Self;

    /// The sum of each of eight vectors.
    ///
    /// # Safety
    /// The processor must have the level's features.
    unsafe fn totals(vectors: [Self; LANES]) -> Self;

    /// An activation of several, other than the logistic function, which has its own kernel.
    ///
    /// # Safety
    /// The processor must have the level's features.
    #[inline(always)]
    unsafe fn activate(values: &mut [Self], activation: Activation) {
        // SAFETY: the caller's promise.
        unsafe {
            let zero = Self::splat(0.0);
            match activation {
                Activation::None | Activation::Logistic => {}
                Activation::Relu => {
                    for v in values {
                        *v = v.max(zero);
                    }
                }
                Activation::Relu6 => {
                    for v in values {
                        *v = v.max(zero).min(Self::splat(6.0));
                    }
                }
                Activation::HardSwish => {
                    for v in values {
                        let gate = v.mul_add(Self::splat(1.0 / 6.0), Self::splat(0.5));
                        *v = v.mul(gate.max(zero).min(Self::splat(1.0)));
                    }
                }
            }
        }
    }
}

/// Plain Rust, for every processor.
#[derive(Clone, Copy)]
pub(crate) struct Plain([f32; LANES]);

impl Plain {
    #[inline(always)]
    fn zip(self, b: Self, f: impl Fn(f32, f32) -> f32) -> Self {
        Self(std::array::from_fn(|i| f(self.0[i], b.0[i])))
    }
}

impl Lanes for Plain {
    #[inline(always)]
    unsafe fn load(at: *const f32) -> Self {
        // SAFETY: the caller's promise; floats have no alignment of eight.
        unsafe { Self(at.cast::<[f32; LANES]>().read_unaligned()) }
    }

    #[inline(always)]
    unsafe fn store(self, at: *mut f32) {
        // SAFETY: the caller's promise.
        unsafe { at.cast::<[f32; LANES]>().write_unaligned(self.0) }
    }

    #[inline(always)]
    unsafe fn splat(value: f32) -> Self {
        Self([value; LANES])
    }

    #[inline(always)]
    unsafe fn mul_add(self, b: Self, c: Self) -> Self {
        Self(std::array::from_fn(|i| self.0[i] * b.0[i] + c.0[i]))
    }

    #[inline(always)]
    unsafe fn add(self, b: Self) -> Self {
        self.zip(b, |a, b| a + b)
    }

    #[inline(always)]
    unsafe fn mul(self, b: Self) -> Self {
        self.zip(b, |a, b| a * b)
    }

    #[inline(always)]
    unsafe fn divide(self, b: Self) -> Self {
        self.zip(b, |a, b| a / b)
    }

    #[inline(always)]
    unsafe fn max(self, b: Self) -> Self {
        self.zip(b, |a, b| if a > b { a } else { b })
    }

    #[inline(always)]
    unsafe fn min(self, b: Self) -> Self {
        self.zip(b, |a, b| if a < b { a } else { b })
    }

    #[inline(always)]
    unsafe fn totals(vectors: [Self; LANES]) -> Self {
        Self(
            vectors
                .map(|Self(v)| ((v[0] + v[1]) + (v[2] + v[3])) + ((v[4] + v[5]) + (v[6] + v[7]))),
        )
    }
}

/// One 256-bit register.
#[cfg(target_arch = "x86_64")]
#[derive(Clone, Copy)]
pub(crate) struct Avx(std::arch::x86_64::__m256);

#[cfg(target_arch = "x86_64")]
mod avx {
    use super::{Avx, LANES, Lanes};
    use std::arch::x86_64::*;

    impl Lanes for Avx {
        #[inline(always)]
        unsafe fn load(at: *const f32) -> Self {
            // SAFETY: the caller's promise.
            unsafe { Self(_mm256_loadu_ps(at)) }
        }

        #[inline(always)]
        unsafe fn store(self, at: *mut f32) {
            // SAFETY: the caller's promise.
            unsafe { _mm256_storeu_ps(at, self.0) }
        }

        #[inline(always)]
        unsafe fn splat(value: f32) -> Self {
            // SAFETY: the caller's promise.
            unsafe { Self(_mm256_set1_ps(value)) }
        }

        #[inline(always)]
        unsafe fn mul_add(self, b: Self, c: Self) -> Self {
            // SAFETY: the caller's promise.
            unsafe { Self(_mm256_fmadd_ps(self.0, b.0, c.0)) }
        }

        #[inline(always)]
        unsafe fn add(self, b: Self) -> Self {
            // SAFETY: the caller's promise.
            unsafe { Self(_mm256_add_ps(self.0, b.0)) }
        }

        #[inline(always)]
        unsafe fn mul(self, b: Self) -> Self {
            // SAFETY: the caller's promise.
            unsafe { Self(_mm256_mul_ps(self.0, b.0)) }
        }

        #[inline(always)]
        unsafe fn divide(self, b: Self) -> Self {
            // SAFETY: the caller's promise.
            unsafe { Self(_mm256_div_ps(self.0, b.0)) }
        }

        #[inline(always)]
        unsafe fn max(self, b: Self) -> Self {
            // SAFETY: the caller's promise.
            unsafe { Self(_mm256_max_ps(self.0, b.0)) }
        }

        #[inline(always)]
        unsafe fn min(self, b: Self) -> Self {
            // SAFETY: the caller's promise.
            unsafe { Self(_mm256_min_ps(self.0, b.0)) }
        }

        #[inline(always)]
        unsafe fn totals(v: [Self; LANES]) -> Self {
            // SAFETY: the caller's promise.
            unsafe {
                // Neighbours are added until each half holds the four sums of half a vector.
                let pair = |a: usize| _mm256_hadd_ps(v[a].0, v[a + 1].0);
                let low = _mm256_hadd_ps(pair(0), pair(2));
                let high = _mm256_hadd_ps(pair(4), pair(6));
                let crossed = _mm256_permute2f128_ps::<0x21>(low, high);
                Self(_mm256_add_ps(crossed, _mm256_blend_ps::<0xf0>(low, high)))
            }
        }
    }
}
