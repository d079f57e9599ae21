//! Linear interpolation along one axis, and between two rows.
//!
//! Output `i` is at `(i + 1/2) * step + from - 1/2` among the centres of the source; beyond the
//! outer ones the nearest applies: `out = a + (b - a) * share`.

use crate::Level;
use crate::dispatch::dispatch;
#[cfg(target_arch = "x86_64")]
use avx2 as quick;
#[cfg(target_arch = "aarch64")]
use neon as quick;

/// The number of outputs to compute together.
const BLOCK: usize = 8;

/// The places of an axis' outputs in its source; it can be set again without allocating.
#[derive(Clone, Debug)]
pub struct Axis {
    source: usize,
    outputs: usize,
    /// The first source index of each block.
    base: Vec<u32>,
    /// Source index of the left neighbour less the block's base.
    offset: Vec<u32>,
    share: Vec<f32>,
    /// Whether each block reads at most [`BLOCK`] values and one more.
    narrow: bool,
}

impl Axis {
    /// Makes one for at most `outputs` outputs of a source of `source` values.
    ///
    /// # Panics
    /// If the source is empty.
    pub fn new(source: usize, outputs: usize) -> Self {
        assert!(source > 0, "an empty source");
        let padded = outputs.next_multiple_of(BLOCK);
        let (base, offset) = (vec![0; padded / BLOCK], vec![0; padded]);
        let mut axis =
            Self { source, outputs, base, offset, share: vec![0.0; padded], narrow: true };
        axis.aim(outputs, 0.0, source as f32 / outputs.max(1) as f32);
        axis
    }

    /// Sets the axis to `outputs` outputs, `step` source values apart, the first one's left edge at
    /// `from`.
    ///
    /// # Panics
    /// If there are more outputs than the axis has room for.
    pub fn aim(&mut self, outputs: usize, from: f32, step: f32) {
        assert!(outputs <= self.offset.len(), "{outputs} outputs");
        self.outputs = outputs;
        self.narrow = true;
        for block in 0..outputs.div_ceil(BLOCK) {
            let (base, _) = self.position(block * BLOCK, from, step);
            self.base[block] = base as u32;
            for i in block * BLOCK..(block + 1) * BLOCK {
                let (left, share) = self.position(i.min(outputs - 1), from, step);
                self.offset[i] = (left - base) as u32;
                self.share[i] = share;
                self.narrow &= left - base < BLOCK;
            }
        }
    }

    /// The number of outputs.
    pub const fn outputs(&self) -> usize {
        self.outputs
    }

    /// The left neighbour of output `i`, and the share of the right one (the same at the end).
    pub fn at(&self, i: usize) -> (usize, f32) {
        ((self.base[i / BLOCK] + self.offset[i]) as usize, self.share[i])
    }

    /// Values of a source row with the padding that [`lerp_row`] needs: its last value repeated.
    pub const fn padded(source: usize) -> usize {
        source + BLOCK + 1
    }

    fn position(&self, i: usize, from: f32, step: f32) -> (usize, f32) {
        let at = (i as f32 + 0.5) * step + from - 0.5;
        let at = at.clamp(0.0, (self.source - 1) as f32);
        (at as usize, at.fract())
    }
}

/// Interpolates outputs `from..from + out.len()` of a row, whose source has [`Axis::padded`]
/// values.
///
/// # Panics
/// If the source is shorter, `from` isn't a multiple of 8, or the axis has fewer outputs.
pub fn lerp_row(level: Level, axis: &Axis, source: &[f32], from: usize, out: &mut [f32]) {
    assert!(source.len() >= Axis::padded(axis.source), "the padded source");
    assert!(from.is_multiple_of(BLOCK) && from + out.len() <= axis.outputs, "the outputs");
    #[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
    if axis.narrow && level != Level::SCALAR {
        // SAFETY: holding a level above scalar proves that the processor has AVX2, or NEON.
        return unsafe { quick::lerp_row(axis, source, from, out) };
    }
    let _ = level;
    scalar::lerp_row(axis, source, from, out);
}

dispatch! {
    /// `out = upper + (lower - upper) * share`, value by value.
    pub fn mix_rows(upper: &[f32], lower: &[f32], share: f32, out: &mut [f32]) = scalar::mix_rows;
}

mod scalar {
    use super::Axis;

    pub fn lerp_row(axis: &Axis, source: &[f32], from: usize, out: &mut [f32]) {
        for (i, value) in out.iter_mut().enumerate() {
            let (left, share) = axis.at(from + i);
            let (a, b) = (source[left], source[left + 1]);
            *value = a + (b - a) * share;
        }
    }

    #[inline(always)]
    pub fn mix_rows(upper: &[f32], lower: &[f32], share: f32, out: &mut [f32]) {
        for ((out, &a), &b) in out.iter_mut().zip(upper).zip(lower) {
            *out = a + (b - a) * share;
        }
    }
}

#[cfg(target_arch = "x86_64")]
mod avx2 {
    use super::{Axis, BLOCK};
    use std::arch::x86_64::*;

    /// Permutes eight source values and the eight that begin one further.
    #[target_feature(enable = "avx2")]
    pub fn lerp_row(axis: &Axis, source: &[f32], from: usize, out: &mut [f32]) {
        assert!(source.len() >= Axis::padded(axis.source) && from.is_multiple_of(BLOCK));
        let first = from / BLOCK;
        let count = out.len().div_ceil(BLOCK);
        let bases = &axis.base[first..][..count];
        let offsets = axis.offset[from..][..count * BLOCK].as_chunks::<BLOCK>().0;
        let shares = axis.share[from..][..count * BLOCK].as_chunks::<BLOCK>().0;
        let mut chunks = out.chunks_mut(BLOCK);
        for ((&base, offset), share) in bases.iter().zip(offsets).zip(shares) {
            // SAFETY: a base is an index of the source, which is padded by one block and one more
            // value; offsets and shares are a block long.
            let (left, right, offset, share) = unsafe {
                let left = source.as_ptr().add(base as usize);
                let offset = _mm256_loadu_si256(offset.as_ptr().cast());
                let share = _mm256_loadu_ps(share.as_ptr());
                (_mm256_loadu_ps(left), _mm256_loadu_ps(left.add(1)), offset, share)
            };
            let a = _mm256_permutevar8x32_ps(left, offset);
            let b = _mm256_permutevar8x32_ps(right, offset);
            let value = _mm256_add_ps(a, _mm256_mul_ps(_mm256_sub_ps(b, a), share));
            let Some(out) = chunks.next() else { return };
            let mut block = [0.0; BLOCK];
            let whole = out.len() == BLOCK;
            let target = if whole { out.as_mut_ptr() } else { block.as_mut_ptr() };
            // SAFETY: the target is a block long.
            unsafe { _mm256_storeu_ps(target, value) };
            if !whole {
                out.copy_from_slice(&block[..out.len()]);
            }
        }
    }
}

#[cfg(target_arch = "aarch64")]
mod neon {
    use super::{Axis, BLOCK};
    use std::arch::aarch64::*;

    /// Looks up the bytes of eight source values and of the eight that begin one further.
    #[target_feature(enable = "neon")]
    pub fn lerp_row(axis: &Axis, source: &[f32], from: usize, out: &mut [f32]) {
        let bases = axis.base[from / BLOCK..].iter();
        let offsets = axis.offset[from..].as_chunks::<BLOCK>().0;
        let shares = axis.share[from..].as_chunks::<BLOCK>().0;
        let (blocks, rest) = out.as_chunks_mut::<BLOCK>();
        let mut made = bases.zip(offsets).zip(shares).map(|((&base, offset), share)| {
            let values = source[base as usize..].first_chunk().expect("the padded source");
            block(values, offset, share)
        });
        for (block, made) in blocks.iter_mut().zip(&mut made) {
            *block = made;
        }
        if let ([_, ..], Some(made)) = (&*rest, made.next()) {
            rest.copy_from_slice(&made[..rest.len()]);
        }
    }

    #[inline]
    #[target_feature(enable = "neon")]
    fn block(
        values: &[f32; BLOCK + 1],
        offset: &[u32; BLOCK],
        share: &[f32; BLOCK],
    ) -> [f32; BLOCK] {
        let mut made = [0.0; BLOCK];
        let from: *const u8 = values.as_ptr().cast();
        // SAFETY: there are nine values of four bytes each.
        let (left, right) = unsafe { (vld1q_u8_x2(from), vld1q_u8_x2(from.add(4))) };
        for half in [0, 4] {
            // SAFETY: a block has eight of each.
            let (offset, share) = unsafe {
                (vld1q_u32(offset.as_ptr().add(half)), vld1q_f32(share.as_ptr().add(half)))
            };
            // The four bytes of a value, in each of its own.
            let bytes = vmlaq_n_u32(vdupq_n_u32(0x0302_0100), offset, 0x0404_0404);
            let [a, b] = [left, right].map(|values| {
                vreinterpretq_f32_u8(vqtbl2q_u8(values, vreinterpretq_u8_u32(bytes)))
            });
            let value = vaddq_f32(a, vmulq_f32(vsubq_f32(b, a), share));
            // SAFETY: a block has eight of them, too.
            unsafe { vst1q_f32(made.as_mut_ptr().add(half), value) };
        }
        made
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::noise;
    use super::*;

    fn source(length: usize) -> Vec<f32> {
        let mut next = noise(length as u32);
        let mut values: Vec<f32> = (0..length).map(|_| f32::from(next()) / 255.0).collect();
        values.resize(Axis::padded(length), values[length - 1]);
        values
    }

    #[test]
    fn every_level_interpolates_every_ratio() {
        for outputs in 0..=130_usize {
            for length in [1, 2, 7, 40, 129, 300] {
                let (source, axis) = (source(length), Axis::new(length, outputs));
                let mut results = Vec::new();
                for level in Level::available() {
                    let mut out = vec![9.0; outputs + 1];
                    lerp_row(level, &axis, &source, 0, &mut out[..outputs]);
                    assert_eq!(out.pop(), Some(9.0), "{level}: the value after the row");
                    results.push(out);
                }
                assert!(results.windows(2).all(|p| p[0] == p[1]), "{length} to {outputs}");
                for (i, &value) in results[0].iter().enumerate() {
                    let at = (i as f64 + 0.5) * length as f64 / outputs as f64 - 0.5;
                    let at = at.clamp(0.0, (length - 1) as f64);
                    let (a, b) = (source[at as usize], source[at as usize + 1]);
                    let expected = f64::from(a) + f64::from(b - a) * at.fract();
                    assert!((f64::from(value) - expected).abs() < 1e-4, "{length} to {outputs}");
                }
            }
        }
    }

    #[test]
    fn an_aimed_axis_reads_its_part() {
        let source = source(64);
        let mut axis = Axis::new(64, 40);
        axis.aim(20, 8.0, 1.5);
        for level in Level::available() {
            let mut out = [0.0; 12];
            lerp_row(level, &axis, &source, 8, &mut out);
            for (i, &value) in out.iter().enumerate() {
                let at = (i as f32 + 8.5) * 1.5 + 7.5;
                let (a, b) = (source[at as usize], source[at as usize + 1]);
                assert!((value - (a + (b - a) * at.fract())).abs() < 1e-5, "{level}");
            }
        }
    }

    #[test]
    fn rows_are_mixed_on_every_level() {
        for length in 0..=130 {
            let (a, b) = (source(length + 1), source(length + 2));
            for level in Level::available() {
                let mut out = vec![0.0; length];
                mix_rows(level, &a, &b, 0.25, &mut out);
                assert!((0..length).all(|i| out[i] == a[i] + (b[i] - a[i]) * 0.25), "{level}");
            }
        }
    }
}
