//! What can go wrong before pictures come.

use backlot_files::FilesError;
use backlot_media::SizeError;
use backlot_schema::SchemaError;

/// Why something gives no pictures. Each is one sentence for the user.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// A file that is not there, and what else could be meant.
    #[error("{0} ('-' reads a Y4M stream from standard input)")]
    NoFile(#[source] FilesError),
    /// A file, or a program that reads files.
    #[error("{0}")]
    Files(#[from] FilesError),
    /// The settings of the presenter or a set.
    #[error(transparent)]
    Schema(#[from] SchemaError),
    /// The system refuses a thread.
    #[error("no thread could be started: {0}")]
    Thread(#[source] std::io::Error),
    /// A video device.
    #[error("{0}")]
    Device(#[from] backlot_v4l2::Error),
    /// PipeWire.
    #[cfg(feature = "pipewire")]
    #[error("{0}")]
    PipeWire(#[from] backlot_pipewire::Error),
    /// A camera that this program can't reach.
    #[error("this program was built without PipeWire: name a video device or a file")]
    WithoutPipeWire,
    /// A stream that can't be a camera.
    #[error("standard input is not a camera: name a file, or a device")]
    StdinCamera,
    /// Pictures that are opened as a stream.
    #[error("stills are read one by one")]
    Stills,
    /// A folder in which no picture can be read.
    #[error("{0}")]
    Broken(String),
    /// A folder without pictures.
    #[error("there is no picture to show")]
    NoPicture,
    /// A text that is no size.
    #[error("'{0}' is not a size: write WIDTHxHEIGHT, as in 1280x720, or 720p")]
    Format(String),
    /// A size that can't be.
    #[error("{0}")]
    Size(#[from] SizeError),
}
