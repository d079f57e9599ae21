//! Why a scene can't be shown.

use backlot_effects::EffectError;
use backlot_files::FilesError;
use backlot_generators::GeneratorError;
use backlot_matte::MatteError;
use backlot_media::StreamError;
use backlot_scene::SceneError;

/// Why a scene can't be compiled, or a frame not be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PipelineError {
    /// The scene says something that can't be.
    #[error(transparent)]
    Scene(#[from] SceneError),
    /// An effect that there is not, or that can't work on the canvas.
    #[error(transparent)]
    Effect(#[from] EffectError),
    /// A built-in set that there is not.
    #[error(transparent)]
    Set(#[from] GeneratorError),
    /// A picture or video that can't be used as a background.
    #[error("the background can't be used: {0}")]
    Background(#[source] FilesError),
    /// The matte can't be made.
    #[error(transparent)]
    Matte(#[from] MatteError),
    /// Pictures in JPEG can't be read.
    #[error(transparent)]
    Mjpeg(backlot_mjpeg::MjpegError),
    /// The system gives no thread.
    #[error("no thread could be started: {0}")]
    Thread(#[source] std::io::Error),
    /// The running thing has stopped.
    #[error("it has stopped already")]
    Stopped,
    /// Scenes that were asked for before hang, and too many of them.
    #[error("the files of earlier scenes don't answer, so no more are opened until they do")]
    Stuck,
    /// Something else was asked for before this was ready.
    #[error("something else was asked for before it was ready")]
    Superseded,
    /// A fault of ours, caught.
    #[error("making the picture failed by a fault of this program: it is tried again")]
    Panicked,
    /// The scene cuts a person out, but there is no network to find them.
    #[error(
        "the scene cuts the person out, but there is no network to find them: run 'make setup' and build again, or give --model FILE"
    )]
    NoModel,
    /// The network can't be used.
    #[error("{0}")]
    Network(String),
    /// A frame of another kind than the studio was made for.
    #[error("the studio takes {expected} frames, not {found}: compile the scene anew")]
    WrongFrame {
        /// Format, size and colour space of the canvas.
        expected: String,
        /// Those of the frame.
        found: String,
    },
    /// The source failed.
    #[error("{0}")]
    Source(#[source] StreamError),
    /// The sink failed.
    #[error("{0}")]
    Sink(#[source] StreamError),
}
