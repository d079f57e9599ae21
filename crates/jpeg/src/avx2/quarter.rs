//! The quarter picture, four blocks of a row at a time.

use super::Avx2;
use crate::blocks::{Blocks, FIRST};
use crate::scale::QUARTER;
use std::arch::x86_64::*;

/// Records of each block that are looked at.
const RECORDS: usize = 8;

/// Makes blocks of a row: those of `four`, then `next` blocks behind each, and so on, into an upper and a lower row of pixels.
/// Returns how many fours were made. It ends before one with so large values that its first records don't tell enough, or
/// whose records are the last ones.
pub(crate) fn quarters(
    _: Avx2,
    blocks: &Blocks<'_>,
    four: [usize; 4],
    next: usize,
    [upper, lower]: [&mut [[u8; 8]]; 2],
) -> usize {
    // SAFETY: the processor has the instructions, as `Avx2` says.
    unsafe { quarters_unchecked(blocks, four, next, [upper, lower]) }
}

#[target_feature(enable = "avx2,bmi1,bmi2")]
fn quarters_unchecked(
    blocks: &Blocks<'_>,
    mut four: [usize; 4],
    next: usize,
    [upper, lower]: [&mut [[u8; 8]]; 2],
) -> usize {
    let coded = blocks.coded;
    let steps = [0, FIRST[0], FIRST[1], FIRST[2]].map(|place| blocks.steps[place]);
    let count = coded.starts.len().min(coded.means.len());
    let Some(end) = coded.records.len().checked_sub(RECORDS + 1) else { return 0 };
    let mut made = 0;
    for (upper, lower) in upper.iter_mut().zip(lower) {
        if four[0].max(four[1]).max(four[2]).max(four[3]) >= count {
            break;
        }
        // SAFETY: there are as many blocks.
        let (starts, means) = unsafe {
            let start = |block: usize| *coded.starts.get_unchecked(block) as usize;
            let mean = |block: usize| u64::from(*coded.means.get_unchecked(block) as u16);
            (four.map(start), four.map(mean))
        };
        if starts[0].max(starts[1]).max(starts[2]).max(starts[3]) > end {
            break;
        }
        let means = means[0] | means[1] << 16 | means[2] << 32 | means[3] << 48;
        // SAFETY: there are `RECORDS` records at each place.
        let pixels = unsafe {
            four_blocks(starts.map(|at| coded.records.as_ptr().add(at + 1)), means, steps)
        };
        let Some(pixels) = pixels else { break };
        [*upper, *lower] = pixels;
        four = four.map(|block| block + next);
        made += 1;
    }
    made
}

/// # Safety
/// Each pointer has [`RECORDS`] records.
#[target_feature(enable = "avx2")]
#[inline]
unsafe fn four_blocks(
    records: [*const u16; 4],
    means: u64,
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
    let means = _mm256_cvtepu16_epi64(_mm_cvtsi64_si128(means as i64));
    let means = _mm256_mullo_epi16(means, _mm256_set1_epi64x(i64::from(steps[0] as u16)));
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
