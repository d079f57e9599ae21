//! Why the camera can't run, or can't change.

use backlot_media::StreamError;
use backlot_pipeline::PipelineError;
use backlot_scene::SceneError;
use backlot_settings::SettingsError;
use backlot_sources::SourceError;
use backlot_terminal::TerminalError;

/// Why the camera can't run, or can't change: one sentence for the user.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// It makes no sense as it was asked for.
    #[error("{0}")]
    Refused(String),
    /// New settings don't apply.
    #[error("the last good settings stay")]
    Stays(#[source] Box<Self>),
    /// The settings can't be read or saved.
    #[error("{0}")]
    Settings(#[from] SettingsError),
    /// The scene.
    #[error("{0}")]
    Scene(#[from] SceneError),
    /// The camera.
    #[error("{0}")]
    Source(#[from] SourceError),
    /// A virtual camera.
    #[error("{0}")]
    Output(#[from] backlot_v4l2::Error),
    /// A stream.
    #[error("{0}")]
    Stream(#[from] StreamError),
    /// The studio.
    #[error("{0}")]
    Pipeline(#[from] PipelineError),
    /// What is said about it.
    #[error("{0}")]
    Terminal(#[from] TerminalError),
}

impl SessionError {
    /// That what was there before stays.
    pub(crate) fn stays(self) -> Self {
        Self::Stays(Box::new(self))
    }
}

/// What a run comes to.
pub type Result<T, E = SessionError> = std::result::Result<T, E>;

/// Refuses, in one sentence.
macro_rules! refuse {
    ($($text:tt)*) => {
        return Err(crate::error::SessionError::Refused(format!($($text)*)))
    };
}
