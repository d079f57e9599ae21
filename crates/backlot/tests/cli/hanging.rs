//! `backlot run` with files and programs that never answer.

use crate::common::Desk;
use serde_json::Value;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::fs::PermissionsExt;
use std::process::{Child, ChildStderr, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

/// The timeout of every wait, however slow the machine is.
const PATIENCE: Duration = Duration::from_secs(60);

/// The promised limit for shutting down.
const LONGEST_END: Duration = Duration::from_secs(2);

/// A running program, with an `ffprobe` that hangs on its first file.
struct Run {
    desk: Desk,
    child: Child,
    status: Receiver<Value>,
    said: Option<ChildStderr>,
}

impl Run {
    /// Starts it with these arguments, and waits until `ffprobe` hangs.
    fn start(args: &str, settings: &str) -> Self {
        let desk = Desk::new();
        let video = [&[0, 0, 0, 32][..], b"ftypisom", &[1; 100]].concat();
        std::fs::write(desk.path("beach.mp4"), video).unwrap();
        std::fs::write(desk.path("settings.toml"), settings).unwrap();
        let script =
            format!("#!/bin/sh\necho $$ >> '{}'\nexec sleep 1000\n", desk.path("pids").display());
        std::fs::write(desk.path("ffprobe"), script).unwrap();
        let may_run = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(desk.path("ffprobe"), may_run).unwrap();
        let mut child = desk
            .program()
            .args("run --output none --json --size 320x180".split(' '))
            .args(args.split_whitespace())
            .arg("--settings")
            .arg(desk.path("settings.toml"))
            .env("BACKLOT_FFPROBE", desk.path("ffprobe"))
            .env("XDG_STATE_HOME", desk.path("state"))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (told, status) = channel();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                let _ = serde_json::from_str(&line).map(|status| told.send(status));
            }
        });
        let said = child.stderr.take();
        let mut run = Self { desk, child, status, said };
        run.until("a probe", |run| !run.probes().is_empty());
        run
    }

    fn until(&mut self, what: &str, mut holds: impl FnMut(&mut Self) -> bool) {
        let start = Instant::now();
        while !holds(self) {
            let ended = self.child.try_wait().unwrap();
            assert!(ended.is_none(), "it ended without {what}: {ended:?} {}", self.said());
            assert!(start.elapsed() < PATIENCE, "never: {what}");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// The process ids of the probes so far.
    fn probes(&self) -> Vec<u32> {
        let pids = std::fs::read_to_string(self.desk.path("pids")).unwrap_or_default();
        pids.lines().map(|line| line.parse().unwrap()).collect()
    }

    /// Waits for a status with this in its message, or with none.
    fn until_message(&mut self, wanted: Option<&str>) {
        self.until(&format!("the message {wanted:?}"), |run| {
            let Ok(status) = run.status.try_recv() else { return false };
            match (status["message"].as_str(), wanted) {
                (Some(message), Some(wanted)) => message.contains(wanted),
                (message, wanted) => message == wanted,
            }
        });
    }

    fn signal(&self, signal: &str) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args([signal, &id]).status().unwrap().success());
    }

    fn said(&mut self) -> String {
        let mut said = String::new();
        if let Some(mut pipe) = self.said.take() {
            let _ = pipe.read_to_string(&mut said);
        }
        said
    }

    /// Sends a signal, and checks that everything ends within the limit.
    fn ends_by(mut self, signal: &str, code: Option<i32>) {
        self.signal(signal);
        let start = Instant::now();
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            assert!(start.elapsed() < LONGEST_END, "{signal} was not heard in {LONGEST_END:?}");
            std::thread::sleep(Duration::from_millis(2));
        };
        assert_eq!(status.code(), code, "{}", self.said());
        for pid in self.probes() {
            let start = Instant::now();
            while is_there(pid) {
                assert!(start.elapsed() < LONGEST_END, "{signal} leaves process {pid} behind");
                std::thread::sleep(Duration::from_millis(5));
            }
        }
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn is_there(pid: u32) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit_once(')').is_some_and(|(_, fields)| !fields.trim_start().starts_with('Z'))
}

#[test]
fn signals_are_heard_while_a_background_hangs() {
    for (signal, code) in [("-INT", Some(130)), ("-TERM", Some(130)), ("-KILL", None)] {
        Run::start("--camera presenter -b beach.mp4", "").ends_by(signal, code);
    }
}

#[test]
fn signals_are_heard_while_the_camera_is_being_found_out() {
    Run::start("-b navy --camera beach.mp4", "").ends_by("-INT", Some(130));
}

#[test]
fn settings_are_followed_while_a_background_hangs() {
    let scene = |background: &str| format!("[scene.only]\nbackground = \"{background}\"\n");
    let mut run = Run::start("--camera presenter", &scene("beach.mp4"));
    run.until_message(Some("beach.mp4' is being opened"));
    std::fs::write(run.desk.path("settings.toml"), scene("navy")).unwrap();
    run.until_message(None);
    // And back: the shown scene stays.
    std::fs::write(run.desk.path("settings.toml"), scene("beach.mp4")).unwrap();
    run.until_message(Some("until then the scene before stays"));
    std::fs::write(run.desk.path("settings.toml"), scene("aurora")).unwrap();
    run.until_message(None);
    run.ends_by("-INT", Some(130));
}
