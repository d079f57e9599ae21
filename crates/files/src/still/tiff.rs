//! TIFF pictures, strip by strip or tile by tile: decoding takes the memory of a strip, and the
//! intact strips of a damaged picture are used.

use super::picture::Picture;
use super::reading::{Header, NOTE_BYTES, Reading, Stored};
use super::samples::{Depth, Samples};
use super::upright::Upright;
use crate::FilesError;
use crate::color::profile::{Described, Model};
use image::metadata::Orientation;
use std::io::BufReader;
use tiff::decoder::{Decoder, Limits};
use tiff::tags::{CompressionMethod, PlanarConfiguration, SampleFormat, Tag};
use tiff::{ColorType, TiffError};

/// How the picture is divided.
#[derive(Clone, Copy, Debug)]
struct Division {
    samples: Samples,
    /// Bits per sample: 1, 2 and 4 are expanded to bytes.
    bits: u8,
    width: usize,
    height: usize,
    chunk_width: usize,
    chunk_height: usize,
    /// The number of planes; 1 if the samples of a pixel are interleaved.
    planes: usize,
}

impl Division {
    const fn across(&self) -> usize {
        self.width.div_ceil(self.chunk_width)
    }

    const fn down(&self) -> usize {
        self.height.div_ceil(self.chunk_height)
    }

    const fn row_bytes(&self) -> usize {
        self.width * self.samples.bytes()
    }

    /// Bytes per sample.
    const fn number(&self) -> usize {
        self.samples.bytes() / self.samples.channels()
    }
}

pub(super) fn read(reading: Reading<'_>, file: Stored<'_>) -> Result<Picture, FilesError> {
    let failure = |error| failure(reading, error);
    let file_bytes = file.length();
    let budget = usize::try_from(reading.intake.budget.bytes()).unwrap_or(usize::MAX);
    let mut limits = Limits::default();
    limits.decoding_buffer_size = budget;
    limits.intermediate_buffer_size = budget;
    limits.ifd_value_size = NOTE_BYTES;
    let decoder = Decoder::new(BufReader::new(file)).map_err(failure)?;
    let mut decoder = decoder.with_limits(limits);
    let division = division(reading, &mut decoder)?;
    // A band of the picture, a chunk, and for some codings the bytes that it is decoded from.
    let band = (division.chunk_height * division.row_bytes()) as u64;
    let compression = decoder.find_tag_unsigned::<u16>(Tag::Compression).ok().flatten();
    let is_plain = compression.is_none_or(|code| code == CompressionMethod::None.to_u16());
    let besides = band.saturating_mul(if is_plain { 2 } else { 3 }) + file_bytes.min(band);
    let orientation = decoder.find_tag_unsigned::<u8>(Tag::Orientation).ok().flatten();
    let mut upright = reading.begin(&Header {
        width: division.width as u32,
        height: division.height as u32,
        samples: division.samples,
        described: decoder.get_tag_u8_vec(Tag::IccProfile).ok().map(Described::Icc),
        orientation: orientation.and_then(Orientation::from_exif),
        besides,
    })?;
    let (mut bytes, mut chunk) = (reading.zeros(band)?, reading.zeros(band)?);
    let mut damage = None;
    for index in 0..division.down() {
        bytes.fill(0);
        let read = read_band(&mut decoder, &division, index, (&mut chunk, &mut bytes));
        // The rows before the damage are used.
        if read.is_ok() || bytes.iter().any(|byte| *byte != 0) {
            put_band(&division, index, &bytes, &mut upright);
        }
        if let Err(error) = read {
            damage.get_or_insert(error);
        }
    }
    if let Some(error) = damage {
        reading.note_missing(&upright, failure(error))?;
    }
    Ok(upright.finish())
}

fn put_band(division: &Division, index: usize, bytes: &[u8], upright: &mut Upright) {
    let first = index * division.chunk_height;
    let rows = division.chunk_height.min(division.height - first);
    for (y, row) in bytes.chunks_exact(division.row_bytes()).take(rows).enumerate() {
        upright.put((first + y) as u32, row);
    }
}

/// Decodes a band of chunks of all planes, as far as possible.
fn read_band(
    decoder: &mut Decoder<BufReader<Stored<'_>>>,
    division: &Division,
    band: usize,
    (chunk, to): (&mut [u8], &mut [u8]),
) -> Result<(), TiffError> {
    let a_plane = division.across() * division.down();
    let mut damage = Ok(());
    for plane in 0..division.planes {
        for column in 0..division.across() {
            let index = plane * a_plane + band * division.across() + column;
            let index = u32::try_from(index).map_err(|_| TiffError::IntSizeError)?;
            let (width, height) = decoder.chunk_data_dimensions(index);
            chunk.fill(0);
            let read = decoder.read_chunk_bytes(index, chunk);
            let place = (plane, column * division.chunk_width);
            spread(division, chunk, place, (width as usize, height as usize), to);
            damage = damage.and(read);
        }
    }
    damage
}

/// Puts a chunk's samples at their place in the band.
fn spread(
    division: &Division,
    chunk: &[u8],
    (plane, left): (usize, usize),
    (width, height): (usize, usize),
    to: &mut [u8],
) {
    let channels = division.samples.channels() / division.planes;
    let number = division.number();
    let coded = (width * channels * usize::from(division.bits)).div_ceil(8);
    let rows = chunk.chunks_exact(coded.max(1)).take(height);
    for (from, to) in rows.zip(to.chunks_exact_mut(division.row_bytes())) {
        let to = &mut to[left * division.samples.bytes()..];
        if division.bits < 8 {
            to.iter_mut()
                .take(width)
                .enumerate()
                .for_each(|(x, to)| *to = bits(from, x, division.bits));
        } else if division.planes == 1 {
            to[..from.len()].copy_from_slice(from);
        } else {
            let pixels = to.chunks_exact_mut(division.samples.bytes());
            for (pixel, from) in pixels.zip(from.chunks_exact(number)) {
                pixel[plane * number..][..number].copy_from_slice(from);
            }
        }
    }
}

/// A sample of few bits as a byte.
fn bits(row: &[u8], x: usize, bits: u8) -> u8 {
    let at = x * usize::from(bits);
    let most = (1_u32 << bits) - 1;
    let value = (u32::from(row[at / 8]) >> (8 - usize::from(bits) - at % 8)) & most;
    (value * 255 / most) as u8
}

fn division(
    reading: Reading<'_>,
    decoder: &mut Decoder<BufReader<Stored<'_>>>,
) -> Result<Division, FilesError> {
    let failure = |error| failure(reading, error);
    let (width, height) = decoder.dimensions().map_err(failure)?;
    let color = decoder.colortype().map_err(failure)?;
    let formats = decoder.find_tag_unsigned_vec::<u16>(Tag::SampleFormat).map_err(failure)?;
    let is_float = match formats.and_then(|formats| formats.first().copied()) {
        None | Some(1) => false,
        Some(code) if code == SampleFormat::IEEEFP.to_u16() => true,
        Some(_) => return Err(reading.unsupported("its samples are signed or of an unknown kind")),
    };
    let bits = color.bit_depth();
    let depth = match (bits, is_float) {
        (1 | 2 | 4, false) if matches!(color, ColorType::Gray(_)) => Depth::Eight,
        (8, false) => Depth::Eight,
        (16, false) => Depth::Sixteen,
        (32, true) => Depth::Float,
        _ => return Err(reading.unsupported(format!("its samples have {bits} bits"))),
    };
    let (model, alpha) = match color {
        ColorType::Gray(_) => (Model::Gray, false),
        ColorType::GrayA(_) => (Model::Gray, true),
        ColorType::RGB(_) => (Model::Rgb, false),
        ColorType::RGBA(_) => (Model::Rgb, true),
        ColorType::CMYK(_) => (Model::Cmyk, false),
        other => return Err(reading.unsupported(format!("its colours are {other:?}"))),
    };
    let planar = decoder.find_tag_unsigned::<u16>(Tag::PlanarConfiguration).map_err(failure)?;
    let is_planar = planar == Some(PlanarConfiguration::Planar.to_u16());
    let samples = Samples::new(model, alpha, depth);
    let (chunk_width, chunk_height) = decoder.chunk_dimensions();
    if width == 0 || height == 0 || chunk_width == 0 || chunk_height == 0 {
        return Err(reading.damaged("it has no pixels"));
    }
    Ok(Division {
        samples,
        bits,
        width: width as usize,
        height: height as usize,
        chunk_width: chunk_width.min(width) as usize,
        chunk_height: chunk_height.min(height) as usize,
        planes: if is_planar { samples.channels() } else { 1 },
    })
}

fn failure(reading: Reading<'_>, error: TiffError) -> FilesError {
    match error {
        TiffError::IoError(error) => reading.io(error),
        TiffError::UnsupportedError(error) => reading.unsupported(error),
        TiffError::LimitsExceeded => reading.damaged("a part of it is too long"),
        _ => reading.spoilt(),
    }
}
