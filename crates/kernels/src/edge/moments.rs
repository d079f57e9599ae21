//! The colours on both sides of an edge, by least squares.
//!
//! In a cell with pixels `I` and matte `a`, the foreground `F` and the background `B` that explain
//! it best minimise the sum of `(I - a F - (1 - a) B)^2`. With the means `aa` of `a^2`, `ab` of
//! `a (1 - a)`, `bb` of `(1 - a)^2`, `aI` of `a I` and `bI` of `(1 - a) I`, that is
//! `(aa, ab; ab, bb) (F, B) = (aI, bI)`. Where a cell says little it is drawn to a guess with the
//! weight `w`: `w` is added to `aa` and `bb`, and `w` times the guess to the right side. The means
//! can be averaged over cells, so the guess comes from coarser grids. (After T. Germer, T. Uelwer,
//! S. Conrad, S. Harmeling, "Fast Multi-Level Foreground Estimation", 2020, which does this for
//! every pixel.)
//!
//! A sample is a chroma sample with the means of its four pixels of luma and matte; every other
//! row of samples is taken.

use super::{Cell, Cells, pixels, quads};
use crate::dispatch::dispatch;
use backlot_media::Plane;

/// Number of grids of means: `aa`, `ab`, `bb`, then `aI` of the three components, then `bI`.
pub const MOMENTS: usize = 9;

/// One grid for each mean; the matte counts `0.0..=1.0`, pixels `0.0..=255.0`.
pub type Moments = [Vec<f32>; MOMENTS];

dispatch! {
    /// The means of cells (of 8, 16 or 32 luma pixels) that have a mark other than 0; of the others 0.
    ///
    /// # Panics
    /// If a grid has not the length for the picture, or the cell is another.
    pub fn moments(
        picture: [Plane<'_>; 3],
        matte: Plane<'_>,
        cell: Cell,
        marks: &[u8],
        out: &mut Moments,
    ) = body::moments;
}

dispatch! {
    /// Solves for the colours on both sides in each cell. `foreground` and `background` hold the
    /// guesses, and then the result (`0.0..=255.0`).
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
    use super::{Cell, Cells, MOMENTS, Moments, Plane, pixels, quads};

    #[inline(always)]
    pub fn moments(
        picture: [Plane<'_>; 3],
        matte: Plane<'_>,
        cell: Cell,
        marks: &[u8],
        out: &mut Moments,
    ) {
        let cells = cell.count((matte.width(), matte.height()));
        assert_eq!(marks.len(), cells.0 * cells.1, "the marks' length");
        match cell {
            Cell::Of8 => cells_of::<4>(picture, matte, cells, marks, out),
            Cell::Of16 => cells_of::<8>(picture, matte, cells, marks, out),
            Cell::Of32 => cells_of::<16>(picture, matte, cells, marks, out),
            Cell::Of4 => panic!("cells of 4 pixels are too small for means"),
        }
    }

    #[inline(always)]
    fn cells_of<const N: usize>(
        picture: [Plane<'_>; 3],
        matte: Plane<'_>,
        (columns, _): Cells,
        marks: &[u8],
        out: &mut Moments,
    ) {
        for (index, &mark) in marks.iter().enumerate() {
            let means = if mark == 0 {
                [0.0; MOMENTS]
            } else {
                one_cell::<N>(picture, matte, index % columns * N, index / columns * N)
            };
            out.iter_mut().zip(means).for_each(|(grid, mean)| grid[index] = mean);
        }
    }

    /// The means of the cell whose first chroma sample is `x`, `y`.
    #[inline(always)]
    fn one_cell<const N: usize>(
        [luma, cb, cr]: [Plane<'_>; 3],
        matte: Plane<'_>,
        x: usize,
        y: usize,
    ) -> [f32; MOMENTS] {
        let mut sums = [[0_i32; N]; MOMENTS];
        let (last, lines) = (matte.height() - 1, (y..(y + N).min(cb.height())).step_by(2));
        let count = lines.len();
        for y in lines {
            let two = |plane: Plane<'_>| {
                quads::<N>(plane.row(2 * y), plane.row((2 * y + 1).min(last)), 2 * x)
            };
            let (alpha, bright) = (two(matte), two(luma));
            let (cb, cr) = (pixels::<N>(cb.row(y), x), pixels::<N>(cr.row(y), x));
            for i in 0..N {
                // Quarters of alpha make 10 bits, which are cut to 8; 255 becomes 255.
                let a = i32::from((alpha[i] + 2) >> 2);
                let b = 255 - a;
                let values = [i32::from((bright[i] + 2) >> 2), i32::from(cb[i]), i32::from(cr[i])];
                sums[0][i] += a * a;
                sums[1][i] += a * b;
                sums[2][i] += b * b;
                for c in 0..3 {
                    sums[3 + c][i] += a * values[c];
                    sums[6 + c][i] += b * values[c];
                }
            }
        }
        let share = 1.0 / (255.0 * (N * count) as f32);
        std::array::from_fn(|k| {
            let sum = sums[k].iter().sum::<i32>() as f32 * share;
            if k < 3 { sum / 255.0 } else { sum }
        })
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
