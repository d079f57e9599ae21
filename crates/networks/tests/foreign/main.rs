//! Networks of others, and what stands beside them.
#![cfg(feature = "onnx")]

mod files;
mod people;

use backlot_networks::{NetworkError, Purpose, load};
use backlot_onnx::{Places, Runtime};
use backlot_segmenter::SegmentationModel;
use backlot_testkit::onnx::onnx_runtime;
use std::path::Path;

/// Loads the library that tests use, for the whole process. Without one, tests are skipped.
fn has_runtime() -> bool {
    let Some(library) = onnx_runtime() else {
        println!("skipped: there is no ONNX Runtime ('scripts/setup.sh --tests' brings it)");
        return false;
    };
    let places = Places { named: Some(library), ..Places::default() };
    Runtime::load(&places).unwrap_or_else(|error| panic!("{error}"));
    true
}

fn network(path: &Path) -> Result<SegmentationModel, NetworkError> {
    load(path, Purpose::Live)
}
