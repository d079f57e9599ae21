//! Jobs that are interrupted, and what they leave behind.

use crate::common::{Desk, Ended, ended};
use rustix::process::{Pid, Signal, kill_process};
use std::io::Write;
use std::process::{Child, ChildStdin, Stdio};
use std::time::{Duration, Instant};

/// A job that waits for its input.
struct Waiting {
    child: Child,
    input: ChildStdin,
}

impl Waiting {
    fn start(desk: &Desk, output: &str) -> Self {
        let mut command = desk.program();
        command.args(["render", "-", "-o", output, "--background", "navy", "--quality", "fast"]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let input = child.stdin.take().unwrap();
        Self { child, input }
    }

    fn feed(&mut self, frames: usize) {
        let mut stream = b"YUV4MPEG2 W64 H36 F25:1 C420jpeg\n".to_vec();
        for _ in 0..frames {
            stream.extend_from_slice(b"FRAME\n");
            stream.extend_from_slice(&[100; 64 * 36 * 3 / 2]);
        }
        self.input.write_all(&stream).unwrap();
    }

    fn send(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).expect("it runs");
    }

    /// How it ends while its input stays open.
    fn end(self) -> Ended {
        let Self { child, input } = self;
        let ended = ended(child.wait_with_output());
        drop(input);
        ended
    }
}

fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let begin = Instant::now();
    while !is_so() {
        assert!(begin.elapsed() < Duration::from_secs(60), "never: {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn unfinished(desk: &Desk) -> Vec<String> {
    let mut names = desk.names(".");
    names.retain(|name| name.starts_with(".backlot-"));
    names
}

fn parts(desk: &Desk) -> usize {
    unfinished(desk).len()
}

#[test]
fn a_second_interrupt_and_a_quit_leave_nothing_behind() {
    for signal in [Signal::INT, Signal::TERM, Signal::HUP, Signal::QUIT] {
        let desk = Desk::new();
        let mut job = Waiting::start(&desk, "out.mp4");
        job.feed(3);
        until("an unfinished file", || parts(&desk) > 0);
        job.send(signal);
        if signal != Signal::QUIT {
            // Two signals of a kind at the same time count as one.
            std::thread::sleep(Duration::from_millis(200));
            job.send(signal);
        }
        let ended = job.end();
        assert_eq!(ended.code, (signal != Signal::QUIT).then_some(130), "{signal:?}");
        assert_eq!(parts(&desk), 0, "{signal:?}: {:?}", desk.names("."));
    }
}

#[test]
fn what_a_killed_job_left_goes_with_the_next() {
    let desk = Desk::new();
    let mut job = Waiting::start(&desk, "out.mp4");
    job.feed(1);
    until("an unfinished file", || parts(&desk) > 0);
    job.send(Signal::KILL);
    job.end();
    let left = unfinished(&desk);
    assert!(!left.is_empty());
    let mut other = Waiting::start(&desk, "other.mp4");
    other.feed(2);
    let is_alone =
        || unfinished(&desk).iter().all(|name| !left.contains(name)) && parts(&desk) == 1;
    until("an unfinished file that is held, and no other", is_alone);
    desk.ok("render presenter -o picture.png --size 64x36 --background navy");
    assert_eq!(parts(&desk), 1, "what is still written stays");
    drop(other.input);
    let ended = ended(other.child.wait_with_output());
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert_eq!(parts(&desk), 0);
    assert!(desk.path("other.mp4").is_file());
}

#[test]
fn an_interrupt_before_the_first_frame_says_so() {
    let desk = Desk::new();
    for feeds in [false, true] {
        let mut job = Waiting::start(&desk, "out.mp4");
        if feeds {
            job.feed(0);
        }
        until("a signal that is caught", || {
            let status = std::fs::read_to_string(format!("/proc/{}/status", job.child.id()));
            let mask =
                status.unwrap().lines().find_map(|l| Some(l.strip_prefix("SigCgt:")?.to_owned()));
            u64::from_str_radix(mask.unwrap().trim(), 16).unwrap() >> 1 & 1 == 1
        });
        job.send(Signal::INT);
        let ended = job.end();
        assert_eq!(ended.code, Some(130), "{}", ended.stderr);
        assert_eq!(ended.stderr, "interrupted before the first frame: nothing was written\n");
        assert_eq!(desk.names("."), Vec::<String>::new());
    }
}
