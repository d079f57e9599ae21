//! Pictures that become separate results, each at its own size.

use crate::error::Result;
use crate::job::Job;
use crate::sinks;
use crate::tally::Tally;
use crate::work::Work;
use backlot_effects::Canvas;
use backlot_files::{Permit, write_picture_with};
use backlot_kernels::Level;
use backlot_sources::read_still;
use backlot_terminal::interrupt;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

/// Creates the work for a canvas; the flag says whether the frames are stills.
pub type Works<'a> = &'a dyn Fn(Canvas, bool) -> Result<Box<dyn Work>>;

/// Processes pictures one by one.
pub struct Singles<'a> {
    job: &'a Job<'a>,
    work: Works<'a>,
    permit: Permit,
    /// The work of the last picture, reused for others of its size.
    known: Option<Box<dyn Work>>,
    /// Whether what would make any of the pictures could be made.
    is_prepared: bool,
    tally: Tally,
}

impl<'a> Singles<'a> {
    /// Processes a job's pictures; `permit` says which results may be written.
    pub fn new(job: &'a Job<'a>, work: Works<'a>, permit: Permit) -> Self {
        Self { job, work, permit, known: None, is_prepared: true, tally: Tally::default() }
    }

    /// Whether what would make any of the pictures could be made, as far as it was tried.
    pub const fn is_prepared(&self) -> bool {
        self.is_prepared
    }

    /// Makes the result of a picture; returns `false` if the job was stopped before.
    ///
    /// # Errors
    /// One sentence when the picture can't be read, or its result can't be made or written.
    pub fn write(&mut self, picture: &Path, target: &Path, stop: &AtomicBool) -> Result<bool> {
        let mut frame = read_still(picture, &self.job.wanted, &self.job.intake)?;
        let canvas = Canvas::new(frame.size(), frame.color, Level::best());
        let mut work = self.work_for(canvas)?;
        if stop.load(Ordering::Relaxed) {
            return Ok(false);
        }
        work.reset();
        work.prepare(&mut frame)?;
        let product = work.make(frame)?;
        sinks::make_room(target)?;
        let mut permit = self.permit.clone();
        permit.as_private_as(picture);
        write_picture_with(target, product.content(self.job.what), self.job.quality(), &permit)?;
        self.known = Some(work);
        interrupt::has_result();
        Ok(true)
    }

    fn work_for(&mut self, canvas: Canvas) -> Result<Box<dyn Work>> {
        match self.known.take() {
            Some(known) if known.canvas() == canvas => Ok(known),
            old => {
                old.iter().for_each(|old| old.add_to(&mut self.tally));
                self.is_prepared = false;
                let work = (self.work)(canvas, true)?;
                self.is_prepared = true;
                Ok(work)
            }
        }
    }

    /// What was done.
    pub fn finish(mut self) -> Tally {
        self.known.iter().for_each(|last| last.add_to(&mut self.tally));
        self.tally
    }
}
