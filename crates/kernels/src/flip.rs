//! Swaps left and right: `out[x] = in[width - 1 - x]`, in place.

use crate::dispatch::dispatch;
use backlot_media::PlaneMut;

dispatch! {
    /// Reverses every row of a plane, in place.
    pub fn flip_rows(plane: PlaneMut<'_>) = scalar::flip_rows;
}

mod scalar {
    use super::PlaneMut;

    #[inline(always)]
    pub fn flip_rows(mut plane: PlaneMut<'_>) {
        plane.rows_mut().for_each(<[u8]>::reverse);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Level;

    #[test]
    fn every_level_reverses_rows_and_leaves_the_gaps() {
        for level in Level::available() {
            for width in 0..=130_usize {
                let stride = width + 3;
                let mut data: Vec<u8> = (0..3 * stride).map(|i| (i * 7 % 251) as u8).collect();
                let before = data.clone();
                flip_rows(level, PlaneMut::new(&mut data, width, 3, stride));
                for (i, &value) in data.iter().enumerate() {
                    let (x, row) = (i % stride, i - i % stride);
                    let from = if x < width { row + width - 1 - x } else { i };
                    assert_eq!(value, before[from], "{level}, width {width}, byte {i}");
                }
            }
        }
    }
}
