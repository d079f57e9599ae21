//! Cameras and virtual cameras that appear late, vanish, or can't be reopened in another mode.

use super::desk::{Desk, message, refused, settings, unplug, until};
use backlot_media::Trouble;
use backlot_scene::config::State;

#[test]
fn what_the_settings_name_is_waited_for() {
    let desk = Desk::new(&settings(""), &[]);
    let (camera, output) = (desk.lab.camera("one"), desk.lab.output("/dev/one"));
    unplug(&camera);
    output.refuse(true);
    let mut session = desk.open().unwrap();
    until(&mut session, "why it waits", |status| status.outputs[0].reason.is_some());
    output.refuse(false);
    until(&mut session, "the virtual camera", |_| output.is_open());
    output.watch(1);
    until(&mut session, "why it waits", |status| status.camera.trouble == Trouble::Absent);
    let said = message(&mut session);
    assert!(said.contains("/dev/room"), "the status names the device: {said}");
    camera.set_fault(backlot_testkit::CameraFault::None);
    until(&mut session, "the camera", |status| status.camera.works && status.message.is_none());
}

#[test]
fn what_the_command_line_names_has_to_be_there_unless_it_once_was() {
    let line = ["--camera", "three", "--output", "/dev/three"];
    let desk = Desk::new(&settings(""), &line);
    assert!(refused(&desk).contains("there is no camera 'three'"), "{}", refused(&desk));
    desk.lab.camera("three");
    assert!(refused(&desk).contains("no virtual camera"), "{}", refused(&desk));
    desk.lab.output("/dev/three");
    drop(desk.open().unwrap());
    let (seen, _) = desk.state().load();
    assert_eq!(seen.seen.len(), 2, "{seen:?}");
    // Both were found before, and are gone now.
    let later = Desk::new(&settings(""), &line);
    later.state().save(&State { seen: seen.seen, ..State::default() }).unwrap();
    drop(later.open().unwrap());
}

#[test]
fn whichever_virtual_camera_there_is_is_taken_when_it_comes() {
    let desk = Desk::new(&settings("[output]\ndevice = \"auto\""), &[]);
    let loopback = desk.lab.output("Backlot");
    loopback.refuse(true);
    desk.lab.output("pipewire").refuse(true);
    let mut session = desk.open().unwrap();
    until(&mut session, "that there is none", |status| status.message.is_some());
    if cfg!(feature = "pipewire") {
        // One is enough.
        desk.lab.output("pipewire").refuse(false);
        until(&mut session, "the node", |status| status.message.is_none());
        assert!(!loopback.is_open());
    }
    loopback.refuse(false);
    until(&mut session, "the device", |_| loopback.is_open());
}

#[test]
fn a_virtual_camera_stays_until_the_one_in_its_place_is_there() {
    let desk = Desk::new(&settings(""), &[]);
    let mut session = desk.watched(&["/dev/one"]);
    let (old, new) = (desk.lab.output("/dev/one"), desk.lab.output("/dev/two"));
    new.refuse(true);
    desk.write(&settings("[output]\ndevice = \"/dev/two\""));
    until(&mut session, "that it waits", |status| {
        status.message.as_ref().is_some_and(|said| said.contains("/dev/one stays until"))
    });
    let count = old.count();
    until(&mut session, "pictures for those who watch", |_| old.count() > count + 5);
    new.refuse(false);
    until(&mut session, "the new one alone", |_| new.is_open() && !old.is_open());
    until(&mut session, "nothing to explain", |status| status.message.is_none());
    desk.write(&settings("[output]\ndevice = \"none\""));
    until(&mut session, "none", |status| status.outputs.is_empty() && !new.is_open());
}

#[test]
fn a_form_that_cannot_be_opened_leaves_the_virtual_camera_as_it_was() {
    let desk = Desk::new(&settings(""), &[]);
    let mut session = desk.watched(&["/dev/one"]);
    let output = desk.lab.output("/dev/one");
    let mode = output.mode();
    output.watch(0);
    output.refuse_once();
    desk.write(&settings("[output]\nformat = \"nv12\""));
    until(&mut session, "that it stays", |status| {
        status.message.as_ref().is_some_and(|said| said.contains("stays as it was"))
    });
    until(&mut session, "the form of before", |_| output.mode() == mode);
    output.watch(1);
    until(&mut session, "a live picture", |status| status.camera.works);
}

#[test]
fn several_virtual_cameras_are_followed_one_by_one() {
    let two = "[[output]]\ndevice = \"/dev/one\"\n[[output]]\ndevice = \"/dev/two\"\n";
    let text = settings("").replace("[output]\ndevice = \"/dev/one\"\n", two);
    let desk = Desk::new(&text, &[]);
    let mut session = desk.watched(&["/dev/one", "/dev/two"]);
    let (one, other) = (desk.lab.output("/dev/one"), desk.lab.output("/dev/two"));
    other.watch(0);
    desk.write(&text.replace("device = \"/dev/two\"", "device = \"/dev/two\"\nformat = \"yu12\""));
    until(&mut session, "the other form", |_| other.openings() == 2 && other.is_open());
    assert_eq!(one.openings(), 1);
    desk.write(&settings(""));
    until(&mut session, "one alone", |_| !other.is_open());
    assert!(one.is_open() && one.openings() == 1);
}

#[test]
fn what_is_changed_and_changed_back_under_viewers_leaves_nothing_to_do() {
    let desk = Desk::new(&settings(""), &[]);
    let mut session = desk.watched(&["/dev/one"]);
    let output = desk.lab.output("/dev/one");
    for edit in ["[output]\nformat = \"nv12\"", "[camera]\nsize = \"640x360\""] {
        desk.write(&settings(edit));
        until(&mut session, "that it waits", |status| {
            status.message.as_ref().is_some_and(|said| said.contains("when nobody watches"))
        });
        desk.write(&settings(""));
        until(&mut session, "nothing to wait for", |status| status.message.is_none());
    }
    assert_eq!(output.openings(), 1);
}
