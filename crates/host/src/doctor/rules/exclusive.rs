//! `exclusive_caps`: a device that says both that it captures and that it accepts output.

use crate::doctor::commands::reload;
use crate::doctor::facts::Facts;
use crate::doctor::finding::{Area, Finding, Severity};

/// Chromium and everything built on it skip such devices.
pub fn caps(facts: &Facts) -> Vec<Finding> {
    let Some(node) = facts.ours() else { return Vec::new() };
    if !(node.captures && node.outputs) {
        return Vec::new();
    }
    vec![
        Finding::new(
            Severity::Failure,
            Area::VirtualCamera,
            "exclusive-caps",
            format!("Chrome does not list {}", node.title()),
        )
        .for_clients(super::chromium::CLIENTS)
        .because(
            "It says both that it is a camera and that it can be written to, as loopback devices \
             do with exclusive_caps=0, and Chrome leaves such devices out. Close all programs that \
             use loopback devices before the module is loaded anew.",
        )
        .mended_by(reload(facts)),
    ]
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;

    #[test]
    fn a_device_with_both_capabilities() {
        let finding = fails("exclusive-caps", "exclusive_caps=1", |f| f.nodes[1].outputs = true);
        assert!(finding.clients.contains(&"Chrome"));
    }
}
