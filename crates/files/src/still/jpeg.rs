//! JPEG pictures, through libjpeg-turbo, which reports damage that it recovers from.

use super::jpeg_marks::Marks;
use super::picture::Picture;
use super::reading::{CUT, Header, Reading, SPOILT, orientation};
use super::samples::Samples;
use crate::FilesError;
use crate::color::profile::Described;
use image::codecs::jpeg::JpegDecoder;
use image::{ColorType, ImageDecoder};
use std::io::Cursor;
use turbojpeg::{Colorspace, DecompressHeader, Decompressor, Error, Image, PixelFormat};

/// Progressive pictures have about ten scans; one of thousands would take hours.
const MOST_SCANS: u32 = 200;

/// Up to this many stray bytes before a marker are padding; more are damaged pixels.
const STRAY_BYTES: u32 = 16;

pub(super) fn read(reading: Reading<'_>) -> Result<Picture, FilesError> {
    let bytes = reading.whole()?;
    let marks = Marks::find(&bytes);
    let mut codec = Decompressor::new().map_err(|e| reading.unsupported(e))?;
    codec.set_scan_limit(MOST_SCANS).map_err(|e| reading.unsupported(e))?;
    match codec.read_header(&bytes) {
        Ok(header) if !header.is_lossless => decode(reading, &mut codec, &bytes, &marks, &header),
        Ok(_) => decode_odd(reading, &bytes, &marks, Said::Unknown),
        Err(error) => decode_odd(reading, &bytes, &marks, said_by(&error)),
    }
}

fn decode(
    reading: Reading<'_>,
    codec: &mut Decompressor,
    bytes: &[u8],
    marks: &Marks,
    header: &DecompressHeader,
) -> Result<Picture, FilesError> {
    let (samples, format) = match header.colorspace {
        Colorspace::Gray => (Samples::GRAY8, PixelFormat::GRAY),
        Colorspace::CMYK | Colorspace::YCCK => (Samples::CMYK8, PixelFormat::CMYK),
        _ => (Samples::RGB8, PixelFormat::RGB),
    };
    let DecompressHeader { width, height, .. } = *header;
    let pitch = width * samples.bytes();
    let size = pitch as u64 * height as u64;
    let besides = size + bytes.len() as u64 + marks.coefficient_bytes();
    let mut upright = reading.begin(&marks.header((width, height), samples, besides))?;
    let mut pixels = reading.zeros(size)?;
    let image = Image { pixels: &mut pixels[..], width, pitch, height, format };
    let damage = match codec.decompress(bytes, image) {
        Ok(()) => None,
        Err(error) => match said_by(&error) {
            said @ (Said::Fatal | Said::Unknown) => {
                return decode_odd(reading, bytes, marks, said);
            }
            Said::Damage(why) => Some(why),
            Said::Nothing => (!marks.is_ended()).then_some(CUT),
        },
    };
    if samples == Samples::CMYK8 {
        // Files store it inverted, as Adobe does.
        pixels.iter_mut().for_each(|ink| *ink = 255 - *ink);
    }
    for (y, row) in (0..).zip(pixels.chunks_exact(pitch)) {
        upright.put(y, row);
    }
    if let Some(why) = damage {
        reading.note(why)?;
    }
    Ok(upright.finish())
}

/// Another decoder, which does not report damage, for what libjpeg-turbo can't read.
fn decode_odd(
    reading: Reading<'_>,
    bytes: &[u8],
    marks: &Marks,
    said: Said,
) -> Result<Picture, FilesError> {
    let failure = |error| super::other::failure(reading, error);
    let length = bytes.len() as u64;
    reading.intake.budget.claim(reading.path, 3 * length)?;
    let decoder = JpegDecoder::new(Cursor::new(bytes)).map_err(failure)?;
    let (width, height) = decoder.dimensions();
    let is_gray = decoder.color_type() == ColorType::L8;
    let samples = if is_gray { Samples::GRAY8 } else { Samples::RGB8 };
    let size = decoder.total_bytes();
    let besides = size + 3 * length + marks.coefficient_bytes();
    let shape = (width as usize, height as usize);
    let mut upright = reading.begin(&marks.header(shape, samples, besides))?;
    let mut pixels = reading.zeros(size)?;
    decoder.read_image(&mut pixels).map_err(failure)?;
    for (y, row) in (0..).zip(pixels.chunks_exact(width as usize * samples.bytes())) {
        upright.put(y, row);
    }
    match said {
        _ if !marks.is_ended() => reading.note(CUT)?,
        Said::Damage(why) => reading.note(why)?,
        Said::Fatal => reading.note(SPOILT)?,
        Said::Unknown | Said::Nothing => (),
    }
    Ok(upright.finish())
}

impl Marks {
    fn header(&self, (width, height): (usize, usize), samples: Samples, besides: u64) -> Header {
        Header {
            width: width as u32,
            height: height as u32,
            samples,
            described: self.profile().map(Described::Icc),
            orientation: self.exif().and_then(orientation),
            besides,
        }
    }
}

/// What a message of libjpeg-turbo means. It reports only the first of several.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Said {
    /// The library does not support its kind.
    Unknown,
    Fatal,
    Damage(&'static str),
    Nothing,
}

fn said_by(error: &Error) -> Said {
    match error {
        Error::TurboJpegError(message) => said(message),
        Error::BadColorspace(_) | Error::BadSubsamp(_) => Said::Unknown,
        _ => Said::Fatal,
    }
}

fn said(message: &str) -> Said {
    if message.contains("Premature end of JPEG file") {
        return Said::Damage(CUT);
    }
    if let Some((before, _)) = message.split_once(" extraneous bytes before marker") {
        let count = before.rsplit(' ').next().and_then(|count| count.parse::<u32>().ok());
        let is_padding = count.is_some_and(|count| count <= STRAY_BYTES);
        return if is_padding { Said::Nothing } else { Said::Damage(SPOILT) };
    }
    let harmless = ["unknown JFIF revision", "Unknown Adobe color transform"];
    if harmless.iter().any(|words| message.contains(words)) {
        return Said::Nothing;
    }
    let unknown = [
        "Fractional sampling",
        "Sampling factors",
        "Unsupported color conversion",
        "Unsupported JPEG",
        "Could not determine",
    ];
    if unknown.iter().any(|words| message.contains(words)) {
        return Said::Unknown;
    }
    let warnings =
        ["Corrupt JPEG data", "Inconsistent progression sequence", "Invalid SOS parameters"];
    match warnings.iter().any(|words| message.contains(words)) {
        true => Said::Damage(SPOILT),
        false => Said::Fatal,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_told_apart() {
        assert_eq!(said("Premature end of JPEG file"), Said::Damage(CUT));
        let stray = |n: u32| format!("Corrupt JPEG data: {n} extraneous bytes before marker 0xd9");
        assert_eq!(said(&stray(2)), Said::Nothing);
        assert_eq!(said(&stray(900)), Said::Damage(SPOILT));
        assert_eq!(said("Corrupt JPEG data: bad Huffman code"), Said::Damage(SPOILT));
        assert_eq!(said("Warning: unknown JFIF revision number 3.01"), Said::Nothing);
        assert_eq!(said("Bogus Huffman table definition"), Said::Fatal);
    }
}
