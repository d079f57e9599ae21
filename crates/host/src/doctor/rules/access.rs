//! The user's permissions.

use crate::doctor::commands::word;
use crate::doctor::facts::Facts;
use crate::doctor::finding::{Area, Finding, Severity};
use crate::inventory::{Access, Node};

/// Reports devices that the user may not open.
pub fn rights(facts: &Facts) -> Vec<Finding> {
    let denied: Vec<_> = facts.nodes.iter().filter(|n| n.access == Access::Denied).collect();
    let Some(first) = denied.first() else { return Vec::new() };
    let user = &facts.system.user;
    let paths = denied.iter().map(|node| node.path.as_str()).collect::<Vec<_>>().join(", ");
    let area = if first.is_loopback() { Area::VirtualCamera } else { Area::Cameras };
    let what = format!("{user} may not open {paths}");
    let finding = Finding::new(Severity::Failure, area, "denied", what);
    vec![mended(finding, first, facts)]
}

/// Reports devices that can't be opened for another reason.
pub fn broken(facts: &Facts) -> Vec<Finding> {
    let broken = facts.nodes.iter().filter(|node| node.access == Access::Broken);
    broken
        .map(|node| {
            let area = if node.is_loopback() { Area::VirtualCamera } else { Area::Cameras };
            let what = format!("{} can't be opened: {}", node.title(), node.fault);
            Finding::new(Severity::Warning, area, "broken", what)
                .because("The kernel may say more.")
                .mended_by("sudo dmesg --ctime")
        })
        .collect()
}

fn mended(finding: Finding, node: &Node, facts: &Facts) -> Finding {
    let (group, system) = (&node.group, &facts.system);
    let will_be = system.future_groups.contains(group);
    if group.is_empty() || group == "root" {
        return finding
            .because("Its file belongs to root alone; udev's rules usually give it to 'video'.")
            .mended_by("sudo udevadm trigger --subsystem-match=video4linux");
    }
    if will_be && !system.groups.contains(group) {
        return finding
            .because(format!(
                "The user is in the group '{group}' from the next login on: log out and in again, \
                 or work in a shell that has it now."
            ))
            .mended_by(format!("newgrp {}", word(group)));
    }
    if will_be {
        return finding
            .because(format!("The group '{group}' has no right to it either."))
            .mended_by(format!("sudo chmod g+rw {}", word(&node.path)));
    }
    finding
        .because(format!("It is for the group '{group}'. Log out and in again afterwards."))
        .mended_by(format!("sudo usermod -aG {} {}", word(group), word(&system.user)))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;

    #[test]
    fn groups_that_are_missing_or_too_new() {
        let deny = |facts: &mut Facts| {
            facts.nodes[1].access = Access::Denied;
            facts.system.groups.clear();
        };
        fails("denied", "sudo usermod -aG video ada", |facts| {
            deny(facts);
            facts.system.future_groups.clear();
        });
        let soon = fails("denied", "newgrp video", deny);
        assert!(soon.why.contains("log out"));
        fails("denied", "udevadm", |facts| {
            deny(facts);
            facts.nodes[1].group = "root".into();
        });
        let broken = found("broken", |facts| {
            let node = &mut facts.nodes[0];
            (node.access, node.fault) = (Access::Broken, "no such device".into());
            facts.nodes.push(Node { path: "/dev/video2".into(), ..facts.nodes[0].clone() });
            facts.nodes[2].access = Access::Open;
        });
        assert!(broken.what.contains("no such device"));
        fails("denied", "chmod g+rw /dev/video10", |facts| facts.nodes[1].access = Access::Denied);
    }
}
