//! Why clients of obs-websocket can't be served.

use std::io;
use thiserror::Error;

/// Why clients of obs-websocket can't be served.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ObsError {
    /// There is no password, and nobody said that there is to be none.
    #[error("obs-websocket needs a password: set 'password' in [obs_websocket]")]
    NoPassword,
    /// The port can't be had.
    #[error(
        "obs-websocket can't have port {port}, perhaps because OBS runs: {source}; set another 'port' in [obs_websocket]"
    )]
    Port {
        /// The port.
        port: u16,
        /// What the system says.
        source: io::Error,
    },
    /// The system has no room for another thread, or for what wakes it.
    #[error("obs-websocket can't be served: {0}")]
    System(#[from] io::Error),
}
