//! The mask of a frame in one pass of the network, on the person's surroundings where possible.

use crate::geometry::{Cells, Geometry};
use crate::motion::Motion;
use crate::steady::{Kin, Steady};
use crate::window::{Look, Tracker, persons};
use crate::{MatteError, MatteTiming};
use backlot_kernels::{Level, NetworkInput};
use backlot_media::{Frame, Size};
use backlot_nn::{Model, Session};
use std::time::Instant;

/// Runs the network, if it turns pictures into masks.
pub(crate) fn segmenter(model: &Model, level: Level) -> Result<Session, MatteError> {
    let session = Session::new(model, level);
    let (input, output) = (session.input_shape().channels, session.output_shape().channels);
    let fits = input == 3 && output == 1;
    fits.then_some(session).ok_or(MatteError::NotASegmenter { input, output })
}

#[derive(Debug)]
pub(crate) struct Live {
    geometry: Geometry,
    level: Level,
    session: Session,
    input: NetworkInput,
    tracker: Tracker,
}

impl Live {
    pub fn new(model: &Model, size: Size, level: Level) -> Result<Self, MatteError> {
        let session = segmenter(model, level)?;
        let from = session.input_shape();
        let geometry = Geometry::new(size);
        Ok(Self {
            geometry,
            level,
            input: NetworkInput::new(size, from.width, from.height),
            tracker: Tracker::new(geometry),
            session,
        })
    }

    pub const fn reset(&mut self) {
        self.tracker.reset();
    }

    /// Takes the first frame: the masks of the whole picture and of the person's surroundings,
    /// averaged, as there is nothing else to steady them.
    pub fn first(
        &mut self,
        frame: &Frame,
        motion: &mut Motion,
        steady: &mut Steady,
        timing: &mut MatteTiming,
    ) -> Result<(), MatteError> {
        self.tracker.reset();
        self.pass(frame, self.geometry.whole(), steady, timing)?;
        steady.take(motion, Kin::First);
        self.follow(steady.matte());
        if let Some(cells) = self.tracker.tracked() {
            self.pass(frame, cells, steady, timing)?;
            steady.average(cells);
        }
        Ok(())
    }

    /// Takes a later frame.
    pub fn next(
        &mut self,
        frame: &Frame,
        motion: &mut Motion,
        steady: &mut Steady,
        timing: &mut MatteTiming,
    ) -> Result<(), MatteError> {
        let cut = motion.is_cut();
        if cut {
            self.tracker.reset();
        }
        let outside = self.tracker.tracked().map_or(0.0, |cells| motion.moved_outside(cells));
        let look = self.tracker.look(outside);
        let cells = if let Look::Box(cells) = look { cells } else { self.geometry.whole() };
        self.pass(frame, cells, steady, timing)?;
        let kin = match look {
            _ if cut => Kin::First,
            Look::Glance if !self.tracker.noticed(steady.present()) => Kin::Other,
            _ => Kin::Same,
        };
        steady.take(motion, kin);
        Ok(())
    }

    /// Follows the persons in the matte on the grid.
    pub fn follow(&mut self, matte: &[f32]) {
        self.tracker.follow(persons(matte, self.geometry.grid.0));
    }

    /// Runs the network on some cells and places its mask on the grid.
    fn pass(
        &mut self,
        frame: &Frame,
        cells: Cells,
        steady: &mut Steady,
        timing: &mut MatteTiming,
    ) -> Result<(), MatteError> {
        let start = Instant::now();
        let window = self.geometry.window(cells);
        let input = self.session.input_mut();
        self.input.run(self.level, frame.yuv(), frame.color, window, input);
        let shrunk = Instant::now();
        let mask = self.session.run();
        timing.shrink += shrunk - start;
        timing.network += shrunk.elapsed();
        // Written so that NaN counts as wrong.
        if let Some(&value) = mask.iter().find(|v| !(-0.001..=1.001).contains(*v)) {
            return Err(MatteError::Rubbish { value });
        }
        steady.place(mask, cells);
        Ok(())
    }
}
