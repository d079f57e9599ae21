//! Pixels of two blocks at a time: each register has eight values of one in its lower half, and of the other in its
//! upper one. [`crate::idct`] is the specification.

use super::Avx2;
use crate::idct::{PASS1_BITS, SHIFTS, pairs};
use std::arch::x86_64::*;

/// A block's coefficients, row by row.
#[derive(Clone, Copy, Debug)]
#[repr(C, align(32))]
pub(crate) struct Block(pub [i16; 64]);

/// Two blocks that have any coefficients. Each register of the result has two rows of each.
#[inline]
pub(crate) fn all(_: Avx2, two: [&Block; 2]) -> [__m256i; 4] {
    // SAFETY: the processor has the instructions, as `Avx2` says.
    unsafe {
        let rows = transform::<{ SHIFTS[0] as i32 }>(rows::<8>(two));
        bytes(transform::<{ SHIFTS[1] as i32 }>(transposed(rows)))
    }
}

/// Two blocks that have coefficients in the first four rows and columns alone.
#[inline]
pub(crate) fn few(_: Avx2, two: [&Block; 2]) -> [__m256i; 4] {
    // SAFETY: the processor has the instructions, as `Avx2` says.
    unsafe {
        let rows = transform_few::<{ SHIFTS[0] as i32 }>(rows::<4>(two));
        bytes(transform_few::<{ SHIFTS[1] as i32 }>(first_columns(rows)))
    }
}

/// Two blocks that have coefficients in the first row alone.
#[inline]
pub(crate) fn row(_: Avx2, two: [&Block; 2]) -> [__m256i; 4] {
    // SAFETY: the processor has the instructions, as `Avx2` says.
    unsafe {
        let [row] = rows::<1>(two);
        bytes(transform::<{ SHIFTS[1] as i32 }>(spread(row)))
    }
}

/// The first rows of two blocks.
#[target_feature(enable = "avx2")]
#[inline]
pub(super) fn rows<const ROWS: usize>(two: [&Block; 2]) -> [__m256i; ROWS] {
    std::array::from_fn(|row| {
        let [a, b] = two.map(|block| {
            let row: &[i16; 8] = &block.0.as_chunks().0[row];
            // SAFETY: a row has 16 bytes.
            unsafe { _mm_loadu_si128(row.as_ptr().cast()) }
        });
        _mm256_set_m128i(b, a)
    })
}

/// Each value of a row, as it is shifted in place of a transformation of columns, in all places of a register.
#[target_feature(enable = "avx2")]
#[inline]
fn spread(row: __m256i) -> [__m256i; 8] {
    let row = _mm256_slli_epi16::<{ PASS1_BITS as i32 }>(row);
    std::array::from_fn(|at| {
        let which = i16::from_le_bytes([2 * at as u8, 2 * at as u8 + 1]);
        _mm256_shuffle_epi8(row, _mm256_set1_epi16(which))
    })
}

/// Constants for pairs of values.
#[target_feature(enable = "avx2")]
#[inline]
fn weights([a, b]: [i32; 2]) -> __m256i {
    _mm256_set1_epi32((b << 16) | (a & 0xffff))
}

/// Pairs of values: the lower and the upper four of each half.
pub(super) type Pairs = [__m256i; 2];

#[target_feature(enable = "avx2")]
#[inline]
pub(super) fn paired(a: __m256i, b: __m256i) -> Pairs {
    [_mm256_unpacklo_epi16(a, b), _mm256_unpackhi_epi16(a, b)]
}

#[target_feature(enable = "avx2")]
#[inline]
pub(super) fn weighed(pairs: Pairs, by: [i32; 2]) -> Pairs {
    let by = weights(by);
    [_mm256_madd_epi16(pairs[0], by), _mm256_madd_epi16(pairs[1], by)]
}

#[target_feature(enable = "avx2")]
#[inline]
pub(super) fn plus(a: Pairs, b: Pairs) -> Pairs {
    [_mm256_add_epi32(a[0], b[0]), _mm256_add_epi32(a[1], b[1])]
}

#[target_feature(enable = "avx2")]
#[inline]
pub(super) fn minus(a: Pairs, b: Pairs) -> Pairs {
    [_mm256_sub_epi32(a[0], b[0]), _mm256_sub_epi32(a[1], b[1])]
}

/// Shifts and packs sums, of which the even ones were rounded before.
#[target_feature(enable = "avx2")]
#[inline]
fn finished<const SHIFT: i32>(even: [Pairs; 4], odd: [Pairs; 4]) -> [__m256i; 8] {
    let pack = |sum: Pairs| {
        _mm256_packs_epi32(_mm256_srai_epi32::<SHIFT>(sum[0]), _mm256_srai_epi32::<SHIFT>(sum[1]))
    };
    [
        pack(plus(even[0], odd[0])),
        pack(plus(even[1], odd[1])),
        pack(plus(even[2], odd[2])),
        pack(plus(even[3], odd[3])),
        pack(minus(even[3], odd[3])),
        pack(minus(even[2], odd[2])),
        pack(minus(even[1], odd[1])),
        pack(minus(even[0], odd[0])),
    ]
}

/// Eight values of one dimension, of sixteen columns.
#[target_feature(enable = "avx2")]
#[inline]
fn transform<const SHIFT: i32>(from: [__m256i; 8]) -> [__m256i; 8] {
    let round = _mm256_set1_epi32(1 << (SHIFT - 1));
    let two_six = paired(from[2], from[6]);
    let (tmp2, tmp3) = (weighed(two_six, pairs::EVEN[0]), weighed(two_six, pairs::EVEN[1]));
    // In the upper half of 32 bits, and shifted down to the constants' 13 bits.
    let large = |value: __m256i| {
        let [low, high] = paired(_mm256_setzero_si256(), value);
        [_mm256_srai_epi32::<3>(low), _mm256_srai_epi32::<3>(high)]
    };
    let tmp0 = plus(large(_mm256_add_epi16(from[0], from[4])), [round; 2]);
    let tmp1 = plus(large(_mm256_sub_epi16(from[0], from[4])), [round; 2]);
    let even = [plus(tmp0, tmp3), plus(tmp1, tmp2), minus(tmp1, tmp2), minus(tmp0, tmp3)];
    let sums = paired(_mm256_add_epi16(from[3], from[7]), _mm256_add_epi16(from[1], from[5]));
    let (sum3, sum4) = (weighed(sums, pairs::SUMS[0]), weighed(sums, pairs::SUMS[1]));
    let (outer, inner) = (paired(from[7], from[1]), paired(from[5], from[3]));
    let odd = [
        plus(weighed(outer, pairs::OUTER[1]), sum4),
        plus(weighed(inner, pairs::INNER[1]), sum3),
        plus(weighed(inner, pairs::INNER[0]), sum4),
        plus(weighed(outer, pairs::OUTER[0]), sum3),
    ];
    finished::<SHIFT>(even, odd)
}

/// The same where the last four values are zeroes.
#[target_feature(enable = "avx2")]
#[inline]
fn transform_few<const SHIFT: i32>(from: [__m256i; 4]) -> [__m256i; 8] {
    const ONE: i32 = 1 << 13;
    let round = [_mm256_set1_epi32(1 << (SHIFT - 1)); 2];
    let evens = paired(from[0], from[2]);
    let [small, large] = [pairs::EVEN[0][0], pairs::EVEN[1][0]];
    let even = [
        plus(weighed(evens, [ONE, large]), round),
        plus(weighed(evens, [ONE, small]), round),
        plus(weighed(evens, [ONE, -small]), round),
        plus(weighed(evens, [ONE, -large]), round),
    ];
    let odds = paired(from[1], from[3]);
    let [sum3, sum4] = pairs::SUMS;
    let odd = [
        weighed(odds, [pairs::OUTER[1][1] + sum4[1], sum4[0]]),
        weighed(odds, [sum3[1], pairs::INNER[1][1] + sum3[0]]),
        weighed(odds, [sum4[1], pairs::INNER[0][1] + sum4[0]]),
        weighed(odds, [pairs::OUTER[0][1] + sum3[1], sum3[0]]),
    ];
    finished::<SHIFT>(even, odd)
}

/// Rows and columns of two blocks exchanged.
#[target_feature(enable = "avx2")]
#[inline]
fn transposed(rows: [__m256i; 8]) -> [__m256i; 8] {
    let two = |a: usize, b: usize| paired(rows[a], rows[b]);
    let ([a0, a1], [b0, b1], [c0, c1], [d0, d1]) = (two(0, 1), two(2, 3), two(4, 5), two(6, 7));
    let four = |a: __m256i, b: __m256i| [_mm256_unpacklo_epi32(a, b), _mm256_unpackhi_epi32(a, b)];
    let ([a, b], [c, d]) = (four(a0, b0), four(a1, b1));
    let ([e, f], [g, h]) = (four(c0, d0), four(c1, d1));
    let low = |a, b| _mm256_unpacklo_epi64(a, b);
    let high = |a, b| _mm256_unpackhi_epi64(a, b);
    [low(a, e), high(a, e), low(b, f), high(b, f), low(c, g), high(c, g), low(d, h), high(d, h)]
}

/// The first four columns of two blocks, as rows.
#[target_feature(enable = "avx2")]
#[inline]
fn first_columns(rows: [__m256i; 8]) -> [__m256i; 4] {
    let two = |a: usize, b: usize| _mm256_unpacklo_epi16(rows[a], rows[b]);
    let (a, b, c, d) = (two(0, 1), two(2, 3), two(4, 5), two(6, 7));
    let four = |a: __m256i, b: __m256i| [_mm256_unpacklo_epi32(a, b), _mm256_unpackhi_epi32(a, b)];
    let ([a, b], [c, d]) = (four(a, b), four(c, d));
    let low = |a, b| _mm256_unpacklo_epi64(a, b);
    let high = |a, b| _mm256_unpackhi_epi64(a, b);
    [low(a, c), high(a, c), low(b, d), high(b, d)]
}

/// Pixels of two blocks' columns: two rows in each register.
#[target_feature(enable = "avx2")]
#[inline]
fn bytes(columns: [__m256i; 8]) -> [__m256i; 4] {
    let pack = |at: usize| _mm256_packs_epi16(columns[at], columns[at + 4]);
    let (a, b, c, d) = (pack(0), pack(1), pack(2), pack(3));
    let two = |a, b| [_mm256_unpacklo_epi8(a, b), _mm256_unpackhi_epi8(a, b)];
    let ([a, b], [c, d]) = (two(a, b), two(c, d));
    let ([upper_left, lower_left], [upper_right, lower_right]) = (paired(a, c), paired(b, d));
    let middle = _mm256_set1_epi8(-128);
    let four = |a, b| [_mm256_unpacklo_epi32(a, b), _mm256_unpackhi_epi32(a, b)];
    let ([a, b], [c, d]) = (four(upper_left, upper_right), four(lower_left, lower_right));
    [a, b, c, d].map(|rows| _mm256_xor_si256(rows, middle))
}
