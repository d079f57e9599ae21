//! Pictures that are processed separately.

use crate::error::SourceError;
use crate::input::{Input, begun};
use crate::listing::Listing;
use crate::wanted::{Format, Wanted};
use backlot_files::{
    BEHIND_TRANSPARENT, FilesError, Intake, STILL_COLOR, StillReader, still_to_size,
};
use backlot_media::{ColorSpace, Frame, FrameRate, Size, Source, StreamError};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use std::vec::IntoIter;

/// Duration of a video of one picture.
const DURATION: Duration = Duration::from_secs(5);

/// The pictures that an input names.
#[derive(Clone, Debug)]
pub struct Stills {
    paths: Vec<PathBuf>,
    /// The album, if the input is a folder.
    album: Option<Album>,
}

/// A folder whose pictures become one video. Clones share the list of failures.
#[derive(Clone, Debug, Default)]
pub struct Album {
    failed: Arc<Mutex<Vec<String>>>,
    left_out: Vec<String>,
    videos: Vec<String>,
}

impl Album {
    fn of(listing: Listing) -> (Vec<PathBuf>, Self) {
        let Listing { items, left_out, broken } = listing;
        let (videos, pictures): (Vec<_>, Vec<_>) =
            items.into_iter().partition(|item| item.is_video);
        let videos = videos.iter().map(|item| item.inside.display().to_string()).collect();
        let album = Self { failed: Arc::new(Mutex::new(broken)), left_out, videos };
        (pictures.into_iter().map(|item| item.path).collect(), album)
    }

    fn lock(&self) -> MutexGuard<'_, Vec<String>> {
        // The list is valid after every push.
        self.failed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Why pictures could not be read so far, in one sentence each.
    pub fn failed(&self) -> Vec<String> {
        self.lock().clone()
    }

    /// Files that are neither a picture nor a video.
    pub fn left_out(&self) -> &[String] {
        &self.left_out
    }

    /// Videos in the folder, which are not shown.
    pub fn videos(&self) -> &[String] {
        &self.videos
    }
}

impl Stills {
    /// The pictures, or `None` if the input is neither a picture nor a folder. The folder `except`
    /// is skipped.
    ///
    /// # Errors
    /// One sentence when there are none.
    pub fn list(
        input: &Input,
        recursive: bool,
        except: &Path,
        intake: &Intake,
    ) -> Result<Option<Self>, SourceError> {
        Ok(match input {
            Input::Picture(path) => Some(Self { paths: vec![path.clone()], album: None }),
            Input::Folder(path) => {
                let listing = Listing::of(path, recursive, except, intake)?;
                let (paths, album) = Album::of(listing);
                if paths.is_empty() {
                    let broken = album.lock().first().cloned();
                    let empty = || FilesError::EmptyFolder(path.clone()).into();
                    return Err(broken.map_or_else(empty, SourceError::Broken));
                }
                Some(Self { paths, album: Some(album) })
            }
            _ => None,
        })
    }

    /// Where the pictures are.
    pub fn paths(&self) -> &[PathBuf] {
        &self.paths
    }

    /// Their folder, if they are from a folder.
    pub const fn album(&self) -> Option<&Album> {
        self.album.as_ref()
    }

    /// The pictures as frames of a video: those of a folder in order, without the unreadable ones;
    /// a single one for the requested duration. All are fitted to the requested size, or to the
    /// size of the first.
    ///
    /// # Errors
    /// One sentence when none can be read.
    pub fn into_source(
        self,
        wanted: &Wanted,
        intake: &Intake,
    ) -> Result<Box<dyn Source>, SourceError> {
        let rate = wanted.rate.unwrap_or(FrameRate::FPS_30);
        let frames = match self.album {
            Some(_) => self.paths.len() as u64,
            None => rate.frames_in(wanted.start + wanted.duration.unwrap_or(DURATION)),
        };
        let (mut paths, mut first) = (self.paths.into_iter(), None);
        let current = loop {
            let Some(path) = paths.next() else {
                return Err(first.map_or(SourceError::NoPicture, SourceError::Files));
            };
            match (read_still(&path, wanted, intake), &self.album) {
                (Ok(frame), _) => break frame,
                (Err(error), None) => return Err(error.into()),
                (Err(error), Some(album)) => {
                    album.lock().push(error.to_string());
                    first.get_or_insert(error);
                }
            }
        };
        let wanted = Wanted { size: Some(Format::Exact(current.size())), ..*wanted };
        let (intake, album) = (intake.clone(), self.album);
        let slides = Slides { paths, album, wanted, intake, rate, frames, next: 0, current };
        Ok(begun(Box::new(slides), &wanted))
    }
}

/// Reads a picture at the requested size, or at its own.
///
/// # Errors
/// One sentence when it can't be read.
pub fn read_still(path: &Path, wanted: &Wanted, intake: &Intake) -> Result<Frame, FilesError> {
    let still = StillReader::default().read(path, intake)?;
    let size = wanted.size_for(still.size());
    Ok(still_to_size(still, size, wanted.fit, BEHIND_TRANSPARENT))
}

/// Pictures as a video.
struct Slides {
    /// The remaining ones.
    paths: IntoIter<PathBuf>,
    album: Option<Album>,
    wanted: Wanted,
    intake: Intake,
    rate: FrameRate,
    /// The most frames.
    frames: u64,
    next: u64,
    current: Frame,
}

impl Slides {
    /// Advances to the next readable picture of an album; returns `false` at its end.
    fn turn(&mut self) -> bool {
        let Some(album) = &self.album else { return true };
        for path in self.paths.by_ref() {
            match read_still(&path, &self.wanted, &self.intake) {
                Ok(frame) => {
                    self.current = frame;
                    return true;
                }
                Err(error) => album.lock().push(error.to_string()),
            }
        }
        false
    }
}

impl Source for Slides {
    fn size(&self) -> Size {
        self.current.size()
    }

    fn color(&self) -> ColorSpace {
        STILL_COLOR
    }

    fn rate(&self) -> Option<FrameRate> {
        Some(self.rate)
    }

    fn frames(&self) -> Option<u64> {
        Some(self.frames)
    }

    fn next_frame(&mut self) -> Result<Option<Frame>, StreamError> {
        if self.next == self.frames || (self.next > 0 && !self.turn()) {
            return Ok(None);
        }
        let mut frame = self.current.clone();
        (frame.sequence, frame.time) = (self.next, self.rate.time_of(self.next));
        self.next += 1;
        Ok(Some(frame))
    }
}
