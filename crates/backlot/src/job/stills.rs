//! Pictures that are treated each by itself.

use super::Job;
use super::input::{Input, begun};
use super::listing::Listing;
use super::wanted::{Format, Wanted};
use anyhow::{Result, bail};
use backlot_files::{BEHIND_TRANSPARENT, FilesError, Intake, picture_to_frame, read_picture};
use backlot_media::{ColorSpace, Frame, FrameRate, Size, Source, StreamError};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Pictures keep the range that most of them are stored in.
const COLOR: ColorSpace = ColorSpace::JPEG;

/// How long a picture lasts that becomes a video.
const DURATION: Duration = Duration::from_secs(5);

/// The pictures that an input names.
#[derive(Clone, Debug)]
pub struct Stills {
    paths: Vec<PathBuf>,
    is_folder: bool,
}

impl Stills {
    /// The pictures, or `None` if the input is no picture and no folder.
    pub fn list(job: &Job<'_>) -> Result<Option<Self>> {
        let Job { input, output, intake, args, .. } = job;
        Ok(match input {
            Input::Picture(path) => Some(Self { paths: vec![path.clone()], is_folder: false }),
            Input::Folder(path) => {
                let listing = Listing::of(path, args.recursive, output.path(), intake)?;
                if let Some(broken) = listing.broken.into_iter().next() {
                    bail!(broken);
                }
                let pictures = listing.items.into_iter().filter(|item| !item.is_video);
                let paths: Vec<_> = pictures.map(|item| item.path).collect();
                if paths.is_empty() {
                    bail!(FilesError::EmptyFolder(path.clone()));
                }
                Some(Self { paths, is_folder: true })
            }
            _ => None,
        })
    }

    /// Where the pictures are.
    pub fn paths(&self) -> &[PathBuf] {
        &self.paths
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
