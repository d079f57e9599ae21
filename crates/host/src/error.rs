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
    /// The kernel module is not there, or not allowed.
    #[error("{0}")]
    Lack(String),
    /// Other programs use the kernel module as it is.
    #[error(
        "v4l2loopback is in use without a device for Backlot: close what uses virtual cameras, or restart the machine"
    )]
    InUse,
    /// The kernel module can't be loaded.
    #[error("v4l2loopback can't be loaded: {0}")]
    Load(String),
    /// Others could change what would be run as root.
    #[error(
        "{} may be changed by others than root, so Backlot isn't run as root from here: run the command in a terminal",
        .0.display()
    )]
    Changeable(PathBuf),
    /// A program is missing that asks for the password.
    #[error("there is no '{0}' here, which asks for the password: run the command in a terminal")]
    NoAsker(&'static str),
    /// The password is asked for already.
    #[error("the desktop is asking for the password already")]
    Asking,
    /// Whoever was asked refused.
    #[error("the password was not given, so nothing was changed")]
    Dismissed,
    /// Nobody could be asked, or this user may not.
    #[error(
        "this desktop doesn't let you act as root, so nothing was changed: run the command in a terminal"
    )]
    NotAllowed,
    /// What was run as root failed.
    #[error("{0}")]
    Failed(String),
}
