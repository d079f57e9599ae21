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
    /// The file with the token that a network elsewhere wants.
    pub token_file: Option<String>,
    /// A file with certificates to trust besides the system's.
    pub ca_file: Option<String>,
}

impl Default for MatteConfig {
    fn default() -> Self {
        Self {
            model: "auto".into(),
            quality: "live".into(),
            teacher_share: 25.0,
            token_file: None,
            ca_file: None,
        }
    }
}

pub(super) const SECTION: Section<MatteConfig> = Section {
    head: "[matte]",
    help: "How you are cut out.",
    properties: &[
        Property {
            name: "model",
            takes: Takes::Text,
            help: "The network: auto, landscape, general, multiclass, a file (TensorFlow Lite, TensorFlow.js, ONNX), or the address of one that runs elsewhere.",
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
        Property {
            name: "token_file",
            takes: Takes::Text,
            help: "The file with the token that a network elsewhere wants.",
            example: Some("\"~/backlot-token\""),
            read: |matte, value| {
                matte.token_file = Some(value.parsed()?);
                Ok(())
            },
            write: |matte| matte.token_file.as_ref().map(Value::text),
        },
        Property {
            name: "ca_file",
            takes: Takes::Text,
            help: "Certificates (PEM) to trust besides the system's, for a network elsewhere.",
            example: Some("\"~/my-ca.pem\""),
            read: |matte, value| {
                matte.ca_file = Some(value.parsed()?);
                Ok(())
            },
            write: |matte| matte.ca_file.as_ref().map(Value::text),
        },
    ],
};
