//! What the names in a scene mean.

use crate::config::NamedScene;
use crate::{Layer, LayerSource, Rgb, Scene, SourceId};
use backlot_media::{FrameRate, Size};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Scenes, and the sources that they share.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Document {
    /// The sources of `[source.NAME]`.
    pub sources: BTreeMap<SourceId, SourceSpec>,
    /// The scenes, in the order of the file.
    pub scenes: Vec<NamedScene>,
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

/// A camera that a scene names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CameraName<'a> {
    /// That of the settings, or whatever stands for it.
    Usual,
    /// A declared one.
    Declared(&'a SourceId),
}

impl Document {
    /// The scene of a name.
    pub fn scene(&self, name: &str) -> Option<&NamedScene> {
        self.scenes.iter().find(|scene| scene.name == name)
    }

    /// The camera that a layer shows itself, if it shows one.
    pub fn camera_of<'a>(&self, layer: &'a Layer) -> Option<CameraName<'a>> {
        match &layer.source {
            LayerSource::Camera => Some(CameraName::Usual),
            LayerSource::Named(id) => match self.sources.get(id) {
                Some(SourceSpec::Camera { .. }) => Some(CameraName::Declared(id)),
                _ => None,
            },
            _ => None,
        }
    }

    /// The scene that a layer shows, if it shows one.
    pub fn scene_of(&self, layer: &Layer) -> Option<Scene> {
        match &layer.source {
            LayerSource::Scene(name) => self.scene(name).map(|scene| scene.form.scene()),
            _ => None,
        }
    }
}
