//! Scenes: layers from back to front.

use crate::{Background, EffectSpec, Rgb, SceneError};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// What the viewer sees.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scene {
    /// Layers from back to front.
    pub layers: Vec<Layer>,
    /// Effects on the finished picture, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub effects: Vec<EffectSpec>,
}

/// One element of a scene.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Layer {
    /// Where its picture comes from.
    pub source: LayerSource,
    /// How a picture of another shape fills the canvas.
    #[serde(default)]
    pub fit: Fit,
    /// What cuts it out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<Key>,
    /// Effects on this layer, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub effects: Vec<EffectSpec>,
    /// How much of the layer shows, `0.0..=1.0`.
    #[serde(default = "opaque")]
    pub opacity: f32,
}

const fn opaque() -> f32 {
    1.0
}

/// Where a layer's picture comes from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LayerSource {
    /// The camera, or whatever stands for it.
    Camera,
    /// One colour.
    Color(Rgb),
    /// From the first colour at the top to the second at the bottom.
    Gradient(Rgb, Rgb),
    /// A picture, or a video in a loop.
    File(PathBuf),
    /// A built-in set, by name.
    Set(String),
}

/// What cuts a layer out.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Key {
    /// The person that the network finds.
    Person(PersonKey),
}

/// How the person is tied to what stands behind.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PersonKey {
    /// How much of the old room's colour is taken out of the edge, `0.0..=1.0`.
    pub decontaminate: f32,
    /// How much of the new background's light falls on the edge, `0.0..=1.0`.
    pub light_wrap: f32,
}

impl Default for PersonKey {
    fn default() -> Self {
        Self { decontaminate: 1.0, light_wrap: 0.3 }
    }
}

/// How a picture of one shape fills a canvas of another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fit {
    /// Fill the canvas, keep the shape, cut off the rest.
    #[default]
    Cover,
    /// Show everything, keep the shape, leave bars.
    Contain,
    /// Fill the canvas, change the shape.
    Stretch,
}

impl Fit {
    /// All of them, in the order in which people see them.
    pub const ALL: [Self; 3] = [Self::Cover, Self::Contain, Self::Stretch];

    /// The word for it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Cover => "cover",
            Self::Contain => "contain",
            Self::Stretch => "stretch",
        }
    }
}

impl fmt::Display for Fit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Fit {
    type Err = SceneError;

    fn from_str(text: &str) -> Result<Self, SceneError> {
        let found = Self::ALL.into_iter().find(|fit| fit.name() == text);
        found.ok_or_else(|| SceneError::Fit(text.to_owned()))
    }
}

/// The parts of the usual scene, in which the person stands before something else.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Replacement {
    /// How a background of another shape fills the canvas.
    pub fit: Fit,
    /// How the person is tied to the background.
    pub key: PersonKey,
    /// Effects on the person.
    pub person_effects: Vec<EffectSpec>,
    /// Effects on the background.
    pub background_effects: Vec<EffectSpec>,
    /// Effects on the finished picture.
    pub whole_effects: Vec<EffectSpec>,
}

impl Scene {
    /// The files that its layers show.
    pub fn files(&self) -> impl Iterator<Item = &Path> {
        self.layers.iter().filter_map(|layer| match &layer.source {
            LayerSource::File(path) => Some(path.as_path()),
            _ => None,
        })
    }

    /// The person before `background`: what the short forms of the command line stand for.
    ///
    /// With no background, the person is alone and takes the effects on the whole. With the
    /// original room, the camera is the only layer, unless effects treat person and room
    /// differently.
    pub fn replace(background: Background, parts: Replacement) -> Self {
        let mut front = Layer {
            source: LayerSource::Camera,
            fit: Fit::Cover,
            key: Some(Key::Person(parts.key)),
            effects: parts.person_effects,
            opacity: 1.0,
        };
        let is_one = front.effects.is_empty() && parts.background_effects.is_empty();
        let (source, mut effects) = match background {
            Background::Transparent => {
                front.effects.extend(parts.whole_effects);
                return Self { layers: vec![front], effects: Vec::new() };
            }
            Background::Original if is_one => {
                let layers = vec![Layer { key: None, ..front }];
                return Self { layers, effects: parts.whole_effects };
            }
            Background::Original => (LayerSource::Camera, Vec::new()),
            Background::Room(effect) => (LayerSource::Camera, vec![effect]),
            Background::Color(color) => (LayerSource::Color(color), Vec::new()),
            Background::Gradient(top, bottom) => (LayerSource::Gradient(top, bottom), Vec::new()),
            Background::File(path) => (LayerSource::File(path), Vec::new()),
            Background::Set(name) => (LayerSource::Set(name), Vec::new()),
        };
        effects.extend(parts.background_effects);
        let back = Layer { source, fit: parts.fit, key: None, effects, opacity: 1.0 };
        Self { layers: vec![back, front], effects: parts.whole_effects }
    }

    /// The scene with left and right of the finished picture swapped.
    #[must_use]
    pub fn mirrored(mut self) -> Self {
        self.effects.push(EffectSpec::plain("mirror"));
        self
    }

    /// Checks what the types can't: that there is at least one layer, and that every number is in
    /// range.
    ///
    /// # Errors
    /// Names the layer (from 1) and the setting.
    pub fn validate(&self) -> Result<(), SceneError> {
        if self.layers.is_empty() {
            return Err(SceneError::NoLayers);
        }
        for (layer, number) in self.layers.iter().zip(1..) {
            let share = |setting: &'static str, value: f32| {
                let fine = (0.0..=1.0).contains(&value);
                fine.then_some(()).ok_or(SceneError::OutOfRange { layer: number, setting, value })
            };
            share("opacity", layer.opacity)?;
            if let Some(Key::Person(key)) = layer.key {
                share("decontaminate", key.decontaminate)?;
                share("light_wrap", key.light_wrap)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_original_room_is_the_camera_alone_until_effects_tell_you_from_it() {
        let parts = |person: &[&str], room: &[&str]| {
            let specs = |texts: &[&str]| texts.iter().map(|text| text.parse().unwrap()).collect();
            let (person_effects, background_effects) = (specs(person), specs(room));
            let whole_effects = specs(&["mirror"]);
            Replacement {
                person_effects,
                background_effects,
                whole_effects,
                ..Replacement::default()
            }
        };
        let plain = Scene::replace(Background::Original, parts(&[], &[]));
        assert_eq!((plain.layers.len(), plain.effects.len()), (1, 1));
        assert!(plain.layers[0].key.is_none() && plain.layers[0].effects.is_empty());
        for effects in [(&["hologram"][..], &[][..]), (&[], &["blur"])] {
            let scene = Scene::replace(Background::Original, parts(effects.0, effects.1));
            assert_eq!(scene.layers[0].source, LayerSource::Camera);
            assert!(scene.layers[0].key.is_none() && scene.layers[1].key.is_some());
            assert_eq!(scene.layers[0].effects.len(), effects.1.len());
        }
    }

    #[test]
    fn before_nothing_effects_on_the_whole_are_the_persons() {
        let whole_effects = vec!["mirror".parse().unwrap()];
        let parts = Replacement { whole_effects, ..Replacement::default() };
        let scene = Scene::replace(Background::Transparent, parts);
        assert!(scene.layers.len() == 1 && scene.layers[0].key.is_some());
        assert_eq!((scene.layers[0].effects.len(), scene.effects.len()), (1, 0));
    }

    #[test]
    fn a_scene_survives_being_written_down() {
        let scene = Scene::replace("blur:20".parse().unwrap(), Replacement::default());
        let text = serde_json::to_string(&scene).unwrap();
        assert_eq!(serde_json::from_str::<Scene>(&text).unwrap(), scene);
    }

    #[test]
    fn numbers_out_of_range_are_named() {
        let mut scene = Scene::replace("navy".parse().unwrap(), Replacement::default());
        scene.layers[1].opacity = f32::NAN;
        let error = scene.validate().unwrap_err().to_string();
        assert!(error.contains("layer 2") && error.contains("opacity"), "{error}");
        assert_eq!(Scene::default().validate(), Err(SceneError::NoLayers));
    }
}
