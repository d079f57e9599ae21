//! Pixels of two blocks at half the size, at a time: each register has eight values of one in its lower half, and of the
//! other in its upper one. [`crate::scale::half`] is the specification.

use super::Avx2;
use super::idct::{Block, Pairs, minus, paired, plus, rows, weighed};
use crate::scale::{HALF, HALF_SHIFTS};
use std::arch::x86_64::*;

/// Two blocks that have any coefficients. Each half of the result has the four rows of one.
#[inline]
pub(crate) fn all(_: Avx2, two: [&Block; 2]) -> __m256i {
    // SAFETY: the processor has the instructions, as `Avx2` says.
    unsafe { across(down(rows::<8>(two))) }
}

/// Two blocks that have coefficients in the first four rows and columns alone.
#[inline]
pub(crate) fn few(_: Avx2, two: [&Block; 2]) -> __m256i {
    // SAFETY: the processor has the instructions, as `Avx2` says.
    unsafe { across(down(rows::<4>(two))) }
}

/// Means of pairs of rows, of which the first ones are given and the others are zeroes.
#[target_feature(enable = "avx2")]
#[inline]
fn down<const ROWS: usize>(from: [__m256i; ROWS]) -> [__m256i; 4] {
    let round = [_mm256_set1_epi32(1 << (HALF_SHIFTS[0] - 1)); 2];
    let zero = [_mm256_setzero_si256(); 2];
    let outer = (sum(from, 0, 0, round), sum(from, 0, 1, zero));
    let inner = (sum(from, 1, 0, round), sum(from, 1, 1, zero));
    let pack = |[low, high]: Pairs| {
        const SHIFT: i32 = HALF_SHIFTS[0] as i32;
        _mm256_packs_epi32(_mm256_srai_epi32::<SHIFT>(low), _mm256_srai_epi32::<SHIFT>(high))
    };
    [
        pack(plus(outer.0, outer.1)),
        pack(plus(inner.0, inner.1)),
        pack(minus(inner.0, inner.1)),
        pack(minus(outer.0, outer.1)),
    ]
}

/// The even rows or the odd ones, as they count in an outer or an inner mean, and what there is already.
#[target_feature(enable = "avx2")]
#[inline]
fn sum<const ROWS: usize>(from: [__m256i; ROWS], mean: usize, first: usize, start: Pairs) -> Pairs {
    let weights = &HALF[mean];
    let two = |u: usize| weighed(paired(from[u], from[u + 2]), [weights[u], weights[u + 2]]);
    let sum = plus(start, two(first));
    if ROWS == 8 { plus(sum, two(first + 4)) } else { sum }
}

/// The weights of a row for each pixel: the third and fourth mirror the second and first.
const ROW: [[i16; 8]; 4] = {
    let (mut row, mut u) = ([[0; 8]; 4], 0);
    while u < 8 {
        let (outer, inner) = (HALF[0][u] as i16, HALF[1][u] as i16);
        let sign = if u % 2 == 0 { 1 } else { -1 };
        (row[0][u], row[1][u], row[2][u], row[3][u]) = (outer, inner, sign * inner, sign * outer);
        u += 1;
    }
    row
};

/// Means of pairs of columns, as pixels.
#[target_feature(enable = "avx2")]
#[inline]
fn across(from: [__m256i; 4]) -> __m256i {
    let weights = [weights_of(0), weights_of(1), weights_of(2), weights_of(3)];
    let two = |a, b| _mm256_packs_epi32(means(a, weights), means(b, weights));
    let pixels = _mm256_packs_epi16(two(from[0], from[1]), two(from[2], from[3]));
    _mm256_xor_si256(pixels, _mm256_set1_epi8(-128))
}

#[target_feature(enable = "avx2")]
#[inline]
fn weights_of(pixel: usize) -> __m256i {
    // SAFETY: a row has 16 bytes.
    _mm256_broadcastsi128_si256(unsafe { _mm_loadu_si128(ROW[pixel].as_ptr().cast()) })
}

/// The pixels of a row.
#[target_feature(enable = "avx2")]
#[inline]
fn means(row: __m256i, weights: [__m256i; 4]) -> __m256i {
    const SHIFT: i32 = HALF_SHIFTS[1] as i32;
    let upper =
        _mm256_hadd_epi32(_mm256_madd_epi16(row, weights[0]), _mm256_madd_epi16(row, weights[1]));
    let lower =
        _mm256_hadd_epi32(_mm256_madd_epi16(row, weights[2]), _mm256_madd_epi16(row, weights[3]));
    let sums = _mm256_hadd_epi32(upper, lower);
    _mm256_srai_epi32::<SHIFT>(_mm256_add_epi32(sums, _mm256_set1_epi32(1 << (SHIFT - 1))))
}
