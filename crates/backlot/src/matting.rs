//! The options of a matte.

use crate::completing;
use crate::typed;
use backlot_networks::{LineChoice, MattingChoice};
use clap::{Args, ValueHint};
use std::ffi::OsString;
use std::path::PathBuf;

/// How the matte is made.
#[derive(Clone, Debug, PartialEq, Eq, Args)]
#[command(next_help_heading = "Matte")]
pub struct MattingArgs {
    /// Network: auto, landscape, general, multiclass, a FILE (TensorFlow Lite, TensorFlow.js, ONNX), or an address (http://HOST:PORT)
    #[arg(long, value_name = "MODEL", default_value = "auto", value_parser = typed::path_or_word(), add = completing::networks())]
    pub model: OsString,
    /// Quality of the matte: fast, live, teacher or best [default: best for
    /// pictures, live for videos]
    #[arg(long, value_name = "QUALITY", add = completing::qualities())]
    pub quality: Option<String>,
    #[command(flatten)]
    pub line: LineArgs,
}

/// How a network elsewhere is spoken to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Args)]
pub struct LineArgs {
    /// File with the token that a network elsewhere wants; or set BACKLOT_MODEL_TOKEN
    #[arg(long, value_name = "FILE", value_parser = typed::path(), value_hint = ValueHint::FilePath)]
    pub model_token_file: Option<PathBuf>,
    /// Certificates (PEM) to trust besides the system's, for a network elsewhere
    #[arg(long, value_name = "FILE", value_parser = typed::path(), value_hint = ValueHint::FilePath)]
    pub model_ca: Option<PathBuf>,
}

impl LineArgs {
    /// What was given.
    pub fn asked(&self) -> LineChoice {
        let (token_file, authorities) = (self.model_token_file.clone(), self.model_ca.clone());
        LineChoice { token_file, authorities }
    }
}

impl MattingArgs {
    /// The network and the quality that were asked for.
    pub fn asked(&self) -> MattingChoice {
        MattingChoice {
            model: self.model.clone(),
            quality: self.quality.clone(),
            line: self.line.asked(),
            ..MattingChoice::default()
        }
    }
}
