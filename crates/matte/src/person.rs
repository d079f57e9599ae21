//! The matte of the persons in a source's pictures.

use crate::{MatteError, MatteSettings, Segmented};
use backlot_kernels::{Level, NetworkInput, Stretch, Window};
use backlot_media::{Frame, Matte, PixelFormat, Size};
use backlot_nn::{Model, Session};
use std::time::{Duration, Instant};

/// What the last frame cost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MatteTiming {
    /// Making the network's input.
    pub shrink: Duration,
    /// Running the network.
    pub network: Duration,
    /// Steadying the mask and leading its edges.
    pub refine: Duration,
}

/// Makes the mattes of one source: finds the persons in a frame, then refines their matte.
#[derive(Debug)]
pub struct PersonMatte {
    size: Size,
    level: Level,
    session: Session,
    input: NetworkInput,
    mask: Vec<f32>,
    stretch: Stretch,
    segmented: Segmented,
    timing: MatteTiming,
}

impl PersonMatte {
    /// For pictures of `size`; takes all memory.
    ///
    /// # Errors
    /// If the model does not turn pictures into masks, or a setting is out of range.
    pub fn new(
        model: &Model,
        size: Size,
        settings: MatteSettings,
        level: Level,
    ) -> Result<Self, MatteError> {
        settings.check()?;
        let session = Session::new(model, level);
        let (from, to) = (session.input_shape(), session.output_shape());
        if from.channels != 3 || to.channels != 1 {
            return Err(MatteError::NotASegmenter { input: from.channels, output: to.channels });
        }
        Ok(Self {
            size,
            level,
            input: NetworkInput::new(size, from.width, from.height),
            mask: vec![0.0; to.width * to.height],
            stretch: Stretch::new((to.width, to.height), size.width as usize),
            session,
            segmented: Segmented::Nothing,
            timing: MatteTiming::default(),
        })
    }

    /// Runs the network on a frame.
    ///
    /// # Errors
    /// If the frame's format or size are not the source's.
    pub fn segment(&mut self, frame: &Frame) -> Result<(), MatteError> {
        self.check(frame)?;
        let start = Instant::now();
        let window = Window::whole(self.size);
        let input = self.session.input_mut();
        self.input.run(self.level, frame.yuv(), frame.color, window, input);
        let shrunk = Instant::now();
        self.mask.copy_from_slice(self.session.run());
        self.segmented = Segmented::Frame(frame.sequence);
        self.timing.shrink = shrunk - start;
        self.timing.network = shrunk.elapsed();
        Ok(())
    }

    /// Makes the matte of the frame that was segmented last, and gives it the frame's sequence
    /// number.
    ///
    /// # Errors
    /// If the frame was not segmented, or it or the matte have not the source's size.
    pub fn refine(&mut self, frame: &Frame, out: &mut Matte) -> Result<(), MatteError> {
        self.check(frame)?;
        if out.size() != self.size {
            let (expected, found) = (self.size, out.size());
            return Err(MatteError::WrongSize { what: "matte", expected, found });
        }
        if self.segmented != Segmented::Frame(frame.sequence) {
            let (refined, segmented) = (frame.sequence, self.segmented);
            return Err(MatteError::NotSegmented { refined, segmented });
        }
        let start = Instant::now();
        self.stretch.run(self.level, &self.mask, out.plane_mut());
        out.set_sequence(frame.sequence);
        self.timing.refine = start.elapsed();
        Ok(())
    }

    /// Forgets all earlier frames: a cut, a new picture.
    pub fn reset(&mut self) {
        self.segmented = Segmented::Nothing;
    }

    /// What the last frame cost.
    pub const fn timing(&self) -> MatteTiming {
        self.timing
    }

    fn check(&self, frame: &Frame) -> Result<(), MatteError> {
        if frame.format() != PixelFormat::I420 {
            return Err(MatteError::WrongFormat(frame.format()));
        }
        if frame.size() != self.size {
            let (expected, found) = (self.size, frame.size());
            return Err(MatteError::WrongSize { what: "frame", expected, found });
        }
        Ok(())
    }
}
