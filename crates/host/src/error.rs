//! Why something about this machine can't be done.

use std::io;
use std::path::PathBuf;

/// Why something can't be installed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HostError {
    /// The system can't say where this program is.
    #[error("can't find out where this program is: {0}")]
    NoProgram(#[source] io::Error),
    /// A service's file can't hold the program's path.
    #[error("a service can't name '{}': move the program", .0.display())]
    Unnameable(PathBuf),
    /// The program's file was removed or replaced while it runs.
    #[error("'{}' was replaced while this program runs: start it again", .0.display())]
    Replaced(PathBuf),
    /// A file can't be written; earlier changes are undone.
    #[error("writing {} failed, so nothing was changed: {source}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A file can't be removed; earlier changes are undone.
    #[error("removing {} failed, so nothing was changed: {source}", path.display())]
    Remove {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}
