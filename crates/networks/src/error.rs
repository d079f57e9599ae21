//! Why there is no network.

use backlot_files::FilesError;
use backlot_matte::QualityError;
use backlot_nn::ModelError;

/// Why a network can't be used, in one sentence for the user.
#[derive(Debug, thiserror::Error)]
pub enum NetworkError {
    /// The program was built without it.
    #[error(
        "the network '{0}' is not built into this program: run 'make setup' and build again, or give --model FILE"
    )]
    NotBuiltIn(&'static str),
    /// No network has this name; the second part is a hint.
    #[error(
        "there is no network '{0}'{1}: choose auto, landscape, general, or a TensorFlow Lite file"
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
        source: ModelError,
    },
    /// A quality that there is not.
    #[error("{0}")]
    Quality(#[from] QualityError),
}

impl NetworkError {
    /// That no network has this name, with the nearest of those built in.
    pub fn unknown(name: &str, known: impl Iterator<Item = &'static str>) -> Self {
        let near = backlot_schema::nearest(name, known);
        let hint = near.map(|near| format!(" (did you mean '{near}'?)")).unwrap_or_default();
        Self::Unknown(name.to_owned(), hint)
    }
}
