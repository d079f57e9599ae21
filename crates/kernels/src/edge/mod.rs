//! Operations along the edge of a matte: the cells that it crosses, the colours on both sides of
//! it, and their effect on the pixels.
//!
//! A picture is divided into square cells of [`Cell`] pixels; a grid has one value for each cell.
//! From a grid, pixels get their values by the quadratic B-spline: with `s` the distance to the
//! centre of the cell in cells, `-1/2..1/2`, the cell before, the cell itself and the cell after
//! have the weights `(1/2 - s)^2 / 2`, `3/4 - s^2`, `(1/2 + s)^2 / 2`, both ways. Beyond the edge
//! the nearest cell applies. All of it is plain code in `f32`, the same on every level.

mod cells;
mod moments;
mod unmix;
mod wrap;

pub use cells::{cell_means, cell_means_where, mark_edge};
pub use moments::{MOMENTS, Moments, moments, solve};
pub use unmix::{Mixture, unmix};
pub use wrap::{Light, wrap_chroma, wrap_luma};

use backlot_media::Plane;
use std::ops::Range;

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

    /// How many cells cover a plane; those at the right and lower edge may extend beyond it.
    pub const fn count(self, (width, height): (usize, usize)) -> Cells {
        (width.div_ceil(self.side()), height.div_ceil(self.side()))
    }
}

/// Memory for rows on their way, for pictures of one width.
#[derive(Clone, Debug)]
pub struct EdgeRows {
    wide: [Wide; 3],
    bytes: [Vec<u8>; 2],
    sums: [Vec<u16>; 4],
    products: [Vec<i32>; 4],
}

impl EdgeRows {
    /// Makes one for planes up to this width.
    pub fn new(width: usize) -> Self {
        let pixels = width.next_multiple_of(Cell::Of32.side());
        Self {
            wide: std::array::from_fn(|_| std::array::from_fn(|_| vec![0.0; pixels])),
            bytes: [vec![0; pixels], vec![0; pixels]],
            sums: std::array::from_fn(|_| vec![0; pixels]),
            products: std::array::from_fn(|_| vec![0; pixels]),
        }
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

/// Three rows of cells, the one before, the cell's own and the one after, widened to the pixel
/// columns of a run of cells.
type Wide = [Vec<f32>; 3];

/// The row of cells `j` and its neighbours, for a run of cells.
#[inline(always)]
fn widen<const N: usize>(
    grid: &[f32],
    (columns, rows): Cells,
    j: usize,
    run: &Range<usize>,
    out: &mut Wide,
) {
    let weights = spline::<N>();
    for (j, out) in [j.saturating_sub(1), j, (j + 1).min(rows - 1)].into_iter().zip(out) {
        let line = &grid[j * columns..][..columns];
        for (i, out) in run.clone().zip(out.as_chunks_mut::<N>().0) {
            let (before, after) = (line[i.saturating_sub(1)], line[(i + 1).min(columns - 1)]);
            for x in 0..N {
                out[x] = weights[0][x] * before + weights[1][x] * line[i] + weights[2][x] * after;
            }
        }
    }
}

/// The values of three widened rows in one row of pixels.
#[derive(Clone, Copy)]
struct Blended<'a> {
    rows: [&'a [f32]; 3],
    weights: [f32; 3],
}

impl<'a> Blended<'a> {
    #[inline(always)]
    fn new(wide: &'a Wide, y: usize, side: usize, width: usize) -> Self {
        let rows = [&wide[0][..width], &wide[1][..width], &wide[2][..width]];
        Self { rows, weights: spline_weights(y % side, side) }
    }

    #[inline(always)]
    fn values(self) -> impl Iterator<Item = f32> + use<'a> {
        let Self { rows: [before, here, after], weights: [a, b, c] } = self;
        let values = before.iter().zip(here).zip(after);
        values.map(move |((x, y), z)| a * x + b * y + c * z)
    }
}

/// The first run of chosen cells from `from` on.
#[inline(always)]
fn next_run(cells: usize, from: usize, chosen: impl Fn(usize) -> bool) -> Option<Range<usize>> {
    let start = (from..cells).find(|&i| chosen(i))?;
    let end = (start + 1..cells).find(|&i| !chosen(i)).unwrap_or(cells);
    Some(start..end)
}

/// Rounded means of two by two pixels, from column `2 * x` on; beyond odd edges the last counts
/// twice.
#[inline(always)]
fn quarter(plane: Plane<'_>, x: usize, y: usize, out: &mut [u8]) {
    let (upper, lower) = (plane.row(2 * y), plane.row((2 * y + 1).min(plane.height() - 1)));
    let pairs = |row: [u8; 2]| (u16::from_le_bytes(row) & 0xff) + (u16::from_le_bytes(row) >> 8);
    let blocks = [upper, lower].map(|row| row[2 * x..].as_chunks::<2>().0);
    for ((out, &a), &b) in out.iter_mut().zip(blocks[0]).zip(blocks[1]) {
        *out = ((pairs(a) + pairs(b) + 2) >> 2) as u8;
    }
    let (width, last) = (plane.width(), plane.width() / 2);
    if width % 2 == 1 && (x..x + out.len()).contains(&last) {
        let sum = u16::from(upper[width - 1]) + u16::from(lower[width - 1]);
        out[last - x] = ((2 * sum + 2) >> 2) as u8;
    }
}

/// Rounds `0.0..=255.0` to a byte, half to even: the last bits of the value plus `1.5 * 2^23`.
#[inline(always)]
fn to_byte(value: f32) -> u8 {
    (value + 12_582_912.0).to_bits() as u8
}

#[cfg(test)]
mod tests;
