//! Firefox's way of listing cameras, from libwebrtc: nodes that capture, in MJPG, YU12, YUYV or
//! UYVY, told apart by where they are plugged in.

use crate::doctor::facts::Facts;
use crate::doctor::finding::{Area, Finding, Severity};
use crate::inventory::Node;

/// Who lists cameras in this way.
const CLIENTS: &[&str] = &["Firefox"];

/// Formats that it takes, by their four letters.
const FORMATS: [&str; 5] = ["MJPG", "YU12", "YUYV", "UYVY", "JPEG"];

/// Reports whether it lists our device and can show it.
pub fn lists(facts: &Facts) -> Vec<Finding> {
    let ours = facts.ours().filter(|node| node.captures);
    ours.map_or_else(Vec::new, |node| vec![judge(node, facts).for_clients(CLIENTS)])
}

fn judge(node: &Node, facts: &Facts) -> Finding {
    let finding =
        |severity, id, what: String| Finding::new(severity, Area::VirtualCamera, id, what);
    let known = |fourcc: &str| FORMATS.contains(&fourcc);
    if !node.formats.iter().any(|format| known(&format.fourcc)) {
        let found: Vec<_> = node.formats.iter().map(|f| f.fourcc.as_str()).collect();
        let what = format!("Firefox can't show {}", node.title());
        return finding(Severity::Failure, "firefox-format", what)
            .because(format!(
                "It takes YUYV, YU12, UYVY and MJPG; the device delivers {}.",
                if found.is_empty() { "none".to_owned() } else { found.join(", ") }
            ))
            .mended_by("backlot run");
    }
    // Firefox finds a device again unless its place is a prefix of another's.
    let mistaken = facts.nodes.iter().find(|other| {
        other.captures && other.path != node.path && !node.bus.is_empty() && other.bus == node.bus
    });
    if let Some(other) = mistaken {
        let what = format!("Firefox may open {} instead of {}", other.title(), node.title());
        return finding(Severity::Warning, "firefox-bus", what)
            .because(format!("Both say that they are at '{}'.", node.bus));
    }
    finding(Severity::Good, "firefox", "Firefox lists it".to_owned())
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;

    #[test]
    fn devices_that_it_can_not_show() {
        let finding = fails("firefox-format", "backlot run", |facts| {
            facts.nodes[1].formats[0].fourcc = "NV12".into();
        });
        assert!(finding.why.contains("delivers NV12"));
        let twin = found("firefox-bus", |facts| {
            let twin =
                Node { path: "/dev/video11".into(), users: Vec::new(), ..facts.nodes[1].clone() };
            facts.nodes.push(twin);
        });
        assert_eq!(twin.severity, Severity::Warning);
        assert_eq!(found("firefox", |_| ()).severity, Severity::Good);
    }
}
