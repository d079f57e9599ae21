//! Frames that go one after the other into one result.

use super::Job;
use super::output::Output;
use super::progress::Progress;
use super::sinks::Form;
use super::stills::Stills;
use anyhow::Result;
use backlot_effects::Canvas;
use backlot_kernels::Level;
use backlot_media::Source;

/// An opened input.
pub struct Stream {
    /// The frames.
    pub source: Box<dyn Source>,
    /// What they are like.
    pub form: Form,
    /// What they are drawn on.
    pub canvas: Canvas,
    /// How many are wanted at the most.
    pub limit: Option<u64>,
    /// Whether no frame has to do with the ones before.
    pub each_by_itself: bool,
}

impl Stream {
    /// Opens a job's input; `stills` are its pictures, if it is one.
    pub fn open(job: &Job<'_>, stills: Option<Stills>) -> Result<Self> {
        let Job { input, output, wanted, intake, .. } = job;
        let each_by_itself = stills.is_some();
        let source = match stills {
            Some(stills) => stills.into_source(wanted, intake)?,
            None => input.open(wanted, matches!(output, Output::Folder(_)), intake)?,
        };
        let form = Form::of(&*source, job.along.of(input.companions(wanted)));
        let limit = output.limit().into_iter().chain(wanted.limit(form.rate)).min();
        let canvas = Canvas { size: form.size, color: form.color, level: Level::best() };
        Ok(Self { source, form, canvas, limit, each_by_itself })
    }

    /// A progress bar for its frames.
    pub fn progress(&self, quiet: bool) -> Progress {
        Progress::new(self.source.frames().into_iter().chain(self.limit).min(), quiet)
    }
}
