//! Refines a mask's edge by the picture's colours, at the picture's full resolution.
//!
//! The guided filter on colour (He, Sun, Tang, "Guided image filtering", ECCV 2010): in every
//! square of `2r + 1` pixels the matte is assumed to be linear in the colour, and each pixel takes
//! the mean of the lines of all squares that contain it. It works block by block and only near the
//! edge: its memory doesn't grow with the picture, parts that are surely person or room stay, and
//! the other blocks cost next to nothing.

use super::line::{self, Line, Moments, Pixel};
use super::means::Means;
use super::rect::{Rect, blocks};
use super::soft::Soft;
use crate::geometry::Geometry;
use backlot_media::{Frame, Plane, PlaneMut};

/// Sides of the blocks, in pixels.
const BLOCK: usize = 96;
/// Radius of the squares, as a share of the picture's longer side.
const RADIUS: f32 = 0.005;
/// Below this variance the colours of a square say nothing.
const EPSILON: f32 = 1e-4;

/// Memory for refining the edges of mattes of one size.
#[derive(Clone, Debug)]
pub struct Edge {
    size: (usize, usize),
    radius: usize,
    soft: Soft,
    pixels: Vec<Pixel>,
    moments: Means<{ size_of::<Moments>() / 4 }>,
    lines: Means<{ size_of::<Line>() / 4 }>,
}

impl Edge {
    /// From masks on a picture's grid to mattes of its size.
    pub fn new(geometry: Geometry) -> Self {
        let size = geometry.picture;
        let longer = size.width.max(size.height) as f32;
        let radius = ((RADIUS * longer).round() as usize).max(1);
        let side = BLOCK + 4 * radius;
        Self {
            size: (size.width as usize, size.height as usize),
            radius,
            soft: Soft::new(geometry),
            pixels: Vec::with_capacity(side * side),
            moments: Means::new(side),
            lines: Means::new(side),
        }
    }

    /// Makes the matte of a frame from its mask. `strength` 0 leaves the mask's soft edge, 1 is
    /// the whole refinement.
    pub fn run(&mut self, mask: &[f32], frame: &Frame, strength: f32, mut out: PlaneMut<'_>) {
        self.soft.prepare(mask, strength);
        for block in blocks(self.size, BLOCK) {
            if strength > 0.0 && self.soft.has_edge(&block) {
                self.lead(mask, frame, &block, strength, &mut out);
            } else {
                self.copy(mask, &block, &mut out);
            }
        }
    }

    /// What the mask is at the picture's pixels.
    pub const fn soft(&self) -> &Soft {
        &self.soft
    }

    fn copy(&self, mask: &[f32], block: &Rect, out: &mut PlaneMut<'_>) {
        for y in block.y.clone() {
            let row = &mut out.row_mut(y)[block.x.clone()];
            for (x, value) in block.x.clone().zip(row) {
                *value = to_byte(self.soft.matte(mask, x, y));
            }
        }
    }

    fn lead(
        &mut self,
        mask: &[f32],
        frame: &Frame,
        block: &Rect,
        strength: f32,
        out: &mut PlaneMut<'_>,
    ) {
        let Self { size, radius, soft, pixels, moments, lines } = self;
        let squares = block.grown(*radius, *size);
        let source = squares.grown(*radius, *size);
        load(frame, &source, |x, y| soft.matte(mask, x, y), pixels);
        let pixel = |x, y| &pixels[source.index(x, y)];
        moments.run(&source, &squares, *radius, |x, y| line::moments(*pixel(x, y)));
        lines.run(&squares, block, *radius, |x, y| line::fit(moments.at(x, y), EPSILON));
        for y in block.y.clone() {
            let row = &mut out.row_mut(y)[block.x.clone()];
            for (x, value) in block.x.clone().zip(row) {
                let (pixel, line) = (pixel(x, y), lines.at(x, y));
                let share = strength * soft.weight(x, y);
                *value = to_byte(pixel[3] + (line::matte(line, pixel) - pixel[3]) * share);
            }
        }
    }
}

pub(super) fn to_byte(value: f32) -> u8 {
    (value * 255.0 + 0.5) as u8
}

/// Reads a rectangle of an I420 frame: colours scaled to `0..1`, chroma interpolated linearly
/// between its samples, which are at the centres of four pixels.
pub(super) fn load(
    frame: &Frame,
    rect: &Rect,
    matte: impl Fn(usize, usize) -> f32,
    pixels: &mut Vec<Pixel>,
) {
    let range = frame.color.range;
    let black = f32::from(range.black());
    let (luma_scale, chroma_scale) =
        (1.0 / range.luma_span() as f32, 1.0 / range.chroma_span() as f32);
    let [luma, blue, red] = frame.yuv();
    pixels.clear();
    for y in rect.y.clone() {
        let row = luma.row(y);
        pixels.extend(rect.x.clone().map(|x| {
            [
                (f32::from(row[x]) - black) * luma_scale,
                (chroma(&blue, x, y) - 128.0) * chroma_scale + 0.5,
                (chroma(&red, x, y) - 128.0) * chroma_scale + 0.5,
                matte(x, y),
            ]
        }));
    }
}

/// A chroma plane's value at a luma pixel: 9, 3, 3 and 1 sixteenths of the four nearest samples.
#[inline(always)]
fn chroma(plane: &Plane<'_>, x: usize, y: usize) -> f32 {
    let pair = |at: usize, length: usize| {
        let near = at / 2;
        let far =
            if at.is_multiple_of(2) { near.saturating_sub(1) } else { (near + 1).min(length - 1) };
        (near, far)
    };
    let ((column, beside), (row, over)) = (pair(x, plane.width()), pair(y, plane.height()));
    let mix = |row: &[u8]| 3 * u32::from(row[column]) + u32::from(row[beside]);
    (3 * mix(plane.row(row)) + mix(plane.row(over))) as f32 / 16.0
}
