//! Options that would do nothing: each is refused, in a sentence that says where it works.

use crate::along::Along;
use crate::error::Result;
use crate::job::Job;
use crate::output::Output;
use crate::work::What;
use backlot_files::{Container, PictureFormat};
use backlot_sources::{Input, Item};
use std::path::{Path, PathBuf};

/// Where `--encode` works.
const ENCODED: &str = "it is for videos (mp4, mkv, webm, and mov without transparency) and for \
    JPEG pictures";

/// Refuses options that have no effect on a job's input and output. A folder's files are checked
/// once they are listed: see [`check_folder`].
///
/// # Errors
/// One sentence about the first such option.
pub fn check(job: &Job<'_>) -> Result<()> {
    let (input, output) = (job.input.name(), job.output.path().display());
    if job.manner.recursive && !matches!(job.input, Input::Folder(_)) {
        refuse!("--recursive is for folders, and '{input}' is not a folder");
    }
    if *job.output == Output::Stdout {
        if job.manner.json {
            refuse!("--json and the video would both go to standard output: name a file to write");
        }
        if job.manner.skip_existing {
            refuse!("--skip-existing is for files and folders, not for standard output");
        }
    }
    if matches!((job.input, job.output), (Input::Folder(_), Output::Folder(_))) {
        return Ok(());
    }
    let is_one_picture = is_one_picture(job);
    if job.manner.skip_existing && !is_one_picture && matches!(job.output, Output::Folder(_)) {
        refuse!(
            "--skip-existing is for whole results, and '{output}' holds the frames of one video"
        );
    }
    if is_one_picture && let Some(option) = option_of_videos(job) {
        refuse!("{option} is for videos, and the result is one picture: '{output}'");
    }
    if matches!(job.input, Input::Picture(_)) && !job.wanted.start.is_zero() {
        refuse!("--start is for videos, and '{input}' is not a video");
    }
    if is_muted(job) {
        match (job.input, job.output) {
            (Input::Video(..), Output::Video(path)) if holds_sound(path) => {}
            (Input::Video(..), _) => {
                refuse!("--no-audio has no effect: '{output}' can't hold sound")
            }
            _ => refuse!("--no-audio has no effect: '{input}' has no sound"),
        }
    }
    // A stream has no quality, and numbered frames are PNG.
    let target = job.target();
    let is_encoded = target.as_ref().is_some_and(|target| is_encoded(target, job.what));
    if job.manner.encode.is_some() && !is_encoded {
        refuse!("--encode has no effect on '{output}': {ENCODED}");
    }
    Ok(())
}

/// Refuses options that have no effect on any of a folder's files and results.
///
/// # Errors
/// One sentence about the first such option.
pub fn check_folder(job: &Job<'_>, items: &[Item], targets: &[PathBuf]) -> Result<()> {
    let folder = job.input.name();
    if !items.iter().any(|item| item.is_video) {
        let start = (!job.wanted.start.is_zero()).then_some("--start");
        let muted = is_muted(job).then_some("--no-audio");
        if let Some(option) = start.or(muted).or_else(|| option_of_videos(job)) {
            refuse!("{option} is for videos, and there is none in '{folder}'");
        }
    }
    if job.manner.encode.is_some() && !targets.iter().any(|target| is_encoded(target, job.what)) {
        refuse!("--encode has no effect on what '{folder}' becomes: {ENCODED}");
    }
    Ok(())
}

fn is_one_picture(job: &Job<'_>) -> bool {
    let is_picture = matches!(job.input, Input::Picture(_));
    match job.output {
        Output::Picture(_) => true,
        Output::Folder(_) => is_picture,
        Output::Video(_) | Output::Stdout => false,
    }
}

/// A given option that concerns only the timing of videos.
fn option_of_videos(job: &Job<'_>) -> Option<&'static str> {
    let rate = job.wanted.rate.map(|_| "--fps");
    job.wanted.duration.map(|_| "--duration (-t)").or(rate)
}

/// Whether `--no-audio` is given.
fn is_muted(job: &Job<'_>) -> bool {
    job.along == Along::Silent
}

fn holds_sound(path: &Path) -> bool {
    Container::of(path).is_some_and(|container| container != Container::Gif)
}

/// Whether `--encode` has an effect on a result.
fn is_encoded(target: &Path, what: What) -> bool {
    match Container::of(target) {
        Some(Container::Gif) => false,
        Some(Container::Mov) => what != What::Person,
        Some(_) => true,
        None => PictureFormat::of(target) == Some(PictureFormat::Jpeg),
    }
}
