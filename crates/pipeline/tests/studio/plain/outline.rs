//! How much of each pixel a layer's corners and border leave or cover.
//!
//! A shape covers 0.5 less its distance in pixels from the pixel's middle, from nothing to all; at a
//! sharp corner that is a product of two sides.

use backlot_scene::geometry::Placement;
use backlot_scene::{Corners, Layer};

/// The shape of a layer's box.
#[derive(Clone, Copy)]
enum Shape {
    Rounded(f32),
    Circle,
}

/// What is left of a layer's box.
pub struct Outline {
    shape: Shape,
    half: [f32; 2],
    border: Option<f32>,
}

impl Outline {
    pub fn new(layer: &Layer, placement: &Placement) -> Self {
        let shape = match layer.corners {
            Corners::Square => Shape::Rounded(0.0),
            Corners::Radius(radius) => Shape::Rounded(placement.outline(radius) as f32),
            Corners::Circle => Shape::Circle,
        };
        let half = [placement.frame.width, placement.frame.height].map(|side| side as f32 / 2.0);
        let border = layer.border.as_ref().map(|border| placement.outline(border.width) as f32);
        Self { shape, half, border }
    }

    /// What the picture and the border cover of a pixel of the box.
    pub fn of(&self, x: usize, y: usize) -> (f32, f32) {
        let at = [x as f32 + 0.5 - self.half[0], y as f32 + 0.5 - self.half[1]];
        let all = self.covered(at, 0.0);
        let border = self.border.map_or(0.0, |width| (all - self.covered(at, width)).max(0.0));
        (all - border, border)
    }

    /// What the shape covers of the pixel around a place, if it is made smaller on every side.
    fn covered(&self, [x, y]: [f32; 2], inset: f32) -> f32 {
        let [x, y] = [x.abs(), y.abs()];
        let [a, b] = self.half.map(|side| side - inset);
        let side = |distance: f32| (0.5 - distance).clamp(0.0, 1.0);
        if a <= 0.0 || b <= 0.0 {
            return 0.0;
        }
        match self.shape {
            Shape::Circle => side((x * x + y * y).sqrt() - a.min(b)),
            Shape::Rounded(radius) => {
                let radius = (radius.min(self.half[0]).min(self.half[1]) - inset).max(0.0);
                let (right, down) = (x - (a - radius), y - (b - radius));
                if right > 0.0 && down > 0.0 && radius >= 0.5 {
                    side((right * right + down * down).sqrt() - radius)
                } else {
                    side(x - a) * side(y - b)
                }
            }
        }
    }
}
