//! Opens a v4l2loopback device, without taking it from a program that feeds it.

use super::choose::{Facts, Output};
use super::discover::{LoopbackDevice, Module, module};
use super::format::{can_show, interval_of, mode_of, rate_of, wanted};
use super::sink::Loopback;
use super::watch::{ViewerDetection, real_path};
use super::{DRIVER, choose};
use crate::error::Error;
use crate::openers::{feeders_in_words, look};
use crate::sys::{BufType, ControlInfo, ControlKind, Device, Format};
use backlot_guard::{OutputOpener, VirtualCamera};
use backlot_media::{ColorSpace, FrameRate, OutputMode, PixelFormat, StreamError, Waker, Wish};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// The result of the last opening.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    /// The device's file.
    pub path: PathBuf,
    /// The mode that it shows.
    pub mode: OutputMode,
    /// How it detects viewers.
    pub detection: ViewerDetection,
}

/// Reports, from any thread, what the opener found when it last opened its device.
#[derive(Clone, Debug, Default)]
pub struct LoopbackReport(Arc<Mutex<Option<Opened>>>);

impl LoopbackReport {
    /// What it found; `None` before the first opening.
    pub fn last(&self) -> Option<Opened> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set(&self, opened: Opened) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(opened);
    }
}

/// Opens a v4l2loopback device.
#[derive(Clone, Debug)]
pub struct LoopbackOpener {
    output: Output,
    format: PixelFormat,
    color: ColorSpace,
    scan: bool,
    report: LoopbackReport,
}

impl LoopbackOpener {
    /// An opener for YUYV and BT.601, which every viewer takes, and assumes if it doesn't ask.
    pub fn new(output: Output) -> Self {
        Self {
            output,
            format: PixelFormat::Yuyv,
            color: ColorSpace::BT601,
            scan: false,
            report: LoopbackReport::default(),
        }
    }

    /// Asks for another pixel format: YUYV, I420 or NV12; others become YUYV.
    #[must_use]
    pub fn format(mut self, format: PixelFormat) -> Self {
        self.format = if can_show(format) { format } else { PixelFormat::Yuyv };
        self
    }

    /// Asks for another colour space.
    #[must_use]
    pub const fn color(mut self, color: ColorSpace) -> Self {
        self.color = color;
        self
    }

    /// Where the driver doesn't report viewers (0.12), looks twice a second at who has the device
    /// open.
    #[must_use]
    pub const fn scan(mut self, scan: bool) -> Self {
        self.scan = scan;
        self
    }

    /// A handle that later reports what was found.
    pub fn report(&self) -> LoopbackReport {
        self.report.clone()
    }

    /// Checks whether the device exists and may be fed now, and returns its file.
    ///
    /// # Errors
    /// Returns one sentence that says what is in the way.
    pub fn check(&self) -> Result<PathBuf, Error> {
        Ok(self.find()?.path)
    }

    /// Opens it, as [`OutputOpener::open`] does.
    ///
    /// # Errors
    /// Returns the error with advice.
    pub fn open_loopback(&self, wish: &Wish, changed: Waker) -> Result<Loopback, StreamError> {
        let found = self.find()?;
        let format = wanted(wish.size, self.format, self.color);
        let mode = found.set_up(&format, wish.rate)?;
        let path = found.path.clone();
        let loopback = Loopback::start(found.device, &path, mode, self.scan, changed)?;
        self.report.set(Opened { path, mode, detection: loopback.detection() });
        Ok(loopback)
    }

    fn find(&self) -> Result<Found, Error> {
        let module = module().unwrap_or_default();
        let (candidates, strangers) = self.output.candidates(&module.devices)?;
        let mut why = Error::NoVirtualCamera;
        for candidate in candidates {
            match Found::open(&candidate, &module, strangers) {
                Ok(found) => return Ok(found),
                Err(error) => why = error,
            }
        }
        Err(why)
    }
}

impl OutputOpener for LoopbackOpener {
    fn name(&self) -> String {
        self.output.name()
    }

    fn open(&mut self, wish: &Wish, changed: Waker) -> Result<Box<dyn VirtualCamera>, StreamError> {
        Ok(Box::new(self.open_loopback(wish, changed)?))
    }
}

/// Opens a device that may be fed.
struct Found {
    device: Device,
    path: PathBuf,
    arbitrates: bool,
}

impl Found {
    fn open(candidate: &LoopbackDevice, module: &Module, stranger: bool) -> Result<Self, Error> {
        let path = real_path(&candidate.path);
        let open = || {
            let device = Device::open(&path).map_err(|source| not_opened(&path, module, source))?;
            let capability = device.querycap().map_err(|_| not_ours(&path, "no video device"))?;
            Ok((device, capability))
        };
        let (mut device, mut capability) = open()?;
        if capability.driver == DRIVER && !capability.captures() && !capability.outputs() {
            // The driver refuses it, but then (0.12) takes us for a feeder, whose end it notices.
            let _ = device.stream_on(BufType::Output);
            drop(device);
            (device, capability) = open()?;
        }
        if capability.driver != DRIVER {
            let is_camera = capability.captures() || capability.captures_multiplanar();
            return Err(not_ours(&path, if is_camera { "a camera" } else { "another device" }));
        }
        let around = look(&path);
        let arbitrates = module.arbitrates();
        let facts = Facts {
            captures: capability.captures(),
            outputs: capability.outputs(),
            formatted: candidate.format.is_some(),
            exclusive: candidate.exclusive,
            keeps_format: keeps_format(&device),
            arbitrates,
            others: around.openers.len(),
            all_seen: around.hidden == 0,
        };
        if facts.may_feed(stranger) {
            return Ok(Self { device, path, arbitrates });
        }
        Err(fed(&path))
    }

    /// Negotiates the mode, and makes the device a camera.
    fn set_up(&self, wanted: &Format, rate: FrameRate) -> Result<OutputMode, Error> {
        let granted = self.agree(wanted)?;
        let _ = self.device.set_interval(BufType::Output, interval_of(rate));
        let kept = self.device.interval(BufType::Output).ok().flatten();
        let rate = kept.and_then(rate_of).unwrap_or(rate);
        let misfit = || Error::FixedFormat {
            path: self.path.clone(),
            format: format!("{} {}x{}", granted.fourcc, granted.width, granted.height),
        };
        let mode = mode_of(&granted, rate).ok_or_else(misfit)?;
        match self.device.stream_on(BufType::Output) {
            Ok(()) => Ok(mode),
            // From 0.14 on the first `write` does it.
            Err(error) if error.raw_os_error() == Some(libc::EINVAL) => Ok(mode),
            Err(error) => Err(self.failed("starting", error)),
        }
    }

    /// Asks for a format, and returns the one in force.
    fn agree(&self, wanted: &Format) -> Result<Format, Error> {
        let ask = |format: &Format| self.device.set_format(BufType::Output, format);
        let granted = match ask(wanted) {
            Err(error) if self.arbitrates && is_taken(&error) => return Err(fed(&self.path)),
            // 0.13 refuses anything that differs from a kept format.
            Err(error) if is_taken(&error) => {
                let kept = self.device.format(BufType::Output);
                ask(&kept.map_err(|_| self.failed("asking for a format", error))?)
            }
            other => other,
        };
        let granted = granted.map_err(|error| self.failed("asking for a format", error))?;
        Ok(self.device.format(BufType::Output).unwrap_or(granted))
    }

    fn failed(&self, doing: &'static str, source: io::Error) -> Error {
        Error::of_call(&self.path.display().to_string(), &self.path, doing, source)
    }
}

/// Exclusive devices answer `EINVAL` to a second feeder, others `EBUSY`.
fn is_taken(error: &io::Error) -> bool {
    matches!(error.raw_os_error(), Some(libc::EBUSY | libc::EINVAL))
}

fn fed(path: &Path) -> Error {
    Error::Fed { path: path.to_owned(), by: feeders_in_words(path) }
}

fn not_ours(path: &Path, what: &'static str) -> Error {
    Error::NotAVirtualCamera { path: path.to_owned(), what }
}

fn not_opened(path: &Path, module: &Module, source: io::Error) -> Error {
    match source.raw_os_error() {
        Some(libc::ENOENT | libc::ENODEV | libc::ENXIO) => Error::NoSuchOutput {
            name: path.display().to_string(),
            there: choose::in_words(&path.to_string_lossy(), &module.devices),
        },
        Some(libc::EBUSY) => Error::TooManyOpen { path: path.to_owned() },
        _ => Error::of_call(&path.display().to_string(), path, "opening", source),
    }
}

fn keeps_format(device: &Device) -> bool {
    let control = ControlInfo {
        id: KEEP_FORMAT,
        kind: ControlKind::Boolean,
        name: String::new(),
        minimum: 0,
        maximum: 1,
        step: 1,
        default: 0,
        flags: 0,
    };
    device.control(&control).is_ok_and(|value| value != 0)
}

const KEEP_FORMAT: u32 = 0x0098_f900;
