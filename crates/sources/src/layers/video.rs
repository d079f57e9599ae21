//! Videos and animated pictures, decoded by a thread of their own.

use super::{Booking, Facts, Material, Player, Timing};
use crate::SourceError;
use crate::ahead::Ahead;
use backlot_files::{FilesError, Intake, LoopOptions, LoopedVideo, VideoInfo};
use backlot_kernels::Converter;
use backlot_media::{
    ColorSpace, Frame, FrameRate, Matte, PixelFormat, Range, Shot, ShotPool, Size, Timestamp, View,
};
use backlot_scene::geometry::filled;
use backlot_scene::{Fit, Play};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Memory for the decoded frames of a video; longer ones are decoded again in each round.
const LOOP_BYTES: usize = 48 << 20;

/// By how much a video may be behind its time before it plays on from where it is.
const LATE: Duration = Duration::from_millis(300);

/// A video that was examined.
pub(super) struct Video {
    path: PathBuf,
    info: VideoInfo,
    intake: Intake,
}

impl Video {
    pub fn probed(
        path: &Path,
        found: Option<Box<VideoInfo>>,
        intake: &Intake,
    ) -> Result<Self, FilesError> {
        let info = VideoInfo::probed(path, found, intake)?;
        Ok(Self { path: path.to_owned(), info, intake: intake.clone() })
    }
}

impl Material for Video {
    fn facts(&self) -> Facts {
        Facts { size: Some(self.info.size), has_alpha: self.info.has_alpha(), moves: true }
    }

    fn start(&self, booking: &Booking<'_>) -> Result<Box<dyn Player>, SourceError> {
        let Booking { color, level, views, play, timing, .. } = *booking;
        // What one layer alone wants is made by the program that decodes.
        let (view, fit) = match views {
            [only] if *only == covering(self.info.size, only.size) => (*only, Fit::Cover),
            _ => (booking.whole_of(self.info.size), Fit::Stretch),
        };
        let matrix = color.matrix;
        let options = LoopOptions {
            fit,
            play,
            keeps_alpha: true,
            memory: LOOP_BYTES,
            intake: self.intake.clone(),
            ..LoopOptions::new(view.size, matrix)
        };
        let own = ColorSpace { matrix, range: Range::Limited };
        let (from, to) = ((PixelFormat::I420, own), (PixelFormat::I420, color));
        let reel = Reel {
            path: self.path.clone(),
            info: self.info.clone(),
            options,
            convert: Converter::new(from, to, view.size, level),
        };
        let (rate, ahead) = reel.start(0)?;
        Ok(Box::new(Playing { view, reel, rate, ahead, timing, play, began: None, at: None }))
    }
}

/// What of a picture covers a canvas.
fn covering(native: Size, canvas: Size) -> View {
    View { window: filled(native, canvas, Fit::Cover).0, size: canvas }
}

/// How a video is opened, as often as is needed.
struct Reel {
    path: PathBuf,
    info: VideoInfo,
    options: LoopOptions,
    convert: Converter,
}

impl Reel {
    /// Opens the video, and starts decoding from a frame on.
    fn start(&self, first: u64) -> Result<(FrameRate, Ahead<Shot, FilesError>), SourceError> {
        let mut video = LoopedVideo::open_probed(&self.path, self.info.clone(), &self.options)?;
        let rate = video.rate();
        let (most, has_alpha) = (Ahead::<Shot, FilesError>::MOST, self.info.has_alpha());
        let pool = ShotPool::new(self.options.size, most, has_alpha);
        let mut convert = self.convert.clone();
        let make = move |number| {
            let mut copy = pool.take();
            let Some(shot) = video.shot(number)? else { return Ok(None) };
            convert.run(&shot.picture, &mut copy.picture);
            if let (Some(to), Some(from)) = (&mut copy.alpha, &shot.alpha) {
                to.copy_from(from);
            }
            Ok(Some(copy).filter(|_| !video.is_over_at(number)))
        };
        let ahead = Ahead::start("video", first, make).map_err(SourceError::Thread)?;
        Ok((rate, ahead))
    }
}

/// A video at work.
struct Playing {
    view: View,
    reel: Reel,
    rate: FrameRate,
    ahead: Ahead<Shot, FilesError>,
    timing: Timing,
    play: Play,
    /// When its first frame was shown, or would have been.
    began: Option<Timestamp>,
    /// The frame that shows.
    at: Option<u64>,
}

impl Playing {
    /// The number of the frame of a time.
    fn target(&mut self, time: Timestamp) -> u64 {
        let start = match self.timing {
            Timing::Exact => Timestamp::default(),
            Timing::Live => time,
        };
        let began = *self.began.get_or_insert(start);
        self.rate.index_at(Timestamp::from_nanos(time.nanos().saturating_sub(began.nanos())))
    }

    /// A video that is behind plays on from where it is.
    fn forgive(&mut self, time: Timestamp, target: u64) {
        let Some(at) = self.at.filter(|_| self.ahead.end().is_none()) else { return };
        let (due, shown) = (self.rate.time_of(target), self.rate.time_of(at));
        if due.since(shown) > LATE {
            let since = time.nanos().saturating_sub(shown.nanos());
            self.began = Some(Timestamp::from_nanos(since));
        }
    }
}

impl Player for Playing {
    fn view(&self) -> View {
        self.view
    }

    fn draw(
        &mut self,
        time: Timestamp,
        picture: &mut Frame,
        alpha: &mut Option<Matte>,
    ) -> Result<bool, SourceError> {
        let target = self.target(time);
        if self.at.is_some_and(|at| target < at) {
            (_, self.ahead) = self.reel.start(target)?;
            self.at = None;
        }
        if self.at != Some(target) {
            let waits = self.timing == Timing::Exact || self.at.is_none();
            if let Some((number, next)) = self.ahead.newest(target, waits)? {
                (*picture, *alpha, self.at) = (next.picture, next.alpha, Some(number));
            }
            if self.timing == Timing::Live {
                self.forgive(time, target);
            }
        }
        let is_over = self.ahead.end().is_some_and(|end| target >= end);
        Ok(!(is_over && self.play == Play::Once))
    }
}
