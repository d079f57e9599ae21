//! A folder of pictures and videos: each becomes a result of its own, and a failure does not stop
//! the others.

use super::output::ending;
use super::singles::{Singles, Works};
use super::tally::Tally;
use super::{Job, Output, What, sinks, useful};
use crate::cli::JobArgs;
use anyhow::{Error, Result, bail};
use backlot_files::{Container, FilesError, PictureFormat};
use backlot_pipeline::{JobEnd, JobReport};
use backlot_sources::{Input, Item, Listing};
use backlot_terminal::Progress;
use serde::Serialize;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

/// The most failures and names to print.
const MOST_TOLD: usize = 5;

/// The outcome of a folder.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Batch {
    /// Pictures written.
    pub pictures: usize,
    /// Videos written.
    pub videos: usize,
    /// Results that existed already.
    pub skipped: usize,
    /// Why others failed, in one sentence each.
    pub failed: Vec<String>,
    /// Files that are neither a picture nor a video.
    pub left_out: Vec<String>,
}

impl Batch {
    /// What was done, as part of a line.
    pub fn words(&self, output: &str) -> String {
        let count = |n: usize, one: &str| match n {
            1 => format!("1 {one}"),
            n => format!("{n} {one}s"),
        };
        let mut done = Vec::new();
        if self.pictures > 0 || self.videos == 0 {
            done.push(count(self.pictures, "picture"));
        }
        if self.videos > 0 {
            done.push(count(self.videos, "video"));
        }
        let mut text = format!("{} to {output}", done.join(" and "));
        if self.skipped > 0 {
            text += &format!(", {} already there", self.skipped);
        }
        if !self.failed.is_empty() {
            text += &format!(", {} failed", self.failed.len());
        }
        text
    }

    /// The first few failures.
    pub fn failures(&self) -> Vec<String> {
        let more = self.failed.len().saturating_sub(MOST_TOLD);
        let mut told: Vec<_> = self.failed.iter().take(MOST_TOLD).cloned().collect();
        told.extend((more > 0).then(|| format!("{more} more failed (--json lists all)")));
        told
    }

    /// What was left out, on one line.
    pub fn omissions(&self) -> Option<String> {
        let names = some_of(&self.left_out);
        let has_folder = self.left_out.iter().any(|name| name.ends_with('/'));
        let hint = if has_folder { " (--recursive includes folders)" } else { "" };
        (!names.is_empty())
            .then(|| format!("left out (no readable picture or video): {names}{hint}"))
    }
}

/// The first few names, on one line.
pub fn some_of(names: &[String]) -> String {
    let told = names[..names.len().min(MOST_TOLD)].join(", ");
    match names.len().saturating_sub(MOST_TOLD) {
        0 => told,
        more => format!("{told} and {more} more"),
    }
}

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
    let listing = Listing::of(folder, job.args.recursive, output, &job.intake)?;
    let Listing { items, left_out, broken } = listing;
    let reads = items.iter().map(|item| &item.path).chain(&job.reads).map(PathBuf::as_path);
    let permit = sinks::permit(job.args.force, reads);
    let targets = targets(&items, output, job.what)?;
    useful::check_folder(job, &items, &targets)?;
    sinks::make_folder(output)?;
    let is_done = |target: &PathBuf| job.args.skip_existing && target.exists();
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
                Err(error) => batch.failed.push(backlot_terminal::sentence(error.as_ref())),
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
        let args = JobArgs { quiet: true, ..*self.job.args };
        let job = Job {
            input: &input,
            output: &output,
            wanted,
            what,
            intake: self.job.intake.clone(),
            reads: self.job.reads.clone(),
            args: &args,
            along,
            notices: Vec::new(),
        };
        let video = job.stream(None, &|canvas| (self.work)(canvas, false), self.stop)?;
        let report = &video.report;
        if report.frames == 0 {
            self.tally.report.end = report.end;
            bail!("'{}' was interrupted before its first frame", item.path.display());
        }
        let frames = self.tally.report.frames + report.frames;
        self.tally.report = JobReport { frames, end: report.end };
        self.tally.merge(video);
        Ok(())
    }
}

/// Whether the next one would fail too.
fn ends_all(error: &Error) -> bool {
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
    error.chain().any(is_fatal)
}

/// The path of each result, at the same place in the other folder. Results that would share a name
/// keep their input's ending in it.
fn targets(items: &[Item], output: &Path, what: What) -> Result<Vec<PathBuf>> {
    let plain: Vec<_> = items.iter().map(|item| name(item, what, false)).collect();
    let mut count = HashMap::new();
    plain.iter().for_each(|name| *count.entry(name).or_insert(0) += 1);
    let names = items.iter().zip(&plain).map(|(item, plain)| match count[plain] {
        1 => plain.clone(),
        _ => name(item, what, true),
    });
    let mut taken = HashMap::new();
    let mut targets = Vec::new();
    for (name, item) in names.zip(items) {
        if let Some(other) = taken.insert(name.clone(), &item.path) {
            bail!(FilesError::SameStem(other.clone(), item.path.clone()));
        }
        targets.push(output.join(name));
    }
    Ok(targets)
}

/// The name of a picture's result.
pub fn result_name(picture: &Path, what: What) -> PathBuf {
    let inside = picture.file_name().unwrap_or_default().into();
    name(&Item { path: picture.to_owned(), inside, is_video: false, found: None }, what, false)
}

fn name(item: &Item, what: What, keeps_ending: bool) -> PathBuf {
    let own = ending(&item.inside);
    let wanted = match (item.is_video, what) {
        (true, What::Person) => {
            if own == "mov" {
                "mov"
            } else {
                "webm"
            }
        }
        (true, _) => Container::of(&item.inside).map_or("mp4", Container::ending),
        (false, What::Picture) if PictureFormat::of(&item.inside).is_some() => &own,
        (false, _) => "png",
    };
    let stem = if keeps_ending { item.inside.file_name() } else { item.inside.file_stem() };
    let mut name = stem.unwrap_or_default().to_owned();
    name.push(".");
    name.push(wanted);
    item.inside.with_file_name(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(names: &[&str], what: What) -> Vec<String> {
        let item = |name: &&str| Item {
            path: name.into(),
            inside: name.into(),
            is_video: Container::of(Path::new(name)).is_some() || name.ends_with("avi"),
            found: None,
        };
        let items: Vec<_> = names.iter().map(item).collect();
        let targets = targets(&items, Path::new("out"), what).unwrap();
        targets.iter().map(|target| target.display().to_string()).collect()
    }

    #[test]
    fn results_are_named_after_what_they_are_made_of() {
        let names = ["a.JPG", "b.avif", "sub/a.jpg", "c.mov", "d.avi"];
        let expected = ["out/a.jpg", "out/b.png", "out/sub/a.jpg", "out/c.mov", "out/d.mp4"];
        assert_eq!(named(&names, What::Picture), expected);
        assert_eq!(
            named(&["a.jpg", "c.mp4", "d.mov"], What::Person),
            ["out/a.png", "out/c.webm", "out/d.mov"]
        );
        let mattes = named(&["a.jpg", "a.png", "b.png"], What::Matte);
        assert_eq!(mattes, ["out/a.jpg.png", "out/a.png.png", "out/b.png"]);
    }

    #[test]
    fn what_was_done_is_told_in_a_line() {
        let failed: Vec<_> = (0..7).map(|n| format!("'{n}' is damaged")).collect();
        let left_out = vec!["notes.txt".to_owned(), "deep/".to_owned()];
        let batch = Batch { pictures: 41, videos: 1, skipped: 0, failed, left_out };
        assert_eq!(batch.words("out/"), "41 pictures and 1 video to out/, 7 failed");
        assert_eq!(batch.failures().len(), 6);
        assert!(batch.failures()[5].starts_with("2 more"));
        let omissions = batch.omissions().unwrap();
        assert!(omissions.contains("notes.txt, deep/ (--recursive"), "{omissions}");
        assert_eq!(Batch::default().omissions(), None);
    }
}
