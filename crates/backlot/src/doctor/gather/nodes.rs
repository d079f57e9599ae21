//! The video devices: what each says of itself, and who has it open.

use super::root::Root;
use super::system::group_name;
use super::users::Users;
use crate::doctor::facts::{Access, Format, Node};
use backlot_v4l2::sys::{BufType, Device, Fourcc};
use std::io::ErrorKind;
use std::os::unix::fs::MetadataExt;

/// More formats, or sizes of one, no device is believed to have.
const MOST: u32 = 256;

/// A device that delivers data about pictures.
const META_CAPTURE: u32 = 0x0080_0000;

/// Looks at each.
pub fn gather(root: &Root) -> Vec<Node> {
    if !root.is_live() {
        return Vec::new();
    }
    let number = |name: &String| name.strip_prefix("video")?.parse::<u32>().ok();
    let mut numbers: Vec<_> = root.names("/dev").iter().filter_map(number).collect();
    numbers.sort_unstable();
    let users = Users::scan(root);
    numbers.into_iter().map(|number| node(root, number, &users)).collect()
}

fn node(root: &Root, number: u32, users: &Users) -> Node {
    let path = format!("/dev/video{number}");
    let group = root.path(&path).metadata().ok().and_then(|meta| group_name(root, meta.gid()));
    let name = root.line(&format!("/sys/class/video4linux/video{number}/name"));
    let mut node = Node {
        number,
        name: name.unwrap_or_default(),
        group: group.unwrap_or_default(),
        users: users.of(&path),
        path,
        ..Node::default()
    };
    match Device::open(&root.path(&node.path)) {
        Ok(device) => describe(&mut node, &device),
        Err(error) if error.kind() == ErrorKind::PermissionDenied => node.access = Access::Denied,
        Err(error) => (node.access, node.fault) = (Access::Broken, error.to_string()),
    }
    if node.driver.is_empty() && is_virtual(root, number) {
        node.driver = "v4l2 loopback".to_owned();
    }
    // A loopback device that is fed has one format in one size.
    if node.is_loopback()
        && node.captures
        && matches!(&node.formats[..], [one] if one.sizes.len() == 1)
    {
        users.mark_feeder(&mut node);
    }
    node
}

/// Whether no hardware is behind it, which can be told without opening it.
fn is_virtual(root: &Root, number: u32) -> bool {
    let link = std::fs::read_link(root.path(&format!("/sys/class/video4linux/video{number}")));
    link.is_ok_and(|path| path.to_string_lossy().contains("/virtual/"))
}

fn describe(node: &mut Node, device: &Device) {
    let capability = match device.querycap() {
        Ok(capability) => capability,
        Err(error) => {
            (node.access, node.fault) = (Access::Broken, error.to_string());
            return;
        }
    };
    let is_codec = capability.is_codec();
    node.captures = (capability.captures() || capability.captures_multiplanar()) && !is_codec;
    node.outputs = capability.outputs();
    node.metadata = capability.caps & META_CAPTURE != 0 && !node.captures;
    (node.name, node.driver, node.bus) = (capability.card, capability.driver, capability.bus_info);
    if node.captures {
        let list = (0..MOST).map_while(|i| device.enum_fmt(BufType::Capture, i).ok().flatten());
        node.formats = list.map(|found| format(device, found.fourcc)).collect();
        let interval = device.interval(BufType::Capture).ok().flatten();
        node.rate = interval.map_or(0.0, |i| f64::from(i.denominator) / f64::from(i.numerator));
    }
}

fn format(device: &Device, fourcc: Fourcc) -> Format {
    let list = (0..MOST).map_while(|i| device.enum_framesizes(fourcc, i).ok().flatten());
    let (single, ranges): (Vec<_>, Vec<_>) = list.partition(|sizes| sizes.min == sizes.max);
    Format {
        fourcc: fourcc.to_string(),
        sizes: single.into_iter().map(|sizes| sizes.min).collect(),
        is_range: !ranges.is_empty(),
    }
}
