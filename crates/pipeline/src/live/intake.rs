//! From a camera's parcel to a picture on the studio's canvas.

use super::parcel::{Content, Parcel};
use crate::{Stage, Stages};
use backlot_effects::Canvas;
use backlot_kernels::{Converter, Scaler};
use backlot_media::{ColorSpace, Frame, FramePool, PixelFormat, Size};
use backlot_mjpeg::{Decoded, Decoder, MjpegError};
use backlot_scene::Fit;
use backlot_sources::placed;
use std::time::Instant;

/// The number of frames that may be in use at once without allocating.
const POOLED_FRAMES: usize = 6;

/// Decodes, converts and scales pictures to a canvas.
pub(crate) struct Intake {
    canvas: Canvas,
    decoder: Decoder,
    steps: Option<Steps>,
}

/// What to do with pictures of one kind.
struct Steps {
    from: (PixelFormat, Size, ColorSpace),
    convert: Option<(Converter, FramePool)>,
    scale: Option<Scaling>,
}

struct Scaling {
    scaler: Scaler,
    pool: FramePool,
}

impl Intake {
    /// Makes one for a canvas.
    ///
    /// # Errors
    /// Returns an error when libjpeg-turbo can't be set up.
    pub fn new(canvas: Canvas) -> Result<Self, MjpegError> {
        Ok(Self { canvas, decoder: Decoder::new()?, steps: None })
    }

    /// Makes pictures for another canvas from now on.
    pub fn set_canvas(&mut self, canvas: Canvas) {
        (self.canvas, self.steps) = (canvas, None);
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
        let Decoded { frame: picture, is_damaged } = match parcel.content {
            Content::Planes(frame) => Decoded { frame, is_damaged: false },
            Content::Jpeg(bytes) => self.decoder.decode(&bytes)?,
        };
        let start = stages.lap(Stage::Decode, start);
        let mut frame = self.adapt(picture);
        (frame.time, frame.sequence) = (parcel.time, parcel.sequence);
        stages.lap(Stage::Convert, start);
        Ok((frame, is_damaged))
    }

    fn adapt(&mut self, picture: Frame) -> Frame {
        let (canvas, from) = (self.canvas, (picture.format(), picture.size(), picture.color));
        if self.steps.as_ref().is_some_and(|steps| steps.from != from) {
            self.steps = None;
        }
        let steps = self.steps.get_or_insert_with(|| Steps::new(from, canvas));
        let mut frame = picture;
        if let Some((convert, pool)) = &mut steps.convert {
            let mut converted = pool.take();
            convert.run(&frame, &mut converted);
            frame = converted;
        }
        if let Some(scaling) = &mut steps.scale {
            let mut scaled = scaling.pool.take();
            scaled.tag_like(&frame);
            scaling.scaler.run(&frame, &mut scaled);
            frame = scaled;
        }
        frame
    }
}

impl Steps {
    fn new(from: (PixelFormat, Size, ColorSpace), canvas: Canvas) -> Self {
        let (format, size, color) = from;
        let (given, wanted) = ((format, color), (PixelFormat::I420, canvas.color));
        let convert = (given != wanted).then(|| {
            let pool = FramePool::new(PixelFormat::I420, size, POOLED_FRAMES);
            (Converter::new(given, wanted, size, canvas.level), pool)
        });
        let scale = (size != canvas.size).then(|| Scaling::new(size, canvas));
        Self { from, convert, scale }
    }
}

impl Scaling {
    fn new(from: Size, canvas: Canvas) -> Self {
        let (crop, target) = placed(from, canvas.size, Fit::Cover);
        Self {
            scaler: Scaler::placed((from, crop), (canvas.size, target), canvas.level),
            pool: FramePool::new(PixelFormat::I420, canvas.size, POOLED_FRAMES),
        }
    }
}
