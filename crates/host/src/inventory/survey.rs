//! All devices: cameras with everything that they can do, and virtual cameras.

use super::{Node, PipeWireCamera, User, nodes, pipewire};
use crate::Root;
use backlot_v4l2::{ControlKind, Controls, FormatOffer, Interval, SizeOffer};
use serde::Serialize;

/// All devices.
#[derive(Debug, Serialize)]
pub struct Survey {
    /// Real cameras.
    pub cameras: Vec<Camera>,
    /// Devices of v4l2loopback.
    pub virtual_cameras: Vec<VirtualCamera>,
    /// Cameras of PipeWire, ours among them; `None` where it couldn't be asked.
    pub pipewire: Option<Vec<PipeWireCamera>>,
}

/// A real camera.
#[derive(Debug, Serialize)]
pub struct Camera {
    /// A stable name that doesn't depend on other cameras, where the system keeps one.
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
    pub modes: Vec<CameraFormat>,
    /// Its controls.
    pub controls: Vec<Control>,
    /// Programs that have it open.
    pub users: Vec<User>,
    /// Why nothing more is known.
    pub problem: Option<String>,
}

/// A format of a camera.
#[derive(Debug, PartialEq, Serialize)]
pub struct CameraFormat {
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

/// A control.
#[derive(Debug, Serialize)]
pub struct Control {
    /// The name to set it by.
    pub name: String,
    /// Its name for people.
    pub title: String,
    /// Its value, where it has one that can be read.
    pub value: Option<i64>,
    /// Smallest value.
    pub min: i64,
    /// Largest value.
    pub max: i64,
    /// The step from one value to the next.
    pub step: u64,
    /// The default value.
    pub default: i64,
    /// Entries with their numbers, if it is a menu.
    pub entries: Vec<(i64, String)>,
    /// Whether it is on or off.
    pub is_switch: bool,
    /// Whether it does something once and has no value.
    pub is_button: bool,
    /// Whether it can't be set, now or ever.
    pub is_fixed: bool,
    /// Whether it can never be set.
    #[serde(skip)]
    pub is_read_only: bool,
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
    /// Other programs that have it open.
    pub users: Vec<User>,
    /// Why nothing more is known.
    pub problem: Option<String>,
}

impl Survey {
    /// Looks at all devices.
    pub fn take() -> Self {
        let root = Root::new(None);
        let nodes = nodes(&root);
        let (loopbacks, others): (Vec<_>, Vec<_>) = nodes.into_iter().partition(Node::is_loopback);
        let cameras = others.into_iter().filter(|n| n.is_camera() || !n.is_open());
        Self {
            cameras: cameras.map(camera).collect(),
            virtual_cameras: loopbacks.into_iter().map(virtual_camera).collect(),
            pipewire: pipewire(&root).cameras,
        }
    }
}

fn camera(node: Node) -> Camera {
    let problem = node.problem();
    let controls = problem.is_none().then(|| Controls::open(&node.path).ok()).flatten();
    Camera {
        modes: node.offers.iter().map(format).collect(),
        controls: controls.iter().flat_map(Controls::list).map(control).collect(),
        id: node.stable_name,
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

fn format(offer: &FormatOffer) -> CameraFormat {
    let mut sizes: Vec<_> = offer.sizes.iter().map(size).collect();
    sizes.sort_by_key(|s| std::cmp::Reverse((u64::from(s.max.0) * u64::from(s.max.1), s.max)));
    CameraFormat { format: offer.fourcc.to_string(), sizes }
}

fn size(SizeOffer { sizes, intervals }: &SizeOffer) -> SizeEntry {
    let ends = intervals.iter().flat_map(|range| [range.min, range.max]);
    let mut rates: Vec<_> = ends.map(Interval::fps).collect();
    rates.sort_by(|a, b| b.total_cmp(a));
    rates.dedup();
    SizeEntry { min: sizes.min, max: sizes.max, rates }
}

fn control(control: backlot_v4l2::Control) -> Control {
    let info = control.info;
    Control {
        name: control.name,
        title: control.title,
        value: control.value,
        min: info.minimum,
        max: info.maximum,
        step: info.step,
        default: info.default,
        entries: control.items,
        is_switch: info.kind == ControlKind::Boolean,
        is_button: info.kind == ControlKind::Button,
        is_fixed: info.is_read_only() || info.is_inactive(),
        is_read_only: info.is_read_only(),
    }
}

/// A rate without trailing zeroes.
pub fn trimmed(rate: f64) -> String {
    let text = format!("{rate:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_short() {
        assert_eq!((&*trimmed(30.0), &*trimmed(29.97003), &*trimmed(7.5)), ("30", "29.97", "7.5"));
    }
}
