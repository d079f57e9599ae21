//! From a JPEG picture to a frame.

use crate::layout::{ALIGN, Coded, format_of};
use crate::negative::Readers;
use crate::{MAX_PIXELS, MjpegError, Negative};
use backlot_jpeg::extent;
use backlot_jpeg::find::{self, Found};
use backlot_media::{ColorSpace, Frame, FramePool, PixelFormat, Size};
use turbojpeg::{DecompressHeader, Decompressor, Image, YuvImage};

/// The number of frames that may be in use at once without allocating.
const POOLED_FRAMES: usize = 4;

/// Cameras encode a picture in one scan; one with very many small scans would keep us busy.
const MOST_SCANS: u32 = 100;

/// The end marker of a JPEG picture. Some cameras leave it out, and we read their pictures all the
/// same; appending it, where that is cheap, saves a closer look at each picture.
pub const END_MARKER: [u8; 2] = [0xff, 0xd9];

/// Decodes the pictures of one stream, as cameras really send them.
///
/// The picture may begin after other bytes, begin twice, end too early or lack its end marker.
/// While size and subsampling stay the same, decoding allocates only the codec's messages about
/// faulty pictures.
#[derive(Debug)]
pub struct Decoder {
    codec: Decompressor,
    /// Whether the codec knows other Huffman tables than the standard's: it keeps those of an
    /// earlier picture.
    has_tables: bool,
    pool: Option<FramePool>,
    /// For pictures that the codec lays out differently from a frame.
    scratch: Vec<u8>,
    /// For pictures whose header needs cleaning first.
    tidied: Vec<u8>,
    /// Read pictures whose pixels are made later.
    readers: Readers,
}

/// A decoded picture.
#[derive(Debug)]
pub struct Decoded {
    /// The picture, as [`Decoder::decode`] describes it.
    pub frame: Frame,
    /// Whether a part was missing or could not be read, less than half of it. Where the end is
    /// missing, the rows above continue there.
    pub is_damaged: bool,
}

/// How the codec should write a picture, and the frame that it goes into.
#[derive(Clone, Copy)]
struct Target {
    format: PixelFormat,
    size: Size,
    coded: Coded,
}

impl Decoder {
    /// A decoder.
    ///
    /// # Errors
    /// [`MjpegError::Codec`] when libjpeg-turbo could not be set up.
    pub fn new() -> Result<Self, MjpegError> {
        let (scratch, tidied) = (Vec::new(), Vec::new());
        let readers = Readers::default();
        Ok(Self { codec: codec()?, has_tables: false, pool: None, scratch, tidied, readers })
    }

    /// Reads a picture's coded data, and leaves it to whoever wants pixels to have them made. `None` for what
    /// [`Decoder::decode`] has to look at: pictures of rare kinds, damaged ones, and what is no picture.
    pub fn read(&mut self, jpeg: &[u8]) -> Option<Negative> {
        self.readers.read(jpeg)
    }

    /// Decodes one picture into a frame of the format in which it is encoded:
    /// [`PixelFormat::I420`], [`PixelFormat::I422`], [`PixelFormat::I444`] or
    /// [`PixelFormat::Gray8`]. Chroma stored in other ways is converted to the nearest of these;
    /// pictures in RGB, and those with rare combinations, become [`PixelFormat::Rgb24`].
    ///
    /// If the bytes hold several pictures, it decodes the last one that it can. The caller sets the
    /// frame's timestamp and sequence number.
    ///
    /// # Errors
    /// [`MjpegError::Damaged`] if there is no picture, or less than half of one: the next picture
    /// of the stream may be good again. The others say what is unusable.
    pub fn decode(&mut self, jpeg: &[u8]) -> Result<Decoded, MjpegError> {
        let mut first = None;
        for found in find::pictures(jpeg) {
            if self.has_tables && !found.has_tables {
                self.renew()?;
            }
            self.has_tables = found.has_tables;
            match self.decode_found(&found) {
                Ok(decoded) => return Ok(decoded),
                Err(error) => {
                    // The codec keeps the marker that it stumbled over, and would stumble again.
                    self.renew()?;
                    first.get_or_insert(error);
                }
            }
        }
        Err(first.unwrap_or_else(|| MjpegError::Damaged("no picture in it".to_owned())))
    }

    fn renew(&mut self) -> Result<(), MjpegError> {
        (self.codec, self.has_tables) = (codec()?, false);
        Ok(())
    }

    fn decode_found(&mut self, found: &Found<'_>) -> Result<Decoded, MjpegError> {
        match self.codec.read_header(found.bytes) {
            Ok(header) => self.decode_picture(found, &header),
            // The codec stops after a warning, however harmless.
            Err(turbojpeg::Error::TurboJpegError(message)) if is_warning(&message) => {
                let mut bytes = std::mem::take(&mut self.tidied);
                let decoded = self.decode_tidied(&find::tidied(found, &mut bytes));
                self.tidied = bytes;
                decoded
            }
            Err(error) => Err(damaged(error)),
        }
    }

    fn decode_tidied(&mut self, found: &Found<'_>) -> Result<Decoded, MjpegError> {
        let header = self.codec.read_header(found.bytes).map_err(damaged)?;
        self.decode_picture(found, &header)
    }

    fn decode_picture(
        &mut self,
        found: &Found<'_>,
        header: &DecompressHeader,
    ) -> Result<Decoded, MjpegError> {
        let target = target(header)?;
        let Target { format, size, coded } = target;
        let mut frame = self.frame(format, size);
        let mut scratch = std::mem::take(&mut self.scratch);
        let direct = coded.is_of(&frame);
        let bytes = if direct {
            frame.bytes_mut()
        } else {
            scratch.resize(coded.bytes(), 0);
            &mut scratch
        };
        let decoded = self.decode_into(found, header, &target, bytes);
        if decoded.is_ok() && !direct {
            coded.copy_to(&scratch, &mut frame);
        }
        self.scratch = scratch;
        frame.color = ColorSpace::JPEG;
        Ok(Decoded { frame, is_damaged: decoded? })
    }

    fn frame(&mut self, format: PixelFormat, size: Size) -> Frame {
        let fits = |p: &FramePool| p.layout().format() == format && p.layout().size() == size;
        if !self.pool.as_ref().is_some_and(fits) {
            self.pool = Some(FramePool::new(format, size, POOLED_FRAMES));
        }
        self.pool.as_ref().map_or_else(|| Frame::new(format, size), FramePool::take)
    }

    /// Decodes into memory with the target's layout. Returns whether a part was missing.
    fn decode_into(
        &mut self,
        found: &Found<'_>,
        header: &DecompressHeader,
        target: &Target,
        bytes: &mut [u8],
    ) -> Result<bool, MjpegError> {
        // The codec writes eight rows at a time, a few bytes of each: if the memory isn't in the
        // processor's cache, that costs more than loading all of it there first.
        bytes.fill(0);
        let DecompressHeader { width, height, subsamp, .. } = *header;
        let result = if target.format == PixelFormat::Rgb24 {
            let (pitch, format) = (target.coded.stride(), turbojpeg::PixelFormat::RGB);
            self.codec.decompress(
                found.bytes,
                Image { pixels: &mut *bytes, width, pitch, height, format },
            )
        } else {
            let pixels = &mut *bytes;
            self.codec.decompress_to_yuv(
                found.bytes,
                YuvImage { pixels, width, align: ALIGN, height, subsamp },
            )
        };
        let message = match result {
            Ok(()) => return Ok(false),
            Err(turbojpeg::Error::TurboJpegError(message)) if is_warning(&message) => message,
            Err(error) => return Err(damaged(error)),
        };
        match extent(found) {
            Some(extent) if extent.is_whole() => Ok(false),
            Some(extent) if extent.is_mostly_there() => {
                target.coded.mend(bytes, &extent);
                Ok(true)
            }
            None if is_harmless(&message) => Ok(false),
            _ => Err(MjpegError::Damaged(message)),
        }
    }
}

fn codec() -> Result<Decompressor, MjpegError> {
    let mut codec = Decompressor::new().map_err(MjpegError::Codec)?;
    codec.set_scan_limit(MOST_SCANS).map_err(MjpegError::Codec)?;
    Ok(codec)
}

/// Format, size and layout, if they are usable.
fn target(header: &DecompressHeader) -> Result<Target, MjpegError> {
    use turbojpeg::Colorspace::{Gray, RGB, YCbCr};
    let side = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let size = Size::new(side(header.width), side(header.height))?;
    if size.pixels() as u64 > MAX_PIXELS {
        return Err(MjpegError::TooLarge { width: size.width, height: size.height });
    }
    let unusable =
        || MjpegError::Subsampling(format!("{:?} {:?}", header.colorspace, header.subsamp));
    if header.is_lossless {
        return Err(unusable());
    }
    match (header.colorspace, format_of(header.subsamp)) {
        (YCbCr | Gray, Some(format)) => {
            Ok(Target { format, size, coded: Coded::planar(header.subsamp, size) })
        }
        (YCbCr | RGB, _) => {
            Ok(Target { format: PixelFormat::Rgb24, size, coded: Coded::rgb(size) })
        }
        _ => Err(unusable()),
    }
}

/// The warnings that libjpeg-turbo gives without giving up the picture, except harmless ones. It
/// reports only the first of several, so a warning doesn't rule out other faults.
const WARNINGS: [&str; 4] = [
    "Corrupt JPEG data",
    "Premature end of JPEG file",
    "Inconsistent progression sequence",
    "Invalid SOS parameters",
];

/// The harmless ones: some cameras put stray bytes before a marker in every picture.
const HARMLESS: [&str; 3] =
    ["extraneous bytes before marker", "unknown JFIF revision", "Unknown Adobe color transform"];

fn is_warning(message: &str) -> bool {
    is_harmless(message) || WARNINGS.iter().any(|warning| message.contains(warning))
}

fn is_harmless(message: &str) -> bool {
    HARMLESS.iter().any(|warning| message.contains(warning))
}

fn damaged(error: turbojpeg::Error) -> MjpegError {
    match error {
        turbojpeg::Error::TurboJpegError(message) if is_unknown(&message) => {
            MjpegError::Subsampling(message)
        }
        turbojpeg::Error::TurboJpegError(message) => MjpegError::Damaged(message),
        // A header without a size comes back as an overflow.
        turbojpeg::Error::IntegerOverflow(_) => MjpegError::Damaged("no picture in it".to_owned()),
        error @ (turbojpeg::Error::BadColorspace(_) | turbojpeg::Error::BadSubsamp(_)) => {
            MjpegError::Subsampling(error.to_string())
        }
        other => MjpegError::Codec(other),
    }
}

/// The codec's messages about pictures that are whole and that it can't read.
fn is_unknown(message: &str) -> bool {
    [
        "Fractional sampling",
        "Sampling factors",
        "Unsupported color conversion",
        "Unsupported JPEG",
        "Could not determine",
    ]
    .iter()
    .any(|words| message.contains(words))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encode;

    fn picture(format: PixelFormat, size: &str) -> Frame {
        let mut frame = Frame::new(format, size.parse().unwrap());
        for index in 0..frame.plane_count() {
            for (y, row) in frame.plane_mut(index).rows_mut().enumerate() {
                for (x, value) in row.iter_mut().enumerate() {
                    *value = (60 + 40 * index + x / 2 + y) as u8;
                }
            }
        }
        frame
    }

    fn worst_difference(a: &Frame, b: &Frame) -> u8 {
        let values = |f: &Frame| {
            let mut bytes = Vec::new();
            f.write_packed(&mut bytes);
            bytes
        };
        values(a).iter().zip(values(b)).map(|(a, b)| a.abs_diff(b)).max().unwrap()
    }

    #[test]
    fn encoding_and_decoding_keep_every_format_and_size() {
        let mut decoder = Decoder::new().unwrap();
        for format in [PixelFormat::I420, PixelFormat::I422, PixelFormat::I444] {
            for size in ["64x48", "65x49", "2x2", "1x1", "3x17", "34x1"] {
                let frame = picture(format, size);
                let decoded = decoder.decode(&encode(&frame, 100).unwrap()).unwrap();
                assert!(!decoded.is_damaged);
                let back = decoded.frame;
                assert_eq!((back.format(), back.size()), (format, frame.size()));
                assert_eq!(back.color, ColorSpace::JPEG);
                let worst = worst_difference(&frame, &back);
                assert!(worst <= 3, "{format} {size}: off by {worst}");
            }
        }
    }

    #[test]
    fn a_broken_picture_is_dropped_and_the_next_one_decodes() {
        let mut decoder = Decoder::new().unwrap();
        let jpeg = encode(&picture(PixelFormat::I422, "64x48"), 90).unwrap();
        for cut in [0, 1, 2, 20, jpeg.len() / 4, jpeg.len() / 3] {
            let error = decoder.decode(&jpeg[..cut]).unwrap_err();
            assert!(matches!(error, MjpegError::Damaged(_)), "cut at {cut}: {error}");
        }
        decoder.decode(&jpeg).unwrap();
    }

    #[test]
    fn damaged_bytes_never_panic() {
        let mut decoder = Decoder::new().unwrap();
        let jpeg = encode(&picture(PixelFormat::I420, "64x48"), 90).unwrap();
        for at in 0..jpeg.len() {
            for value in [0, 0x7f, 0xff] {
                let mut bytes = jpeg.clone();
                bytes[at] = value;
                let _ = decoder.decode(&bytes);
            }
        }
        decoder.decode(&jpeg).unwrap();
    }
}
