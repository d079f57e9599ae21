//! Virtual cameras: what other programs watch, and who opens them.
//!
//! The traits are the seam between the pipeline, which knows no device, and the crates of the
//! devices, which know no pipeline. They stand here so that no device can be shown anything but a
//! [`Cleared`] picture.

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
    /// With advice on what to do. After `Reopen` the virtual camera is to be dropped.
    fn put(&mut self, picture: &Cleared) -> Result<(), StreamError>;

    /// Who watches now. Cheap: no system call.
    fn viewers(&self) -> Viewers;
}

/// Opens a virtual camera, again and again if need be.
pub trait OutputOpener: Send {
    /// What the user calls it, for messages.
    fn name(&self) -> String;

    /// Opens it in the mode nearest to what is asked for. `changed` is called whenever
    /// [`VirtualCamera::viewers`] says something new.
    ///
    /// # Errors
    /// With advice: `Retry` and `Reopen` if it may come (back) by itself, `Fatal` if it never will.
    fn open(&mut self, wish: &Wish, changed: Waker) -> Result<Box<dyn VirtualCamera>, StreamError>;
}
