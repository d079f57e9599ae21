//! Means of square blocks: `out[i, j] = mean of in[f*i .. f*i + f, f*j .. f*j + f]` as `f32`.
//!
//! The sums are exact integers and the divisors powers of two, so there is no rounding at all.
//! Blocks that extend beyond the right or lower edge repeat the nearest pixel.

use crate::dispatch::dispatch;
use backlot_media::{Plane, PlaneMut};

dispatch! {
    /// The means in bytes, half up: shrinks rows of `source` by `factor` (1, 2 or 4) both ways into `target`, which has
    /// `source.width().div_ceil(factor)` columns, and as many rows.
    ///
    /// # Panics
    /// If the factor is a different one, or `target` has another size.
    pub fn block_means_into(source: Plane<'_>, factor: usize, target: PlaneMut<'_>) = scalar::block_means_into;
}

dispatch! {
    /// Shrinks `source` by `factor` (1, 2 or 4) both ways into tightly packed rows of
    /// `source.width().div_ceil(factor)` means, `0.0..=255.0`.
    ///
    /// # Panics
    /// If the factor is a different one, or `means` doesn't have the length of the result.
    pub fn block_means(source: Plane<'_>, factor: usize, means: &mut [f32]) = scalar::block_means;
}

mod scalar {
    use super::sums::{sums_of_2, sums_of_4};
    use super::{Plane, PlaneMut};

    #[inline(always)]
    pub fn block_means_into(source: Plane<'_>, factor: usize, mut target: PlaneMut<'_>) {
        let size = (source.width().div_ceil(factor), source.height().div_ceil(factor));
        assert_eq!((target.width(), target.height()), size, "the size of the result");
        let half = (factor * factor / 2) as u16;
        let bits = (factor * factor).trailing_zeros();
        for (j, out) in target.rows_mut().enumerate() {
            row(source, factor, j, out, |sum| ((sum + half) >> bits) as u8);
        }
    }

    #[inline(always)]
    pub fn block_means(source: Plane<'_>, factor: usize, means: &mut [f32]) {
        let (width, height) = (source.width().div_ceil(factor), source.height().div_ceil(factor));
        assert_eq!(means.len(), width * height, "the result has another length");
        if means.is_empty() {
            return;
        }
        let share = 1.0 / (factor * factor) as f32;
        for (j, out) in means.chunks_exact_mut(width).enumerate() {
            row(source, factor, j, out, |sum| f32::from(sum) * share);
        }
    }

    /// Row `j` of the blocks, of whose sums `mean` makes what is written.
    #[inline(always)]
    fn row<T>(
        source: Plane<'_>,
        factor: usize,
        j: usize,
        out: &mut [T],
        mean: impl Fn(u16) -> T + Copy,
    ) {
        let row = |k: usize| source.row((factor * j + k).min(source.height() - 1));
        match factor {
            1 => out.iter_mut().zip(row(0)).for_each(|(o, &v)| *o = mean(u16::from(v))),
            2 => {
                let rows = [row(0), row(1)];
                sums_of_2(rows, out, mean);
                last(rows, out, mean);
            }
            4 => {
                let rows = [row(0), row(1), row(2), row(3)];
                sums_of_4(rows, out, mean);
                last(rows, out, mean);
            }
            _ => panic!("can't shrink by {factor}: only by 1, 2 or 4"),
        }
    }

    /// The block that extends beyond the right edge, if there is one.
    #[inline(always)]
    fn last<const F: usize, T>(rows: [&[u8]; F], out: &mut [T], finish: impl Fn(u16) -> T) {
        let width = rows[0].len();
        if !width.is_multiple_of(F) {
            let first = width - width % F;
            let value = |r: &[u8], k: usize| u16::from(r[(first + k).min(width - 1)]);
            out[width / F] = finish(rows.iter().flat_map(|r| (0..F).map(|k| value(r, k))).sum());
        }
    }
}

/// Sums of square blocks.
pub(crate) mod sums {
    /// A pixel pair is one 16-bit number, whose halves are added.
    #[inline(always)]
    pub fn sums_of_2<T>(rows: [&[u8]; 2], out: &mut [T], finish: impl Fn(u16) -> T) {
        let [a, b] = rows.map(|r| r.as_chunks::<2>().0);
        for ((o, &a), &b) in out.iter_mut().zip(a).zip(b) {
            let halves = |v: [u8; 2]| {
                let v = u16::from_le_bytes(v);
                (v & 0xff) + (v >> 8)
            };
            *o = finish(halves(a) + halves(b));
        }
    }

    /// Four pixels are one 32-bit number: first two sums of two, then their sum.
    #[inline(always)]
    pub fn sums_of_4<T>(rows: [&[u8]; 4], out: &mut [T], finish: impl Fn(u16) -> T) {
        let [a, b, c, d] = rows.map(|r| r.as_chunks::<4>().0);
        for ((((o, &a), &b), &c), &d) in out.iter_mut().zip(a).zip(b).zip(c).zip(d) {
            let pairs = |v: [u8; 4]| {
                let v = u32::from_le_bytes(v);
                (v & 0x00ff_00ff) + ((v >> 8) & 0x00ff_00ff)
            };
            let sums = pairs(a) + pairs(b) + pairs(c) + pairs(d);
            *o = finish(((sums & 0xffff) + (sums >> 16)) as u16);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Level;

    /// The formula of the module's documentation, pixel by pixel.
    fn oracle(source: Plane<'_>, factor: usize, i: usize, j: usize) -> f64 {
        let at = |k: usize| {
            let (x, y) = (factor * i + k % factor, factor * j + k / factor);
            f64::from(source.at_clamped(x as isize, y as isize))
        };
        (0..factor * factor).map(at).sum::<f64>() / (factor * factor) as f64
    }

    #[test]
    fn every_level_gives_the_exact_means() {
        for level in Level::available() {
            for (width, height) in (0..=130).map(|w| (w, 1 + w % 9)) {
                let stride = width + 5;
                let data: Vec<u8> = (0..stride * height).map(|i| (i * 89 % 256) as u8).collect();
                let source = Plane::new(&data, width, height, stride);
                for factor in [1, 2, 4] {
                    let (w, h) = (width.div_ceil(factor), height.div_ceil(factor));
                    let mut means = vec![-1.0; w * h];
                    block_means(level, source, factor, &mut means);
                    for (index, &mean) in means.iter().enumerate() {
                        let expected = oracle(source, factor, index % w, index / w);
                        assert_eq!(f64::from(mean), expected, "{level} {width} by {factor}");
                    }
                    if factor > 1 {
                        let mut bytes = vec![0; w * h];
                        block_means_into(level, source, factor, PlaneMut::packed(&mut bytes, w, h));
                        let rounded = |mean: &f32| (mean + 0.5) as u8;
                        assert!(bytes.iter().copied().eq(means.iter().map(rounded)), "{level}");
                    }
                }
            }
        }
    }
}
