//! What a job reads: a video, a picture, a folder of pictures, a stream, or the presenter.

use crate::cli::StreamArgs;
use anyhow::{Context, Result, bail};
use backlot_files::{InputKind, Intake, VideoOptions, VideoSource, Y4mSource};
use backlot_generators::{PresenterSource, PresenterSpec};
use backlot_media::{ColorSpace, FrameRate, Size, Source};
use backlot_pipeline::{Resized, Retimed};
use backlot_scene::Fit;
use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What the user named.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// The built-in camera.
    Presenter(PresenterSpec),
    /// Y4M on standard input.
    Stdin,
    /// A video.
    Video(PathBuf),
    /// One picture.
    Picture(PathBuf),
    /// A folder of pictures.
    Folder(PathBuf),
}

/// What frames are asked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Wanted {
    /// Size of the frames, if not their own.
    pub size: Option<Size>,
    /// Frames per second, if not their own.
    pub rate: Option<FrameRate>,
    /// How long, at most.
    pub duration: Option<Duration>,
    /// How pictures of another shape fill the size.
    pub fit: Fit,
}

/// The presenter's size, unless another is asked for.
const PRESENTER_SIZE: Size = Size { width: 1280, height: 720 };

/// The presenter's duration, unless another is asked for.
const PRESENTER_DURATION: Duration = Duration::from_secs(10);

/// The longest duration that can be asked for: a year.
const LONGEST: f64 = 366.0 * 86_400.0;

impl Input {
    /// Finds out what a text names.
    pub fn find(text: &str, intake: &Intake) -> Result<Self> {
        if text == "-" {
            return Ok(Self::Stdin);
        }
        let path = Path::new(text);
        let is_presenter = text == "presenter" || text.starts_with("presenter:");
        if is_presenter && !path.exists() {
            return Ok(Self::Presenter(text.parse()?));
        }
        Ok(match intake.probe(path)? {
            InputKind::Picture => Self::Picture(path.to_owned()),
            InputKind::Folder => Self::Folder(path.to_owned()),
            InputKind::Video => Self::Video(path.to_owned()),
        })
    }

    /// Whether each picture is to be treated by itself.
    pub const fn is_stills(&self) -> bool {
        matches!(self, Self::Picture(_) | Self::Folder(_))
    }

    /// What the user calls it.
    pub fn name(&self) -> Cow<'_, str> {
        match self {
            Self::Presenter(_) => "presenter".into(),
            Self::Stdin => "-".into(),
            Self::Video(path) | Self::Picture(path) | Self::Folder(path) => path.to_string_lossy(),
        }
    }

    /// The file whose sound belongs to the frames.
    pub fn sound(&self) -> Option<&Path> {
        match self {
            Self::Video(path) => Some(path),
            _ => None,
        }
    }

    /// Opens the frames, for inputs that are no stills. With `as_stored` a video gives each
    /// frame of the file once, whatever the times between them.
    pub fn open(
        &self,
        wanted: &Wanted,
        as_stored: bool,
        intake: &Intake,
    ) -> Result<Box<dyn Source>> {
        match self {
            Self::Presenter(spec) => {
                let size = wanted.size.unwrap_or(PRESENTER_SIZE);
                let rate = wanted.rate.unwrap_or(FrameRate::FPS_30);
                let duration = wanted.duration.unwrap_or(PRESENTER_DURATION);
                let color = ColorSpace::BT709;
                Ok(Box::new(PresenterSource::new(spec, size, rate, color, Some(duration))))
            }
            Self::Video(path) => {
                let options = VideoOptions {
                    size: wanted.size,
                    fit: wanted.fit,
                    rate: wanted.rate,
                    limit: wanted.duration,
                    as_stored: as_stored && wanted.rate.is_none(),
                    intake: intake.clone(),
                    ..VideoOptions::default()
                };
                Ok(Box::new(VideoSource::open(path, &options)?))
            }
            Self::Stdin => adapted(Box::new(Y4mSource::open(std::io::stdin(), intake)?), wanted),
            Self::Picture(_) | Self::Folder(_) => bail!("stills are read one by one"),
        }
    }
}

/// Brings a source to the size and rate that are wanted.
pub fn adapted(source: Box<dyn Source>, wanted: &Wanted) -> Result<Box<dyn Source>> {
    let source = match wanted.size {
        Some(size) if size != source.size() => Box::new(Resized::new(source, size, wanted.fit)),
        _ => source,
    };
    Ok(match wanted.rate {
        Some(rate) if Some(rate) != source.rate() => Box::new(Retimed::new(source, rate)),
        _ => source,
    })
}

impl Wanted {
    /// Reads what was typed.
    pub fn parse(args: &StreamArgs, fit: Fit) -> Result<Self> {
        let duration = args.duration.map(seconds).transpose()?;
        Ok(Self {
            size: args.size.as_deref().map(str::parse).transpose().context("--size")?,
            rate: args.fps.as_deref().map(str::parse).transpose().context("--fps")?,
            duration,
            fit,
        })
    }

    /// Frames until the duration is over, at a rate.
    pub fn limit(&self, rate: FrameRate) -> Option<u64> {
        self.duration.map(|duration| rate.frames_in(duration))
    }
}

/// A duration that was typed in seconds.
pub fn seconds(seconds: f64) -> Result<Duration> {
    if !(seconds > 0.0 && seconds <= LONGEST) {
        bail!(
            "--duration: '{seconds}' is not possible: write seconds above 0, for example 10 or 2.5"
        );
    }
    Ok(Duration::from_secs_f64(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_told_apart() {
        assert_eq!(Input::find("-", &Intake::default()).unwrap(), Input::Stdin);
        let presenter = Input::find("presenter:hair=long", &Intake::default()).unwrap();
        assert!(matches!(presenter, Input::Presenter(_)) && !presenter.is_stills());
        let error = |text: &str| Input::find(text, &Intake::default()).unwrap_err().to_string();
        assert!(error("presenter:hiar=long").contains("did you mean 'hair'"));
        assert!(error("nowhere.mp4").contains("'nowhere.mp4' does not exist"));
    }

    #[test]
    fn numbers_out_of_range_are_refused() {
        for bad in [0.0, -1.0, f64::NAN, f64::INFINITY, 1e12] {
            assert!(seconds(bad).unwrap_err().to_string().contains("--duration"), "{bad}");
        }
        assert_eq!(seconds(2.5).unwrap(), Duration::from_millis(2500));
    }
}
