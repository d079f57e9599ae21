//! The instructions that a kernel may use.

use std::fmt;

/// A set of instructions that this processor has.
///
/// A level is detected once and passed to every kernel. Levels other than [`Level::SCALAR`] come
/// only from [`Level::best`] and [`Level::available`], so holding one proves that the processor can
/// run it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Level(Instructions);

/// The levels for which kernels exist, from slowest to fastest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Instructions {
    /// Plain Rust: the specification of every kernel.
    Scalar,
    /// aarch64, all of which has NEON.
    Neon,
    /// x86-64 with AVX2, FMA, BMI1 and BMI2 (2013 and later).
    Avx2,
    /// x86-64 with AVX-512 F, BW, DQ and VL.
    Avx512,
}

impl Level {
    /// Plain Rust, which every processor runs.
    pub const SCALAR: Self = Self(Instructions::Scalar);

    /// The fastest level of this processor.
    pub fn best() -> Self {
        Self::available().last().copied().unwrap_or(Self::SCALAR)
    }

    /// Every level of this processor, slowest first.
    pub fn available() -> Vec<Self> {
        #[cfg_attr(
            not(any(target_arch = "x86_64", target_arch = "aarch64")),
            expect(unused_mut, reason = "there is none but the plain one")
        )]
        let mut levels = vec![Self::SCALAR];
        #[cfg(target_arch = "aarch64")]
        levels.push(Self(Instructions::Neon));
        #[cfg(target_arch = "x86_64")]
        {
            if is_x86_feature_detected!("avx2")
                && is_x86_feature_detected!("fma")
                && is_x86_feature_detected!("bmi1")
                && is_x86_feature_detected!("bmi2")
            {
                levels.push(Self(Instructions::Avx2));
                let wide = is_x86_feature_detected!("avx512f")
                    && is_x86_feature_detected!("avx512bw")
                    && is_x86_feature_detected!("avx512dq")
                    && is_x86_feature_detected!("avx512vl");
                if wide {
                    levels.push(Self(Instructions::Avx512));
                }
            }
        }
        levels
    }

    /// The instructions, to choose an implementation by.
    pub const fn instructions(self) -> Instructions {
        self.0
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Instructions::Scalar => "scalar",
            Instructions::Neon => "neon",
            Instructions::Avx2 => "avx2",
            Instructions::Avx512 => "avx512",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_level_is_the_last_available_one() {
        let levels = Level::available();
        println!("levels: {levels:?}");
        assert_eq!(levels[0], Level::SCALAR);
        assert!(levels.is_sorted());
        assert_eq!(Level::best(), *levels.last().unwrap());
    }
}
