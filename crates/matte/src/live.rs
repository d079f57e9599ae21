//! The mask of a frame in one pass of the network, on the person's surroundings where possible.

use crate::geometry::{Cells, Geometry, pixels};
use crate::motion::Motion;
use crate::steady::{Kin, Steady};
use crate::window::{Look, Tracker, persons};
use crate::{MatteError, MatteTiming};
use backlot_kernels::{Level, NetworkInput};
use backlot_media::{Frame, Size};
use backlot_segmenter::{SegmentationModel, Segmenter};
use std::time::Instant;

#[derive(Debug)]
pub(crate) struct Live {
    geometry: Geometry,
    level: Level,
    segmenter: Segmenter,
    input: NetworkInput,
    tracker: Tracker,
}

impl Live {
    pub fn new(model: &SegmentationModel, size: Size, level: Level) -> Result<Self, MatteError> {
        let segmenter = Segmenter::new(model, pixels(size), level)?;
        let from = segmenter.input_shape();
        let geometry = Geometry::new(size);
        Ok(Self {
            geometry,
            level,
            input: NetworkInput::new(size, from.width, from.height),
            tracker: Tracker::new(geometry),
            segmenter,
        })
    }

    /// The width and height of the network's masks.
    pub fn mask_size(&self) -> (usize, usize) {
        self.segmenter.mask_size()
    }

    pub fn reset(&mut self) {
        self.segmenter.forget();
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
        if let Some(cells) = self.tracked() {
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
            self.reset();
        }
        let outside = self.tracked().map_or(0.0, |cells| motion.moved_outside(cells));
        let look =
            if self.segmenter.is_recurrent() { Look::Whole } else { self.tracker.look(outside) };
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

    /// The part to look at; nothing for the whole picture.
    fn tracked(&self) -> Option<Cells> {
        self.tracker.tracked().filter(|_| !self.segmenter.is_recurrent())
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
        let input = self.segmenter.input_mut();
        self.input.run(self.level, frame.yuv(), frame.color, window, input);
        let shrunk = Instant::now();
        let mask = self.segmenter.run();
        timing.shrink += shrunk - start;
        timing.network += shrunk.elapsed();
        steady.place(mask?, cells);
        Ok(())
    }
}
