//! From a camera's parcel to a picture on the studio's canvas.

use super::parcel::{Content, Parcel, is_of};
use crate::adapt::placed;
use crate::{Stage, Stages};
use backlot_effects::Canvas;
use backlot_kernels::{Converter, Scaler};
use backlot_media::{Frame, FramePool, PixelFormat, Size};
use backlot_mjpeg::{Decoder, MjpegError};
use backlot_scene::Fit;
use std::time::Instant;

/// Frames that may be in use at once without allocating.
const POOLED_FRAMES: usize = 6;

/// Decodes, converts and scales pictures to a canvas.
pub(crate) struct Intake {
    canvas: Canvas,
    decoder: Decoder,
    steps: Option<Steps>,
}

/// What is to be done with pictures of one kind.
struct Steps {
    convert: Converter,
    converted: FramePool,
    scale: Option<Scaling>,
}

struct Scaling {
    scaler: Scaler,
    pool: FramePool,
}

impl Intake {
    /// For a canvas.
    ///
    /// # Errors
    /// When libjpeg-turbo can't be set up.
    pub fn new(canvas: Canvas) -> Result<Self, MjpegError> {
        Ok(Self { canvas, decoder: Decoder::new()?, steps: None })
    }

    /// Makes pictures for another canvas from now on.
    pub fn set_canvas(&mut self, canvas: Canvas) {
        (self.canvas, self.steps) = (canvas, None);
    }

    /// Makes the picture of a parcel.
    ///
    /// # Errors
    /// When it is no picture.
    pub fn unpack(&mut self, parcel: Parcel, stages: &mut Stages) -> Result<Frame, MjpegError> {
        let start = Instant::now();
        let picture = match parcel.content {
            Content::Raw(frame) => frame,
            Content::Jpeg(bytes) => self.decoder.decode(&bytes)?,
        };
        let start = stages.lap(Stage::Decode, start);
        let mut frame = self.adapt(&picture);
        (frame.time, frame.sequence) = (parcel.time, parcel.sequence);
        stages.lap(Stage::Convert, start);
        Ok(frame)
    }

    fn adapt(&mut self, picture: &Frame) -> Frame {
        let canvas = self.canvas;
        let fits = |steps: &Steps| steps.convert.takes(picture);
        if !self.steps.as_ref().is_some_and(fits) {
            self.steps = None;
        }
        let steps = self.steps.get_or_insert_with(|| Steps::new(picture, canvas));
        let mut converted = steps.converted.take();
        steps.convert.run(picture, &mut converted);
        let Some(scaling) = &mut steps.scale else { return converted };
        let mut scaled = scaling.pool.take();
        scaled.tag_like(&converted);
        scaling.scaler.run(&converted, &mut scaled);
        scaled
    }
}

impl Steps {
    fn new(picture: &Frame, canvas: Canvas) -> Self {
        let size = picture.size();
        let (from, to) = ((picture.format(), picture.color), (PixelFormat::I420, canvas.color));
        let converted = FramePool::new(PixelFormat::I420, size, POOLED_FRAMES);
        Self {
            convert: Converter::new(from, to, size, canvas.level),
            scale: (!is_of(converted.layout(), PixelFormat::I420, canvas.size))
                .then(|| Scaling::new(size, canvas)),
            converted,
        }
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
