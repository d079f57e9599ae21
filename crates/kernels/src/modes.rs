//! Lays one picture over another by a blend mode: *multiply*, *screen* or *add* (W3C, "Compositing
//! and Blending Level 1"; *add* is `plus-lighter`), on R'G'B' at luma's resolution.
//!
//! A pixel's chroma is the sample of its two by two pixels. With `b` and `t` the R'G'B' of below and
//! top, `B` the mode's function of both, clamped to `0..=255`, and `a` the share of the top (as in
//! [`blend_planes`](crate::blend_planes)):
//!
//! `out = b + a * (B(b, t) - b)`
//!
//! which adds a multiple of `a * (B - b)` to luma, and the mean of four such to chroma. Where
//! `a = 0` or `B = b` nothing changes, not even by rounding. The last column and row of an odd
//! picture count twice in its chroma.
//!
//! All numbers have 16 bits: R'G'B' and differences 5 of them after the point. Products are rounded
//! halves up after 15 bits, which is one instruction.

use crate::Level;
use crate::blend::{Yuv, YuvMut, check};
use backlot_media::{ColorSpace, Plane};

#[cfg(target_arch = "x86_64")]
mod avx2;
mod body;
#[cfg(target_arch = "aarch64")]
mod neon;
mod weights;
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
mod wide;

pub use weights::Mode;
use weights::Weights;

/// A blend mode on pictures of one colour space.
#[derive(Clone, Copy, Debug)]
pub struct Blender {
    mode: Mode,
    weights: Weights,
}

impl Blender {
    /// For pictures of that colour space.
    pub fn new(mode: Mode, space: ColorSpace) -> Self {
        Self { mode, weights: Weights::new(space) }
    }

    /// Blends the planes of an I420 picture over others of the same size, in place, by a matte
    /// (`None`: everywhere) and an opacity.
    ///
    /// # Panics
    /// If sizes differ.
    pub fn blend(
        &self,
        level: Level,
        bottom: YuvMut<'_>,
        top: Yuv<'_>,
        matte: Option<Plane<'_>>,
        opacity: u8,
    ) {
        let [luma, cb, cr] = &bottom;
        check([[luma.as_ref(), cb.as_ref(), cr.as_ref()], top], matte);
        #[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
        if level != Level::SCALAR {
            // SAFETY: every level but the plain one has AVX2 or is NEON, and holding it proves that
            // the processor has that too.
            return unsafe { wide::blend(self.mode, &self.weights, bottom, top, matte, opacity) };
        }
        let _ = level;
        body::blend(bottom, top, matte, opacity, |block| block.run(self.mode, &self.weights));
    }
}

#[cfg(test)]
mod tests;
