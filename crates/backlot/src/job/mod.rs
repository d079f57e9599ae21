//! A job: turns every frame of an input into a result in an output, as fast as it can.
//!
//! ```text
//! Input ──> Stream or Stills ──> Work ──> Sink ──> Output
//! ```
//!
//! The commands differ in their [`Work`].

mod along;
mod folder;
mod limits;
mod output;
mod singles;
pub mod sinks;
mod stream;
mod summary;
mod tally;
mod useful;
mod work;

pub use along::Along;
pub use folder::Batch;
pub use limits::IntakeArgs;
pub use output::Output;
pub use sinks::Form;
pub use summary::Summary;
pub use tally::Tally;
pub use work::{Cutting, Product, Staging, What, Work};

use crate::cli::JobArgs;
use anyhow::{Result, bail};
use backlot_effects::Canvas;
use backlot_files::{Intake, Permit, VideoQuality};
use backlot_pipeline::{JobEnd, JobReport};
use backlot_sources::{Album, Input, Stills, Wanted};
use backlot_terminal::{Outcome, interrupt, stdio};
use singles::{Singles, Works};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::time::Instant;
use stream::Stream;

/// A job, ready to run.
pub struct Job<'a> {
    /// Where frames come from.
    pub input: &'a Input,
    /// Where results go.
    pub output: &'a Output,
    /// Which frames to make.
    pub wanted: Wanted,
    /// What is written.
    pub what: What,
    /// How files are read.
    pub intake: Intake,
    /// Files that are read besides the input.
    pub reads: Vec<PathBuf>,
    /// How the job is run.
    pub args: &'a JobArgs,
    /// What the result keeps of the input besides the picture.
    pub along: Along,
    /// Warnings to print at the end in any case.
    pub notices: Vec<String>,
}

impl Job<'_> {
    /// Runs the job with the work that `work` creates for a canvas, and prints a summary.
    ///
    /// # Errors
    /// One sentence about what stopped it. Complete results stay.
    pub fn run(self, work: impl Fn(Canvas, bool) -> Result<Box<dyn Work>>) -> Result<Outcome> {
        useful::check(&self)?;
        if *self.output == Output::Stdout && stdio::output_is_terminal() {
            bail!(
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
        let JobArgs { json, quiet, .. } = *self.args;
        Summary::new(self.output.path(), tally, start.elapsed()).print(json, quiet)?;
        Ok(match interrupted {
            true => Outcome::Interrupted,
            false if is_faulty => Outcome::Faulty,
            false => Outcome::Done,
        })
    }

    /// The file of the only result, if it is one file.
    fn target(&self) -> Option<PathBuf> {
        match (self.input, self.output) {
            (Input::Picture(picture), Output::Folder(folder)) => {
                Some(folder.join(folder::result_name(picture, self.what)))
            }
            (_, Output::Stdout | Output::Folder(_)) => None,
            (_, Output::Video(path) | Output::Picture(path)) => Some(path.clone()),
        }
    }

    /// Whether the only result exists and may be skipped.
    fn is_done(&self) -> bool {
        let existing = self.target().filter(|path| self.args.skip_existing && path.exists());
        if let Some(path) = existing.as_ref().filter(|_| !self.is_quiet()) {
            stdio::tell(format_args!("{} already exists\n", path.display()));
        }
        existing.is_some()
    }

    fn make(&self, work: Works<'_>, stop: &AtomicBool) -> Result<Tally> {
        match (self.input, self.output, self.target()) {
            (Input::Folder(folder), Output::Folder(_), _) => folder::run(self, folder, work, stop),
            (Input::Folder(_), Output::Picture(path), _) => bail!(
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
                    self.args.recursive,
                    self.output.path(),
                    &self.intake,
                )?;
                let is_still = stills.is_some();
                self.stream(stills, &|canvas| work(canvas, is_still), stop)
            }
        }
    }

    fn quality(&self) -> VideoQuality {
        self.args.encode.unwrap_or_default().into()
    }

    const fn is_quiet(&self) -> bool {
        self.args.quiet || self.args.json
    }

    /// What may be overwritten: nothing that the job reads, otherwise what the user allows.
    fn permit(&self, stills: Option<&Stills>) -> Permit {
        let pictures = stills.map_or(&[][..], Stills::paths).iter();
        let all = pictures.chain(&self.reads).map(PathBuf::as_path).chain(self.input.path());
        sinks::permit(self.args.force, all)
    }

    /// Writes all frames to one result.
    fn stream(
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
        let mut work = work(stream.canvas)?;
        let mut sink = sinks::open(self.output, &stream.form, self.what, &permit)?;
        let progress = stream.progress(self.is_quiet());
        let Stream { source, limit, each_by_itself, .. } = stream;
        let report = backlot_pipeline::Job { source, limit, stop }.run(
            |frame, _| {
                if each_by_itself {
                    work.reset();
                }
                let product = work.make(frame)?;
                interrupt::has_result();
                progress.advance();
                Ok(product)
            },
            |product| sink.write(&product),
        );
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

    fn without_frames(&self, end: JobEnd) -> Result<Tally> {
        let name = self.input.name();
        match end {
            JobEnd::Complete if self.wanted.start.is_zero() => {
                bail!("'{name}' gave no frame, so nothing was written")
            }
            JobEnd::Complete => bail!(
                "'{name}' has no frame after {} s, so nothing was written: give an earlier --start",
                self.wanted.start.as_secs_f64()
            ),
            JobEnd::Stopped => {}
        }
        let mut tally = Tally::default();
        tally.report.end = end;
        Ok(tally)
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

/// Adds the outcome of a folder whose pictures became one video, with their number.
fn add_album(album: &Album, pictures: u64, tally: &mut Tally) {
    let pictures = usize::try_from(pictures).unwrap_or(usize::MAX);
    let (failed, left_out) = (album.failed(), album.left_out().to_vec());
    tally.batch = Some(Batch { pictures, failed, left_out, ..Batch::default() });
    if !album.videos().is_empty() {
        let names = folder::some_of(album.videos());
        tally.notices.push(format!("left out (only pictures become one video): {names}"));
    }
}
