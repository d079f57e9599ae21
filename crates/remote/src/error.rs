//! Errors, each one sentence.

use backlot_control::ClientError;
use backlot_launch::LaunchError;
use backlot_terminal::TerminalError;
use thiserror::Error;

/// Why something couldn't be asked, or told.
#[derive(Debug, Error)]
pub enum RemoteError {
    /// Nothing runs, or it refuses.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// It can't be told.
    #[error(transparent)]
    Terminal(#[from] TerminalError),
    /// A program that is to show it can't be started.
    #[error(transparent)]
    Launch(#[from] LaunchError),
    /// Something else, in a sentence.
    #[error("{0}")]
    Other(String),
}

pub(crate) type Result<T, E = RemoteError> = std::result::Result<T, E>;

/// An answer that another version gave.
pub(crate) fn strange(error: &serde_json::Error) -> RemoteError {
    RemoteError::Other(format!("the program's answer can't be read: {error}"))
}
