//! The arithmetic between colour spaces, in integers.
//!
//! A change of colour space is affine in the code values. Its coefficients come from
//! [`ColorSpace::encode`] and [`ColorSpace::decode`]. Samples come in quarters of a code value,
//! which keeps the mean of two or four of them exact until the one rounding at the end.

use super::remap::Remap;
use backlot_media::{ColorSpace, Matrix};

/// Bits after the point of the weights of a [`Mix`].
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
    pub fn with_share(&self, sample: i32, share: i32) -> u8 {
        let sum = (self.weights[0] << QUARTER_BITS) * sample + share;
        (sum >> (WEIGHT_BITS + QUARTER_BITS)).clamp(0, 255) as u8
    }

    /// The share of the second and third component and the offset in the sum.
    #[inline(always)]
    pub fn share(&self, second: i32, third: i32) -> i32 {
        self.weights[1] * second + self.weights[2] * third + self.offset
    }
}

/// Finds the coefficients of an affine map of code values.
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

/// From one Y'CbCr colour space to another.
#[derive(Clone, Copy, Debug)]
pub enum Change {
    /// They are the same.
    None,
    /// Another range of the same matrix: each component on its own.
    Range(Remap),
    /// Another matrix, and perhaps another range.
    Matrix(Affine),
}

impl Change {
    pub fn between(from: ColorSpace, to: ColorSpace) -> Self {
        if from.matrix == to.matrix {
            return Remap::between(from.range, to.range).map_or(Self::None, Self::Range);
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
        match *self {
            Self::None => out.copy_from_slice(row),
            Self::Range(remap) => remap.luma(row, out),
            Self::Matrix([luma, ..]) => {
                let share = |(&b, &r): (&u16, &u16)| luma.share(i32::from(b), i32::from(r));
                let mut shares = chroma[0].iter().zip(chroma[1]).map(share);
                let (pairs, last) = out.as_chunks_mut::<2>();
                for ((out, pair), share) in pairs.iter_mut().zip(halves(row)).zip(shares.clone()) {
                    *out = pair.map(|v| luma.with_share(v, share));
                }
                if let ([out], Some(&v), Some(share)) = (last, row.last(), shares.next_back()) {
                    *out = luma.with_share(i32::from(v), share);
                }
            }
        }
    }

    /// Changes a row of chroma in quarters.
    #[inline(always)]
    pub fn chroma(&self, [cb, cr]: [&[u16]; 2], [out_cb, out_cr]: [&mut [u8]; 2]) {
        match *self {
            Self::None => {
                out_cb.iter_mut().zip(cb).for_each(|(out, &v)| *out = ((v + 2) >> 2) as u8);
                out_cr.iter_mut().zip(cr).for_each(|(out, &v)| *out = ((v + 2) >> 2) as u8);
            }
            Self::Range(remap) => {
                remap.chroma(cb, out_cb);
                remap.chroma(cr, out_cr);
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

/// The bytes of a row in pairs, without a single one at the end.
#[inline(always)]
pub fn halves(row: &[u8]) -> impl Iterator<Item = [i32; 2]> {
    let both = |pair: &[u8; 2]| i32::from(u16::from_le_bytes(*pair));
    row.as_chunks().0.iter().map(both).map(|pair| [pair & 0xff, pair >> 8])
}

#[cfg(test)]
mod tests {
    use super::*;
    use backlot_media::Range;

    #[test]
    fn range_changes_are_the_rounded_value_of_every_code() {
        let full = ColorSpace::JPEG;
        let codes: Vec<u8> = (0..=255).collect();
        let quarters: Vec<u16> = codes.iter().map(|&v| 4 * u16::from(v)).collect();
        for (from, to) in [(full, ColorSpace::BT601), (ColorSpace::BT601, full)] {
            let change = Change::between(from, to);
            let mut found = [[0; 256]; 3];
            let [luma, cb, cr] = &mut found;
            change.luma(&codes, [&quarters; 2], luma);
            change.chroma([&quarters; 2], [cb, cr]);
            for &code in &codes {
                let exact =
                    |yuv: [f64; 3]| to.encode(from.decode(yuv)).map(|v| v.clamp(0.0, 255.0));
                let value = f64::from(code);
                let [y, ..] = exact([value, 128.0, 128.0]);
                let [_, cb, cr] = exact([128.0, value, value]);
                for (found, exact) in found.iter().zip([y, cb, cr]) {
                    let off = (f64::from(found[usize::from(code)]) - exact).abs();
                    assert!(off <= 0.516, "{from} to {to}, {code}: off by {off}");
                }
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
