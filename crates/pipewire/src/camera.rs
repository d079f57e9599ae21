//! A camera read through PipeWire, for machines whose camera exists nowhere else.

mod intake;
mod stream;

use crate::Error;
use crate::list::{Found, survey};
use crate::session::{Remote, Session};
use crate::slot::{Reader, slot};
use crate::worker::Worker;
use backlot_media::{
    Camera, CameraMode, CameraOpener, CameraTally, Delivery, Encoding, FrameRate, RawPicture,
    StreamError, Timestamp, Wish,
};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};
use stream::{Shared, Stream};

/// Opens a camera of the user's PipeWire session.
#[derive(Clone, Debug, Default)]
pub struct PipewireCameraOpener {
    wanted: Option<String>,
    remote: Remote,
    /// Encodings that could not be read.
    avoided: Vec<Encoding>,
}

impl PipewireCameraOpener {
    /// An opener for the first camera.
    pub fn auto() -> Self {
        Self::default()
    }

    /// An opener for the camera with this `node.name` or description, or else for one whose
    /// description contains it.
    pub fn named(name: &str) -> Self {
        Self { wanted: Some(name.to_owned()), ..Self::default() }
    }

    /// Uses the daemon that listens at this socket instead of the session's own.
    #[must_use]
    pub fn remote(mut self, socket: impl Into<PathBuf>) -> Self {
        self.remote = Remote(Some(socket.into()));
        self
    }
}

impl CameraOpener for PipewireCameraOpener {
    fn name(&self) -> String {
        match &self.wanted {
            Some(name) => format!("PipeWire camera \"{name}\""),
            None => "PipeWire camera".to_owned(),
        }
    }

    fn open(&mut self, wish: &Wish) -> Result<Box<dyn Camera>, StreamError> {
        let shared = Arc::new(Shared::default());
        let (writer, pictures) = slot(Taken::default);
        let stream = Stream {
            wanted: self.wanted.clone(),
            remote: self.remote.clone(),
            wish: *wish,
            avoided: self.avoided.clone(),
            shared: shared.clone(),
        };
        let (worker, opened) = Worker::start("start the camera", move |signals, report| {
            stream.run(writer, signals, report)
        })
        .inspect_err(|error| {
            // Next time start over: there may be another camera.
            if matches!(error, Error::Unreadable(_)) {
                self.avoided.clear();
            }
        })?;
        let mode = CameraMode {
            size: opened.video.size,
            rate: opened.video.rate.unwrap_or(FrameRate::FPS_30),
            encoding: opened.video.encoding,
            color: opened.video.color,
        };
        Ok(Box::new(PipewireCamera { mode, name: opened.name, pictures, shared, _worker: worker }))
    }

    fn avoid(&mut self, encoding: Encoding) {
        if !self.avoided.contains(&encoding) {
            self.avoided.push(encoding);
        }
    }
}

/// Checks whether the user's session has a camera that fits this name.
///
/// # Errors
/// Returns [`Error::NoSuchCamera`] with the existing ones, or an error if PipeWire doesn't run or
/// answer.
pub fn check(name: &str) -> Result<(), Error> {
    let name = name.to_owned();
    let (_, there) = Worker::start("list its cameras", move |_, report| {
        let found = survey(&Session::connect(&Remote::default())?)?;
        let _ = report.try_send(pick(&found, Some(&name)).map(|_| ()));
        Ok(())
    })?;
    Ok(there)
}

/// The camera that fits the name.
fn pick<'a>(cameras: &'a [Found], wanted: Option<&str>) -> Result<&'a Found, Error> {
    let Some(name) = wanted else {
        let first = cameras.iter().find(|c| c.is_camera).or(cameras.first());
        return first.ok_or(Error::NoCamera);
    };
    let exact = |c: &&Found| c.info.name == name || c.info.description == name;
    let small = name.to_lowercase();
    let alike = |c: &&Found| c.info.description.to_lowercase().contains(&small);
    cameras.iter().find(exact).or_else(|| cameras.iter().find(alike)).ok_or_else(|| {
        let others = cameras.iter().map(|c| format!("'{}'", c.info.description)).collect();
        Error::NoSuchCamera { name: name.to_owned(), others }
    })
}

/// A picture on its way to the other thread.
#[derive(Debug, Default)]
struct Taken {
    bytes: Vec<u8>,
    stride: usize,
    time: Timestamp,
    sequence: u64,
}

/// An open camera.
pub struct PipewireCamera {
    mode: CameraMode,
    name: String,
    pictures: Reader<Taken>,
    shared: Arc<Shared>,
    _worker: Worker,
}

impl Camera for PipewireCamera {
    fn mode(&self) -> CameraMode {
        self.mode
    }

    fn next(
        &mut self,
        wait: Duration,
        take: &mut dyn FnMut(RawPicture<'_>),
    ) -> Result<Delivery, StreamError> {
        let until = Instant::now() + wait;
        loop {
            if self.pictures.refresh() {
                let Taken { bytes, stride, time, sequence } = self.pictures.front();
                let (stride, time, sequence) = (*stride, *time, *sequence);
                take(RawPicture { bytes, stride, time, sequence });
                return Ok(Delivery::Picture);
            }
            if let Some(error) = self.shared.failure(&self.name) {
                return Err(error.into());
            }
            if !self.shared.bell.wait(until) {
                return Ok(Delivery::Nothing);
            }
        }
    }

    fn tally(&self) -> CameraTally {
        self.shared.tally()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::list::CameraInfo;

    fn found(name: &str, description: &str, is_camera: bool) -> Found {
        let (name, description) = (name.to_owned(), description.to_owned());
        let info = CameraInfo { id: 1, name, description, ..CameraInfo::default() };
        Found { info, target: "1".to_owned(), is_camera, offers: Vec::new() }
    }

    #[test]
    fn cameras_are_found_by_name_and_by_description() {
        let all = [found("cast", "Screen", false), found("libcamera_1", "Built-in Front", true)];
        let name = |wanted| pick(&all, wanted).map(|f| f.info.name.as_str());
        assert_eq!(name(None).unwrap(), "libcamera_1");
        assert_eq!(name(Some("cast")).unwrap(), "cast");
        assert_eq!(name(Some("front")).unwrap(), "libcamera_1");
        let error = name(Some("rear")).unwrap_err().to_string();
        assert_eq!(error, "PipeWire has no camera 'rear'; it has 'Screen', 'Built-in Front'");
        assert!(matches!(pick(&[], None), Err(Error::NoCamera)));
    }
}
