//! Takes the old background out of the pixels at an edge.
//!
//! A pixel of a camera is `I = a F + (1 - a) B`. With the colours `f` and `b` expected on both
//! sides, `F = f + a (I - a f - (1 - a) b)`: what the expectation leaves unexplained belongs to the
//! foreground as far as the matte says (M. Forte, "Approximate Fast Foreground Colour Estimation",
//! 2021). Where `a` is 255 that is the pixel itself. Written is `I + amount (F - I)`, where `a > 0`.

use super::{Cell, pixels, put, quads, spline, spline_cell, spline_row};
use crate::dispatch::dispatch;
use backlot_media::{Plane, PlaneMut};

/// What is known of an edge, on the grid of a plane.
#[derive(Clone, Copy, Debug)]
pub struct Mixture<'a> {
    /// Of the plane's size or, for a chroma plane, twice that.
    pub matte: Plane<'a>,
    /// The side of the grid's cells in the plane.
    pub cell: Cell,
    /// Mean matte of each cell, `0.0..=255.0`.
    pub means: &'a [f32],
    /// The colours expected of the foreground, in code values.
    pub foreground: &'a [f32],
    /// The colours expected of the background.
    pub background: &'a [f32],
    /// How much of the correction is made, `0.0..=1.0`.
    pub amount: f32,
}

dispatch! {
    /// Writes the foreground's colour into the cells whose mean matte is neither 0 nor 255. `rows`
    /// is scratch of two rows of the grid with two more values each.
    ///
    /// # Panics
    /// If lengths or sizes don't fit.
    pub fn unmix(plane: PlaneMut<'_>, mixture: &Mixture<'_>, rows: &mut [f32]) = body::unmix;
}

mod body {
    use super::{Cell, Mixture, PlaneMut, pixels, put, quads, spline, spline_cell, spline_row};

    #[inline(always)]
    pub fn unmix(plane: PlaneMut<'_>, mixture: &Mixture<'_>, rows: &mut [f32]) {
        match mixture.cell {
            Cell::Of4 => mixture.run::<4>(plane, rows),
            Cell::Of8 => mixture.run::<8>(plane, rows),
            Cell::Of16 => mixture.run::<16>(plane, rows),
            Cell::Of32 => mixture.run::<32>(plane, rows),
        }
    }

    impl Mixture<'_> {
        #[inline(always)]
        fn run<const N: usize>(&self, mut plane: PlaneMut<'_>, rows: &mut [f32]) {
            let (width, height) = (plane.width(), plane.height());
            let cells = self.cell.count((width, height));
            let columns = cells.0;
            let halved = self.matte.width() != width || self.matte.height() != height;
            let (f_row, b_row) = rows[..2 * (columns + 2)].split_at_mut(columns + 2);
            let weights = spline::<N>();
            for j in 0..cells.1 {
                let means = &self.means[j * columns..][..columns];
                let Some(span) = edge_span(means) else { continue };
                for y in j * N..((j + 1) * N).min(height) {
                    spline_row(self.foreground, cells, y, N, f_row);
                    spline_row(self.background, cells, y, N, b_row);
                    let row = plane.row_mut(y);
                    for i in span.clone().filter(|&i| is_edge(means[i])) {
                        let alpha = self.alpha::<N>(halved, i * N, y);
                        let f = spline_cell(f_row, i, &weights);
                        let b = spline_cell(b_row, i, &weights);
                        let before = pixels::<N>(row, i * N);
                        put(row, i * N, mixed_out(before, alpha, f, b, self.amount));
                    }
                }
            }
        }

        #[inline(always)]
        fn alpha<const N: usize>(&self, halved: bool, x: usize, y: usize) -> [u8; N] {
            if !halved {
                return pixels(self.matte.row(y), x);
            }
            let lower = self.matte.row((2 * y + 1).min(self.matte.height() - 1));
            quads::<N>(self.matte.row(2 * y), lower, 2 * x).map(|v| ((v + 2) >> 2) as u8)
        }
    }

    #[inline(always)]
    fn is_edge(mean: f32) -> bool {
        mean > 0.0 && mean < 255.0
    }

    /// From the first to the last cell that the edge crosses.
    #[inline(always)]
    fn edge_span(means: &[f32]) -> Option<std::ops::Range<usize>> {
        let first = means.iter().position(|&mean| is_edge(mean))?;
        let last = means.iter().rposition(|&mean| is_edge(mean))?;
        Some(first..last + 1)
    }

    #[inline(always)]
    fn mixed_out<const N: usize>(
        pixels: [u8; N],
        alpha: [u8; N],
        f: [f32; N],
        b: [f32; N],
        amount: f32,
    ) -> [u8; N] {
        std::array::from_fn(|x| {
            let (value, a) = (f32::from(pixels[x]), f32::from(alpha[x]) * (1.0 / 255.0));
            let rest = value - b[x] - a * (f[x] - b[x]);
            let clean = f[x] + a * rest;
            let share = if alpha[x] == 0 { 0.0 } else { amount };
            let out = value + share * (clean.clamp(0.0, 255.0) - value);
            (out + 0.5) as i32 as u8
        })
    }
}
