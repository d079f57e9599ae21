//! Why a file could not be read or written.

use crate::intake::tool::Tool;
use backlot_launch::LaunchError;
use backlot_media::{PixelFormat, Recovery, Size, StreamError};
use std::io;
use std::path::{Path, PathBuf};

/// Why a file could not be read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FilesError {
    /// There is no such file or folder.
    #[error("'{}' does not exist: check the name", .0.display())]
    Missing(PathBuf),
    /// The operating system refuses to read it.
    #[error("'{}' can't be read: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// The bytes are neither a picture nor a video.
    #[error("'{}' is neither a picture nor a video: {why}", path.display())]
    NotMedia {
        /// The file.
        path: PathBuf,
        /// What was found instead.
        why: String,
    },
    /// The file has sound but no picture.
    #[error("'{}' has sound but no picture: choose a video", .0.display())]
    NoPicture(PathBuf),
    /// No frame of the video can be decoded.
    #[error("'{}' has no frame that can be shown: {why}", path.display())]
    NoFrames {
        /// The file.
        path: PathBuf,
        /// What the decoder said.
        why: String,
    },
    /// The size is impossible, or takes too much memory.
    #[error("'{}' is {width}x{height}: {limit}", path.display())]
    Size {
        /// The file.
        path: PathBuf,
        /// Columns.
        width: u64,
        /// Rows.
        height: u64,
        /// The limit, as a sentence.
        limit: String,
    },
    /// The name does not lead to a regular file.
    #[error("'{}' is not a regular file but a device, a pipe or the like: name a file", .0.display())]
    NoFile(PathBuf),
    /// The file has more bytes than a file of its kind can have.
    #[error("'{}' is longer than {most} bytes, the most that is read: check the name", path.display())]
    TooLong {
        /// The file.
        path: PathBuf,
        /// The most bytes that a file may have.
        most: u64,
    },
    /// Decoding the file takes more memory than the budget allows.
    #[error(
        "'{}' takes {} MB to decode, more than the {} MB that a file may take: make it smaller, or allow more with --memory",
        path.display(), needed / 1_000_000, budget / 1_000_000
    )]
    Budget {
        /// The file.
        path: PathBuf,
        /// Bytes needed.
        needed: u64,
        /// Bytes allowed.
        budget: u64,
    },
    /// Decoding the file takes more memory than the system has left.
    #[error(
        "'{}' takes {} MB to decode, which the system doesn't have: close other programs, or make the file smaller",
        path.display(), needed.div_ceil(1_000_000)
    )]
    Memory {
        /// The file.
        path: PathBuf,
        /// Bytes needed.
        needed: u64,
    },
    /// The file is cut short or invalid.
    #[error("'{}' is damaged or cut short: {why}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What the decoder said.
        why: String,
    },
    /// The picture is of an unsupported kind.
    #[error("'{}' is a picture of a kind that can't be read ({why}): save it as PNG or JPEG", path.display())]
    Unsupported {
        /// The file.
        path: PathBuf,
        /// What is unsupported about it.
        why: String,
    },
    /// The picture is HEIC, the format of iPhones.
    #[error(
        "'{}' is a HEIC picture, and HEIC pictures can't be read: save it as JPEG or PNG ('heif-convert' does it; an iPhone makes JPEG with Settings, Camera, Formats, Most Compatible)",
        .0.display()
    )]
    Heic(PathBuf),
    /// The folder has no pictures.
    #[error("the folder '{}' has no pictures in it: expected png, jpg, webp, bmp, gif, tiff, avif or other picture files", .0.display())]
    EmptyFolder(PathBuf),
    /// The results of two pictures would have the same name.
    #[error(
        "'{}' and '{}' differ only in their ending, so their results would have the same name: rename one", .0.display(), .1.display()
    )]
    SameStem(PathBuf, PathBuf),
    /// The program is not installed.
    #[error(
        "the program '{}', which reads and writes videos, is not installed: install ffmpeg (Debian, Ubuntu: sudo apt install ffmpeg; Fedora: sudo dnf install ffmpeg-free; Arch: sudo pacman -S ffmpeg), or set {} to where it is",
        path.display(), tool.variable()
    )]
    ProgramMissing {
        /// Which tool.
        tool: Tool,
        /// Where it was looked for.
        path: PathBuf,
    },
    /// The program can't be started.
    #[error(transparent)]
    ProgramStart(LaunchError),
    /// The program that reads it hung and was killed: the file may be on a share that is gone.
    #[error("'{}' can't be read: {why}", path.display())]
    Hangs {
        /// The file.
        path: PathBuf,
        /// Which program hung, and for how long.
        why: String,
    },
    /// The output's name has no known ending.
    #[error("'{}' can't be the name of {what}: its ending must be one of {endings}", path.display())]
    Ending {
        /// The name.
        path: PathBuf,
        /// What is written to it.
        what: &'static str,
        /// The known endings.
        endings: &'static str,
    },
    /// The output exists already.
    #[error("'{}' exists: choose another name, or use --force to replace it", .0.display())]
    Exists(PathBuf),
    /// The output's name leads to a file that the job reads.
    #[error("'{}' {}: choose another name for the result", path.display(), is_read(path, input))]
    IsSource {
        /// The name.
        path: PathBuf,
        /// The name of the file that is read.
        input: PathBuf,
    },
    /// The output's name is taken by something that can't be replaced.
    #[error("'{}' is {found}: choose another name", path.display())]
    NotReplaceable {
        /// The name.
        path: PathBuf,
        /// What has the name.
        found: &'static str,
    },
    /// The output's folder does not exist.
    #[error("the folder '{}' does not exist: make it first", .0.display())]
    FolderMissing(PathBuf),
    /// The disk has no room left.
    #[error("'{}' can't be written: the disk is full", .0.display())]
    DiskFull(PathBuf),
    /// The operating system refuses to write it.
    #[error("'{}' can't be written: {source}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// The encoder failed.
    #[error("'{}' can't be written: {why}", path.display())]
    Encode {
        /// The file.
        path: PathBuf,
        /// What the encoder said.
        why: String,
    },
    /// A frame has another size or format than the output expects.
    #[error("the output expects {expected}, but the frame is {found}: make a new output for it")]
    WrongFrame {
        /// What the output expects.
        expected: String,
        /// What the frame is.
        found: String,
    },
    /// Standard input is not a valid Y4M stream.
    #[error("the Y4M stream can't be read: {0}")]
    Y4m(String),
    /// Reading or writing the stream of frames fails.
    #[error("the stream of frames broke: {0}")]
    Pipe(#[source] io::Error),
}

fn is_read(path: &Path, input: &Path) -> String {
    match path == input {
        true => "is read to make the result".to_owned(),
        false => format!("is the same file as '{}', which is read to make it", input.display()),
    }
}

impl FilesError {
    /// What to do about it.
    pub const fn recovery(&self) -> Recovery {
        match self {
            Self::WrongFrame { .. } | Self::Hangs { .. } => Recovery::Reopen,
            Self::Size { .. }
            | Self::Budget { .. }
            | Self::Ending { .. }
            | Self::Exists(_)
            | Self::IsSource { .. }
            | Self::SameStem(..) => Recovery::Reconfigure,
            _ => Recovery::Fatal,
        }
    }

    /// An error while reading `path`.
    pub(crate) fn read(path: &Path, source: io::Error) -> Self {
        match source.kind() {
            io::ErrorKind::NotFound => Self::Missing(path.to_owned()),
            _ => Self::Read { path: path.to_owned(), source },
        }
    }

    /// An error while writing `path`.
    pub(crate) fn write(path: &Path, source: io::Error) -> Self {
        match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                Self::DiskFull(path.to_owned())
            }
            _ => Self::Write { path: path.to_owned(), source },
        }
    }

    /// A frame of the wrong format or size.
    pub(crate) fn wrong_frame(expected: (PixelFormat, Size), found: (PixelFormat, Size)) -> Self {
        let words = |(format, size): (PixelFormat, Size)| format!("{format} of {size}");
        Self::WrongFrame { expected: words(expected), found: words(found) }
    }
}

impl From<FilesError> for StreamError {
    fn from(error: FilesError) -> Self {
        let recovery = error.recovery();
        Self::new(error, recovery)
    }
}
