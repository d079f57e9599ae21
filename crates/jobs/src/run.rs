//! One job from its beginning to its summary.

use crate::error::Result;
use crate::folder;
use crate::job::{Job, Manner};
use crate::output::Output;
use crate::singles::{Singles, Works};
use crate::sinks;
use crate::summary::Summary;
use crate::tally::Tally;
use crate::useful;
use crate::work::Work;
use backlot_effects::Canvas;
use backlot_pipeline::{JobEnd, JobReport};
use backlot_sources::{Input, Stills};
use backlot_terminal::{Outcome, interrupt, stdio};
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

impl Job<'_> {
    /// Runs the job with the work that `work` creates for a canvas, and prints a summary.
    ///
    /// # Errors
    /// One sentence about what stopped it. Complete results stay.
    pub fn run(self, work: impl Fn(Canvas, bool) -> Result<Box<dyn Work>>) -> Result<Outcome> {
        useful::check(&self)?;
        if *self.output == Output::Stdout && stdio::output_is_terminal() {
            refuse!(
                "standard output is a terminal, which can't show a video: add '| mpv -', or name a file"
            );
        }
        if self.is_done() {
            return Ok(Outcome::Done);
        }
        let stop = interrupt::watch(backlot_files::abandon)?;
        let start = Instant::now();
        let mut tally = self.make(&work, stop)?;
        tally.notices.extend(self.notices);
        tally.notices.extend(self.intake.report.take().iter().map(ToString::to_string));
        let is_faulty = tally.batch.as_ref().is_some_and(|batch| !batch.failed.is_empty());
        let interrupted = tally.report.end == JobEnd::Stopped;
        let Manner { json, quiet, .. } = self.manner;
        Summary::new(self.output.path(), tally, start.elapsed()).print(json, quiet)?;
        Ok(match interrupted {
            true => Outcome::Interrupted,
            false if is_faulty => Outcome::Faulty,
            false => Outcome::Done,
        })
    }

    /// Whether the only result exists and may be skipped.
    fn is_done(&self) -> bool {
        let existing = self.target().filter(|path| self.manner.skip_existing && path.exists());
        if let Some(path) = existing.as_ref().filter(|_| !self.is_quiet()) {
            stdio::tell(format_args!("{} already exists\n", path.display()));
        }
        existing.is_some()
    }

    fn make(&self, work: Works<'_>, stop: &AtomicBool) -> Result<Tally> {
        match (self.input, self.output, self.target()) {
            (Input::Folder(folder), Output::Folder(_), _) => folder::run(self, folder, work, stop),
            (Input::Folder(_), Output::Picture(path), _) => refuse!(
                "'{}' is one picture, but the input is a folder: name a folder or a video to write",
                path.display()
            ),
            (Input::Picture(picture), Output::Picture(_) | Output::Folder(_), Some(target)) => {
                if let Output::Folder(folder) = self.output {
                    sinks::make_folder(folder)?;
                }
                self.still(picture, &target, work, stop)
            }
            _ => {
                let stills = Stills::list(
                    self.input,
                    self.manner.recursive,
                    self.output.path(),
                    &self.intake,
                )?;
                let is_still = stills.is_some();
                self.stream(stills, &|canvas| work(canvas, is_still), stop)
            }
        }
    }

    /// Processes one picture, at its own size.
    fn still(
        &self,
        picture: &Path,
        target: &Path,
        work: Works<'_>,
        stop: &AtomicBool,
    ) -> Result<Tally> {
        let permit = self.permit(None);
        permit.check(target)?;
        let mut singles = Singles::new(self, work, permit);
        let is_written = singles.write(picture, target, stop)?;
        let end = if is_written { JobEnd::Complete } else { JobEnd::Stopped };
        Ok(Tally { report: JobReport { frames: is_written.into(), end }, ..singles.finish() })
    }
}
