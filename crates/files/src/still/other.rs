//! Other kinds of pictures, through the `image` crate.

use super::picture::Picture;
use super::reading::{Header, Reading};
use super::samples::{Depth, Samples};
use crate::FilesError;
use crate::color::profile::{Described, Model};
use image::{ColorType, ImageDecoder, ImageError};

pub(super) fn read(
    reading: Reading<'_>,
    decoder: Result<impl ImageDecoder, ImageError>,
) -> Result<Picture, FilesError> {
    let failure = |error| failure(reading, error);
    let mut decoder = decoder.map_err(failure)?;
    let (width, height) = decoder.dimensions();
    let samples = samples(reading, decoder.color_type())?;
    let bytes = decoder.total_bytes();
    let mut upright = reading.begin(&Header {
        width,
        height,
        samples,
        described: decoder.icc_profile().ok().flatten().map(Described::Icc),
        orientation: None,
        // Some decoders read everything before they convert it.
        besides: bytes.saturating_mul(2),
    })?;
    let mut pixels = reading.zeros(bytes)?;
    let decoded = decoder.read_image(&mut pixels);
    for (y, row) in (0..).zip(pixels.chunks_exact(width as usize * samples.bytes())) {
        upright.put(y, row);
    }
    if let Err(error) = decoded {
        reading.note_missing(&upright, failure(error))?;
    }
    Ok(upright.finish())
}

fn samples(reading: Reading<'_>, color: ColorType) -> Result<Samples, FilesError> {
    let (model, alpha, depth) = match color {
        ColorType::L8 => (Model::Gray, false, Depth::Eight),
        ColorType::La8 => (Model::Gray, true, Depth::Eight),
        ColorType::Rgb8 => (Model::Rgb, false, Depth::Eight),
        ColorType::Rgba8 => (Model::Rgb, true, Depth::Eight),
        ColorType::L16 => (Model::Gray, false, Depth::Sixteen),
        ColorType::La16 => (Model::Gray, true, Depth::Sixteen),
        ColorType::Rgb16 => (Model::Rgb, false, Depth::Sixteen),
        ColorType::Rgba16 => (Model::Rgb, true, Depth::Sixteen),
        ColorType::Rgb32F => (Model::Rgb, false, Depth::Float),
        ColorType::Rgba32F => (Model::Rgb, true, Depth::Float),
        other => return Err(reading.unsupported(format!("its colours are {other:?}"))),
    };
    Ok(Samples::new(model, alpha, depth))
}

pub(super) fn failure(reading: Reading<'_>, error: ImageError) -> FilesError {
    match error {
        ImageError::IoError(error) => reading.io(error),
        ImageError::Unsupported(error) => reading.unsupported(error),
        ImageError::Limits(error) => reading.unsupported(error),
        _ => reading.spoilt(),
    }
}
