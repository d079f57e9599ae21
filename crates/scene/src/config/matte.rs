//! `[matte]`

use super::define::Section;
use crate::form::{Property, Takes, Value};

/// `[matte]`
#[derive(Clone, Debug, PartialEq)]
pub struct MatteConfig {
    /// `auto`, the name of a built-in network, or a file.
    pub model: String,
    /// `fast`, `live`, `teacher` or `best`.
    pub quality: String,
    /// The most that a network which looks now and then takes of a core, in per cent.
    pub teacher_share: f64,
}

impl Default for MatteConfig {
    fn default() -> Self {
        Self { model: "auto".into(), quality: "live".into(), teacher_share: 25.0 }
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
            takes: Takes::Words(&["fast", "live", "teacher", "best"]),
            help: "fast, live, teacher (a larger network looks now and then) or best (for recordings).",
            example: None,
            read: |matte, value| {
                matte.quality = value.as_text().unwrap_or_default().to_ascii_lowercase();
                Ok(())
            },
            write: |matte| Some(Value::text(&matte.quality)),
        },
        Property {
            name: "teacher_share",
            takes: Takes::Number { min: 1.0, max: 100.0, unit: Some("per cent") },
            help: "The most that the larger network takes of a core, in per cent: for the quality 'teacher', and for keys such as hair.",
            example: None,
            read: |matte, value| {
                matte.teacher_share = value.as_number().unwrap_or_default();
                Ok(())
            },
            write: |matte| Some(Value::Number(matte.teacher_share)),
        },
    ],
};
