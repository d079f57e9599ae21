//! Stills as they are worked on: most JPEG pictures are stored in just these planes, and aren't converted.

use super::jpeg_marks::Marks;
use super::picture::STILL_COLOR;
use super::read::{decode, head, lost};
use super::reading::{Reading, orientation};
use super::upright::Shape;
use crate::color::profile::{Described, Model, ToSrgb};
use crate::intake::sniff::Head;
use crate::{FilesError, Intake};
use backlot_jpeg::{Decoder, McuMask, PlaneMut, Scale};
use backlot_kernels::{Converter, Level};
use backlot_media::{Frame, MAX_SIDE, PixelFormat, Size};
use image::ImageFormat;
use image::metadata::Orientation;
use std::path::Path;

/// The most bytes that a coded byte, and a pixel, take while they are decoded.
const BESIDES: (u64, u64) = (24, 16);

/// What chroma is where there is no colour.
const GREY: u8 = 128;

/// Reads stills one after the other, each as [`Picture::to_still`](crate::Picture::to_still) makes it of what
/// [`read_picture`](crate::read_picture) reads, but for the rounding on the way to R, G, B and back.
#[derive(Debug)]
pub struct StillReader {
    /// It keeps the tables of the last pictures.
    jpeg: Decoder,
    wanted: McuMask,
    level: Level,
    /// The last profile, and whether it is that of sRGB.
    profile: Option<(Described, bool)>,
}

impl Default for StillReader {
    fn default() -> Self {
        let level = Level::best();
        Self { jpeg: Decoder::new(level), wanted: McuMask::default(), level, profile: None }
    }
}

impl StillReader {
    /// Reads a file: I420 in [`STILL_COLOR`], upright, at its own size, over black where it is transparent.
    ///
    /// # Errors
    /// As [`read_picture`](crate::read_picture).
    pub fn read(&mut self, path: &Path, intake: &Intake) -> Result<Frame, FilesError> {
        self.still(Reading { path, bytes: None, intake }).map_err(|error| lost(error, intake))
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
    ) -> Result<Frame, FilesError> {
        self.still(Reading { path: name, bytes: Some(bytes), intake })
    }

    fn still(&mut self, reading: Reading<'_>) -> Result<Frame, FilesError> {
        let head = head(reading)?;
        if !matches!(head, Head::Picture(ImageFormat::Jpeg)) {
            return decode(reading, head).map(|picture| picture.to_still());
        }
        let bytes = reading.whole()?;
        let reading = Reading { bytes: Some(&bytes), ..reading };
        match self.planes(reading, &bytes)? {
            Some(frame) => Ok(frame),
            None => decode(reading, head).map(|picture| picture.to_still()),
        }
    }

    /// The planes of a JPEG picture; `None` if it must be turned, made smaller or converted, or isn't whole.
    fn planes(&mut self, reading: Reading<'_>, jpeg: &[u8]) -> Result<Option<Frame>, FilesError> {
        let marks = Marks::find(jpeg);
        let Some((shape, size, end)) = plain(&marks) else { return Ok(None) };
        if !self.is_srgb(&marks) {
            return Ok(None);
        }
        let besides = (BESIDES.0 * jpeg.len() as u64).min(BESIDES.1 * size.pixels() as u64);
        reading.claim(shape, size, besides)?;
        let Ok(picture) = self.jpeg.read(&jpeg[..end]) else { return Ok(None) };
        let is_of_size = picture.size() == (size.width as usize, size.height as usize);
        let format = match (picture.planes(), picture.subsampling()) {
            (1, _) | (_, (2, 2)) => PixelFormat::I420,
            (_, (2, 1)) => PixelFormat::I422,
            (_, (1, 1)) => PixelFormat::I444,
            _ => return Ok(None),
        };
        if picture.is_damaged() || !is_of_size {
            return Ok(None);
        }
        let mut frame = Frame::new(format, size);
        let (across, down) = picture.units();
        self.wanted.reset(across, down);
        self.wanted.fill();
        let mut yuv = frame.yuv_mut();
        let mut planes = yuv.each_mut().map(|plane| {
            let stride = plane.stride();
            PlaneMut { bytes: plane.data_mut(), stride }
        });
        let (stored, grey) = planes.split_at_mut(picture.planes());
        if picture.blocks(&self.wanted, Scale::Full, stored).is_err() {
            return Ok(None);
        }
        grey.iter_mut().for_each(|plane| plane.bytes.fill(GREY));
        frame.color = STILL_COLOR;
        Ok(Some(self.to_i420(frame)))
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

    fn to_i420(&self, frame: Frame) -> Frame {
        if frame.format() == PixelFormat::I420 {
            return frame;
        }
        let to = PixelFormat::I420;
        let mut still = Frame::new(to, frame.size());
        still.color = STILL_COLOR;
        let (from, to) = ((frame.format(), STILL_COLOR), (to, STILL_COLOR));
        Converter::new(from, to, frame.size(), self.level).run(&frame, &mut still);
        still
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
