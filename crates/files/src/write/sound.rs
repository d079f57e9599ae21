//! Sound that is carried over from a file.

use crate::intake::tools::Job;
use crate::{FilesError, Intake, VideoInfo};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A video that is shorter than its original by more than this was ended early.
const SLACK: Duration = Duration::from_millis(1000);

/// The sound of a file, or a part of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Sound {
    /// The file.
    pub path: PathBuf,
    /// Where in it to begin.
    pub start: Duration,
    /// How much of it to take, at most.
    pub limit: Option<Duration>,
    /// How long the file's picture lasts from there, where that is known.
    picture: Option<Duration>,
    /// How much later the picture begins.
    delay: Duration,
}

impl Sound {
    /// The sound of a file from `start` on, at most `limit` of it; `None` if it has none.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn of(
        path: &Path,
        start: Duration,
        limit: Option<Duration>,
        intake: &Intake,
    ) -> Result<Option<Self>, FilesError> {
        match VideoInfo::read(path, intake) {
            Ok(info) => Ok(Self::of_video(path, &info, start, limit)),
            Err(FilesError::NoPicture(_)) => {
                let (path, delay) = (path.to_owned(), Duration::ZERO);
                Ok(Some(Self { path, start, limit, picture: None, delay }))
            }
            Err(error) => Err(error),
        }
    }

    /// The sound that belongs to a video that was read.
    pub fn of_video(
        path: &Path,
        info: &VideoInfo,
        start: Duration,
        limit: Option<Duration>,
    ) -> Option<Self> {
        let picture = info.duration.map(|d| d.saturating_sub(start));
        let delay = info.delay.saturating_sub(start);
        info.has_sound.then(|| Self { path: path.to_owned(), start, limit, picture, delay })
    }

    /// Corrects how much later the picture begins: the first frame knows better than the file.
    pub(crate) const fn picture_begins(&mut self, later: Duration) {
        self.delay = later;
    }

    /// Adds a picture that lasts so long, and the sound, as inputs.
    pub(crate) fn inputs<'a>(
        &self,
        job: &'a mut Job,
        picture: &Path,
        video: Duration,
    ) -> &'a mut Job {
        if !self.delay.is_zero() {
            job.args(["-itsoffset".to_owned(), self.delay.as_secs_f64().to_string()]);
        }
        job.input(picture);
        if !self.start.is_zero() {
            job.args(["-ss".to_owned(), self.start.as_secs_f64().to_string()]);
        }
        if let Some(length) = self.length(video) {
            job.args(["-t".to_owned(), length.as_secs_f64().to_string()]);
        }
        job.input(&self.path)
    }

    /// Whether something before it is left out.
    pub(crate) const fn begins_inside(&self) -> bool {
        !self.start.is_zero()
    }

    /// How much of it goes with a video that lasts so long; all if none.
    fn length(&self, video: Duration) -> Option<Duration> {
        let original = self.picture.into_iter().chain(self.limit).min();
        let was_ended_early = original.is_none_or(|original| video + SLACK < original);
        if was_ended_early { Some(video + self.delay) } else { self.limit }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sound_is_cut_only_where_the_picture_is() {
        let seconds = Duration::from_secs;
        let sound = |limit, picture| Sound {
            path: "a".into(),
            start: Duration::ZERO,
            limit: Option::map(limit, seconds),
            picture: Option::map(picture, seconds),
            delay: Duration::ZERO,
        };
        assert_eq!(sound(None, Some(10)).length(seconds(10)), None);
        assert_eq!(sound(None, Some(10)).length(seconds(3)), Some(seconds(3)));
        assert_eq!(sound(Some(5), Some(10)).length(seconds(5)), Some(seconds(5)));
        assert_eq!(sound(Some(50), Some(10)).length(seconds(10)), Some(seconds(50)));
        assert_eq!(sound(None, None).length(seconds(3)), Some(seconds(3)));
    }
}
