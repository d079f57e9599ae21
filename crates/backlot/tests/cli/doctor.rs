//! `backlot doctor`, on the files of simulated machines.

use crate::common::{Desk, Ended, ended, text};
use std::fs;

/// Runs the doctor on a machine with these files.
fn examine(desk: &Desk, files: &[(&str, &str)], args: &str) -> Ended {
    for (path, text) in files {
        let path = desk.path("machine").join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let mut program = desk.program();
    program.args(["doctor", "--root", "machine"]).args(args.split_whitespace());
    ended(program.output())
}

const KERNEL: (&str, &str) = ("proc/sys/kernel/osrelease", "6.8.0-45-generic\n");
const UBUNTU: (&str, &str) = ("etc/os-release", "ID=ubuntu\nID_LIKE=debian\n");
const NO_MODULE: (&str, &str) = ("lib/modules/6.8.0-45-generic/modules.dep", "kernel/a.ko:\n");
const MODULE: (&str, &str) =
    ("lib/modules/6.8.0-45-generic/modules.dep", "updates/dkms/v4l2loopback.ko.zst:\n");

#[test]
fn a_machine_without_the_module_is_told_how_to_install_it() {
    let desk = Desk::new();
    let ended = examine(&desk, &[KERNEL, UBUNTU, NO_MODULE], "");
    let said = text(ended.stdout);
    assert_eq!(ended.code, Some(1), "{said}");
    assert!(ended.stderr.is_empty(), "{}", ended.stderr);
    for words in [
        "v4l2loopback is not installed",
        "$ sudo apt install v4l2loopback-dkms linux-headers-$(uname -r)\n",
        "would fail; begin with this one:",
    ] {
        assert!(said.contains(words), "'{words}' is not in:\n{said}");
    }
    let long = said
        .lines()
        .filter(|line| !line.trim_start().starts_with('$') && line.chars().count() > 80);
    assert_eq!(long.count(), 0, "{said}");
    assert!(!said.contains('\u{1b}'), "colours in a file");
}

#[test]
fn secure_boot_and_a_key_that_is_not_enrolled() {
    let desk = Desk::new();
    let files = [
        KERNEL,
        UBUNTU,
        MODULE,
        ("sys/kernel/security/lockdown", "none [integrity] confidentiality\n"),
        ("sys/firmware/efi/mok-variables/MokListRT", "another key"),
        ("var/lib/shim-signed/mok/MOK.der", "this key"),
    ];
    let said = text(examine(&desk, &files, "").stdout);
    assert!(said.contains("Key was rejected by service"), "{said}");
    assert!(said.contains("$ sudo mokutil --import /var/lib/shim-signed/mok/MOK.der\n"), "{said}");
}

#[test]
fn scripts_get_findings_and_facts() {
    let desk = Desk::new();
    let ended = examine(&desk, &[KERNEL, UBUNTU, MODULE], "--json");
    assert_eq!(ended.code, Some(1));
    let json: serde_json::Value = serde_json::from_slice(&ended.stdout).unwrap();
    assert_eq!(json["fine"], false);
    assert_eq!(json["findings"][0]["id"], "module-not-loaded");
    assert_eq!(json["findings"][0]["severity"], "failure");
    let mend = json["findings"][0]["mend"].as_str().unwrap();
    assert!(mend.starts_with("sudo modprobe v4l2loopback"), "{mend}");
    assert_eq!(json["facts"]["system"]["kernel"], "6.8.0-45-generic");
}

#[test]
fn a_root_that_is_none_and_this_machine() {
    let desk = Desk::new();
    let said = desk.refused("doctor --root nowhere");
    assert!(said.contains("'nowhere'"), "{said}");
    let here = desk.run("doctor");
    assert!(matches!(here.code, Some(0 | 1)) && here.stderr.is_empty(), "{}", here.stderr);
    assert!(text(here.stdout).lines().count() > 3);
}
