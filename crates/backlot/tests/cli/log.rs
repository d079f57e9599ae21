//! The log: `-v`, `BACKLOT_LOG`, and a standard error that can't be written.

use crate::common::{Desk, Ended, ended};
use std::fs::{File, OpenOptions};
use std::os::unix::fs::MetadataExt;

/// Runs the camera for a second, with a settings file.
fn camera(desk: &Desk, args: &[&str], log: &str) -> Ended {
    std::fs::write(desk.path("s.toml"), "[run]\n").unwrap();
    let mut command = desk.program();
    command.args(["run", "--camera", "presenter", "--output", "none", "--duration", "1"]);
    command.args(["--settings", "s.toml"]).args(args).env("BACKLOT_LOG", log);
    command.env("XDG_STATE_HOME", desk.path("state"));
    ended(command.output())
}

#[test]
fn nothing_is_logged_unless_somebody_asks() {
    let desk = Desk::new();
    let read =
        |ended: &Ended| ended.stderr.contains("INFO") && ended.stderr.contains("settings read");
    let quiet = camera(&desk, &[], "");
    assert!(quiet.code == Some(0) && !read(&quiet), "{}", quiet.stderr);
    for (args, log) in
        [(&["-v"][..], ""), (&["-vv"], "error"), (&[], "info"), (&[], "backlot=debug")]
    {
        let talking = camera(&desk, args, log);
        assert!(talking.code == Some(0) && read(&talking), "{args:?} {log}: {}", talking.stderr);
    }
    let other = camera(&desk, &[], "backlot_pipeline=trace");
    assert!(other.code == Some(0) && !read(&other), "{}", other.stderr);
}

#[test]
fn a_log_level_that_there_is_not_is_told() {
    let desk = Desk::new();
    let ended = camera(&desk, &[], "loud");
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert!(ended.stderr.contains("BACKLOT_LOG is 'loud', which is not understood"));
}

#[test]
fn a_log_that_can_not_be_written_ends_nothing() {
    let desk = Desk::new();
    let mut command = desk.program();
    command.args(["-vvv", "run", "--camera", "presenter", "--output", "none", "--duration", "1"]);
    command.env("XDG_CONFIG_HOME", desk.path("config")).env("XDG_STATE_HOME", desk.path("state"));
    let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
    assert_eq!(command.stderr(full).status().unwrap().code(), Some(0));
}

#[test]
fn lines_in_the_journal_have_levels_and_others_do_not() {
    let desk = Desk::new();
    let path = desk.path("journal");
    for (is_ours, about) in [(true, "the stream"), (false, "another one")] {
        let file = File::create(&path).unwrap();
        let numbers = file.metadata().unwrap();
        let inode = numbers.ino() + u64::from(!is_ours);
        std::fs::write(desk.path("s.toml"), "[run]\n").unwrap();
        let mut command = desk.program();
        command.args(["-v", "run", "--camera", "presenter", "--output", "none", "--duration", "1"]);
        command.args(["--settings", "s.toml"]).env("XDG_STATE_HOME", desk.path("state"));
        command.env("JOURNAL_STREAM", format!("{}:{inode}", numbers.dev()));
        assert_eq!(command.stderr(file).status().unwrap().code(), Some(0));
        let text = std::fs::read_to_string(&path).unwrap();
        let levelled = |line: &str| line.starts_with("<6>") || line.starts_with("<4>");
        assert!(!text.is_empty());
        assert!(text.lines().all(|line| levelled(line) == is_ours), "{about}: {text}");
        let info = text.lines().find(|line| line.contains(" INFO ")).unwrap();
        assert_eq!(info.starts_with("<6>"), is_ours, "{about}: {info}");
    }
    let missing = desk.program().args(["snapshot", "--camera", "no/such", "-o", "a.png"]).output();
    assert!(ended(missing).stderr.starts_with("error: "));
}
