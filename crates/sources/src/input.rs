//! What a job reads: a video, a picture, a folder of pictures, a stream, or the presenter.

use crate::adapt::{Resized, Retimed};
use crate::begun::Begun;
use crate::error::SourceError;
use crate::wanted::Wanted;
use backlot_files::{
    Companions, FilesError, InputKind, Intake, VideoInfo, VideoOptions, VideoSource, Within,
    Y4mSource,
};
use backlot_generators::{PresenterSource, PresenterSpec};
use backlot_media::{ColorSpace, FrameRate, Size, Source};
use std::borrow::Cow;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What the user named.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// The built-in camera.
    Presenter(PresenterSpec),
    /// Y4M on standard input.
    Stdin,
    /// A video, and its contents.
    Video(PathBuf, Box<VideoInfo>),
    /// One picture.
    Picture(PathBuf),
    /// A folder of pictures.
    Folder(PathBuf),
}

/// The presenter's default size.
const PRESENTER_SIZE: Size = Size { width: 1280, height: 720 };

/// The presenter's default duration.
const PRESENTER_DURATION: Duration = Duration::from_secs(10);

impl Input {
    /// Resolves what the user named.
    ///
    /// # Errors
    /// One sentence when it can't be read.
    pub fn find(name: impl AsRef<OsStr>, intake: &Intake) -> Result<Self, SourceError> {
        let name = name.as_ref();
        if name == "-" {
            return Ok(Self::Stdin);
        }
        let path = Path::new(name);
        let is_presenter = |text: &&str| *text == "presenter" || text.starts_with("presenter:");
        if let Some(text) = name.to_str().filter(is_presenter)
            && !path.exists()
        {
            return Ok(Self::Presenter(text.parse()?));
        }
        let kind = intake.probe(path).map_err(|error| match error {
            FilesError::NoFile(_) => SourceError::NoFile(error),
            error => error.into(),
        })?;
        Ok(match kind {
            InputKind::Picture => Self::Picture(path.to_owned()),
            InputKind::Folder => Self::Folder(path.to_owned()),
            InputKind::Video(found) => {
                let info = VideoInfo::probed(path, found, intake)?;
                Self::Video(path.to_owned(), Box::new(info))
            }
        })
    }

    /// Whether each picture is processed separately.
    pub const fn is_stills(&self) -> bool {
        matches!(self, Self::Picture(_) | Self::Folder(_))
    }

    /// What the user calls it.
    pub fn name(&self) -> Cow<'_, str> {
        match self {
            Self::Presenter(_) => "presenter".into(),
            Self::Stdin => "-".into(),
            Self::Video(path, _) | Self::Picture(path) | Self::Folder(path) => {
                path.to_string_lossy()
            }
        }
    }

    /// Its file or folder.
    pub fn path(&self) -> Option<&Path> {
        match self {
            Self::Presenter(_) | Self::Stdin => None,
            Self::Video(path, _) | Self::Picture(path) | Self::Folder(path) => Some(path),
        }
    }

    /// Sound, subtitles and the like of the requested part.
    pub fn companions(&self, wanted: &Wanted) -> Option<Companions> {
        match self {
            Self::Video(path, info) => {
                Some(Companions::of_video(path, info, wanted.start, wanted.duration))
            }
            _ => None,
        }
    }

    /// Opens a video within, for chunks of it: frames before may be left out, and the others keep their
    /// numbers and times, if the video can be begun there.
    ///
    /// # Errors
    /// As [`Input::open`].
    pub fn open_within(
        &self,
        wanted: &Wanted,
        within: Within,
        intake: &Intake,
    ) -> Result<Box<dyn Source>, SourceError> {
        match self {
            Self::Video(path, info) => {
                let options = VideoOptions {
                    within: Some(within),
                    ..options_of_video(wanted, info, false, intake)
                };
                Ok(Box::new(VideoSource::open_probed(path, (**info).clone(), &options)?))
            }
            _ => self.open(wanted, false, intake),
        }
    }

    /// Opens the frames of inputs that are not stills. With `as_stored`, a video yields each frame
    /// of the file once, whatever the intervals between them.
    ///
    /// # Errors
    /// One sentence when it can't be opened.
    pub fn open(
        &self,
        wanted: &Wanted,
        as_stored: bool,
        intake: &Intake,
    ) -> Result<Box<dyn Source>, SourceError> {
        match self {
            Self::Presenter(spec) => {
                let size = wanted.size_for(PRESENTER_SIZE);
                let rate = wanted.rate.unwrap_or(FrameRate::FPS_30);
                let end = wanted.start + wanted.duration.unwrap_or(PRESENTER_DURATION);
                let color = ColorSpace::BT709;
                let source = PresenterSource::new(spec, size, rate, color, Some(end));
                Ok(begun(Box::new(source), wanted))
            }
            Self::Video(path, info) => {
                let options = options_of_video(wanted, info, as_stored, intake);
                Ok(Box::new(VideoSource::open_probed(path, (**info).clone(), &options)?))
            }
            Self::Stdin => {
                let source = Y4mSource::open(std::io::stdin(), intake)?;
                Ok(adapted(begun(Box::new(source), wanted), wanted))
            }
            Self::Picture(_) | Self::Folder(_) => Err(SourceError::Stills),
        }
    }
}

fn options_of_video(
    wanted: &Wanted,
    info: &VideoInfo,
    as_stored: bool,
    intake: &Intake,
) -> VideoOptions {
    VideoOptions {
        size: wanted.size.map(|format| format.size_for(info.size)),
        fit: wanted.fit,
        rate: wanted.rate,
        start: wanted.start,
        limit: wanted.duration,
        as_stored: as_stored && wanted.rate.is_none(),
        intake: intake.clone(),
        ..VideoOptions::default()
    }
}

/// Skips everything before the requested start.
pub fn begun(source: Box<dyn Source>, wanted: &Wanted) -> Box<dyn Source> {
    if wanted.start.is_zero() { source } else { Box::new(Begun::new(source, wanted.start)) }
}

/// Converts a source to the requested size and rate.
fn adapted(source: Box<dyn Source>, wanted: &Wanted) -> Box<dyn Source> {
    let size = wanted.size_for(source.size());
    let source = match size == source.size() {
        true => source,
        false => Box::new(Resized::new(source, size, wanted.fit)),
    };
    match wanted.rate {
        Some(rate) if Some(rate) != source.rate() => Box::new(Retimed::new(source, rate)),
        _ => source,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_told_apart() {
        let find = |text: &str| Input::find(text, &Intake::default());
        assert_eq!(find("-").unwrap(), Input::Stdin);
        let presenter = find("presenter:hair=long").unwrap();
        assert!(matches!(presenter, Input::Presenter(_)) && !presenter.is_stills());
        let error = |text: &str| find(text).unwrap_err().to_string();
        assert!(error("presenter:hiar=long").contains("did you mean 'hair'"));
        assert!(error("nowhere.mp4").contains("'nowhere.mp4' does not exist"));
    }
}
