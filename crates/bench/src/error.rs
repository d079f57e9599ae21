//! Why something can't be measured.

use backlot_files::FilesError;
use backlot_matte::QualityError;
use backlot_media::StreamError;
use backlot_mjpeg::MjpegError;
use backlot_networks::NetworkError;
use backlot_pipeline::PipelineError;
use backlot_schema::SchemaError;
use backlot_terminal::TerminalError;
use std::io;

/// Why something can't be measured: one sentence for the user.
#[derive(Debug, thiserror::Error)]
pub enum BenchError {
    /// An option that changes nothing.
    #[error("--background has no effect on the scene 'blur', which shows the room")]
    NoBackground,
    /// A clip without frames.
    #[error("the clip has no frames: choose another video")]
    Empty,
    /// Live pictures come too slowly to measure them.
    #[error("this machine is too slow to measure live pictures: {0}")]
    TooSlow(String),
    /// One of the cases.
    #[error("scene {0}")]
    Case(String, #[source] Box<Self>),
    /// The clip can't be read.
    #[error("reading the clip")]
    Reading(#[source] StreamError),
    /// A file.
    #[error("{0}")]
    Files(#[from] FilesError),
    /// The presenter.
    #[error("{0}")]
    Presenter(#[from] SchemaError),
    /// The network.
    #[error("{0}")]
    Network(#[from] NetworkError),
    /// The quality.
    #[error("{0}")]
    Quality(#[from] QualityError),
    /// A frame.
    #[error("{0}")]
    Pipeline(#[from] PipelineError),
    /// A picture of the camera.
    #[error("{0}")]
    Jpeg(#[from] MjpegError),
    /// A thread.
    #[error("starting a thread")]
    Thread(#[from] io::Error),
    /// What is said about it.
    #[error("{0}")]
    Terminal(#[from] TerminalError),
}

/// What a measurement comes to.
pub type Result<T, E = BenchError> = std::result::Result<T, E>;
