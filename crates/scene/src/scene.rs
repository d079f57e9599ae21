//! Scenes: layers from back to front.

use crate::{Background, Edge, Effect, Fit, Key, Layer, LayerId, LayerSource, SceneError};
use backlot_effects::MIRROR;
use std::path::Path;

/// What the viewer sees.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scene {
    /// Layers from back to front.
    pub layers: Vec<Layer>,
    /// Effects on the finished picture, in order.
    pub effects: Vec<Effect>,
}

/// The parts of the usual scene, in which the person stands before something else.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Replacement {
    /// How a background of another shape fills the canvas.
    pub fit: Fit,
    /// What cuts the person out; `None`: the network.
    pub key: Option<Key>,
    /// How the person is tied to the background.
    pub edge: Edge,
    /// Effects on the person.
    pub person_effects: Vec<Effect>,
    /// Effects on the background.
    pub background_effects: Vec<Effect>,
    /// Effects on the finished picture.
    pub whole_effects: Vec<Effect>,
}

impl Scene {
    /// The files that its layers show.
    pub fn files(&self) -> impl Iterator<Item = &Path> {
        self.layers.iter().filter_map(|layer| layer.source.file())
    }

    /// The person before `background`: what the short forms of the command line stand for.
    ///
    /// With no background, the person is alone and takes the effects on the whole. With the
    /// original room, the camera is the only layer, unless effects treat person and room
    /// differently.
    pub fn replace(background: Background, parts: Replacement) -> Self {
        let mut front = Layer {
            edge: parts.edge,
            effects: parts.person_effects,
            ..Layer::new(LayerId::person(), LayerSource::Camera)
                .keyed(parts.key.unwrap_or_else(backlot_keys::person))
        };
        let is_one = front.effects.is_empty() && parts.background_effects.is_empty();
        let (source, mut effects) = match background {
            Background::Transparent => {
                front.effects.extend(parts.whole_effects);
                return Self { layers: vec![front], effects: Vec::new() };
            }
            Background::Original if is_one => {
                let layers = vec![Layer::new(LayerId::camera(), LayerSource::Camera)];
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
        let back = Layer { fit: parts.fit, effects, ..Layer::new(LayerId::background(), source) };
        Self { layers: vec![back, front], effects: parts.whole_effects }
    }

    /// The scene with left and right of the finished picture swapped.
    #[must_use]
    pub fn mirrored(mut self) -> Self {
        self.effects.push(Effect::plain(&MIRROR));
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
            share("decontaminate", layer.edge.decontaminate)?;
            share("light_wrap", layer.edge.light_wrap)?;
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
    fn numbers_out_of_range_are_named() {
        let mut scene = Scene::replace("navy".parse().unwrap(), Replacement::default());
        scene.layers[1].opacity = f32::NAN;
        let error = scene.validate().unwrap_err().to_string();
        assert!(error.contains("layer 2") && error.contains("opacity"), "{error}");
        assert_eq!(Scene::default().validate(), Err(SceneError::NoLayers));
    }
}
