//! Why a job is refused, or ends early.

use backlot_files::FilesError;
use backlot_matte::MatteError;
use backlot_media::StreamError;
use backlot_networks::NetworkError;
use backlot_pipeline::PipelineError;
use backlot_scene::SceneError;
use backlot_schema::SchemaError;
use backlot_sources::SourceError;
use backlot_terminal::TerminalError;
use std::io;
use std::path::PathBuf;

/// Why a job is refused, or ends early: one sentence for the user.
#[derive(Debug, thiserror::Error)]
pub enum JobError {
    /// It makes no sense as it was asked for, or gave nothing.
    #[error("{0}")]
    Refused(String),
    /// A folder for results can't be made.
    #[error("the folder '{0}' can't be made")]
    Folder(PathBuf, #[source] io::Error),
    /// A file, or a program that reads and writes files.
    #[error("{0}")]
    Files(#[from] FilesError),
    /// What gives the pictures.
    #[error("{0}")]
    Source(#[from] SourceError),
    /// The presenter's settings.
    #[error("{0}")]
    Presenter(#[from] SchemaError),
    /// The network.
    #[error("{0}")]
    Network(#[from] NetworkError),
    /// Its mattes.
    #[error("{0}")]
    Matte(#[from] MatteError),
    /// The scene.
    #[error("{0}")]
    Scene(#[from] SceneError),
    /// A frame.
    #[error("{0}")]
    Pipeline(#[from] PipelineError),
    /// A camera's picture.
    #[error("{0}")]
    Stream(#[from] StreamError),
    /// The decoder of a camera's pictures.
    #[error("{0}")]
    Jpeg(#[from] backlot_mjpeg::MjpegError),
    /// The settings.
    #[error("{0}")]
    Settings(#[from] backlot_settings::SettingsError),
    /// What is said about it.
    #[error("{0}")]
    Terminal(#[from] TerminalError),
}

/// What a job comes to.
pub type Result<T, E = JobError> = std::result::Result<T, E>;

/// Refuses, in one sentence.
macro_rules! refuse {
    ($($text:tt)*) => {
        return Err(crate::error::JobError::Refused(format!($($text)*)))
    };
}
