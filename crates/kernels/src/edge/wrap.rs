//! The light of what is behind falls around an edge.
//!
//! With the matte's mean `m` around a pixel (`0.0..=1.0`, B-spline of cells), the light's share is
//! `w = strength * min(1, 2 (1 - m))^2`: all of it at the edge and outside, nothing a cell and a half
//! inside. The blurred background `L` is added as by the *screen* of two pictures,
//! `1 - (1 - I) (1 - w L)`, in Y'CbCr: luma between black and white `y' = y + w Ly (1 - y)`, chroma
//! around grey `c' = c + w (Lc (1 - y) - Ly c)`, which for the product of two colours takes only
//! the products with a luma in them. So it brightens, and never darkens.

use super::{Cell, pixels, put, quads, spline, spline_cell, spline_row};
use crate::dispatch::dispatch;
use backlot_media::{Plane, PlaneMut};

/// The light around an edge.
#[derive(Clone, Copy, Debug)]
pub struct Light<'a> {
    /// Which cells get any: those with a mark other than 0.
    pub marks: &'a [u8],
    /// Mean matte of each cell, `0.0..=255.0`.
    pub matte: &'a [f32],
    /// Mean luma of the background of each cell, in code values.
    pub luma: &'a [f32],
    /// How much of the light falls on the very edge, `0.0..=1.0`.
    pub strength: f32,
    /// The code values of black and white.
    pub ends: [f32; 2],
}

dispatch! {
    /// Lights a luma plane, of whose `cell` the grids are. `rows` is scratch of two rows of the grid
    /// with two more values each.
    ///
    /// # Panics
    /// If a grid is too short.
    pub fn wrap_luma(plane: PlaneMut<'_>, cell: Cell, light: Light<'_>, rows: &mut [f32]) = body::wrap_luma;
}

dispatch! {
    /// Lights a chroma plane, of whose `cell` the grids are; `color` is the background's mean of
    /// this component, and `luma` the picture's, before it was lit. `rows` is scratch of three
    /// rows of the grid with two more values each.
    ///
    /// # Panics
    /// If a grid is too short.
    pub fn wrap_chroma(
        plane: PlaneMut<'_>,
        luma: Plane<'_>,
        cell: Cell,
        light: Light<'_>,
        color: &[f32],
        rows: &mut [f32],
    ) = body::wrap_chroma;
}

mod body {
    use super::{
        Cell, Light, Plane, PlaneMut, pixels, put, quads, spline, spline_cell, spline_row,
    };

    #[inline(always)]
    pub fn wrap_luma(plane: PlaneMut<'_>, cell: Cell, light: Light<'_>, rows: &mut [f32]) {
        match cell {
            Cell::Of4 => luma_cells::<4>(plane, cell, light, rows),
            Cell::Of8 => luma_cells::<8>(plane, cell, light, rows),
            Cell::Of16 => luma_cells::<16>(plane, cell, light, rows),
            Cell::Of32 => luma_cells::<32>(plane, cell, light, rows),
        }
    }

    #[inline(always)]
    pub fn wrap_chroma(
        plane: PlaneMut<'_>,
        luma: Plane<'_>,
        cell: Cell,
        light: Light<'_>,
        color: &[f32],
        rows: &mut [f32],
    ) {
        match cell {
            Cell::Of4 => chroma_cells::<4>(plane, luma, cell, light, color, rows),
            Cell::Of8 => chroma_cells::<8>(plane, luma, cell, light, color, rows),
            Cell::Of16 => chroma_cells::<16>(plane, luma, cell, light, color, rows),
            Cell::Of32 => chroma_cells::<32>(plane, luma, cell, light, color, rows),
        }
    }

    /// The light's share at a mean matte.
    #[inline(always)]
    fn share(mean: f32, strength: f32) -> f32 {
        let outside = (2.0 - mean * (2.0 / 255.0)).clamp(0.0, 1.0);
        strength * outside * outside
    }

    #[inline(always)]
    fn luma_cells<const N: usize>(
        mut plane: PlaneMut<'_>,
        cell: Cell,
        light: Light<'_>,
        rows: &mut [f32],
    ) {
        let [black, white] = light.ends;
        let scale = 1.0 / (white - black);
        let cells = cell.count((plane.width(), plane.height()));
        let columns = cells.0;
        let (matte, bright) = rows[..2 * (columns + 2)].split_at_mut(columns + 2);
        let weights = spline::<N>();
        for y in 0..plane.height() {
            let marks = &light.marks[y / N * columns..][..columns];
            if marks.iter().all(|&mark| mark == 0) {
                continue;
            }
            spline_row(light.matte, cells, y, N, matte);
            spline_row(light.luma, cells, y, N, bright);
            let row = plane.row_mut(y);
            for i in (0..columns).filter(|&i| marks[i] != 0) {
                let mean = spline_cell(matte, i, &weights);
                let behind = spline_cell(bright, i, &weights);
                let before = pixels::<N>(row, i * N);
                let lit = std::array::from_fn(|x| {
                    let value = f32::from(before[x]);
                    let behind = ((behind[x] - black) * scale).max(0.0);
                    let more = (white - value).max(0.0) * behind * share(mean[x], light.strength);
                    (value + more + 0.5) as i32 as u8
                });
                put::<N>(row, i * N, lit);
            }
        }
    }

    #[inline(always)]
    fn chroma_cells<const N: usize>(
        mut plane: PlaneMut<'_>,
        luma: Plane<'_>,
        cell: Cell,
        light: Light<'_>,
        color: &[f32],
        rows: &mut [f32],
    ) {
        let [black, white] = light.ends;
        let scale = 1.0 / (white - black);
        let cells = cell.count((plane.width(), plane.height()));
        let columns = cells.0;
        let (matte, rest) = rows[..3 * (columns + 2)].split_at_mut(columns + 2);
        let (bright, tint) = rest.split_at_mut(columns + 2);
        let weights = spline::<N>();
        for y in 0..plane.height() {
            let marks = &light.marks[y / N * columns..][..columns];
            if marks.iter().all(|&mark| mark == 0) {
                continue;
            }
            spline_row(light.matte, cells, y, N, matte);
            spline_row(light.luma, cells, y, N, bright);
            spline_row(color, cells, y, N, tint);
            let (row, last) = (plane.row_mut(y), luma.height() - 1);
            for i in (0..columns).filter(|&i| marks[i] != 0) {
                let mean = spline_cell(matte, i, &weights);
                let [behind, tint] = [&*bright, &*tint].map(|row| spline_cell(row, i, &weights));
                let lower = luma.row((2 * y + 1).min(last));
                let sums = quads::<N>(luma.row(2 * y), lower, 2 * i * N);
                let before = pixels::<N>(row, i * N);
                let lit = std::array::from_fn(|x| {
                    let value = f32::from(before[x]) - 128.0;
                    let own = (f32::from(sums[x]) * 0.25 - black) * scale;
                    let behind = ((behind[x] - black) * scale).max(0.0);
                    let more = (tint[x] - 128.0) * (1.0 - own).max(0.0) - behind * value;
                    let lit = value + more * share(mean[x], light.strength);
                    (lit + 128.5).clamp(0.0, 255.0) as i32 as u8
                });
                put::<N>(row, i * N, lit);
            }
        }
    }
}
