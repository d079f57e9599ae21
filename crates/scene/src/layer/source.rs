//! Where a layer's picture comes from.

use super::Layer;
use super::id::SourceId;
use crate::form::{Property, Takes, Value};
use crate::{Background, Rgb, SceneError};
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
    /// The file that it names, if it does.
    pub fn file(&self) -> Option<&Path> {
        match self {
            Self::File(path) => Some(path),
            _ => None,
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
