//! `backlot devices`, independent of this machine's devices.

use crate::common::{Desk, text};

#[test]
fn lists_for_people_and_for_scripts() {
    let desk = Desk::new();
    let said = text(desk.ok("devices").stdout);
    assert!(said.starts_with("Cameras\n") && said.contains("\nVirtual cameras\n"), "{said}");
    assert!(!said.contains('\u{1b}'), "colours in a file");
    assert!(said.lines().all(|line| line.chars().count() <= 80), "{said}");
    let json: serde_json::Value =
        serde_json::from_slice(&desk.ok("devices --json").stdout).expect("JSON");
    assert!(json["cameras"].is_array() && json["virtual_cameras"].is_array());
}

#[test]
fn nothing_is_set_of_a_camera_that_is_none() {
    let desk = Desk::new();
    let said = desk.refused("devices --set brightness=1 --camera /dev/video99");
    assert!(said.contains("'/dev/video99'") && said.contains("backlot devices"), "{said}");
    let ended = desk.run("devices --camera x");
    assert_eq!(ended.code, Some(2), "{}", ended.stderr);
}

#[test]
fn a_device_that_is_not_there_is_no_camera() {
    let desk = Desk::new();
    for command in ["snapshot", "run --output none --duration 1"] {
        let said = desk.refused(&format!("{command} --camera /dev/video99"));
        assert!(said.contains("/dev/video99"), "{command}: {said}");
    }
}
