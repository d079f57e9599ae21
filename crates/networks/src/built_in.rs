//! The networks: those built in, and those that users bring as files.

use crate::error::NetworkError;
use backlot_files::read_file;
use backlot_nn::Model;
use serde::Serialize;
use std::ffi::OsStr;
use std::path::Path;

/// A network that comes with the program.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct BuiltIn {
    /// Its name.
    pub name: &'static str,
    /// Its purpose.
    pub summary: &'static str,
    /// Width and height of its input.
    pub input: [u32; 2],
    /// Who made it, and where it comes from.
    pub origin: &'static str,
    /// SPDX identifier of its licence.
    pub licence: &'static str,
    #[serde(skip)]
    index: usize,
}

const EMBEDDED: [Option<&[u8]>; 2] = include!(concat!(env!("OUT_DIR"), "/embedded.rs"));

const ORIGIN: &str =
    "MediaPipe Selfie Segmentation by Google (npm: @mediapipe/selfie_segmentation 0.1.1675465747)";

/// Every network that comes with the program.
pub const BUILT_IN: [BuiltIn; 2] = [
    BuiltIn {
        name: "landscape",
        summary: "faster, for live pictures wider than high",
        input: [256, 144],
        origin: ORIGIN,
        licence: "Apache-2.0",
        index: 0,
    },
    BuiltIn {
        name: "general",
        summary: "finer, for pictures of any shape",
        input: [256, 256],
        origin: ORIGIN,
        licence: "Apache-2.0",
        index: 1,
    },
];

/// The text of the networks' licence.
pub const LICENCE: &str = include_str!("../../../licences/mediapipe-selfie-segmentation.txt");

impl BuiltIn {
    /// Whether this build holds the network.
    pub fn is_there(&self) -> bool {
        EMBEDDED[self.index].is_some()
    }

    fn load(&self) -> Result<Model, NetworkError> {
        let Some(bytes) = EMBEDDED[self.index] else {
            return Err(NetworkError::NotBuiltIn(self.name));
        };
        read(bytes, self.name.to_owned())
    }
}

/// What a network is chosen for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Live frames, where speed matters.
    Live,
    /// The best quality.
    Finest,
}

/// The network that `--model` names.
///
/// # Errors
/// One sentence when there is none, or it can't be run.
pub fn load(choice: impl AsRef<OsStr>, purpose: Purpose) -> Result<Model, NetworkError> {
    let path = Path::new(choice.as_ref());
    let Some(choice) = path.to_str() else { return load_file(path) };
    if choice == "auto" {
        return BUILT_IN[usize::from(purpose == Purpose::Finest)].load();
    }
    if let Some(built_in) = BUILT_IN.iter().find(|m| m.name == choice) {
        return built_in.load();
    }
    if choice.contains(['.', '/']) || path.exists() {
        return load_file(path);
    }
    Err(NetworkError::unknown(choice, BUILT_IN.iter().map(|m| m.name)))
}

/// The largest file to accept as a network.
const LARGEST: u64 = 256 << 20;

fn load_file(path: &Path) -> Result<Model, NetworkError> {
    read(&read_file(path, LARGEST)?, path.display().to_string())
}

fn read(bytes: &[u8], name: String) -> Result<Model, NetworkError> {
    Model::from_tflite(bytes).map_err(|source| NetworkError::Model { name, source })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_gets_the_nearest_name_and_a_text_file_a_sentence() {
        let error = |choice: &str| format!("{:#}", load(choice, Purpose::Live).unwrap_err());
        assert!(error("landscap").contains("did you mean 'landscape'?"));
        assert!(error("nowhere.tflite").contains("nowhere.tflite"));
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("text.tflite");
        std::fs::write(&path, "no network").unwrap();
        assert!(error(path.to_str().unwrap()).contains("text.tflite"));
        assert!(error("/dev/zero").contains("the network: '/dev/zero' is not a regular file"));
    }

    #[test]
    fn what_is_built_in_loads() {
        for model in BUILT_IN {
            assert!(model.is_there(), "'{}' is missing: run 'make setup'", model.name);
            assert!(model.load().is_ok());
        }
    }
}
