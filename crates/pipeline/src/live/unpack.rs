//! From a camera's parcel to a picture.

use super::parcel::{Content, Parcel};
use crate::{Stage, Stages};
use backlot_media::Frame;
use backlot_mjpeg::{Decoded, Decoder, MjpegError};
use std::time::Instant;

/// Decodes parcels.
pub struct Unpacker(Decoder);

impl Unpacker {
    /// Makes one.
    ///
    /// # Errors
    /// Returns an error when libjpeg-turbo can't be set up.
    pub fn new() -> Result<Self, MjpegError> {
        Ok(Self(Decoder::new()?))
    }

    /// Makes the picture of a parcel, and returns whether a part of it was damaged.
    ///
    /// # Errors
    /// Returns an error when it isn't a picture.
    pub fn unpack(
        &mut self,
        parcel: Parcel,
        stages: &mut Stages,
    ) -> Result<(Frame, bool), MjpegError> {
        let start = Instant::now();
        let Decoded { mut frame, is_damaged } = match parcel.content {
            Content::Planes(frame) => Decoded { frame, is_damaged: false },
            Content::Jpeg(bytes) => self.0.decode(&bytes)?,
        };
        (frame.time, frame.sequence) = (parcel.time, parcel.sequence);
        stages.lap(Stage::Decode, start);
        Ok((frame, is_damaged))
    }
}
