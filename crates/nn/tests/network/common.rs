//! Helpers of several tests: the models, and the distance of a mask from LiteRT's.

use backlot_nn::Model;
use std::path::{Path, PathBuf};

/// The networks to run, by the stem of their file.
pub const NETWORKS: [&str; 2] = ["selfie_segmentation_landscape", "selfie_segmentation"];

/// The workspace's root.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The folder of shared footage, if there is any.
pub fn shared() -> PathBuf {
    let named = std::env::var_os("BACKLOT_SHARED").map(PathBuf::from);
    named.unwrap_or_else(|| root().join("../shared"))
}

/// The path of a network's file.
pub fn model_path(name: &str) -> PathBuf {
    let folder = std::env::var_os("BACKLOT_MODELS").map(PathBuf::from);
    folder.unwrap_or_else(|| root().join("models")).join(format!("{name}.tflite"))
}

/// A network's bytes.
pub fn model_bytes(name: &str) -> Vec<u8> {
    let path = model_path(name);
    std::fs::read(&path).unwrap_or_else(|e| {
        panic!("{} can't be read ({e}): run `make setup`, which brings the models", path.display())
    })
}

/// A network.
pub fn model(name: &str) -> Model {
    Model::from_tflite(&model_bytes(name)).expect("the model is one that is run")
}

/// The greatest absolute difference of two masks, and their IoU at 0.5.
pub fn compare(ours: &[f32], theirs: &[f32]) -> (f32, f64) {
    assert_eq!(ours.len(), theirs.len(), "the masks' sizes");
    let far = ours.iter().zip(theirs).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
    let both = |f: fn(bool, bool) -> bool| {
        ours.iter().zip(theirs).filter(|(a, b)| f(**a >= 0.5, **b >= 0.5)).count()
    };
    let (common, all) = (both(|a, b| a && b), both(|a, b| a || b));
    (far, if all == 0 { 1.0 } else { common as f64 / all as f64 })
}
