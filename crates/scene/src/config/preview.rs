//! `[preview]`

use super::define::Section;
use crate::form::{Property, Takes, Value};

/// `[preview]`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PreviewConfig {
    /// Whether a preview that somebody sees opens the camera.
    pub opens_camera: bool,
}

impl Default for PreviewConfig {
    fn default() -> Self {
        Self { opens_camera: true }
    }
}

pub(super) const SECTION: Section<PreviewConfig> = Section {
    head: "[preview]",
    help: "What the control panel shows of your picture.",
    properties: &[Property {
        name: "opens_camera",
        takes: Takes::Switch,
        help: "Whether the preview opens the camera while you look at it; else it shows a picture while a program \
               watches, and when you ask it to look.",
        example: None,
        read: |preview, value| {
            preview.opens_camera = value.as_switch().unwrap_or_default();
            Ok(())
        },
        write: |preview| Some(Value::Switch(preview.opens_camera)),
    }],
};
