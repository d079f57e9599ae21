//! Means of square blocks of luma: `out[i, j] = round(16 * mean of in[f*i.., f*j..])`, half up.
//!
//! Blocks that extend beyond the right or lower edge take the mean of their part inside.

use crate::Level;
use crate::dispatch::dispatch;
#[cfg(target_arch = "x86_64")]
use avx2 as quick;
use backlot_media::Plane;
#[cfg(target_arch = "aarch64")]
use neon as quick;

/// Shrinks `source` by `factor` (`1..=64`) both ways into rows of `width.div_ceil(factor)` means
/// in 8.4 fixed point. `sums` is scratch of at least a row of the source.
///
/// # Panics
/// If the factor is a different one, or the lengths don't fit.
pub fn luma_means(
    level: Level,
    source: Plane<'_>,
    factor: usize,
    sums: &mut [u16],
    out: &mut [u16],
) {
    assert!((1..=64).contains(&factor), "blocks of {factor}");
    let columns = source.width().div_ceil(factor);
    assert_eq!(out.len(), columns * source.height().div_ceil(factor), "the grid's length");
    #[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
    if level != Level::SCALAR && factor.is_power_of_two() {
        // SAFETY: holding a level above scalar proves that the processor has AVX2, or NEON.
        return unsafe { quick::luma_means(source, factor, sums, out) };
    }
    plain(level, source, factor, sums, out);
}

/// Shrinks a picture whose sides were divided by 2 or 4 already into `columns` and rows of cells, each the mean of
/// `factor` by `factor` (from that divisor on, up to 64) of its whole pixels. `sums` is scratch of at least a row of the
/// source.
///
/// # Panics
/// If the factor or the divisor is a different one, or the lengths don't fit.
pub fn luma_means_of_small(
    level: Level,
    (source, divisor): (Plane<'_>, usize),
    (factor, columns): (usize, usize),
    sums: &mut [u16],
    out: &mut [u16],
) {
    assert!((divisor..=64).contains(&factor), "blocks of {factor}");
    if factor.is_multiple_of(divisor) {
        return luma_means(level, source, factor / divisor, sums, out);
    }
    let rows = out.len() / columns;
    let fits = |cells: usize, pixels: usize| (cells - 1) * factor < divisor * pixels;
    assert!(fits(columns, source.width()) && fits(rows, source.height()), "the grid's length");
    match divisor {
        2 => of_half(level, source, (factor, columns), sums, out),
        4 => of_quarter(level, source, (factor, columns), sums, out),
        _ => panic!("a picture with its sides divided by {divisor}"),
    }
}

dispatch! {
    fn of_half(source: Plane<'_>, grid: (usize, usize), sums: &mut [u16], out: &mut [u16]) = scalar::of_small::<2>;
}

dispatch! {
    fn of_quarter(source: Plane<'_>, grid: (usize, usize), sums: &mut [u16], out: &mut [u16]) = scalar::of_small::<4>;
}

dispatch! {
    fn plain(source: Plane<'_>, factor: usize, sums: &mut [u16], out: &mut [u16]) = scalar::luma_means;
}

mod scalar {
    use super::Plane;

    #[inline(always)]
    pub fn luma_means(source: Plane<'_>, factor: usize, sums: &mut [u16], out: &mut [u16]) {
        rows(source, factor, sums, out, |_, _| 0);
    }

    /// Row by row of the grid: what `begin` makes of whole cells at the row's beginning, which it
    /// counts, and the rest plainly.
    #[inline(always)]
    pub fn rows(
        source: Plane<'_>,
        factor: usize,
        sums: &mut [u16],
        out: &mut [u16],
        begin: impl Fn(usize, &mut [u16]) -> usize,
    ) {
        let columns = source.width().div_ceil(factor);
        for (j, out) in out.chunks_exact_mut(columns.max(1)).enumerate() {
            let has_whole_cells = factor * (j + 1) <= source.height();
            let done = if has_whole_cells { begin(j, out) } else { 0 };
            if done < out.len() {
                row(source, factor, j, done, sums, &mut out[done..]);
            }
        }
    }

    /// The share of pixel `at` of a small picture, and of a cell that begins at `from`: whole pixels of both.
    #[inline(always)]
    fn common<const BY: usize>(at: usize, from: usize, factor: usize) -> usize {
        (BY * (at + 1)).min(from + factor) - (BY * at).max(from)
    }

    #[inline(always)]
    pub fn of_small<const BY: usize>(
        source: Plane<'_>,
        (factor, columns): (usize, usize),
        sums: &mut [u16],
        out: &mut [u16],
    ) {
        let sums = &mut sums[..source.width()];
        for (j, out) in out.chunks_exact_mut(columns).enumerate() {
            let rows = factor * j / BY..(factor * (j + 1)).div_ceil(BY).min(source.height());
            sums.fill(0);
            let mut down = 0;
            for y in rows {
                let weight = common::<BY>(y, factor * j, factor);
                for (sum, &v) in sums.iter_mut().zip(source.row(y)) {
                    *sum += weight as u16 * u16::from(v);
                }
                down += weight;
            }
            let is_usual = 2 * factor == 3 * BY;
            let done = if is_usual { twos_of_three(sums, down, out) } else { 0 };
            for (i, out) in out.iter_mut().enumerate().skip(done) {
                let cells = factor * i / BY..(factor * (i + 1)).div_ceil(BY).min(sums.len());
                let (mut sum, mut across) = (0, 0);
                for x in cells {
                    let weight = common::<BY>(x, factor * i, factor);
                    sum += weight as u32 * u32::from(sums[x]);
                    across += weight;
                }
                *out = rounded(sum, 16.0 / (across * down) as f32);
            }
        }
    }

    /// Whole cells that are one and a half pixels wide. Returns how many.
    #[inline(always)]
    fn twos_of_three(sums: &[u16], down: usize, out: &mut [u16]) -> usize {
        let (outs, _) = out.as_chunks_mut::<2>();
        let (pixels, _) = sums.as_chunks::<3>();
        let scale = 16.0 / (3 * down) as f32;
        for (out, &pixels) in outs.iter_mut().zip(pixels) {
            let [a, b, c] = pixels.map(u32::from);
            *out = [rounded(2 * a + b, scale), rounded(b + 2 * c, scale)];
        }
        2 * outs.len().min(pixels.len())
    }

    /// Row `j` of the grid from cell `from` on, into `out`.
    #[inline(always)]
    pub fn row(
        source: Plane<'_>,
        factor: usize,
        j: usize,
        from: usize,
        sums: &mut [u16],
        out: &mut [u16],
    ) {
        let rows = factor * j..(factor * (j + 1)).min(source.height());
        let sums = &mut sums[..source.width() - from * factor];
        sums.fill(0);
        for y in rows.clone() {
            add(&source.row(y)[from * factor..], sums);
        }
        means(sums, factor, rows.len(), out);
    }

    #[inline(always)]
    fn add(row: &[u8], sums: &mut [u16]) {
        for (sum, &v) in sums.iter_mut().zip(row) {
            *sum += u16::from(v);
        }
    }

    #[inline(always)]
    fn means(sums: &[u16], factor: usize, rows: usize, out: &mut [u16]) {
        let scale = 16.0 / (rows * factor) as f32;
        match factor {
            1 => of::<1>(sums, scale, out),
            2 => of::<2>(sums, scale, out),
            3 => of::<3>(sums, scale, out),
            4 => of_4(sums, scale, out),
            5 => of::<5>(sums, scale, out),
            6 => of::<6>(sums, scale, out),
            _ => {
                for (out, sums) in out.iter_mut().zip(sums.chunks_exact(factor)) {
                    *out = rounded(sums.iter().map(|&s| u32::from(s)).sum(), scale);
                }
            }
        }
        let whole = sums.len() / factor * factor;
        if let ([_, ..], Some(out)) = (&sums[whole..], out.get_mut(whole / factor)) {
            let count = rows * (sums.len() - whole);
            let sum = sums[whole..].iter().map(|&s| u32::from(s)).sum();
            *out = rounded(sum, 16.0 / count as f32);
        }
    }

    #[inline(always)]
    fn of<const F: usize>(sums: &[u16], scale: f32, out: &mut [u16]) {
        for (out, sums) in out.iter_mut().zip(sums.as_chunks::<F>().0) {
            let mut sum = 0;
            for &s in sums {
                sum += u32::from(s);
            }
            *out = rounded(sum, scale);
        }
    }

    /// Four sums are one 64-bit number: first its halves are added, then its quarters.
    #[inline(always)]
    fn of_4(sums: &[u16], scale: f32, out: &mut [u16]) {
        for (out, &[a, b, c, d]) in out.iter_mut().zip(sums.as_chunks::<4>().0) {
            let v = u64::from(a) | u64::from(b) << 16 | u64::from(c) << 32 | u64::from(d) << 48;
            let pairs = (v & 0x0000_ffff_0000_ffff) + (v >> 16 & 0x0000_ffff_0000_ffff);
            *out = rounded(pairs as u32 + (pairs >> 32) as u32, scale);
        }
    }

    #[inline(always)]
    fn rounded(sum: u32, scale: f32) -> u16 {
        (sum as i32 as f32 * scale + 0.5) as i32 as u16
    }
}

#[cfg(target_arch = "x86_64")]
mod avx2 {
    use super::{Plane, scalar};
    use std::arch::x86_64::*;

    /// The number of source bytes to sum together.
    const BLOCK: usize = 32;

    #[target_feature(enable = "avx2")]
    pub fn luma_means(source: Plane<'_>, factor: usize, sums: &mut [u16], out: &mut [u16]) {
        let blocks = source.width() / BLOCK;
        scalar::rows(source, factor, sums, out, |j, out| match factor {
            1 => each(source, j, blocks, out),
            2 => twos(source, j, blocks, out),
            4 => fours(source, j, blocks, out),
            _ => 0,
        });
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn load(source: Plane<'_>, y: usize, n: usize) -> __m256i {
        let bytes: &[u8; BLOCK] = source.row(y)[n * BLOCK..][..BLOCK].try_into().expect("a block");
        // SAFETY: `bytes` is 32 bytes long.
        unsafe { _mm256_loadu_si256(bytes.as_ptr().cast()) }
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn store(value: __m256i, out: &mut [u16]) {
        let out: &mut [u16; 16] = (&mut out[..16]).try_into().expect("16 means");
        // SAFETY: `out` is 32 bytes long.
        unsafe { _mm256_storeu_si256(out.as_mut_ptr().cast(), value) }
    }

    #[target_feature(enable = "avx2")]
    fn each(source: Plane<'_>, j: usize, blocks: usize, out: &mut [u16]) -> usize {
        for n in 0..blocks {
            let bytes = load(source, j, n);
            let halves = [_mm256_castsi256_si128(bytes), _mm256_extracti128_si256::<1>(bytes)];
            for (half, out) in halves.into_iter().zip(out[n * BLOCK..].chunks_exact_mut(16)) {
                store(_mm256_slli_epi16::<4>(_mm256_cvtepu8_epi16(half)), out);
            }
        }
        blocks * BLOCK
    }

    /// Sums of pairs of bytes over the rows of a block.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn pairs<const ROWS: usize>(source: Plane<'_>, j: usize, n: usize) -> __m256i {
        let ones = _mm256_set1_epi8(1);
        let mut sum = _mm256_setzero_si256();
        for k in 0..ROWS {
            let row = _mm256_maddubs_epi16(load(source, ROWS * j + k, n), ones);
            sum = _mm256_add_epi16(sum, row);
        }
        sum
    }

    #[target_feature(enable = "avx2")]
    fn twos(source: Plane<'_>, j: usize, blocks: usize, out: &mut [u16]) -> usize {
        for n in 0..blocks {
            store(_mm256_slli_epi16::<2>(pairs::<2>(source, j, n)), &mut out[n * 16..]);
        }
        blocks * 16
    }

    /// Two blocks at a time; the sum of 16 bytes is 16 times their mean.
    #[target_feature(enable = "avx2")]
    fn fours(source: Plane<'_>, j: usize, blocks: usize, out: &mut [u16]) -> usize {
        let ones = _mm256_set1_epi16(1);
        for n in 0..blocks / 2 {
            let a = _mm256_madd_epi16(pairs::<4>(source, j, 2 * n), ones);
            let b = _mm256_madd_epi16(pairs::<4>(source, j, 2 * n + 1), ones);
            let packed = _mm256_permute4x64_epi64::<0b11_01_10_00>(_mm256_packus_epi32(a, b));
            store(packed, &mut out[n * 16..]);
        }
        blocks / 2 * 16
    }
}

#[cfg(target_arch = "aarch64")]
mod neon {
    use super::{Plane, scalar};
    use std::arch::aarch64::*;

    /// The number of source bytes to sum together.
    const BLOCK: usize = 16;

    #[target_feature(enable = "neon")]
    pub fn luma_means(source: Plane<'_>, factor: usize, sums: &mut [u16], out: &mut [u16]) {
        let blocks = source.width() / BLOCK;
        scalar::rows(source, factor, sums, out, |j, out| match factor {
            1 => each(source, j, blocks, out),
            2 => twos(source, j, blocks, out),
            4 => fours(source, j, blocks, out),
            _ => 0,
        });
    }

    #[inline]
    #[target_feature(enable = "neon")]
    fn load(source: Plane<'_>, y: usize, n: usize) -> uint8x16_t {
        let bytes: &[u8; BLOCK] = source.row(y)[n * BLOCK..][..BLOCK].try_into().expect("a block");
        // SAFETY: `bytes` is 16 bytes long.
        unsafe { vld1q_u8(bytes.as_ptr()) }
    }

    #[inline]
    #[target_feature(enable = "neon")]
    fn store(value: uint16x8_t, out: &mut [u16]) {
        let out: &mut [u16; 8] = (&mut out[..8]).try_into().expect("8 means");
        // SAFETY: `out` is 16 bytes long.
        unsafe { vst1q_u16(out.as_mut_ptr(), value) }
    }

    #[target_feature(enable = "neon")]
    fn each(source: Plane<'_>, j: usize, blocks: usize, out: &mut [u16]) -> usize {
        for (n, out) in out.chunks_exact_mut(BLOCK).take(blocks).enumerate() {
            let bytes = load(source, j, n);
            store(vshll_n_u8::<4>(vget_low_u8(bytes)), out);
            store(vshll_high_n_u8::<4>(bytes), &mut out[8..]);
        }
        blocks * BLOCK
    }

    /// Sums of pairs of bytes over the rows of a block.
    #[inline]
    #[target_feature(enable = "neon")]
    fn pairs<const ROWS: usize>(source: Plane<'_>, j: usize, n: usize) -> uint16x8_t {
        let mut sum = vdupq_n_u16(0);
        for k in 0..ROWS {
            sum = vpadalq_u8(sum, load(source, ROWS * j + k, n));
        }
        sum
    }

    #[target_feature(enable = "neon")]
    fn twos(source: Plane<'_>, j: usize, blocks: usize, out: &mut [u16]) -> usize {
        for n in 0..blocks {
            store(vshlq_n_u16::<2>(pairs::<2>(source, j, n)), &mut out[n * 8..]);
        }
        blocks * 8
    }

    /// Two blocks at a time; the sum of 16 bytes is 16 times their mean.
    #[target_feature(enable = "neon")]
    fn fours(source: Plane<'_>, j: usize, blocks: usize, out: &mut [u16]) -> usize {
        for n in 0..blocks / 2 {
            let [a, b] = [2 * n, 2 * n + 1].map(|n| pairs::<4>(source, j, n));
            store(vpaddq_u16(a, b), &mut out[n * 8..]);
        }
        blocks / 2 * 8
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::noise;
    use super::*;
    use crate::Level;

    fn oracle(source: Plane<'_>, factor: usize, i: usize, j: usize) -> f64 {
        let columns = factor * i..(factor * (i + 1)).min(source.width());
        let rows = factor * j..(factor * (j + 1)).min(source.height());
        let count = rows.len() * columns.len();
        let sum: u32 = rows
            .map(|y| source.row(y)[columns.clone()].iter().map(|&v| u32::from(v)).sum::<u32>())
            .sum();
        16.0 * f64::from(sum) / count as f64
    }

    #[test]
    fn every_level_gives_the_means() {
        for level in Level::available() {
            for (width, height) in (1..=200).map(|w| (w, 1 + w % 23)) {
                let stride = width + 5;
                let mut next = noise(width as u32);
                let data: Vec<u8> = (0..stride * height).map(|_| next()).collect();
                let source = Plane::new(&data, width, height, stride);
                for factor in [1, 2, 3, 4, 5, 6, 7, 8, 12] {
                    let w = width.div_ceil(factor);
                    let mut out = vec![9; w * height.div_ceil(factor)];
                    luma_means(level, source, factor, &mut vec![0; width], &mut out);
                    for (index, &mean) in out.iter().enumerate() {
                        let expected = oracle(source, factor, index % w, index / w);
                        let far = (f64::from(mean) - expected).abs();
                        assert!(far <= 0.501, "{level} {width} by {factor}: {mean}, {expected}");
                    }
                }
            }
        }
    }

    /// The means of a small picture are those of the large one, where that consists of blocks of equal pixels.
    #[test]
    fn means_of_a_small_picture_are_those_of_the_whole() {
        for (width, height) in [(1920_usize, 64_usize), (1600, 45), (413, 47), (960, 540)] {
            for by in [2, 4] {
                let size = (width.div_ceil(by), height.div_ceil(by));
                let small: Vec<u8> =
                    (0..size.0 * size.1).map(|i| (i * 37 + i / size.0 * 11) as u8).collect();
                let whole: Vec<u8> = (0..width * height)
                    .map(|i| small[i / width / by * size.0 + i % width / by])
                    .collect();
                let small = Plane::packed(&small, size.0, size.1);
                let whole = Plane::packed(&whole, width, height);
                for factor in [2, 3, 4, 5, 6, 8, 9, 12].into_iter().filter(|&f| f >= by) {
                    compare((small, by), whole, factor);
                }
            }
        }
    }

    fn compare((small, by): (Plane<'_>, usize), whole: Plane<'_>, factor: usize) {
        let (width, height) = (whole.width(), whole.height());
        let columns = width.div_ceil(factor);
        let cells = columns * height.div_ceil(factor);
        let (mut expected, mut sums) = (vec![0; cells], vec![0; width]);
        luma_means(Level::SCALAR, whole, factor, &mut sums, &mut expected);
        for level in Level::available() {
            let mut found = vec![0; cells];
            luma_means_of_small(level, (small, by), (factor, columns), &mut sums, &mut found);
            // The last row and column may stand for fewer pixels than they seem to.
            let inside = (width / factor, height / factor);
            for (at, (found, expected)) in found.iter().zip(&expected).enumerate() {
                let is_inside = at % columns < inside.0 && at / columns < inside.1;
                let most = if is_inside { 1 } else { 16 * 255 };
                assert!(found.abs_diff(*expected) <= most, "{level} {width} {factor} {at}");
            }
        }
    }
}
