//! A v4l2loopback device that is being fed.

use super::format::packed_bytes;
use super::watch::{ViewerDetection, Watch};
use crate::error::Error;
use crate::sys::Device;
use backlot_guard::{Cleared, VirtualCamera};
use backlot_media::{Frame, OutputMode, Recovery, StreamError, Viewers, Waker};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A virtual camera that we feed. Dropping it releases the device; viewers may stay and continue
/// with the next feeder.
#[derive(Debug)]
pub struct Loopback {
    // Dropped before the device.
    watch: Watch,
    device: Arc<Device>,
    path: PathBuf,
    mode: OutputMode,
    bytes: usize,
    packed: Vec<u8>,
}

impl Loopback {
    /// Watches for viewers and shows a first, black picture: programs list an exclusive device as a
    /// camera only from then on.
    pub(super) fn start(
        device: Device,
        path: &Path,
        mode: OutputMode,
        scan: bool,
        changed: Waker,
    ) -> Result<Self, StreamError> {
        let device = Arc::new(device);
        let failed =
            |source| Error::of_call(&path.display().to_string(), path, "watching it", source);
        let watch = Watch::start(&device, path, scan, changed).map_err(failed)?;
        let bytes = packed_bytes(mode.format, mode.size);
        let packed = Vec::with_capacity(bytes);
        let mut loopback = Self { watch, device, path: path.to_owned(), mode, bytes, packed };
        loopback.put(&Cleared::black(&mode))?;
        Ok(loopback)
    }

    /// How it detects viewers.
    pub fn detection(&self) -> ViewerDetection {
        self.watch.detection
    }

    /// The device's file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    #[cold]
    fn fault(&self, source: io::Error) -> StreamError {
        if source.kind() == io::ErrorKind::WouldBlock {
            return StreamError::new(self.error(source), Recovery::Retry);
        }
        // Whatever the error, this stream is over: the driver gives it to only one program.
        StreamError::new(self.error(source), Recovery::Reopen)
    }

    fn error(&self, source: io::Error) -> Error {
        Error::of_call(&self.path.display().to_string(), &self.path, "showing a picture", source)
    }

    #[cold]
    fn misfit(&self, picture: &Frame) -> StreamError {
        let found = format!("{} {}", picture.format(), picture.size());
        let wanted = format!("{} {}", self.mode.format, self.mode.size);
        Error::WrongPicture { path: self.path.clone(), wanted, found }.into()
    }
}

impl VirtualCamera for Loopback {
    fn mode(&self) -> OutputMode {
        self.mode
    }

    fn put(&mut self, picture: &Cleared) -> Result<(), StreamError> {
        if picture.format() != self.mode.format || picture.size() != self.mode.size {
            return Err(self.misfit(picture));
        }
        let mut bytes = picture.bytes();
        if bytes.len() != self.bytes {
            // The buffer was allocated at the start.
            self.packed.clear();
            picture.write_packed(&mut self.packed);
            bytes = &self.packed;
        }
        match self.device.write(bytes) {
            Ok(taken) if taken == bytes.len() => Ok(()),
            Ok(taken) => {
                let what = format!("it took {taken} bytes of {}", bytes.len());
                Err(self.fault(io::Error::other(what)))
            }
            Err(error) => Err(self.fault(error)),
        }
    }

    fn viewers(&self) -> Viewers {
        self.watch.count.viewers()
    }
}
