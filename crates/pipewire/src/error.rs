//! What can go wrong, and what to do about it.

use backlot_media::{Recovery, StreamError, Trouble};

/// Why a PipeWire camera or virtual camera does not work.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The library isn't installed.
    #[error(
        "PipeWire's library, libpipewire-0.3.so.0, isn't installed (or is older than 0.3.49): cameras and virtual cameras of V4L2 work without it"
    )]
    NoLibrary,
    /// There is no daemon to talk to.
    #[error(
        "PipeWire isn't running, or cannot be reached: 'systemctl --user start pipewire wireplumber' starts it"
    )]
    NotRunning,
    /// The daemon is gone.
    #[error("the connection to PipeWire has ended: {0}")]
    Disconnected(String),
    /// Something took too long.
    #[error(
        "PipeWire did not {0} within {1} seconds: is its session manager, WirePlumber, running?"
    )]
    Slow(&'static str, u64),
    /// A call of the library failed.
    #[error("PipeWire refused to {what}: {why}")]
    Refused {
        /// The request.
        what: &'static str,
        /// Its answer.
        why: String,
    },
    /// No camera has that name.
    #[error("PipeWire has no camera '{name}'; {}", known(.others))]
    NoSuchCamera {
        /// The name that was asked for.
        name: String,
        /// The existing cameras.
        others: Vec<String>,
    },
    /// No camera exists.
    #[error("PipeWire has no camera")]
    NoCamera,
    /// The camera offers nothing that we can read.
    #[error("PipeWire's camera '{0}' offers none of MJPG, YUYV, NV12 and I420")]
    NoFormat(String),
    /// Pictures came in its formats, and none could be read.
    #[error("the pictures of PipeWire's camera '{0}' can't be read in any of its formats")]
    Unreadable(String),
    /// The camera, or its node, has gone.
    #[error("PipeWire's camera '{0}' is gone")]
    CameraGone(String),
    /// A frame that doesn't fit the virtual camera's mode.
    #[error("the virtual camera shows {expected}, and was given {found}")]
    WrongFrame {
        /// Format and size of the mode.
        expected: String,
        /// Format and size of the frame.
        found: String,
    },
    /// A format that no viewer takes.
    #[error("a PipeWire camera cannot show {0}: choose YUYV, I420 or NV12")]
    UnusableFormat(String),
    /// The thread could not start.
    #[error("the system refused a thread for PipeWire")]
    Thread(#[source] std::io::Error),
}

fn known(others: &[String]) -> String {
    if others.is_empty() {
        return "it has none at all".to_owned();
    }
    format!("it has {}", others.join(", "))
}

impl Error {
    /// What to do about it.
    pub const fn recovery(&self) -> Recovery {
        match self {
            Self::Disconnected(_) | Self::CameraGone(_) => Recovery::Reopen,
            Self::NoLibrary | Self::WrongFrame { .. } | Self::UnusableFormat(_) => Recovery::Fatal,
            _ => Recovery::Retry,
        }
    }

    /// What viewers may know about it.
    pub const fn trouble(&self) -> Trouble {
        match self {
            Self::NoSuchCamera { .. } | Self::NoCamera | Self::CameraGone(_) => Trouble::Absent,
            Self::NoFormat(_) => Trouble::Unreadable,
            _ => Trouble::Other,
        }
    }

    pub(crate) fn refused(what: &'static str) -> impl Fn(pipewire::Error) -> Self {
        move |error| Self::Refused { what, why: error.to_string() }
    }
}

impl From<Error> for StreamError {
    fn from(error: Error) -> Self {
        let (recovery, trouble) = (error.recovery(), error.trouble());
        Self::new(error, recovery).told_as(trouble)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_camera_names_the_existing_ones() {
        let error = |others: &[&str]| Error::NoSuchCamera {
            name: "Built-in".into(),
            others: others.iter().map(|&o| o.to_owned()).collect(),
        };
        assert_eq!(
            error(&["A", "B"]).to_string(),
            "PipeWire has no camera 'Built-in'; it has A, B"
        );
        assert!(error(&[]).to_string().ends_with("it has none at all"));
        assert_eq!(error(&[]).recovery(), Recovery::Retry);
    }
}
