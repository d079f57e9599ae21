//! What people change most: the background, the blur, the mirror, and effects.

use super::change::id;
use super::{Desk, refused};
use crate::asked::Asked;
use crate::error::Result;
use backlot_scene::edit::{Edit, Target};
use backlot_scene::form::Value;
use backlot_scene::{
    Background, Effect, Layer, LayerId, Replacement, Scene, SceneForm, ShortScene,
};

impl Desk {
    /// The layers of a scene.
    pub(super) fn layers(&self, scene: &str) -> Result<Vec<Layer>> {
        Ok(self.form(scene)?.scene().layers)
    }

    fn form(&self, scene: &str) -> Result<SceneForm> {
        match self.config.document.scene(scene) {
            Some(found) => Ok(found.form.clone()),
            None => refuse!("there is no scene '{scene}'"),
        }
    }

    fn replace(&mut self, scene: &str, form: SceneForm) -> Result<()> {
        self.edit(&Edit::Replace { scene: scene.to_owned(), form: Some(form) })
    }

    /// The layer that shows the person, or a named one.
    pub(super) fn person(&self, layer: Option<&str>, asked: &Asked) -> Result<LayerId> {
        if let Some(layer) = layer {
            return id(layer);
        }
        let layers = self.layers(&asked.chosen.name)?;
        let keyed = layers.iter().find(|layer| layer.key.is_some());
        let camera = || layers.iter().find(|layer| self.config.document.camera_of(layer).is_some());
        match keyed.or_else(camera) {
            Some(found) => Ok(found.id.clone()),
            None => refuse!("the scene '{}' doesn't show you: name a layer", asked.chosen.name),
        }
    }

    pub(super) fn set_background(&mut self, value: &str, asked: &Asked) -> Result<()> {
        let background: Background = value.parse().map_err(|error| refused(&error))?;
        if background == Background::Transparent {
            refuse!("a virtual camera can't hold transparency: give another background");
        }
        let name = &asked.chosen.name;
        self.unblurred.retain(|(scene, _)| scene != name);
        let form = before(&self.form(name)?, background)?;
        self.replace(name, form)
    }

    pub(super) fn blur(&mut self, on: bool, asked: &Asked) -> Result<()> {
        let name = &asked.chosen.name;
        let form = self.form(name)?;
        let before_blur = self.unblurred.iter().position(|(scene, _)| scene == name);
        match (on, before_blur) {
            (true, _) if is_blurred(&form) => Ok(()),
            (true, _) => {
                let blur = "blur".parse().map_err(|error| refused(&error))?;
                let blurred = before(&form, blur)?;
                self.unblurred.retain(|(scene, _)| scene != name);
                self.unblurred.push((name.clone(), form));
                self.replace(name, blurred)
            }
            (false, _) if !is_blurred(&form) => Ok(()),
            (false, Some(at)) => {
                let (_, unblurred) = self.unblurred.remove(at);
                self.replace(name, unblurred)
            }
            (false, None) => {
                let scene = ShortScene::default().background;
                refuse!(
                    "the scene '{name}' is a blurred room by itself: choose a background, for example '{scene}'"
                )
            }
        }
    }

    pub(super) fn mirror(&mut self, on: bool, asked: &Asked) -> Result<()> {
        let scene = asked.chosen.name.clone();
        let mut effects = self.form(&scene)?.scene().effects;
        let is_mirror = |effect: &Effect| effect.def().name == "mirror";
        if effects.iter().any(is_mirror) == on {
            return Ok(());
        }
        effects.retain(|effect| !is_mirror(effect));
        if on {
            effects.push("mirror".parse().map_err(|error| refused(&error))?);
        }
        let value = Some(Value::texts(&effects));
        self.edit(&Edit::Set { scene, target: Target::WholeEffects, value })
    }

    pub(super) fn add_effect(
        &mut self,
        effect: &str,
        layer: Option<&str>,
        at: Option<usize>,
        asked: &Asked,
    ) -> Result<()> {
        let effect: Effect = effect.parse().map_err(|error| refused(&error))?;
        let (layer, mut effects) = self.effects(layer, asked)?;
        let at = at.unwrap_or(effects.len());
        if at > effects.len() {
            refuse!("there are {} effects: write a number up to that, not {at}", effects.len());
        }
        effects.insert(at, effect);
        self.set_effects(layer, &effects, asked)
    }

    pub(super) fn remove_effect(
        &mut self,
        effect: &str,
        layer: Option<&str>,
        asked: &Asked,
    ) -> Result<()> {
        let (layer, mut effects) = self.effects(layer, asked)?;
        effects.remove(which(&effects, effect, layer.as_ref())?);
        self.set_effects(layer, &effects, asked)
    }

    pub(super) fn move_effect(
        &mut self,
        effect: &str,
        to: usize,
        layer: Option<&str>,
        asked: &Asked,
    ) -> Result<()> {
        let (layer, mut effects) = self.effects(layer, asked)?;
        let moved = effects.remove(which(&effects, effect, layer.as_ref())?);
        if to > effects.len() {
            refuse!("there are {} others: write a number up to that, not {to}", effects.len());
        }
        effects.insert(to, moved);
        self.set_effects(layer, &effects, asked)
    }

    pub(super) fn set_effect(
        &mut self,
        effect: &str,
        (setting, value): (&str, &str),
        layer: Option<&str>,
        asked: &Asked,
    ) -> Result<()> {
        let (layer, effects) = self.effects(layer, asked)?;
        let index = which(&effects, effect, layer.as_ref())?;
        let target = Target::Effect { layer, index, setting: setting.to_owned() };
        let (scene, value) = (asked.chosen.name.clone(), Some(Value::Text(value.to_owned())));
        self.edit(&Edit::Set { scene, target, value })
    }

    /// The effects of a layer, or of the finished picture, which is no layer.
    fn effects(
        &self,
        layer: Option<&str>,
        asked: &Asked,
    ) -> Result<(Option<LayerId>, Vec<Effect>)> {
        let scene = &asked.chosen.name;
        if layer == Some(WHOLE) {
            return Ok((None, self.form(scene)?.scene().effects));
        }
        let layer = self.person(layer, asked)?;
        match self.layers(scene)?.into_iter().find(|known| known.id == layer) {
            Some(found) => Ok((Some(layer), found.effects)),
            None => refuse!("the scene '{scene}' has no layer '{layer}'"),
        }
    }

    fn set_effects(
        &mut self,
        layer: Option<LayerId>,
        effects: &[Effect],
        asked: &Asked,
    ) -> Result<()> {
        let (scene, value) = (asked.chosen.name.clone(), Some(Value::texts(effects)));
        match layer {
            Some(layer) => self.set(&scene, &layer, "effects", value),
            None => self.edit(&Edit::Set { scene, target: Target::WholeEffects, value }),
        }
    }
}

/// What stands for the finished picture where a layer is named.
const WHOLE: &str = "*";

/// The number of an effect, by its name or number.
fn which(effects: &[Effect], wanted: &str, layer: Option<&LayerId>) -> Result<usize> {
    let by_name = || effects.iter().position(|effect| effect.def().name == wanted);
    let by_number = wanted.parse::<usize>().ok().filter(|at| *at < effects.len());
    if let Some(at) = by_number.or_else(by_name) {
        return Ok(at);
    }
    let of = layer.map_or("the finished picture".to_owned(), |id| format!("the layer '{id}'"));
    let names: Vec<_> = effects.iter().map(|effect| effect.def().name).collect();
    match names.is_empty() {
        true => refuse!("{of} has no effects"),
        false => refuse!("{of} has no effect '{wanted}': it has {}", names.join(", ")),
    }
}

/// A scene with another background.
fn before(form: &SceneForm, background: Background) -> Result<SceneForm> {
    let scene = match form {
        SceneForm::Short(short) => {
            let parts = short.parts.clone();
            return Ok(SceneForm::Short(Box::new(ShortScene { background, parts })));
        }
        SceneForm::Layers(scene) => scene,
    };
    let person = scene.layers.iter().position(|layer| layer.key.is_some());
    let mut new = Scene::replace(background, Replacement::default());
    let behind = new.layers.remove(0);
    let Some(person) = person.filter(|_| behind.key.is_none() && !new.layers.is_empty()) else {
        // The original room, or a scene without anybody in it: all of it is the background.
        let alone = Scene::replace(Background::Original, Replacement::default());
        let layers = if person.is_some() { alone.layers } else { vec![behind] };
        return Ok(SceneForm::Layers(Scene { layers, effects: scene.effects.clone() }));
    };
    let front = scene.layers[person..].iter().cloned();
    let layers = std::iter::once(behind).chain(front).collect();
    Ok(SceneForm::Layers(Scene { layers, effects: scene.effects.clone() }))
}

/// Whether what stands behind the person is the blurred room.
pub(super) fn is_blurred(form: &SceneForm) -> bool {
    match form {
        SceneForm::Short(short) => match &short.background {
            Background::Room(effect) => effect.def().name == "blur",
            _ => false,
        },
        SceneForm::Layers(scene) => scene.layers.first().is_some_and(|layer| {
            let is_camera = layer.source == backlot_scene::LayerSource::Camera;
            is_camera && layer.effects.iter().any(|effect| effect.def().name == "blur")
        }),
    }
}
