//! Reading still pictures.

use super::reading::{Reading, Stored};
use super::{foreign, gif, jpeg, other, png, tiff, webp};
use crate::intake::sniff::{Head, sniff, sniff_bytes};
use crate::{FilesError, Intake, Picture};
use image::ImageFormat;
use image::codecs::bmp::BmpDecoder;
use image::codecs::pnm::PnmDecoder;
use image::codecs::tga::TgaDecoder;
use std::io::BufReader;
use std::path::Path;

/// Reads a PNG, JPEG, WebP, BMP, GIF (its first frame), TIFF, PNM or TGA file, and what ffmpeg knows
/// of AVIF, JPEG 2000, JPEG XL, QOI and PSD, whatever its name says (of TGA alone the name counts):
/// upright, in sRGB, and made smaller if a side is longer than a frame's can be.
///
/// If the file is damaged, the part that can be decoded is used, and the damage is reported.
///
/// # Errors
/// One sentence when it is missing, not a picture, too damaged, of an unsupported kind, or takes
/// more memory than allowed.
pub fn read_picture(path: &Path, intake: &Intake) -> Result<Picture, FilesError> {
    let reading = Reading { path, bytes: None, intake };
    head(reading).and_then(|head| decode(reading, head)).map_err(|error| lost(error, intake))
}

/// If damage is tolerated, being damaged means that nothing is left to show.
pub(super) fn lost(error: FilesError, intake: &Intake) -> FilesError {
    match error {
        FilesError::Damaged { path, why } if !intake.strict => {
            let why =
                format!("{why}, and nothing of it can be shown: copy it again from where it came");
            FilesError::Damaged { path, why }
        }
        error => error,
    }
}

/// [`read_picture`] of bytes that are there already; `name` is what errors call them. No other program is
/// started: kinds that ffmpeg alone knows are unsupported.
///
/// # Errors
/// As [`read_picture`].
pub fn picture_from_bytes(
    name: &Path,
    bytes: &[u8],
    intake: &Intake,
) -> Result<Picture, FilesError> {
    let reading = Reading { path: name, bytes: Some(bytes), intake };
    head(reading).and_then(|head| decode(reading, head))
}

/// What there is to read.
pub(super) fn head(reading: Reading<'_>) -> Result<Head, FilesError> {
    match reading.bytes {
        Some(bytes) => sniff_bytes(reading.path, bytes),
        None => sniff(reading.path),
    }
}

/// Reads it.
pub(super) fn decode(reading: Reading<'_>, head: Head) -> Result<Picture, FilesError> {
    let path = reading.path;
    let format = match head {
        Head::Picture(format) | Head::Animation(format) => format,
        Head::Folder => return Err(reading.unsupported("it is a folder")),
        Head::Foreign(_) if reading.bytes.is_some() => {
            return Err(reading.unsupported("it takes another program to decode"));
        }
        Head::Foreign(_) => return foreign::read(reading),
        Head::Heic => return Err(FilesError::Heic(path.to_owned())),
        Head::Video(_) => {
            return Err(reading.unsupported("it is not png, jpg, webp, bmp, gif or tiff"));
        }
    };
    if format == ImageFormat::Jpeg {
        return jpeg::read(reading);
    }
    let file = Stored::open(reading)?;
    match format {
        ImageFormat::Png => png::read(reading, file),
        ImageFormat::Gif => gif::read(reading, file),
        ImageFormat::Tiff => tiff::read(reading, file),
        ImageFormat::WebP => webp::read(reading, file),
        ImageFormat::Pnm => other::read(reading, PnmDecoder::new(BufReader::new(file))),
        ImageFormat::Tga => other::read(reading, TgaDecoder::new(BufReader::new(file))),
        _ => other::read(reading, BmpDecoder::new(BufReader::new(file))),
    }
}
