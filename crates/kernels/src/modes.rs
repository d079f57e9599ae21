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

use crate::blend::{Yuv, YuvMut, check};
use crate::{Instructions, Level};
use backlot_media::{ColorSpace, Plane};

#[cfg(target_arch = "x86_64")]
mod avx2;
mod body;

/// How the colours of a layer and of what is below make new ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mode {
    /// `b * t`: what is dark stays dark.
    Multiply,
    /// `b + t - b * t`: what is bright stays bright.
    Screen,
    /// `b + t`, at most white: light on light.
    Add,
}

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
        #[cfg(target_arch = "x86_64")]
        if level.instructions() != Instructions::Scalar {
            // SAFETY: every level but the plain one has AVX2, and holding it proves that the
            // processor has that too.
            return unsafe { avx2::blend(self, bottom, top, matte, opacity) };
        }
        body::blend(bottom, top, matte, opacity, |block| block.run(self.mode, &self.weights));
    }
}

/// The weights between Y'CbCr and R'G'B'.
#[derive(Clone, Copy, Debug)]
struct Weights {
    /// Of `luma << 7`, in 15 bits: 5 bits after the point remain.
    luma: i16,
    /// What black adds, and a half to round by.
    offset: i16,
    /// Of `(cb - 128) << 7` in red, green and blue.
    cb: [i16; 3],
    /// Of `(cr - 128) << 7`.
    cr: [i16; 3],
    /// Of red, green and blue in luma, cb and cr, in 15 bits.
    back: [[i16; 3]; 3],
}

impl Weights {
    fn new(space: ColorSpace) -> Self {
        let fixed = |value: f64| (value * 32768.0).round() as i16;
        // 5 of 7 bits remain, and a code value is a 255th.
        let part = |of: [f64; 3]| {
            let (there, zero) = (space.decode(of), space.decode([0.0; 3]));
            [0, 1, 2].map(|i| (there[i] - zero[i]) * 255.0 / 4.0)
        };
        let origin = space.decode([0.0, 128.0, 128.0])[0] * 255.0 * 32.0 + 16.0;
        let to = |rgb: [f64; 3]| {
            let (there, black) = (space.encode(rgb), space.encode([0.0; 3]));
            [0, 1, 2].map(|i| (there[i] - black[i]) / 255.0)
        };
        let columns = [to([1.0, 0.0, 0.0]), to([0.0, 1.0, 0.0]), to([0.0, 0.0, 1.0])];
        Self {
            luma: fixed(part([1.0, 0.0, 0.0])[0]),
            offset: origin.round() as i16,
            cb: part([0.0, 1.0, 0.0]).map(fixed),
            cr: part([0.0, 0.0, 1.0]).map(fixed),
            back: [0, 1, 2].map(|row| columns.map(|column| fixed(column[row]))),
        }
    }
}

#[cfg(test)]
mod tests;
