//! From what a camera delivers to a picture.

use super::parcel::{COLOR, Content, Packer, Parcel};
use crate::inputs::{Adapter, Darkroom, Exposed};
use crate::{Stage, Stages};
use backlot_kernels::Level;
use backlot_media::{CameraMode, Frame, RawPicture, View};
use backlot_mjpeg::{Decoder, MjpegError};
use std::time::Instant;

/// Develops a camera's pictures on one thread: each to I420 of the camera's size, BT.601.
pub struct Developer {
    packer: Packer,
    unpacker: Unpacker,
    adapter: Adapter,
    darkroom: Darkroom,
    next: u64,
}

impl Developer {
    /// Makes one for a camera's mode.
    ///
    /// # Errors
    /// Returns an error when libjpeg-turbo can't be set up.
    pub fn new(mode: CameraMode) -> Result<Self, MjpegError> {
        let adapter = Adapter::new(mode.size, COLOR, Level::best());
        let darkroom = Darkroom::new(View::whole(mode.size), COLOR, Level::best());
        let (packer, unpacker) = (Packer::new(mode), Unpacker::new()?);
        Ok(Self { packer, unpacker, adapter, darkroom, next: 0 })
    }

    /// The next picture; `None` for what is none.
    pub fn develop(&mut self, raw: RawPicture<'_>, stages: &mut Stages) -> Option<Frame> {
        let exposed = self.expose(raw, stages)?;
        let start = Instant::now();
        let frame = match exposed {
            Exposed::Frame(frame) | Exposed::Raw(frame) => frame,
            Exposed::Negative(mut negative) => self.darkroom.whole(&mut negative)?,
        };
        let start = stages.lap(Stage::Decode, start);
        let frame = self.adapter.run(frame);
        stages.lap(Stage::Convert, start);
        Some(frame)
    }

    /// The next picture as it comes, of which no more has to be made than is wanted; `None` for what is none.
    pub fn expose(&mut self, raw: RawPicture<'_>, stages: &mut Stages) -> Option<Exposed> {
        let parcel = self.packer.pack(raw, self.next, 1)?;
        self.next += 1;
        self.unpacker.unpack(parcel, stages).ok().map(|(exposed, _)| exposed)
    }
}

/// Decodes parcels.
pub(crate) struct Unpacker(Decoder);

impl Unpacker {
    /// Makes one.
    ///
    /// # Errors
    /// Returns an error when libjpeg-turbo can't be set up.
    pub fn new() -> Result<Self, MjpegError> {
        Ok(Self(Decoder::new()?))
    }

    /// Reads the picture of a parcel, and returns whether a part of it was damaged. Where it can be made in parts, none
    /// of it is made yet.
    ///
    /// # Errors
    /// Returns an error when it isn't a picture.
    pub fn unpack(
        &mut self,
        parcel: Parcel,
        stages: &mut Stages,
    ) -> Result<(Exposed, bool), MjpegError> {
        let start = Instant::now();
        let (mut exposed, is_damaged) = match parcel.content {
            Content::Planes(frame) => (Exposed::Raw(frame), false),
            Content::Jpeg(bytes) => match self.0.read(&bytes) {
                Some(negative) => (Exposed::Negative(negative), false),
                None => {
                    let decoded = self.0.decode(&bytes)?;
                    (Exposed::Raw(decoded.frame), decoded.is_damaged)
                }
            },
        };
        exposed.tag(parcel.time, parcel.sequence);
        stages.lap(Stage::Decode, start);
        Ok((exposed, is_damaged))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use backlot_media::{ColorSpace, Encoding, FrameRate, PixelFormat, Size, Timestamp};

    fn developer(encoding: Encoding) -> Developer {
        let (size, rate) = (Size { width: 16, height: 8 }, FrameRate::FPS_30);
        Developer::new(CameraMode { size, rate, encoding, color: ColorSpace::BT601 }).unwrap()
    }

    fn develop(developer: &mut Developer, bytes: &[u8], stride: usize) -> Option<Frame> {
        let raw = RawPicture { bytes, stride, time: Timestamp::from_nanos(3), sequence: 4 };
        developer.develop(raw, &mut Stages::default())
    }

    #[test]
    fn raw_pictures_and_rubbish() {
        let mut yuyv = developer(Encoding::Raw(PixelFormat::Yuyv));
        let bytes = [100, 90, 100, 160].repeat(64);
        let frame = develop(&mut yuyv, &bytes, 32).unwrap();
        assert_eq!((frame.sequence, frame.time.nanos()), (0, 3));
        assert_eq!(frame.yuv().map(|plane| plane.row(0)[1]), [100, 90, 160]);
        assert!(develop(&mut yuyv, &bytes[1..], 32).is_none());
        let mut jpeg = developer(Encoding::Jpeg);
        assert!(develop(&mut jpeg, &[0xff, 0xd8, 0xff, 0], 0).is_none());
    }
}
