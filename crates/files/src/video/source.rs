//! Reads videos: `ffmpeg` decodes, scales and pipes raw frames with their times; this module turns
//! them into a constant rate.

use super::filters;
use super::nut::NutReader;
use super::options::{VideoOptions, Within};
use super::retime::{Before, Retimer};
use crate::color::Cube;
use crate::fit::Placement;
use crate::intake::tools::{Job, Pipes, Running, Tool};
use crate::raw::{read_frame, read_plane};
use crate::still::animation::Feeding;
use crate::{Damage, FilesError, Intake, VideoInfo};
use backlot_launch::{Limits, Output};
use backlot_media::{
    ColorSpace, Frame, FrameRate, Shot, ShotPool, Size, Source, StreamError, Timestamp,
};
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// Videos with more pixels are only read at a smaller size.
pub const MAX_VIDEO_PIXELS: usize = 64_000_000;

/// Frames that may be in use at a time without new memory.
const POOLED: usize = 4;

/// After this many frames, everything that frames refer to must be present.
const BEGINNING: u32 = 30;

/// Frames of a video: I420, limited range, at a constant rate.
///
/// The first frame's time is the delay of the picture from the start of the file (or of reading):
/// the sound may begin before it.
#[derive(Debug)]
pub struct VideoSource {
    path: PathBuf,
    info: VideoInfo,
    size: Size,
    rate: FrameRate,
    color: ColorSpace,
    frames: Option<u64>,
    most: Option<u64>,
    as_stored: bool,
    start: Duration,
    next: u64,
    pool: ShotPool,
    child: Running,
    pipe: Option<NutReader<BufReader<Output>>>,
    retimer: Retimer,
    /// The current frame, and for how many more slots it shows.
    shown: Option<(Shot, u64)>,
    /// The frame decoded after it.
    following: Option<Shot>,
    feeding: Option<Feeding>,
    /// How many frames were decoded, as far as it matters.
    decoded: u32,
    /// The log of the decoder while the video began.
    early: Option<String>,
    intake: Intake,
    /// The decoder reads it.
    cube: Option<Arc<Cube>>,
}

impl VideoSource {
    /// Opens a video and starts decoding it.
    ///
    /// # Errors
    /// One sentence when it is missing, not a video, has no picture, or is too large. Errors that
    /// only decoding reveals come from [`Source::next_frame`].
    pub fn open(path: &Path, options: &VideoOptions) -> Result<Self, FilesError> {
        Self::open_probed(path, VideoInfo::read(path, &options.intake)?, options)
    }

    /// [`VideoSource::open`] for a video that [`Intake::probe`] has examined.
    ///
    /// # Errors
    /// As [`VideoSource::open`].
    pub fn open_probed(
        path: &Path,
        info: VideoInfo,
        options: &VideoOptions,
    ) -> Result<Self, FilesError> {
        let cube = info.cube()?;
        Self::open_known(path, info, cube, options)
    }

    /// Opens a video with known contents.
    pub(super) fn open_known(
        path: &Path,
        info: VideoInfo,
        cube: Option<Arc<Cube>>,
        options: &VideoOptions,
    ) -> Result<Self, FilesError> {
        let size = options.size.unwrap_or(info.size);
        check_pixels(path, size)?;
        let rate = options.rate.unwrap_or(info.rate);
        let matrix = options.matrix.unwrap_or(info.color.matrix);
        check_pixels(path, Placement::new(info.size, size, options.fit).scaled)?;
        let has_alpha = options.keeps_alpha && info.has_alpha;
        let frame = size.pixels() as u64 * if has_alpha { 5 } else { 3 } / 2;
        options.intake.budget.check(path, frame * POOLED as u64)?;
        let chain = filters::chain(&info, options, size, matrix, cube.as_deref());
        let job = decoding(path, &info, options, &chain);
        let mut child = job.start(if info.is_piped { Pipes::Both } else { Pipes::Output })?;
        let feed = |pipe| Feeding::start(path, &options.intake, info.rate, pipe);
        let feeding = child.stdin().map(feed).transpose();
        let feeding = feeding.map_err(|source| FilesError::read(path, source))?;
        let pipe = child.stdout().map(|pipe| BufReader::with_capacity(1 << 16, pipe));
        let retimer = match filters::has_fewer(&info, rate) {
            true => Retimer::with_fewer(rate),
            false => Retimer::new(rate),
        };
        let retimer = match options.within {
            Some(within) => retimer.within(within.begins.as_secs_f64()),
            None => retimer,
        };
        let most = options.limit.map(|limit| rate.frames_in(limit));
        let left = info.duration.map(|d| d.saturating_sub(options.start));
        let frames = left.map(|d| rate.frames_in(d)).into_iter().chain(most).min();
        Ok(Self {
            path: path.to_owned(),
            info,
            size,
            rate,
            color: ColorSpace { matrix, ..ColorSpace::default() },
            frames,
            most,
            as_stored: options.as_stored,
            start: options.start,
            next: 0,
            pool: ShotPool::new(size, POOLED, has_alpha),
            child,
            pipe: pipe.map(NutReader::new),
            retimer,
            shown: None,
            following: None,
            feeding,
            decoded: 0,
            early: None,
            intake: options.intake.clone(),
            cube,
        })
    }

    /// What the file contains.
    pub const fn info(&self) -> &VideoInfo {
        &self.info
    }

    /// The table of its colours, for opening it again.
    pub(super) fn cube(&self) -> Option<Arc<Cube>> {
        self.cube.clone()
    }

    /// The next frame, or `None` at the end. A video that is damaged midway ends there, and
    /// the damage is reported.
    ///
    /// # Errors
    /// When there is no frame, or the decoder hangs.
    pub fn next_video_frame(&mut self) -> Result<Option<Frame>, FilesError> {
        Ok(self.next_shot()?.map(|shot| shot.picture))
    }

    /// [`VideoSource::next_video_frame`] with what may be seen through it, if that is asked for.
    ///
    /// # Errors
    /// As [`VideoSource::next_video_frame`].
    pub fn next_shot(&mut self) -> Result<Option<Shot>, FilesError> {
        if self.most.is_some_and(|most| self.next >= most) {
            (self.shown, self.following) = (None, None);
            if self.pipe.take().is_some() {
                self.child.kill();
            }
            return Ok(None);
        }
        loop {
            if let Some(shot) = self.show() {
                return Ok(Some(self.tagged(shot)));
            }
            if self.pipe.is_none() {
                return Ok(None);
            }
            self.read()?;
        }
    }

    /// The current frame, if it is known to show once more.
    fn show(&mut self) -> Option<Shot> {
        let (shot, slots) = self.shown.as_mut()?;
        *slots = slots.checked_sub(1)?;
        if *slots > 0 {
            let mut copy = self.pool.take();
            copy.copy_from(shot);
            return Some(copy);
        }
        let (shot, _) = self.shown.take()?;
        self.shown = self.following.take().map(|shot| (shot, 0));
        Some(shot)
    }

    /// Reads one more frame; that, or the end, determines how long the previous one shows.
    fn read(&mut self) -> Result<(), FilesError> {
        let Some((shot, time)) = self.decoded()? else {
            self.pipe = None;
            return self.end();
        };
        let is_first = self.shown.is_none() && self.next == 0;
        let before = self.retimer.put(time);
        if is_first {
            self.next = self.retimer.slot();
        }
        let before = match before {
            Before::GivesWay if self.as_stored && self.shown.is_some() => Before::Shows(1),
            Before::Shows(_) if self.as_stored => Before::Shows(1),
            before => before,
        };
        match (&mut self.shown, before) {
            (Some((_, slots)), Before::Shows(count)) => {
                *slots = count;
                self.following = Some(shot);
            }
            (shown, _) => *shown = Some((shot, 0)),
        }
        Ok(())
    }

    /// The next frame of the decoder, and its time in seconds.
    fn decoded(&mut self) -> Result<Option<(Shot, f64)>, FilesError> {
        let Some(pipe) = &mut self.pipe else { return Ok(None) };
        let mut shot = self.pool.take();
        let Some(mut next) = pipe.next_frame().map_err(FilesError::Pipe)? else { return Ok(None) };
        let of_alpha = if shot.alpha.is_some() { self.size.pixels() } else { 0 };
        if next.bytes != (shot.picture.packed_bytes() + of_alpha) as u64 {
            let source = io::Error::new(io::ErrorKind::InvalidData, "a frame has another size");
            return Err(FilesError::Pipe(source));
        }
        let time = (next.time - filters::AHEAD.as_nanos() as i64) as f64 / 1e9
            - self.info.origin
            - self.start.as_secs_f64();
        self.decoded += u32::from(self.decoded <= BEGINNING);
        if self.decoded == BEGINNING {
            self.early = Some(self.child.log());
        }
        let is_whole = read_shot(&mut next.data, &mut shot).map_err(FilesError::Pipe)?;
        Ok(is_whole.then_some((shot, time)))
    }

    fn tagged(&mut self, mut shot: Shot) -> Shot {
        let frame = &mut shot.picture;
        let since = Duration::from_nanos(self.rate.time_of(self.next).nanos());
        frame.color = self.color;
        frame.time = Timestamp::from_nanos((self.retimer.begin() + since).as_nanos() as u64);
        frame.sequence = self.next;
        self.next += 1;
        shot
    }

    /// Checks how the decoder ended, and for how long the last frame shows.
    fn end(&mut self) -> Result<(), FilesError> {
        let ending = self.child.wait();
        let path = &self.path;
        if let Some(why) = &ending.hung {
            return Err(FilesError::Hangs { path: path.clone(), why: why.clone() });
        }
        let damage = match self.feeding.as_ref().and_then(Feeding::error) {
            // Frames that we decode ourselves ended early.
            Some(FilesError::Damaged { why, .. }) if self.shown.is_some() => Some(why),
            Some(error) => return Err(error),
            None => ending.damage_of_video(self.early.as_ref().unwrap_or(&ending.log)),
        };
        // The duration in a file is that of the whole file.
        let end = self.info.end.filter(|_| damage.is_none() && !self.as_stored);
        let slots = self.retimer.finish(end.map(|e| e.as_secs_f64() - self.start.as_secs_f64()));
        if slots == 0 {
            self.shown = None;
            let why = damage.unwrap_or_else(|| "it has none at this time".to_owned());
            return Err(FilesError::NoFrames { path: path.clone(), why });
        }
        if let Some((_, shown)) = &mut self.shown {
            *shown = slots;
        }
        match damage {
            Some(why) => self.intake.note(Damage { path: path.clone(), why }),
            None => Ok(()),
        }
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

    /// From the duration in the file: exact to a frame or two for an intact file.
    fn frames(&self) -> Option<u64> {
        self.frames
    }

    fn next_frame(&mut self) -> Result<Option<Frame>, StreamError> {
        Ok(self.next_video_frame()?)
    }
}

/// Reads the planes Y, U, V, and alpha where there is one. Returns `false` if the stream ends before.
fn read_shot(stream: &mut impl Read, shot: &mut Shot) -> io::Result<bool> {
    let whole = shot.picture.size().rect();
    if !read_frame(stream, &mut shot.picture, whole)? {
        return Ok(false);
    }
    shot.alpha.as_mut().map_or(Ok(true), |alpha| read_plane(stream, &mut alpha.plane_mut(), whole))
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

/// How long before a frame within is begun: frames are stored in another order than they show in.
const BEFORE: Duration = Duration::from_secs(2);

/// Where to begin for a frame within, from the start of what is read.
fn early(rate: FrameRate, within: Within) -> Duration {
    let at = within.begins + Duration::from_nanos(rate.time_of(within.frame).nanos());
    at.saturating_sub(BEFORE)
}

/// The command that decodes. It outputs each frame with its time, without duplicating any.
fn decoding(path: &Path, info: &VideoInfo, options: &VideoOptions, filters: &str) -> Job {
    let limits = if options.is_live { Limits::LIVE } else { Limits::WORK };
    let mut job = options.intake.tools.job(Tool::Ffmpeg, limits);
    let early = |within| early(options.rate.unwrap_or(info.rate), within);
    let start = options.start + options.within.map_or(Duration::ZERO, early);
    if !start.is_zero() {
        // The frame that shows at the start may begin long before it.
        job.args(["-noaccurate_seek".into(), "-ss".into(), start.as_secs_f64().to_string()]);
    }
    if let Some(format) = info.format {
        job.args(["-f", format]);
    }
    if info.is_piped {
        let (size, rate) = (info.size.to_string(), info.rate.to_string());
        let pixels = if info.has_alpha { "rgba" } else { "rgb24" };
        job.args(["-f", "rawvideo", "-pix_fmt", pixels, "-video_size", &size]);
        job.args(["-framerate", &rate, "-i", "pipe:0"]);
    } else {
        if let Some(decoder) = info.alpha_decoder {
            job.args(["-c:v", decoder]);
        }
        job.input(path);
    }
    job.args(["-map".to_owned(), format!("0:{}", info.stream)]);
    let pixels = filters::piped(info, options);
    job.args(["-an", "-sn", "-dn", "-vf", filters, "-pix_fmt", pixels, "-c:v", "rawvideo"]);
    // The timestamps of the file: what ffmpeg takes for its start depends on the streams read.
    job.args(["-copyts", "-enc_time_base", filters::TICK, "-avoid_negative_ts", "disabled"]);
    job.args(["-f", "nut", "-write_index", "0", "-flush_packets", "1", "pipe:1"]);
    job
}
