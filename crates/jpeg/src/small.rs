//! Whole pictures at a quarter and an eighth of their size.

#![forbid(unsafe_code)]

#[cfg(target_arch = "x86_64")]
use crate::avx2::{Avx2, quarter::quarters};
use crate::blocks::Blocks;
use crate::geometry::{Geometry, PlaneMut};
use crate::scale::{eighth, quarter};
use backlot_kernels::Level;

/// Blocks of one row of a component.
struct Row {
    /// The first one.
    first: usize,
    /// Blocks of this row in a unit, and from one unit to the next.
    in_unit: usize,
    unit: usize,
    /// How many there are.
    count: usize,
}

impl Row {
    fn new(geometry: &Geometry, component: usize, y: usize) -> Self {
        let shape = geometry.shapes()[component];
        let (row, inside) = (y / shape.blocks.1, y % shape.blocks.1);
        let unit = row * geometry.units.0;
        Self {
            first: unit * geometry.blocks + shape.first + inside * shape.blocks.0,
            in_unit: shape.blocks.0,
            unit: geometry.blocks,
            count: shape.size.0.div_ceil(8),
        }
    }

    const fn block(&self, x: usize) -> usize {
        self.first + x / self.in_unit * self.unit + x % self.in_unit
    }
}

/// Rows of blocks that a component has.
fn rows(geometry: &Geometry, component: usize) -> usize {
    geometry.shapes()[component].size.1.div_ceil(8)
}

/// Paints one component at a quarter of its size.
pub(crate) fn paint_quarter(
    level: Level,
    geometry: &Geometry,
    component: usize,
    blocks: &Blocks<'_>,
    plane: &mut PlaneMut<'_>,
) {
    let (width, height) = geometry.plane(component, 4);
    let stride = plane.stride;
    for y in 0..rows(geometry, component) {
        let row = Row::new(geometry, component, y);
        let bytes = &mut plane.bytes[2 * y * stride..];
        let done = if 2 * y + 1 < height {
            let (upper, lower) = bytes.split_at_mut(stride);
            four_by_four(level, blocks, &row, [&mut upper[..width], &mut lower[..width]])
        } else {
            0
        };
        for x in done..row.count {
            let pixels = quarter(blocks.first(row.block(x)));
            let columns = 2.min(width - 2 * x);
            for (from, down) in pixels.as_chunks::<2>().0.iter().zip(0..height - 2 * y) {
                let at = down * stride + 2 * x;
                bytes[at..at + columns].copy_from_slice(&from[..columns]);
            }
        }
    }
}

/// Paints blocks of a row in fours, as far as they lie in the plane as a whole. Returns how many.
#[cfg(target_arch = "x86_64")]
fn four_by_four(level: Level, blocks: &Blocks<'_>, row: &Row, to: [&mut [u8]; 2]) -> usize {
    let Some(avx2) = Avx2::of(level).filter(|_| 4 % row.in_unit == 0) else { return 0 };
    let [upper, lower] = to.map(|to| to.as_chunks_mut::<8>().0);
    let count = upper.len();
    let next = 4 / row.in_unit * row.unit;
    let mut done = 0;
    loop {
        let four = [0, 1, 2, 3].map(|x| row.block(4 * done + x));
        done += quarters(avx2, blocks, four, next, [&mut upper[done..], &mut lower[done..]]);
        if done == count {
            return 4 * count;
        }
        for x in 0..4 {
            let [a, b, c, d] = quarter(blocks.first(row.block(4 * done + x)));
            upper[done][2 * x..2 * x + 2].copy_from_slice(&[a, b]);
            lower[done][2 * x..2 * x + 2].copy_from_slice(&[c, d]);
        }
        done += 1;
    }
}

#[cfg(not(target_arch = "x86_64"))]
fn four_by_four(_: Level, _: &Blocks<'_>, _: &Row, _: [&mut [u8]; 2]) -> usize {
    0
}

/// Paints one component at an eighth of its size.
pub(crate) fn paint_eighth(
    geometry: &Geometry,
    component: usize,
    blocks: &Blocks<'_>,
    plane: &mut PlaneMut<'_>,
) {
    for y in 0..rows(geometry, component) {
        let row = Row::new(geometry, component, y);
        let pixels = &mut plane.bytes[y * plane.stride..][..row.count];
        for (x, pixel) in pixels.iter_mut().enumerate() {
            *pixel = eighth(blocks.mean(row.block(x)));
        }
    }
}
