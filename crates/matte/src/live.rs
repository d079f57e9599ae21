//! The mask of a frame in one pass of the network, on the person's surroundings where possible.

use crate::elsewhere::Elsewhere;
use crate::geometry::{Cells, Geometry, pixels};
use crate::motion::Motion;
use crate::parts::Parts;
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
    both: Option<Both>,
    parts: Option<Parts>,
    elsewhere: Option<Elsewhere>,
}

/// Memory for looking at pictures and their mirror images.
#[derive(Debug)]
struct Both {
    picture: Vec<f32>,
    turned: Vec<f32>,
    mean: Vec<f32>,
}

impl Live {
    pub fn new(model: &SegmentationModel, size: Size, level: Level) -> Result<Self, MatteError> {
        let segmenter = model.segmenter(pixels(size), level)?;
        let from = segmenter.input_shape();
        let geometry = Geometry::new(size);
        Ok(Self {
            geometry,
            level,
            input: NetworkInput::new(size, from.width, from.height),
            tracker: Tracker::new(geometry),
            segmenter,
            both: None,
            parts: None,
            elsewhere: Elsewhere::beside(model, geometry, level)?,
        })
    }

    /// Tells these parts of a person apart, too.
    pub fn with_parts(mut self, parts: Option<Parts>) -> Self {
        self.parts = parts;
        self
    }

    /// The parts of a person that it tells apart.
    pub const fn parts(&self) -> Option<&Parts> {
        self.parts.as_ref()
    }

    /// Looks at each picture and at its mirror image.
    pub fn thorough(mut self) -> Self {
        let (from, (columns, rows)) = (self.segmenter.input_shape(), self.mask_size());
        let map = vec![0.0; columns * rows];
        let picture = vec![0.0; 3 * from.width * from.height];
        self.both = Some(Both { picture, turned: map.clone(), mean: map });
        self
    }

    /// The width and height of the network's masks.
    pub fn mask_size(&self) -> (usize, usize) {
        self.segmenter.mask_size()
    }

    pub fn reset(&mut self) {
        self.segmenter.forget();
        self.tracker.reset();
        if let Some(elsewhere) = &mut self.elsewhere {
            elsewhere.reset();
        }
    }

    /// Takes a frame, the first one or a later one.
    pub fn look(
        &mut self,
        is_first: bool,
        frame: &Frame,
        motion: &mut Motion,
        steady: &mut Steady,
        timing: &mut MatteTiming,
    ) -> Result<(), MatteError> {
        match is_first {
            true => self.first(frame, motion, steady, timing),
            false => self.next(frame, motion, steady, timing),
        }
    }

    /// Takes the first frame: the masks of the whole picture and of the person's surroundings,
    /// averaged, as there is nothing else to steady them.
    fn first(
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
    fn next(
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
        let elsewhere = self.elsewhere.as_mut();
        if let Some(mask) = elsewhere.and_then(|elsewhere| elsewhere.look(frame, motion, cells)) {
            steady.set(mask);
            steady.take(motion, if cut { Kin::First } else { Kin::Same });
            return Ok(());
        }
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
        let Self { segmenter, input, both, level, parts, .. } = self;
        let mut show = |picture: &mut [f32]| {
            input.run(*level, frame.yuv(), frame.color, window, picture);
            Instant::now()
        };
        let (shrunk, mask) = match both {
            None => (show(segmenter.input_mut()), segmenter.run()?),
            Some(both) => (show(&mut both.picture), both.look(segmenter)?),
        };
        timing.shrink += shrunk - start;
        timing.network += shrunk.elapsed();
        steady.place(mask, cells);
        if let Some(parts) = parts {
            parts.take(segmenter, cells);
        }
        Ok(())
    }
}

impl Both {
    /// The mean of what the network finds in the picture and in its mirror image.
    fn look(&mut self, segmenter: &mut Segmenter) -> Result<&[f32], MatteError> {
        let Self { picture, turned, mean } = self;
        let mut looks = 0.0;
        segmenter.both_ways(picture, turned, |mask| {
            looks += 1.0;
            let share = 1.0 / looks;
            mean.iter_mut().zip(mask).for_each(|(mean, value)| *mean += share * (value - *mean));
        })?;
        Ok(mean)
    }
}
