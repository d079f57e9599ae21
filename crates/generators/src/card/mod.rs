//! Cards with text, which viewers see while there is no other picture.

mod font;
mod layout;
mod shapes;

use crate::math::ease;
use crate::paint::color::Ink;
use crate::paint::mask::Mask;
use crate::paint::path::Path;
use crate::paint::{Affine, Rgb, pt};
use crate::sets::soft::{Soft, Step};
use backlot_media::{ColorSpace, Frame, PixelFormat};
use font::Font;
use layout::{Block, Lines};

const TOP: Rgb = Rgb::hex(0x002a_3348);
const BOTTOM: Rgb = Rgb::hex(0x0012_161f);
const TITLE: Rgb = Rgb::hex(0x00f3_f5f9);
const LINE: Rgb = Rgb::hex(0x00b3_bed0);
const DISC: Rgb = Rgb::hex(0x003d_4a66);
const GLYPH: Rgb = Rgb::hex(0x00e9_b872);

/// Lights behind the text: place in heights from the middle and the top, reach, colour.
const LIGHTS: [((f32, f32), f32, [f32; 3]); 3] = [
    ((-0.62, 0.12), 0.85, [0.015, 0.06, 0.085]),
    ((0.66, 0.92), 0.80, [0.075, 0.045, 0.03]),
    ((0.0, 0.46), 0.55, [0.02, 0.022, 0.035]),
];

/// A calm picture with a title and one line that explains it.
///
/// Text that is too long is wrapped, then set smaller, then cut with an ellipsis. Letters that the
/// typeface lacks (it has Latin, Greek and Cyrillic ones) are drawn as boxes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Card<'a> {
    /// The message, in a few words.
    pub title: &'a str,
    /// What it means or what to do; may be empty.
    pub line: &'a str,
}

impl Card<'_> {
    /// Draws the card on the whole frame, in the frame's tagged colour space. The tags stay. It
    /// allocates, and takes some ten milliseconds: it is meant for when the text changes.
    ///
    /// # Panics
    /// If the frame is not I420.
    pub fn draw(&self, frame: &mut Frame) {
        assert_eq!(frame.format(), PixelFormat::I420, "wrong frame");
        draw_background(frame);
        let (w, h) = (frame.size().width as f32, frame.size().height as f32);
        // The layout is that of a 16:9 picture that fits into this one.
        let unit = h.min(w * 9.0 / 16.0);
        let text = Lines::fit(self.title, self.line, w / unit * 0.84);
        let map = Affine::shift(w / 2.0, h / 2.0).scaled(unit, unit);
        let mut brush = Brush::new(frame);
        let top = -text.height() / 2.0;
        draw_camera(&mut brush, map.moved(0.0, top + layout::BADGE / 2.0));
        draw_block(&mut brush, &text.title, map, top, TITLE);
        draw_block(&mut brush, &text.line, map, top, LINE);
    }
}

/// Draws one line of text in the middle of a plain frame, in the frame's tagged colour space, as large
/// as it fits.
///
/// # Panics
/// If the frame is not I420.
pub fn draw_caption(text: &str, frame: &mut Frame) {
    assert_eq!(frame.format(), PixelFormat::I420, "wrong frame");
    let codes = codes_of(BOTTOM, frame.color);
    let planes = frame.yuv_mut().into_iter().zip(codes);
    planes.for_each(|(mut plane, code)| plane.fill(code as u8));
    let (w, h) = (frame.size().width as f32, frame.size().height as f32);
    let font = Font::regular();
    let width = font.width(text).max(f32::MIN_POSITIVE);
    let size = (0.5 * h).min(0.94 * w / width);
    let map = Affine::shift((w - width * size) / 2.0, h / 2.0 + 0.36 * size).scaled(size, size);
    Brush::new(frame).fill(TITLE, 1.0, |path| font.trace(text, map, path));
}

fn draw_background(frame: &mut Frame) {
    let mut soft = Soft::new(frame.size(), frame.color, Step(8, 8));
    soft.color_by(|_, y| TOP.mix(BOTTOM, ease(y)).0);
    for (place, reach, light) in LIGHTS {
        soft.add_disc(place, reach, light, |square| (1.0 - square).max(0.0).powi(2));
    }
    soft.spread(frame.time, frame);
}

/// A film camera on a disc, around (0, 0).
fn draw_camera(brush: &mut Brush<'_>, map: Affine) {
    let r = layout::BADGE / 2.0;
    brush.fill(DISC, 0.55, |path| path.ellipse(map, pt(0.0, 0.0), r, r));
    let map = map.scaled(r, r);
    brush.fill(GLYPH, 1.0, |path| {
        path.rounded(map, pt(-0.50, -0.14), pt(0.20, 0.36), 0.09);
        path.polygon(map, &[pt(0.24, 0.06), pt(0.52, -0.12), pt(0.52, 0.34), pt(0.24, 0.16)]);
        path.ellipse(map, pt(-0.33, -0.30), 0.145, 0.145);
        path.ellipse(map, pt(0.02, -0.34), 0.185, 0.185);
    });
    brush.fill(DISC, 1.0, |path| {
        path.ellipse(map, pt(-0.33, -0.30), 0.05, 0.05);
        path.ellipse(map, pt(0.02, -0.34), 0.07, 0.07);
    });
}

fn draw_block(brush: &mut Brush<'_>, block: &Block, map: Affine, top: f32, color: Rgb) {
    for (text, baseline) in block.rows() {
        let width = block.font.width(text) * block.size;
        let place = map.moved(-width / 2.0, top + baseline).scaled(block.size, block.size);
        brush.fill(color, 1.0, |path| block.font.trace(text, place, path));
    }
}

/// Lays colours on a frame, through shapes.
struct Brush<'a> {
    frame: &'a mut Frame,
    path: Path,
    mask: Mask,
}

impl<'a> Brush<'a> {
    fn new(frame: &'a mut Frame) -> Self {
        Self { frame, path: Path::default(), mask: Mask::default() }
    }

    fn fill(&mut self, color: Rgb, opacity: f32, build: impl FnOnce(&mut Path)) {
        self.path.clear();
        build(&mut self.path);
        let size = self.frame.size();
        let even = |n: u32| (n as usize).next_multiple_of(2);
        self.mask.cover(&self.path, (even(size.width), even(size.height)), 0.0);
        let codes = codes_of(color, self.frame.color);
        let [luma, u, v] = self.frame.yuv_mut();
        for (index, mut plane) in [luma, u, v].into_iter().enumerate() {
            let step = if index == 0 { 1 } else { 2 };
            for y in 0..self.mask.height / step {
                let at = self.mask.y / step + y;
                if at < plane.height() {
                    let row = &mut plane.row_mut(at)[self.mask.x / step..];
                    lay(&self.mask, y, step, row, codes[index], opacity);
                }
            }
        }
    }
}

/// Lays one colour on a row of a plane that has each `step`th pixel.
fn lay(mask: &Mask, y: usize, step: usize, row: &mut [u8], code: f32, opacity: f32) {
    let gain = opacity / (step * step) as f32;
    for (x, pixel) in row.iter_mut().take(mask.width / step).enumerate() {
        let sum: f32 = (0..step).flat_map(|dy| &mask.row(y * step + dy)[x * step..][..step]).sum();
        let old = f32::from(*pixel);
        *pixel = (old + (code - old) * sum * gain + 0.5) as u8;
    }
}

fn codes_of(color: Rgb, space: ColorSpace) -> [f32; 3] {
    let ink = Ink::new(color, space.matrix);
    let (luma, chroma) = (space.range.luma_span() as f32, space.range.chroma_span() as f32);
    let black = f32::from(space.range.black());
    [black + ink.y * luma, 128.0 + ink.u * chroma, 128.0 + ink.v * chroma]
}

#[cfg(test)]
mod tests;
