//! A virtual camera: a node that any program can read, several at once.

mod node;

use crate::session::Remote;
use crate::slot::{Writer, slot};
use crate::worker::{Signal, Worker};
use crate::{Error, NODE_DESCRIPTION, NODE_NAME};
use backlot_guard::{Cleared, OutputOpener, VirtualCamera};
use backlot_media::{
    ColorSpace, Frame, OutputMode, PixelFormat, Size, StreamError, Viewers, Waker, Wish,
};
use node::{Node, Picture, Shared};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// Opens a virtual camera of the user's PipeWire session.
#[derive(Clone, Debug)]
pub struct PipewireOutputOpener {
    description: String,
    format: PixelFormat,
    remote: Remote,
}

impl Default for PipewireOutputOpener {
    fn default() -> Self {
        let (description, format) = (NODE_DESCRIPTION.to_owned(), PixelFormat::Yuyv);
        Self { description, format, remote: Remote::default() }
    }
}

impl PipewireOutputOpener {
    /// The virtual camera "Backlot", in YUYV.
    pub fn new() -> Self {
        Self::default()
    }

    /// Gives it another name, which viewers see.
    #[must_use]
    pub fn named(mut self, name: &str) -> Self {
        let clean: String = name.chars().filter(|c| !c.is_control()).take(80).collect();
        if !clean.trim().is_empty() {
            clean.trim().clone_into(&mut self.description);
        }
        self
    }

    /// Shows pictures in another format: YUYV, I420 or NV12.
    #[must_use]
    pub const fn format(mut self, format: PixelFormat) -> Self {
        self.format = format;
        self
    }

    /// Uses the daemon that listens at this socket instead of the session's own.
    #[must_use]
    pub fn remote(mut self, socket: impl Into<PathBuf>) -> Self {
        self.remote = Remote(Some(socket.into()));
        self
    }

    /// `node.name`: the name in small letters, for command lines.
    fn node_name(&self) -> String {
        if self.description == NODE_DESCRIPTION {
            return NODE_NAME.to_owned();
        }
        let plain = |c: char| if c.is_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
        self.description.chars().map(plain).collect()
    }

    fn mode(&self, wish: &Wish) -> OutputMode {
        // Chroma is halved across, and some viewers break with odd sides.
        let even = |side: u32| (side & !1).max(2);
        let size = Size { width: even(wish.size.width), height: even(wish.size.height) };
        OutputMode { size, rate: wish.rate, format: self.format, color: ColorSpace::BT601 }
    }
}

impl OutputOpener for PipewireOutputOpener {
    fn name(&self) -> String {
        format!("PipeWire camera \"{}\"", self.description)
    }

    fn open(&mut self, wish: &Wish, changed: Waker) -> Result<Box<dyn VirtualCamera>, StreamError> {
        let mode = self.mode(wish);
        if !matches!(mode.format, PixelFormat::Yuyv | PixelFormat::I420 | PixelFormat::Nv12) {
            return Err(Error::UnusableFormat(mode.format.to_string()).into());
        }
        let shared = Arc::new(Shared::new(changed));
        let bytes: usize = mode.format.planes(mode.size).iter().map(|p| p.row_bytes * p.rows).sum();
        let (slot, reader) = slot(|| Picture { bytes: vec![0; bytes], time: 0 });
        let node = Node {
            name: self.node_name(),
            description: self.description.clone(),
            mode,
            remote: self.remote.clone(),
            shared: shared.clone(),
        };
        let (worker, ()) = Worker::start("make the virtual camera", move |signals, report| {
            node.run(reader, signals, report)
        })?;
        Ok(Box::new(PipewireOutput { mode, slot, shared, worker }))
    }
}

/// An open virtual camera. Dropping it removes the node.
pub struct PipewireOutput {
    mode: OutputMode,
    slot: Writer<Picture>,
    shared: Arc<Shared>,
    worker: Worker,
}

impl PipewireOutput {
    fn check(&self, picture: &Frame) -> Result<(), Error> {
        let OutputMode { format, size, .. } = self.mode;
        if picture.format() == format && picture.size() == size {
            return Ok(());
        }
        let expected = format!("{format} {size}");
        let found = format!("{} {}", picture.format(), picture.size());
        Err(Error::WrongFrame { expected, found })
    }
}

impl VirtualCamera for PipewireOutput {
    fn mode(&self) -> OutputMode {
        self.mode
    }

    fn put(&mut self, picture: &Cleared) -> Result<(), StreamError> {
        if let Some(why) = self.shared.ended.get() {
            return Err(Error::Disconnected(why.clone()).into());
        }
        self.check(picture)?;
        let back = self.slot.back();
        let mut rest = &mut back.bytes[..];
        for row in (0..picture.plane_count()).flat_map(|i| picture.plane(i).rows()) {
            let (now, later) = rest.split_at_mut(row.len());
            now.copy_from_slice(row);
            rest = later;
        }
        back.time = picture.time.nanos();
        self.slot.publish();
        if !self.shared.told.swap(true, Ordering::AcqRel) {
            self.worker.tell(Signal::Picture);
        }
        Ok(())
    }

    fn viewers(&self) -> Viewers {
        Viewers::Count(u32::from(self.shared.watched.load(Ordering::Acquire)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use backlot_media::FrameRate;

    #[test]
    fn names_become_fit_for_command_lines() {
        assert_eq!(PipewireOutputOpener::new().node_name(), "backlot");
        let named = PipewireOutputOpener::new().named(" My \0Camera\n");
        assert_eq!(
            (named.description.as_str(), named.node_name().as_str()),
            ("My Camera", "my-camera")
        );
        assert_eq!(PipewireOutputOpener::new().named(" \n").description, "Backlot");
    }

    #[test]
    fn odd_sides_become_even() {
        let wish = Wish { size: Size::new(641, 1).unwrap(), rate: FrameRate::FPS_30 };
        assert_eq!(PipewireOutputOpener::new().mode(&wish).size, Size::new(640, 2).unwrap());
    }
}
