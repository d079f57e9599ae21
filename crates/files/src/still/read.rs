//! Reading still pictures.

use super::reading::Reading;
use super::{foreign, gif, jpeg, other, png, tiff, webp};
use crate::intake::sniff::{Head, sniff};
use crate::{FilesError, Intake, Picture, open_file};
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
    decode(Reading { path, intake }).map_err(|error| match error {
        // If damage is tolerated, this error means that nothing is left to show.
        FilesError::Damaged { path, why } if !intake.strict => {
            let why =
                format!("{why}, and nothing of it can be shown: copy it again from where it came");
            FilesError::Damaged { path, why }
        }
        error => error,
    })
}

fn decode(reading: Reading<'_>) -> Result<Picture, FilesError> {
    let path = reading.path;
    let format = match sniff(path)? {
        Head::Picture(format) | Head::Animation(format) => format,
        Head::Folder => return Err(reading.unsupported("it is a folder")),
        Head::Foreign(_) => return foreign::read(reading),
        Head::Heic => return Err(FilesError::Heic(path.to_owned())),
        Head::Video(_) => {
            return Err(reading.unsupported("it is not png, jpg, webp, bmp, gif or tiff"));
        }
    };
    if format == ImageFormat::Jpeg {
        return jpeg::read(reading);
    }
    let file = open_file(path)?;
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
