//! The mask of a frame in one pass of the network, on the person's surroundings where possible.

use crate::elsewhere::{Elsewhere, Lead};
use crate::geometry::{Cells, Geometry, pixels};
use crate::motion::Motion;
use crate::parts::Parts;
use crate::steady::{Kin, Steady};
use crate::window::{Look, Tracker, persons};
use crate::{MatteError, MatteTiming};
use backlot_kernels::{Level, NetworkInput};
use backlot_media::{Frame, Latent, Size, Window};
use backlot_segmenter::{SegmentationModel, Segmenter};
use std::time::Instant;

#[derive(Debug)]
pub(crate) struct Live {
    geometry: Geometry,
    level: Level,
    segmenter: Segmenter,
    sight: Sight,
    tracker: Tracker,
    both: Option<Both>,
    parts: Option<Parts>,
    elsewhere: Option<Elsewhere>,
    /// Whether a first frame is looked at once only.
    once: bool,
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
            sight: Sight::new(size, (from.width, from.height)),
            tracker: Tracker::new(geometry),
            segmenter,
            both: None,
            parts: None,
            elsewhere: Elsewhere::beside(model, geometry, level)?,
            once: false,
        })
    }

    /// Looks at a first frame once, as at every other.
    pub const fn once(mut self) -> Self {
        self.once = true;
        self
    }

    /// Tells these parts of a person apart, too.
    pub fn with_parts(mut self, parts: Option<Parts>) -> Self {
        self.parts = parts;
        self
    }

    /// Which network makes the masks, if there is one elsewhere.
    pub fn lead(&self) -> Option<Lead> {
        self.elsewhere.as_ref().map(Elsewhere::lead)
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
        picture: &mut dyn Latent,
        motion: &mut Motion,
        steady: &mut Steady,
        timing: &mut MatteTiming,
    ) -> Result<(), MatteError> {
        match is_first {
            true => self.first(picture, motion, steady, timing),
            false => self.next(picture, motion, steady, timing),
        }
    }

    /// Takes the first frame: the masks of the whole picture and, unless it is looked at once, of the
    /// person's surroundings, averaged, as there is nothing else to steady them.
    fn first(
        &mut self,
        picture: &mut dyn Latent,
        motion: &mut Motion,
        steady: &mut Steady,
        timing: &mut MatteTiming,
    ) -> Result<(), MatteError> {
        self.tracker.reset();
        self.pass(picture, self.geometry.whole(), steady, timing)?;
        steady.take(motion, Kin::First);
        if self.once {
            return Ok(());
        }
        self.follow(steady.matte());
        if let Some(cells) = self.tracked() {
            self.pass(picture, cells, steady, timing)?;
            steady.average(cells);
        }
        Ok(())
    }

    /// Takes a later frame.
    fn next(
        &mut self,
        picture: &mut dyn Latent,
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
        if let Some(elsewhere) = &mut self.elsewhere
            && let Some(mask) = elsewhere.look(picture.whole(), motion, cells)
        {
            steady.set(mask);
            steady.take(motion, if cut { Kin::First } else { Kin::Same });
            return Ok(());
        }
        self.pass(picture, cells, steady, timing)?;
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
        picture: &mut dyn Latent,
        cells: Cells,
        steady: &mut Steady,
        timing: &mut MatteTiming,
    ) -> Result<(), MatteError> {
        let Self { segmenter, sight, both, level, parts, geometry, .. } = self;
        let window = geometry.window(cells);
        let frame = sight.of(picture, window);
        let start = Instant::now();
        let mut show = |picture: &mut [f32]| {
            sight.show(*level, frame, window, picture);
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

/// How the network sees a picture: as small as it may be for it.
#[derive(Debug)]
struct Sight {
    size: Size,
    /// Columns and rows of what the network sees.
    shape: (usize, usize),
    /// For the picture in full, at half and at a quarter of its size.
    inputs: [NetworkInput; 3],
}

/// What the sizes of [`Sight::inputs`] are divided by.
const DIVISORS: [u32; 3] = [1, 2, 4];

impl Sight {
    fn new(size: Size, shape: (usize, usize)) -> Self {
        let inputs =
            DIVISORS.map(|divisor| NetworkInput::new(size.divided(divisor), shape.0, shape.1));
        Self { size, shape, inputs }
    }

    /// The picture at the smallest size at which a window has as many columns and rows as the network.
    fn of<'a>(&self, picture: &'a mut dyn Latent, window: Window) -> &'a Frame {
        let fits = |divisor: f32| {
            let (columns, rows) = (window.width / divisor, window.height / divisor);
            columns >= self.shape.0 as f32 && rows >= self.shape.1 as f32
        };
        if fits(4.0) {
            return picture.quarter();
        }
        if fits(2.0) {
            return picture.half(window);
        }
        picture.glance(1, window)
    }

    /// Shows the network a window of a picture, in whatever size that is.
    fn show(&mut self, level: Level, frame: &Frame, window: Window, out: &mut [f32]) {
        let is_of = |divisor: &u32| self.size.divided(*divisor) == frame.size();
        let at = DIVISORS.iter().position(is_of).unwrap_or(0);
        let input = &mut self.inputs[at];
        let share = 1.0 / DIVISORS[at] as f32;
        let Window { x, y, width, height } = window;
        let [x, y, width, height] = [x, y, width, height].map(|v| v * share);
        input.run(level, frame.yuv(), frame.color, Window { x, y, width, height }, out);
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
