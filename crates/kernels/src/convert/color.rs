//! The arithmetic between colour spaces, in integers.
//!
//! A change of colour space is affine in the code values. Its coefficients are read off
//! [`ColorSpace::encode`] and [`ColorSpace::decode`]. Samples come in quarters of a code value,
//! which keeps the mean of two or four of them exact until the one rounding at the end.

use backlot_media::{ColorSpace, Matrix};

/// Bits behind the point of the weights of a [`Mix`].
const WEIGHT_BITS: u32 = 14;
/// Bits of a quarter.
const QUARTER_BITS: u32 = 2;

/// One component as a weighted sum of three, `(weights . quarters + offset) >> 16`, clamped.
#[derive(Clone, Copy, Debug)]
pub struct Mix {
    weights: [i32; 3],
    offset: i32,
}

/// The three components of a colour from the three of another.
pub type Affine = [Mix; 3];

impl Mix {
    #[inline(always)]
    pub fn of(&self, quarters: [i32; 3]) -> u8 {
        let [a, b, c] = self.weights;
        let [x, y, z] = quarters;
        let sum = a * x + b * y + c * z + self.offset;
        (sum >> (WEIGHT_BITS + QUARTER_BITS)).clamp(0, 255) as u8
    }

    /// The same for a whole sample of the first component and the others' share of the sum.
    #[inline(always)]
    pub fn with_share(&self, sample: u8, share: i32) -> u8 {
        let sum = (self.weights[0] << QUARTER_BITS) * i32::from(sample) + share;
        (sum >> (WEIGHT_BITS + QUARTER_BITS)).clamp(0, 255) as u8
    }

    /// What the second and the third component and the offset add to the sum.
    #[inline(always)]
    pub fn share(&self, second: i32, third: i32) -> i32 {
        self.weights[1] * second + self.weights[2] * third + self.offset
    }
}

/// Reads the coefficients off an affine map of code values.
fn affine(map: impl Fn([f64; 3]) -> [f64; 3]) -> Affine {
    let origin = map([0.0; 3]);
    let columns = [map([1.0, 0.0, 0.0]), map([0.0, 1.0, 0.0]), map([0.0, 0.0, 1.0])];
    let one = f64::from(1 << WEIGHT_BITS);
    std::array::from_fn(|row| Mix {
        weights: columns.map(|column| ((column[row] - origin[row]) * one).round() as i32),
        offset: ((origin[row] + 0.5) * one * f64::from(1 << QUARTER_BITS)).round() as i32,
    })
}

/// Y'CbCr code values to 8-bit R'G'B'.
pub fn to_rgb(space: ColorSpace) -> Affine {
    affine(|yuv| space.decode(yuv).map(|v| v * 255.0))
}

/// 8-bit R'G'B' to Y'CbCr code values.
pub fn from_rgb(space: ColorSpace) -> Affine {
    affine(|rgb| space.encode(rgb.map(|v| v / 255.0)))
}

/// A stretch of one component: `out = in * scale + offset`, rounded and clamped.
///
/// In 16 bits: `((in << 8) * scale >> 16) - minus + plus >> 7`, off the exact value by at most
/// 1/64 before it is rounded.
#[derive(Clone, Copy, Debug)]
pub struct Remap {
    scale: u16,
    minus: u16,
    plus: u16,
}

impl Remap {
    fn new(scale: f64, offset: f64) -> Self {
        // Half a step of the cut-off bits is added to the rounding.
        let offset = (offset * 128.0).round() as i32 + 64;
        Self {
            scale: (scale * 32_768.0).round() as u16,
            minus: (-offset).max(0) as u16,
            plus: offset.max(0) as u16,
        }
    }

    /// Of a value in 1/256.
    #[inline(always)]
    fn of(self, value: u16) -> u8 {
        let product = ((u32::from(value) * u32::from(self.scale)) >> 16) as u16;
        ((product.saturating_sub(self.minus) + self.plus) >> 7).min(255) as u8
    }

    #[inline(always)]
    pub fn sample(self, value: u8) -> u8 {
        self.of(u16::from(value) << 8)
    }

    #[inline(always)]
    pub fn quarters(self, value: u16) -> u8 {
        self.of(value << 6)
    }
}

/// From one Y'CbCr colour space to another.
#[derive(Clone, Copy, Debug)]
pub enum Change {
    /// They are the same.
    None,
    /// Another range of the same matrix: each component by itself.
    Range { luma: Remap, chroma: Remap },
    /// Another matrix, and perhaps another range.
    Matrix(Affine),
}

impl Change {
    pub fn between(from: ColorSpace, to: ColorSpace) -> Self {
        if from == to {
            return Self::None;
        }
        if from.matrix == to.matrix {
            let luma = to.range.luma_span() / from.range.luma_span();
            let black = f64::from(to.range.black()) - luma * f64::from(from.range.black());
            let chroma = to.range.chroma_span() / from.range.chroma_span();
            return Self::Range {
                luma: Remap::new(luma, black),
                chroma: Remap::new(chroma, 128.0 - 128.0 * chroma),
            };
        }
        Self::Matrix(affine(|yuv| to.encode(from.decode(yuv))))
    }

    /// The change for pictures without chroma: only the range counts.
    pub fn of_grey(from: ColorSpace, to: ColorSpace) -> Self {
        let matrix = Matrix::Bt601;
        Self::between(ColorSpace { matrix, ..from }, ColorSpace { matrix, ..to })
    }

    pub const fn is_none(&self) -> bool {
        matches!(self, Self::None)
    }

    /// Changes a row of luma; chroma has half the columns (rounded up), in quarters.
    #[inline(always)]
    pub fn luma(&self, row: &[u8], chroma: [&[u16]; 2], out: &mut [u8]) {
        match self {
            Self::None => out.copy_from_slice(row),
            Self::Range { luma, .. } => {
                out.iter_mut().zip(row).for_each(|(out, &v)| *out = luma.sample(v));
            }
            Self::Matrix([luma, ..]) => {
                let pairs = out.chunks_mut(2).zip(row.chunks(2));
                for ((out, row), (&cb, &cr)) in pairs.zip(chroma[0].iter().zip(chroma[1])) {
                    let share = luma.share(i32::from(cb), i32::from(cr));
                    out.iter_mut().zip(row).for_each(|(out, &v)| *out = luma.with_share(v, share));
                }
            }
        }
    }

    /// Changes a row of chroma, which is given in quarters.
    #[inline(always)]
    pub fn chroma(&self, [cb, cr]: [&[u16]; 2], [out_cb, out_cr]: [&mut [u8]; 2]) {
        match self {
            Self::None => {
                each(out_cb, cb, |v| ((v + 2) >> 2) as u8);
                each(out_cr, cr, |v| ((v + 2) >> 2) as u8);
            }
            Self::Range { chroma, .. } => {
                each(out_cb, cb, |v| chroma.quarters(v));
                each(out_cr, cr, |v| chroma.quarters(v));
            }
            // Luma has no part in chroma: grey stays grey.
            Self::Matrix([_, to_cb, to_cr]) => {
                for ((out, &b), &r) in out_cb.iter_mut().zip(cb).zip(cr) {
                    *out = to_cb.of([0, i32::from(b), i32::from(r)]);
                }
                for ((out, &b), &r) in out_cr.iter_mut().zip(cb).zip(cr) {
                    *out = to_cr.of([0, i32::from(b), i32::from(r)]);
                }
            }
        }
    }
}

#[inline(always)]
fn each(out: &mut [u8], quarters: &[u16], change: impl Fn(u16) -> u8) {
    out.iter_mut().zip(quarters).for_each(|(out, &v)| *out = change(v));
}

#[cfg(test)]
mod tests {
    use super::*;
    use backlot_media::Range;

    #[test]
    fn range_changes_are_the_rounded_value_of_every_code() {
        let full = ColorSpace::JPEG;
        for (from, to) in [(full, ColorSpace::BT601), (ColorSpace::BT601, full)] {
            let Change::Range { luma, chroma } = Change::between(from, to) else { panic!() };
            let exact = |code| to.encode(from.decode(code)).map(|v| v.clamp(0.0, 255.0));
            for code in 0..=255_u8 {
                let value = f64::from(code);
                let off = (f64::from(luma.sample(code)) - exact([value, 128.0, 128.0])[0]).abs();
                assert!(off <= 0.516, "luma {code}: off by {off}");
                let found = f64::from(chroma.quarters(4 * u16::from(code)));
                let off = (found - exact([128.0, value, 128.0])[1]).abs();
                assert!(off <= 0.516, "chroma {code}: off by {off}");
            }
        }
    }

    #[test]
    fn luma_has_no_part_in_chroma() {
        for from in [Range::Limited, Range::Full] {
            let from = ColorSpace { matrix: Matrix::Bt709, range: from };
            let Change::Matrix([_, cb, cr]) = Change::between(from, ColorSpace::BT601) else {
                panic!()
            };
            assert_eq!((cb.weights[0], cr.weights[0]), (0, 0));
        }
    }
}
