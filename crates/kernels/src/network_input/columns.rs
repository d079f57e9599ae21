//! A row's columns mixed eight at a time.

use super::Taps;
use crate::Level;

/// The number of outputs to compute together.
const BLOCK: usize = 8;
/// The values among which those of a block are looked up for each weight.
const REACH: usize = 2 * BLOCK;

/// The taps of a block of outputs.
#[derive(Clone, Debug)]
pub(super) struct Block {
    /// The first source index of the block.
    base: usize,
    /// Each output's first source index less that.
    offsets: [u32; BLOCK],
    /// The first, second … weight of each output.
    weights: [[f32; BLOCK]; MOST],
}

/// The most weights of an output that is computed here.
const MOST: usize = 4;

/// The taps of an axis in blocks, where they lie near enough to each other.
#[derive(Clone, Debug, Default)]
pub(super) struct Blocks {
    blocks: Vec<Block>,
    is_near: bool,
}

impl Blocks {
    /// Room for so many outputs.
    pub fn new(outputs: usize) -> Self {
        let block = Block { base: 0, offsets: [0; BLOCK], weights: [[0.0; BLOCK]; MOST] };
        Self { blocks: vec![block; outputs / BLOCK], is_near: false }
    }

    /// How many values a row needs behind its last one.
    pub const PADDING: usize = REACH + MOST;

    /// Takes over an axis' taps: the starts, and `count` weights of each output.
    pub fn aim(&mut self, start: &[usize], weights: &[f32], count: usize) {
        self.is_near = count <= MOST;
        if !self.is_near {
            return;
        }
        let outputs = start.chunks_exact(BLOCK).zip(weights.chunks_exact(BLOCK * count));
        for (block, (start, weights)) in self.blocks.iter_mut().zip(outputs) {
            block.base = start[0];
            for (i, (&at, weights)) in start.iter().zip(weights.chunks_exact(count)).enumerate() {
                let offset = at.checked_sub(start[0]).filter(|&offset| offset < REACH);
                self.is_near &= offset.is_some();
                block.offsets[i] = offset.unwrap_or(0) as u32;
                for (row, &weight) in block.weights.iter_mut().zip(weights) {
                    row[i] = weight;
                }
            }
        }
    }
}

/// Computes the outputs of whole blocks, if this level can, and returns how many: from the first on. `line` is the source's
/// row, with [`Blocks::PADDING`] values behind it.
pub(super) fn mix(level: Level, taps: &Taps, line: &[f32], out: &mut [f32]) -> usize {
    assert!(line.len() >= taps.source + Blocks::PADDING, "the padded row");
    #[cfg(target_arch = "x86_64")]
    if taps.blocks.is_near && level != Level::SCALAR {
        // SAFETY: holding a level above scalar proves that the processor has AVX2.
        return unsafe { avx2::mix(taps, line, out) };
    }
    let _ = (level, out);
    0
}

#[cfg(target_arch = "x86_64")]
mod avx2 {
    use super::{BLOCK, Block, Blocks, Taps};
    use std::arch::x86_64::*;

    #[target_feature(enable = "avx2")]
    pub fn mix(taps: &Taps, line: &[f32], out: &mut [f32]) -> usize {
        let (blocks, _) = out.as_chunks_mut::<BLOCK>();
        for (block, out) in taps.blocks.blocks.iter().zip(&mut *blocks) {
            assert!(block.base < taps.source && line.len() >= taps.source + Blocks::PADDING);
            let sum = match taps.count {
                1 => sum::<1>(block, line),
                2 => sum::<2>(block, line),
                3 => sum::<3>(block, line),
                _ => sum::<4>(block, line),
            };
            // SAFETY: there is room for eight.
            unsafe { _mm256_storeu_ps(out.as_mut_ptr(), sum) };
        }
        blocks.len() * BLOCK
    }

    /// The weighted sums of a block. Each value is one of sixteen: two registers in which all outputs look it up.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn sum<const COUNT: usize>(block: &Block, line: &[f32]) -> __m256 {
        // SAFETY: there are eight offsets.
        let offsets = unsafe { _mm256_loadu_si256(block.offsets.as_ptr().cast()) };
        let is_far = _mm256_castsi256_ps(_mm256_cmpgt_epi32(offsets, _mm256_set1_epi32(7)));
        let mut sum = _mm256_setzero_ps();
        for (k, weights) in block.weights.iter().enumerate().take(COUNT) {
            // SAFETY: the base is an index of the source, and the row goes on for sixteen values and as many more as
            // there are weights.
            let (low, high, weights) = unsafe {
                let from = line.as_ptr().add(block.base + k);
                (
                    _mm256_loadu_ps(from),
                    _mm256_loadu_ps(from.add(BLOCK)),
                    _mm256_loadu_ps(weights.as_ptr()),
                )
            };
            let [low, high] = [low, high].map(|v| _mm256_permutevar8x32_ps(v, offsets));
            let values = _mm256_blendv_ps(low, high, is_far);
            sum = _mm256_add_ps(sum, _mm256_mul_ps(weights, values));
        }
        sum
    }
}
