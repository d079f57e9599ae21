//! WebP pictures that stand still.

use super::picture::Picture;
use super::reading::{Header, NOTE_BYTES, Reading, Stored, orientation};
use super::riff::Chunks;
use super::samples::Samples;
use crate::FilesError;
use crate::color::profile::Described;
use image_webp::{DecodingError, WebPDecoder};
use std::io::{BufReader, Seek};

/// Bytes per pixel that the decoder takes besides its output: for lossy pictures Y, U, V and the
/// state of each block; for lossless ones, and for alpha, a picture of four bytes and more.
pub(super) const DECODER_BYTES: u64 = 8;

pub(super) fn read(reading: Reading<'_>, file: Stored<'_>) -> Result<Picture, FilesError> {
    let mut file = BufReader::new(file);
    let chunks = Chunks::read(&mut file).map_err(|e| reading.io(e))?;
    if let Some(error) = chunks.misfit() {
        return Err(reading.damaged(error));
    }
    file.rewind().map_err(|e| reading.io(e))?;
    let mut decoder = WebPDecoder::new(file).map_err(|e| failure(reading, e))?;
    decoder.set_memory_limit(NOTE_BYTES);
    let (width, height) = decoder.dimensions();
    let samples = if decoder.has_alpha() { Samples::RGBA8 } else { Samples::RGB8 };
    let pixels = u64::from(width) * u64::from(height);
    let bytes = pixels * samples.bytes() as u64;
    let mut upright = reading.begin(&Header {
        width,
        height,
        samples,
        described: decoder.icc_profile().ok().flatten().map(Described::Icc),
        orientation: decoder.exif_metadata().ok().flatten().and_then(|note| orientation(&note)),
        besides: bytes + pixels * DECODER_BYTES,
    })?;
    let mut decoded = reading.zeros(bytes)?;
    decoder.read_image(&mut decoded).map_err(|e| failure(reading, e))?;
    for (y, row) in (0..).zip(decoded.chunks_exact(width as usize * samples.bytes())) {
        upright.put(y, row);
    }
    if chunks.is_cut() {
        reading.note_missing(&upright, reading.cut())?;
    }
    Ok(upright.finish())
}

pub(super) fn failure(reading: Reading<'_>, error: DecodingError) -> FilesError {
    match error {
        DecodingError::IoError(error) => reading.io(error),
        DecodingError::UnsupportedFeature(why) => reading.unsupported(why),
        _ => reading.spoilt(),
    }
}
