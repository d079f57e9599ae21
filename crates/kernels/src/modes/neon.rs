//! What `wide` is made of, with NEON.

use super::body::{COLUMNS, Chroma, LANES as SAMPLES};
use std::arch::aarch64::*;

pub type Vector = int16x8_t;
/// Numbers of a vector.
pub const LANES: usize = 8;

macro_rules! operations {
    ($($(#[$doc:meta])* $name:ident: $instruction:ident;)*) => {
        $(
            $(#[$doc])*
            #[inline]
            #[target_feature(enable = "neon")]
            pub fn $name(a: Vector, b: Vector) -> Vector {
                $instruction(a, b)
            }
        )*
    };
}

operations! {
    add: vaddq_s16;
    sub: vsubq_s16;
    /// The lower half.
    times: vmulq_s16;
    /// `round(a * b / 2^15)`, halves up; never are both the least number.
    product: vqrdmulhq_s16;
    lesser: vminq_s16;
    greater: vmaxq_s16;
}

#[inline]
#[target_feature(enable = "neon")]
pub fn all(value: i16) -> Vector {
    vdupq_n_s16(value)
}

#[inline]
#[target_feature(enable = "neon")]
pub fn left<const BITS: i32>(value: Vector) -> Vector {
    vshlq_n_s16::<BITS>(value)
}

#[inline]
#[target_feature(enable = "neon")]
pub fn right<const BITS: i32>(value: Vector) -> Vector {
    vshrq_n_s16::<BITS>(value)
}

#[inline]
#[target_feature(enable = "neon")]
pub fn right_unsigned<const BITS: i32>(value: Vector) -> Vector {
    vreinterpretq_s16_u16(vshrq_n_u16::<BITS>(vreinterpretq_u16_s16(value)))
}

#[inline]
#[target_feature(enable = "neon")]
fn numbers(bytes: uint8x8_t) -> Vector {
    vreinterpretq_s16_u16(vmovl_u8(bytes))
}

/// The even and the odd columns of a part of a row.
#[inline]
#[target_feature(enable = "neon")]
pub fn pairs(row: &[u8; COLUMNS], part: usize) -> [Vector; 2] {
    let bytes: &[u8; 2 * LANES] = &row.as_chunks().0[part];
    // SAFETY: `bytes` is 16 bytes long.
    let uint8x8x2_t(even, odd) = unsafe { vld2_u8(bytes.as_ptr()) };
    [numbers(even), numbers(odd)]
}

/// Puts even and odd columns, clamped, where they were.
#[inline]
#[target_feature(enable = "neon")]
pub fn put_pairs([even, odd]: [Vector; 2], row: &mut [u8; COLUMNS], part: usize) {
    let both = uint8x8x2_t(vqmovun_s16(even), vqmovun_s16(odd));
    let bytes: &mut [u8; 2 * LANES] = &mut row.as_chunks_mut().0[part];
    // SAFETY: `bytes` is 16 bytes long.
    unsafe { vst2_u8(bytes.as_mut_ptr(), both) }
}

/// A part of a row of chroma.
#[inline]
#[target_feature(enable = "neon")]
pub fn samples(row: &[u8; SAMPLES], part: usize) -> Vector {
    let bytes: &[u8; LANES] = &row.as_chunks().0[part];
    // SAFETY: `bytes` is 8 bytes long.
    numbers(unsafe { vld1_u8(bytes.as_ptr()) })
}

/// Puts both rows of chroma, clamped, where they were.
#[inline]
#[target_feature(enable = "neon")]
pub fn put_samples(values: [Vector; 2], rows: &mut Chroma, part: usize) {
    for (value, row) in values.into_iter().zip(rows) {
        let bytes: &mut [u8; LANES] = &mut row.as_chunks_mut().0[part];
        // SAFETY: `bytes` is 8 bytes long.
        unsafe { vst1_u8(bytes.as_mut_ptr(), vqmovun_s16(value)) }
    }
}
