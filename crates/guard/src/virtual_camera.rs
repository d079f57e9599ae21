//! Virtual cameras: what other programs watch, and who opens them.
//!
//! The traits are the seam between the pipeline, which knows no device, and the device crates,
//! which know no pipeline. They are here so that no device can get anything but a [`Cleared`]
//! picture.

use crate::Cleared;
use backlot_media::{OutputMode, StreamError, Viewers, Waker, Wish};

/// A virtual camera that other programs can open. Dropping it gives the device back.
pub trait VirtualCamera: Send {
    /// What it shows; fixed while it is open.
    fn mode(&self) -> OutputMode;

    /// Shows viewers a picture of exactly the mode's format, size and colour space, without
    /// waiting for any of them.
    ///
    /// # Errors
    /// Returns the error with advice on what to do. After `Reopen`, drop the virtual camera.
    fn put(&mut self, picture: &Cleared) -> Result<(), StreamError>;

    /// Who watches now. Cheap: no system call.
    fn viewers(&self) -> Viewers;
}

/// Opens a virtual camera, again and again if need be.
pub trait OutputOpener: Send {
    /// The user's name for it, for messages.
    fn name(&self) -> String;

    /// Opens it in the mode nearest to the wish. It calls `changed` whenever
    /// [`VirtualCamera::viewers`] changes.
    ///
    /// # Errors
    /// Returns the error with advice: `Retry` and `Reopen` if it may appear again on its own,
    /// `Fatal` if it never will.
    fn open(&mut self, wish: &Wish, changed: Waker) -> Result<Box<dyn VirtualCamera>, StreamError>;
}
