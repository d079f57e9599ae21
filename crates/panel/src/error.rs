//! Why the panel can't be served.

use std::io;
use std::path::PathBuf;
use thiserror::Error;

/// Why the panel can't be served.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum PanelError {
    /// The port can't be had on both addresses of this machine.
    #[error(
        "the panel can't have port {port} on 127.0.0.1 and [::1]: {source}; set another 'port' in [panel], or 0 for any that is free"
    )]
    Port {
        /// The port.
        port: u16,
        /// What the system says.
        source: io::Error,
    },
    /// No port is free on both addresses.
    #[error("the panel finds no port that is free on both 127.0.0.1 and [::1]: {0}")]
    NoPort(#[source] io::Error),
    /// What open pages know can't be kept.
    #[error("the panel can't keep its address in {}: {source}", path.display())]
    Pass {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The system has no room for another thread, or no random numbers.
    #[error("the panel can't be served: {0}")]
    System(#[from] io::Error),
}
