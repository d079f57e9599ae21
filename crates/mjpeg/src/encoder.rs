//! From a frame to a JPEG picture.

use crate::MjpegError;
use crate::layout::{ALIGN, copy_planes, padded, subsamp_of};
use backlot_media::Frame;
use turbojpeg::{Compressor, YuvImage};

/// Encodes a frame as a baseline JPEG picture, with chroma as it is stored.
///
/// `quality` is `1..=100`, clamped. JPEG means full range BT.601: the frame's values are stored as
/// they are, so convert a frame of another colour space first.
///
/// # Errors
/// [`MjpegError::Format`] unless the frame is planar YUV or grey.
pub fn encode(frame: &Frame, quality: u8) -> Result<Vec<u8>, MjpegError> {
    let format = frame.format();
    let subsamp = subsamp_of(format).ok_or(MjpegError::Format(format))?;
    let mut whole = Frame::new(format, padded(format, frame.size()));
    copy_planes(frame, &mut whole);
    let image = YuvImage {
        pixels: whole.bytes(),
        width: frame.size().width as usize,
        align: ALIGN,
        height: frame.size().height as usize,
        subsamp,
    };
    let mut codec = Compressor::new().map_err(MjpegError::Codec)?;
    codec.set_quality(i32::from(quality.clamp(1, 100))).map_err(MjpegError::Codec)?;
    codec.compress_yuv_to_vec(image).map_err(MjpegError::Codec)
}
