//! The matte of the persons in a source's pictures.

use crate::edges::Edges;
use crate::geometry::{Cells, Geometry};
use crate::motion::Motion;
use crate::steady::{Kin, Steady};
use crate::window::{Look, Tracker, persons};
use crate::{MatteError, MatteSettings, Quality, Segmented};
use backlot_kernels::{Level, NetworkInput};
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
    geometry: Geometry,
    level: Level,
    session: Session,
    input: NetworkInput,
    motion: Motion,
    tracker: Tracker,
    steady: Steady,
    edges: Edges,
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
        let geometry = Geometry::new(size);
        let edge = if settings.quality == Quality::Fast { 0.0 } else { settings.edge };
        Ok(Self {
            geometry,
            level,
            input: NetworkInput::new(size, from.width, from.height),
            motion: Motion::new(geometry, level),
            tracker: Tracker::new(geometry),
            steady: Steady::new(geometry, (to.width, to.height), settings.smoothing, level),
            edges: Edges::new(geometry, edge, level),
            session,
            segmented: Segmented::Nothing,
            timing: MatteTiming::default(),
        })
    }

    /// Runs the network on a frame and takes its mask into the matte.
    ///
    /// # Errors
    /// If the frame's format or size are not the source's, or the network gives rubbish.
    pub fn segment(&mut self, frame: &Frame) -> Result<(), MatteError> {
        self.check(frame)?;
        let start = Instant::now();
        let first = self.segmented == Segmented::Nothing;
        self.timing = MatteTiming::default();
        self.segmented = Segmented::Nothing;
        self.motion.observe(frame.plane(0));
        if first {
            self.take_first(frame)?;
        } else {
            self.take_next(frame)?;
        }
        let found = persons(self.steady.matte(), self.geometry.grid.0);
        self.tracker.follow(found);
        self.segmented = Segmented::Frame(frame.sequence);
        self.timing.refine = start.elapsed() - self.timing.shrink - self.timing.network;
        Ok(())
    }

    /// Looks at the whole picture, then at the person's surroundings.
    fn take_first(&mut self, frame: &Frame) -> Result<(), MatteError> {
        self.tracker.reset();
        self.pass(frame, self.geometry.whole())?;
        self.tracker.follow(persons(self.steady.present(), self.geometry.grid.0));
        if let Some(cells) = self.tracker.tracked() {
            self.pass(frame, cells)?;
        }
        self.steady.take(&mut self.motion, Kin::First);
        Ok(())
    }

    fn take_next(&mut self, frame: &Frame) -> Result<(), MatteError> {
        if self.motion.is_cut() {
            self.tracker.reset();
            self.pass(frame, self.geometry.whole())?;
            self.steady.take(&mut self.motion, Kin::First);
            return Ok(());
        }
        let outside = self.tracker.tracked().map_or(0.0, |cells| self.motion.moved_outside(cells));
        let kin = match self.tracker.look(outside) {
            Look::Box(cells) => {
                self.pass(frame, cells)?;
                Kin::Same
            }
            Look::Whole => {
                self.pass(frame, self.geometry.whole())?;
                Kin::Same
            }
            Look::Glance => {
                self.pass(frame, self.geometry.whole())?;
                if self.tracker.noticed(self.steady.present()) { Kin::Same } else { Kin::Other }
            }
        };
        self.steady.take(&mut self.motion, kin);
        Ok(())
    }

    /// Runs the network on some cells and lays its mask on the grid.
    fn pass(&mut self, frame: &Frame, cells: Cells) -> Result<(), MatteError> {
        let start = Instant::now();
        let window = self.geometry.window(cells);
        let input = self.session.input_mut();
        self.input.run(self.level, frame.yuv(), frame.color, window, input);
        let shrunk = Instant::now();
        let mask = self.session.run();
        self.timing.shrink += shrunk - start;
        self.timing.network += shrunk.elapsed();
        // Written so that a value that is no number counts as wrong.
        if let Some(&value) = mask.iter().find(|v| !(-0.001..=1.001).contains(*v)) {
            return Err(MatteError::Rubbish { value });
        }
        self.steady.place(mask, cells);
        Ok(())
    }

    /// Makes the matte of the frame that was segmented last, and gives it the frame's sequence
    /// number.
    ///
    /// # Errors
    /// If the frame was not segmented, or it or the matte have not the source's size.
    pub fn refine(&mut self, frame: &Frame, out: &mut Matte) -> Result<(), MatteError> {
        self.check(frame)?;
        if out.size() != self.geometry.picture {
            let (expected, found) = (self.geometry.picture, out.size());
            return Err(MatteError::WrongSize { what: "matte", expected, found });
        }
        if self.segmented != Segmented::Frame(frame.sequence) {
            let (refined, segmented) = (frame.sequence, self.segmented);
            return Err(MatteError::NotSegmented { refined, segmented });
        }
        let start = Instant::now();
        let (matte, luma) = (self.steady.matte(), self.motion.luma());
        self.edges.run(matte, luma, frame.plane(0), out.plane_mut());
        out.set_sequence(frame.sequence);
        self.timing.refine += start.elapsed();
        Ok(())
    }

    /// Forgets all earlier frames: a cut, a new picture.
    pub fn reset(&mut self) {
        self.segmented = Segmented::Nothing;
        self.motion.reset();
        self.tracker.reset();
    }

    /// What the last frame cost.
    pub const fn timing(&self) -> MatteTiming {
        self.timing
    }

    fn check(&self, frame: &Frame) -> Result<(), MatteError> {
        if frame.format() != PixelFormat::I420 {
            return Err(MatteError::WrongFormat(frame.format()));
        }
        if frame.size() != self.geometry.picture {
            let (expected, found) = (self.geometry.picture, frame.size());
            return Err(MatteError::WrongSize { what: "frame", expected, found });
        }
        Ok(())
    }
}
