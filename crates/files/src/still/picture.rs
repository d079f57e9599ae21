//! Reading still pictures, and placing them on a canvas.

use crate::fit::Placement;
use crate::intake::kind::{Head, sniff};
use crate::{FilesError, Intake, open_file};
use backlot_kernels::{Converter, Level, Scaler, Window};
use backlot_media::{ColorSpace, Frame, MAX_SIDE, PixelFormat, Size};
use backlot_scene::{Fit, Rgb};
use image::{DynamicImage, ImageDecoder, ImageError, ImageReader, Limits};
use std::io::BufReader;
use std::path::Path;

/// Pictures with more pixels than this are refused before anything is allocated.
pub const MAX_PICTURE_PIXELS: u64 = 128_000_000;

/// What stands behind what is transparent, in stills and videos alike, where nothing else does.
pub const BEHIND_TRANSPARENT: Rgb = Rgb([0; 3]);

/// What decoding may take besides the picture itself, in bytes.
const DECODER_BYTES: u64 = 1 << 30;

/// A still picture: R, G, B and alpha (not premultiplied), 8 bits each, upright.
#[derive(Clone, Debug)]
pub struct Picture {
    frame: Frame,
    has_alpha: bool,
}

/// Reads a PNG, JPEG, WebP, BMP, GIF (its first frame) or TIFF file, whatever its name says. EXIF
/// orientation is applied; colour profiles are not.
///
/// # Errors
/// One sentence when it is missing, no picture, damaged, too large or of a rare kind.
pub fn read_picture(path: &Path, intake: &Intake) -> Result<Picture, FilesError> {
    let format = match sniff(path)? {
        Head::Picture(format) | Head::Animation(format) => format,
        Head::Folder => return Err(not_a_picture(path, "it is a folder")),
        Head::Video(_) => {
            return Err(not_a_picture(path, "none of png, jpg, webp, bmp, gif, tiff"));
        }
    };
    let reader = ImageReader::with_format(BufReader::new(open_file(path)?), format);
    let _ = intake;
    let decoded =
        reader.into_decoder().map_err(|e| picture_error(path, e)).and_then(|decoder| {
            check_size(path, decoder.dimensions())?;
            decode(decoder).map_err(|e| picture_error(path, e))
        })?;
    let has_alpha = decoded.color().has_alpha();
    let size = Size { width: decoded.width(), height: decoded.height() };
    Ok(Picture::from_rgba(size, &decoded.into_rgba8(), has_alpha))
}

fn not_a_picture(path: &Path, why: &str) -> FilesError {
    FilesError::Unsupported { path: path.into(), why: why.into() }
}

fn check_size(path: &Path, (width, height): (u32, u32)) -> Result<(), FilesError> {
    let pixels = u64::from(width) * u64::from(height);
    let limit = if Size::new(width, height).is_err() {
        format!("each side must be 1 to {MAX_SIDE} pixels")
    } else if pixels > MAX_PICTURE_PIXELS {
        format!("at most {} million pixels are read", MAX_PICTURE_PIXELS / 1_000_000)
    } else {
        return Ok(());
    };
    let (width, height) = (width.into(), height.into());
    Err(FilesError::Size { path: path.into(), width, height, limit })
}

fn decode(mut decoder: impl ImageDecoder) -> Result<DynamicImage, ImageError> {
    let mut limits = Limits::no_limits();
    (limits.max_image_width, limits.max_image_height) = (Some(MAX_SIDE), Some(MAX_SIDE));
    limits.max_alloc = Some(DECODER_BYTES + decoder.total_bytes());
    decoder.set_limits(limits)?;
    // A broken note about the orientation is no reason not to show the picture.
    let orientation = decoder.orientation().ok();
    let mut image = DynamicImage::from_decoder(decoder)?;
    if let Some(orientation) = orientation {
        image.apply_orientation(orientation);
    }
    Ok(image)
}

fn picture_error(path: &Path, error: ImageError) -> FilesError {
    let path = path.to_owned();
    let why = |e: &dyn std::error::Error| {
        e.to_string().lines().next().unwrap_or_default().trim_end_matches('.').to_owned()
    };
    match error {
        ImageError::IoError(e) if e.kind() == std::io::ErrorKind::UnexpectedEof => {
            FilesError::Damaged { path, why: "it ends too early".into() }
        }
        ImageError::Unsupported(e) => FilesError::Unsupported { path, why: why(&e) },
        ImageError::Limits(e) => FilesError::Unsupported { path, why: why(&e) },
        e => FilesError::Damaged { path, why: why(&e) },
    }
}

impl Picture {
    /// A picture of tightly packed R, G, B, A.
    pub(crate) fn from_rgba(size: Size, bytes: &[u8], has_alpha: bool) -> Self {
        let mut frame = Frame::new(PixelFormat::Rgba32, size);
        let row_bytes = size.width as usize * 4;
        let mut plane = frame.plane_mut(0);
        for (to, from) in plane.rows_mut().zip(bytes.chunks_exact(row_bytes)) {
            to.copy_from_slice(from);
        }
        Self { frame, has_alpha }
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

    /// The pixels with `over` where the picture is transparent.
    fn flattened(&self, over: Rgb) -> Frame {
        let mut frame = self.frame.clone();
        for row in frame.plane_mut(0).rows_mut() {
            for pixel in row.as_chunks_mut::<4>().0 {
                let alpha = u32::from(pixel[3]);
                for (value, under) in pixel.iter_mut().zip(over.0) {
                    let sum = u32::from(*value) * alpha + u32::from(under) * (255 - alpha);
                    *value = ((sum + 127) / 255) as u8;
                }
                pixel[3] = 255;
            }
        }
        frame
    }
}

/// The picture as an I420 frame of `size`, with `over` where it is transparent and where a picture
/// that is contained leaves bars.
pub fn picture_to_frame(
    picture: &Picture,
    size: Size,
    fit: Fit,
    color: ColorSpace,
    over: Rgb,
) -> Frame {
    let level = Level::best();
    let flat = if picture.has_alpha { &picture.flattened(over) } else { &picture.frame };
    let mut yuv = Frame::new(PixelFormat::I420, picture.size());
    let from = (PixelFormat::Rgba32, flat.color);
    Converter::new(from, (PixelFormat::I420, color), picture.size(), level).run(flat, &mut yuv);
    if size == picture.size() {
        return yuv;
    }
    let mut frame = Frame::new(PixelFormat::I420, size);
    fill(&mut frame, color.encode_rgb8(over.0));
    let placement = Placement::new(picture.size(), size, fit);
    let source = source_window(picture.size(), placement);
    Scaler::placed((picture.size(), source), (size, placement.place), level).run(&yuv, &mut frame);
    frame
}

/// What is shown of a picture, in its own pixels.
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
