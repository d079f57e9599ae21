//! Motion on a grid of luma, and the average over time of the parts that don't move.
//!
//! - [`blur`]: the binomial `1 4 6 4 1 / 16` both ways, each rounded half up.
//! - [`difference`]: `|a - b|`.
//! - [`spread`]: the greatest of nine neighbours.
//! - [`update`]: `w = clamp(still + (moved - from) / width * (1 - still), still, 1)`, then the
//!   history and the luma that goes with it move towards the present by `w`.

use crate::dispatch::dispatch;
use crate::grid::GridSize;

/// The number of values to compute together.
const BLOCK: usize = 32;

/// How much a difference of luma counts as motion.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Threshold {
    /// Up to this difference nothing moved, in 8.4 fixed point.
    pub from: f32,
    /// By this much more everything moved.
    pub width: f32,
    /// Weight of the present where nothing moved, `0.0..=1.0`.
    pub still: f32,
}

dispatch! {
    /// Blurs a grid of values `0..=4080`. `row` is scratch of at least a row and four more.
    ///
    /// # Panics
    /// If a slice is too short.
    pub fn blur(source: &[u16], size: GridSize, row: &mut [u16], out: &mut [u16]) = scalar::blur;
}

dispatch! {
    /// `out = |a - b|`, value by value.
    pub fn difference(a: &[u16], b: &[u16], out: &mut [u16]) = scalar::difference;
}

dispatch! {
    /// The greatest of each value and its eight neighbours. `row` is scratch of at least a row and
    /// two more.
    ///
    /// # Panics
    /// If a slice is too short.
    pub fn spread(source: &[u16], size: GridSize, row: &mut [u16], out: &mut [u16]) = scalar::spread;
}

dispatch! {
    /// Moves `history` towards `mask` and `seen` towards `luma` in proportion to `moved`.
    ///
    /// # Panics
    /// If the lengths differ.
    pub fn update(moved: &[u16], threshold: Threshold, mask: &[f32], luma: &[u16], history: &mut [f32], seen: &mut [u16]) = scalar::update;
}

mod scalar {
    use super::{BLOCK, GridSize, Threshold};

    #[inline(always)]
    fn line(source: &[u16], (width, height): GridSize, y: isize) -> &[u16] {
        &source[y.clamp(0, height as isize - 1) as usize * width..][..width]
    }

    /// Where runs of [`BLOCK`] of `n` values begin, the last one of which ends at `n`.
    #[inline(always)]
    fn blocks(n: usize) -> impl Iterator<Item = usize> {
        (0..n.div_ceil(BLOCK)).map(move |i| (i * BLOCK).min(n - BLOCK))
    }

    /// A run of [`BLOCK`] values.
    #[inline(always)]
    fn run(values: &[u16], at: usize) -> &[u16; BLOCK] {
        values[at..at + BLOCK].try_into().expect("a run")
    }

    /// `out[x] = binomial(a[x], b[x], c[x], d[x], e[x])`. The compiler optimises runs of fixed
    /// length best.
    #[inline(always)]
    fn binomials([a, b, c, d, e]: [&[u16]; 5], out: &mut [u16]) {
        if out.len() < BLOCK {
            for (x, v) in out.iter_mut().enumerate() {
                *v = binomial(a[x], b[x], c[x], d[x], e[x]);
            }
            return;
        }
        for at in blocks(out.len()) {
            let (a, b, c, d, e) = (run(a, at), run(b, at), run(c, at), run(d, at), run(e, at));
            let out: &mut [u16; BLOCK] = (&mut out[at..at + BLOCK]).try_into().expect("a run");
            for x in 0..BLOCK {
                out[x] = binomial(a[x], b[x], c[x], d[x], e[x]);
            }
        }
    }

    /// `out[x] = max(a[x], b[x], c[x])`, as above.
    #[inline(always)]
    fn greatest([a, b, c]: [&[u16]; 3], out: &mut [u16]) {
        if out.len() < BLOCK {
            for (x, v) in out.iter_mut().enumerate() {
                *v = a[x].max(b[x]).max(c[x]);
            }
            return;
        }
        for at in blocks(out.len()) {
            let (a, b, c) = (run(a, at), run(b, at), run(c, at));
            let out: &mut [u16; BLOCK] = (&mut out[at..at + BLOCK]).try_into().expect("a run");
            for x in 0..BLOCK {
                out[x] = a[x].max(b[x]).max(c[x]);
            }
        }
    }

    #[inline(always)]
    pub fn blur(source: &[u16], size: GridSize, row: &mut [u16], out: &mut [u16]) {
        let width = size.0;
        let row = &mut row[..width + 4];
        for (y, out) in out[..width * size.1].chunks_exact_mut(width).enumerate() {
            let at = |k: isize| line(source, size, y as isize + k);
            binomials([at(-2), at(-1), at(0), at(1), at(2)], &mut row[2..2 + width]);
            (row[0], row[1]) = (row[2], row[2]);
            (row[width + 2], row[width + 3]) = (row[width + 1], row[width + 1]);
            binomials([row, &row[1..], &row[2..], &row[3..], &row[4..]], out);
        }
    }

    #[inline(always)]
    fn binomial(a: u16, b: u16, c: u16, d: u16, e: u16) -> u16 {
        (a + e + 4 * (b + d) + 6 * c + 8) >> 4
    }

    #[inline(always)]
    pub fn difference(a: &[u16], b: &[u16], out: &mut [u16]) {
        for ((out, &a), &b) in out.iter_mut().zip(a).zip(b) {
            *out = a.abs_diff(b);
        }
    }

    #[inline(always)]
    pub fn spread(source: &[u16], size: GridSize, row: &mut [u16], out: &mut [u16]) {
        let width = size.0;
        let row = &mut row[..width + 2];
        for (y, out) in out[..width * size.1].chunks_exact_mut(width).enumerate() {
            let at = |k: isize| line(source, size, y as isize + k);
            greatest([at(-1), at(0), at(1)], &mut row[1..=width]);
            (row[0], row[width + 1]) = (0, 0);
            greatest([row, &row[1..], &row[2..]], out);
        }
    }

    #[expect(clippy::manual_clamp, reason = "`max` turns NaN into 0, `clamp` does not")]
    #[inline(always)]
    pub fn update(
        moved: &[u16],
        threshold: Threshold,
        mask: &[f32],
        luma: &[u16],
        history: &mut [f32],
        seen: &mut [u16],
    ) {
        let n = history.len();
        let same = [moved.len(), mask.len(), luma.len(), seen.len()] == [n; 4];
        assert!(same, "the grids' lengths");
        let Threshold { from, width, still } = threshold;
        let slope = (1.0 - still) / width;
        let shift = still - from * slope;
        let pairs = history.iter_mut().zip(seen).zip(moved).zip(mask).zip(luma);
        for ((((history, seen), &moved), &mask), &luma) in pairs {
            let weight = (f32::from(moved) * slope + shift).max(still).min(1.0);
            *history += weight * (mask - *history);
            let before = f32::from(*seen);
            let now = before + weight * (f32::from(luma) - before) + 0.5;
            // SAFETY: the value is between two 16-bit numbers, as the weight is between 0 and 1, or
            // clamped to it.
            *seen = unsafe { now.max(0.0).min(65_535.0).to_int_unchecked::<i32>() as u16 };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{noise, sizes};
    use super::*;
    use crate::Level;

    fn grid(size: GridSize, seed: u32) -> Vec<u16> {
        let mut next = noise(seed);
        (0..size.0 * size.1).map(|_| u16::from(next()) * 16).collect()
    }

    fn clamped(grid: &[u16], (w, h): GridSize, x: usize, y: usize, by: (isize, isize)) -> u16 {
        let x = (x as isize + by.0).clamp(0, w as isize - 1) as usize;
        let y = (y as isize + by.1).clamp(0, h as isize - 1) as usize;
        grid[y * w + x]
    }

    #[test]
    fn blurring_is_the_double_sum() {
        let weights = [1.0, 4.0, 6.0, 4.0, 1.0];
        for size in sizes() {
            let source = grid(size, 3);
            for level in Level::available() {
                let mut out = vec![0; source.len()];
                blur(level, &source, size, &mut vec![0; size.0 + 4], &mut out);
                for (i, &value) in out.iter().enumerate() {
                    let mut sum = 0.0;
                    for (j, a) in weights.iter().enumerate() {
                        for (k, b) in weights.iter().enumerate() {
                            let by = (k as isize - 2, j as isize - 2);
                            let v = clamped(&source, size, i % size.0, i / size.0, by);
                            sum += a * b / 256.0 * f64::from(v);
                        }
                    }
                    assert!((f64::from(value) - sum).abs() <= 1.01, "{level} {size:?} at {i}");
                }
            }
        }
    }

    #[test]
    fn every_level_blurs_the_same() {
        for size in sizes() {
            let blurred = |level| {
                let mut out = vec![0; size.0 * size.1];
                blur(level, &grid(size, 5), size, &mut vec![0; size.0 + 4], &mut out);
                out
            };
            let expected = blurred(Level::SCALAR);
            assert!(Level::available().into_iter().all(|l| blurred(l) == expected), "{size:?}");
        }
    }

    #[test]
    fn spreading_takes_the_greatest_of_nine_and_differences_have_no_sign() {
        for size in sizes() {
            let (source, other) = (grid(size, 7), grid(size, 8));
            for level in Level::available() {
                let mut out = vec![0; source.len()];
                spread(level, &source, size, &mut vec![0; size.0 + 2], &mut out);
                for (i, &value) in out.iter().enumerate() {
                    let near = (0..9).map(|k| {
                        clamped(&source, size, i % size.0, i / size.0, (k % 3 - 1, k / 3 - 1))
                    });
                    assert_eq!(Some(value), near.max(), "{level} {size:?} at {i}");
                }
                difference(level, &source, &other, &mut out);
                let found = out.iter().zip(source.iter().zip(&other));
                assert!(found.clone().all(|(d, (a, b))| *d == a.max(b) - a.min(b)), "{level}");
            }
        }
    }

    #[test]
    fn the_still_average_slowly_and_the_moved_at_once() {
        let threshold = Threshold { from: 16.0, width: 16.0, still: 0.25 };
        for length in 0..=130 {
            for level in Level::available() {
                let moved: Vec<u16> = (0..length).map(|i| [0, 16, 24, 32, 400][i % 5]).collect();
                let mut history = vec![0.0; length];
                let mut seen = vec![100; length];
                let (mask, luma) = (vec![1.0; length], vec![200; length]);
                update(level, &moved, threshold, &mask, &luma, &mut history, &mut seen);
                for i in 0..length {
                    let weight = [0.25, 0.25, 0.625, 1.0, 1.0][i % 5];
                    assert!((history[i] - weight).abs() < 1e-6, "{level} at {i}");
                    assert!((f32::from(seen[i]) - (100.0 + 100.0 * weight)).abs() <= 0.5);
                }
            }
        }
    }
}
