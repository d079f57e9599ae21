//! `[camera]`

use super::controls::{self, Controls};
use super::define::Section;
use crate::form::{Property, Takes, Value};
use backlot_media::{FrameRate, Size};

/// `[camera]`
#[derive(Clone, Debug, PartialEq)]
pub struct CameraConfig {
    /// `auto`, a device, a name, `pipewire[:NAME]`, `presenter[:SETTINGS]` or a file.
    pub device: String,
    /// The size to ask it for.
    pub size: Size,
    /// The rate to ask it for.
    pub rate: FrameRate,
    /// Controls to set, by name.
    pub controls: Controls,
}

impl Default for CameraConfig {
    fn default() -> Self {
        let size = Size { width: 1280, height: 720 };
        Self { device: "auto".into(), size, rate: FrameRate::FPS_30, controls: Controls::new() }
    }
}

pub(super) const SECTION: Section<CameraConfig> = Section {
    head: "[camera]",
    help: "Where the picture of you comes from.",
    properties: &[
        Property {
            name: "device",
            takes: Takes::Text,
            help: "auto, /dev/video0, a name from 'backlot devices', pipewire[:NAME], presenter, or a file.",
            example: None,
            read: |camera, value| {
                camera.device = value.parsed()?;
                Ok(())
            },
            write: |camera| Some(Value::text(&camera.device)),
        },
        Property {
            name: "size",
            takes: Takes::SIZE,
            help: "The size to ask the camera for.",
            example: None,
            read: |camera, value| {
                camera.size = value.parsed()?;
                Ok(())
            },
            write: |camera| Some(Value::text(&camera.size)),
        },
        Property {
            name: "fps",
            takes: Takes::Rate,
            help: "The frames per second to ask it for.",
            example: None,
            read: |camera, value| {
                camera.rate = value.parsed()?;
                Ok(())
            },
            write: |camera| Some(Value::rate(camera.rate)),
        },
        Property {
            name: "controls",
            takes: Takes::Values,
            help: "The camera's own controls; 'backlot devices' lists them.",
            example: Some("{ brightness = 128, auto_exposure = 3 }"),
            read: |camera, value| {
                camera.controls = controls::read(value)?;
                Ok(())
            },
            write: |camera| {
                (!camera.controls.is_empty()).then(|| controls::written(&camera.controls))
            },
        },
    ],
};
