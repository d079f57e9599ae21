//! From a frame to a JPEG picture.

use crate::MjpegError;
use crate::layout::{ALIGN, copy_planes, padded, subsamp_of};
use backlot_media::Frame;
use turbojpeg::{Compressor, YuvImage};

/// Encodes frames as baseline JPEG pictures, with chroma as it is stored, one after the other.
#[derive(Debug)]
pub struct Encoder {
    codec: Compressor,
    /// The frame with its edges as the codec wants them.
    whole: Option<Frame>,
}

impl Encoder {
    /// An encoder of a quality of `1..=100`, clamped.
    ///
    /// # Errors
    /// [`MjpegError::Codec`] when the codec can't be had.
    pub fn new(quality: u8) -> Result<Self, MjpegError> {
        let mut codec = Compressor::new().map_err(MjpegError::Codec)?;
        codec.set_quality(i32::from(quality.clamp(1, 100))).map_err(MjpegError::Codec)?;
        Ok(Self { codec, whole: None })
    }

    /// Encodes a frame. JPEG means full range BT.601: the frame's values are stored as they are, so
    /// convert a frame of another colour space first.
    ///
    /// # Errors
    /// [`MjpegError::Format`] unless the frame is planar YUV or grey.
    pub fn encode(&mut self, frame: &Frame) -> Result<Vec<u8>, MjpegError> {
        let format = frame.format();
        let subsamp = subsamp_of(format).ok_or(MjpegError::Format(format))?;
        let form = (format, padded(format, frame.size()));
        let kept = self.whole.take().filter(|whole| (whole.format(), whole.size()) == form);
        let whole = self.whole.insert(kept.unwrap_or_else(|| Frame::new(form.0, form.1)));
        copy_planes(frame, whole);
        let image = YuvImage {
            pixels: whole.bytes(),
            width: frame.size().width as usize,
            align: ALIGN,
            height: frame.size().height as usize,
            subsamp,
        };
        self.codec.compress_yuv_to_vec(image).map_err(MjpegError::Codec)
    }
}

/// Encodes one frame, as [`Encoder`] does.
///
/// # Errors
/// As [`Encoder::encode`].
pub fn encode(frame: &Frame, quality: u8) -> Result<Vec<u8>, MjpegError> {
    Encoder::new(quality)?.encode(frame)
}

#[cfg(test)]
mod tests {
    use super::*;
    use backlot_media::PixelFormat;

    #[test]
    fn one_encoder_takes_any_frame_after_any_other() {
        let mut encoder = Encoder::new(80).unwrap();
        for (format, size) in [
            (PixelFormat::I420, "33x17"),
            (PixelFormat::I420, "33x17"),
            (PixelFormat::I422, "33x17"),
            (PixelFormat::Gray8, "64x48"),
            (PixelFormat::I420, "16x16"),
        ] {
            let mut frame = Frame::new(format, size.parse().unwrap());
            for (at, byte) in frame.bytes_mut().iter_mut().enumerate() {
                *byte = (at * 7) as u8;
            }
            assert_eq!(encoder.encode(&frame).unwrap(), encode(&frame, 80).unwrap());
        }
        assert!(encoder.encode(&Frame::new(PixelFormat::Yuyv, "16x16".parse().unwrap())).is_err());
    }
}
