//! Joins the chunks of a plan: each result is encoded once, and its sound is added once.

use super::chunk::{chunk_path, failure_path};
use super::manifest::{Manifest, Place, Planned, Video};
use crate::along::Along;
use crate::error::{JobError, Result};
use crate::output::Output;
use crate::sinks::{self, Form, make_room};
use crate::work::{Product, What};
use backlot_files::{Intake, Permit, StoredVideo, VideoQuality, read_file, write_file};
use backlot_media::{ColorSpace, Matrix, Timestamp};
use backlot_pipeline::JobEnd;
use backlot_sources::Input;
use backlot_terminal::{Outcome, interrupt, sentence, stdio};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

/// The most bytes of a picture.
const MOST_PICTURE: u64 = 1 << 30;
/// The most bytes of a reason.
const MOST_REASON: u64 = 1 << 16;
/// The most missing chunks that are named.
const MOST_NAMED: usize = 10;

/// Which plan's chunks are joined.
#[derive(Clone, Debug)]
pub struct JoinRequest {
    /// The plan's folder.
    pub folder: PathBuf,
    /// The result, or a folder for the results.
    pub output: PathBuf,
    /// Where the inputs are, if not where they were planned.
    pub inputs: Option<PathBuf>,
    /// The results' quality.
    pub quality: VideoQuality,
    /// How files are read.
    pub intake: Intake,
    /// Whether results that exist are replaced.
    pub force: bool,
    /// Whether results that exist are kept, and only the others made.
    pub skip_existing: bool,
    /// Whether nothing is told of what went well.
    pub quiet: bool,
}

/// Results being made.
struct Joining<'a> {
    request: &'a JoinRequest,
    manifest: &'a Manifest,
    permit: Permit,
    stop: &'a AtomicBool,
    notices: Vec<String>,
}

impl JoinRequest {
    /// Makes the results whose chunks are there, and tells what failed and why.
    ///
    /// # Errors
    /// One sentence when the plan can't be used.
    pub fn run(&self) -> Result<Outcome> {
        let manifest = Manifest::read(&self.folder)?;
        let inputs = self.inputs.as_ref().unwrap_or(&manifest.inputs);
        let reads: Vec<_> = manifest.items.iter().map(|item| inputs.join(&item.input)).collect();
        let permit = sinks::permit(self.force, reads.iter().map(PathBuf::as_path));
        let output = Output::find(&self.output)?;
        let is_folder = matches!(output, Output::Folder(_));
        if !is_folder && manifest.items.len() != 1 {
            refuse!(
                "'{}' is one file, but the plan makes {}: name a folder",
                self.output.display(),
                manifest.items.len()
            );
        }
        let stop = interrupt::watch(backlot_files::abandon)?;
        let mut joining =
            Joining { request: self, manifest: &manifest, permit, stop, notices: Vec::new() };
        let (mut first, mut made, mut failed) = (0, 0, manifest.failed.clone());
        for item in &manifest.items {
            let target =
                if is_folder { self.output.join(&item.result) } else { self.output.clone() };
            let places = places(item, first);
            first += item.chunks();
            if self.skip_existing && target.exists() {
                continue;
            }
            match joining.item(item, places, &target) {
                Ok(JobEnd::Stopped) => return Ok(Outcome::Interrupted),
                Ok(JobEnd::Complete) => made += 1,
                Err(error) => {
                    failed.push(format!("{}: {}", item.input.display(), sentence(&error)))
                }
            }
        }
        joining.notices.iter().for_each(stdio::warn);
        failed.iter().for_each(stdio::fail);
        if !self.quiet {
            let (output, count) = (self.output.display(), failed.len());
            let left = if count > 0 { format!(", {count} failed") } else { String::new() };
            stdio::tell(format_args!("joined {made} results to {output}{left}\n"));
        }
        Ok(if failed.is_empty() { Outcome::Done } else { Outcome::Faulty })
    }
}

/// The chunks of a file, the first of which has a number.
fn places(item: &Planned, first: usize) -> Vec<Place<'_>> {
    (0..item.chunks()).map(|inside| Place { number: first + inside, item, inside }).collect()
}

impl Joining<'_> {
    fn item(&mut self, item: &Planned, places: Vec<Place<'_>>, target: &Path) -> Result<JobEnd> {
        let folder = &self.request.folder;
        let chunk = |place: &Place<'_>| chunk_path(folder, self.manifest, *place);
        let missing: Vec<_> = places.iter().filter(|place| !chunk(place).exists()).collect();
        if let Some(first) = missing.first() {
            return Err(self.missing(first, &missing));
        }
        let chunks: Vec<_> = places.iter().map(chunk).collect();
        make_room(target)?;
        match &item.video {
            Some(video) => self.video(item, video, &chunks, target),
            None => {
                write_file(target, &self.permit, &read_file(&chunks[0], MOST_PICTURE)?)?;
                Ok(JobEnd::Complete)
            }
        }
    }

    /// Which chunks are missing, and why as far as is known.
    fn missing(&self, first: &Place<'_>, missing: &[&Place<'_>]) -> JobError {
        let folder = &self.request.folder;
        let numbers: Vec<_> =
            missing.iter().take(MOST_NAMED).map(|place| place.number.to_string()).collect();
        let more = missing.len().saturating_sub(MOST_NAMED);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let why = missing.iter().find_map(|place| {
            let reason = read_file(&failure_path(folder, place.number), MOST_REASON).ok()?;
            Some(format!(" ({})", String::from_utf8_lossy(&reason)))
        });
        JobError::Refused(format!(
            "its chunks {}{more} are missing{}: 'backlot batch chunk {} {}' makes one",
            numbers.join(", "),
            why.unwrap_or_default(),
            folder.display(),
            first.number
        ))
    }

    fn video(
        &mut self,
        item: &Planned,
        video: &Video,
        chunks: &[PathBuf],
        target: &Path,
    ) -> Result<JobEnd> {
        let (request, asked) = (self.request, &self.manifest.asked);
        let inputs = request.inputs.as_ref().unwrap_or(&self.manifest.inputs);
        let path = inputs.join(&item.input);
        let (Some(size), Some(rate), Some(grid)) = (video.size(), video.rate(), video.grid())
        else {
            refuse!("'{}' has no size or rate in the plan", path.display())
        };
        let along = match (&asked.scene, asked.is_muted) {
            (None, _) => Along::Nothing,
            (_, true) => Along::Silent,
            (_, false) => Along::All,
        };
        let companions = match along {
            Along::Nothing => None,
            _ => {
                along.of(Input::find(&path, &request.intake)?.companions(&asked.request()?.wanted))
            }
        };
        let matrix = if video.matrix == "bt601" { Matrix::Bt601 } else { Matrix::Bt709 };
        let color = ColorSpace { matrix, ..ColorSpace::default() };
        let quality = request.quality;
        let form = Form { size, rate, color, companions, quality, is_chunk: false };
        // Mattes are grey pictures in their chunks.
        let what = if asked.what() == What::Matte { What::Picture } else { asked.what() };
        let output = Output::Video(target.to_owned());
        let mut sink = sinks::open(&output, &form, what, &self.permit)?;
        let mut number = 0;
        for (inside, chunk) in chunks.iter().enumerate() {
            let frames =
                grid.start(inside as u64 + 1).min(video.frames) - grid.start(inside as u64);
            let has_alpha = what == What::Person;
            let tools = &request.intake.tools;
            let mut stored = StoredVideo::open(chunk, (size, frames), has_alpha, tools)?;
            while let Some(shot) = stored.next_shot()? {
                if self.stop.load(Ordering::Relaxed) {
                    return Ok(JobEnd::Stopped);
                }
                let mut frame = shot.picture;
                let since = rate.time_of(number).nanos();
                (frame.color, frame.sequence) = (color, number);
                frame.time = Timestamp::from_nanos(video.begins.saturating_add(since));
                number += 1;
                sink.write(&Product { frame, matte: shot.alpha })?;
            }
        }
        self.notices.extend(sink.finish(JobEnd::Complete)?);
        interrupt::has_result();
        Ok(JobEnd::Complete)
    }
}
