//! Reads chunks of videos that we wrote ourselves without loss, as they were written.

use crate::FilesError;
use crate::intake::tools::{Pipes, Running, Tool, Tools};
use crate::raw::{read_frame, read_plane};
use backlot_launch::{Limits, Output};
use backlot_media::{Shot, ShotPool, Size};
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

/// Frames that may be in use at a time without new memory.
const POOLED: usize = 6;

/// The frames of a chunk, with what may be seen through them if it has that.
#[derive(Debug)]
pub struct StoredVideo {
    path: PathBuf,
    child: Running,
    pipe: BufReader<Output>,
    pool: ShotPool,
    size: Size,
    /// How many frames are left.
    left: u64,
}

impl StoredVideo {
    /// Opens a chunk of so many frames.
    ///
    /// # Errors
    /// When the program that reads it can't be started.
    pub fn open(
        path: &Path,
        (size, frames): (Size, u64),
        has_alpha: bool,
        tools: &Tools,
    ) -> Result<Self, FilesError> {
        let mut job = tools.job(Tool::Ffmpeg, Limits::WORK);
        job.own_input("matroska", path).args(["-map", "0:v:0", "-f", "rawvideo"]);
        job.args(["-pix_fmt", if has_alpha { "yuva420p" } else { "yuv420p" }, "pipe:1"]);
        let mut child = job.start(Pipes::Output)?;
        let Some(pipe) = child.stdout() else {
            return Err(FilesError::Pipe(std::io::ErrorKind::BrokenPipe.into()));
        };
        let (pipe, pool) =
            (BufReader::with_capacity(1 << 16, pipe), ShotPool::new(size, POOLED, has_alpha));
        Ok(Self { path: path.to_owned(), child, pipe, pool, size, left: frames })
    }

    /// The next frame; none after the last.
    ///
    /// # Errors
    /// When it has fewer frames or more, or is damaged.
    pub fn next_shot(&mut self) -> Result<Option<Shot>, FilesError> {
        let Some(left) = self.left.checked_sub(1) else { return self.end().map(|()| None) };
        self.left = left;
        let (mut shot, whole) = (self.pool.take(), self.size.rect());
        let pipe = &mut self.pipe;
        let mut is_whole = read_frame(pipe, &mut shot.picture, whole).map_err(FilesError::Pipe)?;
        if let Some(alpha) = shot.alpha.as_mut().filter(|_| is_whole) {
            is_whole = read_plane(pipe, &mut alpha.plane_mut(), whole).map_err(FilesError::Pipe)?;
        }
        if is_whole { Ok(Some(shot)) } else { Err(self.damaged("it ends too early")) }
    }

    fn end(&mut self) -> Result<(), FilesError> {
        let mut one = [0];
        match self.pipe.read(&mut one).map_err(FilesError::Pipe)? {
            0 if self.child.wait().success => Ok(()),
            0 => {
                let why = self.child.wait().reason();
                Err(self.damaged(&why))
            }
            _ => Err(self.damaged("it has more frames than it should")),
        }
    }

    fn damaged(&self, why: &str) -> FilesError {
        FilesError::Damaged { path: self.path.clone(), why: why.to_owned() }
    }
}
