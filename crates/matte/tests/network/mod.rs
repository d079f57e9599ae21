//! The network for tests and benchmarks of mattes.

use backlot_segmenter::SegmentationModel;
use std::path::{Path, PathBuf};

/// The landscape network.
pub fn model() -> SegmentationModel {
    let folder = std::env::var_os("BACKLOT_MODELS").map(PathBuf::from);
    let folder =
        folder.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models"));
    let path = folder.join("selfie_segmentation_landscape.tflite");
    let bytes = std::fs::read(&path).unwrap_or_else(|e| {
        panic!("{} can't be read ({e}): run `make setup`, which brings the models", path.display())
    });
    SegmentationModel::from_tflite(&bytes).expect("the model is one that is run")
}
