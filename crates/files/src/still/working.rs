//! Stills as they are worked on. Most JPEG pictures come straight from the planes that they are stored in.

use super::jpeg_marks::Marks;
use super::picture::STILL_COLOR;
use super::read::{decode, head, lost};
use super::reading::{Reading, orientation};
use super::upright::Shape;
use crate::color::profile::{Described, Model, ToSrgb};
use crate::intake::sniff::Head;
use crate::{FilesError, Intake};
use backlot_jpeg::{Decoder, McuMask, PlaneMut, Scale};
use backlot_kernels::{Converter, JpegColors, Level};
use backlot_media::{Frame, MAX_SIDE, Picture as View, PixelFormat, Size};
use image::ImageFormat;
use image::metadata::Orientation;
use std::path::Path;

/// The most bytes that a coded byte, and a pixel, take while they are decoded.
const BESIDES: (u64, u64) = (24, 16);

/// What chroma is where there is no colour.
const GREY: u8 = 128;

/// Reads stills one after the other, each as [`Picture::to_still`](crate::Picture::to_still) makes it of what
/// [`read_picture`](crate::read_picture) reads: I420 in [`STILL_COLOR`], upright, at its own size, over black where it
/// is transparent.
#[derive(Debug)]
pub struct StillReader {
    /// It keeps the tables of the last pictures.
    jpeg: Decoder,
    wanted: McuMask,
    level: Level,
    stored: Option<Stored>,
    /// The last still, or memory for the next one.
    still: Option<Frame>,
    /// The last profile, and whether it is that of sRGB.
    profile: Option<(Described, bool)>,
}

/// Memory for planes as they are stored.
#[derive(Debug)]
struct Stored {
    planes: Frame,
    colors: JpegColors,
}

impl Default for StillReader {
    fn default() -> Self {
        let level = Level::best();
        let (jpeg, wanted) = (Decoder::new(level), McuMask::default());
        Self { jpeg, wanted, level, stored: None, still: None, profile: None }
    }
}

impl StillReader {
    /// Reads a file.
    ///
    /// # Errors
    /// As [`read_picture`](crate::read_picture).
    pub fn read(&mut self, path: &Path, intake: &Intake) -> Result<Frame, FilesError> {
        let still = self.still(Reading { path, bytes: None, intake });
        still.map_err(|error| lost(error, intake))
    }

    /// Reads bytes that are there already; `name` is what errors call them.
    ///
    /// # Errors
    /// As [`picture_from_bytes`](crate::picture_from_bytes).
    pub fn read_bytes(
        &mut self,
        name: &Path,
        bytes: &[u8],
        intake: &Intake,
    ) -> Result<&Frame, FilesError> {
        let still = self.still(Reading { path: name, bytes: Some(bytes), intake })?;
        Ok(self.still.insert(still))
    }

    /// Takes rows of R, G, B, 8 bits each, in sRGB; `None` unless there are exactly as many as `size` takes.
    pub fn take_rgb(&mut self, size: Size, pixels: &[u8]) -> Option<&Frame> {
        let form = (PixelFormat::Rgb24, STILL_COLOR);
        let row = 3 * size.width as usize;
        let is_exact = pixels.len() == row * size.height as usize;
        let view = View::in_bytes(form.0, size, form.1, pixels, row).filter(|_| is_exact)?;
        let mut still = self.memory(size);
        Converter::new(form, (PixelFormat::I420, STILL_COLOR), size, self.level)
            .run(view, &mut still);
        Some(self.still.insert(still))
    }

    fn memory(&mut self, size: Size) -> Frame {
        let known = self.still.take().filter(|still| still.size() == size);
        known.unwrap_or_else(|| Frame::new(PixelFormat::I420, size))
    }

    fn still(&mut self, reading: Reading<'_>) -> Result<Frame, FilesError> {
        let head = head(reading)?;
        if !matches!(head, Head::Picture(ImageFormat::Jpeg)) {
            return decode(reading, head).map(|picture| picture.to_still());
        }
        let bytes = reading.whole()?;
        let reading = Reading { bytes: Some(&bytes), ..reading };
        match self.shown(reading, &bytes)? {
            Some(frame) => Ok(frame),
            None => decode(reading, head).map(|picture| picture.to_still()),
        }
    }

    /// A JPEG picture straight from its planes; `None` if it must be turned, made smaller or converted, or isn't
    /// whole.
    fn shown(&mut self, reading: Reading<'_>, jpeg: &[u8]) -> Result<Option<Frame>, FilesError> {
        let marks = Marks::find(jpeg);
        let Some((shape, size, end)) = plain(&marks) else { return Ok(None) };
        if !self.is_srgb(&marks) {
            return Ok(None);
        }
        let besides = (BESIDES.0 * jpeg.len() as u64).min(BESIDES.1 * size.pixels() as u64);
        reading.claim(shape, size, besides)?;
        if !self.take_planes(&jpeg[..end], size) {
            return Ok(None);
        }
        let mut still = self.memory(size);
        Ok(self.stored.as_mut().map(|stored| {
            stored.colors.run(self.level, &stored.planes, &mut still);
            still
        }))
    }

    /// Decodes a picture's planes; returns whether that was possible.
    fn take_planes(&mut self, jpeg: &[u8], size: Size) -> bool {
        let Ok(picture) = self.jpeg.read(jpeg) else { return false };
        let is_of_size = picture.size() == (size.width as usize, size.height as usize);
        let format = match (picture.planes(), picture.subsampling()) {
            (1, _) | (_, (2, 2)) => PixelFormat::I420,
            (_, (2, 1)) => PixelFormat::I422,
            (_, (1, 1)) => PixelFormat::I444,
            _ => return false,
        };
        if picture.is_damaged() || !is_of_size {
            return false;
        }
        let form = (format, size);
        let known = self.stored.take().filter(|stored| stored.colors.form() == form);
        let stored = self.stored.insert(known.unwrap_or_else(|| Stored {
            planes: Frame::new(format, size),
            colors: JpegColors::new(format, size),
        }));
        let (across, down) = picture.units();
        self.wanted.reset(across, down);
        self.wanted.fill();
        let mut yuv = stored.planes.yuv_mut();
        let mut planes = yuv.each_mut().map(|plane| {
            let stride = plane.stride();
            PlaneMut { bytes: plane.data_mut(), stride }
        });
        let (coded, grey) = planes.split_at_mut(picture.planes());
        grey.iter_mut().for_each(|plane| plane.bytes.fill(GREY));
        picture.blocks(&self.wanted, Scale::Full, coded).is_ok()
    }

    /// Whether a picture's colours are those of sRGB, or it says nothing of them.
    fn is_srgb(&mut self, marks: &Marks) -> bool {
        let Some(described) = marks.profile().map(Described::Icc) else { return true };
        match &self.profile {
            Some((known, is_srgb)) if *known == described => *is_srgb,
            _ => {
                let is_srgb = matches!(ToSrgb::new(&described, Model::Rgb), Ok(None));
                self.profile = Some((described, is_srgb));
                is_srgb
            }
        }
    }
}

/// The shape and size of a picture that can be taken as it is stored, and where its bytes end.
fn plain(marks: &Marks) -> Option<(Shape, Size, usize)> {
    let (width, height) = marks.size();
    let turn = marks.exif().and_then(orientation).unwrap_or(Orientation::NoTransforms);
    let is_plain = turn == Orientation::NoTransforms
        && marks.coefficient_bytes() == 0
        && width.max(height) <= MAX_SIDE;
    let size = Size::new(width, height).ok().filter(|_| is_plain)?;
    Some((Shape { width, height, orientation: turn }, size, marks.end()?))
}
