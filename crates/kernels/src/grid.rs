//! Operations on small grids of `f32`: halve, double, filter, grow.
//!
//! Grids are tightly packed rows. Beyond an edge the nearest value applies.

use crate::dispatch::dispatch;

/// Columns and rows of a grid.
pub type GridSize = (usize, usize);

/// The size of a halved grid, odd sides rounded up.
pub const fn halved((width, height): GridSize) -> GridSize {
    (width.div_ceil(2), height.div_ceil(2))
}

dispatch! {
    /// Means of two by two values: `out[i, j] = mean of in[2i..2i+2, 2j..2j+2]`.
    ///
    /// # Panics
    /// If a slice doesn't have the length of its grid.
    pub fn halve(source: &[f32], size: GridSize, target: &mut [f32]) = scalar::halve;
}

dispatch! {
    /// The step of the quadratic B-spline (Chaikin's corner cutting) both ways:
    /// `out[2i] = (in[i-1] + 3 in[i]) / 4`, `out[2i+1] = (3 in[i] + in[i+1]) / 4`. `size` is the
    /// target's; the source is half of it ([`halved`]). `row` is scratch of a source row.
    ///
    /// # Panics
    /// If a slice doesn't have the length of its grid.
    pub fn double(source: &[f32], target: &mut [f32], size: GridSize, row: &mut [f32]) = scalar::double;
}

dispatch! {
    /// Convolves both ways with the symmetric `kernel` (its centre first, then the outer values,
    /// used on both sides). `scratch` holds at least `size` values and one row with
    /// `2 * kernel.len()` more.
    ///
    /// # Panics
    /// If a slice is too short.
    pub fn convolve(grid: &mut [f32], size: GridSize, kernel: &[f32], scratch: &mut [f32]) = scalar::convolve;
}

dispatch! {
    /// The greatest of each value and its eight neighbours. `scratch` is as long as the grid.
    ///
    /// # Panics
    /// If a slice doesn't have the length of the grid.
    pub fn grow(grid: &mut [f32], size: GridSize, scratch: &mut [f32]) = scalar::grow;
}

dispatch! {
    /// Multiplies value by value: `grid[i] *= weights[i]`.
    ///
    /// # Panics
    /// If the lengths differ.
    pub fn weigh(grid: &mut [f32], weights: &[f32]) = scalar::weigh;
}

dispatch! {
    /// `out[i] = round(128 * in[i])`, clamped to `0..=255 * 128`, as [`enlarge`](crate::enlarge)
    /// takes it.
    ///
    /// # Panics
    /// If the lengths differ.
    pub fn to_fixed(grid: &[f32], fixed: &mut [u16]) = scalar::to_fixed;
}

mod scalar {
    use super::{GridSize, halved};

    #[inline(always)]
    fn check(grid: &[f32], (width, height): GridSize) {
        assert_eq!(grid.len(), width * height, "the grid is not {width}x{height}");
    }

    #[inline(always)]
    pub fn halve(source: &[f32], size: GridSize, target: &mut [f32]) {
        let (width, height) = size;
        check(source, size);
        check(target, halved(size));
        if source.is_empty() {
            return;
        }
        for (j, out) in target.chunks_exact_mut(width.div_ceil(2)).enumerate() {
            let row = |y: usize| &source[y.min(height - 1) * width..][..width];
            let (upper, lower) = (row(2 * j), row(2 * j + 1));
            let pairs = upper.as_chunks::<2>().0.iter().zip(lower.as_chunks::<2>().0);
            for (out, (a, b)) in out.iter_mut().zip(pairs) {
                *out = ((a[0] + a[1]) + (b[0] + b[1])) * 0.25;
            }
            if width % 2 == 1 {
                out[width / 2] = (upper[width - 1] + lower[width - 1]) * 0.5;
            }
        }
    }

    #[inline(always)]
    pub fn double(source: &[f32], target: &mut [f32], size: GridSize, row: &mut [f32]) {
        let (width, height) = halved(size);
        check(target, size);
        check(source, (width, height));
        if source.is_empty() {
            return;
        }
        let row = &mut row[..width];
        for (y, out) in target.chunks_exact_mut(size.0).enumerate() {
            let line = |j: usize| &source[j.min(height - 1) * width..][..width];
            let near = line(y / 2);
            let far = line(if y % 2 == 0 { (y / 2).saturating_sub(1) } else { y / 2 + 1 });
            for ((v, &n), &f) in row.iter_mut().zip(near).zip(far) {
                *v = 0.75 * n + 0.25 * f;
            }
            double_row(row, out);
        }
    }

    #[inline(always)]
    fn double_row(row: &[f32], out: &mut [f32]) {
        out[0] = row[0];
        let (pairs, last) = out[1..].as_chunks_mut::<2>();
        for ((pair, &a), &b) in pairs.iter_mut().zip(row).zip(&row[1..]) {
            *pair = [0.75 * a + 0.25 * b, 0.25 * a + 0.75 * b];
        }
        last.iter_mut().for_each(|v| *v = row[row.len() - 1]);
    }

    #[inline(always)]
    pub fn convolve(grid: &mut [f32], size: GridSize, kernel: &[f32], scratch: &mut [f32]) {
        check(grid, size);
        if grid.is_empty() {
            return;
        }
        let (across, padded) = scratch.split_at_mut(grid.len());
        for (row, out) in grid.chunks_exact(size.0).zip(across.chunks_exact_mut(size.0)) {
            convolve_row(row, kernel, &mut padded[..size.0 + 2 * kernel.len()], out);
        }
        convolve_columns(across, size, kernel, grid);
    }

    #[inline(always)]
    fn convolve_row(row: &[f32], kernel: &[f32], padded: &mut [f32], out: &mut [f32]) {
        let (pad, width) = (kernel.len(), row.len());
        padded[..pad].fill(row[0]);
        padded[pad..][..width].copy_from_slice(row);
        padded[pad + width..].fill(row[width - 1]);
        for (out, &v) in out.iter_mut().zip(row) {
            *out = kernel[0] * v;
        }
        for (k, &weight) in kernel.iter().enumerate().skip(1) {
            let (left, right) = (&padded[pad - k..][..width], &padded[pad + k..][..width]);
            for ((out, &a), &b) in out.iter_mut().zip(left).zip(right) {
                *out += weight * (a + b);
            }
        }
    }

    #[inline(always)]
    fn convolve_columns(source: &[f32], size: GridSize, kernel: &[f32], target: &mut [f32]) {
        let (width, height) = size;
        for (y, out) in target.chunks_exact_mut(width).enumerate() {
            for (out, &v) in out.iter_mut().zip(&source[y * width..]) {
                *out = kernel[0] * v;
            }
            for (k, &weight) in kernel.iter().enumerate().skip(1) {
                let above = &source[y.saturating_sub(k) * width..][..width];
                let below = &source[(y + k).min(height - 1) * width..][..width];
                for ((out, &a), &b) in out.iter_mut().zip(above).zip(below) {
                    *out += weight * (a + b);
                }
            }
        }
    }

    #[inline(always)]
    pub fn grow(grid: &mut [f32], size: GridSize, scratch: &mut [f32]) {
        let (width, height) = size;
        check(grid, size);
        check(scratch, size);
        if grid.is_empty() {
            return;
        }
        for (row, out) in grid.chunks_exact(width).zip(scratch.chunks_exact_mut(width)) {
            out.copy_from_slice(row);
            out[1..].iter_mut().zip(row).for_each(|(o, &v)| *o = greater(*o, v));
            out.iter_mut().zip(&row[1..]).for_each(|(o, &v)| *o = greater(*o, v));
        }
        for (y, out) in grid.chunks_exact_mut(width).enumerate() {
            let row = |y: usize| &scratch[y * width..][..width];
            let (above, below) = (row(y.saturating_sub(1)), row((y + 1).min(height - 1)));
            for (((o, &a), &b), &c) in out.iter_mut().zip(above).zip(row(y)).zip(below) {
                *o = greater(greater(a, b), c);
            }
        }
    }

    /// For values that are numbers; simpler for the processor than `f32::max`.
    #[inline(always)]
    fn greater(a: f32, b: f32) -> f32 {
        if a > b { a } else { b }
    }

    #[inline(always)]
    pub fn weigh(grid: &mut [f32], weights: &[f32]) {
        assert_eq!(grid.len(), weights.len(), "grid and weights differ in length");
        grid.iter_mut().zip(weights).for_each(|(v, &w)| *v *= w);
    }

    /// Adding it to a small number rounds that to a whole one, in the lowest bits of the sum. A
    /// cast would check for NaN, one by one.
    const WHOLE: f32 = 8_388_608.0;

    #[inline(always)]
    pub fn to_fixed(grid: &[f32], fixed: &mut [u16]) {
        assert_eq!(grid.len(), fixed.len(), "grid and result differ in length");
        for (out, &v) in fixed.iter_mut().zip(grid) {
            *out = ((v * 128.0).clamp(0.0, 32_640.0) + WHOLE).to_bits() as u16;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Level;

    fn noise(count: usize) -> Vec<f32> {
        (0..count).map(|i| (i * 7919 % 1021) as f32 / 4.0).collect()
    }

    fn sizes() -> impl Iterator<Item = GridSize> {
        (0..=70).map(|w| (w, 1 + w % 6))
    }

    /// Runs an operation on every level and returns their common result.
    fn on_every_level(run: impl Fn(Level) -> Vec<f32>) -> Vec<f32> {
        let expected = run(Level::SCALAR);
        for level in Level::available() {
            assert_eq!(run(level), expected, "{level} differs from scalar");
        }
        expected
    }

    fn at(grid: &[f32], (w, h): GridSize, x: isize, y: isize) -> f64 {
        let clamp = |v: isize, n: usize| v.clamp(0, n as isize - 1) as usize;
        f64::from(grid[clamp(y, h) * w + clamp(x, w)])
    }

    fn close(found: &[f32], width: usize, oracle: impl Fn(isize, isize) -> f64) {
        for (i, &value) in found.iter().enumerate() {
            let (x, y) = ((i % width) as isize, (i / width) as isize);
            let expected = oracle(x, y);
            assert!((f64::from(value) - expected).abs() < 1e-3, "{value}, not {expected}: {x},{y}");
        }
    }

    #[test]
    fn halving_takes_means_of_four() {
        for size in sizes() {
            let source = noise(size.0 * size.1);
            let (w, h) = halved(size);
            let found = on_every_level(|level| {
                let mut out = vec![0.0; w * h];
                halve(level, &source, size, &mut out);
                out
            });
            close(&found, w, |x, y| {
                let v = |dx, dy| at(&source, size, 2 * x + dx, 2 * y + dy);
                (v(0, 0) + v(1, 0) + v(0, 1) + v(1, 1)) / 4.0
            });
        }
    }

    #[test]
    fn doubling_takes_three_parts_of_the_near_and_one_of_the_far() {
        for size in sizes() {
            let half = halved(size);
            let source = noise(half.0 * half.1);
            let found = on_every_level(|level| {
                let mut out = vec![0.0; size.0 * size.1];
                double(level, &source, &mut out, size, &mut vec![0.0; half.0]);
                out
            });
            close(&found, size.0, |x, y| {
                let side = |v: isize| if v % 2 == 0 { -1 } else { 1 };
                let line = |j| {
                    0.75 * at(&source, half, x / 2, j)
                        + 0.25 * at(&source, half, x / 2 + side(x), j)
                };
                0.75 * line(y / 2) + 0.25 * line(y / 2 + side(y))
            });
        }
    }

    #[test]
    fn convolution_is_the_double_sum() {
        let kernel = [0.4, 0.2, 0.07, 0.03];
        for size in sizes() {
            let source = noise(size.0 * size.1);
            let found = on_every_level(|level| {
                let mut grid = source.clone();
                let mut scratch = vec![0.0; grid.len() + size.0 + 2 * kernel.len()];
                convolve(level, &mut grid, size, &kernel, &mut scratch);
                grid
            });
            close(&found, size.0, |x, y| {
                let weight = |k: isize| f64::from(kernel[k.unsigned_abs()]);
                let line =
                    |j| (-3..=3).map(|k| weight(k) * at(&source, size, x + k, j)).sum::<f64>();
                (-3..=3).map(|k| weight(k) * line(y + k)).sum()
            });
        }
    }

    #[test]
    fn growing_takes_the_greatest_of_nine() {
        for size in sizes() {
            let source = noise(size.0 * size.1);
            let found = on_every_level(|level| {
                let mut grid = source.clone();
                grow(level, &mut grid, size, &mut vec![0.0; source.len()]);
                grid
            });
            close(&found, size.0, |x, y| {
                let near = (0..9).map(|k| at(&source, size, x + k % 3 - 1, y + k / 3 - 1));
                near.fold(0.0, f64::max)
            });
        }
    }

    #[test]
    fn fixed_point_rounds_and_clamps() {
        for level in Level::available() {
            let mut fixed = [0; 5];
            to_fixed(level, &[-3.0, 0.0, 1.503, 255.0, 300.0], &mut fixed);
            assert_eq!(fixed, [0, 0, 192, 32_640, 32_640], "{level}");
            let mut grid = noise(70);
            weigh(level, &mut grid, &noise(70));
            assert!(grid.iter().zip(noise(70)).all(|(&g, v)| g == v * v), "{level}");
        }
    }
}
