//! Sound that is carried over from a file.

use crate::intake::tools::Job;
use crate::{FilesError, Intake, VideoInfo};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The sound of a file, or a part of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Sound {
    /// The file.
    pub path: PathBuf,
    /// Where in it to begin.
    pub start: Duration,
    /// How much of it to take, at most.
    pub limit: Option<Duration>,
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
                Ok(Some(Self { path, start, limit, delay }))
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
        let delay = info.delay.saturating_sub(start);
        info.has_sound.then(|| Self { path: path.to_owned(), start, limit, delay })
    }

    /// Corrects how much later the picture begins: the first frame knows better than the file.
    pub(crate) const fn picture_begins(&mut self, later: Duration) {
        self.delay = later;
    }

    /// Adds a picture and the sound as inputs; of the sound no more than goes with a picture that
    /// was ended early after `cut`.
    pub(crate) fn inputs<'a>(
        &self,
        job: &'a mut Job,
        picture: &Path,
        cut: Option<Duration>,
    ) -> &'a mut Job {
        if !self.delay.is_zero() {
            job.args(["-itsoffset".to_owned(), self.delay.as_secs_f64().to_string()]);
        }
        job.input(picture);
        if !self.start.is_zero() {
            job.args(["-ss".to_owned(), self.start.as_secs_f64().to_string()]);
        }
        if let Some(length) = self.length(cut) {
            job.args(["-t".to_owned(), length.as_secs_f64().to_string()]);
        }
        job.input(&self.path)
    }

    /// Whether something before it is left out.
    pub(crate) const fn begins_inside(&self) -> bool {
        !self.start.is_zero()
    }

    /// How much of it goes with the picture; all if none.
    fn length(&self, cut: Option<Duration>) -> Option<Duration> {
        cut.map(|cut| cut + self.delay).into_iter().chain(self.limit).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sound_is_cut_only_where_the_picture_is() {
        let seconds = Duration::from_secs;
        let sound = |limit| Sound {
            path: "a".into(),
            start: Duration::ZERO,
            limit: Option::map(limit, seconds),
            delay: seconds(1),
        };
        assert_eq!(sound(None).length(None), None);
        assert_eq!(sound(None).length(Some(seconds(3))), Some(seconds(4)));
        assert_eq!(sound(Some(5)).length(None), Some(seconds(5)));
        assert_eq!(sound(Some(50)).length(Some(seconds(10))), Some(seconds(11)));
        assert_eq!(sound(Some(5)).length(Some(seconds(10))), Some(seconds(5)));
    }
}
