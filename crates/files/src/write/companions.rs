//! What a result takes from a video besides the picture: sound, subtitles, chapters, title, dates.

use crate::VideoInfo;
use crate::intake::tools::Job;
use crate::video::tracks::Tracks;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What accompanies the picture of a video, or a part of it: its sound, subtitles, chapters, title
/// and dates. The location is left out.
#[derive(Clone, Debug, PartialEq)]
pub struct Companions {
    /// The file.
    pub(crate) path: PathBuf,
    pub(crate) tracks: Tracks,
    /// Where in it to begin.
    start: Duration,
    /// The most of it to take.
    limit: Option<Duration>,
    /// How much later the picture begins.
    delay: Duration,
    /// The timestamp at which the file begins.
    origin: f64,
}

/// The part that is taken from a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Extent {
    pub start: Duration,
    /// `None` for the rest.
    pub length: Option<Duration>,
}

impl Companions {
    /// What accompanies the picture of a video from `start` on, at most `limit` of it.
    pub fn of_video(
        path: &Path,
        info: &VideoInfo,
        start: Duration,
        limit: Option<Duration>,
    ) -> Self {
        let delay = info.delay.saturating_sub(start);
        let (path, tracks, origin) = (path.to_owned(), info.tracks.clone(), info.origin);
        Self { path, tracks, start, limit, delay, origin }
    }

    /// Everything but the sound.
    #[must_use]
    pub fn without_sound(mut self) -> Self {
        self.tracks.sounds.clear();
        self
    }

    /// Whether the file has nothing besides its picture.
    pub const fn is_empty(&self) -> bool {
        self.tracks.is_empty()
    }

    /// Corrects how much later the picture begins: the first frame's time is more exact.
    pub(crate) const fn picture_begins(&mut self, later: Duration) {
        self.delay = later;
    }

    /// The part that is taken; it ends with a picture that was ended early after `cut`.
    pub(crate) fn extent(&self, cut: Option<Duration>) -> Extent {
        let length = cut.map(|cut| cut + self.delay).into_iter().chain(self.limit).min();
        Extent { start: self.start, length }
    }

    /// Adds the picture as an input, which begins with its first frame.
    pub(crate) fn picture(&self, job: &mut Job, picture: &Path) {
        if !self.delay.is_zero() {
            job.args(["-itsoffset".to_owned(), seconds(self.delay)]);
        }
        job.input(picture);
    }

    /// Adds that part of the file as an input.
    pub(crate) fn source(&self, job: &mut Job, extent: Extent) {
        if !extent.start.is_zero() {
            job.args(["-ss".to_owned(), seconds(extent.start)]);
        }
        if let Some(length) = extent.length {
            job.args(["-t".to_owned(), seconds(length)]);
        }
        // For some containers ffmpeg takes the start of the first stream read for that of the file,
        // unless times are shifted, however little.
        job.args(["-itsoffset", "0.000001"]).input(&self.path);
    }

    /// A timestamp of the file, in seconds from the beginning of the part taken.
    pub(crate) fn since_start(&self, time: f64) -> f64 {
        time - self.origin - self.start.as_secs_f64()
    }
}

impl Extent {
    /// Whether the whole file is taken, as far as is known beforehand.
    pub const fn is_whole(self) -> bool {
        self.start.is_zero() && self.length.is_none()
    }

    /// The same time counted from the beginning of the file.
    pub fn end(self) -> Option<Duration> {
        self.length.map(|length| self.start + length)
    }
}

fn seconds(duration: Duration) -> String {
    duration.as_secs_f64().to_string()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub fn of(tracks: Tracks, start: u64, limit: Option<u64>) -> Companions {
        let (start, limit) = (Duration::from_secs(start), limit.map(Duration::from_secs));
        let delay = Duration::from_secs(1);
        Companions { path: "a.mkv".into(), tracks, start, limit, delay, origin: 10.0 }
    }

    #[test]
    fn as_much_is_taken_as_goes_with_the_picture() {
        let seconds = Duration::from_secs;
        let length = |limit, cut: Option<u64>| {
            of(Tracks::default(), 0, limit).extent(cut.map(seconds)).length
        };
        assert_eq!(length(None, None), None);
        assert_eq!(length(None, Some(3)), Some(seconds(4)));
        assert_eq!(length(Some(5), None), Some(seconds(5)));
        assert_eq!(length(Some(50), Some(10)), Some(seconds(11)));
        assert_eq!(length(Some(5), Some(10)), Some(seconds(5)));
        assert_eq!(of(Tracks::default(), 2, Some(5)).extent(None).end(), Some(seconds(7)));
    }
}
