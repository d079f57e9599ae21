//! Sums of columns over rows, with the option to leave out pixels, for the averages of large cells.
//!
//! `sums[x] += in[x] & keep[x]`, where `keep` is 255 or 0.

use crate::dispatch::dispatch;

/// The most rows to add up before a sum could overflow.
pub const MOST_ROWS: usize = 257;

dispatch! {
    /// Adds a row to the sums of its columns, where `keep` is 255 and not 0.
    ///
    /// # Panics
    /// If the lengths differ.
    pub fn add_kept(row: &[u8], keep: &[u8], sums: &mut [u16]) = scalar::add_kept;
}

dispatch! {
    /// `keep[x] = 255` where the value is in `from..=to`, else 0.
    ///
    /// # Panics
    /// If the lengths differ.
    pub fn keep_between(row: &[u8], from: u8, to: u8, keep: &mut [u8]) = scalar::keep_between;
}

dispatch! {
    /// The pixels of chroma whose four pixels of luma are all kept. `keep` has two rows; at odd
    /// sizes the last column counts alone, and the caller passes the last row twice.
    ///
    /// # Panics
    /// If the rows differ in length, or `half` is not half as long, rounded up.
    pub fn keep_chroma(keep: [&[u8]; 2], half: &mut [u8]) = scalar::keep_chroma;
}

mod scalar {
    #[inline(always)]
    pub fn add_kept(row: &[u8], keep: &[u8], sums: &mut [u16]) {
        assert!(row.len() == sums.len() && keep.len() == sums.len(), "rows differ in length");
        for ((sum, &v), &k) in sums.iter_mut().zip(row).zip(keep) {
            *sum += u16::from(v & k);
        }
    }

    #[inline(always)]
    pub fn keep_between(row: &[u8], from: u8, to: u8, keep: &mut [u8]) {
        assert_eq!(row.len(), keep.len(), "rows differ in length");
        for (keep, &v) in keep.iter_mut().zip(row) {
            *keep = if v >= from && v <= to { 255 } else { 0 };
        }
    }

    #[inline(always)]
    pub fn keep_chroma(keep: [&[u8]; 2], half: &mut [u8]) {
        let [upper, lower] = keep;
        assert_eq!(upper.len(), lower.len(), "rows differ in length");
        assert_eq!(half.len(), upper.len().div_ceil(2), "chroma is not half as long as luma");
        let pairs = upper.as_chunks::<2>().0.iter().zip(lower.as_chunks::<2>().0);
        for (out, (a, b)) in half.iter_mut().zip(pairs) {
            *out = a[0] & a[1] & b[0] & b[1];
        }
        if upper.len() % 2 == 1 {
            half[upper.len() / 2] = upper[upper.len() - 1] & lower[upper.len() - 1];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Level;

    fn bytes(count: usize, step: usize) -> Vec<u8> {
        (0..count).map(|i| (i * step % 256) as u8).collect()
    }

    #[test]
    fn only_kept_pixels_are_added() {
        for level in Level::available() {
            for width in 0..=130 {
                let row = bytes(width, 89);
                let mut keep = vec![7; width + 2];
                keep_between(level, &bytes(width, 53), 100, 220, &mut keep[..width]);
                let mut sums = vec![1000; width + 2];
                for _ in 0..3 {
                    add_kept(level, &row, &keep[..width], &mut sums[..width]);
                }
                assert_eq!((&keep[width..], &sums[width..]), (&[7; 2][..], &[1000; 2][..]));
                for (x, &value) in bytes(width, 53).iter().enumerate() {
                    let kept = (100..=220).contains(&value);
                    assert_eq!(keep[x], if kept { 255 } else { 0 }, "{level} {width} {x}");
                    let added = if kept { 3 * u16::from(row[x]) } else { 0 };
                    assert_eq!(sums[x], 1000 + added, "{level} {width} {x}");
                }
            }
        }
    }

    #[test]
    fn the_most_rows_do_not_overflow() {
        let mut sums = [0];
        (0..MOST_ROWS).for_each(|_| add_kept(Level::SCALAR, &[255], &[255], &mut sums));
        assert_eq!(sums, [u16::MAX]);
    }

    #[test]
    fn chroma_is_kept_where_all_its_luma_is() {
        for level in Level::available() {
            for width in 0..=130_usize {
                let rows = [31, 77].map(|step| {
                    let mut keep = vec![0; width];
                    keep_between(level, &bytes(width, step), 60, 255, &mut keep);
                    keep
                });
                let count = width.div_ceil(2);
                let mut half = vec![9; count + 2];
                keep_chroma(level, [&rows[0], &rows[1]], &mut half[..count]);
                assert_eq!(half[count..], [9; 2]);
                for (x, &found) in half[..count].iter().enumerate() {
                    let columns = [2 * x, (2 * x + 1).min(width - 1)];
                    let all = rows.iter().all(|row| columns.iter().all(|&c| row[c] == 255));
                    assert_eq!(found, if all { 255 } else { 0 }, "{level} {width} {x}");
                }
            }
        }
    }
}
