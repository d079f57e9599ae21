//! Whole pictures at a quarter and an eighth of their size.

#![forbid(unsafe_code)]

use crate::blocks::Blocks;
use crate::geometry::{Geometry, PlaneMut};
use crate::scale::{eighth, quarter};
use backlot_kernels::Level;

/// Paints one component at a quarter of its size.
pub(crate) fn paint_quarter(
    level: Level,
    geometry: &Geometry,
    component: usize,
    blocks: &Blocks<'_>,
    plane: &mut PlaneMut<'_>,
) {
    let _ = level;
    let (width, height) = geometry.plane(component, 4);
    for_each_block(geometry, component, |block, (x, y)| {
        let pixels = quarter(blocks.first(block));
        let columns = 2.min(width.saturating_sub(2 * x));
        for (from, row) in pixels.as_chunks::<2>().0.iter().zip(2 * y..height) {
            let at = row * plane.stride + 2 * x;
            plane.bytes[at..at + columns].copy_from_slice(&from[..columns]);
        }
    });
}

/// Paints one component at an eighth of its size.
pub(crate) fn paint_eighth(
    geometry: &Geometry,
    component: usize,
    blocks: &Blocks<'_>,
    plane: &mut PlaneMut<'_>,
) {
    for_each_block(geometry, component, |block, (x, y)| {
        plane.bytes[y * plane.stride + x] = eighth(blocks.mean(block));
    });
}

/// Calls `paint` with each block of a component that is seen, and its place.
fn for_each_block(
    geometry: &Geometry,
    component: usize,
    mut paint: impl FnMut(usize, (usize, usize)),
) {
    let shape = geometry.shapes()[component];
    let (across, down) = (shape.size.0.div_ceil(8), shape.size.1.div_ceil(8));
    for y in 0..down {
        let (unit_row, inside) = (y / shape.blocks.1, y % shape.blocks.1);
        for x in 0..across {
            let unit = unit_row * geometry.units.0 + x / shape.blocks.0;
            let block = inside * shape.blocks.0 + x % shape.blocks.0;
            paint(unit * geometry.blocks + shape.first + block, (x, y));
        }
    }
}
