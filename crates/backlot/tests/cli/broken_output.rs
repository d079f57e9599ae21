//! Standard output and standard error that are closed, full, gone, or never read.

use crate::common::{Desk, ended, text};
use rustix::process::{Pid, Signal, kill_process};
use std::fs::OpenOptions;
use std::io::{BufRead, BufReader};
use std::os::fd::OwnedFd;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Runs the camera for this many seconds.
fn camera(desk: &Desk, seconds: u32) -> Command {
    let mut command = desk.program();
    let seconds = seconds.to_string();
    command.args(["run", "--camera", "presenter", "--output", "none", "--duration", &seconds]);
    at_home(desk, &mut command);
    command
}

/// Without the settings of the user who runs the tests.
fn at_home(desk: &Desk, command: &mut Command) {
    command.env("XDG_CONFIG_HOME", desk.path("config")).env("XDG_STATE_HOME", desk.path("state"));
}

/// The same through a shell, which may redirect output or ignore signals.
fn camera_in_shell(desk: &Desk, script: &str) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", script, env!("CARGO_BIN_EXE_backlot")]);
    command.args(["run", "--camera", "presenter", "--output", "none", "--duration", "1"]);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    at_home(desk, &mut command);
    command
}

fn full_disk() -> Stdio {
    OpenOptions::new().write(true).open("/dev/full").expect("/dev/full").into()
}

/// A pipe whose reader is gone.
fn without_reader() -> Stdio {
    let (_, writer) = std::io::pipe().expect("a pipe");
    writer.into()
}

/// A full pipe, and its unread end.
fn never_read() -> (OwnedFd, Stdio) {
    let (reader, writer) = std::io::pipe().expect("a pipe");
    let writer = OwnedFd::from(writer);
    rustix::io::ioctl_fionbio(&writer, true).expect("a pipe that doesn't block");
    while rustix::io::write(&writer, &[b'.'; 4096]).is_ok() {}
    while rustix::io::write(&writer, b".").is_ok() {}
    rustix::io::ioctl_fionbio(&writer, false).expect("a pipe that blocks");
    (reader.into(), writer.into())
}

fn send(child: &Child, signal: Signal) {
    kill_process(Pid::from_child(child), signal).expect("it runs");
}

/// Waits until a program handles a signal.
fn until_it_catches(child: &Child, signal: Signal) {
    let begin = Instant::now();
    let catches = || {
        let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).ok()?;
        let mask = status.lines().find_map(|line| line.strip_prefix("SigCgt:"))?;
        let mask = u64::from_str_radix(mask.trim(), 16).ok()?;
        Some(mask >> (signal.as_raw() - 1) & 1 == 1)
    };
    while catches() != Some(true) {
        assert!(begin.elapsed() < Duration::from_secs(60), "it catches no {signal:?}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn a_camera_outlives_a_log_that_is_full_closed_or_gone() {
    let desk = Desk::new();
    let code = |mut command: Command| command.status().expect("the program runs").code();
    let mut command = camera(&desk, 1);
    command.stderr(full_disk()).stdout(full_disk());
    assert_eq!(code(command), Some(0), "full");
    let mut command = camera(&desk, 1);
    command.stderr(without_reader()).stdout(without_reader());
    assert_eq!(code(command), Some(0), "gone");
    for closed in ["2>&-", ">&-", "2>&- >&- <&-"] {
        let command = camera_in_shell(&desk, &format!("exec \"$0\" \"$@\" {closed}"));
        assert_eq!(code(command), Some(0), "{closed}");
    }
}

#[test]
fn a_camera_outlives_the_reader_of_its_status() {
    let desk = Desk::new();
    let mut command = camera(&desk, 4);
    let mut child =
        command.arg("--json").stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert!(line.starts_with('{'), "{line}");
    let ended = ended(child.wait_with_output());
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    let complaints = ended.stderr.lines().filter(|line| line.contains("nobody reads the status"));
    assert_eq!(complaints.count(), 1, "{}", ended.stderr);
    let mut command = camera(&desk, 3);
    let ended = self::ended(command.arg("--json").stdout(full_disk()).output());
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert!(ended.stderr.contains("the status can't be written"), "{}", ended.stderr);
}

#[test]
fn a_reader_that_never_reads_holds_nothing_up() {
    let desk = Desk::new();
    for signal in [Signal::INT, Signal::TERM] {
        let ((_output, stdout), (_errors, stderr)) = (never_read(), never_read());
        let mut command = camera(&desk, 60);
        let mut child = command.arg("--json").stdout(stdout).stderr(stderr).spawn().unwrap();
        until_it_catches(&child, signal);
        // Long enough to print its status into full pipes.
        std::thread::sleep(Duration::from_secs(2));
        assert_eq!(child.try_wait().unwrap(), None, "it still runs");
        let begin = Instant::now();
        send(&child, signal);
        let code = child.wait().unwrap().code();
        assert_eq!(code, Some(130));
        assert!(begin.elapsed() < Duration::from_secs(2), "{:?}", begin.elapsed());
    }
}

/// Waits until a file contains some text, and returns its contents.
fn eventually(path: &Path, wanted: &str) -> String {
    let begin = Instant::now();
    loop {
        let bytes = std::fs::read(path).unwrap_or_default();
        let held = String::from_utf8_lossy(&bytes).into_owned();
        if held.contains(wanted) {
            return held;
        }
        assert!(begin.elapsed() < Duration::from_secs(60), "no '{wanted}' in '{held}'");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Runs a camera in a terminal that hangs up once the status appears; returns how it ends.
fn after_the_terminal(begin: &str) -> String {
    let desk = Desk::new();
    let program = env!("CARGO_BIN_EXE_backlot");
    let run = "run --camera presenter --output none --duration 4";
    // The terminal's own shell ends with it; the inner one reports how the camera ended.
    let command = format!("sh -c \"{begin} '{program}' {run}; echo ended \\$? > code\"; :");
    let mut script = Command::new("script");
    script.args(["-q", "-f", "-c", &command, "shown"]).env("SHELL", "/bin/sh");
    script.current_dir(desk.path(".")).stdin(Stdio::null()).stdout(Stdio::null());
    at_home(&desk, &mut script);
    let mut terminal = script.spawn().expect("'script' of util-linux");
    eventually(&desk.path("shown"), "CPU");
    // Nothing holds the other end of the terminal any more.
    send(&terminal, Signal::KILL);
    terminal.wait().unwrap();
    eventually(&desk.path("code"), "\n").trim().to_owned()
}

#[test]
fn a_terminal_that_hangs_up_ends_the_camera_unless_it_was_told_to_stay() {
    assert_eq!(after_the_terminal("trap : HUP;"), "ended 130");
    assert_eq!(after_the_terminal("trap '' HUP;"), "ended 0", "as nohup does");
    assert_eq!(after_the_terminal("trap : HUP; setsid"), "ended 0", "another's terminal");
}

#[test]
fn what_was_asked_for_and_can_not_be_written_is_an_error() {
    let desk = Desk::new();
    for args in ["effects", "models --json", "completions bash", "man", "--help", "validate"] {
        let mut command = desk.program();
        let refused = ended(command.args(args.split(' ')).stdout(full_disk()).output());
        assert_eq!(refused.code, Some(1), "{args}: {}", refused.stderr);
        let sentence = "standard output can't be written: the disk is full";
        let expected = match args.ends_with("--json") {
            true => format!("{{\"error\":\"{sentence}\"}}\n"),
            false => format!("error: {sentence}\n"),
        };
        assert_eq!(refused.stderr, expected, "{args}");
        let mut command = desk.program();
        let status = command.args(args.split(' ')).stdout(full_disk()).stderr(full_disk()).status();
        assert_eq!(status.unwrap().code(), Some(1), "{args}, and nowhere to complain");
        let mut command = desk.program();
        let quiet = ended(command.args(args.split(' ')).stdout(without_reader()).output());
        assert_eq!((quiet.code, quiet.stderr.as_str()), (Some(0), ""), "{args}");
    }
}

#[test]
fn the_usage_is_told_as_before() {
    let desk = Desk::new();
    let help = desk.ok("--help");
    assert!(text(&help.stdout).contains("Usage: backlot"));
    let wrong = desk.run("effects --jsn");
    assert_eq!(wrong.code, Some(2));
    assert!(wrong.stderr.contains("'--json'") && wrong.stdout.is_empty(), "{}", wrong.stderr);
    let mut command = desk.program();
    let status = command.args(["effects", "--jsn"]).stderr(full_disk()).status();
    assert_eq!(status.unwrap().code(), Some(2));
}
