//! Columns mixed in AVX2, eight outputs at a time.
//!
//! Products of 16 bits are added in pairs to sums of 32, so that nothing is rounded in another way than by plain code. Rows
//! are left to the compiler, which does better there.

use super::fixed::{LINE_BITS, PADDING, WEIGHT_BITS};
use std::arch::x86_64::*;
use std::ops::Range;

/// The outputs to make together.
pub(super) const OUTPUTS: usize = 8;
/// The most weights of an output.
const MOST: usize = 8;

/// An axis' weights for eight outputs at a time, if each has few enough.
#[derive(Clone, Debug)]
pub(super) struct Eights {
    /// Each output's weights, then zeroes: 4 or 8 in all.
    taps: usize,
    /// Where each output's values begin in a line.
    starts: Vec<[usize; OUTPUTS]>,
    /// In the order in which they are multiplied.
    weights: Vec<[i16; 16]>,
    /// How many values of a line are read at most.
    reach: usize,
}

impl Eights {
    /// For outputs that begin at these places, with `count` weights each.
    pub fn new(start: &[usize], weights: &[i16], count: usize) -> Option<Self> {
        if count > MOST {
            return None;
        }
        let taps = if count <= 4 { 4 } else { MOST };
        const { assert!(MOST == PADDING) };
        // The outputs whose products are in one register.
        let registers: &[&[usize]] = if taps == 4 {
            &[&[0, 1, 4, 5], &[2, 3, 6, 7]]
        } else {
            &[&[0, 4], &[1, 5], &[2, 6], &[3, 7]]
        };
        let mut ordered = Vec::new();
        for block in weights.chunks_exact(OUTPUTS * count) {
            let value = |output: usize, tap: usize| {
                if tap < count { block[output * count + tap] } else { 0 }
            };
            ordered.extend(
                registers
                    .iter()
                    .map(|outputs| std::array::from_fn(|i| value(outputs[i / taps], i % taps))),
            );
        }
        let starts = start.as_chunks().0.to_vec();
        let reach = start.iter().max().map_or(0, |last| last + taps);
        Some(Self { taps, starts, weights: ordered, reach })
    }
}

/// Writes whole blocks of outputs: those of `blocks`.
///
/// # Panics
/// If the line is shorter than what is read, or there are no such blocks.
#[target_feature(enable = "avx2")]
pub(super) fn mix_columns(eights: &Eights, blocks: Range<usize>, line: &[i16], out: &mut [u8]) {
    assert!(line.len() >= eights.reach, "the padded line");
    let starts = &eights.starts[blocks.clone()];
    let out = out.as_chunks_mut::<OUTPUTS>().0;
    let line = line.as_ptr();
    if eights.taps == 4 {
        let weights = &eights.weights.as_chunks::<2>().0[blocks];
        for ((out, starts), weights) in out.iter_mut().zip(starts).zip(weights) {
            // SAFETY: `reach` is that of all starts.
            *out = to_bytes(unsafe { sums_of_4(line, starts, weights) });
        }
    } else {
        let weights = &eights.weights.as_chunks::<4>().0[blocks];
        for ((out, starts), weights) in out.iter_mut().zip(starts).zip(weights) {
            // SAFETY: the same.
            *out = to_bytes(unsafe { sums_of_8(line, starts, weights) });
        }
    }
}

/// # Safety
/// The line has four values from each start on.
#[inline]
#[target_feature(enable = "avx2")]
unsafe fn sums_of_4(line: *const i16, starts: &[usize; 8], weights: &[[i16; 16]; 2]) -> __m256i {
    // SAFETY: as the caller promises.
    let two = |a: usize, b: usize| unsafe {
        let [a, b] = [a, b].map(|at| _mm_loadl_epi64(line.add(starts[at]).cast()));
        _mm_unpacklo_epi64(a, b)
    };
    let even = _mm256_set_m128i(two(4, 5), two(0, 1));
    let odd = _mm256_set_m128i(two(6, 7), two(2, 3));
    let [even, odd] = [(even, &weights[0]), (odd, &weights[1])].map(|(v, w)| products(v, w));
    _mm256_hadd_epi32(even, odd)
}

/// # Safety
/// The line has eight values from each start on.
#[inline]
#[target_feature(enable = "avx2")]
unsafe fn sums_of_8(line: *const i16, starts: &[usize; 8], weights: &[[i16; 16]; 4]) -> __m256i {
    let pair = |at: usize| {
        // SAFETY: as the caller promises.
        let [low, high] =
            [at, at + 4].map(|at| unsafe { _mm_loadu_si128(line.add(starts[at]).cast()) });
        products(_mm256_set_m128i(high, low), &weights[at])
    };
    let [a, b, c, d] = [pair(0), pair(1), pair(2), pair(3)];
    _mm256_hadd_epi32(_mm256_hadd_epi32(a, b), _mm256_hadd_epi32(c, d))
}

/// Sums of two products each.
#[inline]
#[target_feature(enable = "avx2")]
fn products(values: __m256i, weights: &[i16; 16]) -> __m256i {
    // SAFETY: there are sixteen weights.
    _mm256_madd_epi16(values, unsafe { _mm256_loadu_si256(weights.as_ptr().cast()) })
}

/// Rounded and clamped.
#[inline]
#[target_feature(enable = "avx2")]
fn to_bytes(sums: __m256i) -> [u8; OUTPUTS] {
    const SHIFT: i32 = (WEIGHT_BITS + LINE_BITS) as i32;
    let rounded = _mm256_add_epi32(sums, _mm256_set1_epi32(1 << (SHIFT - 1)));
    let values = _mm256_srai_epi32::<SHIFT>(rounded);
    let halves = [_mm256_castsi256_si128(values), _mm256_extracti128_si256::<1>(values)];
    let words = _mm_packs_epi32(halves[0], halves[1]);
    (_mm_cvtsi128_si64(_mm_packus_epi16(words, words)) as u64).to_le_bytes()
}
