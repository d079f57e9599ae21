//! TensorFlow.js itself, which runs in Node (`tests/tfjs`): what results are compared with.

use std::path::{Path, PathBuf};
use std::process::Command;

/// What TensorFlow.js computes, and in how many milliseconds.
#[derive(Debug)]
pub struct Run {
    pub outputs: Vec<Vec<f32>>,
    pub milliseconds: f64,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/tfjs")
}

/// Runs a model's nodes of these names on a picture of floats; `None`, with a line that says so, where TensorFlow.js
/// isn't installed.
pub fn run(
    model: &Path,
    picture: &[f32],
    [height, width]: [usize; 2],
    names: &[&str],
) -> Option<Run> {
    let folder = folder();
    if !folder.join("node_modules/@tensorflow/tfjs-core").exists() {
        println!(
            "not compared with TensorFlow.js: run 'scripts/setup.sh --tests', which brings it"
        );
        return None;
    }
    let work = tempfile::tempdir().expect("a folder");
    let (input, out) = (work.path().join("in"), work.path().join("out"));
    let bytes: Vec<u8> = picture.iter().flat_map(|v| v.to_le_bytes()).collect();
    std::fs::write(&input, bytes).expect("the picture is written");
    let mut command = Command::new("node");
    command.arg(folder.join("run.cjs")).arg("outputs").args([model, &input]);
    command.args([height.to_string(), width.to_string()]).arg(&out).args(names);
    let done = command.output().expect("node is there with TensorFlow.js");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let text = String::from_utf8_lossy(&done.stdout);
    let milliseconds = text.lines().find_map(|line| line.strip_prefix("ms ")?.parse().ok());
    let read = |index: usize| {
        let bytes = std::fs::read(work.path().join(format!("out.{index}"))).expect("a result");
        bytes.as_chunks().0.iter().map(|b| f32::from_le_bytes(*b)).collect()
    };
    let outputs = (0..names.len()).map(read).collect();
    Some(Run { outputs, milliseconds: milliseconds.expect("a time") })
}
