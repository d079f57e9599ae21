//! Pictures that are treated each by itself.

use super::input::{Input, begun};
use super::output::{Output, ending};
use super::sinks::make_folder;
use super::wanted::{Format, Wanted};
use anyhow::{Result, bail};
use backlot_files::{
    BEHIND_TRANSPARENT, FolderOfPictures, Intake, Permit, picture_to_frame, read_picture,
};
use backlot_media::{ColorSpace, Frame, FrameRate, Size, Source, StreamError};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Pictures keep the range that most of them are stored in.
const COLOR: ColorSpace = ColorSpace::JPEG;

/// How long a picture lasts that becomes a video.
const DURATION: Duration = Duration::from_secs(5);

/// Endings that a result can have like the picture that it was made of.
const KEPT: [&str; 7] = ["png", "jpg", "jpeg", "webp", "bmp", "tif", "tiff"];

/// The pictures that an input names.
#[derive(Clone, Debug)]
pub struct Stills {
    paths: Vec<PathBuf>,
    is_folder: bool,
}

impl Stills {
    /// The pictures, or `None` if the input is no picture and no folder.
    pub fn list(input: &Input) -> Result<Option<Self>> {
        Ok(match input {
            Input::Picture(path) => Some(Self { paths: vec![path.clone()], is_folder: false }),
            Input::Folder(path) => {
                let folder = FolderOfPictures::open(path)?;
                let paths = folder.pictures().iter().map(|p| p.path.clone()).collect();
                Some(Self { paths, is_folder: true })
            }
            _ => None,
        })
    }

    /// Where the pictures are.
    pub fn paths(&self) -> &[PathBuf] {
        &self.paths
    }

    /// Where each result goes: with the stem of its picture, and `ending` or that of the picture.
    /// All must be permitted.
    pub fn targets(
        &self,
        output: &Output,
        ending: Option<&str>,
        permit: &Permit,
    ) -> Result<Vec<PathBuf>> {
        let targets = match output {
            Output::Picture(path) if self.is_folder => bail!(
                "'{}' is one picture, but the input is a folder: name a folder or a video to write",
                path.display()
            ),
            Output::Picture(path) => vec![path.clone()],
            other => {
                make_folder(other.path())?;
                let named = |path: &PathBuf| other.path().join(result_name(path, ending));
                self.paths.iter().map(named).collect()
            }
        };
        targets.iter().try_for_each(|target| permit.check(target))?;
        Ok(targets)
    }

    /// The pictures as frames of a video: a folder's one after the other, a single one for as
    /// long as it is wanted. All are fitted to the wanted size, or to the first one's.
    pub fn into_source(self, wanted: &Wanted, intake: &Intake) -> Result<Box<dyn Source>> {
        let rate = wanted.rate.unwrap_or(FrameRate::FPS_30);
        let size = match (wanted.size, self.paths.first()) {
            (Some(Format::Exact(size)), _) => size,
            (_, Some(first)) => wanted.size_for(read_picture(first, intake)?.size()),
            (_, None) => bail!("there is no picture to show"),
        };
        let wanted = Wanted { size: Some(Format::Exact(size)), ..*wanted };
        let frames = if self.is_folder {
            self.paths.len() as u64
        } else {
            rate.frames_in(wanted.start + wanted.duration.unwrap_or(DURATION))
        };
        let current = read(&self.paths[0], &wanted, intake)?;
        let (paths, intake) = (self.paths, intake.clone());
        let slides = Slides { paths, wanted, intake, rate, frames, next: 0, current };
        Ok(begun(Box::new(slides), &wanted))
    }
}

fn result_name(path: &Path, wanted: Option<&str>) -> PathBuf {
    let own = ending(path);
    let kept = if KEPT.contains(&&*own) { &own } else { "png" };
    let mut name = path.file_stem().unwrap_or_default().to_owned();
    name.push(".");
    name.push(wanted.unwrap_or(kept));
    name.into()
}

/// Reads a picture at the wanted size, or at its own.
pub fn read(path: &Path, wanted: &Wanted, intake: &Intake) -> Result<Frame> {
    let picture = read_picture(path, intake)?;
    let size = wanted.size_for(picture.size());
    let mut frame = picture_to_frame(&picture, size, wanted.fit, COLOR, BEHIND_TRANSPARENT);
    frame.color = COLOR;
    Ok(frame)
}

/// Pictures as a video.
struct Slides {
    paths: Vec<PathBuf>,
    wanted: Wanted,
    intake: Intake,
    rate: FrameRate,
    frames: u64,
    next: u64,
    current: Frame,
}

impl Source for Slides {
    fn size(&self) -> Size {
        self.current.size()
    }

    fn color(&self) -> ColorSpace {
        COLOR
    }

    fn rate(&self) -> Option<FrameRate> {
        Some(self.rate)
    }

    fn frames(&self) -> Option<u64> {
        Some(self.frames)
    }

    fn next_frame(&mut self) -> Result<Option<Frame>, StreamError> {
        if self.next == self.frames {
            return Ok(None);
        }
        let index = self.next as usize;
        if index > 0 && index < self.paths.len() {
            let read = read(&self.paths[index], &self.wanted, &self.intake);
            self.current = read.map_err(|e| {
                StreamError::new(crate::sentence(&e), backlot_media::Recovery::Fatal)
            })?;
        }
        let mut frame = self.current.clone();
        (frame.sequence, frame.time) = (self.next, self.rate.time_of(self.next));
        self.next += 1;
        Ok(Some(frame))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use backlot_files::Overwrite;

    #[test]
    fn results_are_named_after_their_pictures() {
        let folder = tempfile::tempdir().unwrap();
        let stills = Stills { paths: vec!["in/a.JPG".into(), "in/b.gif".into()], is_folder: true };
        let output = Output::Folder(folder.path().into());
        let names = |ending| stills.targets(&output, ending, &Overwrite::Never.into()).unwrap();
        assert_eq!(names(None), [folder.path().join("a.jpg"), folder.path().join("b.png")]);
        assert_eq!(names(Some("png"))[0], folder.path().join("a.png"));
        let one = Output::Picture("one.png".into());
        let error = stills.targets(&one, None, &Overwrite::Never.into()).unwrap_err().to_string();
        assert!(error.contains("one.png") && error.contains("folder"), "{error}");
    }
}
