//! Spreads out a block's coefficients without a loop over them, where the processor can expand words (AVX-512 VBMI2).

use super::idct::Block;
use crate::idct::NATURAL;
use backlot_kernels::{Instructions, Level};
use std::arch::x86_64::*;
use std::mem::MaybeUninit;

/// The proof that the processor has AVX-512 with VBMI2, besides AVX2.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wide(());

impl Wide {
    /// The proof, where a level and the processor are one.
    pub fn of(level: Level) -> Option<Self> {
        let is_there =
            level.instructions() == Instructions::Avx512 && is_x86_feature_detected!("avx512vbmi2");
        is_there.then_some(Self(()))
    }
}

/// Records that are looked at at once.
const AT_ONCE: usize = 8;
/// Records that must be there from a block's first one on.
pub(crate) const RECORDS: usize = 64 + AT_ONCE + 32;

/// The place in zigzag of each place in a block, row by row.
const ORDER: [u16; 64] = {
    let (mut order, mut place) = ([0; 64], 0);
    while place < 64 {
        order[NATURAL[place] as usize] = place as u16;
        place += 1;
    }
    order
};

/// What is the same for all blocks of a component.
#[derive(Clone, Copy)]
pub(crate) struct Spread {
    steps: [__m512i; 2],
    order: [__m512i; 2],
}

impl Spread {
    /// For steps in zigzag.
    #[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vbmi2,avx2,bmi1,bmi2,popcnt")]
    pub fn new(steps: &[i16; 64]) -> Self {
        // SAFETY: both halves have 64 bytes.
        unsafe {
            let halves = |of: *const i16| {
                [_mm512_loadu_si512(of.cast()), _mm512_loadu_si512(of.add(32).cast())]
            };
            Self { steps: halves(steps.as_ptr()), order: halves(ORDER.as_ptr().cast()) }
        }
    }

    /// Writes the coefficients of a block that has so many at `records`, multiplied by their steps, and its mean. Returns
    /// which of them aren't zero, by their places in zigzag, and the mean; `None` if it is a block for the loop.
    ///
    /// # Safety
    /// There are [`RECORDS`] records.
    #[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vbmi2,avx2,bmi1,bmi2,popcnt")]
    #[inline]
    pub unsafe fn block(
        &self,
        records: *const u16,
        mean: i16,
        block: &mut MaybeUninit<Block>,
    ) -> Option<u64> {
        // SAFETY: as the caller promises.
        let mask = unsafe { places(records) }?;
        // SAFETY: there are fewer than 64 records of this block, and 32 more.
        let values = |mask: u32, from: usize| unsafe {
            let records = _mm512_loadu_si512(records.add(from).cast());
            let values = _mm512_srai_epi16::<8>(_mm512_slli_epi16::<8>(records));
            _mm512_maskz_expand_epi16(mask, values)
        };
        let halves = [
            values(mask as u32, 0),
            values((mask >> 32) as u32, (mask as u32).count_ones() as usize),
        ];
        let [a, b] = halves.map(|half| u64::from(_mm512_test_epi16_mask(half, half)));
        let some = a | b << 32 | 1;
        let low = _mm512_mask_set1_epi16(_mm512_mullo_epi16(halves[0], self.steps[0]), 1, mean);
        let high = _mm512_mullo_epi16(halves[1], self.steps[1]);
        let rows = self.order.map(|order| _mm512_permutex2var_epi16(low, order, high));
        let to: *mut __m512i = block.as_mut_ptr().cast();
        // SAFETY: a block has twice 64 bytes.
        unsafe {
            _mm512_storeu_si512(to, rows[0]);
            _mm512_storeu_si512(to.add(1), rows[1]);
        }
        Some(some)
    }
}

/// Which of the values have any bit of a mask.
#[target_feature(enable = "avx512f")]
#[inline]
pub(crate) fn having(values: &[u64; 64], mask: u64) -> u64 {
    let mask = _mm512_set1_epi64(mask as i64);
    let bits = values.as_chunks::<8>().0.iter().map(|values| {
        // SAFETY: there are eight values.
        let values = unsafe { _mm512_loadu_si512(values.as_ptr().cast()) };
        _mm512_test_epi64_mask(values, mask)
    });
    bits.zip(0..).fold(0, |all, (bits, at)| all | u64::from(bits) << (8 * at))
}

/// The places in zigzag that a block's records have, up to the next mark. `None` if two have one, or if one lies outside.
///
/// # Safety
/// There are [`RECORDS`] records.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vbmi2,avx2,bmi1,bmi2,popcnt")]
#[inline]
unsafe fn places(records: *const u16) -> Option<u64> {
    let (mut mask, mut total, mut last) = (0, 0, _mm_setzero_si128());
    while total < 64 {
        // SAFETY: there are 64 records, and eight more.
        let here = unsafe { _mm_loadu_si128(records.add(total).cast()) };
        let count = (u32::from(_mm_movepi16_mask(here)) | 1 << AT_ONCE).trailing_zeros();
        let places = _mm_srli_epi16::<8>(here);
        let places = _mm_add_epi16(places, _mm_slli_si128::<2>(places));
        let places = _mm_add_epi16(places, _mm_slli_si128::<4>(places));
        let places = _mm_add_epi16(places, _mm_slli_si128::<8>(places));
        let places = _mm_add_epi16(places, last);
        // Marks have so large a place that no bit is left of them, nor of what is behind.
        let bits = _mm512_sllv_epi64(_mm512_set1_epi64(1), _mm512_cvtepu16_epi64(places));
        mask |= _mm512_reduce_or_epi64(bits) as u64;
        total += count as usize;
        if (count as usize) < AT_ONCE {
            return (mask.count_ones() as usize == total && mask & 1 == 0).then_some(mask);
        }
        last = _mm_set1_epi16(_mm_extract_epi16::<7>(places) as i16);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mark::MARK;

    /// What [`Spread::block`] gives for steps of 3, behind which nothing but marks comes.
    fn spread(own: &[u16]) -> Option<Option<(u64, [i16; 64])>> {
        Wide::of(Level::best())?;
        let mut records = own.to_vec();
        records.resize(own.len() + RECORDS, MARK | 9);
        let mut block = MaybeUninit::new(Block([77; 64]));
        // SAFETY: the processor has the instructions, and there are the records.
        let some = unsafe { Spread::new(&[3; 64]).block(records.as_ptr(), -5, &mut block) };
        // SAFETY: it was written before.
        Some(some.map(|some| (some, unsafe { block.assume_init() }.0)))
    }

    #[test]
    fn coefficients_are_spread_out_wherever_they_are() {
        for first in 1..64 {
            for step in 1..9 {
                let places = (first..64).step_by(step);
                let (mut own, mut last, mut wanted, mut some) = (Vec::new(), 0, [0; 64], 1);
                for place in places {
                    let value = [-127, 127, 0, 1, -1][place % 5];
                    own.push(((place - last) as u16) << 8 | u16::from(value as i8 as u8));
                    wanted[usize::from(NATURAL[place])] = 3 * value;
                    some |= u64::from(value != 0) << place;
                    last = place;
                }
                wanted[0] = -5;
                let Some(made) = spread(&own) else { return };
                assert_eq!(made, Some((some, wanted)), "from {first} by {step}");
            }
        }
    }

    #[test]
    fn what_one_record_cannot_say_is_left_to_the_loop() {
        let two = [0x0101, 0x0001];
        let beyond = [0x3f01, 0x0101];
        for own in [&two, &beyond] {
            assert!(spread(own).is_none_or(|made| made.is_none()));
        }
    }
}
