//! Devices at work: cameras that deliver pictures in their own time, and the facts about virtual
//! cameras, whose traits are in the guard.
//!
//! The traits are the seam between the pipeline, which knows no device, and the crates of
//! the devices, which know no pipeline.

use crate::{ColorSpace, FrameRate, PixelFormat, Size, StreamError, Timestamp};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// How the pictures of a camera are encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// Planes of bytes, one behind the other.
    Raw(PixelFormat),
    /// One JPEG picture each.
    Jpeg,
}

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Raw(format) => format.fmt(f),
            Self::Jpeg => f.pad("MJPG"),
        }
    }
}

/// What a camera delivers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CameraMode {
    /// Size of the pictures.
    pub size: Size,
    /// Pictures per second that the camera promises.
    pub rate: FrameRate,
    /// How they are encoded.
    pub encoding: Encoding,
    /// What the numbers of raw pictures mean. JPEG pictures are [`ColorSpace::JPEG`].
    pub color: ColorSpace,
}

impl fmt::Display for CameraMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} at {} fps", self.encoding, self.size, self.rate)
    }
}

/// A picture as the camera delivered it, in memory lent for the call.
#[derive(Clone, Copy, Debug)]
pub struct RawPicture<'a> {
    /// The encoded picture. Raw planes follow each other with no gaps except their strides.
    pub bytes: &'a [u8],
    /// Bytes from one row of the first plane to the next; those of chroma planes are in
    /// proportion. 0 for JPEG.
    pub stride: usize,
    /// When it was taken, on the system's monotonic clock.
    pub time: Timestamp,
    /// Counts the pictures of the camera; gaps are pictures that were lost.
    pub sequence: u64,
}

/// The result of waiting for a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// A picture was handed over.
    Picture,
    /// None arrived in that time.
    Nothing,
}

/// Counts what a camera's driver delivered besides good pictures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CameraTally {
    /// Pictures that the driver marked as damaged, or that were too short.
    pub damaged: u64,
    /// Good pictures skipped because a newer one was there.
    pub late: u64,
    /// Pictures lost before they reached us, judging by gaps in the sequence.
    pub lost: u64,
}

/// A camera that is streaming. Dropping it stops the stream and closes the device.
pub trait Camera: Send {
    /// What it delivers.
    fn mode(&self) -> CameraMode;

    /// Waits for a picture and lends it to `take`. If several are waiting, the newest is lent and
    /// the others are counted. Damaged pictures are counted, and the wait goes on.
    ///
    /// # Errors
    /// Returns the error with advice on what to do. After `Reopen`, drop the camera.
    fn next(
        &mut self,
        wait: Duration,
        take: &mut dyn FnMut(RawPicture<'_>),
    ) -> Result<Delivery, StreamError>;

    /// What went wrong since the stream began.
    fn tally(&self) -> CameraTally;

    /// What it was asked for and can't do, in a sentence.
    fn remark(&self) -> Option<&str> {
        None
    }
}

/// The mode to ask a camera or a virtual camera for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wish {
    /// Size of the pictures.
    pub size: Size,
    /// Pictures per second.
    pub rate: FrameRate,
}

/// Opens a camera, again and again if needed: it survives an unplugged cable.
pub trait CameraOpener: Send {
    /// The user's name for it, for messages.
    fn name(&self) -> String;

    /// Opens the camera in the mode nearest to the wish, and starts it.
    ///
    /// # Errors
    /// Returns the error with advice: `Retry` and `Reopen` if it may appear again on its own,
    /// `Fatal` if it never will.
    fn open(&mut self, wish: &Wish) -> Result<Box<dyn Camera>, StreamError>;

    /// Reports that pictures in this encoding could not be read: from the next opening on, the
    /// opener asks the camera for others, if it has any.
    fn avoid(&mut self, _encoding: Encoding) {}
}

/// The viewers of a virtual camera.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Viewers {
    /// Unknown; there may be some.
    Unknown,
    /// The number of programs, as far as they can be told apart (at least one, if not 0).
    Count(u32),
}

impl Viewers {
    /// Whether anyone may be watching.
    pub const fn may_watch(self) -> bool {
        !matches!(self, Self::Count(0))
    }
}

/// What a virtual camera shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutputMode {
    /// Size of the pictures.
    pub size: Size,
    /// Pictures per second promised to viewers.
    pub rate: FrameRate,
    /// I420, NV12 or YUYV.
    pub format: PixelFormat,
    /// What the numbers mean.
    pub color: ColorSpace,
}

/// Called, from any thread, when something has changed.
pub type Waker = Arc<dyn Fn() + Send + Sync>;
