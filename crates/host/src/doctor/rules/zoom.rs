//! Zoom, Skype, native Teams and similar programs: they know only V4L2, show RGB as black, and need
//! even sizes.

use crate::doctor::facts::Facts;
use crate::doctor::finding::{Area, Finding, Severity};
use crate::inventory::Node;

/// The programs that read cameras in this way.
const CLIENTS: &[&str] = &["Zoom", "Skype", "Teams"];

/// Formats that all of them are known to show.
const SURE: [&str; 3] = ["YUYV", "YU12", "MJPG"];

/// Formats that come out black.
const BLACK: [&str; 6] = ["RGB3", "BGR3", "RGB4", "BGR4", "AB24", "AR24"];

/// Reports whether they show our device's pictures.
pub fn shows(facts: &Facts) -> Vec<Finding> {
    let ours = facts.ours().filter(|node| node.captures && !node.formats.is_empty());
    ours.map_or_else(Vec::new, |node| vec![judge(node).for_clients(CLIENTS)])
}

fn judge(node: &Node) -> Finding {
    let title = node.title();
    let finding =
        |severity, id, what: String| Finding::new(severity, Area::VirtualCamera, id, what);
    let has = |list: &[&str]| node.formats.iter().find(|f| list.contains(&f.fourcc.as_str()));
    match (has(&SURE), has(&BLACK)) {
        (None, Some(black)) => {
            finding(Severity::Failure, "zoom-black", format!("Zoom and Skype show {title} black"))
                .because(format!(
                    "They take YUYV and YU12, and the device delivers {}.",
                    black.fourcc
                ))
                .mended_by("backlot run")
        }
        (None, None) => {
            finding(Severity::Warning, "zoom-format", format!("Zoom may not show {title}"))
                .because("YUYV and YU12 are the formats that every program takes.")
                .mended_by("backlot run")
        }
        (Some(format), _) if format.sizes.iter().any(|(w, h)| w % 2 == 1 || h % 2 == 1) => {
            finding(Severity::Failure, "zoom-odd", format!("Zoom shows {title} green or skewed"))
                .because("It can't handle an odd width or height.")
                .mended_by("backlot run --size 1280x720")
        }
        _ => finding(Severity::Good, "zoom", "Zoom, Skype and Teams show it".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;

    #[test]
    fn devices_that_they_can_not_show() {
        let first =
            |facts: &mut Facts, fourcc: &str| facts.nodes[1].formats[0].fourcc = fourcc.into();
        fails("zoom-black", "backlot run", |f| first(f, "RGB3"));
        fails("zoom-odd", "--size", |f| f.nodes[1].formats[0].sizes = vec![(640, 361)]);
        assert_eq!(found("zoom-format", |f| first(f, "NV12")).severity, Severity::Warning);
        assert_eq!(found("zoom", |f| first(f, "YU12")).severity, Severity::Good);
    }
}
