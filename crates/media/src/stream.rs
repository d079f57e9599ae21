//! Sources of frames, and their errors.

use crate::{ColorSpace, Frame, FrameRate, Size};

/// What to do about an error of a source or sink.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recovery {
    /// Wait and try the same call again.
    Retry,
    /// Open the thing again.
    Reopen,
    /// Ask for another size, rate or format.
    Reconfigure,
    /// Nothing helps: tell the user.
    Fatal,
}

/// What is wrong with a device, as far as strangers may know. Viewers learn only this, while the
/// cause names devices and files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Trouble {
    /// It does not exist.
    Absent,
    /// Another program has it.
    Busy,
    /// The system forbids it.
    Denied,
    /// It exists and delivers nothing.
    Silent,
    /// What it delivers can't be read.
    Unreadable,
    /// Something else.
    #[default]
    Other,
}

/// An error of a source or sink, with its cause and what to do about it.
#[derive(Debug, thiserror::Error)]
#[error("{cause}")]
pub struct StreamError {
    /// What happened.
    #[source]
    cause: Box<dyn std::error::Error + Send + Sync>,
    recovery: Recovery,
    trouble: Trouble,
}

impl StreamError {
    /// An error with a cause.
    pub fn new(
        cause: impl Into<Box<dyn std::error::Error + Send + Sync>>,
        recovery: Recovery,
    ) -> Self {
        Self { cause: cause.into(), recovery, trouble: Trouble::Other }
    }

    /// Sets what viewers may know about it.
    #[must_use]
    pub const fn told_as(mut self, trouble: Trouble) -> Self {
        self.trouble = trouble;
        self
    }

    /// What viewers may know about it.
    pub const fn trouble(&self) -> Trouble {
        self.trouble
    }

    /// What to do about it.
    pub const fn recovery(&self) -> Recovery {
        self.recovery
    }

    /// The cause, for callers that know its type.
    pub fn cause(&self) -> &(dyn std::error::Error + Send + Sync + 'static) {
        &*self.cause
    }
}

/// Delivers frames, one after the other.
pub trait Source: Send {
    /// Size of the frames to come.
    fn size(&self) -> Size;

    /// Colour space of the frames to come.
    fn color(&self) -> ColorSpace;

    /// Frames per second, where the source has a steady rate.
    fn rate(&self) -> Option<FrameRate>;

    /// The total number of frames, where it is known.
    fn frames(&self) -> Option<u64>;

    /// The next frame in the working format (I420), or `None` at the end.
    ///
    /// # Errors
    /// Returns the error with advice on what to do.
    fn next_frame(&mut self) -> Result<Option<Frame>, StreamError>;
}
