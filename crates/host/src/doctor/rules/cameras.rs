//! The real cameras: whether one exists and delivers pictures, and who uses it.

use crate::doctor::facts::Facts;
use crate::doctor::finding::{Area, Finding, Severity};
use crate::inventory::{Access, Node, names_us};
use backlot_media::PROGRAM_NAME;

const AREA: Area = Area::Cameras;

/// Reports each camera, or that none exists.
pub fn usable(facts: &Facts) -> Vec<Finding> {
    let cameras: Vec<_> = facts.nodes.iter().filter(|node| node.is_camera()).collect();
    let is_unknown = facts.nodes.iter().any(|node| !node.is_loopback() && !node.is_open());
    if cameras.is_empty() && !is_unknown {
        return vec![none(facts)];
    }
    cameras.into_iter().filter(|node| node.access == Access::Open).map(judge).collect()
}

fn none(facts: &Facts) -> Finding {
    let mut cameras = facts.pipewire.cameras.iter().flatten();
    let through_pipewire =
        cameras.find(|camera| camera.device.is_none() && !names_us(&camera.description));
    if let Some(camera) = through_pipewire {
        let what = format!("'{}' is available only through PipeWire", camera.description);
        return Finding::new(Severity::Note, AREA, "camera-pipewire", what)
            .mended_by("backlot run --camera pipewire");
    }
    let bare = facts.nodes.iter().find(|node| !node.is_loopback());
    let finding = |id, what: &str| Finding::new(Severity::Failure, AREA, id, what);
    match bare {
        Some(node) if node.metadata => {
            finding("camera-metadata", "there are only devices that deliver no pictures")
                .because(format!(
                    "{} delivers only data about pictures; the camera that it belongs to is \
                     missing. Plug it in again, and see what the kernel says.",
                    node.title()
                ))
                .mended_by("sudo dmesg --follow")
        }
        _ => finding("camera-none", "there is no camera")
            .because("Plug one in, or switch it on: laptops have a key or a slider. Until then the presenter can stand in.")
            .mended_by("backlot run --camera presenter"),
    }
}

fn judge(node: &Node) -> Finding {
    let title = node.title();
    let finding = |severity, id, what: String| Finding::new(severity, AREA, id, what);
    if !node.is_readable() {
        let formats: Vec<_> = node.formats.iter().map(|f| f.fourcc.as_str()).collect();
        return finding(
            Severity::Warning,
            "camera-format",
            format!("{title} can't be read directly"),
        )
        .because(format!(
            "It delivers {}. Cameras that need a computer's help come through PipeWire.",
            if formats.is_empty() { "no format".to_owned() } else { formats.join(", ") }
        ))
        .mended_by("backlot run --camera pipewire");
    }
    let others = node.users.iter().filter(|user| user.program != PROGRAM_NAME);
    let mut others = others.filter(|user| !is_listener(&user.program));
    if let Some(user) = others.next() {
        let what = format!("{title} is used by {} ({})", user.program, user.pid);
        return finding(Severity::Warning, "camera-busy", what).because(
            "Only one program at a time can read it. Choose the camera 'Backlot' in that program.",
        );
    }
    let used = node.users.iter().any(|user| user.program == PROGRAM_NAME);
    let used = if used { ", and backlot uses it" } else { "" };
    finding(Severity::Good, "camera", format!("{title} can be used{used}"))
}

/// Programs that hold devices open without reading pictures.
fn is_listener(program: &str) -> bool {
    ["wireplumber", "pipewire", "pipewire-media-session"].contains(&program)
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;

    #[test]
    fn no_camera_or_none_that_delivers_pictures() {
        fails("camera-none", "--camera presenter", |facts| {
            facts.nodes.remove(0);
        });
        fails("camera-metadata", "dmesg", |facts| {
            (facts.nodes[0].metadata, facts.nodes[0].captures) = (true, false);
        });
        let finding = found("camera-pipewire", |facts| {
            facts.nodes.remove(0);
            let camera = PipeWireCamera { description: "Built-in".into(), ..Default::default() };
            facts.pipewire.cameras.as_mut().unwrap().push(camera);
        });
        assert_eq!(finding.mend.unwrap(), "backlot run --camera pipewire");
    }

    #[test]
    fn a_camera_that_others_have_or_that_needs_help() {
        let user = |program: &str| User { pid: 7, program: program.into(), feeds: false };
        let busy = found("camera-busy", |facts| facts.nodes[0].users = vec![user("zoom")]);
        assert!(busy.what.contains("zoom (7)") && busy.severity == Severity::Warning);
        let idle = found("camera", |facts| facts.nodes[0].users = vec![user("wireplumber")]);
        assert_eq!(idle.severity, Severity::Good);
        let raw = found("camera-format", |facts| {
            facts.nodes[0].formats = vec![Format { fourcc: "ip3G".into(), ..Format::default() }];
        });
        assert!(raw.mend.unwrap().contains("pipewire"));
    }
}
