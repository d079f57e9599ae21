//! The quarter picture, four blocks of a row at a time.

use super::Avx2;
use crate::blocks::{Blocks, FIRST};
use crate::scale::QUARTER;
use std::arch::x86_64::*;

/// Records of each block that are looked at.
const RECORDS: usize = 8;

/// The pixels of four blocks: those of the upper row, and of the lower row. `None` if a block has so large values that its
/// first records don't tell enough, or if its records are the last ones.
#[inline]
pub(crate) fn quarter(_: Avx2, blocks: &Blocks<'_>, four: [usize; 4]) -> Option<[[u8; 8]; 2]> {
    let records = four.map(|block| blocks.coded.starts[block] as usize + 1);
    let last = records.into_iter().max()?;
    if last + RECORDS > blocks.coded.records.len() {
        return None;
    }
    let means = four.map(|block| blocks.coded.means[block]);
    let steps = [0, FIRST[0], FIRST[1], FIRST[2]].map(|place| blocks.steps[place]);
    let pointer = blocks.coded.records.as_ptr();
    // SAFETY: the processor has the instructions, as `Avx2` says, and there are `RECORDS` records at each place.
    unsafe { four_blocks(records.map(|at| pointer.add(at)), means, steps) }
}

/// # Safety
/// Each pointer has [`RECORDS`] records.
#[target_feature(enable = "avx2")]
#[inline]
unsafe fn four_blocks(
    records: [*const u16; 4],
    means: [i16; 4],
    steps: [i16; 4],
) -> Option<[[u8; 8]; 2]> {
    // SAFETY: there are 8 records of 2 bytes.
    let [a, b, c, d] = records.map(|at| unsafe { _mm_loadu_si128(at.cast()) });
    let (even, odd) = (_mm256_set_m128i(c, a), _mm256_set_m128i(d, b));
    // Each block's first four records in 64 bits, and its next ones.
    let (first, next) = (_mm256_unpacklo_epi64(even, odd), _mm256_unpackhi_epi64(even, odd));
    let places = _mm256_srli_epi16::<8>(first);
    let places = _mm256_add_epi16(places, _mm256_slli_epi64::<16>(places));
    let places = _mm256_add_epi16(places, _mm256_slli_epi64::<32>(places));
    let fifth = _mm256_srli_epi64::<56>(_mm256_slli_epi64::<48>(next));
    let fifth = _mm256_add_epi64(fifth, _mm256_srli_epi64::<48>(places));
    let early = _mm256_cmpgt_epi64(_mm256_set1_epi64x(FIRST[2] as i64 + 1), fifth);
    if _mm256_testz_si256(early, early) == 0 {
        return None;
    }
    let values = _mm256_srai_epi16::<8>(_mm256_slli_epi16::<8>(first));
    // What counts at a place, multiplied by its step and its weight: two sums of 32 bits for each block.
    let at = |place: usize, step: i16, weight: i16| {
        let here = _mm256_cmpeq_epi16(places, _mm256_set1_epi16(place as i16));
        let value = _mm256_mullo_epi16(_mm256_and_si256(values, here), _mm256_set1_epi16(step));
        _mm256_madd_epi16(value, _mm256_set1_epi16(weight))
    };
    let across = at(FIRST[0], steps[1], QUARTER[1]);
    let down = at(FIRST[1], steps[2], QUARTER[1]);
    let both = at(FIRST[2], steps[3], QUARTER[2]);
    let [m0, m1, m2, m3] = means.map(|mean| i64::from(mean.wrapping_mul(steps[0]) as u16));
    let means = _mm256_setr_epi64x(m0, m1, m2, m3);
    let means = _mm256_madd_epi16(means, _mm256_set1_epi16(QUARTER[0]));
    // Across of two blocks and down of both; the mean and both.
    let waves = _mm256_hadd_epi32(across, down);
    let rest = _mm256_hadd_epi32(means, both);
    let left = _mm256_blend_epi32::<0b1100_1100>(rest, waves);
    let right = _mm256_blend_epi32::<0b1100_1100>(waves, rest);
    let (sums, differences) = (_mm256_add_epi32(left, right), _mm256_sub_epi32(left, right));
    let sides = _mm256_unpacklo_epi64(sums, differences);
    let falls = _mm256_unpackhi_epi64(sums, differences);
    let round = _mm256_set1_epi32(1 << 15);
    let upper = _mm256_add_epi32(_mm256_add_epi32(sides, falls), round);
    let lower = _mm256_add_epi32(_mm256_sub_epi32(sides, falls), round);
    let pixels = _mm256_packs_epi32(_mm256_srai_epi32::<16>(upper), _mm256_srai_epi32::<16>(lower));
    let pixels = _mm256_xor_si256(_mm256_packs_epi16(pixels, pixels), _mm256_set1_epi8(-128));
    // Of two blocks: both left pixels, both right ones, of the upper row and of the lower.
    let order = _mm_setr_epi8(0, 2, 1, 3, 4, 6, 5, 7, 0, 2, 1, 3, 4, 6, 5, 7);
    let pixels = _mm256_shuffle_epi8(pixels, _mm256_set_m128i(order, order));
    let (two, more) = (_mm256_castsi256_si128(pixels), _mm256_extracti128_si256::<1>(pixels));
    let both = _mm_unpacklo_epi32(two, more);
    let upper = (_mm_cvtsi128_si64(both) as u64).to_le_bytes();
    let lower = (_mm_extract_epi64::<1>(both) as u64).to_le_bytes();
    Some([upper, lower])
}
