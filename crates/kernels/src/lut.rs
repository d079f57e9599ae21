//! Look-up of bytes: `out = table[in]`, and the same for chroma by the luma around it.
//!
//! `luma`: `out[x] = table[in[x]]`.
//! `chroma`: `m = round(mean of the 2 by 2 luma pixels of a chroma pixel)`, half up, and
//! `out[x] = (keep * in[x] + (256 - keep) * table[m] + 128) / 256`.

use crate::dispatch::dispatch;

dispatch! {
    /// Replaces every byte of a row by its entry in `table`.
    pub fn look_up(row: &mut [u8], table: &[u8; 256]) = scalar::look_up;
}

dispatch! {
    /// Replaces a row of chroma by the entries in `table` for its luma, and keeps `keep` (of 256)
    /// of the old value. `luma` are the two rows of the same place; at odd sizes the last column
    /// counts alone, and the caller passes the last row twice.
    ///
    /// # Panics
    /// If the luma rows differ in length, or the chroma row is not half as long, rounded up.
    pub fn look_up_chroma(chroma: &mut [u8], luma: [&[u8]; 2], table: &[u8; 256], keep: u16) = scalar::look_up_chroma;
}

mod scalar {
    #[inline(always)]
    pub fn look_up(row: &mut [u8], table: &[u8; 256]) {
        row.iter_mut().for_each(|v| *v = table[usize::from(*v)]);
    }

    #[inline(always)]
    pub fn look_up_chroma(chroma: &mut [u8], luma: [&[u8]; 2], table: &[u8; 256], keep: u16) {
        let [upper, lower] = luma;
        assert_eq!(upper.len(), lower.len(), "the rows of luma differ in length");
        assert_eq!(chroma.len(), upper.len().div_ceil(2), "chroma is not half as long as luma");
        let keep = u32::from(keep.min(256));
        let mixed = |own: u8, sum: u16| {
            let new = u32::from(table[usize::from((sum + 2) >> 2)]);
            ((keep * u32::from(own) + (256 - keep) * new + 128) >> 8) as u8
        };
        let pairs = upper.as_chunks::<2>().0.iter().zip(lower.as_chunks::<2>().0);
        for (out, (a, b)) in chroma.iter_mut().zip(pairs) {
            let sum = |p: &[u8; 2]| u16::from(p[0]) + u16::from(p[1]);
            *out = mixed(*out, sum(a) + sum(b));
        }
        if upper.len() % 2 == 1 {
            let (a, b) = (upper[upper.len() - 1], lower[lower.len() - 1]);
            let out = &mut chroma[upper.len() / 2];
            *out = mixed(*out, 2 * (u16::from(a) + u16::from(b)));
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

    fn table() -> [u8; 256] {
        std::array::from_fn(|i| (i * 37 % 251) as u8)
    }

    #[test]
    fn every_byte_is_looked_up() {
        for level in Level::available() {
            for width in 0..=130 {
                let before = bytes(width + 4, 89);
                let mut row = before.clone();
                look_up(level, &mut row[..width], &table());
                for (x, (&found, &was)) in row.iter().zip(&before).enumerate() {
                    let expected = if x < width { table()[usize::from(was)] } else { was };
                    assert_eq!(found, expected, "{level}, width {width}, byte {x}");
                }
            }
        }
    }

    #[test]
    fn chroma_follows_the_mean_of_its_luma() {
        for level in Level::available() {
            for (width, keep) in (0..=130).zip([0, 256, 100].into_iter().cycle()) {
                let (upper, lower) = (bytes(width, 89), bytes(width, 53));
                let half = width.div_ceil(2);
                let before = bytes(half + 3, 17);
                let mut chroma = before.clone();
                look_up_chroma(level, &mut chroma[..half], [&upper, &lower], &table(), keep);
                assert_eq!(chroma[half..], before[half..], "{level}: beyond the row");
                for x in 0..half {
                    let columns = [2 * x, (2 * x + 1).min(width - 1)];
                    let at = |r: &[u8]| columns.map(|c| f64::from(r[c])).iter().sum::<f64>();
                    let mean = ((at(&upper) + at(&lower)) / 4.0 + 0.5).floor();
                    let (new, share) = (f64::from(table()[mean as usize]), f64::from(keep) / 256.0);
                    let expected = f64::from(before[x]) * share + new * (1.0 - share);
                    assert_eq!(chroma[x], (expected + 0.5).floor() as u8, "{level} {width} {x}");
                }
            }
        }
    }
}
