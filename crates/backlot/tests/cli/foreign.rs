//! Networks of others, in ONNX files.

use crate::common::{Desk, ended, pixels, presenter};
use backlot_testkit::onnx::{
    Attribute, FLOAT, OnnxGraph, onnx_runtime, slow_network, threshold_network,
};
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
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

/// The program with a socket and the library.
fn live(desk: &Desk, library: &Path) -> Command {
    let mut program = desk.program();
    program.env("BACKLOT_SOCKET", desk.path("socket")).env("BACKLOT_ONNXRUNTIME", library);
    program.stdout(Stdio::piped()).stderr(Stdio::null());
    program
}

/// Viewers see the shield, and the log says why.
#[test]
fn a_network_that_returns_nonsense_is_told_in_the_log() {
    let Some(library) = runtime() else { return };
    let desk = Desk::new();
    let mean = OnnxGraph::default()
        .input("x", FLOAT, &[1, 3, 144, 256])
        .node("ReduceMean", &["x"], &["y"], &[("axes", Attribute::Ints(&[1]))])
        .output("y", FLOAT, &[1, 1, 144, 256]);
    std::fs::write(desk.path("mean.onnx"), mean.file()).unwrap();
    // So its mean is no probability.
    std::fs::write(desk.path("mean.toml"), "range = [7, 9]").unwrap();
    let args = "run --output none --camera presenter --model mean.onnx --no-panel --json";
    let mut run = live(&desk, &library);
    run.args(args.split(' ')).env("BACKLOT_LOG", "warn").stderr(Stdio::piped());
    let mut run = Started(run.spawn().unwrap());
    let mut said = BufReader::new(run.0.stderr.take().unwrap()).lines();
    let mut states = BufReader::new(run.0.stdout.take().unwrap()).lines();
    assert!(states.by_ref().map_while(Result::ok).any(|line| line.contains("\"idle\"")));
    let _preview =
        Started(live(&desk, &library).arg("preview").stdout(Stdio::null()).spawn().unwrap());
    let told = said.by_ref().map_while(Result::ok).find(|line| line.contains("no matte"));
    let told = told.expect("a line about it");
    assert!(told.contains("which is not a probability from 0 to 1"), "{told}");
}

/// A network that doesn't return holds up neither the end nor, so long, viewers.
#[test]
fn a_network_that_blocks_does_not_hold_up_the_end() {
    let Some(library) = runtime() else { return };
    let desk = Desk::new();
    std::fs::write(desk.path("slow.onnx"), slow_network(256, 144).file()).unwrap();
    let program = || live(&desk, &library);
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
