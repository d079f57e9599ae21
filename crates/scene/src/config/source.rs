//! `[source.NAME]`

use super::camera::{SIZE, rate};
use super::define::Section;
use crate::form::{Property, Refusal, Takes, Value, shown};
use crate::{LayerSource, Rgb, SourceSpec};
use backlot_media::{FrameRate, Size};
use std::path::PathBuf;

/// What a section says, before it is one source.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Declared {
    /// What was given of camera, file, color, gradient and set.
    kinds: Vec<SourceSpec>,
    size: Option<Size>,
    rate: Option<FrameRate>,
}

/// The keys of which there is exactly one.
pub(super) const KINDS: [&str; 5] = ["camera", "file", "color", "gradient", "set"];

impl Declared {
    /// How many of the keys of which there is exactly one were given.
    pub const fn kinds(&self) -> usize {
        self.kinds.len()
    }

    /// The one source that the section declares.
    pub fn spec(self) -> Result<SourceSpec, &'static str> {
        let Self { mut kinds, size, rate } = self;
        let extra = size.is_some() || rate.is_some();
        match (kinds.pop(), kinds.is_empty()) {
            (Some(SourceSpec::Camera { device, .. }), true) => {
                Ok(SourceSpec::Camera { device, size, rate })
            }
            (Some(_), true) if extra => Err("only a camera takes a size or fps: remove them"),
            (Some(spec), true) => Ok(spec),
            _ => Err("write exactly one of camera, file, color, gradient and set"),
        }
    }
}

impl From<&SourceSpec> for Declared {
    fn from(spec: &SourceSpec) -> Self {
        let (size, rate) = match spec {
            SourceSpec::Camera { size, rate, .. } => (*size, *rate),
            _ => (None, None),
        };
        Self { kinds: vec![spec.clone()], size, rate }
    }
}

/// Two colours, with or without `gradient:` before them.
fn gradient(text: &str) -> Result<SourceSpec, Refusal> {
    let whole =
        if text.starts_with("gradient:") { text.to_owned() } else { format!("gradient:{text}") };
    match whole.parse() {
        Ok(LayerSource::Gradient(top, bottom)) => Ok(SourceSpec::Gradient(top, bottom)),
        _ => {
            let text = shown(text);
            let what = format!("'{text}' is not two colours: write for example navy,black");
            Err(Refusal::says(&what))
        }
    }
}

pub(super) const SECTION: Section<Declared> = Section {
    head: "[source.desk]",
    help: "A source that any number of layers can show by its name, here 'desk': exactly one of camera, file, color, \
           gradient and set. There may be many.",
    properties: &[
        Property {
            name: "camera",
            takes: Takes::Text,
            help: "A camera of its own: /dev/video2, a name from 'backlot devices', pipewire[:NAME], presenter, or a file.",
            example: Some("\"/dev/video2\""),
            read: |declared, value| {
                let device = value.parsed()?;
                declared.kinds.push(SourceSpec::Camera { device, size: None, rate: None });
                Ok(())
            },
            write: |declared| match declared.kinds.first() {
                Some(SourceSpec::Camera { device, .. }) => Some(Value::text(device)),
                _ => None,
            },
        },
        Property {
            name: "size",
            takes: SIZE,
            help: "The size to ask that camera for.",
            example: Some("\"1280x720\""),
            read: |declared, value| {
                declared.size = Some(value.parsed()?);
                Ok(())
            },
            write: |declared| declared.size.as_ref().map(Value::text),
        },
        Property {
            name: "fps",
            takes: Takes::Rate,
            help: "The frames per second to ask it for.",
            example: Some("30"),
            read: |declared, value| {
                declared.rate = Some(value.parsed()?);
                Ok(())
            },
            write: |declared| declared.rate.map(rate),
        },
        Property {
            name: "file",
            takes: Takes::Text,
            help: "A picture or a video.",
            example: None,
            read: |declared, value| {
                let path = PathBuf::from(value.as_text().unwrap_or_default());
                declared.kinds.push(SourceSpec::File(path));
                Ok(())
            },
            write: |declared| match declared.kinds.first() {
                Some(SourceSpec::File(path)) => Some(Value::path(path)),
                _ => None,
            },
        },
        Property {
            name: "color",
            takes: Takes::Color,
            help: "One colour.",
            example: None,
            read: |declared, value| {
                declared.kinds.push(SourceSpec::Color(value.parsed::<Rgb>()?));
                Ok(())
            },
            write: |declared| match declared.kinds.first() {
                Some(SourceSpec::Color(color)) => Some(Value::text(color)),
                _ => None,
            },
        },
        Property {
            name: "gradient",
            takes: Takes::Like(&["navy,black"]),
            help: "Two colours, the upper one first.",
            example: None,
            read: |declared, value| {
                let text = value.as_text().unwrap_or_default();
                declared.kinds.push(gradient(text)?);
                Ok(())
            },
            write: |declared| match declared.kinds.first() {
                Some(SourceSpec::Gradient(top, bottom)) => {
                    Some(Value::Text(format!("{top},{bottom}")))
                }
                _ => None,
            },
        },
        Property {
            name: "set",
            takes: Takes::Text,
            help: "A built-in set ('backlot sets').",
            example: None,
            read: |declared, value| {
                declared.kinds.push(SourceSpec::Set(value.parsed()?));
                Ok(())
            },
            write: |declared| match declared.kinds.first() {
                Some(SourceSpec::Set(name)) => Some(Value::text(name)),
                _ => None,
            },
        },
    ],
};
