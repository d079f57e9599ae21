//! The colours on both sides of an edge, by least squares.
//!
//! In a cell with pixels `I` and matte `a`, the foreground `F` and the background `B` that explain
//! it best minimise the sum of `(I - a F - (1 - a) B)^2`. With the means `aa` of `a^2`, `ab` of `a
//! (1 - a)`, `bb` of `(1 - a)^2`, `aI` of `a I` and `bI` of `(1 - a) I`, that is `(aa, ab; ab, bb)
//! (F, B) = (aI, bI)`. A cell that says little is pulled towards a guess with the weight `w`: `w`
//! is added to `aa` and `bb`, and `w` times the guess to the right side. The means can be averaged
//! over cells, so the guess comes from coarser grids. (After T. Germer, T. Uelwer, S. Conrad, S.
//! Harmeling, "Fast Multi-Level Foreground Estimation", 2020, which does this for every pixel.)
//!
//! A sample is a chroma sample with the means of its four pixels of luma and matte; every other row
//! of samples is used.

use super::{Cell, EdgeRows, next_run, quarter};
use crate::dispatch::dispatch;
use backlot_media::Plane;

/// Number of grids of means: `aa`, `ab`, `bb`, then `aI` of the three components, then `bI`.
pub const MOMENTS: usize = 9;

/// One grid for each mean; the matte counts `0.0..=1.0`, pixels `0.0..=255.0`.
pub type Moments = [Vec<f32>; MOMENTS];

dispatch! {
    /// The means of cells (of 8, 16 or 32 luma pixels) that have a mark other than 0; 0 for the
    /// others.
    ///
    /// # Panics
    /// If a grid doesn't have the length for the picture, or the cell has another size.
    pub fn moments(
        picture: [Plane<'_>; 3],
        matte: Plane<'_>,
        cell: Cell,
        marks: &[u8],
        rows: &mut EdgeRows,
        out: &mut Moments,
    ) = body::moments;
}

dispatch! {
    /// Solves for the colours on both sides in each cell. `foreground` and `background` hold the
    /// guesses, and then the results (`0.0..=255.0`).
    ///
    /// # Panics
    /// If a grid has another length than the first.
    pub fn solve(
        moments: &Moments,
        weight: f32,
        foreground: &mut [Vec<f32>; 3],
        background: &mut [Vec<f32>; 3],
    ) = body::solve;
}

mod body {
    use super::{Cell, EdgeRows, MOMENTS, Moments, Plane, next_run, quarter};
    use std::ops::Range;

    #[inline(always)]
    pub fn moments(
        picture: [Plane<'_>; 3],
        matte: Plane<'_>,
        cell: Cell,
        marks: &[u8],
        rows: &mut EdgeRows,
        out: &mut Moments,
    ) {
        let cells = cell.count((matte.width(), matte.height()));
        assert_eq!(marks.len(), cells.0 * cells.1, "the marks' length");
        out.iter_mut().for_each(|grid| grid.fill(0.0));
        for (j, marks) in marks.chunks_exact(cells.0).enumerate() {
            let mut from = 0;
            while let Some(run) = next_run(cells.0, from, |i| marks[i] != 0) {
                from = run.end;
                let start = j * cells.0 + run.start;
                let mut grids = out.each_mut().map(|grid| &mut grid[start..][..run.len()]);
                let count = sum_columns(picture, matte, cell.side() / 2, (run, j), rows);
                match cell {
                    Cell::Of8 => means::<4>(rows, count, &mut grids),
                    Cell::Of16 => means::<8>(rows, count, &mut grids),
                    Cell::Of32 => means::<16>(rows, count, &mut grids),
                    Cell::Of4 => panic!("cells of 4 pixels are too small for means"),
                }
            }
        }
    }

    /// Sums every column of samples of a run of cells in row `j` of cells: `a` and the pixels, and
    /// `a` times each. Beyond the picture's edge the last column applies. Returns the number of
    /// rows.
    #[inline(always)]
    fn sum_columns(
        [luma, cb, cr]: [Plane<'_>; 3],
        matte: Plane<'_>,
        side: usize,
        (run, j): (Range<usize>, usize),
        rows: &mut EdgeRows,
    ) -> usize {
        let (start, padded) = (run.start * side, run.len() * side);
        let width = padded.min(cb.width() - start);
        rows.sums.iter_mut().for_each(|sums| sums[..width].fill(0));
        rows.products.iter_mut().for_each(|sums| sums[..width].fill(0));
        let lines = (j * side..((j + 1) * side).min(cb.height())).step_by(2);
        let count = lines.len();
        let [alpha, bright] = &mut rows.bytes;
        for y in lines {
            quarter(matte, start, y, &mut alpha[..width]);
            quarter(luma, start, y, &mut bright[..width]);
            let [cb, cr] = [cb, cr].map(|plane| &plane.row(y)[start..][..width]);
            let values = [&alpha[..width], &bright[..width], cb, cr];
            for ((sums, products), values) in
                rows.sums.iter_mut().zip(&mut rows.products).zip(values)
            {
                let samples = values.iter().zip(&alpha[..width]);
                for ((sum, product), (&v, &a)) in sums.iter_mut().zip(products).zip(samples) {
                    *sum += u16::from(v);
                    *product += i32::from(v) * i32::from(a);
                }
            }
        }
        for (sums, products) in rows.sums.iter_mut().zip(&mut rows.products) {
            let (sum, product) = (sums[width - 1], products[width - 1]);
            sums[width..padded].fill(sum);
            products[width..padded].fill(product);
        }
        count
    }

    /// Turns sums of columns into means of cells, the last of which may extend beyond the edge.
    #[inline(always)]
    fn means<const N: usize>(rows: &EdgeRows, count: usize, grids: &mut [&mut [f32]; MOMENTS]) {
        let sum = |k: usize, i: usize| {
            rows.sums[k].as_chunks::<N>().0[i].iter().map(|&v| i32::from(v)).sum::<i32>() as f32
        };
        let product =
            |k: usize, i: usize| rows.products[k].as_chunks::<N>().0[i].iter().sum::<i32>() as f32;
        let whole = (N * count) as f32;
        for i in 0..grids[0].len() {
            let share = 1.0 / (255.0 * whole);
            let (a, aa) = (sum(0, i) * share, product(0, i) * share * (1.0 / 255.0));
            grids[0][i] = aa;
            grids[1][i] = a - aa;
            grids[2][i] = 1.0 - 2.0 * a + aa;
            for c in 0..3 {
                let of_a = product(1 + c, i) * share;
                grids[3 + c][i] = of_a;
                grids[6 + c][i] = sum(1 + c, i) * share * 255.0 - of_a;
            }
        }
    }

    #[inline(always)]
    pub fn solve(
        moments: &Moments,
        weight: f32,
        foreground: &mut [Vec<f32>; 3],
        background: &mut [Vec<f32>; 3],
    ) {
        let count = moments[0].len();
        let [aa, ab, bb] = [0, 1, 2].map(|k| &moments[k][..count]);
        for c in 0..3 {
            let (right_f, right_b) = (&moments[3 + c][..count], &moments[6 + c][..count]);
            let (f, b) = (&mut foreground[c][..count], &mut background[c][..count]);
            for i in 0..count {
                let (aa, ab, bb) = (aa[i] + weight, ab[i], bb[i] + weight);
                let (x, y) = (right_f[i] + weight * f[i], right_b[i] + weight * b[i]);
                let scale = 1.0 / (aa * bb - ab * ab);
                f[i] = ((x * bb - y * ab) * scale).clamp(0.0, 255.0);
                b[i] = ((y * aa - x * ab) * scale).clamp(0.0, 255.0);
            }
        }
    }
}
