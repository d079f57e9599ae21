//! Frames that go to one result in order.

use super::Job;
use super::output::Output;
use super::sinks::Form;
use anyhow::Result;
use backlot_effects::Canvas;
use backlot_kernels::Level;
use backlot_media::Source;
use backlot_sources::Stills;
use backlot_terminal::Progress;

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
