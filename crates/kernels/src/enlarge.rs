//! Bilinear enlargement by 1, 2 or 4 with rounding to bytes.
//!
//! Values are 9.7 fixed point (`128 * value`). The centre of pixel `x` is at `(x + 1/2) / f - 1/2`
//! among the centres of the source; its neighbours left and right are weighted linearly, likewise
//! above and below, beyond the edge the nearest value applies. The weights are odd multiples of `1
//! / 2f`, so all sums are exact; one rounding, half up, at the end.

use crate::dispatch::dispatch;
use backlot_media::PlaneMut;

/// The value of one in the source of [`enlarge`].
pub const ENLARGE_ONE: f32 = 128.0;

dispatch! {
    /// Enlarges tightly packed rows of values (`0..=255 * 128`) by `factor` (1, 2 or 4) into
    /// `target`, whose columns and rows, divided by `factor` and rounded up, are the source's.
    /// `row` is scratch of at least as many columns.
    ///
    /// # Panics
    /// If the factor is a different one, the lengths don't fit, or a value is out of range.
    pub fn enlarge(source: &[u16], factor: usize, target: PlaneMut<'_>, row: &mut [u32]) = scalar::enlarge;
}

mod scalar {
    use super::PlaneMut;

    #[inline(always)]
    pub fn enlarge(source: &[u16], factor: usize, mut target: PlaneMut<'_>, row: &mut [u32]) {
        let (width, height) = (target.width().div_ceil(factor), target.height().div_ceil(factor));
        assert_eq!(source.len(), width * height, "the source has another length");
        if source.is_empty() {
            return;
        }
        let row = &mut row[..width];
        for (y, out) in target.rows_mut().enumerate() {
            let (upper, share) = neighbours(y, factor);
            let line =
                |j: isize| &source[j.clamp(0, height as isize - 1) as usize * width..][..width];
            mix(line(upper), line(upper + 1), share, 2 * factor as u32, row);
            match factor {
                1 => out.iter_mut().zip(&*row).for_each(|(o, &v)| *o = round(2 * v, 0)),
                2 => doubled(row, out),
                4 => quadrupled(row, out),
                _ => panic!("can't enlarge by {factor}: only by 1, 2 or 4"),
            }
        }
    }

    /// The source index at or before a target index, and how many of `2 * factor` parts the next
    /// one has.
    #[inline(always)]
    fn neighbours(index: usize, factor: usize) -> (isize, u32) {
        let position = 2 * index as isize + 1 - factor as isize;
        let parts = 2 * factor as isize;
        (position.div_euclid(parts), position.rem_euclid(parts) as u32)
    }

    #[inline(always)]
    fn mix(upper: &[u16], lower: &[u16], share: u32, parts: u32, row: &mut [u32]) {
        for ((out, &a), &b) in row.iter_mut().zip(upper).zip(lower) {
            *out = u32::from(a) * (parts - share) + u32::from(b) * share;
        }
    }

    /// A value that was multiplied by `128 * (2 * factor)^2`, to a byte.
    #[inline(always)]
    fn round(sum: u32, factor_log2: u32) -> u8 {
        round_wide(sum, factor_log2) as u8
    }

    #[inline(always)]
    fn round_wide(sum: u32, factor_log2: u32) -> u32 {
        let shift = 7 + 2 * (factor_log2 + 1);
        (sum + (1 << (shift - 1))) >> shift
    }

    #[inline(always)]
    fn doubled(row: &[u32], out: &mut [u8]) {
        edges::<2>(row, out, 1);
        let inner = out.get_mut(1..).unwrap_or_default().as_chunks_mut::<2>().0;
        for ((out, &a), &b) in inner.iter_mut().zip(row).zip(&row[1..]) {
            let (first, second) = (round_wide(3 * a + b, 1), round_wide(a + 3 * b, 1));
            *out = ((first | (second << 8)) as u16).to_le_bytes();
        }
    }

    #[inline(always)]
    fn quadrupled(row: &[u32], out: &mut [u8]) {
        edges::<4>(row, out, 2);
        let inner = out.get_mut(2..).unwrap_or_default().as_chunks_mut::<4>().0;
        for ((out, &a), &b) in inner.iter_mut().zip(row).zip(&row[1..]) {
            let at = |share: u32| round_wide(a * (8 - share) + b * share, 2);
            *out = (at(1) | (at(3) << 8) | (at(5) << 16) | (at(7) << 24)).to_le_bytes();
        }
    }

    /// The pixels before the first whole group between two source columns, and after the last.
    #[inline(always)]
    fn edges<const F: usize>(row: &[u32], out: &mut [u8], factor_log2: u32) {
        let width = out.len();
        let groups = width.saturating_sub(F / 2) / F;
        let tail = (F / 2 + F * groups.min(row.len() - 1)).min(width);
        for x in (0..(F / 2).min(width)).chain(tail..width) {
            let (left, share) = neighbours(x, F);
            let at = |i: isize| row[i.clamp(0, row.len() as isize - 1) as usize];
            out[x] = round(at(left) * (2 * F as u32 - share) + at(left + 1) * share, factor_log2);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Level;

    fn oracle(source: &[u16], (w, h): (usize, usize), factor: f64, x: usize, y: usize) -> u8 {
        let position = |i: usize| (i as f64 + 0.5) / factor - 0.5;
        let (px, py) = (position(x), position(y));
        let at = |i: f64, j: f64| {
            let i = i.clamp(0.0, w as f64 - 1.0) as usize;
            let j = j.clamp(0.0, h as f64 - 1.0) as usize;
            f64::from(source[j * w + i]) / 128.0
        };
        let (left, top) = (px.floor(), py.floor());
        let line = |j: f64| at(left, j) + (at(left + 1.0, j) - at(left, j)) * (px - left);
        (line(top) + (line(top + 1.0) - line(top)) * (py - top) + 0.5).floor() as u8
    }

    #[test]
    fn every_level_is_the_exact_bilinear_value() {
        for level in Level::available() {
            for (width, height) in (0..=130).map(|w| (w, 1 + w % 7)) {
                for factor in [1, 2, 4] {
                    check(level, width, height, factor);
                }
            }
        }
    }

    fn check(level: Level, width: usize, height: usize, factor: usize) {
        let (w, h) = (width.div_ceil(factor), height.div_ceil(factor));
        let source: Vec<u16> = (0..w * h).map(|i| (i * 7919 % 32_641) as u16).collect();
        let stride = width + 3;
        let mut data = vec![0xaa; stride * height];
        let target = PlaneMut::new(&mut data, width, height, stride);
        enlarge(level, &source, factor, target, &mut vec![0; w]);
        for (i, &value) in data.iter().enumerate() {
            let (x, y) = (i % stride, i / stride);
            let inside = x < width;
            let expected = if inside { oracle(&source, (w, h), factor as f64, x, y) } else { 0xaa };
            assert_eq!(value, expected, "{level}: {width}x{height} by {factor} at {x},{y}");
        }
    }
}
