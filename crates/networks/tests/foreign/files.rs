//! Files that tests make.

use crate::{has_runtime, network};
use backlot_kernels::Level;
use backlot_testkit::onnx::{Attribute, FLOAT, OnnxGraph, threshold_network};
use std::path::Path;

fn said(path: &Path) -> String {
    network(path).map(|_| ()).unwrap_err().to_string()
}

/// Two values for each pixel, both the picture's mean.
fn two_classes() -> OnnxGraph {
    OnnxGraph::default()
        .input("x", FLOAT, &[1, 3, 4, 4])
        .node("ReduceMean", &["x"], &["mean"], &[("axes", Attribute::Ints(&[1]))])
        .node("Neg", &["mean"], &["less"], &[])
        .node("Concat", &["less", "mean"], &["y"], &[("axis", Attribute::Int(1))])
        .output("y", FLOAT, &[1, 2, 4, 4])
}

fn mask(path: &Path, value: f32) -> f32 {
    let model = network(path).unwrap_or_else(|error| panic!("{error}"));
    let mut segmenter = model.segmenter((16, 16), Level::best()).unwrap();
    segmenter.input_mut().fill(value);
    segmenter.run().unwrap()[0]
}

#[test]
fn a_plain_network_needs_nothing_beside_it() {
    if !has_runtime() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.ONNX");
    std::fs::write(&path, threshold_network(8, 4).file()).unwrap();
    assert_eq!([0.4, 0.6].map(|value| mask(&path, value)), [0.0, 1.0]);
    // What stands beside it counts: here the threshold is at 0.75.
    std::fs::write(folder.path().join("x.toml"), "range = [-1, 1]").unwrap();
    assert_eq!([0.6, 0.8].map(|value| mask(&path, value)), [0.0, 1.0]);
    std::fs::write(folder.path().join("x.toml"), "output = \"mak\"").unwrap();
    assert!(said(&path).ends_with("it has no output 'mak', but mask"), "{}", said(&path));
    std::fs::write(folder.path().join("x.toml"), "outptu = \"mask\"").unwrap();
    assert!(said(&path).contains("did you mean 'output'?"), "{}", said(&path));
}

#[test]
fn classes_must_be_described() {
    if !has_runtime() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.onnx");
    std::fs::write(&path, two_classes().file()).unwrap();
    let expected = "it returns 2 values for each pixel, and nothing says what they mean";
    assert!(said(&path).contains(expected), "{}", said(&path));
    let text = "reading = \"classes\"\npersons = [1]\nsharpness = 2";
    std::fs::write(folder.path().join("x.toml"), text).unwrap();
    let expected = 1.0 / (1.0 + (-2.0_f32 * 2.0 * 0.75).exp());
    assert!((mask(&path, 0.75) - expected).abs() < 1e-5);
}

/// One that has the names of Robust Video Matting, and what it does: it remembers.
#[test]
fn a_known_network_that_remembers_needs_nothing_beside_it() {
    if !has_runtime() {
        return;
    }
    let states = ["1", "2", "3", "4"].map(|n| [format!("r{n}i"), format!("r{n}o")]);
    let mut graph = OnnxGraph::default().input("src", FLOAT, &[1, 3, 0, 0]);
    for [before, _] in &states {
        graph = graph.input(before, FLOAT, &[0, 0, 0, 0]);
    }
    graph = graph
        .input("downsample_ratio", FLOAT, &[1])
        .floats("eighth", &[], &[0.125])
        .node("ReduceMean", &["src"], &["mean"], &[("axes", Attribute::Ints(&[1]))])
        .node("Mul", &["mean", "eighth"], &["part"], &[])
        .node("Mul", &["part", "downsample_ratio"], &["scaled"], &[])
        .node("Identity", &["src"], &["fgr"], &[])
        .output("fgr", FLOAT, &[1, 3, 0, 0]);
    for [before, after] in &states {
        graph = graph.node("Add", &["scaled", before], &[after], &[]);
    }
    graph = graph.node("Identity", &["r4o"], &["pha"], &[]).output("pha", FLOAT, &[1, 1, 0, 0]);
    for [_, after] in &states {
        graph = graph.output(after, FLOAT, &[0, 0, 0, 0]);
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("matting.onnx");
    std::fs::write(&path, graph.file()).unwrap();
    let model = network(&path).unwrap_or_else(|error| panic!("{error}"));
    assert!(model.form().recurrent);
    let input = model.engine().input(1280, 720);
    assert_eq!((input.width, input.height), (512, 288));
    let mut running = model.engine().start(input, Level::best()).unwrap();
    let mut seen = || {
        running.input_mut().fill(1.0);
        running.run().unwrap();
        running.output(model.form().output)[0]
    };
    assert_eq!([(); 3].map(|()| seen()), [0.125, 0.25, 0.375]);
}

/// The card isn't there, and the processor does the work.
#[test]
fn a_provider_that_is_not_there_is_no_fault() {
    if !has_runtime() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.onnx");
    std::fs::write(&path, threshold_network(8, 4).file()).unwrap();
    for provider in ["cuda", "openvino", "webgpu"] {
        let text = format!("provider = \"{provider}\"");
        std::fs::write(folder.path().join("x.toml"), text).unwrap();
        assert_eq!(mask(&path, 0.6), 1.0, "{provider}");
    }
}

#[test]
fn what_is_no_network_gets_a_sentence() {
    if !has_runtime() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.onnx");
    assert!(said(&path).contains("x.onnx"), "{}", said(&path));
    std::fs::write(&path, "no network").unwrap();
    let expected = format!("the network '{}': ONNX Runtime doesn't take it: ", path.display());
    assert!(said(&path).starts_with(&expected), "{}", said(&path));
    // 2 GB of nothing aren't read.
    std::fs::File::create(&path).unwrap().set_len(2 << 30).unwrap();
    let large = said(&path);
    assert!(large.contains("x.onnx") && large.contains("longer than 536870912 bytes"), "{large}");
    assert!(!large.contains('\n'));
    std::fs::remove_file(&path).unwrap();
    std::fs::create_dir(&path).unwrap();
    assert!(said(&path).contains("x.onnx"), "{}", said(&path));
}
