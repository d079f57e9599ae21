//! `[matte]`

use super::define::Section;
use crate::form::{Property, Takes, Value};

/// `[matte]`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MatteConfig {
    /// `auto`, the name of a built-in network, or a file.
    pub model: String,
    /// `fast`, `live` or `best`.
    pub quality: String,
}

impl Default for MatteConfig {
    fn default() -> Self {
        Self { model: "auto".into(), quality: "live".into() }
    }
}

pub(super) const SECTION: Section<MatteConfig> = Section {
    head: "[matte]",
    help: "How you are cut out.",
    properties: &[
        Property {
            name: "model",
            takes: Takes::Text,
            help: "The network: auto, landscape, general, multiclass, or a file (TensorFlow Lite, TensorFlow.js, ONNX).",
            example: None,
            read: |matte, value| {
                matte.model = value.parsed()?;
                Ok(())
            },
            write: |matte| Some(Value::text(&matte.model)),
        },
        Property {
            name: "quality",
            takes: Takes::Words(&["fast", "live", "best"]),
            help: "fast, live or best; best is for recordings.",
            example: None,
            read: |matte, value| {
                matte.quality = value.as_text().unwrap_or_default().to_ascii_lowercase();
                Ok(())
            },
            write: |matte| Some(Value::text(&matte.quality)),
        },
    ],
};
