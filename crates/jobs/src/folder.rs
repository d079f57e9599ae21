//! A folder of pictures and videos: each becomes a result of its own, and a failure does not stop
//! the others.

use crate::batch::Batch;
use crate::error::{JobError, Result};
use crate::job::{Job, Manner};
use crate::names::targets;
use crate::output::Output;
use crate::singles::{Singles, Works};
use crate::sinks;
use crate::tally::Tally;
use crate::useful;
use backlot_files::FilesError;
use backlot_pipeline::{JobEnd, JobReport};
use backlot_sources::{Input, Item, Listing};
use backlot_terminal::Progress;
use backlot_terminal::sentence;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

/// A folder being processed.
struct Making<'a> {
    job: &'a Job<'a>,
    work: Works<'a>,
    stop: &'a AtomicBool,
    singles: Singles<'a>,
    tally: Tally,
}

/// Makes a result of each picture and video of a folder.
///
/// # Errors
/// One sentence about a problem that concerns all of them.
pub fn run(job: &Job<'_>, folder: &Path, work: Works<'_>, stop: &AtomicBool) -> Result<Tally> {
    let output = job.output.path();
    let listing = Listing::of(folder, job.manner.recursive, output, &job.intake)?;
    let Listing { items, left_out, broken } = listing;
    let reads = items.iter().map(|item| &item.path).chain(&job.reads).map(PathBuf::as_path);
    let permit = sinks::permit(job.manner.force, reads);
    let targets = targets(&items, output, job.what)?;
    useful::check_folder(job, &items, &targets)?;
    sinks::make_folder(output)?;
    let is_done = |target: &PathBuf| job.manner.skip_existing && target.exists();
    for target in targets.iter().filter(|target| target.exists() && !is_done(target)) {
        permit.check(target)?;
    }
    let progress = Progress::new(Some(items.len() as u64), job.is_quiet());
    let batch = Batch { left_out, failed: broken, ..Batch::default() };
    let singles = Singles::new(job, work, permit);
    let mut making = Making { job, work, stop, singles, tally: Tally::default() };
    let mut batch = making.each(batch, items.iter().zip(&targets), is_done, &progress)?;
    progress.finish();
    let Making { mut tally, singles, .. } = making;
    tally.merge(singles.finish());
    batch.failed.dedup();
    tally.batch = Some(batch);
    Ok(tally)
}

impl<'a> Making<'a> {
    fn each<'b>(
        &mut self,
        mut batch: Batch,
        items: impl Iterator<Item = (&'b Item, &'b PathBuf)>,
        is_done: impl Fn(&PathBuf) -> bool,
        progress: &Progress,
    ) -> Result<Batch> {
        for (item, target) in items {
            if self.stop.load(Ordering::Relaxed) || self.tally.report.end == JobEnd::Stopped {
                self.tally.report.end = JobEnd::Stopped;
                break;
            }
            if is_done(target) {
                batch.skipped += 1;
                progress.advance();
                continue;
            }
            let made = match item.is_video {
                true => self.video(item, target).map(|()| batch.videos += 1),
                false => self.picture(item, target).map(|made| batch.pictures += made),
            };
            match made {
                Ok(()) => (),
                Err(error) if ends_all(&error) => return Err(error),
                Err(error) if !self.singles.is_prepared() && batch.pictures + batch.videos == 0 => {
                    return Err(error);
                }
                Err(error) => batch.failed.push(sentence(&error)),
            }
            progress.advance();
        }
        Ok(batch)
    }

    /// The number of pictures written: none if the job was stopped before.
    fn picture(&mut self, item: &Item, target: &Path) -> Result<usize> {
        let is_written = self.singles.write(&item.path, target, self.stop)?;
        if !is_written {
            self.tally.report.end = JobEnd::Stopped;
        }
        self.tally.report.frames += u64::from(is_written);
        Ok(is_written.into())
    }

    fn video(&mut self, item: &Item, target: &Path) -> Result<()> {
        let output = Output::Video(target.to_owned());
        let Job { wanted, what, along, .. } = *self.job;
        let input = match &item.found {
            Some(info) => Input::Video(item.path.clone(), info.clone()),
            None => Input::find(&item.path, &self.job.intake)?,
        };
        sinks::make_room(target)?;
        let manner = Manner { quiet: true, ..self.job.manner };
        let job = Job {
            input: &input,
            output: &output,
            wanted,
            what,
            intake: self.job.intake.clone(),
            reads: self.job.reads.clone(),
            manner,
            along,
            notices: Vec::new(),
        };
        let video = job.stream(None, &|canvas| (self.work)(canvas, false), self.stop)?;
        let report = &video.report;
        if report.frames == 0 {
            self.tally.report.end = report.end;
            refuse!("'{}' was interrupted before its first frame", item.path.display());
        }
        let frames = self.tally.report.frames + report.frames;
        self.tally.report = JobReport { frames, end: report.end };
        self.tally.merge(video);
        Ok(())
    }
}

/// Whether the next one would fail too.
fn ends_all(error: &JobError) -> bool {
    let is_fatal = |cause: &(dyn std::error::Error + 'static)| {
        matches!(
            cause.downcast_ref(),
            Some(
                FilesError::DiskFull(_)
                    | FilesError::Write { .. }
                    | FilesError::ProgramMissing { .. }
            )
        )
    };
    std::iter::successors(Some(error as &(dyn std::error::Error + 'static)), |e| e.source())
        .any(is_fatal)
}
