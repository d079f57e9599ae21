//! A video as a background: it loops at its own rate.

use crate::color::Cube;
use crate::{FilesError, Intake, VideoInfo, VideoOptions, VideoSource};
use backlot_media::{Frame, FrameLayout, FrameRate, Matrix, PixelFormat, Size, Source, Timestamp};
use backlot_scene::Fit;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// How a looped video is shown.
#[derive(Clone, Debug)]
pub struct LoopOptions {
    /// Size of the canvas.
    pub size: Size,
    /// How a video of another shape fills it.
    pub fit: Fit,
    /// Matrix of the canvas; the range is limited.
    pub matrix: Matrix,
    /// Bytes of frames that may be kept, so that a short video is decoded only once.
    pub memory: usize,
    /// How files are read.
    pub intake: Intake,
}

impl LoopOptions {
    /// The default memory for kept frames: about six seconds at 1280x720.
    pub const MEMORY: usize = 256 << 20;

    /// Fills the canvas.
    pub fn new(size: Size, matrix: Matrix) -> Self {
        let (fit, memory, intake) = (Fit::Cover, Self::MEMORY, Intake::default());
        Self { size, fit, matrix, memory, intake }
    }
}

/// A video that starts again at its end.
///
/// A short video is kept decoded; a longer one is decoded again in each round.
#[derive(Debug)]
pub struct LoopedVideo {
    path: PathBuf,
    info: VideoInfo,
    cube: Option<Arc<Cube>>,
    options: VideoOptions,
    rate: FrameRate,
    /// Frames that may be kept.
    most: usize,
    state: State,
}

#[derive(Debug)]
enum State {
    /// In the first round: all frames so far.
    First(Box<VideoSource>, Vec<Frame>),
    /// All frames.
    Kept(Vec<Frame>),
    /// Decoding again in each round.
    Running(Box<Round>),
}

#[derive(Debug)]
struct Round {
    source: Box<VideoSource>,
    current: Frame,
    /// The number of `current`, counted over all rounds.
    index: u64,
    /// The number of the first frame of this round.
    first: u64,
    /// The number of frames of a round, once one has ended.
    length: Option<u64>,
}

impl LoopedVideo {
    /// Opens a video (or an animated picture) and decodes its first frame.
    ///
    /// # Errors
    /// One sentence as from [`VideoSource::open`], or when there is no frame.
    pub fn open(path: &Path, options: &LoopOptions) -> Result<Self, FilesError> {
        Self::open_probed(path, VideoInfo::read(path, &options.intake)?, options)
    }

    /// [`LoopedVideo::open`] for a video that [`Intake::probe`] has examined.
    ///
    /// # Errors
    /// As [`LoopedVideo::open`].
    pub fn open_probed(
        path: &Path,
        info: VideoInfo,
        options: &LoopOptions,
    ) -> Result<Self, FilesError> {
        let bytes = FrameLayout::new(PixelFormat::I420, options.size).bytes();
        let options_of_video = VideoOptions {
            size: Some(options.size),
            fit: options.fit,
            matrix: Some(options.matrix),
            is_live: true,
            intake: options.intake.clone(),
            ..VideoOptions::default()
        };
        let source = VideoSource::open_known(path, info.clone(), info.cube()?, &options_of_video)?;
        let cube = source.cube();
        let rate = source.rate().unwrap_or(info.rate);
        let mut video = Self {
            path: path.to_owned(),
            info,
            cube,
            options: options_of_video,
            rate,
            most: options.memory / bytes,
            state: State::First(Box::new(source), Vec::new()),
        };
        video.advance(0)?;
        Ok(video)
    }

    /// The video's own rate.
    pub const fn rate(&self) -> FrameRate {
        self.rate
    }

    /// The frame that shows at a time, counted from the first frame of the first round. Going back
    /// in time restarts a video that is not kept.
    ///
    /// # Errors
    /// When the file can't be opened again.
    pub fn frame_at(&mut self, time: Timestamp) -> Result<&Frame, FilesError> {
        let target = self.index_at(time);
        self.advance(target)?;
        Ok(match &self.state {
            State::First(_, frames) => &frames[target as usize],
            State::Kept(frames) => &frames[(target % frames.len() as u64) as usize],
            State::Running(round) => &round.current,
        })
    }

    fn index_at(&self, time: Timestamp) -> u64 {
        let (over, under) = (self.rate.numerator(), self.rate.denominator());
        let scaled = u128::from(time.nanos()) * u128::from(over);
        (scaled / (u128::from(under) * 1_000_000_000)) as u64
    }

    fn advance(&mut self, target: u64) -> Result<(), FilesError> {
        if let State::First(source, frames) = &mut self.state {
            while frames.len() as u64 <= target {
                match source.next_video_frame()? {
                    Some(frame) if frames.len() < self.most.max(1) => frames.push(frame),
                    Some(frame) => return self.let_go(frame, target),
                    None => {
                        self.state = State::Kept(std::mem::take(frames));
                        break;
                    }
                }
            }
        }
        match &mut self.state {
            State::Running(round) => round.advance(target, || {
                VideoSource::open_known(
                    &self.path,
                    self.info.clone(),
                    self.cube.clone(),
                    &self.options,
                )
            }),
            _ => Ok(()),
        }
    }

    /// Stops keeping frames: the video is too long. `current` is the frame after the kept ones.
    fn let_go(&mut self, current: Frame, target: u64) -> Result<(), FilesError> {
        let none = State::Kept(Vec::new());
        if let State::First(source, frames) = std::mem::replace(&mut self.state, none) {
            let (index, first, length) = (frames.len() as u64, 0, None);
            let round = Round { source, current, index, first, length };
            self.state = State::Running(Box::new(round));
        }
        self.advance(target)
    }
}

impl Round {
    fn advance(
        &mut self,
        target: u64,
        open: impl Fn() -> Result<VideoSource, FilesError>,
    ) -> Result<(), FilesError> {
        if target < self.index {
            *self.source = open()?;
            (self.index, self.first) = (0, 0);
            self.step(&open)?;
            self.index = 0;
        }
        if let Some(length) = self.length {
            let skipped = (target - self.index) / length * length;
            self.index += skipped;
            self.first += skipped;
        }
        while self.index < target {
            self.step(&open)?;
        }
        Ok(())
    }

    /// Advances by one frame.
    fn step(
        &mut self,
        open: impl Fn() -> Result<VideoSource, FilesError>,
    ) -> Result<(), FilesError> {
        let next = match self.source.next_video_frame()? {
            Some(frame) => Some(frame),
            None => {
                self.length = Some(self.index + 1 - self.first);
                self.first = self.index + 1;
                *self.source = open()?;
                self.source.next_video_frame()?
            }
        };
        if let Some(frame) = next {
            self.current = frame;
        }
        self.index += 1;
        Ok(())
    }
}
