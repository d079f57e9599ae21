//! `[output]`, or several of `[[output]]`

use super::define::Section;
use crate::form::{Property, Takes, Value};
use backlot_media::{FrameRate, PixelFormat, Size};

/// `[output]` or one of `[[output]]`
#[derive(Clone, Debug, PartialEq)]
pub struct OutputConfig {
    /// `auto` (v4l2loopback and PipeWire, whichever exist), a device, a label, `pipewire[:NAME]`
    /// or `none`.
    pub device: String,
    /// The scene that it shows, if not the one that runs. The scene exists.
    pub scene: Option<String>,
    /// I420, NV12 or YUYV.
    pub format: PixelFormat,
    /// The size that viewers get, if not the camera's.
    pub size: Option<Size>,
    /// The rate that viewers get, if not the camera's.
    pub rate: Option<FrameRate>,
    /// What other programs call it.
    pub name: String,
}

impl Default for OutputConfig {
    fn default() -> Self {
        Self {
            device: "auto".into(),
            scene: None,
            format: PixelFormat::Yuyv,
            size: None,
            rate: None,
            name: "Backlot".into(),
        }
    }
}

/// The formats by their words.
const FORMATS: [(&str, PixelFormat); 3] =
    [("yuyv", PixelFormat::Yuyv), ("yu12", PixelFormat::I420), ("nv12", PixelFormat::Nv12)];

pub(super) const SECTION: Section<OutputConfig> = Section {
    head: "[output]",
    help: "The virtual camera. Write [[output]], once for each, to have several.",
    properties: &[
        Property {
            name: "device",
            takes: Takes::Text,
            help: "auto (v4l2loopback and PipeWire, whichever exist), /dev/video10, a label, pipewire[:NAME], or none.",
            example: None,
            read: |output, value| {
                output.device = value.parsed()?;
                Ok(())
            },
            write: |output| Some(Value::text(&output.device)),
        },
        Property {
            name: "scene",
            takes: Takes::Text,
            help: "The scene that it shows, one of those below. Without it: the one that runs.",
            example: Some("\"calm\""),
            read: |output, value| {
                output.scene = value.as_text().map(str::to_owned);
                Ok(())
            },
            write: |output| output.scene.as_ref().map(Value::text),
        },
        Property {
            name: "format",
            takes: Takes::Words(&[FORMATS[0].0, FORMATS[1].0, FORMATS[2].0]),
            help: "The pixel format: yuyv, which every program takes, yu12 or nv12.",
            example: None,
            read: |output, value| {
                let word = value.as_text().unwrap_or_default();
                let format = FORMATS.iter().find(|(known, _)| known.eq_ignore_ascii_case(word));
                output.format = format.map_or(output.format, |(_, format)| *format);
                Ok(())
            },
            write: |output| {
                let format = FORMATS.iter().find(|(_, format)| *format == output.format);
                format.map(|(word, _)| Value::text(word))
            },
        },
        Property {
            name: "size",
            takes: Takes::SIZE,
            help: "The size that viewers get. Without it: the camera's.",
            example: Some("\"1280x720\""),
            read: |output, value| {
                output.size = Some(value.parsed()?);
                Ok(())
            },
            write: |output| output.size.as_ref().map(Value::text),
        },
        Property {
            name: "fps",
            takes: Takes::Rate,
            help: "The frames per second that viewers get. Without it: the camera's.",
            example: Some("30"),
            read: |output, value| {
                output.rate = Some(value.parsed()?);
                Ok(())
            },
            write: |output| output.rate.map(Value::rate),
        },
        Property {
            name: "name",
            takes: Takes::Text,
            help: "What other programs call it.",
            example: None,
            read: |output, value| {
                output.name = value.parsed()?;
                Ok(())
            },
            write: |output| Some(Value::text(&output.name)),
        },
    ],
};
