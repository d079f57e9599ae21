//! Chromium's way of listing cameras, shared by Chrome, Edge, and Electron with everything built on
//! it. It lists nodes that capture and don't output, with a known format in a size that the device
//! reports on its own. Ten seconds without a picture end the stream.

use crate::doctor::facts::Facts;
use crate::doctor::finding::{Area, Finding, Severity};
use crate::inventory::Node;

/// Who lists cameras in this way.
pub const CLIENTS: &[&str] = &["Chrome", "Chromium", "Edge", "Electron", "Teams for Linux"];

/// Formats that it takes, by their four letters.
const FORMATS: [&str; 9] = ["YU12", "NV12", "Y16 ", "Z16 ", "INVZ", "YUYV", "RGB3", "MJPG", "JPEG"];

/// Reports whether it lists our device and can show it.
pub fn lists(facts: &Facts) -> Vec<Finding> {
    // A device that doesn't capture now isn't fed, and one that does both has its own rule.
    let ours = facts.ours().filter(|node| node.captures && !node.outputs);
    ours.map_or_else(Vec::new, |node| vec![judge(node).for_clients(CLIENTS)])
}

fn judge(node: &Node) -> Finding {
    let title = node.title();
    let finding =
        |severity, id, what: String| Finding::new(severity, Area::VirtualCamera, id, what);
    let known = |fourcc: &str| FORMATS.iter().any(|f| f.trim() == fourcc.trim());
    let takes: Vec<_> = node.formats.iter().filter(|format| known(&format.fourcc)).collect();
    if takes.is_empty() {
        let what = format!("Chrome knows none of the formats of {title}");
        return finding(Severity::Failure, "chromium-format", what)
            .because("It takes YUYV, YU12 and NV12, which 'backlot run' writes.")
            .mended_by("backlot run");
    }
    if takes.iter().all(|format| format.sizes.is_empty()) {
        let what = format!("Chrome does not list {title}");
        return finding(Severity::Failure, "chromium-sizes", what)
            .because("The device reports no size yet: nothing has fed it.")
            .mended_by("backlot run");
    }
    if takes.iter().all(|format| format.sizes.iter().all(|(width, _)| width % 2 == 1)) {
        let what = format!("Chrome shows {title} skewed");
        return finding(Severity::Failure, "chromium-odd", what)
            .because("The pictures are an odd number of pixels wide.")
            .mended_by("backlot run --size 1280x720");
    }
    if node.rate > 0.0 && node.rate < 1.0 {
        let what = format!("Chrome gives up {title} after ten seconds");
        return finding(Severity::Failure, "chromium-rate", what)
            .because("It expects a picture every second, and they come more slowly.")
            .mended_by("backlot run --fps 30");
    }
    finding(Severity::Good, "chromium", "Chrome, Edge and Electron programs list it".to_owned())
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;

    fn formats(facts: &mut Facts) -> &mut Vec<Format> {
        &mut facts.nodes[1].formats
    }

    #[test]
    fn devices_that_it_does_not_list_or_show() {
        fails("chromium-format", "backlot run", |f| formats(f)[0].fourcc = "GRBG".into());
        fails("chromium-format", "backlot run", |f| formats(f).clear());
        fails("chromium-sizes", "backlot run", |f| {
            (formats(f)[0].sizes, formats(f)[0].is_range) = (Vec::new(), true);
        });
        fails("chromium-odd", "--size", |f| formats(f)[0].sizes = vec![(853, 480)]);
        fails("chromium-rate", "--fps", |f| f.nodes[1].rate = 0.5);
    }

    #[test]
    fn what_it_lists() {
        for fourcc in ["YUYV", "YU12", "NV12", "MJPG"] {
            let finding = found("chromium", |f| formats(f)[0].fourcc = fourcc.into());
            assert_eq!(finding.severity, Severity::Good);
        }
    }
}
