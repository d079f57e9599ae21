//! Makes one chunk of a plan, as often and wherever one likes.

use super::manifest::{Manifest, Place, Video};
use super::plan::{bytes_of, memory_path};
use super::sum::Sum;
use crate::along::Along;
use crate::error::{JobError, Result};
use crate::grid::{Grid, lookahead};
use crate::job::{Job, Manner};
use crate::output::Output;
use crate::request::JobRequest;
use crate::singles::Singles;
use crate::sinks::{self, Form, Sink};
use crate::work::{Product, Work};
use backlot_effects::Canvas;
use backlot_files::{Intake, Overwrite, Permit, Within, read_file, write_file};
use backlot_kernels::Level;
use backlot_media::{Frame, Source, StreamError};
use backlot_pipeline::{JobEnd, PipelineError, Worker};
use backlot_sources::Input;
use backlot_terminal::{Outcome, interrupt, sentence, stdio};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::time::Duration;

/// The most bytes of what is remembered at a chunk's beginning.
const MOST_MEMORY: u64 = 64 << 20;

/// Which chunks of which plan are made.
#[derive(Clone, Debug)]
pub struct ChunkRequest {
    /// The plan's folder.
    pub folder: PathBuf,
    /// The chunks' numbers; all that aren't there yet if `None`.
    pub numbers: Option<Range<usize>>,
    /// Where the inputs are, if not where they were planned.
    pub inputs: Option<PathBuf>,
    /// How files are read.
    pub intake: Intake,
    /// Whether nothing is told of what went well.
    pub quiet: bool,
}

impl ChunkRequest {
    /// Makes the chunks that aren't there yet. One that fails is told, and the others are made.
    ///
    /// # Errors
    /// One sentence when the plan can't be used here.
    pub fn run(&self) -> Result<Outcome> {
        let manifest = Manifest::read(&self.folder)?;
        manifest.check_program(&self.intake.tools)?;
        manifest.check_files()?;
        let count = manifest.count();
        let wanted = self.numbers.clone().unwrap_or(0..count);
        if wanted.end > count || wanted.is_empty() {
            refuse!(
                "'{}' has the chunks 0 to {}: there is no chunk {}",
                self.folder.display(),
                count.saturating_sub(1),
                wanted.end.saturating_sub(1)
            );
        }
        let stop = interrupt::watch(backlot_files::abandon)?;
        let asked = JobRequest { intake: self.intake.clone(), ..manifest.asked.request()? };
        let at_work = Making { request: self, manifest: &manifest, asked: &asked, stop };
        let (mut made, mut failed) = (0, 0);
        for place in manifest.places().filter(|place| wanted.contains(&place.number)) {
            let target = chunk_path(&self.folder, &manifest, place);
            if target.exists() {
                continue;
            }
            match at_work.chunk(place, &target) {
                Ok(JobEnd::Stopped) => return Ok(Outcome::Interrupted),
                Ok(JobEnd::Complete) => made += 1,
                Err(error) => {
                    failed += 1;
                    self.note(place, &sentence(&error));
                }
            }
        }
        if !self.quiet {
            let there = wanted.len() - made - failed;
            let of = self.folder.display();
            stdio::tell(format_args!("{made} chunks of {of} made, {there} already there\n"));
        }
        Ok(if failed > 0 { Outcome::Faulty } else { Outcome::Done })
    }

    /// Takes down why a chunk failed, for the one who joins.
    fn note(&self, place: Place<'_>, why: &str) {
        let (number, input) = (place.number, place.item.input.display());
        let text = format!("chunk {number} of '{input}': {why}");
        stdio::fail(&text);
        let path = failure_path(&self.folder, number);
        // It was told already: where it can't be written, nothing more can be done.
        let _ = write_file(&path, &Overwrite::Always.into(), text.as_bytes());
    }
}

/// The chunks that a text means: `17`, `0-9`, or `all` for those that are missing.
///
/// # Errors
/// One sentence for any other text.
pub fn chunk_numbers(text: &str) -> Result<Option<Range<usize>>> {
    if text == "all" {
        return Ok(None);
    }
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    match (first.parse(), last.parse::<usize>()) {
        (Ok(first), Ok(last)) if first <= last && last < usize::MAX => Ok(Some(first..last + 1)),
        _ => refuse!("'{text}' is no chunk: write a number, several as 0-9, or 'all'"),
    }
}

/// Where a chunk is. Its name changes with all that it depends on.
pub fn chunk_path(folder: &Path, manifest: &Manifest, place: Place<'_>) -> PathBuf {
    let ending = match &place.item.video {
        Some(_) => "mkv".into(),
        None => place.item.result.extension().unwrap_or_default().to_string_lossy(),
    };
    folder.join("chunks").join(format!("{:06}-{}.{ending}", place.number, manifest.key()))
}

/// Where it is taken down why a chunk failed.
pub fn failure_path(folder: &Path, number: usize) -> PathBuf {
    folder.join("chunks").join(format!("{number:06}.failed"))
}

/// Chunks being made.
struct Making<'a> {
    request: &'a ChunkRequest,
    manifest: &'a Manifest,
    asked: &'a JobRequest,
    stop: &'a AtomicBool,
}

impl Making<'_> {
    fn chunk(&self, place: Place<'_>, target: &Path) -> Result<JobEnd> {
        let folder = self.request.inputs.as_ref().unwrap_or(&self.manifest.inputs);
        let path = folder.join(&place.item.input);
        if bytes_of(&path)? != place.item.bytes {
            refuse!("'{}' has changed since the plan was made: plan again", path.display());
        }
        let end = match &place.item.video {
            Some(video) => self.video(place, video, &path, target)?,
            None => self.picture(&path, target)?,
        };
        if end == JobEnd::Complete {
            // It is there only if an earlier try failed.
            let _ = std::fs::remove_file(failure_path(&self.request.folder, place.number));
        }
        Ok(end)
    }

    fn picture(&self, path: &Path, target: &Path) -> Result<JobEnd> {
        let (asked, what) = (self.asked, self.manifest.asked.what());
        let input = Input::find(path, &asked.intake)?;
        let mattings = asked.mattings(&input)?;
        let output = Output::Picture(target.to_owned());
        let job = Job {
            input: &input,
            output: &output,
            wanted: asked.wanted,
            what,
            intake: asked.intake.clone(),
            reads: Vec::new(),
            manner: Manner { quiet: true, ..Manner::default() },
            along: Along::Nothing,
            notices: Vec::new(),
        };
        let work = |canvas, is_still| asked.work(&mattings, what, canvas, is_still);
        let is_written = Singles::new(&job, &work, Permit::from(Overwrite::Always))
            .write(path, target, self.stop)?;
        Ok(if is_written { JobEnd::Complete } else { JobEnd::Stopped })
    }

    /// Makes a chunk of a video, which is begun shortly before it: from the beginning, where that gives other
    /// frames than the plan saw.
    fn video(&self, place: Place<'_>, video: &Video, path: &Path, target: &Path) -> Result<JobEnd> {
        let input = Input::find(path, &self.asked.intake)?;
        let changed = || {
            JobError::Refused(format!(
                "'{}' is not read as it was when the plan was made: plan again",
                path.display()
            ))
        };
        let grid = video.grid().ok_or_else(changed)?;
        let begins = Duration::from_nanos(video.begins);
        let within = Within { frame: grid.begin(place.inside as u64), begins };
        let (wanted, intake) = (&self.asked.wanted, &self.asked.intake);
        let tries = [(place.inside > 0).then_some(within), None];
        for within in tries.into_iter().skip(usize::from(place.inside == 0)) {
            let source = match within {
                Some(within) => input.open_within(wanted, within, intake)?,
                None => input.open(wanted, false, intake)?,
            };
            match self.frames(place, (video, grid), (&input, source), target) {
                Ok(Some(end)) => return Ok(end),
                Err(JobError::Pipeline(PipelineError::Source(_))) if within.is_some() => {}
                Ok(None) => {}
                Err(error) => return Err(error),
            }
            tracing::debug!(chunk = place.number, "the video can't be begun within");
        }
        Err(changed())
    }

    /// Makes a chunk of a video's frames; nothing if they are others than the plan saw.
    fn frames(
        &self,
        place: Place<'_>,
        (video, grid): (&Video, Grid),
        (input, source): (&Input, Box<dyn Source>),
        target: &Path,
    ) -> Result<Option<JobEnd>> {
        let (asked, what) = (self.asked, self.manifest.asked.what());
        let mut form = Form::of(&*source, None);
        form.is_chunk = true;
        if (Some(form.size), Some(form.rate)) != (video.size(), video.rate()) {
            return Ok(None);
        }
        let mattings = asked.mattings(input)?;
        let canvas = Canvas::new(form.size, form.color, Level::best());
        let mut work = asked.work(&mattings, what, canvas, false)?;
        self.remind(&mut *work, place, video)?;
        let inside = place.inside as u64;
        let end = grid.start(inside + 1).min(video.frames);
        let ahead = lookahead(&*work, form.size) as u64;
        let begin = grid.begin(inside);
        let kept = grid.start(inside)..end;
        let source: Box<dyn Source> =
            Box::new(Part { source, frames: begin..end.saturating_add(ahead) });
        let permit = Permit::from(Overwrite::Always);
        let mut sink = sinks::open(&Output::Video(target.to_owned()), &form, what, &permit)?;
        let mut one = One { work: &mut *work, kept, sum: Sum::default(), seen: 0 };
        let job = backlot_pipeline::Job { source, limit: None, stop: self.stop };
        let report = job.run(&mut one, |product| write(&mut *sink, product))?;
        if report.end == JobEnd::Stopped {
            return Ok(Some(JobEnd::Stopped));
        }
        let is_known = one.sum.text() == video.chunks[place.inside].frames;
        if one.seen != end - begin || !is_known {
            return Ok(None);
        }
        sink.finish(JobEnd::Complete)?;
        interrupt::has_result();
        Ok(Some(JobEnd::Complete))
    }

    /// Hands on what the plan left of the frames before a chunk.
    fn remind(&self, work: &mut dyn Work, place: Place<'_>, video: &Video) -> Result<()> {
        work.reset();
        if let Some(sum) = &video.chunks[place.inside].memory {
            let path = memory_path(&self.request.folder, place.number);
            let memory = read_file(&path, MOST_MEMORY)?;
            if Sum::of(&memory).text() != *sum || !work.recall(&memory) {
                refuse!("'{}' is not what the plan left there: plan again", path.display());
            }
        }
        Ok(())
    }
}

fn write(sink: &mut dyn Sink, product: Option<Product>) -> Result<(), PipelineError> {
    product.as_ref().map_or(Ok(()), |product| sink.write(product))
}

/// Some frames of a video, by their numbers.
struct Part {
    source: Box<dyn Source>,
    frames: Range<u64>,
}

impl Source for Part {
    fn size(&self) -> backlot_media::Size {
        self.source.size()
    }

    fn color(&self) -> backlot_media::ColorSpace {
        self.source.color()
    }

    fn rate(&self) -> Option<backlot_media::FrameRate> {
        self.source.rate()
    }

    fn frames(&self) -> Option<u64> {
        Some(self.frames.end - self.frames.start)
    }

    fn next_frame(&mut self) -> Result<Option<Frame>, StreamError> {
        loop {
            match self.source.next_frame()? {
                Some(frame) if frame.sequence < self.frames.start => {}
                Some(frame) if frame.sequence >= self.frames.end => return Ok(None),
                frame => return Ok(frame),
            }
        }
    }
}

/// The work on one chunk.
struct One<'a> {
    work: &'a mut dyn Work,
    /// The frames that are kept.
    kept: Range<u64>,
    /// The sum of those and the ones before as they were read.
    sum: Sum,
    /// How many that were.
    seen: u64,
}

impl Worker<Option<Product>> for &mut One<'_> {
    fn lookahead(&self) -> usize {
        lookahead(self.work, self.work.canvas().size)
    }

    fn prepare(&mut self, frame: &mut Frame) -> Result<(), PipelineError> {
        if frame.sequence < self.kept.end {
            self.sum.add_frame(frame);
            self.seen += 1;
        }
        self.work.prepare(frame)
    }

    fn work(&mut self, frame: Frame) -> Result<Option<Product>, PipelineError> {
        if frame.sequence >= self.kept.end {
            return Ok(None);
        }
        let is_kept = self.kept.contains(&frame.sequence);
        let product = self.work.make(frame)?;
        Ok(is_kept.then_some(product))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_are_named_by_numbers() {
        assert_eq!(chunk_numbers("all").unwrap(), None);
        assert_eq!(chunk_numbers("17").unwrap(), Some(17..18));
        assert_eq!(chunk_numbers("0-9").unwrap(), Some(0..10));
        for bad in ["", "-1", "9-0", "a", "1-2-3", "18446744073709551615"] {
            assert!(chunk_numbers(bad).unwrap_err().to_string().contains("is no chunk"), "{bad}");
        }
    }
}
