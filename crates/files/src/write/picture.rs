//! Writing still pictures.

use crate::color::profile::srgb_profile;
use crate::write::pending::write_whole;
use crate::{FilesError, Permit, VideoQuality};
use backlot_kernels::{Converter, Level};
use backlot_media::{Frame, Matte, PixelFormat};
use image::codecs::{bmp, jpeg, png, tiff, webp};
use image::{ExtendedColorType, ImageEncoder, ImageError, ImageResult};
use std::fs::File;
use std::io::BufWriter;
use std::path::Path;

impl VideoQuality {
    /// That of JPEG pictures.
    const fn of_jpeg(self) -> u8 {
        match self {
            Self::Small => 80,
            // Hard to tell from the original.
            Self::Good => 92,
            Self::Best => 98,
        }
    }
}

/// A kind of picture file that is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PictureFormat {
    /// Lossless, with transparency.
    Png,
    /// Small, without transparency.
    Jpeg,
    /// Lossless here, with transparency.
    Webp,
    /// Not compressed.
    Bmp,
    /// Lossless, with transparency.
    Tiff,
}

impl PictureFormat {
    /// The endings of their names, for messages.
    pub const ENDINGS: &'static str = "png, jpg, jpeg, webp, bmp, tif, tiff";

    /// The format that the ending of a name stands for.
    pub fn of(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "png" => Some(Self::Png),
            "jpg" | "jpeg" => Some(Self::Jpeg),
            "webp" => Some(Self::Webp),
            "bmp" => Some(Self::Bmp),
            "tif" | "tiff" => Some(Self::Tiff),
            _ => None,
        }
    }

    /// The ending of its name.
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Jpeg => "jpg",
            Self::Webp => "webp",
            Self::Bmp => "bmp",
            Self::Tiff => "tiff",
        }
    }

    /// Whether it supports transparency.
    pub const fn has_alpha(self) -> bool {
        matches!(self, Self::Png | Self::Webp | Self::Tiff)
    }
}

/// The content of a picture.
#[derive(Clone, Copy, Debug)]
pub enum Content<'a> {
    /// A frame (I420).
    Frame(&'a Frame),
    /// A matte, in grey of 8 bits.
    Matte(&'a Matte),
    /// A frame (I420) with its matte as transparency. Where the matte is 0 the picture is black,
    /// so that the file shows nothing of the room.
    Person(&'a Frame, &'a Matte),
}

/// Writes a picture in the format of its ending: completely, or not at all.
///
/// # Errors
/// One sentence when the ending is unknown, the name is taken or can't be written, or the format
/// lacks the transparency that the content needs.
pub fn write_picture(path: &Path, content: Content<'_>, permit: &Permit) -> Result<(), FilesError> {
    write_picture_with(path, content, VideoQuality::default(), permit)
}

/// [`write_picture()`] with a quality for JPEG pictures; the other formats are lossless.
///
/// # Errors
/// As [`write_picture()`].
pub fn write_picture_with(
    path: &Path,
    content: Content<'_>,
    quality: VideoQuality,
    permit: &Permit,
) -> Result<(), FilesError> {
    let format = picture_format(path, content)?;
    permit.check(path)?;
    let pixels = Pixels::of(content)?;
    write_whole(path, permit, |file| {
        pixels.encode(file, format, quality).map_err(|error| write_error(path, error))
    })
}

/// A matte as a PNG file, in grey of 8 bits.
///
/// # Errors
/// When it can't be encoded.
pub fn matte_as_png(matte: &Matte) -> Result<Vec<u8>, FilesError> {
    let mut bytes = Vec::new();
    let encoder = png::PngEncoder::new(&mut bytes);
    let encoded = Pixels::of(Content::Matte(matte))?.encode_with(encoder);
    encoded.map_err(|error| write_error(Path::new("the matte"), error))?;
    Ok(bytes)
}

fn picture_format(path: &Path, content: Content<'_>) -> Result<PictureFormat, FilesError> {
    let needs_alpha = matches!(content, Content::Person(..));
    let (what, endings) = match needs_alpha {
        true => ("a picture with transparency", "png, webp, tif, tiff"),
        false => ("a picture", PictureFormat::ENDINGS),
    };
    PictureFormat::of(path)
        .filter(|format| format.has_alpha() || !needs_alpha)
        .ok_or_else(|| FilesError::Ending { path: path.into(), what, endings })
}

fn write_error(path: &Path, error: ImageError) -> FilesError {
    match error {
        ImageError::IoError(source) => FilesError::write(path, source),
        other => FilesError::Encode { path: path.to_owned(), why: other.to_string() },
    }
}

/// Tightly packed pixels.
struct Pixels {
    width: u32,
    height: u32,
    color: ExtendedColorType,
    bytes: Vec<u8>,
}

impl Pixels {
    fn of(content: Content<'_>) -> Result<Self, FilesError> {
        match content {
            Content::Matte(matte) => {
                let mut bytes = Vec::with_capacity(matte.size().pixels());
                matte.plane().rows().for_each(|row| bytes.extend_from_slice(row));
                let (width, height) = (matte.size().width, matte.size().height);
                Ok(Self { width, height, color: ExtendedColorType::L8, bytes })
            }
            Content::Frame(frame) => Self::packed(frame, None),
            Content::Person(frame, matte) => Self::packed(frame, Some(matte)),
        }
    }

    fn packed(frame: &Frame, matte: Option<&Matte>) -> Result<Self, FilesError> {
        if frame.format() != PixelFormat::I420 {
            let expected = (PixelFormat::I420, frame.size());
            return Err(FilesError::wrong_frame(expected, (frame.format(), frame.size())));
        }
        let (format, color) = match matte {
            Some(_) => (PixelFormat::Rgba32, ExtendedColorType::Rgba8),
            None => (PixelFormat::Rgb24, ExtendedColorType::Rgb8),
        };
        let (from, size) = ((PixelFormat::I420, frame.color), frame.size());
        let mut rgb = Frame::new(format, size);
        let mut converter = Converter::new(from, (format, frame.color), size, Level::best());
        match matte {
            Some(matte) if matte.size() != size => {
                let (expected, found) = (size, matte.size());
                return Err(FilesError::wrong_frame(
                    (PixelFormat::Gray8, expected),
                    (PixelFormat::Gray8, found),
                ));
            }
            Some(matte) => converter.run_with_matte(frame, matte.plane(), &mut rgb),
            None => converter.run(frame, &mut rgb),
        }
        let mut bytes = Vec::with_capacity(rgb.packed_bytes());
        rgb.write_packed(&mut bytes);
        if matte.is_some() {
            let pixels = bytes.as_chunks_mut::<4>().0;
            pixels.iter_mut().filter(|p| p[3] == 0).for_each(|p| *p = [0; 4]);
        }
        Ok(Self { width: size.width, height: size.height, color, bytes })
    }

    fn encode(
        &self,
        file: &mut BufWriter<File>,
        format: PictureFormat,
        quality: VideoQuality,
    ) -> ImageResult<()> {
        match format {
            PictureFormat::Png => self.encode_with(png::PngEncoder::new(file)),
            PictureFormat::Jpeg => {
                self.encode_with(jpeg::JpegEncoder::new_with_quality(file, quality.of_jpeg()))
            }
            PictureFormat::Webp => self.encode_with(webp::WebPEncoder::new_lossless(file)),
            PictureFormat::Bmp => self.encode_with(bmp::BmpEncoder::new(file)),
            PictureFormat::Tiff => self.encode_with(tiff::TiffEncoder::new(file)),
        }
    }

    /// Tags colours as sRGB, if the format can; a matte has no colours.
    fn encode_with(&self, mut encoder: impl ImageEncoder) -> ImageResult<()> {
        if self.color != ExtendedColorType::L8
            && let Some(profile) = srgb_profile()
        {
            // Without the tag, programs assume sRGB anyway.
            let _ = encoder.set_icc_profile(profile);
        }
        encoder.write_image(&self.bytes, self.width, self.height, self.color)
    }
}
