//! What the terminal does not take.

use std::io;

/// Why something can't be said, or heard.
#[derive(Debug, thiserror::Error)]
pub enum TerminalError {
    /// The disk that standard output goes to is full.
    #[error("standard output can't be written: the disk is full")]
    Full,
    /// Standard output is closed or broken.
    #[error("standard output can't be written")]
    Output(#[source] io::Error),
    /// A value has no JSON.
    #[error("this can't be printed as JSON")]
    Json(#[from] serde_json::Error),
    /// A thread can't be started.
    #[error("starting a thread")]
    Thread(#[source] io::Error),
    /// Signals can't be watched.
    #[error("watching for Ctrl-C")]
    Signals(#[source] io::Error),
}
