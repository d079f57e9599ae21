//! Messages on standard error: errors and warnings, as lines or as JSON, without anything that a
//! terminal would act on.

use crate::common::{Desk, Ended, ended, presenter};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::process::Stdio;

/// A name that would clear the screen, set the title, turn the text around and forge a line.
const HOSTILE: &str = "\u{1b}[2J\u{1b}]0;title\u{7}\u{9b}31m\u{202e}gnp\nerror: forged";

fn run(desk: &Desk, args: &[&OsStr]) -> Ended {
    ended(desk.program().args(args).output())
}

/// Checks that only text and line ends were printed.
fn is_harmless(text: &str) {
    let bad = text.chars().find(|c| {
        c.is_control() && !matches!(c, '\n' | '\t') || matches!(c, '\u{202a}'..='\u{202e}')
    });
    assert_eq!(bad, None, "{text:?}");
    assert!(!text.contains("\nerror: forged"), "{text:?}");
}

#[test]
fn names_are_shown_without_what_terminals_act_on() {
    let desk = Desk::new();
    presenter(&desk, "plain.png", "64x36");
    let name = format!("{HOSTILE}.png").replace('/', "");
    std::fs::copy(desk.path("plain.png"), desk.path(&name)).unwrap();
    let name = name.as_str();
    let lines: [&[&str]; 8] = [
        &["render", HOSTILE, "-o", "out.png"],
        &["render", "presenter", "-o", HOSTILE, "--duration", HOSTILE],
        &["render", "presenter", "-o", "out.png", "--background", HOSTILE],
        &["render", "presenter", "-o", "out.png", "--effect", HOSTILE],
        &["matte", name, "-o", name],
        &["matte", name, "-o", name, "--quality", "fast", "--force", "--json"],
        &[HOSTILE],
        &["run", "--camera", HOSTILE, "--output", HOSTILE, "--duration", "0.1"],
    ];
    for args in lines {
        let args: Vec<_> = args.iter().map(OsStr::new).collect();
        let Ended { stdout, stderr, .. } = run(&desk, &args);
        is_harmless(&stderr);
        is_harmless(&String::from_utf8(stdout).unwrap());
    }
    let Ended { stderr, .. } = run(&desk, &["render", HOSTILE, "-o", "x.png"].map(OsStr::new));
    assert!(stderr.contains(r"\x1b[2J\x1b]0;title\x07\x9b31m\u{202e}gnp"), "{stderr}");
}

#[test]
fn names_that_are_no_text_are_shown_in_part() {
    let desk = Desk::new();
    let name = OsStr::from_bytes(b"caf\xe9.png");
    let args = [OsStr::new("matte"), OsStr::new("nowhere.png"), OsStr::new("-o"), name];
    let Ended { code, stderr, .. } = run(&desk, &args);
    assert_eq!((code, stderr.lines().count()), (Some(1), 1), "{stderr}");
}

#[test]
fn tags_of_a_stream_are_shown_without_what_terminals_act_on() {
    let desk = Desk::new();
    let mut program = desk.program();
    program.args(["render", "-", "-o", "out.mp4", "-v"]).stdin(Stdio::piped());
    program.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = program.spawn().unwrap();
    let tags = b"YUV4MPEG2 W64 H36 F30:1 C\x1b[31m420\x9b \x1b]0;x\x07\nFRAME\n";
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), tags).unwrap();
    let Ended { code, stderr, .. } = ended(child.wait_with_output());
    assert_eq!(code, Some(1), "{stderr}");
    is_harmless(&stderr);
}

#[test]
fn warnings_are_no_errors_and_stay_when_the_rest_is_quiet() {
    let desk = Desk::new();
    let args = "render presenter -o out.png --size 64x36 --background blur:5 --force";
    for quiet in ["", " -q"] {
        let ended = desk.ok(&format!("{args}{quiet}"));
        let lines: Vec<_> = ended.stderr.lines().collect();
        assert!(lines[0].starts_with("warning: ") && lines[0].contains("blur:5"), "{lines:?}");
        assert!(!ended.stderr.contains("backlot:") && !ended.stderr.contains("error"));
        assert_eq!(quiet.is_empty(), lines.len() > 1, "{lines:?}");
    }
    assert!(desk.refused("render nowhere.mp4 -o out.mp4").starts_with("error: "));
}

#[test]
fn with_json_errors_and_warnings_are_json() {
    let desk = Desk::new();
    let json = |line: &str| -> serde_json::Value { serde_json::from_str(line).unwrap() };
    let ended = desk.run("render nowhere.mp4 -o out.mp4 --json");
    assert_eq!((ended.code, ended.stderr.lines().count()), (Some(1), 1));
    assert!(json(&ended.stderr)["error"].as_str().unwrap().contains("'nowhere.mp4'"));
    assert!(ended.stdout.is_empty());
    let ended = desk.run("render nowhere.mp4 --json");
    assert_eq!((ended.code, ended.stderr.lines().count()), (Some(2), 1));
    assert!(json(&ended.stderr)["error"].as_str().unwrap().contains("--output"));
    let ended = desk.ok("render presenter -o out.png --size 64x36 --background blur:5 --json -v");
    // Each is reported once, in the summary.
    let lines: Vec<_> = ended.stderr.lines().map(json).collect();
    assert!(lines.iter().all(|line| line.get("warning").is_none()), "{lines:?}");
    let summary = json(std::str::from_utf8(&ended.stdout).unwrap());
    assert!(summary["notices"][0].as_str().unwrap().contains("blur:5"), "{summary}");
}
