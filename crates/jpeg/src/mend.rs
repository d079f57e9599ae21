//! Continues a picture where its end is missing.

#![forbid(unsafe_code)]

use crate::geometry::{Geometry, PlaneMut};
use crate::walk::Extent;

/// Fills the wanted units behind the last one that is there with the row above, as it is in the plane.
pub(crate) fn mend(
    geometry: &Geometry,
    extent: &Extent,
    component: usize,
    divisor: usize,
    is_wanted: impl Fn(usize, usize) -> bool,
    plane: &mut PlaneMut<'_>,
) {
    let shape = geometry.shapes()[component];
    let (width, height) = geometry.plane(component, divisor);
    let unit = (8 * shape.blocks.0 / divisor, 8 * shape.blocks.1 / divisor);
    for index in extent.end..extent.total {
        let (x, y) = (index % extent.across, index / extent.across);
        if !is_wanted(x, y) {
            continue;
        }
        let (left, right) = (x * unit.0, ((x + 1) * unit.0).min(width));
        for row in (y * unit.1).max(1)..((y + 1) * unit.1).min(height) {
            let above = (row - 1) * plane.stride;
            let to = row * plane.stride + left;
            plane.bytes.copy_within(above + left.min(right)..above + right, to);
        }
    }
}
