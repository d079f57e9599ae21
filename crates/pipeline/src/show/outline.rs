//! The outline of a layer: corners, border and shadow.

use backlot_effects::Canvas;
use backlot_kernels::BoxShape;
use backlot_media::{Matte, Plane, Size};
use backlot_scene::geometry::{Area, Placement};
use backlot_scene::{Corners, Layer};

/// What a layer's outline is drawn with, made once.
#[derive(Debug, Default)]
pub(crate) struct Outline {
    mask: Option<Matte>,
    border: Option<Border>,
}

/// A border, in the layer's box.
#[derive(Debug)]
pub(crate) struct Border {
    /// How much of each pixel of the box it covers.
    pub mask: Matte,
    /// Its colour, in code values.
    pub color: [u8; 3],
}

impl Outline {
    /// The outline of a placed layer.
    pub fn new(layer: &Layer, placement: &Placement, canvas: &Canvas) -> Self {
        let shape = match layer.corners {
            Corners::Square => BoxShape::Rounded(0.0),
            Corners::Radius(radius) => BoxShape::Rounded(placement.outline(radius) as f32),
            Corners::Circle => BoxShape::Circle,
        };
        let size = size_of(placement.frame);
        let mask = (layer.corners != Corners::Square).then(|| {
            let mut mask = Matte::new(size);
            shape.draw(mask.plane_mut(), 0.0);
            cropped(&mask, placement)
        });
        let border = layer.border.as_ref().map(|border| {
            let mut mask = Matte::new(size);
            shape.draw_border(mask.plane_mut(), placement.outline(border.width) as f32);
            Border { mask, color: canvas.color.encode_rgb8(border.color.bytes()) }
        });
        Self { mask, border }
    }

    /// What the corners leave of the layer's picture; `None` where they are square.
    pub const fn mask(&self) -> Option<&Matte> {
        self.mask.as_ref()
    }

    /// The border, if there is one.
    pub const fn border(&self) -> Option<&Border> {
        self.border.as_ref()
    }
}

const fn size_of(area: Area) -> Size {
    Size { width: area.width, height: area.height }
}

/// The part of a box's mask that lies over the layer's picture.
fn cropped(mask: &Matte, placement: &Placement) -> Matte {
    let (frame, target) = (placement.frame, placement.target);
    let [x, y] = [target.x - frame.x, target.y - frame.y].map(|v| v.unsigned_abs() as usize);
    let mut part = Matte::new(size_of(target));
    let from: Plane<'_> = mask.plane().crop(x, y, target.width as usize, target.height as usize);
    part.plane_mut().copy_from(from);
    part
}
