//! Reading videos: `ffmpeg` decodes, scales and evens out the rate, and pipes raw frames.

use super::filters;
use crate::color::Cube;
use crate::fit::Placement;
use crate::intake::tools::{Job, Pipes, Program, Running};
use crate::raw::read_frame;
use crate::still::animation::Feeding;
use crate::still::picture::fill;
use crate::{Damage, FilesError, Intake, Tools, VideoInfo};
use backlot_launch::{Limits, Output};
use backlot_media::{
    ColorSpace, Frame, FramePool, FrameRate, Matrix, PixelFormat, Size, Source, StreamError,
};
use backlot_scene::Fit;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// Videos with more pixels than this are only read when they are made smaller.
pub const MAX_VIDEO_PIXELS: usize = 64_000_000;

/// Frames that may be in use at a time without new memory.
const POOLED: usize = 4;

/// How a video is read.
#[derive(Clone, Debug, Default)]
pub struct VideoOptions {
    /// Size of the frames; that of the video if none.
    pub size: Option<Size>,
    /// How a video of another shape fills that size; the bars of `Contain` are black.
    pub fit: Fit,
    /// Frames per second; a steady rate that suits the video if none.
    pub rate: Option<FrameRate>,
    /// Whether every frame that is stored is given once, one after the other at the rate, whatever
    /// the times between them: for frames that are looked at one by one.
    pub as_stored: bool,
    /// Matrix of the frames; that of the video if none.
    pub matrix: Option<Matrix>,
    /// Where to begin.
    pub start: Duration,
    /// How long to read, at most.
    pub limit: Option<Duration>,
    /// Whether somebody sees the frames live: a decoder that hangs is given up sooner.
    pub is_live: bool,
    /// How files are read.
    pub intake: Intake,
}

/// Frames of a video: I420, limited range, at a steady rate.
#[derive(Debug)]
pub struct VideoSource {
    path: PathBuf,
    info: VideoInfo,
    size: Size,
    rate: FrameRate,
    color: ColorSpace,
    placement: Placement,
    frames: Option<u64>,
    most: Option<u64>,
    next: u64,
    pool: FramePool,
    child: Running,
    pipe: Option<BufReader<Output>>,
    feeding: Option<Feeding>,
    intake: Intake,
    /// The decoder reads it.
    cube: Option<Arc<Cube>>,
}

impl VideoSource {
    /// Opens a video and starts decoding it.
    ///
    /// # Errors
    /// One sentence when it is missing, no video, has no picture, or is too large. What only
    /// decoding can tell comes from [`Source::next_frame`].
    pub fn open(path: &Path, options: &VideoOptions) -> Result<Self, FilesError> {
        let info = VideoInfo::read(path, &options.intake)?;
        let cube = info.cube()?;
        Self::open_known(path, info, cube, options)
    }

    /// Opens a video of which all is known.
    pub(crate) fn open_known(
        path: &Path,
        info: VideoInfo,
        cube: Option<Arc<Cube>>,
        options: &VideoOptions,
    ) -> Result<Self, FilesError> {
        let size = options.size.unwrap_or(info.size);
        check_pixels(path, size)?;
        let rate = options.rate.unwrap_or(info.rate);
        let matrix = options.matrix.unwrap_or(info.color.matrix);
        let placement = Placement::new(info.size, size, options.fit);
        check_pixels(path, placement.scaled)?;
        let most = options.limit.map(|limit| rate.frames_in(limit));
        let job = decoding(
            path,
            &info,
            options,
            &filters::chain(&info, options, placement, (rate, matrix), cube.as_deref()),
            most,
        )?;
        let mut child = job.start(if info.is_piped { Pipes::Both } else { Pipes::Output })?;
        let feed = |pipe| Feeding::start(path, &options.intake, info.rate, pipe);
        let feeding = child.stdin().map(feed).transpose();
        let feeding = feeding.map_err(|source| FilesError::read(path, source))?;
        let pipe = child.stdout().map(|pipe| BufReader::with_capacity(1 << 16, pipe));
        let left = info.duration.map(|d| d.saturating_sub(options.start));
        let frames = left.map(|d| rate.frames_in(d)).into_iter().chain(most).min();
        Ok(Self {
            path: path.to_owned(),
            info,
            size,
            rate,
            color: ColorSpace { matrix, ..ColorSpace::default() },
            placement,
            frames,
            most,
            next: 0,
            pool: FramePool::new(PixelFormat::I420, size, POOLED),
            child,
            pipe,
            feeding,
            intake: options.intake.clone(),
            cube,
        })
    }

    /// What is in the file.
    pub const fn info(&self) -> &VideoInfo {
        &self.info
    }

    /// The table of its colours, for those who open it again.
    pub(super) fn cube(&self) -> Option<Arc<Cube>> {
        self.cube.clone()
    }

    /// The next frame, or `None` at the end. A video that breaks in its middle ends there, and
    /// that is reported as damage.
    ///
    /// # Errors
    /// When there is not a single frame, or the decoder hangs.
    pub fn next_video_frame(&mut self) -> Result<Option<Frame>, FilesError> {
        let Some(pipe) = &mut self.pipe else { return Ok(None) };
        if self.most.is_some_and(|most| self.next >= most) {
            self.pipe = None;
            self.child.kill();
            return Ok(None);
        }
        let mut frame = self.pool.take();
        if self.placement.place != self.size.rect() {
            fill(&mut frame, self.color.encode_rgb8([0; 3]));
        }
        if !read_frame(pipe, &mut frame, self.placement.place).map_err(FilesError::Pipe)? {
            self.pipe = None;
            return self.end();
        }
        frame.color = self.color;
        frame.time = self.rate.time_of(self.next);
        frame.sequence = self.next;
        self.next += 1;
        Ok(Some(frame))
    }

    /// Frames that we decode ourselves ended before their time.
    fn fed_badly(&self, error: FilesError) -> Result<Option<Frame>, FilesError> {
        match error {
            FilesError::Damaged { path, why } if self.next > 0 => {
                self.intake.note(Damage { path, why }).map(|()| None)
            }
            error => Err(error),
        }
    }

    fn end(&mut self) -> Result<Option<Frame>, FilesError> {
        let ending = self.child.wait();
        let path = &self.path;
        if let Some(why) = &ending.hung {
            return Err(FilesError::Hangs { path: path.clone(), why: why.clone() });
        }
        if let Some(error) = self.feeding.as_ref().and_then(Feeding::error) {
            return self.fed_badly(error);
        }
        if self.next == 0 {
            let why = match ending.log.is_empty() {
                true => "there is none at this time in it".to_owned(),
                false => ending.reason(),
            };
            return Err(FilesError::NoFrames { path: path.clone(), why });
        }
        if !ending.success || !ending.log.is_empty() {
            let why = ending.reason();
            self.intake.note(Damage { path: path.clone(), why })?;
        }
        Ok(None)
    }
}

impl Source for VideoSource {
    fn size(&self) -> Size {
        self.size
    }

    fn color(&self) -> ColorSpace {
        self.color
    }

    fn rate(&self) -> Option<FrameRate> {
        Some(self.rate)
    }

    /// From the duration that the file tells: right to a frame or two for a sound file.
    fn frames(&self) -> Option<u64> {
        self.frames
    }

    fn next_frame(&mut self) -> Result<Option<Frame>, StreamError> {
        Ok(self.next_video_frame()?)
    }
}

fn check_pixels(path: &Path, size: Size) -> Result<(), FilesError> {
    if size.pixels() <= MAX_VIDEO_PIXELS {
        return Ok(());
    }
    let most = MAX_VIDEO_PIXELS / 1_000_000;
    let (width, height) = (size.width.into(), size.height.into());
    let limit = format!("at most {most} million pixels are read: use --size to make it smaller");
    Err(FilesError::Size { path: path.into(), width, height, limit })
}

/// The command that decodes.
fn decoding(
    path: &Path,
    info: &VideoInfo,
    options: &VideoOptions,
    filters: &str,
    most: Option<u64>,
) -> Result<Job, FilesError> {
    let limits = if options.is_live { Limits::LIVE } else { Limits::WORK };
    let mut job = options.intake.tools.job(Program::Ffmpeg, limits);
    if !options.start.is_zero() {
        job.args(["-ss".to_owned(), options.start.as_secs_f64().to_string()]);
    }
    if let Some(format) = info.format {
        job.args(["-f", format]);
    }
    if info.is_piped {
        let (size, rate) = (info.size.to_string(), info.rate.to_string());
        job.args(["-f", "rawvideo", "-pix_fmt", "rgb24", "-video_size", &size]);
        job.args(["-framerate", &rate, "-i", "pipe:0"]);
    } else {
        if let Some(decoder) = decoder_of_alpha(info, &options.intake.tools)? {
            job.args(["-c:v", decoder]);
        }
        job.input(path);
    }
    job.args(["-map".to_owned(), format!("0:{}", info.stream)]);
    job.args(["-an", "-sn", "-dn", "-vf", filters, "-pix_fmt", "yuv420p"]);
    if let Some(most) = most {
        job.args(["-frames:v".to_owned(), most.to_string()]);
    }
    job.args(["-f", "rawvideo", "pipe:1"]);
    Ok(job)
}

/// ffmpeg's own decoders of VP8 and VP9 leave the transparency out; those of libvpx don't.
fn decoder_of_alpha(info: &VideoInfo, tools: &Tools) -> Result<Option<&'static str>, FilesError> {
    let Some(decoder) = info.alpha_decoder else { return Ok(None) };
    let list = tools.list("-decoders")?;
    Ok(list.split_whitespace().any(|word| word == decoder).then_some(decoder))
}
