//! Why something about this machine can't be done.

use std::io;
use std::path::PathBuf;

/// Why something can't be installed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HostError {
    /// The system does not tell where this program lies.
    #[error("where this program lies: {0}")]
    NoProgram(#[source] io::Error),
    /// The program's path can't stand in a service's file.
    #[error("'{}' can't be named in a service: move the program", .0.display())]
    Unnameable(PathBuf),
    /// The program's file was removed or replaced while it runs.
    #[error("'{}' was replaced while this program runs: start it again", .0.display())]
    Replaced(PathBuf),
    /// A file can't be written; what was written before is as it was.
    #[error("writing {} failed, so nothing was changed: {source}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A file can't be removed; what was removed before is back.
    #[error("removing {} failed, so nothing was changed: {source}", path.display())]
    Remove {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}
