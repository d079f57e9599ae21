//! Look-up of bytes, and what chroma takes from the luma around it.
//!
//! `look_up`: `out = table[in]`.
//! `luma_of_chroma`: the mean of the 2 by 2 luma pixels of a chroma pixel, rounded half up.
//! `mix_chroma`: `out = (own[in] + luma[mean]) / 64`, rounded down and kept to `0..=255`.

use crate::Level;
use crate::dispatch::dispatch;
#[cfg(target_arch = "x86_64")]
use avx2 as quick;
#[cfg(target_arch = "aarch64")]
use neon as quick;

/// Replaces every byte of a row by its entry in `table`.
pub fn look_up(level: Level, row: &mut [u8], table: &[u8; 256]) {
    #[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
    if level != Level::SCALAR {
        // SAFETY: holding a level above scalar proves that the processor has AVX2, or NEON.
        return unsafe { quick::look_up(row, table) };
    }
    let _ = level;
    scalar::look_up(row, table);
}

/// Fills a row with the entries in `table` for another one.
///
/// # Panics
/// If the rows differ in length.
pub fn look_up_into(level: Level, row: &[u8], table: &[u8; 256], out: &mut [u8]) {
    out.copy_from_slice(row);
    look_up(level, out, table);
}

dispatch! {
    /// The mean luma of each pixel of chroma, from the two rows of the same place. At odd sizes the
    /// last column counts alone, and the caller passes the last row twice.
    ///
    /// # Panics
    /// If the luma rows differ in length, or the row of means is not half as long, rounded up.
    pub fn luma_of_chroma(luma: [&[u8]; 2], means: &mut [u8]) = scalar::luma_of_chroma;
}

/// A table of 16-bit numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WideTable {
    /// The lower and the upper halves of the numbers.
    low: [u8; 256],
    high: [u8; 256],
}

impl WideTable {
    /// With these numbers.
    pub fn new(numbers: &[i16; 256]) -> Self {
        let [low, high] = [0, 1].map(|half| numbers.map(|number| number.to_le_bytes()[half]));
        Self { low, high }
    }

    /// The number at a place.
    pub const fn at(&self, place: u8) -> i16 {
        i16::from_le_bytes([self.low[place as usize], self.high[place as usize]])
    }
}

/// Adds up what two tables have for chroma's own value and for its mean luma, in 1/64.
///
/// # Panics
/// If the rows differ in length.
pub fn mix_chroma(
    level: Level,
    chroma: &mut [u8],
    means: &[u8],
    own: &WideTable,
    luma: &WideTable,
) {
    assert_eq!(chroma.len(), means.len(), "the rows differ in length");
    #[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
    if level != Level::SCALAR {
        // SAFETY: holding a level above scalar proves that the processor has AVX2, or NEON.
        return unsafe { quick::mix_chroma(chroma, means, own, luma) };
    }
    let _ = level;
    scalar::mix_chroma(chroma, means, own, luma);
}

mod scalar {
    use super::WideTable;

    #[inline(always)]
    pub fn look_up(row: &mut [u8], table: &[u8; 256]) {
        row.iter_mut().for_each(|v| *v = table[usize::from(*v)]);
    }

    #[inline(always)]
    pub fn luma_of_chroma(luma: [&[u8]; 2], means: &mut [u8]) {
        let [upper, lower] = luma;
        assert_eq!(upper.len(), lower.len(), "the rows of luma differ in length");
        assert_eq!(means.len(), upper.len().div_ceil(2), "chroma is not half as long as luma");
        let pairs = upper.as_chunks::<2>().0.iter().zip(lower.as_chunks::<2>().0);
        for (mean, (a, b)) in means.iter_mut().zip(pairs) {
            let sum = |p: &[u8; 2]| u16::from(p[0]) + u16::from(p[1]);
            *mean = ((sum(a) + sum(b) + 2) >> 2) as u8;
        }
        if upper.len() % 2 == 1 {
            let (a, b) = (upper[upper.len() - 1], lower[lower.len() - 1]);
            means[upper.len() / 2] = ((2 * (u16::from(a) + u16::from(b)) + 2) >> 2) as u8;
        }
    }

    #[inline(always)]
    pub fn mix_chroma(chroma: &mut [u8], means: &[u8], own: &WideTable, luma: &WideTable) {
        for (value, &mean) in chroma.iter_mut().zip(means) {
            let sum = i32::from(own.at(*value)) + i32::from(luma.at(mean));
            *value = (sum >> 6).clamp(0, 255) as u8;
        }
    }
}

/// A byte finds its entry by its lower half, in 16 entries at a time.
#[cfg(target_arch = "x86_64")]
mod avx2 {
    use super::{WideTable, padded};
    use std::arch::x86_64::*;

    const BLOCK: usize = 32;

    /// The entries of each 16 bytes; from the second 16 on combined with those before, for either half
    /// of a table.
    type Steps = [[__m256i; 8]; 2];

    #[target_feature(enable = "avx2")]
    pub fn look_up(row: &mut [u8], table: &[u8; 256]) {
        let steps = steps(table);
        let (blocks, rest) = row.as_chunks_mut::<BLOCK>();
        for block in blocks {
            *block = stored(entries(loaded(block), &steps));
        }
        let last = stored(entries(loaded(&padded(rest)), &steps));
        rest.copy_from_slice(&last[..rest.len()]);
    }

    #[target_feature(enable = "avx2")]
    pub fn mix_chroma(chroma: &mut [u8], means: &[u8], own: &WideTable, luma: &WideTable) {
        let (own, luma) = (halves(own), halves(luma));
        let ((blocks, rest), (means, rest_of_means)) =
            (chroma.as_chunks_mut::<BLOCK>(), means.as_chunks::<BLOCK>());
        for (block, means) in blocks.iter_mut().zip(means) {
            *block = stored(mixed(loaded(block), loaded(means), &own, &luma));
        }
        let (last, means) = (padded(rest), padded(rest_of_means));
        let last = stored(mixed(loaded(&last), loaded(&means), &own, &luma));
        rest.copy_from_slice(&last[..rest.len()]);
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn mixed(
        chroma: __m256i,
        means: __m256i,
        [own_low, own_high]: &[Steps; 2],
        [luma_low, luma_high]: &[Steps; 2],
    ) -> __m256i {
        let (own_low, own_high) = (entries(chroma, own_low), entries(chroma, own_high));
        let (low, high) = (entries(means, luma_low), entries(means, luma_high));
        let first = sum(_mm256_unpacklo_epi8(own_low, own_high), _mm256_unpacklo_epi8(low, high));
        let second = sum(_mm256_unpackhi_epi8(own_low, own_high), _mm256_unpackhi_epi8(low, high));
        _mm256_packus_epi16(first, second)
    }

    /// A sum that is beyond 16 bits is beyond the bytes as well.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn sum(a: __m256i, b: __m256i) -> __m256i {
        _mm256_srai_epi16::<6>(_mm256_adds_epi16(a, b))
    }

    #[target_feature(enable = "avx2")]
    fn halves(table: &WideTable) -> [Steps; 2] {
        [steps(&table.low), steps(&table.high)]
    }

    #[target_feature(enable = "avx2")]
    fn steps(table: &[u8; 256]) -> Steps {
        let mut steps = [[_mm256_setzero_si256(); 8]; 2];
        for (parts, steps) in table.as_chunks::<128>().0.iter().zip(&mut steps) {
            let mut before = _mm_setzero_si128();
            for (part, step) in parts.as_chunks::<16>().0.iter().zip(steps) {
                // SAFETY: the part has 16 bytes.
                let part = unsafe { _mm_loadu_si128(part.as_ptr().cast()) };
                *step = _mm256_broadcastsi128_si256(_mm_xor_si128(part, before));
                before = part;
            }
        }
        steps
    }

    /// Values count down by 16 and get nothing any more once they are below 0: what they got until
    /// then adds up to their entry. The upper half of the values begins below 0, the lower half
    /// does with its highest bit turned.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn entries(values: __m256i, steps: &Steps) -> __m256i {
        let mut lower = values;
        let mut upper = _mm256_xor_si256(values, _mm256_set1_epi8(i8::MIN));
        let mut found = _mm256_setzero_si256();
        for (of_lower, of_upper) in steps[0].iter().zip(&steps[1]) {
            found = _mm256_xor_si256(found, _mm256_shuffle_epi8(*of_lower, lower));
            found = _mm256_xor_si256(found, _mm256_shuffle_epi8(*of_upper, upper));
            lower = _mm256_subs_epi8(lower, _mm256_set1_epi8(16));
            upper = _mm256_subs_epi8(upper, _mm256_set1_epi8(16));
        }
        found
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn loaded(block: &[u8; BLOCK]) -> __m256i {
        // SAFETY: the block has 32 bytes.
        unsafe { _mm256_loadu_si256(block.as_ptr().cast()) }
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn stored(values: __m256i) -> [u8; BLOCK] {
        let mut block = [0; BLOCK];
        // SAFETY: the block has 32 bytes.
        unsafe { _mm256_storeu_si256(block.as_mut_ptr().cast(), values) };
        block
    }
}

/// A byte finds its entry among 64 at a time, which are one instruction's; where it isn't among them, nothing changes.
#[cfg(target_arch = "aarch64")]
mod neon {
    use super::{WideTable, padded};
    use std::arch::aarch64::*;

    const BLOCK: usize = 64;

    #[target_feature(enable = "neon")]
    pub fn look_up(row: &mut [u8], table: &[u8; 256]) {
        let (blocks, rest) = row.as_chunks_mut::<BLOCK>();
        for block in blocks {
            *block = stored(entries(loaded(block), table));
        }
        let last = stored(entries(loaded(&padded(rest)), table));
        rest.copy_from_slice(&last[..rest.len()]);
    }

    #[target_feature(enable = "neon")]
    pub fn mix_chroma(chroma: &mut [u8], means: &[u8], own: &WideTable, luma: &WideTable) {
        let ((blocks, rest), (means, rest_of_means)) =
            (chroma.as_chunks_mut::<BLOCK>(), means.as_chunks::<BLOCK>());
        for (block, means) in blocks.iter_mut().zip(means) {
            *block = stored(mixed(loaded(block), loaded(means), own, luma));
        }
        let (last, means) = (padded(rest), padded(rest_of_means));
        let last = stored(mixed(loaded(&last), loaded(&means), own, luma));
        rest.copy_from_slice(&last[..rest.len()]);
    }

    #[inline]
    #[target_feature(enable = "neon")]
    fn mixed(
        chroma: uint8x16x4_t,
        means: uint8x16x4_t,
        own: &WideTable,
        luma: &WideTable,
    ) -> uint8x16x4_t {
        let [a, b] = [&own.low, &own.high].map(|table| entries(chroma, table));
        let [c, d] = [&luma.low, &luma.high].map(|table| entries(means, table));
        uint8x16x4_t(
            sum([a.0, b.0], [c.0, d.0]),
            sum([a.1, b.1], [c.1, d.1]),
            sum([a.2, b.2], [c.2, d.2]),
            sum([a.3, b.3], [c.3, d.3]),
        )
    }

    /// The sums of numbers of which the lower and the upper halves are given. One that is beyond 16 bits is beyond the
    /// bytes as well.
    #[inline]
    #[target_feature(enable = "neon")]
    fn sum([low, high]: [uint8x16_t; 2], [other_low, other_high]: [uint8x16_t; 2]) -> uint8x16_t {
        let numbers = [vzip1q_u8(low, high), vzip2q_u8(low, high)];
        let others = [vzip1q_u8(other_low, other_high), vzip2q_u8(other_low, other_high)];
        let [first, second] = [0, 1].map(|half| {
            let [a, b] = [numbers[half], others[half]].map(|v| vreinterpretq_s16_u8(v));
            vqshrun_n_s16::<6>(vqaddq_s16(a, b))
        });
        vcombine_u8(first, second)
    }

    #[inline]
    #[target_feature(enable = "neon")]
    fn entries(values: uint8x16x4_t, table: &[u8; 256]) -> uint8x16x4_t {
        let parts = [0, 1, 2, 3].map(|part| loaded(&table.as_chunks().0[part]));
        let found = |values| {
            let mut found = vqtbl4q_u8(parts[0], values);
            for (part, first) in parts[1..].iter().zip([64, 128, 192]) {
                found = vqtbx4q_u8(found, *part, vsubq_u8(values, vdupq_n_u8(first)));
            }
            found
        };
        uint8x16x4_t(found(values.0), found(values.1), found(values.2), found(values.3))
    }

    #[inline]
    #[target_feature(enable = "neon")]
    fn loaded(block: &[u8; BLOCK]) -> uint8x16x4_t {
        // SAFETY: the block has 64 bytes.
        unsafe { vld1q_u8_x4(block.as_ptr()) }
    }

    #[inline]
    #[target_feature(enable = "neon")]
    fn stored(values: uint8x16x4_t) -> [u8; BLOCK] {
        let mut block = [0; BLOCK];
        // SAFETY: the block has 64 bytes.
        unsafe { vst1q_u8_x4(block.as_mut_ptr(), values) };
        block
    }
}

/// Fewer bytes than a block, and zeros.
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
fn padded<const BLOCK: usize>(rest: &[u8]) -> [u8; BLOCK] {
    let mut block = [0; BLOCK];
    block[..rest.len()].copy_from_slice(rest);
    block
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Level;

    fn bytes(count: usize, step: usize) -> Vec<u8> {
        (0..count).map(|i| (i * step % 256) as u8).collect()
    }

    fn table() -> [u8; 256] {
        std::array::from_fn(|i| (i * 37 % 251) as u8)
    }

    #[test]
    fn every_byte_is_looked_up() {
        for level in Level::available() {
            for width in 0..=260 {
                let before = bytes(width + 4, 89);
                let (mut row, mut other) = (before.clone(), before.clone());
                look_up(level, &mut row[..width], &table());
                look_up_into(level, &before[..width], &table(), &mut other[..width]);
                assert_eq!(row, other, "{level}, width {width}");
                for (x, (&found, &was)) in row.iter().zip(&before).enumerate() {
                    let expected = if x < width { table()[usize::from(was)] } else { was };
                    assert_eq!(found, expected, "{level}, width {width}, byte {x}");
                }
            }
        }
    }

    #[test]
    fn means_are_rounded_half_up() {
        for level in Level::available() {
            for width in 0..=130 {
                let (upper, lower) = (bytes(width, 89), bytes(width, 53));
                let half = width.div_ceil(2);
                let mut means = vec![7; half + 3];
                luma_of_chroma(level, [&upper, &lower], &mut means[..half]);
                assert_eq!(means[half..], [7; 3], "{level}: beyond the row");
                for (x, &mean) in means[..half].iter().enumerate() {
                    let columns = [2 * x, (2 * x + 1).min(width - 1)];
                    let at = |r: &[u8]| columns.map(|c| f64::from(r[c])).iter().sum::<f64>();
                    let expected = ((at(&upper) + at(&lower)) / 4.0 + 0.5).floor();
                    assert_eq!(f64::from(mean), expected, "{level} {width} {x}");
                }
            }
        }
    }

    #[test]
    fn chroma_is_mixed_by_its_luma() {
        let own: [i16; 256] = std::array::from_fn(|i| ((i * 113) as i16 - 14_000) * 2);
        let luma: [i16; 256] = std::array::from_fn(|i| 9000 - (i * 61) as i16);
        let (own, luma) = (WideTable::new(&own), WideTable::new(&luma));
        for level in Level::available() {
            for width in 0..=130 {
                let (before, means) = (bytes(width + 3, 17), bytes(width, 89));
                let mut chroma = before.clone();
                mix_chroma(level, &mut chroma[..width], &means, &own, &luma);
                assert_eq!(chroma[width..], before[width..], "{level}: beyond the row");
                for x in 0..width {
                    let sum = f64::from(own.at(before[x])) + f64::from(luma.at(means[x]));
                    let value = sum / 64.0;
                    let expected = value.floor().clamp(0.0, 255.0);
                    assert_eq!(f64::from(chroma[x]), expected, "{level} {width} {x}");
                }
            }
        }
    }
}
