//! Opening a camera: which device, in which mode.

use crate::camera::{Granted, V4l2Camera};
use crate::color::color_of;
use crate::controls::{self, Wanted};
use crate::error::Error;
use crate::fields::Fields;
use crate::list::{self, Node, Role};
use crate::modes::{Candidate, Choice, encoding_of, nearest_size, rank, rate_of, raw_layout};
use crate::sys::{BufType, Buffers, Device, Format, Fourcc, Interval, Sizes};
use backlot_media::{
    Camera, CameraMode, CameraOpener, Encoding, FrameRate, Recovery, Size, StreamError, Wish,
};
use std::io;
use std::sync::Arc;

/// Opens a camera by its name, as often as needed.
#[derive(Clone, Debug)]
pub struct V4l2CameraOpener {
    name: String,
    controls: Vec<(String, Wanted)>,
    only: Option<Fourcc>,
    /// Encodings that could not be read.
    avoided: Vec<Encoding>,
    /// The name of a camera that was open before. It may come back, so the opener waits for it,
    /// whatever takes its place for a moment: nothing, a file without permissions, a virtual camera
    /// that nobody feeds.
    seen: Option<String>,
}

/// Buffers to ask for: one to work on, and three to fill.
const BUFFERS: u32 = 4;

/// Modes to try if the bus has no room for the better ones.
const TRIES: usize = 8;

impl V4l2CameraOpener {
    /// Takes a name as [`find`](crate::find) does. It opens nothing.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            controls: Vec::new(),
            only: None,
            avoided: Vec::new(),
            seen: None,
        }
    }

    /// Values of controls to set at each opening. It skips what the camera doesn't have or take;
    /// [`Camera::remark`] says so.
    pub fn with_controls(mut self, controls: Vec<(String, Wanted)>) -> Self {
        self.controls = controls;
        self
    }

    /// The same, for future openings.
    pub fn set_controls(&mut self, controls: Vec<(String, Wanted)>) {
        self.controls = controls;
    }

    /// Takes only pictures of one format, for those who know better than the choice by cost.
    pub fn with_format(mut self, format: Fourcc) -> Self {
        self.only = Some(format);
        self
    }

    /// Checks whether such a camera exists now, before anything starts.
    ///
    /// # Errors
    /// Returns one sentence for the user if the name doesn't exist, or isn't a camera's.
    pub fn check(&self) -> Result<(), Error> {
        let node = list::find(&self.name)?;
        must_be_a_camera(&node)
    }

    fn find_and_open(&mut self, wish: &Wish) -> Result<V4l2Camera, Error> {
        let node = list::find(&self.name)?;
        let name = if node.card.is_empty() { self.name.clone() } else { node.card.clone() };
        let failed = |doing| {
            let (name, path) = (name.clone(), node.path.clone());
            move |error| Error::of_call(&name, &path, doing, error)
        };
        let device = Device::open(&node.path).map_err(failed("opening"))?;
        device.querycap().map_err(failed("asking what it is"))?;
        must_be_a_camera(&node)?;
        let device = Arc::new(device);
        let refused = controls::apply_to(&device, &self.controls);
        let mut choices = rank(&self.candidates(&device, wish.size), wish);
        choices.truncate(TRIES);
        for (index, choice) in choices.iter().enumerate() {
            let result = start(&device, choice, &node, &name);
            let may_try_next = index + 1 < choices.len();
            if !may_try_next || !result.as_ref().is_err_and(another_mode_helps) {
                return result.map(|camera| camera.with_remark(not_set(&name, &refused)));
            }
        }
        let (path, offers) = (node.path, in_words(&device));
        if self.avoided.is_empty() {
            return Err(Error::NoUsableFormat { path, offers });
        }
        // Next time start over: there may be another camera, or another cable.
        self.avoided.clear();
        Err(Error::Unreadable { path, offers })
    }
}

/// Whether a mode failed because of what it is: the bus has no room for that much, or the order of
/// the fields isn't supported.
fn another_mode_helps(error: &Error) -> bool {
    match error {
        Error::Io { source, .. } => source.raw_os_error() == Some(libc::ENOSPC),
        Error::Interlaced { .. } => true,
        _ => false,
    }
}

impl CameraOpener for V4l2CameraOpener {
    fn name(&self) -> String {
        match &self.seen {
            Some(card) if self.name == "auto" => card.clone(),
            _ => self.name.clone(),
        }
    }

    fn open(&mut self, wish: &Wish) -> Result<Box<dyn Camera>, StreamError> {
        match self.find_and_open(wish) {
            Ok(camera) => {
                self.seen = Some(camera.name().to_owned());
                Ok(Box::new(camera))
            }
            Err(error) => Err(self.advised(error)),
        }
    }

    fn avoid(&mut self, encoding: Encoding) {
        if !self.avoided.contains(&encoding) {
            self.avoided.push(encoding);
        }
    }
}

impl V4l2CameraOpener {
    fn candidates(&self, device: &Device, wished: Size) -> Vec<Candidate> {
        let formats = list::formats_of(device).into_iter().map(|(fourcc, _)| fourcc);
        let formats = formats.filter(|fourcc| self.only.is_none_or(|only| only == *fourcc));
        let may_be = |encoding| !self.avoided.contains(&encoding);
        let formats = formats.filter(|fourcc| encoding_of(*fourcc).is_some_and(may_be));
        formats.flat_map(|fourcc| candidates_of(device, fourcc, wished)).collect()
    }

    fn advised(&self, error: Error) -> StreamError {
        let recovery = match error.recovery() {
            Recovery::Fatal if self.seen.is_some() => Recovery::Retry,
            recovery => recovery,
        };
        let trouble = error.trouble();
        StreamError::new(error, recovery).told_as(trouble)
    }
}

/// The remark about controls that could not be set.
fn not_set(name: &str, controls: &[String]) -> Option<String> {
    let named = |control: &String| format!("'{control}'");
    let list = controls.iter().map(named).collect::<Vec<_>>().join(", ");
    (!list.is_empty()).then(|| {
        format!("{name} does not take the control {list}: 'backlot devices' lists what it takes")
    })
}

fn must_be_a_camera(node: &Node) -> Result<(), Error> {
    let what = match node.role {
        // Opening it again reports why it can't be opened.
        Role::Camera | Role::Loopback { captures: true, .. } | Role::Unknown => return Ok(()),
        Role::Loopback { .. } if node.fault.is_some() => return Ok(()),
        Role::Loopback { .. } => "it is a virtual camera that no program feeds",
        Role::Multiplanar => {
            "its pictures are in several pieces of memory, which is not supported here; \
             try --camera pipewire"
        }
        Role::Other => "it delivers no pictures",
    };
    Err(Error::NotACamera { path: node.path.clone(), what: what.into() })
}

/// The sizes of a format, each as near to the wish as possible.
fn candidates_of(device: &Device, fourcc: Fourcc, wished: Size) -> Vec<Candidate> {
    let Some(encoding) = encoding_of(fourcc) else { return Vec::new() };
    let mut sizes = list::sizes_of(device, fourcc);
    if sizes.is_empty() {
        // The driver doesn't list any; it will report what it grants.
        let wished = (wished.width, wished.height);
        sizes.push(Sizes { min: wished, max: wished, step: (1, 1) });
    }
    let sizes = sizes.iter().filter_map(|offer| nearest_size(offer, wished, encoding));
    let candidate = |size: Size| {
        let rates = list::intervals_of(device, fourcc, (size.width, size.height));
        Candidate { fourcc, encoding, size, rates }
    };
    sizes.map(candidate).collect()
}

fn start(
    device: &Arc<Device>,
    choice: &Choice,
    node: &Node,
    name: &str,
) -> Result<V4l2Camera, Error> {
    let failed = |doing| move |error| Error::of_call(name, &node.path, doing, error);
    let wanted = Format {
        width: choice.size.width,
        height: choice.size.height,
        fourcc: choice.fourcc,
        field: FIELD_NONE,
        ..Format::default()
    };
    let format =
        device.set_format(BufType::Capture, &wanted).map_err(failed("setting the format"))?;
    let rate = set_rate(device, choice.rate).map_err(failed("setting the rate"))?;
    let nonsense = |what| Error::Nonsense { name: name.into(), what };
    if let Some(fields) = unreadable_fields(&format) {
        return Err(Error::Interlaced { name: name.into(), fields });
    }
    let granted = granted(&format, rate).map_err(nonsense)?;
    let buffers = Buffers::new(device.clone(), BufType::Capture, BUFFERS)
        .map_err(failed("taking buffers"))?;
    if buffers.smallest() < granted.bytes {
        let what = format!("{} bytes for a picture of {}", buffers.smallest(), granted.bytes);
        return Err(nonsense(what));
    }
    let path = node.path.clone();
    V4l2Camera::start(device.clone(), buffers, granted, name.into(), path)
        .map_err(failed("starting"))
}

const FIELD_NONE: u32 = 1;

/// The kernel's names for the orders of fields, from 0 on.
const FIELD_NAMES: [&str; 10] = [
    "ANY",
    "NONE",
    "TOP",
    "BOTTOM",
    "INTERLACED",
    "SEQ_TB",
    "SEQ_BT",
    "ALTERNATE",
    "INTERLACED_TB",
    "INTERLACED_BT",
];

/// The name of an unsupported order of fields: an unknown one, or any in JPEG pictures.
fn unreadable_fields(format: &Format) -> Option<String> {
    let known = FIELD_NAMES.get(format.field as usize);
    let is_jpeg = encoding_of(format.fourcc) == Some(Encoding::Jpeg);
    let is_readable = match Fields::of(format.field) {
        Some(_) => !is_jpeg,
        None => known.is_some(),
    };
    let name = || known.map_or_else(|| format.field.to_string(), |&name| name.to_owned());
    (!is_readable).then(|| format!("{} V4L2_FIELD_{}", format.fourcc, name()))
}

/// Asks for a rate. If it can't be set, returns the present one.
fn set_rate(device: &Device, wanted: FrameRate) -> io::Result<FrameRate> {
    let interval = Interval { numerator: wanted.denominator(), denominator: wanted.numerator() };
    let told = match device.set_interval(BufType::Capture, interval) {
        Ok(told) => told,
        Err(error) if matches!(error.raw_os_error(), Some(libc::ENOTTY | libc::EINVAL)) => {
            device.interval(BufType::Capture).unwrap_or(None)
        }
        Err(error) => return Err(error),
    };
    Ok(told.and_then(rate_of).unwrap_or(wanted))
}

/// Reads what a driver granted, if it makes sense.
fn granted(format: &Format, rate: FrameRate) -> Result<Granted, String> {
    let size = Size::new(format.width, format.height).map_err(|error| error.to_string())?;
    let encoding = encoding_of(format.fourcc)
        .ok_or_else(|| format!("it delivers {} instead of what it offered", format.fourcc))?;
    let (bytes, stride) = match encoding {
        Encoding::Jpeg => (0, 0),
        Encoding::Raw(pixels) => raw_layout(pixels, size, format.stride)
            .ok_or_else(|| format!("rows of {} bytes for {pixels} {size}", format.stride))?,
    };
    let fields = match (Fields::of(format.field), encoding) {
        (Some(fields), Encoding::Raw(pixels)) => Some((fields, pixels.planes(size))),
        _ => None,
    };
    let whole = fields.as_ref().map_or(size, |(fields, _)| fields.whole(size));
    let whole = Size::new(whole.width, whole.height).map_err(|error| error.to_string())?;
    if whole.height != size.height && size.height % 2 == 1 {
        return Err(format!("fields of {} rows", size.height));
    }
    let mode = CameraMode { size: whole, rate, encoding, color: color_of(format, encoding) };
    Ok(Granted { mode, bytes, stride, fields })
}

fn in_words(device: &Device) -> String {
    let names: Vec<String> = list::formats_of(device)
        .into_iter()
        .map(
            |(fourcc, text)| {
                if text.is_empty() { fourcc.to_string() } else { format!("{fourcc} ({text})") }
            },
        )
        .collect();
    if names.is_empty() { "none at all".into() } else { names.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use backlot_media::PixelFormat;

    fn format(width: u32, height: u32, stride: u32) -> Format {
        Format { width, height, stride, fourcc: Fourcc::YUYV, field: 1, ..Format::default() }
    }

    #[test]
    fn a_grant_is_believed_if_it_is_possible() {
        let fine = granted(&format(640, 480, 1280), FrameRate::FPS_30).unwrap();
        assert_eq!((fine.bytes, fine.stride), (614_400, 1280));
        assert_eq!(fine.mode.encoding, Encoding::Raw(PixelFormat::Yuyv));
        let refused = |format: &Format| granted(format, FrameRate::FPS_30).err().unwrap();
        assert!(refused(&format(0, 480, 0)).contains("0x480"));
        assert!(refused(&format(u32::MAX, u32::MAX, 0)).contains("not possible"));
        assert!(refused(&format(640, 480, 3)).contains("rows of 3 bytes"));
        let other = Format { fourcc: Fourcc(*b"H264"), ..format(640, 480, 0) };
        assert!(refused(&other).contains("H264"));
    }

    #[test]
    fn controls_that_could_not_be_set_are_named() {
        assert_eq!(not_set("Cam", &[]), None);
        let said = not_set("Cam", &["gain".into(), "zoom".into()]).unwrap();
        assert!(said.starts_with("Cam does not take the control 'gain', 'zoom': "), "{said}");
    }

    #[test]
    fn interlaced_pictures_are_made_whole_or_refused_by_name() {
        for field in 0..12 {
            let raw = Format { field, ..format(640, 480, 1280) };
            let jpeg = Format { fourcc: Fourcc::MJPG, stride: 0, ..raw };
            let names = [&raw, &jpeg].map(|format| unreadable_fields(format).unwrap_or_default());
            let expected = match field {
                0 | 1 => ["", ""],
                4 => ["", "MJPG V4L2_FIELD_INTERLACED"],
                7 => ["", "MJPG V4L2_FIELD_ALTERNATE"],
                9 => ["", "MJPG V4L2_FIELD_INTERLACED_BT"],
                10 => ["YUYV V4L2_FIELD_10", "MJPG V4L2_FIELD_10"],
                _ => [names[0].as_str(), names[1].as_str()],
            };
            assert_eq!(names, expected);
            assert_eq!((names[0].is_empty(), names[1].is_empty()), (field < 10, field < 2));
            let granted = granted(&raw, FrameRate::FPS_30).unwrap();
            let is_half = [2, 3, 7].contains(&field);
            assert_eq!(granted.mode.size.height, if is_half { 960 } else { 480 });
            assert_eq!((granted.bytes, granted.stride), (614_400, 1280));
            assert_eq!(granted.fields.is_some(), (2..10).contains(&field));
        }
        let odd = Format { field: 7, ..format(640, 481, 1280) };
        assert!(granted(&odd, FrameRate::FPS_30).is_err());
    }

    #[test]
    fn a_camera_that_was_there_may_come_back() {
        let missing = || Error::NotFound { name: "x".into(), near: String::new() };
        let mut opener = V4l2CameraOpener::new("x");
        assert_eq!(opener.advised(missing()).recovery(), Recovery::Fatal);
        opener.seen = Some("X".into());
        assert_eq!(opener.advised(missing()).recovery(), Recovery::Retry);
        let denied = Error::Denied { path: "/dev/video0".into() };
        assert_eq!(opener.advised(denied).recovery(), Recovery::Retry);
        let gone = Error::Gone { name: "X".into() };
        assert_eq!(opener.advised(gone).recovery(), Recovery::Reopen);
        assert_eq!(opener.advised(Error::NoCamera).recovery(), Recovery::Retry);
    }

    #[test]
    fn a_virtual_camera_that_may_not_be_opened_is_not_called_unfed() {
        let unfed = Node {
            path: "/dev/video9".into(),
            number: 9,
            card: "Theirs".into(),
            driver: crate::loopback::DRIVER.into(),
            bus_info: String::new(),
            role: Role::Loopback { captures: false, outputs: false },
            abilities: list::Abilities::default(),
            by_id: None,
            by_path: None,
            problem: None,
            fault: None,
        };
        let said = must_be_a_camera(&unfed).unwrap_err().to_string();
        assert!(said.contains("no program feeds"), "{said}");
        let fault = Some(list::Fault { is_denied: true, text: "permission denied".into() });
        assert!(must_be_a_camera(&Node { fault, ..unfed }).is_ok());
    }

    #[test]
    fn a_file_that_is_no_camera_is_refused() {
        let wish = Wish { size: Size::new(640, 480).unwrap(), rate: FrameRate::FPS_30 };
        let error = V4l2CameraOpener::new("no-such-camera-here").open(&wish).err().unwrap();
        assert!(error.to_string().contains("no-such-camera-here"), "{error}");
        assert_eq!(error.recovery(), Recovery::Fatal);
    }
}
