//! The quick ways, for x86-64 with AVX2 and BMI2. These files are the only ones with `unsafe`.

#![expect(
    unsafe_code,
    reason = "pointers without checks, and instructions that not all processors have"
)]

mod half;
mod idct;
pub(crate) mod index;
pub(crate) mod lanes;
pub(crate) mod paint;
pub(crate) mod quarter;
pub(crate) mod spread;

use backlot_kernels::{Instructions, Level};

/// The proof that the processor has AVX2, BMI1 and BMI2.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Avx2(());

impl Avx2 {
    /// The proof, where a level is one.
    pub fn of(level: Level) -> Option<Self> {
        match level.instructions() {
            Instructions::Avx2 | Instructions::Avx512 => Some(Self(())),
            _ => None,
        }
    }
}
