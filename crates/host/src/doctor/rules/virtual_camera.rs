//! The loopback device itself: whether there is one for us, what feeds it, and its number.

use crate::doctor::commands::{BUFFERS, reload};
use crate::doctor::facts::Facts;
use crate::doctor::finding::{Area, Finding, Severity};
use crate::inventory::Node;
use backlot_media::PROGRAM_NAME;

const AREA: Area = Area::VirtualCamera;

/// Reports whether there is a device that isn't another program's.
pub fn presence(facts: &Facts) -> Vec<Finding> {
    if facts.module.loaded.is_none() || facts.ours().is_some() {
        return Vec::new();
    }
    let others: Vec<_> = facts.loopbacks().collect();
    let (id, what, why) = match others.first() {
        None => ("no-device", "v4l2loopback is loaded, but has no device", String::new()),
        Some(first) => (
            "device-taken",
            "all loopback devices belong to other programs",
            format!("{} is fed by {}.", first.title(), feeder_name(first)),
        ),
    };
    let finding = Finding::new(Severity::Failure, AREA, id, what);
    vec![finding.because(why).mended_by(reload(facts))]
}

fn feeder_name(node: &Node) -> String {
    node.feeder().map_or_else(|| "nobody".to_owned(), |u| format!("{} ({})", u.program, u.pid))
}

/// Reports what feeds it: while nothing does, programs don't list a device with exclusive_caps=1.
pub fn feeder(facts: &Facts) -> Vec<Finding> {
    let Some(node) = facts.ours().filter(|node| node.is_open()) else { return Vec::new() };
    let title = node.title();
    let finding = |severity, id, what| Finding::new(severity, AREA, id, what);
    vec![match node.feeder() {
        Some(user) if user.program == PROGRAM_NAME => {
            let format = node.formats.first().map_or_else(String::new, |format| {
                let size = format.sizes.first().map(|(w, h)| format!(" {w}x{h}"));
                format!(" with {}{}", format.fourcc, size.unwrap_or_default())
            });
            finding(
                Severity::Good,
                "fed",
                format!("{title} is fed by backlot ({}){format}", user.pid),
            )
        }
        Some(user) => {
            let what = format!("{title} is fed by {} ({})", user.program, user.pid);
            finding(Severity::Failure, "fed-by-other", what)
                .because("Only one program can feed a device. End it, or give it another device.")
                .mended_by(format!("kill {}", user.pid))
        }
        None if node.captures => {
            finding(Severity::Good, "ready", format!("{title} is there; nothing feeds it now"))
        }
        None => finding(
            Severity::Note,
            "not-fed",
            format!("{title} is there; programs list it only while 'backlot run' runs"),
        )
        .mended_by("backlot run"),
    }]
}

/// Reports whether it is the first device.
pub fn number(facts: &Facts) -> Vec<Finding> {
    let zero = facts.loopbacks().find(|node| node.number == 0);
    let Some(node) = zero else { return Vec::new() };
    vec![
        Finding::new(
            Severity::Warning,
            AREA,
            "number-0",
            format!("{} has the number 0", node.title()),
        )
        .for_clients(&["GNOME Snapshot", "Cheese", "Skype"])
        .because(
            "Some programs take the first device for the real camera, and GNOME Snapshot shows \
             none at all. Loopback devices belong at 10 and above.",
        )
        .mended_by(reload(facts)),
    ]
}

/// Reports whether programs get the buffers that they expect.
pub fn buffers(facts: &Facts) -> Vec<Finding> {
    let few = facts.module.buffers.filter(|buffers| *buffers < BUFFERS);
    let (Some(buffers), Some(node)) = (few, facts.ours()) else { return Vec::new() };
    vec![
        Finding::new(
            Severity::Warning,
            AREA,
            "few-buffers",
            format!("{} gives a program at most {buffers} buffers", node.title()),
        )
        .for_clients(&["guvcview"])
        .because(
            "guvcview asks for four and does not look how many it gets. v4l2loopback 0.15 has two \
             unless 'max_buffers' says more. Close all programs that use loopback devices before \
             the module is loaded anew.",
        )
        .mended_by(reload(facts)),
    ]
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;

    fn ours(facts: &mut Facts) -> &mut Node {
        &mut facts.nodes[1]
    }

    #[test]
    fn no_device_and_others_devices() {
        fails("no-device", "video_nr=10 card_label=Backlot", |facts| facts.nodes.truncate(1));
        let finding = fails("device-taken", "devices=2", |facts| {
            ours(facts).name = "OBS Virtual Camera".into();
            ours(facts).users[0].program = "obs".into();
        });
        assert!(finding.why.contains("obs (4711)"), "{}", finding.why);
    }

    #[test]
    fn a_device_that_nothing_feeds_is_listed_only_while_we_run() {
        let note = found("not-fed", |facts| {
            let node = ours(facts);
            (node.captures, node.outputs) = (false, true);
            node.users.clear();
            node.formats.clear();
        });
        assert_eq!(note.severity, Severity::Note);
        assert!(note.what.contains("only while 'backlot run' runs"));
    }

    #[test]
    fn another_feeder_and_number_0() {
        fails("fed-by-other", "kill 4711", |facts| ours(facts).users[0].program = "ffmpeg".into());
        let finding = found("number-0", |facts| ours(facts).number = 0);
        assert_eq!(finding.severity, Severity::Warning);
        assert!(finding.mend.unwrap().contains("video_nr=10"));
    }
    #[test]
    fn a_module_with_too_few_buffers() {
        let finding = found("few-buffers", |facts| facts.module.buffers = Some(2));
        assert_eq!((finding.severity, &*finding.clients), (Severity::Warning, &["guvcview"][..]));
        assert!(finding.mend.unwrap().contains("max_buffers=4"));
        for buffers in [None, Some(4), Some(8)] {
            let mut facts = healthy();
            facts.module.buffers = buffers;
            assert!(judge(&facts).iter().all(|f| f.id != "few-buffers"), "{buffers:?}");
        }
    }
}
