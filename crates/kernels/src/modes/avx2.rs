//! What `wide` is made of, with AVX2.

use super::body::{COLUMNS, Chroma, LANES as SAMPLES};
use std::arch::x86_64::*;

pub type Vector = __m256i;
/// Numbers of a vector.
pub const LANES: usize = 16;

macro_rules! operations {
    ($($(#[$doc:meta])* $name:ident: $instruction:ident;)*) => {
        $(
            $(#[$doc])*
            #[inline]
            #[target_feature(enable = "avx2")]
            pub fn $name(a: Vector, b: Vector) -> Vector {
                $instruction(a, b)
            }
        )*
    };
}

operations! {
    add: _mm256_add_epi16;
    sub: _mm256_sub_epi16;
    /// The lower half.
    times: _mm256_mullo_epi16;
    /// `round(a * b / 2^15)`, halves up.
    product: _mm256_mulhrs_epi16;
    lesser: _mm256_min_epi16;
    greater: _mm256_max_epi16;
}

#[inline]
#[target_feature(enable = "avx2")]
pub fn all(value: i16) -> Vector {
    _mm256_set1_epi16(value)
}

#[inline]
#[target_feature(enable = "avx2")]
pub fn left<const BITS: i32>(value: Vector) -> Vector {
    _mm256_slli_epi16::<BITS>(value)
}

#[inline]
#[target_feature(enable = "avx2")]
pub fn right<const BITS: i32>(value: Vector) -> Vector {
    _mm256_srai_epi16::<BITS>(value)
}

#[inline]
#[target_feature(enable = "avx2")]
pub fn right_unsigned<const BITS: i32>(value: Vector) -> Vector {
    _mm256_srli_epi16::<BITS>(value)
}

/// The even and the odd columns of a part of a row.
#[inline]
#[target_feature(enable = "avx2")]
pub fn pairs(row: &[u8; COLUMNS], part: usize) -> [Vector; 2] {
    let bytes: &[u8; 2 * LANES] = &row.as_chunks().0[part];
    // SAFETY: `bytes` is 32 bytes long.
    let both = unsafe { _mm256_loadu_si256(bytes.as_ptr().cast()) };
    [_mm256_and_si256(both, all(0xff)), right_unsigned::<8>(both)]
}

/// Puts even and odd columns, clamped, where they were.
#[inline]
#[target_feature(enable = "avx2")]
pub fn put_pairs([even, odd]: [Vector; 2], row: &mut [u8; COLUMNS], part: usize) {
    // Of each half of a vector, the eight bytes and the eight after them in turn.
    let order = _mm_setr_epi8(0, 8, 1, 9, 2, 10, 3, 11, 4, 12, 5, 13, 6, 14, 7, 15);
    let order = _mm256_broadcastsi128_si256(order);
    let both = _mm256_shuffle_epi8(_mm256_packus_epi16(even, odd), order);
    let bytes: &mut [u8; 2 * LANES] = &mut row.as_chunks_mut().0[part];
    // SAFETY: `bytes` is 32 bytes long.
    unsafe { _mm256_storeu_si256(bytes.as_mut_ptr().cast(), both) }
}

/// A part of a row of chroma.
#[inline]
#[target_feature(enable = "avx2")]
pub fn samples(row: &[u8; SAMPLES], part: usize) -> Vector {
    let bytes: &[u8; LANES] = &row.as_chunks().0[part];
    // SAFETY: `bytes` is 16 bytes long.
    _mm256_cvtepu8_epi16(unsafe { _mm_loadu_si128(bytes.as_ptr().cast()) })
}

/// Puts both rows of chroma, clamped, where they were.
#[inline]
#[target_feature(enable = "avx2")]
pub fn put_samples([cb, cr]: [Vector; 2], rows: &mut Chroma, part: usize) {
    let both = _mm256_permute4x64_epi64::<0b11_01_10_00>(_mm256_packus_epi16(cb, cr));
    let halves = [_mm256_castsi256_si128(both), _mm256_extracti128_si256::<1>(both)];
    for (half, row) in halves.into_iter().zip(rows) {
        let bytes: &mut [u8; LANES] = &mut row.as_chunks_mut().0[part];
        // SAFETY: `bytes` is 16 bytes long.
        unsafe { _mm_storeu_si128(bytes.as_mut_ptr().cast(), half) }
    }
}
