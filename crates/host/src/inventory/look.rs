//! Looks at the video devices: what each reports, and who has it open.

use super::node::{Access, Format, Node};
use super::users::users_of;
use crate::Root;
use crate::groups::group_name;
use backlot_v4l2::openers::{Held, held_devices};
use backlot_v4l2::{FormatOffer, Sizes, list, offers};
use std::os::unix::fs::MetadataExt;

/// Every video device of this machine; none for a folder laid out like one.
pub fn nodes(root: &Root) -> Vec<Node> {
    if !root.is_live() {
        return Vec::new();
    }
    let held = held_devices();
    list().into_iter().map(|found| node(root, found, &held)).collect()
}

fn node(root: &Root, found: backlot_v4l2::Node, held: &[Held]) -> Node {
    let group = found.path.metadata().ok().and_then(|meta| group_name(root, meta.gid()));
    let (access, fault) = match &found.fault {
        None => (Access::Open, String::new()),
        Some(fault) if fault.is_denied => (Access::Denied, String::new()),
        Some(fault) => (Access::Broken, fault.text.clone()),
    };
    let captures = found.abilities.captures;
    let offers = captures.then(|| offers(&found.path).ok()).flatten().unwrap_or_default();
    let formats: Vec<_> = offers.formats.iter().map(format).collect();
    let path = found.path.display().to_string();
    // A fed loopback device has one format in one size.
    let has_one_size = matches!(&formats[..], [one] if one.sizes.len() == 1);
    let is_fed = found.is_loopback() && captures && has_one_size;
    Node {
        users: users_of(&path, held, is_fed),
        stable_name: found.stable_name().map(str::to_owned),
        path,
        number: found.number,
        name: found.card,
        driver: found.driver,
        bus: found.bus_info,
        access,
        fault,
        group: group.unwrap_or_default(),
        captures,
        outputs: found.abilities.outputs,
        metadata: found.abilities.metadata,
        formats,
        rate: offers.rate.unwrap_or(0.0),
        offers: offers.formats,
    }
}

fn format(offer: &FormatOffer) -> Format {
    let is_single = |sizes: &&Sizes| sizes.min == sizes.max;
    let sizes = || offer.sizes.iter().map(|offer| &offer.sizes);
    Format {
        fourcc: offer.fourcc.to_string(),
        sizes: sizes().filter(is_single).map(|sizes| sizes.min).collect(),
        is_range: !sizes().all(|sizes| is_single(&sizes)),
    }
}
