//! From a camera's picture to a frame that a studio takes.

use crate::error::Result;
use backlot_kernels::{Converter, Level};
use backlot_media::{
    CameraMode, ColorSpace, Encoding, Frame, Picture, PixelFormat, RawPicture, Size, Timestamp,
};
use backlot_mjpeg::Decoder;

/// The colour space of developed pictures.
pub const COLOR: ColorSpace = ColorSpace::BT601;

/// Decodes a camera's pictures to I420 frames of the camera's size.
pub struct Developer {
    mode: CameraMode,
    decoder: Decoder,
    converter: Option<((PixelFormat, ColorSpace), Converter)>,
}

impl Developer {
    /// Creates a developer for a camera's mode.
    ///
    /// # Errors
    /// When the decoder can't be set up.
    pub fn new(mode: CameraMode) -> Result<Self> {
        Ok(Self { mode, decoder: Decoder::new()?, converter: None })
    }

    /// Decodes a picture; `None` if it can't be decoded.
    pub fn develop(&mut self, raw: RawPicture<'_>) -> Option<Frame> {
        let CameraMode { size, color, encoding, .. } = self.mode;
        match encoding {
            Encoding::Raw(format) => {
                let picture = Picture::in_bytes(format, size, color, raw.bytes, raw.stride)?;
                Some(self.convert(picture, (raw.time, raw.sequence)))
            }
            Encoding::Jpeg => {
                let frame = self.decoder.decode(raw.bytes).ok()?.frame;
                let picture = Picture::from(&frame);
                (frame.size() == size).then(|| self.convert(picture, (raw.time, raw.sequence)))
            }
        }
    }

    fn convert(&mut self, picture: Picture<'_>, tag: (Timestamp, u64)) -> Frame {
        let (from, to) = ((picture.format(), picture.color), (PixelFormat::I420, COLOR));
        let size: Size = self.mode.size;
        let mut frame = Frame::new(PixelFormat::I420, size);
        let known = self.converter.take().filter(|(known, _)| *known == from);
        let new = || (from, Converter::new(from, to, size, Level::best()));
        let (_, converter) = self.converter.insert(known.unwrap_or_else(new));
        converter.run(picture, &mut frame);
        frame.color = COLOR;
        (frame.time, frame.sequence) = tag;
        frame
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use backlot_media::FrameRate;

    fn developer(encoding: Encoding) -> Developer {
        let (size, rate) = (Size { width: 16, height: 8 }, FrameRate::FPS_30);
        Developer::new(CameraMode { size, rate, encoding, color: ColorSpace::BT601 }).unwrap()
    }

    fn raw(bytes: &[u8], stride: usize) -> RawPicture<'_> {
        RawPicture { bytes, stride, time: Timestamp::from_nanos(3), sequence: 4 }
    }

    #[test]
    fn raw_pictures_and_rubbish() {
        let mut developer = developer(Encoding::Raw(PixelFormat::Yuyv));
        let bytes = [100, 90, 100, 160].repeat(64);
        let frame = developer.develop(raw(&bytes, 32)).unwrap();
        assert_eq!((frame.sequence, frame.time.nanos()), (4, 3));
        assert_eq!(frame.yuv().map(|plane| plane.row(0)[1]), [100, 90, 160]);
        assert!(developer.develop(raw(&bytes[1..], 32)).is_none());
    }

    #[test]
    fn jpeg_rubbish_is_no_picture() {
        let mut developer = developer(Encoding::Jpeg);
        assert!(developer.develop(raw(&[0xff, 0xd8, 0xff, 0], 0)).is_none());
    }
}
