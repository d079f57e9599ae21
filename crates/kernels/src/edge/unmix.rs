//! Removes the old background from the pixels at an edge.
//!
//! A pixel of a camera is `I = a F + (1 - a) B`. With the colours `f` and `b` expected on both
//! sides, `F = f + a (I - a f - (1 - a) b)`: the unexplained rest belongs to the foreground in
//! proportion to the matte (M. Forte, "Approximate Fast Foreground Colour Estimation", 2021). Where
//! `a` is 255 that is the pixel itself. The result is `I + amount (F - I)`, where `a > 0`.

use super::{Blended, Cell, EdgeRows, next_run, quarter, to_byte, widen};
use crate::dispatch::dispatch;
use backlot_media::{Plane, PlaneMut};

/// The facts about an edge, on the grid of a plane.
#[derive(Clone, Copy, Debug)]
pub struct Mixture<'a> {
    /// The matte, in the plane's size or, for a chroma plane, twice that.
    pub matte: Plane<'a>,
    /// The side of the grid's cells in the plane.
    pub cell: Cell,
    /// Mean matte of each cell, `0.0..=255.0`.
    pub means: &'a [f32],
    /// The colours expected of the foreground, in code values.
    pub foreground: &'a [f32],
    /// The colours expected of the background.
    pub background: &'a [f32],
    /// The strength of the correction, `0.0..=1.0`.
    pub amount: f32,
}

dispatch! {
    /// Writes the foreground's colour into the cells whose mean matte is neither 0 nor 255.
    ///
    /// # Panics
    /// If lengths or sizes don't fit.
    pub fn unmix(plane: PlaneMut<'_>, mixture: &Mixture<'_>, rows: &mut EdgeRows) = body::unmix;
}

mod body {
    use super::{Blended, Cell, EdgeRows, Mixture, PlaneMut, next_run, quarter, to_byte, widen};

    #[inline(always)]
    pub fn unmix(plane: PlaneMut<'_>, mixture: &Mixture<'_>, rows: &mut EdgeRows) {
        match mixture.cell {
            Cell::Of4 => mixture.run::<4>(plane, rows),
            Cell::Of8 => mixture.run::<8>(plane, rows),
            Cell::Of16 => mixture.run::<16>(plane, rows),
            Cell::Of32 => mixture.run::<32>(plane, rows),
        }
    }

    impl Mixture<'_> {
        #[inline(always)]
        fn run<const N: usize>(&self, mut plane: PlaneMut<'_>, rows: &mut EdgeRows) {
            let (width, height) = (plane.width(), plane.height());
            let cells = self.cell.count((width, height));
            let halved = (self.matte.width(), self.matte.height()) != (width, height);
            let EdgeRows { wide: [f, b, _], bytes: [mean, _], .. } = rows;
            for j in 0..cells.1 {
                let means = &self.means[j * cells.0..][..cells.0];
                let is_edge = |i: usize| means[i] > 0.0 && means[i] < 255.0;
                let mut from = 0;
                while let Some(run) = next_run(cells.0, from, is_edge) {
                    from = run.end;
                    let columns = run.start * N..(run.end * N).min(width);
                    widen::<N>(self.foreground, cells, j, &run, f);
                    widen::<N>(self.background, cells, j, &run, b);
                    for y in j * N..((j + 1) * N).min(height) {
                        let alpha = if halved {
                            quarter(self.matte, columns.start, y, &mut mean[..columns.len()]);
                            &mean[..columns.len()]
                        } else {
                            &self.matte.row(y)[columns.clone()]
                        };
                        let sides = [&*f, &*b].map(|wide| Blended::new(wide, y, N, columns.len()));
                        take_out(&mut plane.row_mut(y)[columns.clone()], alpha, sides, self.amount);
                    }
                }
            }
        }
    }

    #[inline(always)]
    fn take_out(row: &mut [u8], alpha: &[u8], [f, b]: [Blended<'_>; 2], amount: f32) {
        for (((pixel, &alpha), f), b) in row.iter_mut().zip(alpha).zip(f.values()).zip(b.values()) {
            let (value, a) = (f32::from(*pixel), f32::from(alpha) * (1.0 / 255.0));
            let clean = f + a * (value - b - a * (f - b));
            let share = if alpha == 0 { 0.0 } else { amount };
            *pixel = to_byte(value + share * (clean.clamp(0.0, 255.0) - value));
        }
    }
}
