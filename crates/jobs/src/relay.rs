//! The chunks of a video one after another: each has a worker that begins afresh while the one before
//! still works.

use crate::error::{JobError, Result};
use crate::grid::{Grid, lookahead};
use crate::tally::Tally;
use crate::work::{Product, Work};
use backlot_effects::Canvas;
use backlot_matte::Scout;
use backlot_media::{Frame, FrameRate, Recovery, StreamError};
use backlot_networks::Matting;
use backlot_pipeline::{Needed, PipelineError};
use std::collections::VecDeque;

/// Makes the work on a canvas.
pub type Make<'a> = &'a dyn Fn(Canvas) -> Result<Box<dyn Work>>;

/// Works on all frames of a video, chunk by chunk.
pub struct Relay<'a> {
    grid: Grid,
    make: Make<'a>,
    chunk: u64,
    present: Box<dyn Work>,
    /// Frames of the present chunk that were prepared while the chunk before was worked on.
    copies: VecDeque<Frame>,
    next: Option<Next>,
    /// The work of the chunk before.
    idle: Option<Box<dyn Work>>,
    scout: Option<Scout>,
    /// Frames that show the shield and are not kept.
    extra: u64,
}

/// The next chunk, as long as its frames are not kept.
struct Next {
    work: Box<dyn Work>,
    /// What was prepared and waits.
    copies: VecDeque<Frame>,
    shielded: u64,
}

/// What follows the room where the chunks of a work must know it.
///
/// # Errors
/// When its network can't be loaded.
pub fn scout(work: &mut dyn Work, rate: FrameRate) -> Result<Option<Scout>> {
    if work.needed_memory() != Needed::Room {
        return Ok(None);
    }
    let Canvas { size, level, .. } = work.canvas();
    Ok(Some(Scout::new(&Matting::live()?.model, size, rate, level)?))
}

/// How many frames of a work show the shield.
pub fn shielded(work: &dyn Work) -> u64 {
    let mut tally = Tally::default();
    work.add_to(&mut tally);
    tally.shielded
}

impl<'a> Relay<'a> {
    /// Works with what `make` makes, the first of which is at hand.
    ///
    /// # Errors
    /// When the room can't be followed.
    pub fn new(mut first: Box<dyn Work>, make: Make<'a>, rate: FrameRate) -> Result<Self> {
        let scout = scout(&mut *first, rate)?;
        let (copies, next, idle) = (VecDeque::new(), None, None);
        let grid = Grid::of(rate);
        Ok(Self { grid, make, chunk: 0, present: first, copies, next, idle, scout, extra: 0 })
    }

    /// Begins the next chunk, which goes on from what is known of the room.
    fn begin(&mut self) -> Result<Next> {
        let mut work = match self.idle.take() {
            Some(work) => work,
            None => (self.make)(self.present.canvas())?,
        };
        work.reset();
        if let Some(scout) = &mut self.scout {
            work.recall(&scout.memory());
        }
        let shielded = shielded(&*work);
        Ok(Next { work, copies: VecDeque::new(), shielded })
    }

    /// The next chunk takes the place of the present one.
    fn hand_over(&mut self, next: Next) {
        self.extra += shielded(&*next.work) - next.shielded;
        self.idle = Some(std::mem::replace(&mut self.present, next.work));
        self.copies = next.copies;
        self.chunk += 1;
    }
}

impl Work for Relay<'_> {
    fn canvas(&self) -> Canvas {
        self.present.canvas()
    }

    fn reset(&mut self) {
        self.present.reset();
    }

    fn lookahead(&self) -> usize {
        self.present.lookahead()
    }

    fn prepare(&mut self, frame: &mut Frame) -> Result<(), PipelineError> {
        let start = self.grid.start(self.chunk + 1);
        if self.next.is_none() && frame.sequence == self.grid.begin(self.chunk + 1) {
            self.next = Some(self.begin().map_err(fatal)?);
        }
        if let Some(scout) = &mut self.scout {
            scout.look(frame)?;
        }
        let ahead = lookahead(&*self.present, self.present.canvas().size) as u64;
        match &mut self.next {
            Some(next) if frame.sequence >= start + ahead => next.work.prepare(frame),
            Some(next) => {
                let mut copy = frame.clone();
                next.work.prepare(&mut copy)?;
                next.copies.push_back(copy);
                self.present.prepare(frame)
            }
            None => self.present.prepare(frame),
        }
    }

    fn make(&mut self, frame: Frame) -> Result<Product, PipelineError> {
        if frame.sequence == self.grid.start(self.chunk + 1)
            && let Some(next) = self.next.take()
        {
            self.hand_over(next);
        }
        if let Some(next) = &mut self.next
            && let Some(copy) = taken(&mut next.copies, frame.sequence)
        {
            next.work.make(copy)?;
        }
        let frame = taken(&mut self.copies, frame.sequence).unwrap_or(frame);
        self.present.make(frame)
    }

    fn add_to(&self, tally: &mut Tally) {
        let works = [Some(&self.present), self.next.as_ref().map(|next| &next.work)];
        works.into_iter().flatten().chain(&self.idle).for_each(|work| work.add_to(tally));
        let early = self.next.as_ref().map_or(0, |next| shielded(&*next.work) - next.shielded);
        tally.shielded -= self.extra + early;
    }
}

/// Takes the copy of a frame.
fn taken(copies: &mut VecDeque<Frame>, number: u64) -> Option<Frame> {
    copies.pop_front_if(|copy| copy.sequence == number)
}

/// A fault in the middle of a job.
pub fn fatal(error: JobError) -> PipelineError {
    PipelineError::Sink(StreamError::new(error, Recovery::Fatal))
}
