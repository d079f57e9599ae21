//! The painter's hand: builds a shape, keeps its mask, and paints through it.

use super::canvas::{Canvas, Shade};
use super::color::{Ink, Rgb};
use super::mask::Mask;
use super::path::Path;
use super::{Affine, Point, pt};
use backlot_media::Matrix;

/// A place to keep a mask.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Slot {
    /// The first.
    One,
    /// The second.
    Two,
}

/// The canvas, the current shape, and its coordinates.
#[derive(Debug)]
pub(crate) struct Pen {
    pub canvas: Canvas,
    /// From the coordinates of the drawing to pixels.
    pub map: Affine,
    /// The light's effect on every colour.
    pub light: [f32; 3],
    matrix: Matrix,
    path: Path,
    mask: Mask,
    kept: [Mask; 2],
}

impl Pen {
    pub fn new(width: usize, height: usize, matrix: Matrix) -> Self {
        Self {
            canvas: Canvas::new(width, height),
            map: Affine::IDENTITY,
            light: [1.0; 3],
            matrix,
            path: Path::default(),
            mask: Mask::default(),
            kept: [Mask::default(), Mask::default()],
        }
    }

    /// Paints with another map, and comes back to this one.
    pub fn with(&mut self, map: Affine, paint: impl FnOnce(&mut Self)) {
        let before = std::mem::replace(&mut self.map, map);
        paint(self);
        self.map = before;
    }

    fn ink(&self, color: Rgb) -> Ink {
        Ink::new(color.times(self.light), self.matrix)
    }

    /// Builds the current shape; several shapes unite.
    pub fn shape(&mut self, build: impl FnOnce(&mut Path, Affine)) -> &mut Self {
        self.soft_shape(0.0, build)
    }

    /// Builds the current shape and blurs its edge over about twice `radius` to either side.
    pub fn soft_shape(&mut self, radius: f32, build: impl FnOnce(&mut Path, Affine)) -> &mut Self {
        self.path.clear();
        build(&mut self.path, self.map);
        let radius = (radius * self.map.zoom() + 0.5) as usize;
        let size = (self.canvas.width, self.canvas.height);
        self.mask.cover(&self.path, size, 2.0 * radius as f32);
        self.mask.soften(radius);
        self
    }

    /// A smooth closed shape through points.
    pub fn spline(&mut self, points: &[Point]) -> &mut Self {
        self.shape(|path, map| path.spline(map, points))
    }

    /// The same with a blurred edge.
    pub fn soft_spline(&mut self, radius: f32, points: &[Point]) -> &mut Self {
        self.soft_shape(radius, |path, map| path.spline(map, points))
    }

    /// An ellipse.
    pub fn ellipse(&mut self, x: f32, y: f32, rx: f32, ry: f32) -> &mut Self {
        self.shape(|path, map| path.ellipse(map, pt(x, y), rx, ry))
    }

    /// A rectangle with round corners.
    pub fn rounded(&mut self, x0: f32, y0: f32, x1: f32, y1: f32, radius: f32) -> &mut Self {
        self.shape(|path, map| path.rounded(map, pt(x0, y0), pt(x1, y1), radius))
    }

    /// A line with a width at each point.
    pub fn stroke(&mut self, points: &[(Point, f32)]) -> &mut Self {
        self.shape(|path, map| path.stroke(map, points))
    }

    /// A blurred line.
    pub fn soft_stroke(&mut self, radius: f32, points: &[(Point, f32)]) -> &mut Self {
        self.soft_shape(radius, |path, map| path.stroke(map, points))
    }

    /// Keeps the current shape for [`Self::inside`] and [`Self::back_to`].
    pub fn keep(&mut self, slot: Slot) -> &mut Self {
        self.kept[slot as usize].copy_from(&self.mask);
        self
    }

    /// Makes the kept shape the current one.
    pub fn back_to(&mut self, slot: Slot) -> &mut Self {
        self.mask.copy_from(&self.kept[slot as usize]);
        self
    }

    /// Cuts the current shape to the kept one.
    pub fn inside(&mut self, slot: Slot) -> &mut Self {
        self.mask.clip(&self.kept[slot as usize]);
        self
    }

    /// Fills the shape with a body.
    pub fn body(&mut self, color: Rgb) -> &mut Self {
        self.veil(color, 1.0)
    }

    /// Fills the shape with a translucent body.
    pub fn veil(&mut self, color: Rgb, opacity: f32) -> &mut Self {
        self.canvas.cover(&self.mask, self.ink(color), opacity);
        self
    }

    /// Colours the body inside the shape.
    pub fn tint(&mut self, color: Rgb, strength: f32) -> &mut Self {
        self.lay(color, Shade::Even(strength))
    }

    /// Colours more and more from one point to the other.
    pub fn ramp(&mut self, from: Point, to: Point, color: Rgb, strength: f32) -> &mut Self {
        let (p, q) = (self.map.apply(from), self.map.apply(to));
        let d = q - p;
        let square = (d.x * d.x + d.y * d.y).max(1e-6);
        let (gx, gy) = (d.x / square, d.y / square);
        self.lay(color, Shade::Ramp { strength, gx, gy, g0: -(p.x * gx + p.y * gy) })
    }

    /// Colours softly around a point.
    pub fn glow(
        &mut self,
        at: (f32, f32),
        rx: f32,
        ry: f32,
        color: Rgb,
        strength: f32,
    ) -> &mut Self {
        let map = self.map.moved(at.0, at.1).scaled(rx, ry).inverse();
        self.lay(color, Shade::Glow { strength, map })
    }

    fn lay(&mut self, color: Rgb, shade: Shade) -> &mut Self {
        self.canvas.tint(&self.mask, self.ink(color), shade);
        self
    }
}
