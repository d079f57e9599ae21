//! What can go wrong.

use backlot_protocol::VERSION;
use std::io;
use std::path::PathBuf;
use std::time::Duration;
use thiserror::Error;

/// Why the socket can't be served.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ControlError {
    /// Another program serves it.
    #[error(
        "Backlot runs already{}: 'backlot status' shows what it does, 'backlot --help' lists how to steer it, and 'backlot quit' ends it",
        process(*pid)
    )]
    Running {
        /// Its process id, where that can be known.
        pid: Option<u32>,
    },
    /// The session has no folder for sockets.
    #[error("there is no folder for the control socket: set XDG_RUNTIME_DIR, as {} isn't there", .0.display())]
    NoFolder(PathBuf),
    /// The folder isn't ours alone.
    #[error("others may change what is in {}: make it yours alone (chmod 700)", .0.display())]
    OpenFolder(PathBuf),
    /// The system refuses.
    #[error("the control socket {} can't be made: {source}", path.display())]
    Io {
        /// What can't be made.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// No thread can be started.
    #[error("the control socket can't be served: no thread can be started: {0}")]
    Thread(#[source] io::Error),
}

fn process(pid: Option<u32>) -> String {
    pid.map(|pid| format!(" (process {pid})")).unwrap_or_default()
}

/// Why the running program can't be asked, or didn't do what it was asked for.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ClientError {
    /// No program serves the socket.
    #[error("Backlot isn't running: start it with 'backlot run'")]
    NotRunning,
    /// It was asked, and refused.
    #[error("{0}")]
    Refused(String),
    /// It doesn't answer.
    #[error("Backlot runs, but gave no answer within {} s: ask again, or end it with Ctrl-C and start it anew", .0.as_secs_f64())]
    Slow(Duration),
    /// It ended meanwhile.
    #[error("Backlot ended before it answered")]
    Gone,
    /// It speaks another version of the protocol.
    #[error(
        "the Backlot that runs speaks version {0} of the protocol, and this one version {VERSION}: restart the one that runs"
    )]
    OtherVersion(u64),
    /// Something else serves the socket.
    #[error("what answers at {} isn't Backlot: it sends {}", .0.display(), .1)]
    Stranger(PathBuf, &'static str),
    /// The system refuses.
    #[error("Backlot can't be asked at {}: {}", .0.display(), .1)]
    Io(PathBuf, #[source] io::Error),
}
