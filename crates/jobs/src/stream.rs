//! Frames that go to one result in order.

use crate::batch::{Batch, some_of};
use crate::error::Result;
use crate::grid::lookahead;
use crate::job::Job;
use crate::output::Output;
use crate::relay::{Make, Relay};
use crate::sinks::{self, Form};
use crate::tally::Tally;
use crate::work::{Product, Work};
use backlot_effects::Canvas;
use backlot_kernels::Level;
use backlot_media::{Frame, Source};
use backlot_pipeline::{JobEnd, Needed, PipelineError, Worker};
use backlot_sources::Album;
use backlot_sources::Input;
use backlot_sources::Stills;
use backlot_terminal::Progress;
use backlot_terminal::interrupt;
use std::sync::atomic::AtomicBool;

/// An opened input.
pub struct Stream {
    /// The frames.
    pub source: Box<dyn Source>,
    /// Their format.
    pub form: Form,
    /// Their canvas.
    pub canvas: Canvas,
    /// The most frames to make.
    pub limit: Option<u64>,
    /// Whether the frames are unrelated pictures.
    pub each_by_itself: bool,
}

impl Stream {
    /// Opens a job's input; `stills` are its pictures, if it has any.
    pub fn open(job: &Job<'_>, stills: Option<Stills>) -> Result<Self> {
        let Job { input, output, wanted, intake, .. } = job;
        let each_by_itself = stills.is_some();
        let source = match stills {
            Some(stills) => stills.into_source(wanted, intake)?,
            None => input.open(wanted, matches!(output, Output::Folder(_)), intake)?,
        };
        let form = Form::of(&*source, job.along.of(input.companions(wanted)));
        let limit = output.limit().into_iter().chain(wanted.limit(form.rate)).min();
        let canvas = Canvas::new(form.size, form.color, Level::best());
        Ok(Self { source, form, canvas, limit, each_by_itself })
    }

    /// A progress bar for its frames.
    pub fn progress(&self, quiet: bool) -> Progress {
        Progress::new(self.source.frames().into_iter().chain(self.limit).min(), quiet)
    }
}

impl Job<'_> {
    /// Writes all frames to one result.
    ///
    /// # Errors
    /// One sentence about what stopped it.
    pub fn stream(
        &self,
        stills: Option<Stills>,
        work: &impl Fn(Canvas) -> Result<Box<dyn Work>>,
        stop: &AtomicBool,
    ) -> Result<Tally> {
        let mut permit = self.permit(stills.as_ref());
        match &stills {
            Some(stills) => stills.paths().iter().for_each(|path| permit.as_private_as(path)),
            None => self.input.path().iter().for_each(|path| permit.as_private_as(path)),
        }
        let album = stills.as_ref().and_then(|stills| stills.album().cloned());
        let mut stream = Stream::open(self, stills)?;
        stream.form.quality = self.quality();
        let mut work = self.in_chunks(work(stream.canvas)?, work, &stream)?;
        let mut sink = sinks::open(self.output, &stream.form, self.what, &permit)?;
        let progress = stream.progress(self.is_quiet());
        let Stream { source, limit, each_by_itself, .. } = stream;
        let job = backlot_pipeline::Job { source, limit, stop };
        let all = All { work: &mut *work, progress: &progress, each_by_itself };
        let report = job.run(all, |product| sink.write(&product));
        progress.finish();
        let report = report?;
        if report.frames == 0 {
            return self.without_frames(report.end);
        }
        let (notices, frames) = (sink.finish(report.end)?, report.frames);
        let mut tally = Tally { report, notices, ..Tally::default() };
        work.add_to(&mut tally);
        if let Some(album) = album {
            add_album(&album, frames, &mut tally);
        }
        Ok(tally)
    }

    /// A video that is a file is made in chunks, unless that needs more than is known at their beginnings.
    fn in_chunks<'b>(
        &self,
        mut work: Box<dyn Work>,
        make: Make<'b>,
        stream: &Stream,
    ) -> Result<Box<dyn Work + 'b>> {
        let is_cut = matches!(self.input, Input::Video(..)) && !stream.each_by_itself;
        if !is_cut || work.needed_memory() == Needed::All {
            return Ok(work);
        }
        Ok(Box::new(Relay::new(work, make, stream.form.rate)?))
    }

    fn without_frames(&self, end: JobEnd) -> Result<Tally> {
        let name = self.input.name();
        match end {
            JobEnd::Complete if self.wanted.start.is_zero() => {
                refuse!("'{name}' gave no frame, so nothing was written")
            }
            JobEnd::Complete => refuse!(
                "'{name}' has no frame after {} s, so nothing was written: give an earlier --start",
                self.wanted.start.as_secs_f64()
            ),
            JobEnd::Stopped => {}
        }
        let mut tally = Tally::default();
        tally.report.end = end;
        Ok(tally)
    }
}

/// The work on all frames.
struct All<'a> {
    work: &'a mut dyn Work,
    progress: &'a Progress,
    each_by_itself: bool,
}

impl Worker<Product> for All<'_> {
    fn lookahead(&self) -> usize {
        lookahead(self.work, self.work.canvas().size)
    }

    fn prepare(&mut self, frame: &mut Frame) -> Result<(), PipelineError> {
        if self.each_by_itself {
            self.work.reset();
        }
        self.work.prepare(frame)
    }

    fn work(&mut self, frame: Frame) -> Result<Product, PipelineError> {
        let product = self.work.make(frame)?;
        interrupt::has_result();
        self.progress.advance();
        Ok(product)
    }
}

/// Adds the outcome of a folder whose pictures became one video, with their number.
fn add_album(album: &Album, pictures: u64, tally: &mut Tally) {
    let pictures = usize::try_from(pictures).unwrap_or(usize::MAX);
    let (failed, left_out) = (album.failed(), album.left_out().to_vec());
    tally.batch = Some(Batch { pictures, failed, left_out, ..Batch::default() });
    if !album.videos().is_empty() {
        let names = some_of(album.videos());
        tally.notices.push(format!("left out (only pictures become one video): {names}"));
    }
}
