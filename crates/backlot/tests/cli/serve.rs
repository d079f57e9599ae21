//! `backlot serve`: what it answers is what `backlot matte` makes.

use crate::common::{Desk, pixels, presenter};
use rustix::process::{Pid, Signal, kill_process};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Stdio};

struct Served {
    child: Child,
    address: String,
}

impl Served {
    fn start(desk: &Desk, more: &str) -> Self {
        let mut command = desk.program();
        command.args(["serve", "--listen", "127.0.0.1:0"]).args(more.split_whitespace());
        let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stderr.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.strip_prefix("mattes at http://").and_then(|rest| rest.split_once('/'));
        let address = address.unwrap_or_else(|| panic!("{line}")).0.to_owned();
        Self { child, address }
    }

    fn post(&self, accept: &str, body: &[u8]) -> Vec<u8> {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let (host, length) = (&self.address, body.len());
        let head = format!(
            "POST / HTTP/1.1\r\nhost: {host}\r\naccept: {accept}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n"
        );
        stream.write_all(&[head.as_bytes(), body].concat()).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let end = answer.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
        assert!(answer.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&answer[..end]));
        answer.split_off(end + 4)
    }

    /// How it ends by a signal.
    fn end(mut self, signal: Signal) -> Option<i32> {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
        self.child.wait().unwrap().code()
    }
}

#[test]
fn the_answer_is_the_matte_that_the_program_writes() {
    let desk = Desk::new();
    presenter(&desk, "me.png", "320x180");
    presenter(&desk, "me.jpg", "321x181");
    for (more, signal) in
        [("", Signal::TERM), ("--model landscape --quality live --threads 1", Signal::INT)]
    {
        let served = Served::start(&desk, more);
        for name in ["me.png", "me.jpg"] {
            let options = if more.is_empty() { "--model general --quality fast" } else { more };
            let options = options.replace("--threads 1", "");
            desk.ok(&format!("matte {name} -o matte.png --force {options}"));
            let expected = pixels(desk.path("matte.png"));
            let picture = std::fs::read(desk.path(name)).unwrap();
            let grey = image::load_from_memory(&served.post("image/png", &picture)).unwrap();
            let grey = grey.to_rgba8();
            assert_eq!(grey.dimensions(), expected.dimensions(), "{name}");
            assert!(grey.iter().zip(expected.iter()).all(|(a, b)| a.abs_diff(*b) <= 1), "{name}");
            let mask = served.post("*/*", &picture);
            let expected = expected.pixels().map(|pixel| u8::from(pixel[0] >= 128));
            assert!(mask.iter().copied().eq(expected), "{name}");
        }
        assert_eq!(served.end(signal), Some(0));
    }
}

#[test]
fn what_is_wrong_at_the_start_is_told() {
    let desk = Desk::new();
    std::fs::write(desk.path("short"), "abc\n").unwrap();
    for (options, words) in [
        ("--listen 0.0.0.0:0", "put one into a file, and name it with --token-file"),
        ("--grpc 0.0.0.0:0 --listen 127.0.0.1:0", "put one into a file"),
        ("--token-file nowhere", "'nowhere' does not exist"),
        ("--token-file short", "at least 8 of them"),
        ("--model portrait --listen 127.0.0.1:0", "portrait"),
        ("--quality good --listen 127.0.0.1:0", "'good' is not a quality"),
        ("--listen 127.0.0.1:0 --model nowhere.tflite", "nowhere.tflite"),
    ] {
        let sentence = desk.refused(&format!("serve {options}"));
        assert!(sentence.contains(words), "serve {options}: {sentence}");
    }
}
