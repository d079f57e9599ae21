//! A video in a scene: it plays at its own rate, in a loop or once.

use crate::color::Cube;
use crate::{FilesError, Intake, VideoInfo, VideoOptions, VideoSource};
use backlot_media::{
    Frame, FrameLayout, FrameRate, Matrix, PixelFormat, Shot, Size, Source, Timestamp,
};
use backlot_scene::{Fit, Play};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// How a video is shown.
#[derive(Clone, Debug)]
pub struct LoopOptions {
    /// Size of the canvas.
    pub size: Size,
    /// How a video of another shape fills it.
    pub fit: Fit,
    /// Matrix of the canvas; the range is limited.
    pub matrix: Matrix,
    /// What happens at its end.
    pub play: Play,
    /// Whether it tells what may be seen through it; otherwise black is seen there.
    pub keeps_alpha: bool,
    /// Bytes of frames that may be kept, so that a short video is decoded only once.
    pub memory: usize,
    /// How files are read.
    pub intake: Intake,
}

impl LoopOptions {
    /// The default memory for kept frames: about six seconds at 1280x720.
    pub const MEMORY: usize = 256 << 20;

    /// Fills the canvas, in a loop.
    pub fn new(size: Size, matrix: Matrix) -> Self {
        let (fit, play, keeps_alpha) = (Fit::Cover, Play::Loop, false);
        let (memory, intake) = (Self::MEMORY, Intake::default());
        Self { size, fit, matrix, play, keeps_alpha, memory, intake }
    }
}

/// A video that starts again at its end, unless it is to play once.
///
/// A short video is kept decoded; a longer one is decoded again in each round.
#[derive(Debug)]
pub struct LoopedVideo {
    path: PathBuf,
    info: VideoInfo,
    cube: Option<Arc<Cube>>,
    options: VideoOptions,
    rate: FrameRate,
    play: Play,
    /// Frames that may be kept.
    most: usize,
    state: State,
}

#[derive(Debug)]
enum State {
    /// In the first round: all frames so far.
    First(Box<VideoSource>, Vec<Shot>),
    /// All frames.
    Kept(Vec<Shot>),
    /// Decoding again in each round.
    Running(Box<Round>),
}

#[derive(Debug)]
struct Round {
    source: Box<VideoSource>,
    current: Shot,
    /// The number of `current`, counted over all rounds.
    index: u64,
    /// The number of the first frame of this round.
    first: u64,
    /// The number of frames of a round, once one has ended.
    length: Option<u64>,
    /// Whether another round follows.
    is_loop: bool,
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
        let keeps_alpha = options.keeps_alpha && info.has_alpha();
        let pixels = options.size.pixels();
        let bytes = FrameLayout::new(PixelFormat::I420, options.size).bytes()
            + if keeps_alpha { pixels } else { 0 };
        let options_of_video = VideoOptions {
            size: Some(options.size),
            fit: options.fit,
            matrix: Some(options.matrix),
            keeps_alpha,
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
            play: options.play,
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

    /// The frame that shows at a time, counted from the first frame of the first round, or the last
    /// one if none does any more. Going back in time restarts a video that is not kept.
    ///
    /// # Errors
    /// When the file can't be opened again.
    pub fn frame_at(&mut self, time: Timestamp) -> Result<&Frame, FilesError> {
        let target = self.rate.index_at(time);
        self.advance(target)?;
        Ok(&self.present(target).picture)
    }

    /// The frame with a number, counted over all rounds. `None` after the end of a video that plays
    /// once.
    ///
    /// # Errors
    /// As [`LoopedVideo::frame_at`].
    pub fn shot(&mut self, number: u64) -> Result<Option<&Shot>, FilesError> {
        self.advance(number)?;
        let is_over = self.play == Play::Once && self.is_over_at(number);
        Ok((!is_over).then(|| self.present(number)))
    }

    /// Whether a frame, once it was asked for, lies after the end of a video without another round.
    pub fn is_over_at(&self, number: u64) -> bool {
        let length = match &self.state {
            State::First(..) => None,
            State::Kept(shots) => Some(shots.len() as u64),
            State::Running(round) => round.length,
        };
        self.play != Play::Loop && length.is_some_and(|length| number >= length)
    }

    fn present(&self, target: u64) -> &Shot {
        match &self.state {
            State::First(_, shots) => &shots[target as usize],
            State::Kept(shots) if self.is_over_at(target) => &shots[shots.len() - 1],
            State::Kept(shots) => &shots[(target % shots.len() as u64) as usize],
            State::Running(round) => &round.current,
        }
    }

    fn advance(&mut self, target: u64) -> Result<(), FilesError> {
        if let State::First(source, frames) = &mut self.state {
            while frames.len() as u64 <= target {
                match source.next_shot()? {
                    Some(shot) if frames.len() < self.most.max(1) => frames.push(shot),
                    Some(shot) => return self.let_go(shot, target),
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
    fn let_go(&mut self, current: Shot, target: u64) -> Result<(), FilesError> {
        let none = State::Kept(Vec::new());
        if let State::First(source, frames) = std::mem::replace(&mut self.state, none) {
            let (index, first, length) = (frames.len() as u64, 0, None);
            let is_loop = self.play == Play::Loop;
            let round = Round { source, current, index, first, length, is_loop };
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
        if let Some(length) = self.length.filter(|_| self.is_loop) {
            let skipped = (target - self.index) / length * length;
            self.index += skipped;
            self.first += skipped;
        }
        while self.index < target && !self.is_at_end() {
            self.step(&open)?;
        }
        Ok(())
    }

    /// Whether no frame follows.
    fn is_at_end(&self) -> bool {
        !self.is_loop && self.length.is_some_and(|length| self.index + 1 >= length)
    }

    /// Advances by one frame.
    fn step(
        &mut self,
        open: impl Fn() -> Result<VideoSource, FilesError>,
    ) -> Result<(), FilesError> {
        let mut next = self.source.next_shot()?;
        if next.is_none() {
            self.length = Some(self.index + 1 - self.first);
            if !self.is_loop {
                return Ok(());
            }
            self.first = self.index + 1;
            *self.source = open()?;
            next = self.source.next_shot()?;
        }
        if let Some(shot) = next {
            self.current = shot;
        }
        self.index += 1;
        Ok(())
    }
}
