//! GIF pictures: the first frame, as palette indices.

use super::picture::Picture;
use super::reading::{Header, Reading, Stored};
use super::samples::Samples;
use crate::FilesError;
use crate::color::profile::Described;
use gif::{ColorOutput, DecodeOptions, Decoder, DecodingError, MemoryLimit};
use std::io::BufReader;
use std::num::NonZeroU64;

/// The position of the frame on the picture, and its colours.
struct Frame {
    left: usize,
    top: usize,
    width: usize,
    height: usize,
    transparent: Option<u8>,
    palette: Vec<u8>,
}

pub(super) fn read(reading: Reading<'_>, file: Stored<'_>) -> Result<Picture, FilesError> {
    let failure = |error| failure(reading, error);
    let mut options = DecodeOptions::new();
    options.set_color_output(ColorOutput::Indexed);
    options.allow_unknown_blocks(true);
    if let Some(most) = NonZeroU64::new(reading.intake.budget.bytes()) {
        options.set_memory_limit(MemoryLimit::Bytes(most));
    }
    let mut decoder = options.read_info(BufReader::new(file)).map_err(failure)?;
    let frame = first_frame(reading, &mut decoder)?;
    let indices = frame.width as u64 * frame.height as u64;
    let mut upright = reading.begin(&Header {
        width: decoder.width().into(),
        height: decoder.height().into(),
        samples: Samples::RGBA8,
        described: decoder.icc_profile().map(|bytes| Described::Icc(bytes.to_vec())),
        orientation: None,
        besides: indices,
    })?;
    let mut pixels = reading.zeros(indices)?;
    pixels.fill(frame.transparent.unwrap_or(0));
    let decoded = decoder.read_into_buffer(&mut pixels);
    let mut row = vec![0; usize::from(decoder.width()) * 4];
    for y in 0..decoder.height() {
        frame.row(&pixels, y.into(), &mut row);
        upright.put(y.into(), &row);
    }
    // After the first frame comes the end, or another frame.
    if let Err(error) = decoded.and_then(|()| decoder.next_frame_info().map(drop)) {
        reading.note_missing(&upright, failure(error))?;
    }
    Ok(upright.finish())
}

fn first_frame(
    reading: Reading<'_>,
    decoder: &mut Decoder<BufReader<Stored<'_>>>,
) -> Result<Frame, FilesError> {
    let frame = decoder.next_frame_info().map_err(|error| failure(reading, error))?;
    let frame = frame.ok_or_else(|| reading.damaged("it contains no picture"))?;
    let [left, top] = [frame.left, frame.top].map(usize::from);
    let [width, height] = [frame.width, frame.height].map(usize::from);
    let transparent = frame.transparent;
    let palette = decoder.palette().map_err(|error| failure(reading, error))?.to_vec();
    Ok(Frame { left, top, width, height, transparent, palette })
}

impl Frame {
    /// A row of the picture, as R, G, B, A.
    fn row(&self, indices: &[u8], y: usize, to: &mut [u8]) {
        to.fill(0);
        let Some(y) = y.checked_sub(self.top).filter(|y| *y < self.height) else { return };
        let pixels = to.as_chunks_mut::<4>().0.iter_mut().skip(self.left);
        for (pixel, index) in pixels.zip(&indices[y * self.width..][..self.width]) {
            if Some(*index) != self.transparent {
                let color = self.palette.get(3 * usize::from(*index)..).unwrap_or_default();
                let [r, g, b] = color.first_chunk().copied().unwrap_or_default();
                *pixel = [r, g, b, 255];
            }
        }
    }
}

fn failure(reading: Reading<'_>, error: DecodingError) -> FilesError {
    match error {
        DecodingError::UnexpectedEof => reading.cut(),
        DecodingError::Io(error) => reading.io(error),
        _ => reading.spoilt(),
    }
}
