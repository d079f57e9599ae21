//! Changes to a scene, part by part.

use crate::{Background, Effect, Fit, Key, Layer, Replacement, Scene, SceneError};
use backlot_effects::MIRROR;

/// What a scene is to look like instead of what it says; what is not given stays as it is.
///
/// In a scene of layers the person is each layer with a key, and the background is what lies
/// behind the first of them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Look {
    /// What stands behind the person. It turns a scene of layers into a short one.
    pub background: Option<Background>,
    /// What cuts the person out.
    pub key: Option<Key>,
    /// How a background of another shape fills the canvas.
    pub fit: Option<Fit>,
    /// How much of the old room's colour is taken out of the person's edge.
    pub decontaminate: Option<f32>,
    /// How much of the new background's light falls on the edge.
    pub light_wrap: Option<f32>,
    /// Effects on the person; if there are any, those of the scene don't count.
    pub person_effects: Vec<Effect>,
    /// Effects on the background; if there are any, those of the scene don't count.
    pub background_effects: Vec<Effect>,
    /// Effects on the finished picture; if there are any, those of the scene don't count.
    pub whole_effects: Vec<Effect>,
    /// Whether left and right of the finished picture are swapped.
    pub mirror: bool,
}

impl Look {
    /// A short scene with what is given.
    ///
    /// # Errors
    /// When the parts don't go together.
    pub fn of_short(
        &self,
        background: &Background,
        parts: &Replacement,
    ) -> Result<Scene, SceneError> {
        let background = self.background.as_ref().unwrap_or(background);
        if *background == Background::Transparent && !self.background_effects.is_empty() {
            return Err(SceneError::NoBackground);
        }
        let mut parts = parts.clone();
        parts.key = self.key.clone().or(parts.key);
        parts.fit = self.fit.unwrap_or(parts.fit);
        parts.edge.decontaminate = self.decontaminate.unwrap_or(parts.edge.decontaminate);
        parts.edge.light_wrap = self.light_wrap.unwrap_or(parts.edge.light_wrap);
        replace(&mut parts.person_effects, &self.person_effects);
        replace(&mut parts.background_effects, &self.background_effects);
        replace(&mut parts.whole_effects, &self.whole_effects);
        if self.mirror {
            parts.whole_effects.push(Effect::plain(&MIRROR));
        }
        Ok(Scene::replace(background.clone(), parts))
    }

    /// A scene of layers with what is given.
    ///
    /// # Errors
    /// When there are effects on the person or the background, and the scene has none.
    pub fn of_layers(&self, scene: &Scene) -> Result<Scene, SceneError> {
        if let Some(background) = &self.background {
            return self.of_short(background, &Replacement::default());
        }
        let mut scene = scene.clone();
        let is_person = |layer: &Layer| layer.key.is_some();
        let first = scene.layers.iter().position(is_person);
        if first.is_none() && !self.person_effects.is_empty() {
            return Err(SceneError::NoPerson);
        }
        let behind = first.unwrap_or(scene.layers.len());
        if behind == 0 && !self.background_effects.is_empty() {
            return Err(SceneError::NoBackground);
        }
        for layer in &mut scene.layers[..behind] {
            layer.fit = self.fit.unwrap_or(layer.fit);
            replace(&mut layer.effects, &self.background_effects);
        }
        for layer in &mut scene.layers {
            if is_person(layer) {
                if let Some(key) = &self.key {
                    layer.key = Some(key.clone()).filter(|key| key.def().cuts());
                }
                let edge = &mut layer.edge;
                edge.decontaminate = self.decontaminate.unwrap_or(edge.decontaminate);
                edge.light_wrap = self.light_wrap.unwrap_or(edge.light_wrap);
                replace(&mut layer.effects, &self.person_effects);
            }
        }
        replace(&mut scene.effects, &self.whole_effects);
        Ok(if self.mirror { scene.mirrored() } else { scene })
    }
}

fn replace(effects: &mut Vec<Effect>, given: &[Effect]) {
    if !given.is_empty() {
        *effects = given.to_vec();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Edge, LayerSource};

    fn effects(names: &[&str]) -> Vec<Effect> {
        names.iter().map(|name| name.parse().unwrap()).collect()
    }

    fn all() -> Look {
        Look {
            background: None,
            key: Some("chroma:color=lime".parse().unwrap()),
            fit: Some(Fit::Contain),
            decontaminate: Some(0.5),
            light_wrap: Some(0.25),
            person_effects: effects(&["hologram"]),
            background_effects: effects(&["blur"]),
            whole_effects: effects(&["colormap"]),
            mirror: true,
        }
    }

    fn short() -> (Background, Replacement) {
        let parts = Replacement {
            person_effects: effects(&["mirror"]),
            background_effects: effects(&["mosaic"]),
            whole_effects: effects(&["blur"]),
            ..Replacement::default()
        };
        ("navy".parse().unwrap(), parts)
    }

    fn layers() -> Scene {
        let (background, parts) = short();
        let mut scene = Scene::replace(background, parts);
        let logo = LayerSource::File("logo.png".into());
        scene.layers.push(Layer { source: logo, ..scene.layers[0].clone() });
        scene
    }

    fn is_changed(scene: &Scene) {
        let edge = Edge { decontaminate: 0.5, light_wrap: 0.25 };
        assert_eq!(scene.layers[0].fit, Fit::Contain);
        assert_eq!(scene.layers[0].effects, effects(&["blur"]));
        assert_eq!(scene.layers[1].key, Some("chroma:lime".parse().unwrap()));
        assert_eq!(scene.layers[1].edge, edge);
        assert_eq!(scene.layers[1].effects, effects(&["hologram"]));
        assert_eq!(scene.effects, effects(&["colormap", "mirror"]));
    }

    #[test]
    fn given_parts_count_in_both_forms() {
        let (background, parts) = short();
        is_changed(&all().of_short(&background, &parts).unwrap());
        let scene = all().of_layers(&layers()).unwrap();
        is_changed(&scene);
        assert_eq!(scene.layers[2], layers().layers[2], "what lies before the person stays");
    }

    #[test]
    fn missing_parts_stay() {
        let ((background, parts), look) = (short(), Look::default());
        let plain = Scene::replace(background.clone(), parts.clone());
        assert_eq!(look.of_short(&background, &parts), Ok(plain));
        assert_eq!(look.of_layers(&layers()), Ok(layers()));
    }

    #[test]
    fn effects_need_something_to_change() {
        let camera = Scene::replace(Background::Original, Replacement::default());
        let person = Look { person_effects: effects(&["blur"]), ..Look::default() };
        assert_eq!(person.of_layers(&camera), Err(SceneError::NoPerson));
        let alone = Scene::replace(Background::Transparent, Replacement::default());
        let behind = Look { background_effects: effects(&["blur"]), ..Look::default() };
        assert_eq!(behind.of_layers(&alone), Err(SceneError::NoBackground));
        let parts = Replacement::default();
        let nothing = behind.of_short(&Background::Transparent, &parts);
        assert_eq!(nothing, Err(SceneError::NoBackground));
    }

    #[test]
    fn a_background_makes_a_short_scene_of_layers() {
        let look = Look { background: Some(Background::Set("bokeh".into())), ..all() };
        let scene = look.of_layers(&layers()).unwrap();
        assert_eq!(
            (scene.layers.len(), &scene.layers[0].source),
            (2, &LayerSource::Set("bokeh".into()))
        );
        is_changed(&scene);
    }
}
