//! Masks: products of mattes, and the shapes of boxes.
//!
//! A shape's coverage of a pixel is `0.5 - d`, clamped to `0..=1`, where `d` is the signed distance
//! in pixels from the pixel's centre to the shape's edge (negative inside): exact at straight edges
//! (and the product of two at a sharp corner), within a few hundredths at round ones. For an ellipse, `d` is `f / |grad f|` with
//! `f = |(x / a, y / b)| - 1`, which is the distance to first order.

use crate::blend::over_255;
use crate::dispatch::dispatch;
use backlot_media::{Plane, PlaneMut};

dispatch! {
    /// Multiplies a matte by another of the same size: `out = out * by / 255`, rounded.
    ///
    /// # Panics
    /// If the sizes differ.
    pub fn multiply_matte(matte: PlaneMut<'_>, by: Plane<'_>) = body::multiply;
}

dispatch! {
    /// Multiplies a matte by one number: `out = out * by / 255`, rounded.
    pub fn fade_matte(matte: PlaneMut<'_>, by: u8) = body::fade;
}

/// The shape of a box.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum BoxShape {
    /// A rectangle whose corners are arcs of this radius in pixels, at most half of the shorter
    /// side.
    Rounded(f32),
    /// The ellipse that touches all four sides.
    Ellipse,
    /// The largest circle around the middle.
    Circle,
}

impl BoxShape {
    /// The shape's coverage of every pixel of a box of the mask's size, `inset` pixels inside the
    /// edge: `0` is the box's own. For preparations, not for every frame.
    pub fn draw(self, mut mask: PlaneMut<'_>, inset: f32) {
        let half = [mask.width(), mask.height()].map(|side| side as f32 / 2.0);
        for (y, row) in mask.rows_mut().enumerate() {
            for (x, value) in row.iter_mut().enumerate() {
                let at = [x as f32 + 0.5 - half[0], y as f32 + 0.5 - half[1]];
                *value = (self.coverage(at, half, inset) * 255.0).round() as u8;
            }
        }
    }

    /// What a border of `width` pixels inside the box's edge covers of every pixel: the shape
    /// without the shape `width` pixels inside it.
    pub fn draw_border(self, mut mask: PlaneMut<'_>, width: f32) {
        let half = [mask.width(), mask.height()].map(|side| side as f32 / 2.0);
        for (y, row) in mask.rows_mut().enumerate() {
            for (x, value) in row.iter_mut().enumerate() {
                let at = [x as f32 + 0.5 - half[0], y as f32 + 0.5 - half[1]];
                let inside = |inset| self.coverage(at, half, inset);
                *value = ((inside(0.0) - inside(width)).max(0.0) * 255.0).round() as u8;
            }
        }
    }

    /// How much of the pixel around a place (from the box's middle) the shape covers; `half` is
    /// half of the box.
    fn coverage(self, [x, y]: [f32; 2], half: [f32; 2], inset: f32) -> f32 {
        let [a, b] = half.map(|side| side - inset);
        if a <= 0.0 || b <= 0.0 {
            return 0.0;
        }
        let within = |distance: f32| (0.5 - distance).clamp(0.0, 1.0);
        match self {
            Self::Circle => within(x.hypot(y) - a.min(b)),
            Self::Ellipse => {
                let length = (x / a).hypot(y / b);
                let slope = (x / (a * a)).hypot(y / (b * b));
                if slope < f32::EPSILON { 1.0 } else { within((length - 1.0) * length / slope) }
            }
            Self::Rounded(radius) => {
                let widest = half[0].min(half[1]);
                let radius = (radius.clamp(0.0, widest) - inset).max(0.0);
                let [across, down] = [x.abs() - a + radius, y.abs() - b + radius];
                if radius >= 0.5 && across > 0.0 && down > 0.0 {
                    within(across.hypot(down) - radius)
                } else {
                    within(x.abs() - a) * within(y.abs() - b)
                }
            }
        }
    }
}

mod body {
    use super::{Plane, PlaneMut, over_255};

    #[inline(always)]
    pub fn multiply(mut matte: PlaneMut<'_>, by: Plane<'_>) {
        let sizes = [(matte.width(), matte.height()), (by.width(), by.height())];
        assert_eq!(sizes[0], sizes[1], "mattes of different sizes");
        for (out, by) in matte.rows_mut().zip(by.rows()) {
            let both = out.iter_mut().zip(by);
            both.for_each(|(o, &b)| *o = over_255(u16::from(*o) * u16::from(b)));
        }
    }

    #[inline(always)]
    pub fn fade(mut matte: PlaneMut<'_>, by: u8) {
        let fade = |o: &mut u8| *o = over_255(u16::from(*o) * u16::from(by));
        matte.rows_mut().for_each(|row| row.iter_mut().for_each(fade));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Level;

    #[test]
    fn products_are_exact_on_every_level_and_gaps_stay() {
        for level in Level::available() {
            for width in 0..=130_usize {
                let stride = width + 3;
                let before: Vec<u8> = (0..3 * stride).map(|i| (i * 89 % 256) as u8).collect();
                let by: Vec<u8> = (0..3 * width).map(|i| (i * 53 % 256) as u8).collect();
                let wanted = |i: usize, by: u8| {
                    if i % stride >= width {
                        return before[i];
                    }
                    (f64::from(before[i]) * f64::from(by) / 255.0 + 0.5).floor() as u8
                };
                let mut data = before.clone();
                let matte = PlaneMut::new(&mut data, width, 3, stride);
                multiply_matte(level, matte, Plane::packed(&by, width, 3));
                for (i, &found) in data.iter().enumerate() {
                    let by = by.get(i / stride * width + i % stride).copied().unwrap_or_default();
                    assert_eq!(found, wanted(i, by), "{level}, width {width}, byte {i}");
                }
                let mut data = before.clone();
                fade_matte(level, PlaneMut::new(&mut data, width, 3, stride), 77);
                let faded = data.iter().enumerate().all(|(i, &v)| v == wanted(i, 77));
                assert!(faded, "{level}, width {width}");
            }
        }
    }

    /// The coverage of a pixel by 16 by 16 points of it.
    fn counted(inside: impl Fn(f64, f64) -> bool, x: usize, y: usize) -> f64 {
        let point = |i: usize| (i as f64 + 0.5) / 16.0;
        let points = (0..256).map(|k| (x as f64 + point(k % 16), y as f64 + point(k / 16)));
        points.filter(|&(x, y)| inside(x, y)).count() as f64 / 256.0
    }

    /// Whether a point lies in a shape in a box that begins at 0, by its plain meaning.
    fn contains(shape: BoxShape, size: [f64; 2], inset: f64, x: f64, y: f64) -> bool {
        let half = size.map(|side| side / 2.0);
        let [a, b] = half.map(|side| side - inset);
        let (x, y) = ((x - half[0]).abs(), (y - half[1]).abs());
        match shape {
            _ if a <= 0.0 || b <= 0.0 => false,
            BoxShape::Circle => x.hypot(y) <= a.min(b),
            BoxShape::Ellipse => (x / a).hypot(y / b) <= 1.0,
            BoxShape::Rounded(radius) => {
                let radius = (f64::from(radius).min(half[0].min(half[1])) - inset).max(0.0);
                let (across, down) = (x - (a - radius), y - (b - radius));
                let corner = across > 0.0 && down > 0.0;
                x <= a && y <= b && (!corner || across.hypot(down) <= radius)
            }
        }
    }

    const SHAPES: [BoxShape; 6] = [
        BoxShape::Rounded(0.0),
        BoxShape::Rounded(5.0),
        BoxShape::Rounded(20.5),
        BoxShape::Rounded(1e9),
        BoxShape::Ellipse,
        BoxShape::Circle,
    ];

    #[test]
    fn shapes_cover_what_counting_points_says() {
        for shape in SHAPES {
            for (width, height, inset) in [(64, 48, 0.0), (33, 57, 0.0), (40, 40, 3.5), (2, 2, 0.0)]
            {
                let mut values = vec![9; width * height];
                shape.draw(PlaneMut::packed(&mut values, width, height), inset as f32);
                let size = [width as f64, height as f64];
                for (i, &value) in values.iter().enumerate() {
                    let inside = |x, y| contains(shape, size, inset, x, y);
                    let wanted = counted(inside, i % width, i / width);
                    let off = (f64::from(value) / 255.0 - wanted).abs();
                    let bound = if width > 2 { 0.1 } else { 0.3 };
                    assert!(off < bound, "{shape:?} {width}x{height} {i}: {value}, not {wanted}");
                }
            }
        }
    }

    #[test]
    fn a_border_is_the_shape_without_its_inside() {
        for shape in SHAPES {
            let (width, height, border) = (61, 40, 4.5);
            let mut ring = vec![9; width * height];
            shape.draw_border(PlaneMut::packed(&mut ring, width, height), border);
            let mut masks = [vec![0; width * height], vec![0; width * height]];
            for (mask, inset) in masks.iter_mut().zip([0.0, border]) {
                shape.draw(PlaneMut::packed(mask, width, height), inset);
            }
            for (i, &value) in ring.iter().enumerate() {
                let wanted = i16::from(masks[0][i]) - i16::from(masks[1][i]);
                assert!((i16::from(value) - wanted).abs() <= 1, "{shape:?} {i}");
            }
        }
    }

    #[test]
    fn a_box_that_is_all_border_has_no_inside() {
        let mut mask = [9; 16];
        BoxShape::Ellipse.draw(PlaneMut::packed(&mut mask, 4, 4), 2.0);
        assert_eq!(mask, [0; 16]);
    }
}
