//! Encodes one video file: `ffmpeg` encodes the piped frames, then sound and other tracks are added,
//! and the file gets its name.
//!
//! They are added in a separate step, without encoding the picture again. So an error in them can't
//! spoil the picture, and a video that is ended early takes only as much sound as it lasts.

use crate::intake::tools::{Ending, Job, Pipes, Running, Tool};
use crate::write::companions::Companions;
use crate::write::container::{self, Container, color_options, tagging};
use crate::write::muxing::Muxing;
use crate::write::part::Part;
use crate::write::pending::{Pending, finished_file};
use crate::write::plan::Plan;
use crate::{FilesError, Permit, Tools};
use backlot_launch::{Input, Limits};
use backlot_media::{ColorSpace, FrameRate, Size, Timestamp};
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::time::Duration;

/// GIF counts hundredths of a second, and viewers slow down frames that last less than two.
const FASTEST_GIF: f64 = 50.0;

/// The piped frames, and how they are encoded.
#[derive(Clone, Debug)]
pub(crate) struct Spec {
    pub pixels: &'static str,
    /// As piped.
    pub size: Size,
    pub rate: FrameRate,
    pub color: ColorSpace,
    pub container: Container,
    pub codec: Vec<&'static str>,
    /// Whether the same frames must give the same bytes.
    pub is_chunk: bool,
    pub companions: Option<Companions>,
    pub permit: Permit,
    pub tools: Tools,
}

/// A video file that is being encoded.
#[derive(Debug)]
pub(crate) struct Encoding {
    spec: Spec,
    // Dropped before the names, so that it can't create a file again after they are removed.
    child: Running,
    pipe: Option<BufWriter<Input>>,
    /// The encoded picture, if it is not yet the finished file.
    stage: Option<Part>,
    pending: Pending,
    frames: u64,
    ended_early: bool,
}

impl Encoding {
    pub fn start(path: &Path, mut spec: Spec) -> Result<Self, FilesError> {
        let pending = Pending::create(path, &spec.permit)?;
        let is_gif = spec.container == Container::Gif;
        spec.companions = spec.companions.take().filter(|with| !is_gif && !with.is_empty());
        let has_stage = spec.companions.is_some() || is_gif;
        let stage = if has_stage { Some(pending.another()?) } else { None };
        let goes_to = stage.as_ref().map_or(pending.path(), Part::path);
        let job = encoding(&spec, goes_to, has_stage);
        let mut child = job.start(Pipes::Input)?;
        let pipe = child.stdin().map(|pipe| BufWriter::with_capacity(1 << 17, pipe));
        Ok(Self { spec, stage, pending, child, pipe, frames: 0, ended_early: false })
    }

    /// Makes the encoder work only when there is nothing more urgent to do.
    pub fn yield_to_others(&self) {
        self.child.yield_to_others();
    }

    /// Pipes one frame.
    pub fn write(
        &mut self,
        frame: impl FnOnce(&mut BufWriter<Input>) -> io::Result<()>,
    ) -> Result<(), FilesError> {
        let Some(pipe) = &mut self.pipe else { return Err(self.failure()) };
        if frame(pipe).is_err() {
            // The encoder failed; its log says why.
            self.close();
            return Err(self.failure());
        }
        self.frames += 1;
        Ok(())
    }

    /// Sets when the first frame shows: the sound may begin before it.
    pub fn begins_at(&mut self, time: Timestamp) {
        if let Some(with) = self.spec.companions.as_mut().filter(|_| self.frames == 0) {
            with.picture_begins(Duration::from_nanos(time.nanos()));
        }
    }

    /// The frames end before those of the input: the sound ends with them.
    pub const fn end_early(&mut self) {
        self.ended_early = true;
    }

    /// Closes the pipe; the buffer of a broken one is discarded.
    fn close(&mut self) {
        if let Some(pipe) = self.pipe.take() {
            drop(pipe.into_parts());
        }
    }

    fn failure(&mut self) -> FilesError {
        let ending = self.child.wait();
        failure(self.pending.target(), ending)
    }

    /// Completes the file; returns notices of what could not be copied unchanged.
    pub fn finish(mut self) -> Result<Vec<String>, FilesError> {
        let flushed = self.pipe.take().is_some_and(|mut pipe| pipe.flush().is_ok());
        let ending = self.child.wait();
        if !flushed || !ending.success || ending.disk_full() {
            return Err(failure(self.pending.target(), ending));
        }
        if self.frames == 0 {
            let why = "it got no frame".to_owned();
            return Err(FilesError::Encode { path: self.pending.target().into(), why });
        }
        let notices = match (&self.stage, &self.spec.companions) {
            (Some(stage), Some(with)) => self.add(stage.path(), with)?,
            (Some(stage), None) => self.make_gif(stage.path()).map(|()| Vec::new())?,
            (None, _) => Vec::new(),
        };
        self.pending.commit()?;
        Ok(notices)
    }

    /// Adds what accompanies the picture as planned, or as much as possible if that fails. The
    /// picture is never lost for it.
    fn add(&self, stage: &Path, with: &Companions) -> Result<Vec<String>, FilesError> {
        let lasts = Duration::from_nanos(self.spec.rate.time_of(self.frames).nanos());
        let extent = with.extent(self.ended_early.then_some(lasts));
        let container = self.spec.container;
        let muxing =
            Muxing { tools: &self.spec.tools, pending: &self.pending, container, with, extent };
        let mut failed = String::new();
        for plan in
            [Plan::new(with, container, extent), Plan::least(with, container), Plan::silent(with)]
        {
            let (ending, notices) = muxing.mux(stage, plan)?;
            match ending.success && !ending.disk_full() {
                true => return Ok(notices),
                false if ending.disk_full() => return Err(self.error(&ending)),
                false => failed = ending.reason(),
            }
        }
        Err(FilesError::Encode { path: self.pending.target().to_owned(), why: failed })
    }

    fn error(&self, ending: &Ending) -> FilesError {
        failure(self.pending.target(), ending)
    }

    /// One palette for the whole video, weighted for its moving parts.
    fn make_gif(&self, stage: &Path) -> Result<(), FilesError> {
        let palette = self.pending.another()?;
        let check = |ending: Ending| match ending.success && !ending.disk_full() {
            true => Ok(()),
            false => Err(self.error(&ending)),
        };
        let mut job = self.spec.tools.job(Tool::Ffmpeg, Limits::WORK);
        job.input(stage).args(["-vf", "palettegen=stats_mode=diff"]);
        job.args(["-frames:v", "1", "-c:v", "png", "-f", "nut"]).output(palette.path());
        check(job.run()?)?;
        let slower = if self.spec.rate.fps() > FASTEST_GIF { "fps=50," } else { "" };
        let filter = format!("[0:v]{slower}null[v];[v][1:v]paletteuse=diff_mode=rectangle");
        let mut job = self.spec.tools.job(Tool::Ffmpeg, Limits::WORK);
        job.input(stage).input(palette.path()).args(["-filter_complex", &filter]);
        check(finished_file(&mut job, self.spec.container, &self.pending).run()?)
    }
}

/// The command that encodes.
fn encoding(spec: &Spec, output: &Path, is_stage: bool) -> Job {
    let mut job = spec.tools.job(Tool::Ffmpeg, Limits::WORK);
    job.args(["-f", "rawvideo", "-pix_fmt", spec.pixels, "-video_size", &spec.size.to_string()]);
    job.args(["-framerate", &spec.rate.to_string(), "-i", "pipe:0"]);
    job.args(["-vf", &tagging(spec.color)]);
    if spec.container == Container::Gif {
        job.args(container::LOSSLESS).args(color_options(spec.color));
        job.args(["-f", "matroska"]);
    } else {
        job.args(&spec.codec).args(color_options(spec.color));
        if spec.is_chunk {
            // Neither versions nor random numbers in it.
            job.args(["-fflags", "+bitexact", "-flags:v", "+bitexact"]);
        }
        if !is_stage {
            job.args(spec.container.muxing());
        }
        job.args(["-f", spec.container.muxer()]);
    }
    job.output(output);
    job
}

/// Why an encoder ended without success.
pub(super) fn failure(target: &Path, ending: &Ending) -> FilesError {
    if ending.disk_full() {
        return FilesError::DiskFull(target.to_owned());
    }
    FilesError::Encode { path: target.to_owned(), why: ending.reason() }
}
