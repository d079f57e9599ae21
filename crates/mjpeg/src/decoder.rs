//! From a JPEG picture to a frame.

use crate::layout::{ALIGN, copy_planes, format_of, padded};
use crate::{MAX_PIXELS, MjpegError};
use backlot_media::{ColorSpace, Frame, FramePool, PixelFormat, Size};
use turbojpeg::{DecompressHeader, Decompressor, YuvImage};

/// Frames that may be in use at once without allocating.
const POOLED_FRAMES: usize = 4;

/// Decodes the pictures of one stream.
///
/// While size and subsampling stay the same, decoding allocates nothing.
#[derive(Debug)]
pub struct Decoder {
    codec: Decompressor,
    pool: Option<FramePool>,
    /// For odd sizes, where the codec's planes are larger than a frame's.
    scratch: Option<Frame>,
}

impl Decoder {
    /// A decoder.
    ///
    /// # Errors
    /// [`MjpegError::Codec`] when libjpeg-turbo could not be set up.
    pub fn new() -> Result<Self, MjpegError> {
        let codec = Decompressor::new().map_err(MjpegError::Codec)?;
        Ok(Self { codec, pool: None, scratch: None })
    }

    /// Decodes one picture into a frame of the format in which it is coded: [`PixelFormat::I420`],
    /// [`PixelFormat::I422`], [`PixelFormat::I444`] or [`PixelFormat::Gray8`].
    ///
    /// Timestamp and sequence number of the frame are the caller's to set.
    ///
    /// # Errors
    /// [`MjpegError::Damaged`] for anything that would show as rubbish in the picture: the next
    /// picture of the stream may be good again. The others say what is unusable.
    pub fn decode(&mut self, jpeg: &[u8]) -> Result<Frame, MjpegError> {
        let decoded = self.decode_picture(jpeg);
        if decoded.is_err() {
            // The codec keeps the marker that it stumbled over, and would again.
            self.codec = Decompressor::new().map_err(MjpegError::Codec)?;
        }
        decoded
    }

    fn decode_picture(&mut self, jpeg: &[u8]) -> Result<Frame, MjpegError> {
        let header = self.codec.read_header(jpeg).map_err(damaged)?;
        let (format, size) = usable(&header)?;
        let mut frame = self.frame(format, size);
        let coded = padded(format, size);
        if coded == size {
            self.decode_into(jpeg, &header, &mut frame)?;
        } else {
            let fits = |f: &Frame| f.format() == format && f.size() == coded;
            let mut scratch =
                self.scratch.take().filter(fits).unwrap_or_else(|| Frame::new(format, coded));
            let decoded = self.decode_into(jpeg, &header, &mut scratch);
            copy_planes(&scratch, &mut frame);
            self.scratch = Some(scratch);
            decoded?;
        }
        frame.color = ColorSpace::JPEG;
        Ok(frame)
    }

    fn frame(&mut self, format: PixelFormat, size: Size) -> Frame {
        let fits = |p: &FramePool| p.layout().format() == format && p.layout().size() == size;
        if !self.pool.as_ref().is_some_and(fits) {
            self.pool = Some(FramePool::new(format, size, POOLED_FRAMES));
        }
        self.pool.as_ref().map_or_else(|| Frame::new(format, size), FramePool::take)
    }

    fn decode_into(
        &mut self,
        jpeg: &[u8],
        header: &DecompressHeader,
        frame: &mut Frame,
    ) -> Result<(), MjpegError> {
        // The codec writes eight rows at a time, a few bytes of each: on memory that is not in the
        // processor's cache that costs more than bringing all of it there first.
        frame.bytes_mut().fill(0);
        let image = YuvImage {
            pixels: frame.bytes_mut(),
            width: header.width,
            align: ALIGN,
            height: header.height,
            subsamp: header.subsamp,
        };
        match self.codec.decompress_to_yuv(jpeg, image) {
            Err(turbojpeg::Error::TurboJpegError(message)) if is_harmless(&message) => Ok(()),
            other => other.map_err(damaged),
        }
    }
}

/// Format and size, if they are of use.
fn usable(header: &DecompressHeader) -> Result<(PixelFormat, Size), MjpegError> {
    let side = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let size = Size::new(side(header.width), side(header.height))?;
    if size.pixels() as u64 > MAX_PIXELS {
        return Err(MjpegError::TooLarge { width: size.width, height: size.height });
    }
    let is_yuv =
        matches!(header.colorspace, turbojpeg::Colorspace::YCbCr | turbojpeg::Colorspace::Gray);
    let format = format_of(header.subsamp).filter(|_| is_yuv);
    let described = || format!("{:?} {:?}", header.colorspace, header.subsamp);
    format.map(|f| (f, size)).ok_or_else(|| MjpegError::Subsampling(described()))
}

/// Some cameras put stray bytes before a marker in every picture; the picture is whole.
fn is_harmless(message: &str) -> bool {
    message.contains("extraneous bytes before marker")
}

fn damaged(error: turbojpeg::Error) -> MjpegError {
    match error {
        turbojpeg::Error::TurboJpegError(message) => MjpegError::Damaged(message),
        // A header without a size comes back as an overflow.
        turbojpeg::Error::IntegerOverflow(_) => MjpegError::Damaged("no picture in it".to_owned()),
        other => MjpegError::Codec(other),
    }
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
    fn what_was_encoded_comes_back_in_every_format_and_size() {
        let mut decoder = Decoder::new().unwrap();
        for format in [PixelFormat::I420, PixelFormat::I422, PixelFormat::I444] {
            for size in ["64x48", "65x49", "2x2", "1x1", "3x17", "34x1"] {
                let frame = picture(format, size);
                let back = decoder.decode(&encode(&frame, 100).unwrap()).unwrap();
                assert_eq!((back.format(), back.size()), (format, frame.size()));
                assert_eq!(back.color, ColorSpace::JPEG);
                let worst = worst_difference(&frame, &back);
                assert!(worst <= 3, "{format} {size}: off by {worst}");
            }
        }
    }

    #[test]
    fn a_truncated_picture_is_dropped_and_the_next_one_decodes() {
        let mut decoder = Decoder::new().unwrap();
        let jpeg = encode(&picture(PixelFormat::I422, "64x48"), 90).unwrap();
        for cut in [0, 1, 2, 20, jpeg.len() / 2, jpeg.len() - 3] {
            let error = decoder.decode(&jpeg[..cut]).unwrap_err();
            assert!(matches!(error, MjpegError::Damaged(_)), "cut at {cut}: {error}");
        }
        decoder.decode(&jpeg).unwrap();
    }

    #[test]
    fn stray_bytes_before_a_marker_do_no_harm() {
        let mut jpeg = encode(&picture(PixelFormat::I422, "64x48"), 90).unwrap();
        let end = jpeg.len() - 2;
        jpeg.splice(end..end, [0x11; 4]);
        Decoder::new().unwrap().decode(&jpeg).unwrap();
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
