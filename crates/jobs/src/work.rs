//! What is made from each frame: finished pictures, or mattes.

use crate::error::Result;
use crate::tally::Tally;
use backlot_effects::Canvas;
use backlot_files::Content;
use backlot_matte::{Foreground, PersonMatte};
use backlot_media::{Frame, Matte};
use backlot_pipeline::{
    CutOut, Finished, Keyer, Needed, PipelineError, Program, Stage, Stages, Studio, StudioOptions,
};
use std::time::Instant;

/// Which part of a product is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// The frame.
    Picture,
    /// The part of the frame that the matte shows, transparent elsewhere.
    Person,
    /// The matte, in grey.
    Matte,
}

/// The result of a frame.
pub struct Product {
    /// The frame, I420.
    pub frame: Frame,
    /// Where the person is; everywhere if `None`.
    pub matte: Option<Matte>,
}

impl Product {
    /// The part to write.
    pub fn content(&self, what: What) -> Content<'_> {
        match (what, &self.matte) {
            (What::Person, Some(matte)) => Content::Person(&self.frame, matte),
            (What::Matte, Some(matte)) => Content::Matte(matte),
            _ => Content::Frame(&self.frame),
        }
    }
}

/// Processes frames of one size and colour space.
pub trait Work {
    /// That size and colour space.
    fn canvas(&self) -> Canvas;

    /// Forgets the previous frames.
    fn reset(&mut self);

    /// How many frames should be prepared before each is processed: 0 where those that follow are of
    /// no use.
    fn lookahead(&self) -> usize;

    /// Gets each frame once, in order, before it is processed.
    ///
    /// # Errors
    /// When the frame does not fit.
    fn prepare(&mut self, frame: &mut Frame) -> Result<(), PipelineError>;

    /// Processes a frame.
    ///
    /// # Errors
    /// When the frame does not fit, or a file that the scene shows fails.
    fn make(&mut self, frame: Frame) -> Result<Product, PipelineError>;

    /// What it must know of the frames before to begin within a video.
    fn needed_memory(&mut self) -> Needed {
        Needed::Nothing
    }

    /// Goes on with what a scout knows of the frames before; returns whether it fits.
    fn recall(&mut self, memory: &[u8]) -> bool {
        memory.is_empty()
    }

    /// Adds the figures so far.
    fn add_to(&self, tally: &mut Tally);
}

/// Finished pictures of a scene.
pub struct Staging {
    canvas: Canvas,
    studio: Studio,
    is_transparent: bool,
}

impl Staging {
    /// Compiles the scene; `is_transparent` leaves out the background.
    ///
    /// # Errors
    /// As [`Studio::new`].
    pub fn new(
        program: &Program,
        options: StudioOptions<'_>,
        is_transparent: bool,
    ) -> Result<Self> {
        let canvas = options.canvas;
        Ok(Self { canvas, studio: Studio::new(program, options)?, is_transparent })
    }
}

impl Work for Staging {
    fn canvas(&self) -> Canvas {
        self.canvas
    }

    fn reset(&mut self) {
        self.studio.reset();
    }

    fn lookahead(&self) -> usize {
        self.studio.lookahead()
    }

    fn prepare(&mut self, frame: &mut Frame) -> Result<(), PipelineError> {
        if self.lookahead() > 0 {
            self.studio.foresee(frame);
        }
        Ok(())
    }

    fn make(&mut self, frame: Frame) -> Result<Product, PipelineError> {
        if self.is_transparent {
            let CutOut { picture, cut, .. } = self.studio.cut_out(frame)?;
            return Ok(Product { frame: picture.into_frame(), matte: Some(cut) });
        }
        let Finished { picture, .. } = self.studio.process(frame)?;
        Ok(Product { frame: picture.into_frame(), matte: None })
    }

    fn needed_memory(&mut self) -> Needed {
        self.studio.needed_memory()
    }

    fn recall(&mut self, memory: &[u8]) -> bool {
        self.studio.recall(memory)
    }

    fn add_to(&self, tally: &mut Tally) {
        tally.add(&self.studio);
    }
}

/// Mattes, and persons cut out by them.
pub struct Cutting {
    canvas: Canvas,
    finder: PersonMatte,
    /// Takes the old room's colour out of the edge, where the person is written.
    foreground: Option<(Foreground, f32)>,
    /// Whether left and right are swapped.
    mirror: bool,
    stages: Stages,
}

impl Cutting {
    /// Mattes from `finder`, and persons with that share of the old room's colour taken out.
    pub fn new(
        canvas: Canvas,
        finder: PersonMatte,
        decontaminate: Option<f32>,
        mirror: bool,
    ) -> Self {
        let foreground =
            |share| (Foreground::new(canvas.size, canvas.color.range, canvas.level), share);
        let foreground = decontaminate.map(foreground);
        Self { canvas, finder, foreground, mirror, stages: Stages::default() }
    }
}

impl Work for Cutting {
    fn canvas(&self) -> Canvas {
        self.canvas
    }

    fn reset(&mut self) {
        Keyer::reset(&mut self.finder);
    }

    fn lookahead(&self) -> usize {
        self.finder.lookahead()
    }

    fn prepare(&mut self, frame: &mut Frame) -> Result<(), PipelineError> {
        if self.mirror {
            for plane in &mut frame.yuv_mut() {
                (0..plane.height()).for_each(|row| plane.row_mut(row).reverse());
            }
        }
        Ok(Keyer::foresee(&mut self.finder, frame)?)
    }

    fn make(&mut self, mut frame: Frame) -> Result<Product, PipelineError> {
        let mut matte = Matte::new(self.canvas.size);
        self.finder.find(&frame, &mut matte)?;
        let timings = self.finder.timings();
        self.stages.add(Stage::Shrink, timings.shrink);
        self.stages.add(Stage::Network, timings.network);
        self.stages.add(Stage::Refine, timings.refine);
        if let Some((foreground, share)) = &mut self.foreground {
            let start = Instant::now();
            foreground.clean(frame.yuv_mut(), matte.plane(), *share);
            self.stages.lap(Stage::Person, start);
        }
        Ok(Product { frame, matte: Some(matte) })
    }

    fn add_to(&self, tally: &mut Tally) {
        tally.stages.merge(&self.stages);
    }
}
