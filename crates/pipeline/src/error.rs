//! Why a scene can't be shown.

use backlot_matte::MatteError;
use backlot_media::StreamError;
use backlot_scene::SceneError;
use backlot_sources::SourceError;

/// Why a scene can't be compiled, or a frame can't be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PipelineError {
    /// The scene asks for something impossible.
    #[error(transparent)]
    Scene(#[from] SceneError),
    /// A picture, a video or a set that can't be shown.
    #[error("the background can't be used: {0}")]
    Background(#[source] SourceError),
    /// The matte can't be made.
    #[error(transparent)]
    Matte(#[from] MatteError),
    /// Pictures in JPEG can't be read.
    #[error(transparent)]
    Mjpeg(backlot_mjpeg::MjpegError),
    /// The system refuses a thread.
    #[error("no thread could be started: {0}")]
    Thread(#[source] std::io::Error),
    /// The running thing has stopped.
    #[error("it has stopped already")]
    Stopped,
    /// Too many earlier scenes hang.
    #[error("the files of earlier scenes don't answer, so no more are opened until they do")]
    Stuck,
    /// The user asked for something else before this was ready.
    #[error("another change replaced it before it was ready")]
    Superseded,
    /// Our own fault, caught.
    #[error("making the picture failed because of a fault in this program: it tries again")]
    Panicked,
    /// The scene cuts a person out, but there is no network to find them.
    #[error(
        "the scene cuts the person out, but there is no network to find them: run 'make setup' and build again, or give --model FILE"
    )]
    NoModel,
    /// A layer names a source that isn't declared, or that is gone.
    #[error("there is no source '{0}': declare it in a section [source.{0}]")]
    NoSource(String),
    /// A layer shows a scene that doesn't exist, or that contains itself.
    #[error("there is no scene '{0}' to show in a layer: write a section [scene.{0}]")]
    NoScene(String),
    /// The network can't be used.
    #[error("{0}")]
    Network(String),
    /// The source failed.
    #[error("{0}")]
    Source(#[source] StreamError),
    /// The sink failed.
    #[error("{0}")]
    Sink(#[source] StreamError),
}
