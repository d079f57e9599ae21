//! Look-up of bytes, and what chroma takes from the luma around it.
//!
//! `look_up`: `out = table[in]`.
//! `luma_means`: the mean of the 2 by 2 luma pixels of a chroma pixel, rounded half up.
//! `mix_chroma`: `out = (keep * in + table[mean]) / 65536`, rounded down and kept to `0..=255`.

use crate::dispatch::dispatch;

dispatch! {
    /// Replaces every byte of a row by its entry in `table`.
    pub fn look_up(row: &mut [u8], table: &[u8; 256]) = scalar::look_up;
}

dispatch! {
    /// Fills a row with the entries in `table` for another one.
    ///
    /// # Panics
    /// If the rows differ in length.
    pub fn look_up_into(row: &[u8], table: &[u8; 256], out: &mut [u8]) = scalar::look_up_into;
}

dispatch! {
    /// The mean luma of each pixel of chroma, from the two rows of the same place. At odd sizes the
    /// last column counts alone, and the caller passes the last row twice.
    ///
    /// # Panics
    /// If the luma rows differ in length, or the row of means is not half as long, rounded up.
    pub fn luma_means(luma: [&[u8]; 2], means: &mut [u8]) = scalar::luma_means;
}

dispatch! {
    /// Mixes chroma with the entries in `table` for the mean luma; `keep` is the share of the old
    /// value in 1/65536, at most 64 either way, and so are the entries.
    ///
    /// # Panics
    /// If the rows differ in length.
    pub fn mix_chroma(chroma: &mut [u8], means: &[u8], keep: i32, table: &[i32; 256]) = scalar::mix_chroma;
}

mod scalar {
    #[inline(always)]
    pub fn look_up(row: &mut [u8], table: &[u8; 256]) {
        row.iter_mut().for_each(|v| *v = table[usize::from(*v)]);
    }

    #[inline(always)]
    pub fn look_up_into(row: &[u8], table: &[u8; 256], out: &mut [u8]) {
        assert_eq!(row.len(), out.len(), "the rows differ in length");
        out.iter_mut().zip(row).for_each(|(out, v)| *out = table[usize::from(*v)]);
    }

    #[inline(always)]
    pub fn luma_means(luma: [&[u8]; 2], means: &mut [u8]) {
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
    pub fn mix_chroma(chroma: &mut [u8], means: &[u8], keep: i32, table: &[i32; 256]) {
        assert_eq!(chroma.len(), means.len(), "the rows differ in length");
        for (own, &mean) in chroma.iter_mut().zip(means) {
            let value = (keep * i32::from(*own) + table[usize::from(mean)]) >> 16;
            *own = value.clamp(0, 255) as u8;
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
                luma_means(level, [&upper, &lower], &mut means[..half]);
                assert_eq!(means[half..], [7; 3], "{level}: beyond the row");
                for x in 0..half {
                    let columns = [2 * x, (2 * x + 1).min(width - 1)];
                    let at = |r: &[u8]| columns.map(|c| f64::from(r[c])).iter().sum::<f64>();
                    let expected = ((at(&upper) + at(&lower)) / 4.0 + 0.5).floor();
                    assert_eq!(f64::from(means[x]), expected, "{level} {width} {x}");
                }
            }
        }
    }

    #[test]
    fn chroma_is_mixed_by_its_luma() {
        let table: [i32; 256] = std::array::from_fn(|i| (i as i32 - 100) * 70_001);
        for level in Level::available() {
            for (width, keep) in
                (0..=130).zip([0, 65_536, 40_000, -65_536, 1 << 22].into_iter().cycle())
            {
                let (before, means) = (bytes(width + 3, 17), bytes(width, 89));
                let mut chroma = before.clone();
                mix_chroma(level, &mut chroma[..width], &means, keep, &table);
                assert_eq!(chroma[width..], before[width..], "{level}: beyond the row");
                for x in 0..width {
                    let own = f64::from(before[x]) * f64::from(keep);
                    let value = (own + f64::from(table[usize::from(means[x])])) / 65_536.0;
                    assert_eq!(
                        f64::from(chroma[x]),
                        value.floor().clamp(0.0, 255.0),
                        "{level} {width} {x}"
                    );
                }
            }
        }
    }
}
