//! What can go wrong with a device, in one sentence each, and what helps.

use backlot_media::{Recovery, StreamError, Trouble};
use std::io;
use std::path::PathBuf;

/// Why a device can't be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No camera at all.
    #[error("no camera was found: plug one in, or name a file or 'presenter' as camera")]
    NoCamera,
    /// Nothing has that name.
    #[error("there is no camera '{name}'{near}")]
    NotFound {
        /// The name that was asked for.
        name: String,
        /// The existing names, as the end of the sentence.
        near: String,
    },
    /// Several devices fit that name.
    #[error("'{name}' may be any of {choices}: name one of them")]
    Ambiguous {
        /// The name that was asked for.
        name: String,
        /// The devices that it fits.
        choices: String,
    },
    /// The system forbids it.
    #[error(
        "{path} may not be opened: add yourself to the group 'video' \
         (sudo usermod -aG video $USER) and log in again"
    )]
    Denied {
        /// The device.
        path: PathBuf,
    },
    /// Another program has it.
    #[error("{path} is in use{by}: close the other program, or wait until it is done")]
    Busy {
        /// The device.
        path: PathBuf,
        /// Which program, as ` by NAME (PID)`, where that can be told.
        by: String,
    },
    /// It is gone.
    #[error("{name} was unplugged, or its driver has stopped")]
    Gone {
        /// The device.
        name: String,
    },
    /// It is something else.
    #[error("{path} is not a camera: {what}")]
    NotACamera {
        /// The device.
        path: PathBuf,
        /// What it is.
        what: String,
    },
    /// None of its formats can be read.
    #[error("{path} has no format that can be read here; it offers {offers}")]
    NoUsableFormat {
        /// The device.
        path: PathBuf,
        /// What it offers.
        offers: String,
    },
    /// Pictures came in its formats, and none could be read.
    #[error("the pictures of {path} can't be read in any of its formats: {offers}")]
    Unreadable {
        /// The device.
        path: PathBuf,
        /// What it offers.
        offers: String,
    },
    /// The order of the fields isn't supported here.
    #[error(
        "{name} delivers interlaced pictures that can't be read here ({fields}): choose another input \
         or standard with v4l2-ctl"
    )]
    Interlaced {
        /// The device.
        name: String,
        /// The format, and what the kernel calls the order of its fields.
        fields: String,
    },
    /// The driver reports something impossible.
    #[error("the driver of {name} reports nonsense: {what}")]
    Nonsense {
        /// The device.
        name: String,
        /// What it says.
        what: String,
    },
    /// No virtual camera exists.
    #[error("there is no virtual camera of v4l2loopback: 'backlot doctor' says how to get one")]
    NoVirtualCamera,
    /// No virtual camera has that name.
    #[error("there is no virtual camera {name}; {there}. 'backlot doctor' says how to get one")]
    NoSuchOutput {
        /// The name that was asked for.
        name: String,
        /// The existing names, as the end of the sentence.
        there: String,
    },
    /// A device that can't be fed.
    #[error("{path} is {what}, not a virtual camera: name a device of v4l2loopback")]
    NotAVirtualCamera {
        /// The device.
        path: PathBuf,
        /// What it is.
        what: &'static str,
    },
    /// Another program feeds it.
    #[error("{path} is being fed{by}: end that program, or name another virtual camera")]
    Fed {
        /// The device.
        path: PathBuf,
        /// Which program, as ` by NAME (PID)`, where that can be told.
        by: String,
    },
    /// The driver doesn't let more programs open it.
    #[error("{path} is open in as many programs as v4l2loopback allows (max_openers): close one")]
    TooManyOpen {
        /// The device.
        path: PathBuf,
    },
    /// The format can't be changed, and isn't one of ours.
    #[error(
        "{path} is kept at {format}, which can't be shown here: close the programs that have it open, \
         or set its control keep_format to 0"
    )]
    FixedFormat {
        /// The device.
        path: PathBuf,
        /// Its format.
        format: String,
    },
    /// A picture that the virtual camera doesn't show.
    #[error("{path} shows {wanted}, and was given {found}")]
    WrongPicture {
        /// The device.
        path: PathBuf,
        /// What it shows.
        wanted: String,
        /// What it was given.
        found: String,
    },
    /// No control has that name.
    #[error("there is no control '{name}'{near}")]
    NoControl {
        /// The name that was asked for.
        name: String,
        /// The existing names, as the end of the sentence.
        near: String,
    },
    /// The control can't have that value.
    #[error("the control '{name}' can't be {value}: {possible}")]
    ControlValue {
        /// The control.
        name: String,
        /// The value that was asked for.
        value: i64,
        /// What is possible.
        possible: String,
    },
    /// A call failed.
    #[error("{name}: {doing} failed: {source}")]
    Io {
        /// The device.
        name: String,
        /// The operation.
        doing: &'static str,
        /// The system's error.
        source: io::Error,
    },
}

impl Error {
    /// What to do about it.
    pub const fn recovery(&self) -> Recovery {
        match self {
            Self::NoCamera
            | Self::Busy { .. }
            | Self::NoVirtualCamera
            | Self::NoSuchOutput { .. }
            | Self::Fed { .. }
            | Self::TooManyOpen { .. }
            | Self::FixedFormat { .. }
            | Self::Unreadable { .. } => Recovery::Retry,
            Self::WrongPicture { .. } => Recovery::Reconfigure,
            Self::Gone { .. } | Self::Io { .. } | Self::Nonsense { .. } => Recovery::Reopen,
            Self::Interlaced { .. }
            | Self::NotFound { .. }
            | Self::Ambiguous { .. }
            | Self::Denied { .. }
            | Self::NotACamera { .. }
            | Self::NotAVirtualCamera { .. }
            | Self::NoUsableFormat { .. }
            | Self::NoControl { .. }
            | Self::ControlValue { .. } => Recovery::Fatal,
        }
    }

    /// What viewers may know about it.
    pub const fn trouble(&self) -> Trouble {
        match self {
            Self::NoCamera
            | Self::NotFound { .. }
            | Self::Gone { .. }
            | Self::NotACamera { .. } => Trouble::Absent,
            Self::Busy { .. } => Trouble::Busy,
            Self::Denied { .. } => Trouble::Denied,
            Self::NoUsableFormat { .. } => Trouble::Unreadable,
            _ => Trouble::Other,
        }
    }

    /// The error that a failed call on a device means.
    pub(crate) fn of_call(
        name: &str,
        path: &std::path::Path,
        doing: &'static str,
        source: io::Error,
    ) -> Self {
        let path = path.to_owned();
        match source.raw_os_error() {
            Some(libc::EACCES | libc::EPERM) => Self::Denied { path },
            Some(libc::EBUSY) => Self::Busy { by: crate::openers::in_words(&path), path },
            Some(libc::ENODEV | libc::ENXIO | libc::ENOENT) => Self::Gone { name: name.into() },
            Some(libc::ENOTTY) if doing == "asking what it is" => {
                Self::NotACamera { path, what: "it is not a video device".into() }
            }
            _ => Self::Io { name: name.into(), doing, source },
        }
    }
}

impl From<Error> for StreamError {
    fn from(error: Error) -> Self {
        let (recovery, trouble) = (error.recovery(), error.trouble());
        Self::new(error, recovery).told_as(trouble)
    }
}

/// The existing names, nearest to `name` first, as the end of a sentence.
pub(crate) fn nearest<'a>(name: &str, there: impl Iterator<Item = &'a str>) -> String {
    let name = name.to_lowercase();
    let likeness = |other: &str| strsim::jaro_winkler(&name, &other.to_lowercase());
    let mut there: Vec<&str> = there.collect();
    there.sort_by(|a, b| likeness(b).total_cmp(&likeness(a)).then(a.cmp(b)));
    there.dedup();
    there.truncate(3);
    match there.as_slice() {
        [] => "; there is none at all".to_owned(),
        some => format!("; there is '{}'", some.join("', '")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    fn system_errors_become_advice() {
        let of = |errno, doing| {
            let source = io::Error::from_raw_os_error(errno);
            let error = Error::of_call("Cam", Path::new("/dev/none"), doing, source);
            (error.recovery(), error.to_string())
        };
        let (advice, text) = of(libc::EACCES, "opening");
        assert_eq!(advice, Recovery::Fatal);
        assert!(text.contains("group 'video'"), "{text}");
        let (advice, text) = of(libc::EBUSY, "starting");
        assert_eq!(advice, Recovery::Retry);
        assert!(text.starts_with("/dev/none is in use"), "{text}");
        assert_eq!(of(libc::ENODEV, "waiting").0, Recovery::Reopen);
        assert_eq!(of(libc::EIO, "waiting").0, Recovery::Reopen);
        assert_eq!(of(libc::ENOTTY, "asking what it is").0, Recovery::Fatal);
    }

    #[test]
    fn the_nearest_name_comes_first() {
        let there = ["HD Pro Webcam C920", "Integrated Camera"];
        let text = nearest("integratd", there.into_iter());
        assert_eq!(text, "; there is 'Integrated Camera', 'HD Pro Webcam C920'");
        assert_eq!(nearest("x", std::iter::empty()), "; there is none at all");
    }
}
