//! The options of a matte.

use crate::completing;
use crate::typed;
use backlot_networks::MattingChoice;
use clap::Args;
use std::ffi::OsString;

/// How the matte is made.
#[derive(Clone, Debug, PartialEq, Eq, Args)]
#[command(next_help_heading = "Matte")]
pub struct MattingArgs {
    /// Network: auto, landscape, general, multiclass, or a FILE (TensorFlow Lite, TensorFlow.js, ONNX)
    #[arg(long, value_name = "MODEL", default_value = "auto", value_parser = typed::path_or_word(), add = completing::networks())]
    pub model: OsString,
    /// Quality of the matte: fast, live, teacher or best [default: best for
    /// pictures, live for videos]
    #[arg(long, value_name = "QUALITY", add = completing::qualities())]
    pub quality: Option<String>,
}

impl MattingArgs {
    /// The network and the quality that were asked for.
    pub fn asked(&self) -> MattingChoice {
        MattingChoice {
            model: self.model.clone(),
            quality: self.quality.clone(),
            ..MattingChoice::default()
        }
    }
}
