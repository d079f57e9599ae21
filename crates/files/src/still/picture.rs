//! Still pictures, and placing them on a canvas.

use crate::fit::Placement;
use backlot_kernels::{Converter, Level, Scaler};
use backlot_media::{ColorSpace, Frame, Matte, PixelFormat, Plane, Size, Window};
use backlot_scene::Fit;

/// The colour behind transparent pixels of stills and videos, unless another is given.
pub const BEHIND_TRANSPARENT: [u8; 3] = [0; 3];

/// The colour space in which stills are worked on: the range in which most of them are stored.
pub const STILL_COLOR: ColorSpace = ColorSpace::JPEG;

/// Rows that are flattened and converted at a time.
const BAND: u32 = 64;

/// A still picture: R, G, B and alpha (not premultiplied), 8 bits each, upright, in sRGB.
#[derive(Clone, Debug)]
pub struct Picture {
    frame: Frame,
    has_alpha: bool,
}

impl Picture {
    /// A picture of R, G, B, A.
    pub(super) const fn new(frame: Frame, has_alpha: bool) -> Self {
        Self { frame, has_alpha }
    }

    /// A picture of rows of R, G, B, 8 bits each, in sRGB; `None` unless there are exactly as many as `size`
    /// takes.
    pub fn from_rgb(size: Size, pixels: &[u8]) -> Option<Self> {
        let (pixels, rest) = pixels.as_chunks::<3>();
        if pixels.len() != size.pixels() || !rest.is_empty() {
            return None;
        }
        let mut frame = Frame::new(PixelFormat::Rgba32, size);
        let rows = pixels.chunks_exact(size.width as usize);
        for (to, row) in frame.plane_mut(0).rows_mut().zip(rows) {
            let to = to.as_chunks_mut::<4>().0;
            to.iter_mut().zip(row).for_each(|(to, [r, g, b])| *to = [*r, *g, *b, 255]);
        }
        Some(Self { frame, has_alpha: false })
    }

    /// The picture at its own size, as a still is worked on: I420 over black.
    pub fn to_still(&self) -> Frame {
        let mut frame = self.to_yuv(STILL_COLOR, BEHIND_TRANSPARENT);
        frame.color = STILL_COLOR;
        frame
    }

    /// Size in pixels.
    pub fn size(&self) -> Size {
        self.frame.size()
    }

    /// The pixels, in Rgba32.
    pub const fn frame(&self) -> &Frame {
        &self.frame
    }

    /// Whether some of it may be transparent.
    pub const fn has_alpha(&self) -> bool {
        self.has_alpha
    }

    /// How much of each pixel shows; `None` if all of it does.
    fn alpha(&self) -> Option<Matte> {
        let pixels = self.frame.plane(0);
        let is_opaque = |row: &[u8]| row.as_chunks::<4>().0.iter().all(|pixel| pixel[3] == 255);
        if !self.has_alpha || pixels.rows().all(is_opaque) {
            return None;
        }
        let mut alpha = Matte::new(self.size());
        for (to, row) in alpha.plane_mut().rows_mut().zip(pixels.rows()) {
            to.iter_mut().zip(row.as_chunks::<4>().0).for_each(|(to, pixel)| *to = pixel[3]);
        }
        Some(alpha)
    }

    /// Rows from `first` on, as many as `band` has, with `over` where the picture is transparent.
    fn flatten(&self, first: u32, over: [u8; 3], band: &mut Frame) {
        let rows = self.frame.plane(0);
        for (y, to) in band.plane_mut(0).rows_mut().enumerate() {
            let from = rows.row(first as usize + y);
            to.copy_from_slice(from);
            for pixel in to.as_chunks_mut::<4>().0.iter_mut().filter(|pixel| pixel[3] != 255) {
                let alpha = u32::from(pixel[3]);
                for (value, under) in pixel.iter_mut().zip(over) {
                    let sum = u32::from(*value) * alpha + u32::from(under) * (255 - alpha);
                    *value = ((sum + 127) / 255) as u8;
                }
                pixel[3] = 255;
            }
        }
    }

    /// The picture in I420, flattened, without a full copy on the way.
    fn to_yuv(&self, color: ColorSpace, over: [u8; 3]) -> Frame {
        let size = self.size();
        let mut yuv = Frame::new(PixelFormat::I420, size);
        yuv.color = color;
        for first in (0..size.height).step_by(BAND as usize) {
            let part = Size { width: size.width, height: BAND.min(size.height - first) };
            let mut band = Frame::new(PixelFormat::Rgba32, part);
            self.flatten(first, over, &mut band);
            let (from, to) = ((PixelFormat::Rgba32, band.color), (PixelFormat::I420, color));
            let mut converted = Frame::new(PixelFormat::I420, part);
            Converter::new(from, to, part, Level::best()).run(&band, &mut converted);
            for (plane, (mut to, from)) in
                yuv.yuv_mut().into_iter().zip(converted.yuv()).enumerate()
            {
                let first = first as usize >> usize::from(plane > 0);
                for (y, row) in from.rows().enumerate() {
                    to.row_mut(first + y).copy_from_slice(row);
                }
            }
        }
        yuv
    }

    /// The picture in I420 over black, rounded once: where it is nearly transparent, what is rounded
    /// counts many times.
    fn to_faded_yuv(&self, color: ColorSpace) -> Frame {
        let mut yuv = Frame::new(PixelFormat::I420, self.size());
        yuv.color = color;
        let zero = color.encode([0.0; 3]).map(|value| value as f32);
        let weights = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]].map(|rgb| {
            let whole = color.encode(rgb);
            [0, 1, 2].map(|plane| (whole[plane] as f32 - zero[plane]) / 255.0)
        });
        let pixels = self.frame.plane(0);
        let last = (pixels.height() - 1, pixels.width() / 4 - 1);
        let faded = |x: usize, y: usize, plane: usize| {
            let pixel = &pixels.row(y.min(last.0))[4 * x.min(last.1)..][..4];
            let share = f32::from(pixel[3]) / 255.0;
            (0..3).map(|i| f32::from(pixel[i]) * weights[i][plane]).sum::<f32>() * share
        };
        for (plane, mut to) in yuv.yuv_mut().into_iter().enumerate() {
            for (y, row) in to.rows_mut().enumerate() {
                for (x, value) in row.iter_mut().enumerate() {
                    let sum = match plane {
                        0 => faded(x, y, 0),
                        _ => {
                            let (x, y) = (2 * x, 2 * y);
                            let pair = |y| faded(x, y, plane) + faded(x + 1, y, plane);
                            (pair(y) + pair(y + 1)) / 4.0
                        }
                    };
                    *value = (zero[plane] + sum).round().clamp(0.0, 255.0) as u8;
                }
            }
        }
        yuv
    }
}

/// The picture as an I420 frame of `size`, with `over` where it is transparent and where a picture
/// that is contained leaves bars.
pub fn picture_to_frame(
    picture: &Picture,
    size: Size,
    fit: Fit,
    color: ColorSpace,
    over: [u8; 3],
) -> Frame {
    still_to_size(picture.to_yuv(color, over), size, fit, over)
}

/// An I420 still as a frame of `size`, with `over` where one that is contained leaves bars.
pub fn still_to_size(still: Frame, size: Size, fit: Fit, over: [u8; 3]) -> Frame {
    if size == still.size() {
        return still;
    }
    let mut frame = Frame::new(PixelFormat::I420, size);
    fill(&mut frame, still.color.encode_rgb8(over));
    frame.tag_like(&still);
    let placement = Placement::new(still.size(), size, fit);
    let from = (still.size(), source_window(still.size(), placement));
    Scaler::placed(from, (size, placement.place), Level::best()).run(&still, &mut frame);
    frame
}

/// A part of the picture at another size, for a layer: its colours, and how much of each pixel shows
/// (`None` if all of it does). What is transparent is black, so that no hidden colour shows.
pub fn picture_in_view(
    picture: &Picture,
    (window, size): (Window, Size),
    color: ColorSpace,
) -> (Frame, Option<Matte>) {
    let own = picture.alpha();
    let whole = match own {
        Some(_) => picture.to_faded_yuv(color),
        None => picture.to_yuv(color, BEHIND_TRANSPARENT),
    };
    let to = (size, size.rect());
    let mut scaler = Scaler::placed((picture.size(), window), to, Level::best());
    let mut frame = Frame::new(PixelFormat::I420, size);
    scaler.run(&whole, &mut frame);
    drop(whole);
    let alpha = own.map(|own| {
        let mut alpha = Matte::new(size);
        scaler.run_plane(own.plane(), alpha.plane_mut());
        alpha
    });
    if let Some(alpha) = &alpha {
        undo_black(&mut frame, alpha.plane());
    }
    (frame, alpha)
}

/// Takes the black out that shows through partly transparent pixels.
fn undo_black(frame: &mut Frame, alpha: Plane<'_>) {
    let black = f32::from(frame.color.range.black());
    let [mut luma, chroma @ ..] = frame.yuv_mut();
    let undone = |value: u8, zero: f32, alpha: f32| match alpha {
        0.0 => zero as u8,
        _ => ((f32::from(value) - zero) * 255.0 / alpha + zero).round().clamp(0.0, 255.0) as u8,
    };
    for (row, alphas) in luma.rows_mut().zip(alpha.rows()) {
        row.iter_mut().zip(alphas).for_each(|(v, &a)| *v = undone(*v, black, f32::from(a)));
    }
    for mut plane in chroma {
        for (j, row) in plane.rows_mut().enumerate() {
            for (i, value) in row.iter_mut().enumerate() {
                let at = |x: usize, y: usize| {
                    f32::from(alpha.row(y.min(alpha.height() - 1))[x.min(alpha.width() - 1)])
                };
                let (x, y) = (2 * i, 2 * j);
                let sum = at(x, y) + at(x + 1, y) + at(x, y + 1) + at(x + 1, y + 1);
                *value = undone(*value, 128.0, sum / 4.0);
            }
        }
    }
}

/// The shown part of a picture, in its own pixels.
fn source_window(picture: Size, placement: Placement) -> Window {
    let across = picture.width as f32 / placement.scaled.width as f32;
    let down = picture.height as f32 / placement.scaled.height as f32;
    let window = placement.window;
    Window {
        x: window.x as f32 * across,
        y: window.y as f32 * down,
        width: window.width as f32 * across,
        height: window.height as f32 * down,
    }
}

/// Fills an I420 frame with one colour.
pub(crate) fn fill(frame: &mut Frame, color: [u8; 3]) {
    for (mut plane, value) in frame.yuv_mut().into_iter().zip(color) {
        plane.fill(value);
    }
}
