//! Means of square blocks of luma: `out[i, j] = round(16 * mean of in[f*i.., f*j..])`, half up.
//!
//! Blocks that stick out beyond the right or lower edge take the mean of what they have.

use crate::dispatch::dispatch;
use backlot_media::Plane;

dispatch! {
    /// Shrinks `source` by `factor` (`1..=64`) both ways into rows of `width.div_ceil(factor)`
    /// means in 8.4 fixed point. `sums` is scratch of at least a row of the source.
    ///
    /// # Panics
    /// If the factor is another, or the lengths don't fit.
    pub fn luma_means(source: Plane<'_>, factor: usize, sums: &mut [u16], out: &mut [u16]) = scalar::luma_means;
}

mod scalar {
    use super::Plane;

    #[inline(always)]
    pub fn luma_means(source: Plane<'_>, factor: usize, sums: &mut [u16], out: &mut [u16]) {
        assert!((1..=64).contains(&factor), "blocks of {factor}");
        let (width, height) = (source.width(), source.height());
        let columns = width.div_ceil(factor);
        assert_eq!(out.len(), columns * height.div_ceil(factor), "the grid's length");
        let sums = &mut sums[..width];
        for (j, out) in out.chunks_exact_mut(columns.max(1)).enumerate() {
            let rows = factor * j..(factor * (j + 1)).min(height);
            sums.fill(0);
            for y in rows.clone() {
                add(source.row(y), sums);
            }
            means(sums, factor, rows.len(), out);
        }
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

    /// Four sums are one 64-bit number, of which first the halves and then the quarters are added.
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
            for (width, height) in (1..=130).map(|w| (w, 1 + w % 23)) {
                let stride = width + 5;
                let mut next = noise(width as u32);
                let data: Vec<u8> = (0..stride * height).map(|_| next()).collect();
                let source = Plane::new(&data, width, height, stride);
                for factor in [1, 2, 3, 4, 5, 6, 7, 12] {
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
}
