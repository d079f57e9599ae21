//! Why mattes can't be served.

use backlot_files::FilesError;
use backlot_networks::NetworkError;
use backlot_terminal::TerminalError;
use std::io;
use std::net::SocketAddr;
use thiserror::Error;

/// Why mattes can't be served.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ServiceError {
    /// The address can't be had.
    #[error("{address} can't be had: {source}; choose another with {option}")]
    Address {
        /// The address.
        address: SocketAddr,
        /// The option that sets it.
        option: &'static str,
        /// What the system says.
        source: io::Error,
    },
    /// Others could ask for mattes without a token.
    #[error(
        "{0} can be reached from other machines, so clients need a token: put one into a file, and name it with --token-file"
    )]
    NoToken(SocketAddr),
    /// The token can't be sent in a header.
    #[error(
        "the token must be one line of printable ASCII characters without spaces, at least 8 of them"
    )]
    Token,
    /// The file with the token can't be read.
    #[error(transparent)]
    File(#[from] FilesError),
    /// Signals can't be watched.
    #[error(transparent)]
    Terminal(#[from] TerminalError),
    /// A network can't be used.
    #[error(transparent)]
    Network(#[from] NetworkError),
    /// The system has no room for another thread.
    #[error("the service can't be started: {0}")]
    System(#[from] io::Error),
}
