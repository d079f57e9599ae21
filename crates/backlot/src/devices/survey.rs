//! What there is: cameras with all that they can do, and virtual cameras.

use crate::doctor::{Node, PipeWireCamera, User, look_at_devices, look_at_pipewire};
use backlot_v4l2::sys::{BufType, ControlInfo, ControlKind, Device, Fourcc, Interval, Sizes};
use backlot_v4l2::{control_name, find};
use serde::Serialize;
use std::path::Path;

/// More entries no list of a driver is believed to have.
const MOST: u32 = 256;

/// All devices.
#[derive(Debug, Serialize)]
pub struct Survey {
    /// Real cameras.
    pub cameras: Vec<Camera>,
    /// Devices of v4l2loopback.
    pub virtual_cameras: Vec<VirtualCamera>,
    /// Cameras of PipeWire, ours among them; `None` where it could not be asked.
    pub pipewire: Option<Vec<PipeWireCamera>>,
}

/// A real camera.
#[derive(Debug, Serialize)]
pub struct Camera {
    /// A name that stays when other cameras come and go, where the system keeps one.
    pub id: Option<String>,
    /// The device's file.
    pub path: String,
    /// Its number.
    pub number: u32,
    /// What programs call it.
    pub name: String,
    /// Its driver.
    pub driver: String,
    /// Where it is plugged in.
    pub bus: String,
    /// Formats with their sizes and rates.
    pub modes: Vec<Format>,
    /// What can be set.
    pub controls: Vec<Control>,
    /// Programs that have it open.
    pub users: Vec<User>,
    /// Why nothing more is known.
    pub problem: Option<String>,
}

/// A format of a camera.
#[derive(Debug, PartialEq, Serialize)]
pub struct Format {
    /// Its four letters.
    pub format: String,
    /// Its sizes.
    pub sizes: Vec<SizeEntry>,
}

/// A size, or a range of sizes, of a format.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SizeEntry {
    /// Smallest width and height in pixels.
    pub min: (u32, u32),
    /// Largest, the same for a single size.
    pub max: (u32, u32),
    /// Pictures per second, fastest first; of a range its ends.
    pub rates: Vec<f64>,
}

/// Something that can be set.
#[derive(Debug, Serialize)]
pub struct Control {
    /// The name that it is set by.
    pub name: String,
    /// What it is called.
    pub title: String,
    /// Its value, where it has one that can be read.
    pub value: Option<i64>,
    /// Smallest value.
    pub min: i64,
    /// Largest value.
    pub max: i64,
    /// From one value to the next.
    pub step: u64,
    /// The value at the start.
    pub default: i64,
    /// Entries with their numbers, if it is a menu.
    pub entries: Vec<(i64, String)>,
    /// Whether it is on or off.
    pub is_switch: bool,
    /// Whether it does something once and has no value.
    pub is_button: bool,
    /// Whether it can't be set, now or ever.
    pub is_fixed: bool,
    #[serde(skip)]
    pub info: ControlInfo,
}

/// A device of v4l2loopback.
#[derive(Debug, Serialize)]
pub struct VirtualCamera {
    /// What programs call it.
    pub label: String,
    /// The device's file.
    pub path: String,
    /// Its number.
    pub number: u32,
    /// What it shows now, if anything.
    pub shows: Option<String>,
    /// The program that writes its pictures.
    pub fed_by: Option<User>,
    /// Programs that have it open otherwise.
    pub users: Vec<User>,
    /// Why nothing more is known.
    pub problem: Option<String>,
}

impl Survey {
    /// Looks at all devices.
    pub fn take() -> Self {
        let nodes = look_at_devices();
        let (loopbacks, others): (Vec<_>, Vec<_>) = nodes.into_iter().partition(Node::is_loopback);
        let cameras = others.into_iter().filter(|n| n.is_camera() || !n.is_open());
        Self {
            cameras: cameras.map(camera).collect(),
            virtual_cameras: loopbacks.into_iter().map(virtual_camera).collect(),
            pipewire: look_at_pipewire().cameras,
        }
    }
}

fn camera(node: Node) -> Camera {
    let problem = node.problem();
    let device = Device::open(Path::new(&node.path)).ok();
    let device = device.filter(|_| problem.is_none());
    Camera {
        id: find(&node.path).ok().and_then(|n| n.stable_name().map(str::to_owned)),
        modes: device.as_ref().map(modes).unwrap_or_default(),
        controls: device.as_ref().map(controls).unwrap_or_default(),
        path: node.path,
        number: node.number,
        name: node.name,
        driver: node.driver,
        bus: node.bus,
        users: node.users,
        problem,
    }
}

fn virtual_camera(node: Node) -> VirtualCamera {
    let problem = node.problem();
    let now = node.formats.first().filter(|_| node.captures).and_then(|format| {
        let (width, height) = format.sizes.first()?;
        Some(format!("{} {width}x{height} at {} fps", format.fourcc, trimmed(node.rate)))
    });
    let (fed_by, users): (Vec<_>, Vec<_>) = node.users.into_iter().partition(|user| user.feeds);
    VirtualCamera {
        label: node.name,
        path: node.path,
        number: node.number,
        shows: now,
        fed_by: fed_by.into_iter().next(),
        users,
        problem,
    }
}

fn listed<T>(next: impl FnMut(u32) -> Option<T>) -> Vec<T> {
    (0..MOST).map_while(next).collect()
}

fn modes(device: &Device) -> Vec<Format> {
    let formats = listed(|index| device.enum_fmt(BufType::Capture, index).ok().flatten());
    let format = |fourcc: Fourcc| {
        let sizes = listed(|index| device.enum_framesizes(fourcc, index).ok().flatten());
        let mut sizes: Vec<_> = sizes.into_iter().map(|s| size(device, fourcc, s)).collect();
        sizes.sort_by_key(|s| std::cmp::Reverse((u64::from(s.max.0) * u64::from(s.max.1), s.max)));
        Format { format: fourcc.to_string(), sizes }
    };
    formats.into_iter().map(|found| format(found.fourcc)).collect()
}

fn size(device: &Device, fourcc: Fourcc, Sizes { min, max, .. }: Sizes) -> SizeEntry {
    let interval = |index| device.enum_frameintervals(fourcc, max, index).ok().flatten();
    let fps =
        |interval: Interval| f64::from(interval.denominator) / f64::from(interval.numerator.max(1));
    let intervals = listed(interval);
    let mut rates: Vec<_> = intervals.iter().flat_map(|i| [fps(i.min), fps(i.max)]).collect();
    rates.sort_by(|a, b| b.total_cmp(a));
    rates.dedup();
    SizeEntry { min, max, rates }
}

/// All controls that are one number.
pub fn controls(device: &Device) -> Vec<Control> {
    let (mut controls, mut last) = (Vec::new(), 0);
    while let (Ok(Some(info)), true) = (device.next_control(last), controls.len() < MOST as usize) {
        last = info.id;
        let usable = !matches!(info.kind, ControlKind::Class | ControlKind::Other);
        if usable && !info.is_disabled() {
            controls.push(control(device, info));
        }
    }
    controls
}

fn control(device: &Device, info: ControlInfo) -> Control {
    let is_menu = matches!(info.kind, ControlKind::Menu | ControlKind::IntegerMenu);
    let range = info.minimum.max(0)..=info.maximum.min(i64::from(MOST));
    let entry = |number: i64| {
        let index = u32::try_from(number).ok()?;
        Some((number, device.menu_item(&info, index).ok()??))
    };
    Control {
        name: control_name(&info.name),
        title: info.name.clone(),
        value: device.control(&info).ok().filter(|_| info.kind != ControlKind::Button),
        min: info.minimum,
        max: info.maximum,
        step: info.step,
        default: info.default,
        entries: if is_menu { range.filter_map(entry).collect() } else { Vec::new() },
        is_switch: info.kind == ControlKind::Boolean,
        is_button: info.kind == ControlKind::Button,
        is_fixed: info.is_read_only() || info.is_inactive(),
        info,
    }
}

/// A rate without zeroes behind the point.
pub fn trimmed(rate: f64) -> String {
    let text = format!("{rate:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_rates_are_short() {
        assert_eq!(control_name("White Balance, Automatic"), "white_balance_automatic");
        assert_eq!(control_name("Power Line Frequency"), "power_line_frequency");
        assert_eq!(control_name("***"), "");
        assert_eq!((&*trimmed(30.0), &*trimmed(29.97003), &*trimmed(7.5)), ("30", "29.97", "7.5"));
    }
}
