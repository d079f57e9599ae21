//! Why a network can't be run with ONNX Runtime.

use std::path::PathBuf;

/// How ONNX Runtime comes to a machine.
pub(crate) const HOW: &str =
    "'pip install --no-deps --target ~/.local/share/backlot/onnxruntime onnxruntime' brings it";

/// Why a network can't be run with ONNX Runtime, in one sentence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OnnxError {
    /// Its library is nowhere.
    #[error("networks in ONNX files need ONNX Runtime, which isn't installed: {HOW}")]
    NoLibrary,
    /// A file that should be its library isn't.
    #[error("'{}' is not the library of ONNX Runtime ({why}): {HOW}", path.display())]
    NotLibrary {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// Its library is too old.
    #[error(
        "'{}' is ONNX Runtime {found}, but Backlot needs 1.{} or later: {HOW}",
        path.display(),
        ort::MINOR_VERSION
    )]
    Version {
        /// The library.
        path: PathBuf,
        /// Its version.
        found: String,
    },
    /// It doesn't take the network.
    #[error("ONNX Runtime doesn't take it: {0}")]
    Refused(String),
    /// The network isn't one that segments pictures, or is described wrongly.
    #[error("{0}")]
    Unfit(String),
}

/// What ONNX Runtime said, on one line that isn't too long.
pub(crate) fn said(error: &ort::Error) -> String {
    /// Nobody reads more.
    const MOST: usize = 200;
    let message = error.message();
    let words: Vec<_> = message.split_whitespace().collect();
    let line: String = words.join(" ").replace(char::is_control, " ");
    match line.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line.trim_end_matches('.').to_owned(),
    }
}
