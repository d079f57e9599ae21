//! Adds the light of the background around an edge.
//!
//! A blurred background `L` is added with a share `w` as by the *screen* of two pictures, `1 - (1 -
//! I) (1 - w L)`. In Y'CbCr, luma counted between black and white and chroma around grey, that is
//! `y' = y + w Ly (1 - y)` and `c' = c + w Lc (1 - y) - w Ly c`, if products of two colours without
//! a luma are dropped. So it brightens, and never darkens. `w Ly` and `w Lc` come as grids.

use super::{Blended, Cell, EdgeRows, next_run, quarter, to_byte, widen};
use crate::dispatch::dispatch;
use backlot_media::{Plane, PlaneMut};

/// The light around an edge, on the grid of a plane.
#[derive(Clone, Copy, Debug)]
pub struct Light<'a> {
    /// The side of the grid's cells in the plane.
    pub cell: Cell,
    /// The cells that get any: those with a mark other than 0.
    pub marks: &'a [u8],
    /// The light's luma, `0.0..=1.0`, times its share.
    pub luma: &'a [f32],
    /// The code values of black and white.
    pub ends: [f32; 2],
}

dispatch! {
    /// Lights a luma plane.
    ///
    /// # Panics
    /// If a grid is too short.
    pub fn wrap_luma(plane: PlaneMut<'_>, light: Light<'_>, rows: &mut EdgeRows) = body::wrap_luma;
}

dispatch! {
    /// Lights both chroma planes; `colors` are the light's components, in code values above 128,
    /// times its share; `luma` is the picture's, twice the size, before it was lit.
    ///
    /// # Panics
    /// If the planes' sizes don't fit, or a grid is too short.
    pub fn wrap_chroma(
        planes: [PlaneMut<'_>; 2],
        luma: Plane<'_>,
        light: Light<'_>,
        colors: [&[f32]; 2],
        rows: &mut EdgeRows,
    ) = body::wrap_chroma;
}

mod body {
    use super::{
        Blended, Cell, EdgeRows, Light, Plane, PlaneMut, next_run, quarter, to_byte, widen,
    };

    #[inline(always)]
    pub fn wrap_luma(plane: PlaneMut<'_>, light: Light<'_>, rows: &mut EdgeRows) {
        match light.cell {
            Cell::Of4 => luma_cells::<4>(plane, light, rows),
            Cell::Of8 => luma_cells::<8>(plane, light, rows),
            Cell::Of16 => luma_cells::<16>(plane, light, rows),
            Cell::Of32 => luma_cells::<32>(plane, light, rows),
        }
    }

    #[inline(always)]
    pub fn wrap_chroma(
        planes: [PlaneMut<'_>; 2],
        luma: Plane<'_>,
        light: Light<'_>,
        colors: [&[f32]; 2],
        rows: &mut EdgeRows,
    ) {
        match light.cell {
            Cell::Of4 => chroma_cells::<4>(planes, luma, light, colors, rows),
            Cell::Of8 => chroma_cells::<8>(planes, luma, light, colors, rows),
            Cell::Of16 => chroma_cells::<16>(planes, luma, light, colors, rows),
            Cell::Of32 => chroma_cells::<32>(planes, luma, light, colors, rows),
        }
    }

    #[inline(always)]
    fn luma_cells<const N: usize>(mut plane: PlaneMut<'_>, light: Light<'_>, rows: &mut EdgeRows) {
        let (width, height) = (plane.width(), plane.height());
        let cells = light.cell.count((width, height));
        let bright = &mut rows.wide[0];
        let white = light.ends[1];
        for j in 0..cells.1 {
            let marks = &light.marks[j * cells.0..][..cells.0];
            let mut from = 0;
            while let Some(run) = next_run(cells.0, from, |i| marks[i] != 0) {
                from = run.end;
                let columns = run.start * N..(run.end * N).min(width);
                widen::<N>(light.luma, cells, j, &run, bright);
                for y in j * N..((j + 1) * N).min(height) {
                    let row = &mut plane.row_mut(y)[columns.clone()];
                    let light = Blended::new(bright, y, N, columns.len());
                    for (pixel, light) in row.iter_mut().zip(light.values()) {
                        let value = f32::from(*pixel);
                        *pixel = to_byte(value + light * (white - value).max(0.0));
                    }
                }
            }
        }
    }

    #[inline(always)]
    fn chroma_cells<const N: usize>(
        mut planes: [PlaneMut<'_>; 2],
        luma: Plane<'_>,
        light: Light<'_>,
        colors: [&[f32]; 2],
        rows: &mut EdgeRows,
    ) {
        let (width, height) = (planes[0].width(), planes[0].height());
        let cells = light.cell.count((width, height));
        let EdgeRows { wide: [bright, cb, cr], bytes: [own, _], .. } = rows;
        for j in 0..cells.1 {
            let marks = &light.marks[j * cells.0..][..cells.0];
            let mut from = 0;
            while let Some(run) = next_run(cells.0, from, |i| marks[i] != 0) {
                from = run.end;
                let columns = run.start * N..(run.end * N).min(width);
                widen::<N>(light.luma, cells, j, &run, bright);
                widen::<N>(colors[0], cells, j, &run, cb);
                widen::<N>(colors[1], cells, j, &run, cr);
                for y in j * N..((j + 1) * N).min(height) {
                    quarter(luma, columns.start, y, &mut own[..columns.len()]);
                    let blended = |wide| Blended::new(wide, y, N, columns.len());
                    for (plane, tint) in planes.iter_mut().zip([&*cb, &*cr]) {
                        let row = &mut plane.row_mut(y)[columns.clone()];
                        tinted(row, own, [blended(&*bright), blended(tint)], light.ends);
                    }
                }
            }
        }
    }

    #[inline(always)]
    fn tinted(
        row: &mut [u8],
        own: &[u8],
        [bright, tint]: [Blended<'_>; 2],
        [black, white]: [f32; 2],
    ) {
        let scale = 1.0 / (white - black);
        let light = bright.values().zip(tint.values());
        for ((pixel, &own), (bright, tint)) in row.iter_mut().zip(own).zip(light) {
            let value = f32::from(*pixel) - 128.0;
            let dark = ((white - f32::from(own)) * scale).max(0.0);
            let lit = value + tint * dark - bright * value;
            *pixel = to_byte((lit + 128.0).clamp(0.0, 255.0));
        }
    }
}
