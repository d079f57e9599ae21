//! What is done along the edge of a matte: which cells it crosses, what colours lie on both sides
//! of it, and what they do to the pixels.
//!
//! A picture is divided into square cells of [`Cell`] pixels; a grid has one value for each cell.
//! From a grid, pixels get their values by the quadratic B-spline: with `s` the distance to the
//! centre of the cell in cells, `-1/2..1/2`, the cell before, the cell itself and the cell after
//! have the weights `(1/2 - s)^2 / 2`, `3/4 - s^2`, `(1/2 + s)^2 / 2`, both ways. Beyond the edge
//! the nearest cell holds. All of it is plain code in `f32`, the same on every level.

mod cells;
mod moments;
mod unmix;
mod wrap;

pub use cells::{cell_means, cell_means_where, mark_edge};
pub use moments::{MOMENTS, Moments, moments, solve};
pub use unmix::{Mixture, unmix};
pub use wrap::{Light, wrap_chroma, wrap_luma};

/// Columns and rows of cells.
pub type Cells = (usize, usize);

/// The side of a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Cell {
    Of4 = 4,
    Of8 = 8,
    Of16 = 16,
    Of32 = 32,
}

impl Cell {
    /// Pixels of a side.
    pub const fn side(self) -> usize {
        self as usize
    }

    /// How many cells cover a plane; those at the right and lower edge may stick out.
    pub const fn count(self, (width, height): (usize, usize)) -> Cells {
        (width.div_ceil(self.side()), height.div_ceil(self.side()))
    }
}

/// The spline's weights of the cell before, the cell itself and the cell after, for each pixel.
#[inline(always)]
fn spline<const N: usize>() -> [[f32; N]; 3] {
    let mut weights = [[0.0; N]; 3];
    for i in 0..N {
        let three = spline_weights(i, N);
        weights.iter_mut().zip(three).for_each(|(weights, weight)| weights[i] = weight);
    }
    weights
}

/// The three weights at a pixel of a cell.
#[inline(always)]
fn spline_weights(pixel: usize, side: usize) -> [f32; 3] {
    let s = (pixel as f32 + 0.5) / side as f32 - 0.5;
    [0.5 * (0.5 - s) * (0.5 - s), 0.75 - s * s, 0.5 * (0.5 + s) * (0.5 + s)]
}

/// The grid's values at one row of pixels, for each column of cells, with the outermost ones
/// repeated at both ends.
#[inline(always)]
fn spline_row(grid: &[f32], cells: Cells, y: usize, side: usize, out: &mut [f32]) {
    let (columns, rows) = cells;
    let j = y / side;
    let weights = spline_weights(y % side, side);
    let line = |j: usize| &grid[j * columns..][..columns];
    let (upper, lower) = (line(j.saturating_sub(1)), line((j + 1).min(rows - 1)));
    let values = upper.iter().zip(line(j)).zip(lower);
    for (out, ((&a, &b), &c)) in out[1..=columns].iter_mut().zip(values) {
        *out = weights[0] * a + weights[1] * b + weights[2] * c;
    }
    out[0] = out[1];
    out[columns + 1] = out[columns];
}

/// The grid's values at the pixels of cell `i`, from a row with repeated ends.
#[inline(always)]
fn spline_cell<const N: usize>(row: &[f32], i: usize, weights: &[[f32; N]; 3]) -> [f32; N] {
    let [before, here, after] = [row[i], row[i + 1], row[i + 2]];
    std::array::from_fn(|x| weights[0][x] * before + weights[1][x] * here + weights[2][x] * after)
}

/// `N` pixels of a row from `x` on; beyond the end the last one.
#[inline(always)]
fn pixels<const N: usize>(row: &[u8], x: usize) -> [u8; N] {
    if let Some(Ok(pixels)) = row.get(x..x + N).map(<[u8; N]>::try_from) {
        return pixels;
    }
    std::array::from_fn(|i| row[(x + i).min(row.len() - 1)])
}

/// Puts back what of `pixels` is inside the row.
#[inline(always)]
fn put<const N: usize>(row: &mut [u8], x: usize, pixels: [u8; N]) {
    let count = N.min(row.len() - x);
    row[x..x + count].copy_from_slice(&pixels[..count]);
}

/// Twice as many pixels as `N`, summed in pairs over two rows: 0..=1020.
#[inline(always)]
fn quads<const N: usize>(upper: &[u8], lower: &[u8], x: usize) -> [u16; N] {
    let mut sums = [0; N];
    for half in 0..2 {
        // Two arrays of N are one of 2 N, which can't be named.
        let at = x + half * N;
        let (a, b) = (pixels::<N>(upper, at), pixels::<N>(lower, at));
        for i in 0..N / 2 {
            let pair = |v: &[u8; N]| u16::from(v[2 * i]) + u16::from(v[2 * i + 1]);
            sums[half * (N / 2) + i] = pair(&a) + pair(&b);
        }
    }
    sums
}

#[cfg(test)]
mod tests;
