//! Stand-ins for a camera: the presenter, or files in a loop.

use crate::error::SourceError;
use crate::input::Input;
use crate::listing::Listing;
use backlot_files::{
    BEHIND_TRANSPARENT, FilesError, Intake, LoopOptions, LoopedVideo, picture_to_frame,
    read_picture,
};
use backlot_generators::{Presenter, PresenterSpec};
use backlot_media::{
    ColorSpace, Frame, FrameRate, Matrix, PixelFormat, Recovery, Size, StreamError, Wish,
};
use backlot_scene::Fit;
use std::path::{Path, PathBuf};

/// How long each picture of a folder is shown, in seconds.
const SECONDS_A_SLIDE: f64 = 5.0;

/// The colour space of all films.
const COLOR: ColorSpace = ColorSpace::BT709;

/// An endless series of pictures.
pub trait Film: Send {
    /// Pictures per second.
    fn rate(&self) -> FrameRate;

    /// The picture with a number, in I420. Numbers never decrease, and asking for the same one
    /// again is cheap.
    ///
    /// # Errors
    /// With advice on what to do.
    fn picture(&mut self, index: u64) -> Result<&Frame, StreamError>;
}

/// A film that can be started any number of times.
#[derive(Clone, Debug)]
pub enum Reel {
    /// The drawn presenter.
    Presenter(Box<PresenterSpec>),
    /// A video or animated picture, in a loop.
    Video(PathBuf, Intake),
    /// A slide show in a loop.
    Slides(Vec<PathBuf>, Intake),
}

impl Reel {
    /// The film of an input.
    ///
    /// # Errors
    /// One sentence when it can't be shown in a loop.
    pub fn new(input: &Input, intake: &Intake) -> Result<Self, SourceError> {
        Ok(match input {
            Input::Presenter(spec) => Self::Presenter(Box::new(*spec)),
            Input::Video(path, _) => Self::Video(path.clone(), intake.clone()),
            Input::Picture(path) => Self::Slides(vec![path.clone()], intake.clone()),
            Input::Folder(path) => {
                let listing = Listing::of(path, false, Path::new(""), intake)?;
                for why in &listing.broken {
                    tracing::warn!(why, "left out");
                }
                let pictures = listing.items.into_iter().filter(|item| !item.is_video);
                let pictures: Vec<_> = pictures.map(|item| item.path).collect();
                if pictures.is_empty() {
                    return Err(FilesError::EmptyFolder(path.clone()).into());
                }
                Self::Slides(pictures, intake.clone())
            }
            Input::Stdin => return Err(SourceError::StdinCamera),
        })
    }

    /// What the user calls it.
    pub fn name(&self) -> String {
        match self {
            Self::Presenter(_) => "presenter".to_owned(),
            Self::Video(path, _) => path.display().to_string(),
            Self::Slides(paths, _) => match &paths[..] {
                [path] => path.display().to_string(),
                paths => format!("{} pictures", paths.len()),
            },
        }
    }

    /// Starts the film from its beginning, in the requested size (rounded to whole chroma samples)
    /// and at most at the requested rate.
    ///
    /// # Errors
    /// With advice, when a file can't be opened.
    pub fn start(&self, wish: &Wish) -> Result<Box<dyn Film>, StreamError> {
        let size = wish.size.rounded_to_even();
        Ok(match self {
            Self::Presenter(spec) => Box::new(Drawn::new(spec, size, wish.rate)),
            Self::Video(path, intake) => {
                let mut options = LoopOptions::new(size, Matrix::Bt709);
                options.intake = intake.clone();
                let video = LoopedVideo::open(path, &options).map_err(StreamError::from)?;
                let slower = video.rate().fps() < wish.rate.fps();
                let rate = if slower { video.rate() } else { wish.rate };
                Box::new(Filmed { video, rate })
            }
            Self::Slides(paths, intake) => {
                Box::new(Slides::new(paths.clone(), size, wish.rate, intake.clone())?)
            }
        })
    }
}

/// The presenter, drawn picture by picture.
struct Drawn {
    presenter: Presenter,
    frame: Frame,
    drawn: Option<u64>,
}

impl Drawn {
    fn new(spec: &PresenterSpec, size: Size, rate: FrameRate) -> Self {
        let presenter = Presenter::new(spec, size, rate, COLOR);
        Self { presenter, frame: Frame::new(PixelFormat::I420, size), drawn: None }
    }
}

impl Film for Drawn {
    fn rate(&self) -> FrameRate {
        self.presenter.rate()
    }

    fn picture(&mut self, index: u64) -> Result<&Frame, StreamError> {
        if self.drawn != Some(index) {
            self.presenter.draw(index, &mut self.frame, None);
            self.drawn = Some(index);
        }
        Ok(&self.frame)
    }
}

/// A video in a loop.
struct Filmed {
    video: LoopedVideo,
    rate: FrameRate,
}

impl Film for Filmed {
    fn rate(&self) -> FrameRate {
        self.rate
    }

    fn picture(&mut self, index: u64) -> Result<&Frame, StreamError> {
        // Half a frame later, so that rounding never shows a frame twice.
        let (now, next) = (self.rate.time_of(index), self.rate.time_of(index + 1));
        let middle = now + next.since(now) / 2;
        Ok(self.video.frame_at(middle)?)
    }
}

/// Still pictures in a loop.
struct Slides {
    paths: Vec<PathBuf>,
    size: Size,
    rate: FrameRate,
    intake: Intake,
    shown: usize,
    frame: Frame,
}

impl Slides {
    fn new(
        paths: Vec<PathBuf>,
        size: Size,
        rate: FrameRate,
        intake: Intake,
    ) -> Result<Self, StreamError> {
        let Some(first) = paths.first() else {
            return Err(StreamError::new("there is no picture to show", Recovery::Fatal));
        };
        let frame = slide(first, size, &intake)?;
        Ok(Self { paths, size, rate, intake, shown: 0, frame })
    }
}

fn slide(path: &Path, size: Size, intake: &Intake) -> Result<Frame, StreamError> {
    let picture = read_picture(path, intake).map_err(StreamError::from)?;
    let mut frame = picture_to_frame(&picture, size, Fit::Cover, COLOR, BEHIND_TRANSPARENT);
    frame.color = COLOR;
    Ok(frame)
}

impl Film for Slides {
    fn rate(&self) -> FrameRate {
        self.rate
    }

    fn picture(&mut self, index: u64) -> Result<&Frame, StreamError> {
        let seconds = self.rate.time_of(index).secs_f64();
        let shown = (seconds / SECONDS_A_SLIDE) as usize % self.paths.len();
        if shown != self.shown {
            self.frame = slide(&self.paths[shown], self.size, &self.intake)?;
            self.shown = shown;
        }
        Ok(&self.frame)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WISH: Wish = Wish { size: Size { width: 63, height: 36 }, rate: FrameRate::FPS_30 };

    #[test]
    fn pictures_of_a_folder_take_turns_and_begin_anew() {
        let folder = tempfile::tempdir().unwrap();
        for (name, grey) in [("a.png", 40), ("b.png", 200)] {
            let picture = image::RgbImage::from_pixel(20, 10, image::Rgb([grey; 3]));
            picture.save(folder.path().join(name)).unwrap();
        }
        let input = Input::Folder(folder.path().into());
        let mut film = Reel::new(&input, &Intake::default()).unwrap().start(&WISH).unwrap();
        let mut luma = |index| film.picture(index).unwrap().plane(0).row(20)[30];
        let (first, second) = (luma(149), luma(150));
        assert!(first < 80 && second > 160, "{first} {second}");
        assert_eq!(luma(300), first);
    }

    #[test]
    fn the_size_is_even_and_the_presenter_moves() {
        let intake = Intake::default();
        let reel = Reel::new(&Input::find("presenter:noise=0", &intake).unwrap(), &intake).unwrap();
        let mut film = reel.start(&WISH).unwrap();
        let first = film.picture(0).unwrap().clone();
        assert_eq!(first.size(), Size { width: 64, height: 36 });
        assert_ne!(film.picture(60).unwrap().bytes(), first.bytes());
        assert!(Reel::new(&Input::Stdin, &intake).is_err());
    }
}
