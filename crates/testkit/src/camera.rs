//! A camera in the room, with every fault that cameras have.

use crate::room::draw_room;
use backlot_media::{
    Camera, CameraMode, CameraOpener, CameraTally, Clock, ColorSpace, Delivery, Encoding, Frame,
    MonotonicClock, PixelFormat, RawPicture, Recovery, Size, StreamError, Trouble, Wish,
};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// A fault of the camera.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CameraFault {
    /// Nothing.
    #[default]
    None,
    /// It is gone: an open stream fails, and it can't be opened.
    Unplugged,
    /// It delivers nothing.
    Silent,
    /// It delivers random bytes, too few for a picture.
    Rubbish,
    /// It delivers pictures that end much too early, as with a bad cable.
    Damaged,
    /// JPEG pictures lack their last bytes, including the end marker.
    LastBytesLost,
    /// JPEG pictures begin after other bytes, and begin twice.
    BadStart,
    /// JPEG pictures are whole, but of a kind that no program reads. The camera has another format.
    Unreadable,
}

/// The test's control over the camera, and its view of it.
#[derive(Clone)]
pub struct RoomHandle(Arc<Mutex<State>>);

struct State {
    size: Size,
    encoding: Encoding,
    fault: CameraFault,
    is_open: bool,
    delivered: u64,
}

impl RoomHandle {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sets the fault from now on.
    pub fn set_fault(&self, fault: CameraFault) {
        self.state().fault = fault;
    }

    /// From the next opening on it delivers pictures of this size, in this encoding (YUYV or JPEG).
    pub fn set_mode(&self, size: Size, encoding: Encoding) {
        let mut state = self.state();
        (state.size, state.encoding) = (size, encoding);
    }

    /// Whether it is open.
    pub fn is_open(&self) -> bool {
        self.state().is_open
    }

    /// How many pictures it has delivered, good and bad.
    pub fn delivered(&self) -> u64 {
        self.state().delivered
    }
}

/// Opens the camera.
pub struct RoomCamera(RoomHandle);

impl RoomCamera {
    /// A camera without faults, and the handle to it.
    pub fn new(size: Size, encoding: Encoding) -> (Self, RoomHandle) {
        let fault = CameraFault::None;
        let state = State { size, encoding, fault, is_open: false, delivered: 0 };
        let handle = RoomHandle(Arc::new(Mutex::new(state)));
        (Self(handle.clone()), handle)
    }

    /// Opens an existing camera.
    pub fn of(handle: &RoomHandle) -> Self {
        Self(handle.clone())
    }
}

fn unplugged() -> StreamError {
    StreamError::new("/dev/room was unplugged", Recovery::Reopen).told_as(Trouble::Absent)
}

impl CameraOpener for RoomCamera {
    fn name(&self) -> String {
        "room".to_owned()
    }

    fn open(&mut self, wish: &Wish) -> Result<Box<dyn Camera>, StreamError> {
        let mut state = self.0.state();
        if state.fault == CameraFault::Unplugged {
            return Err(unplugged());
        }
        state.is_open = true;
        let color = match state.encoding {
            Encoding::Jpeg => ColorSpace::JPEG,
            Encoding::Raw(_) => ColorSpace::BT601,
        };
        let (size, rate, encoding) = (state.size, wish.rate, state.encoding);
        let mode = CameraMode { size, rate, encoding, color };
        Ok(Box::new(Open { handle: self.0.clone(), mode, sequence: 0 }))
    }

    fn avoid(&mut self, encoding: Encoding) {
        if encoding == Encoding::Jpeg {
            self.0.state().encoding = Encoding::Raw(PixelFormat::Yuyv);
        }
    }
}

struct Open {
    handle: RoomHandle,
    mode: CameraMode,
    sequence: u64,
}

impl Drop for Open {
    fn drop(&mut self) {
        self.handle.state().is_open = false;
    }
}

impl Open {
    /// The picture in the mode's encoding.
    fn picture(&self) -> Result<Vec<u8>, StreamError> {
        let mut frame = Frame::new(PixelFormat::I420, self.mode.size);
        (frame.color, frame.sequence) = (self.mode.color, self.sequence);
        draw_room(&mut frame);
        match self.mode.encoding {
            Encoding::Jpeg => backlot_mjpeg::encode(&frame, 90)
                .map_err(|error| StreamError::new(error, Recovery::Fatal)),
            Encoding::Raw(PixelFormat::Yuyv) => Ok(yuyv(&frame)),
            Encoding::Raw(other) => {
                Err(StreamError::new(format!("the room comes in no {other}"), Recovery::Fatal))
            }
        }
    }
}

impl Camera for Open {
    fn mode(&self) -> CameraMode {
        self.mode
    }

    fn next(
        &mut self,
        wait: Duration,
        take: &mut dyn FnMut(RawPicture<'_>),
    ) -> Result<Delivery, StreamError> {
        let between = Duration::from_secs_f64(1.0 / self.mode.rate.fps());
        let fault = self.handle.state().fault;
        if fault == CameraFault::Unplugged {
            return Err(unplugged());
        }
        std::thread::sleep(between.min(wait));
        if fault == CameraFault::Silent {
            return Ok(Delivery::Nothing);
        }
        let mut bytes = self.picture()?;
        match fault {
            CameraFault::Rubbish => bytes = (0..977_u64).map(|i| (i * i % 251) as u8).collect(),
            CameraFault::Damaged => bytes.truncate(bytes.len() / 4),
            fault if self.mode.encoding == Encoding::Jpeg => spoil(&mut bytes, fault),
            _ => {}
        }
        let stride = match self.mode.encoding {
            Encoding::Jpeg => 0,
            Encoding::Raw(_) => 2 * self.mode.size.width as usize,
        };
        self.sequence += 1;
        self.handle.state().delivered += 1;
        let (time, sequence) = (MonotonicClock.now(), self.sequence);
        take(RawPicture { bytes: &bytes, stride, time, sequence });
        Ok(Delivery::Picture)
    }

    fn tally(&self) -> CameraTally {
        CameraTally::default()
    }
}

/// Changes a JPEG picture to the form that some cameras send.
fn spoil(jpeg: &mut Vec<u8>, fault: CameraFault) {
    match fault {
        CameraFault::LastBytesLost => jpeg.truncate(jpeg.len() - 40),
        CameraFault::BadStart => drop(jpeg.splice(0..0, [0, 0, 7, 0xff, 0xd8])),
        // Twelve bits for each sample.
        CameraFault::Unreadable => {
            if let Some(frame) = jpeg.windows(2).position(|pair| pair == [0xff, 0xc0]) {
                jpeg[frame + 4] = 12;
            }
        }
        _ => {}
    }
}

/// An I420 picture as YUYV bytes without gaps; each row of chroma serves two.
pub(crate) fn yuyv(frame: &Frame) -> Vec<u8> {
    let [y, u, v] = frame.yuv();
    let mut bytes = Vec::with_capacity(2 * frame.size().pixels());
    for (index, row) in y.rows().enumerate() {
        let (blue, red) = (u.row(index / 2), v.row(index / 2));
        for (pair, (u, v)) in row.chunks(2).zip(blue.iter().zip(red)) {
            bytes.extend([pair[0], *u, pair[pair.len() - 1], *v]);
        }
    }
    bytes
}
