//! Networks of others, in ONNX files.

use crate::common::{Desk, ended, pixels, presenter};
use backlot_testkit::onnx::{onnx_runtime, slow_network, threshold_network};
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// The promised limit for shutting down.
const LONGEST_END: Duration = Duration::from_secs(2);

/// The library; without it tests are skipped.
fn runtime() -> Option<PathBuf> {
    let found = onnx_runtime();
    if found.is_none() {
        println!("skipped: there is no ONNX Runtime ('scripts/setup.sh --tests' brings it)");
    }
    found
}

#[test]
fn pictures_are_cut_out_by_a_network_of_others() {
    let Some(library) = runtime() else { return };
    let desk = Desk::new();
    presenter(&desk, "me.png", "320x180");
    std::fs::write(desk.path("bright.onnx"), threshold_network(64, 36).file()).unwrap();
    let matte = || {
        let mut program = desk.program();
        program.env("BACKLOT_ONNXRUNTIME", &library);
        let args = "matte me.png --model bright.onnx --quality fast --force -o matte.png";
        ended(program.args(args.split(' ')).output())
    };
    let first = matte();
    assert_eq!(first.code, Some(0), "{}", first.stderr);
    assert_eq!(pixels(desk.path("matte.png")).dimensions(), (320, 180));
    // What stands beside it counts, and so do mistakes in it.
    std::fs::write(desk.path("bright.toml"), "rnge = [0, 1]").unwrap();
    let wrong = matte();
    let expected = "error: the network's description: bright.toml:1:1: the file beside a network has no 'rnge': did you mean 'range'?\n";
    assert_eq!((wrong.code, wrong.stderr.as_str()), (Some(1), expected));
}

#[test]
fn without_the_library_one_sentence_says_how_to_get_it() {
    let desk = Desk::new();
    presenter(&desk, "me.png", "320x180");
    std::fs::write(desk.path("x.onnx"), threshold_network(8, 8).file()).unwrap();
    std::fs::write(desk.path("no-library.so"), "no library").unwrap();
    let mut program = desk.program();
    program.env("BACKLOT_ONNXRUNTIME", desk.path("no-library.so"));
    let ended = ended(program.args("matte me.png --model x.onnx -o m.png".split(' ')).output());
    assert_eq!(ended.code, Some(1));
    let said = ended.stderr;
    assert!(said.starts_with("error: the network 'x.onnx': '"), "{said}");
    assert!(said.contains("pip install") && said.lines().count() == 1, "{said}");
}

/// Whoever starts a program ends it, whatever happens.
struct Started(Child);

impl Drop for Started {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A network that doesn't return holds up neither the end nor, so long, viewers.
#[test]
fn a_network_that_blocks_does_not_hold_up_the_end() {
    let Some(library) = runtime() else { return };
    let desk = Desk::new();
    std::fs::write(desk.path("slow.onnx"), slow_network(256, 144).file()).unwrap();
    let program = || {
        let mut program = desk.program();
        program.env("BACKLOT_SOCKET", desk.path("socket")).env("BACKLOT_ONNXRUNTIME", &library);
        program.stdout(Stdio::piped()).stderr(Stdio::null());
        program
    };
    let args = "run --output none --camera presenter --model slow.onnx --no-panel --json";
    let mut run = Started(program().args(args.split(' ')).spawn().unwrap());
    let mut states = BufReader::new(run.0.stdout.take().unwrap()).lines();
    let mut until = |wanted: &str| {
        let found = states.by_ref().map_while(Result::ok).any(|line| {
            let status: Value = serde_json::from_str(&line).unwrap_or_default();
            status["state"] == wanted
        });
        assert!(found, "it ended before it was {wanted}");
    };
    until("idle");
    let mut preview = Started(program().args(["preview"]).spawn().unwrap());
    // Viewers see pictures, though none is finished.
    let mut picture = vec![0; 1 << 20];
    std::io::Read::read_exact(preview.0.stdout.as_mut().unwrap(), &mut picture).unwrap();
    until("starting");
    let id = run.0.id().to_string();
    assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
    let start = Instant::now();
    let status = loop {
        if let Some(status) = run.0.try_wait().unwrap() {
            break status;
        }
        assert!(start.elapsed() < LONGEST_END, "SIGINT was not heard in {LONGEST_END:?}");
        std::thread::sleep(Duration::from_millis(2));
    };
    assert_eq!(status.code(), Some(130));
}
