//! Where a layer's picture comes from: what it names itself, and what `[source.NAME]` declares.

use super::Layer;
use super::id::SourceId;
use crate::form::{Property, Refusal, Takes, Value, shown};
use crate::{Background, Rgb, SceneError};
use backlot_media::{FrameRate, Size};
use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// Where a layer's picture comes from.
#[derive(Clone, Debug, PartialEq)]
pub enum LayerSource {
    /// The camera of the settings, or whatever stands for it.
    Camera,
    /// One colour.
    Color(Rgb),
    /// From the first colour at the top to the second at the bottom.
    Gradient(Rgb, Rgb),
    /// A picture or a video.
    File(PathBuf),
    /// A built-in set, by name.
    Set(String),
    /// A source that is declared in the settings.
    Named(SourceId),
    /// Another scene, by name.
    Scene(String),
}

impl LayerSource {
    /// The source that it is by itself, without a name that is declared elsewhere.
    pub fn spec(&self) -> Option<SourceSpec> {
        Some(match self {
            Self::Color(color) => SourceSpec::Color(color.clone()),
            Self::Gradient(top, bottom) => SourceSpec::Gradient(top.clone(), bottom.clone()),
            Self::File(path) => SourceSpec::File(path.clone()),
            Self::Set(name) => SourceSpec::Set(name.clone()),
            Self::Camera | Self::Named(_) | Self::Scene(_) => return None,
        })
    }

    /// The file that it names, if it does.
    pub fn file(&self) -> Option<&Path> {
        match self {
            Self::File(path) => Some(path),
            _ => None,
        }
    }
}

/// A source that is declared once and used by any number of layers.
#[derive(Clone, Debug, PartialEq)]
pub enum SourceSpec {
    /// A camera of its own.
    Camera {
        /// A device, a name, `pipewire[:NAME]`, `presenter[:SETTINGS]` or a file.
        device: String,
        /// The size to ask it for, if not the best one.
        size: Option<Size>,
        /// The rate to ask it for, if not the best one.
        rate: Option<FrameRate>,
    },
    /// A picture or a video.
    File(PathBuf),
    /// One colour.
    Color(Rgb),
    /// From the first colour at the top to the second at the bottom.
    Gradient(Rgb, Rgb),
    /// A built-in set, by name.
    Set(String),
}

impl SourceSpec {
    /// Calls a function with the file's name, if there is one, to change it.
    pub fn each_file(&mut self, mut change: impl FnMut(&mut PathBuf)) {
        if let Self::File(path) = self {
            change(path);
        }
    }
}

impl FromStr for LayerSource {
    type Err = SceneError;

    /// A name that is nothing else is a set's; whether a source is declared by that name is
    /// known to the document.
    fn from_str(text: &str) -> Result<Self, SceneError> {
        if text == "camera" {
            return Ok(Self::Camera);
        }
        if let Some(scene) = text.strip_prefix("scene:") {
            let is_name = !scene.trim().is_empty();
            let scene = is_name.then(|| Self::Scene(scene.to_owned()));
            return scene.ok_or_else(|| SceneError::Source(text.to_owned()));
        }
        match text.parse() {
            Ok(Background::Color(color)) => Ok(Self::Color(color)),
            Ok(Background::Gradient(top, bottom)) => Ok(Self::Gradient(top, bottom)),
            Ok(Background::File(path)) => Ok(Self::File(path)),
            Ok(Background::Set(name)) => Ok(Self::Set(name)),
            Ok(Background::Room(effect)) => {
                Err(SceneError::CameraWith(format!(" and effects = [\"{effect}\"]")))
            }
            Ok(Background::Original) => Err(SceneError::CameraWith(String::new())),
            Err(error @ SceneError::Schema(_)) => Err(error),
            Ok(Background::Transparent) | Err(_) => Err(SceneError::Source(text.to_owned())),
        }
    }
}

impl fmt::Display for LayerSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Camera => f.write_str("camera"),
            Self::Color(color) => color.fmt(f),
            Self::Gradient(top, bottom) => write!(f, "gradient:{top},{bottom}"),
            Self::File(path) => path.display().fmt(f),
            Self::Set(name) => f.write_str(name),
            Self::Named(id) => id.fmt(f),
            Self::Scene(name) => write!(f, "scene:{name}"),
        }
    }
}

/// `source`
pub(super) const SOURCE: Property<Layer> = Property {
    name: "source",
    takes: Takes::Text,
    help: "camera, a picture or video file, a colour, gradient:TOP,BOTTOM, a set ('backlot sets'), another scene as \
           scene:NAME, or the name of a section [source.NAME].",
    example: Some("\"camera\""),
    read: |layer, value| {
        layer.source = value.parsed()?;
        Ok(())
    },
    write: |layer| Some(Value::text(&layer.source)),
};

/// What a section says, before it is one source.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Declared {
    /// What was given of camera, file, color, gradient and set.
    kinds: Vec<SourceSpec>,
    size: Option<Size>,
    rate: Option<FrameRate>,
}

/// The keys of which there is exactly one.
pub(crate) const KINDS: [&str; 5] = ["camera", "file", "color", "gradient", "set"];

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

/// Every key of `[source.NAME]`.
pub(crate) const DECLARED: &[Property<Declared>] = &[
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
        takes: Takes::SIZE,
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
        write: |declared| declared.rate.map(Value::rate),
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
            Some(SourceSpec::Gradient(top, bottom)) => Some(Value::Text(format!("{top},{bottom}"))),
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
];
