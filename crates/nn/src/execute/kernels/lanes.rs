//! Eight floats at a time, or sixteen.

use crate::graph::Activation;
pub(crate) use crate::graph::LANES;
#[cfg(target_arch = "aarch64")]
pub(crate) use neon::Neon;

/// Floats, in a type of the level.
///
/// Only kernels compiled for the level call the methods.
pub(crate) trait Lanes: Copy {
    /// Floats in a vector: [`LANES`] or twice as many.
    const WIDTH: usize;
    /// The longest vectors of a processor with AVX-512.
    type Long: Lanes;

    /// # Safety
    /// As many floats must be readable at `at`; the processor must have the level's features.
    unsafe fn load(at: *const f32) -> Self;
    /// # Safety
    /// As many floats must be writable at `at`; the processor must have the level's features.
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

    /// Adds the products of a run of `len` values of each of four pixels, `step` floats apart, with as many weights of
    /// three vectors each.
    ///
    /// # Safety
    /// All of them must be readable; the processor must have the level's features.
    #[inline(always)]
    unsafe fn add_products(
        sums: &mut [[Self; 3]; 4],
        [x, w]: [*const f32; 2],
        step: usize,
        len: usize,
    ) {
        for i in 0..len {
            // SAFETY: the caller's promise.
            unsafe {
                let weights: [Self; 3] =
                    std::array::from_fn(|g| Self::load(w.add((i * 3 + g) * Self::WIDTH)));
                for (p, sums) in sums.iter_mut().enumerate() {
                    let value = Self::splat(*x.add(p * step + i));
                    for (sum, weight) in sums.iter_mut().zip(weights) {
                        *sum = value.mul_add(weight, *sum);
                    }
                }
            }
        }
    }

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

/// Vectors of eight.
pub(crate) trait Eight: Lanes {
    /// The sum of each of eight vectors.
    ///
    /// # Safety
    /// The processor must have the level's features.
    unsafe fn totals(vectors: [Self; LANES]) -> Self;
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
    const WIDTH: usize = LANES;
    type Long = Self;

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
}

impl Eight for Plain {
    #[inline(always)]
    unsafe fn totals(vectors: [Self; LANES]) -> Self {
        Self(
            vectors
                .map(|Self(v)| ((v[0] + v[1]) + (v[2] + v[3])) + ((v[4] + v[5]) + (v[6] + v[7]))),
        )
    }
}

#[cfg(target_arch = "aarch64")]
mod neon;

/// One 256-bit register.
#[cfg(target_arch = "x86_64")]
#[derive(Clone, Copy)]
pub(crate) struct Avx(std::arch::x86_64::__m256);

/// One 512-bit register.
#[cfg(target_arch = "x86_64")]
#[derive(Clone, Copy)]
pub(crate) struct Avx512(std::arch::x86_64::__m512);

#[cfg(target_arch = "x86_64")]
mod avx {
    use super::{Avx, Avx512, Eight, LANES, Lanes};
    use std::arch::x86_64::*;

    /// The methods that are one instruction each.
    macro_rules! instructions {
        ($load:ident, $store:ident, $splat:ident, $mul_add:ident, [$($name:ident: $two:ident),*]) => {
            #[inline(always)]
            unsafe fn load(at: *const f32) -> Self {
                // SAFETY: the caller's promise.
                unsafe { Self($load(at)) }
            }

            #[inline(always)]
            unsafe fn store(self, at: *mut f32) {
                // SAFETY: the caller's promise.
                unsafe { $store(at, self.0) }
            }

            #[inline(always)]
            unsafe fn splat(value: f32) -> Self {
                // SAFETY: the caller's promise.
                unsafe { Self($splat(value)) }
            }

            #[inline(always)]
            unsafe fn mul_add(self, b: Self, c: Self) -> Self {
                // SAFETY: the caller's promise.
                unsafe { Self($mul_add(self.0, b.0, c.0)) }
            }

            $(
                #[inline(always)]
                unsafe fn $name(self, b: Self) -> Self {
                    // SAFETY: the caller's promise.
                    unsafe { Self($two(self.0, b.0)) }
                }
            )*
        };
    }

    impl Lanes for Avx {
        const WIDTH: usize = LANES;
        type Long = Avx512;

        instructions!(
            _mm256_loadu_ps,
            _mm256_storeu_ps,
            _mm256_set1_ps,
            _mm256_fmadd_ps,
            [
                add: _mm256_add_ps,
                mul: _mm256_mul_ps,
                divide: _mm256_div_ps,
                max: _mm256_max_ps,
                min: _mm256_min_ps
            ]
        );

        #[inline(always)]
        unsafe fn add_products(
            sums: &mut [[Self; 3]; 4],
            [x, w]: [*const f32; 2],
            step: usize,
            len: usize,
        ) {
            // SAFETY: the caller's promise.
            unsafe { add_products(sums, [x, w], step, len) }
        }
    }

    /// # Safety
    /// As for [`Lanes::add_products`].
    #[inline]
    #[target_feature(enable = "avx2,fma")]
    unsafe fn add_products(
        sums: &mut [[Avx; 3]; 4],
        [x, w]: [*const f32; 2],
        step: usize,
        len: usize,
    ) {
        if len == 0 {
            return;
        }
        // Twelve sums, three weights and a value are all registers that AVX2 has: the compiler wants one more, and
        // keeps sums in memory.
        // SAFETY: the caller's promise; only the named registers change, and nothing is written.
        unsafe {
            std::arch::asm!(
                "2:",
                "vmovups {w0}, [{w}]",
                "vmovups {w1}, [{w} + 32]",
                "vmovups {w2}, [{w} + 64]",
                "vbroadcastss {v}, dword ptr [{x}]",
                "vfmadd231ps {s00}, {w0}, {v}",
                "vfmadd231ps {s01}, {w1}, {v}",
                "vfmadd231ps {s02}, {w2}, {v}",
                "vbroadcastss {v}, dword ptr [{x} + {step}]",
                "vfmadd231ps {s10}, {w0}, {v}",
                "vfmadd231ps {s11}, {w1}, {v}",
                "vfmadd231ps {s12}, {w2}, {v}",
                "vbroadcastss {v}, dword ptr [{x} + 2 * {step}]",
                "vfmadd231ps {s20}, {w0}, {v}",
                "vfmadd231ps {s21}, {w1}, {v}",
                "vfmadd231ps {s22}, {w2}, {v}",
                "vbroadcastss {v}, dword ptr [{far}]",
                "vfmadd231ps {s30}, {w0}, {v}",
                "vfmadd231ps {s31}, {w1}, {v}",
                "vfmadd231ps {s32}, {w2}, {v}",
                "add {x}, 4",
                "add {far}, 4",
                "add {w}, 96",
                "dec {left}",
                "jnz 2b",
                x = inout(reg) x => _,
                far = inout(reg) x.wrapping_add(3 * step) => _,
                w = inout(reg) w => _,
                left = inout(reg) len => _,
                step = in(reg) step * size_of::<f32>(),
                s00 = inout(ymm_reg) sums[0][0].0,
                s01 = inout(ymm_reg) sums[0][1].0,
                s02 = inout(ymm_reg) sums[0][2].0,
                s10 = inout(ymm_reg) sums[1][0].0,
                s11 = inout(ymm_reg) sums[1][1].0,
                s12 = inout(ymm_reg) sums[1][2].0,
                s20 = inout(ymm_reg) sums[2][0].0,
                s21 = inout(ymm_reg) sums[2][1].0,
                s22 = inout(ymm_reg) sums[2][2].0,
                s30 = inout(ymm_reg) sums[3][0].0,
                s31 = inout(ymm_reg) sums[3][1].0,
                s32 = inout(ymm_reg) sums[3][2].0,
                w0 = out(ymm_reg) _,
                w1 = out(ymm_reg) _,
                w2 = out(ymm_reg) _,
                v = out(ymm_reg) _,
                options(nostack, readonly),
            );
        }
    }

    impl Eight for Avx {
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

    impl Lanes for Avx512 {
        const WIDTH: usize = 2 * LANES;
        type Long = Self;

        instructions!(
            _mm512_loadu_ps,
            _mm512_storeu_ps,
            _mm512_set1_ps,
            _mm512_fmadd_ps,
            [
                add: _mm512_add_ps,
                mul: _mm512_mul_ps,
                divide: _mm512_div_ps,
                max: _mm512_max_ps,
                min: _mm512_min_ps
            ]
        );
    }
}
