//! Colours, and gradients of two.

use super::{Booking, Facts, Fixed, Material, Player};
use crate::SourceError;
use backlot_media::{ColorSpace, Frame, PixelFormat, Shot, Size, View};
use backlot_scene::Rgb;

/// From the first colour at the top to the second at the bottom.
pub(super) struct Gradient(Rgb, Rgb);

impl Gradient {
    pub fn new(top: &Rgb, bottom: &Rgb) -> Self {
        Self(top.clone(), bottom.clone())
    }

    /// One colour.
    pub fn plain(color: &Rgb) -> Self {
        Self::new(color, color)
    }
}

impl Material for Gradient {
    fn facts(&self) -> Facts {
        Facts { size: None, has_alpha: false, moves: false }
    }

    fn start(&self, booking: &Booking<'_>) -> Result<Box<dyn Player>, SourceError> {
        let view = booking.view_of(booking.size);
        let picture = gradient(booking.color, (view, booking.size), &self.0, &self.1);
        Ok(Box::new(Fixed { view, shot: Shot { picture, alpha: None } }))
    }
}

/// From `top` to `bottom`, linear in code values, dithered so that no bands show.
fn gradient(color: ColorSpace, (view, native): (View, Size), top: &Rgb, bottom: &Rgb) -> Frame {
    let mut frame = Frame::new(PixelFormat::I420, view.size);
    frame.color = color;
    let part = |side: f32| f64::from(side / native.height as f32);
    let (first, length) = (part(view.window.y), part(view.window.height));
    let ends = [top, bottom].map(|c| color.encode(c.bytes().map(|v| f64::from(v) / 255.0)));
    for (component, mut plane) in frame.yuv_mut().into_iter().enumerate() {
        let lines = if component > 0 { 2.0 } else { 1.0 };
        for (y, row) in plane.rows_mut().enumerate() {
            let share = first + length * (y as f64 + 0.5) * lines / f64::from(view.size.height);
            let value = ends[0][component] + (ends[1][component] - ends[0][component]) * share;
            for (x, out) in row.iter_mut().enumerate() {
                *out = (value + threshold(x, y)).floor().clamp(0.0, 255.0) as u8;
            }
        }
    }
    frame
}

/// The offset before rounding down: an ordered dither of 4 by 4 (Bayer 1973).
fn threshold(x: usize, y: usize) -> f64 {
    const ORDER: [[u8; 4]; 4] = [[0, 8, 2, 10], [12, 4, 14, 6], [3, 11, 1, 9], [15, 7, 13, 5]];
    (f64::from(ORDER[y % 4][x % 4]) + 0.5) / 16.0
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: Size = Size { width: 64, height: 48 };

    fn whole(top: &Rgb, bottom: &Rgb) -> Frame {
        gradient(ColorSpace::BT709, (View::whole(SIZE), SIZE), top, bottom)
    }

    #[test]
    fn a_colour_fills_the_canvas_within_one_code_value() {
        let color = Rgb::new([32, 64, 96]);
        let frame = whole(&color, &color);
        let expected = ColorSpace::BT709.encode_rgb8(color.bytes());
        for (plane, value) in frame.yuv().iter().zip(expected) {
            assert!(plane.rows().flatten().all(|v| v.abs_diff(value) <= 1));
        }
    }

    #[test]
    fn a_gradient_runs_from_the_top_to_the_bottom() {
        let frame = whole(&Rgb::new([0; 3]), &Rgb::new([255; 3]));
        let luma = frame.plane(0);
        let mean = |y: usize| luma.row(y).iter().map(|&v| f64::from(v)).sum::<f64>() / 64.0;
        let step = 219.0 / 48.0;
        for y in 0..48 {
            assert!((mean(y) - (16.0 + step * (y as f64 + 0.5))).abs() < 0.6, "{}", mean(y));
        }
    }
}
