//! From a request to a change of the desk.

use super::{Desk, refused};
use crate::asked::Asked;
use crate::error::Result;
use backlot_media::FrameRateError;
use backlot_protocol::{Request, Step};
use backlot_scene::config::{
    Switch, layer_from_json, scene_from_json, source_from_json, value_from_json,
};
use backlot_scene::edit::{Edit, Target};
use backlot_scene::form::Value;
use backlot_scene::{LayerId, LayerSource};
use backlot_sources::Format;
use serde_json::{Map, Value as Json};

impl Desk {
    /// Does what a request asks for; returns how the scene of before gives way, if not as the settings
    /// say. The desk may be left half changed where that fails.
    ///
    /// # Errors
    /// One sentence about what can't be done.
    pub fn change(&mut self, request: &Request, asked: &Asked) -> Result<Option<Switch>> {
        match request {
            Request::ShowScene { scene, step, output, transition } => {
                let parse = |text: &String| text.parse::<Switch>().map_err(|error| refused(&error));
                let transition = transition.as_ref().map(parse).transpose()?;
                self.show(scene.as_deref(), *step, output.as_deref(), asked)?;
                return Ok(transition);
            }
            Request::Undo => {
                let undone = self.history.undo(&mut self.config.document);
                self.note(undone, "there is nothing to undo")?;
            }
            Request::Redo => {
                let redone = self.history.redo(&mut self.config.document);
                self.note(redone, "there is nothing to do again")?;
            }
            Request::Save => {}
            Request::Off => self.is_off = true,
            Request::Resume => self.is_off = false,
            Request::Camera { device } => self.show_camera(device),
            Request::CameraMode { size, fps } => {
                let size = size.as_deref().map(str::parse::<Format>).transpose();
                let rate = fps.as_ref().map(|fps| fps.0.parse()).transpose();
                let rate = rate.map_err(|error: FrameRateError| refused(&error))?;
                let size = size.map_err(|error| refused(&error))?.map(Format::of_a_camera);
                (self.given.size, self.given.rate) = (size, rate);
            }
            Request::Control { name, value } => {
                self.config.camera.controls.insert(name.clone(), value.0.as_str().into());
            }
            Request::ReplaceScene { scene, form } => {
                let form = form.as_ref().map(scene_from_json).transpose();
                let form = form.map_err(|error| refused(&error))?;
                self.edit(&Edit::Replace { scene: scene.clone(), form })?;
            }
            Request::CopyScene { scene: Some(scene), to } => self.copy_scene(scene, to)?,
            Request::CopyScene { scene: None, to } => {
                self.settle(asked)?;
                self.copy_scene(&asked.chosen.name, to)?;
                self.given.scene = Some(to.clone());
            }
            Request::RenameScene { scene, to } => self.rename_scene(scene, to)?,
            Request::DeclareSource { source, spec } => {
                let spec = spec.as_ref().map(source_from_json).transpose();
                let spec = spec.map_err(|error| refused(&error))?;
                let source = source.parse().map_err(|error| refused(&error))?;
                self.edit(&Edit::Declare { source, spec })?;
            }
            _ => {
                self.settle(asked)?;
                self.change_scene(request, asked)?;
            }
        }
        Ok(None)
    }

    fn show(
        &mut self,
        scene: Option<&str>,
        step: Option<Step>,
        output: Option<&str>,
        asked: &Asked,
    ) -> Result<()> {
        let name = match (scene, step) {
            (Some(name), None) => name.to_owned(),
            (None, Some(step)) => self.neighbour(step, asked)?,
            _ => refuse!("name a scene, or 'next' or 'previous': one of these"),
        };
        if self.config.document.scene(&name).is_none() {
            return Err(self.config.no_scene(&name).into());
        }
        match output {
            Some(output) => self.show_on(output, &name, asked),
            None => {
                (self.given.scene, self.given.look) = (Some(name), Default::default());
                self.request.changed.clear();
                self.is_off = false;
                Ok(())
            }
        }
    }

    /// The scene before or after the one that runs, around the ends.
    fn neighbour(&self, step: Step, asked: &Asked) -> Result<String> {
        let document = &self.config.document;
        let own: Vec<_> = document.scenes.iter().map(|scene| scene.name.clone()).collect();
        let names =
            if own.is_empty() { document.scene_names().map(str::to_owned).collect() } else { own };
        let at = names.iter().position(|name| *name == asked.chosen.name);
        let next = match (at, step, names.len()) {
            (_, _, 0) => refuse!("there is no other scene"),
            (None, ..) => 0,
            (Some(at), Step::Next, count) => (at + 1) % count,
            (Some(at), Step::Previous, count) => (at + count - 1) % count,
        };
        Ok(names[next].clone())
    }

    fn show_on(&mut self, output: &str, scene: &str, asked: &Asked) -> Result<()> {
        let is_it = |name: &str, device: &str| name == output || device == output;
        let all = &asked.config.outputs;
        let known = all.iter().position(|known| is_it(&known.name, &known.device));
        let Some(at) = known else {
            let names: Vec<_> = all.iter().map(|known| known.device.as_str()).collect();
            let names = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
            refuse!("there is no output '{output}' in the settings: there is {names}");
        };
        let line = |(index, known): (usize, &backlot_scene::config::OutputConfig)| {
            let shown = if index == at { Some(scene) } else { known.scene.as_deref() };
            shown.map_or(known.device.clone(), |scene| format!("{}={scene}", known.device))
        };
        self.given.outputs = all.iter().enumerate().map(line).collect();
        Ok(())
    }

    fn copy_scene(&mut self, scene: &str, to: &str) -> Result<()> {
        self.check_name(scene, to)?;
        let form = self.config.document.scene(scene).map(|found| found.form.clone());
        self.edit(&Edit::Replace { scene: to.to_owned(), form })
    }

    /// Whether a scene that there is may have a name.
    fn check_name(&self, scene: &str, to: &str) -> Result<()> {
        if !self.has_scene(scene) {
            return Err(self.config.no_scene(scene).into());
        }
        if self.has_scene(to) {
            refuse!("there is a scene '{to}' already: choose another name");
        }
        if to.trim().is_empty() || Step::ALL.iter().any(|step| step.name() == to) {
            refuse!("'{to}' can't be a scene's name: choose another one");
        }
        Ok(())
    }

    fn rename_scene(&mut self, scene: &str, to: &str) -> Result<()> {
        if self.config.document.own_scene(scene).is_none() && self.has_scene(scene) {
            refuse!("the scene '{scene}' is a ready one: copy it");
        }
        self.check_name(scene, to)?;
        let rename = Edit::Rename { scene: scene.to_owned(), to: to.to_owned() };
        self.edit(&rename)?;
        self.follow_name(&rename);
        Ok(())
    }

    fn show_camera(&mut self, device: &str) {
        self.request.camera = Some(device.into());
        self.given.camera = Some(device.to_owned());
    }

    /// A change of one scene.
    fn change_scene(&mut self, request: &Request, asked: &Asked) -> Result<()> {
        match request {
            Request::Background { value } => self.set_background(value, asked),
            Request::Blur { on } => self.blur(*on, asked),
            Request::Mirror { on } => self.mirror(*on, asked),
            Request::AddEffect { effect, layer, at } => {
                self.add_effect(effect, layer.as_deref(), *at, asked)
            }
            Request::RemoveEffect { effect, layer } => {
                self.remove_effect(&effect.0, layer.as_deref(), asked)
            }
            Request::SetEffect { effect, setting, value, layer } => {
                self.set_effect(&effect.0, (setting, &value.0), layer.as_deref(), asked)
            }
            Request::MoveEffect { effect, to, layer } => {
                self.move_effect(&effect.0, *to, layer.as_deref(), asked)
            }
            Request::Key { key, layer } => {
                let layer = self.person(layer.as_deref(), asked)?;
                let key = Some(Value::Text(key.clone()));
                self.set(&asked.chosen.name, &layer, "key", key)
            }
            Request::SetLayer { layer, scene, property, value } => {
                let value = value_from_json(value).map_err(|error| refused(&error))?;
                let scene = self.scene_of(scene.as_ref(), asked);
                self.set(&scene, &id(layer)?, property, value)
            }
            Request::ShowLayer { layer, scene } => self.see(scene, layer, Some(true), asked),
            Request::HideLayer { layer, scene } => self.see(scene, layer, Some(false), asked),
            Request::ToggleLayer { layer, scene } => self.see(scene, layer, None, asked),
            Request::PlaceLayer { layer, scene, place } => {
                self.place(&self.scene_of(scene.as_ref(), asked), layer, place)
            }
            Request::RestartLayer { layer, scene } => {
                let scene = self.scene_of(scene.as_ref(), asked);
                self.restart(&scene, &id(layer)?)
            }
            Request::InsertLayer { scene, at, layer } => {
                let layer = layer_from_json(layer).map_err(|error| refused(&error))?;
                let scene = self.scene_of(scene.as_ref(), asked);
                self.edit(&Edit::Insert { scene, at: *at, layer: Box::new(layer) })
            }
            Request::MoveLayer { scene, layer, to } => {
                let scene = self.scene_of(scene.as_ref(), asked);
                self.edit(&Edit::Move { scene, layer: id(layer)?, to: *to })
            }
            Request::RemoveLayer { scene, layer } => {
                let scene = self.scene_of(scene.as_ref(), asked);
                self.edit(&Edit::Remove { scene, layer: id(layer)? })
            }
            other => refuse!("'{}' changes no scene", other.name()),
        }
    }

    /// Gives a property of a layer another value.
    pub(super) fn set(
        &mut self,
        scene: &str,
        layer: &LayerId,
        property: &str,
        value: Option<Value>,
    ) -> Result<()> {
        let target = Target::Property { layer: layer.clone(), property: property.to_owned() };
        self.edit(&Edit::Set { scene: scene.to_owned(), target, value })
    }

    fn place(&mut self, scene: &str, layer: &str, place: &Map<String, Json>) -> Result<()> {
        let value = value_from_json(&Json::Object(place.clone()));
        let value = value.map_err(|error| refused(&error))?;
        self.set(scene, &id(layer)?, "place", value)
    }

    fn see(
        &mut self,
        scene: &Option<String>,
        layer: &str,
        visible: Option<bool>,
        asked: &Asked,
    ) -> Result<()> {
        let (scene, layer) = (self.scene_of(scene.as_ref(), asked), id(layer)?);
        let found = self.layers(&scene)?.into_iter().find(|known| known.id == layer);
        let visible = match (visible, found) {
            (Some(visible), _) => visible,
            (None, Some(found)) => !found.visible,
            (None, None) => refuse!("the scene '{scene}' has no layer '{layer}'"),
        };
        self.set(&scene, &layer, "visible", Some(Value::Switch(visible)))
    }

    fn restart(&mut self, scene: &str, layer: &LayerId) -> Result<()> {
        let found = self.layers(scene)?.into_iter().find(|known| known.id == *layer);
        let Some(found) = found else { refuse!("the scene '{scene}' has no layer '{layer}'") };
        let placed = self.config.placed_document();
        let source = match &found.source {
            LayerSource::File(path) => {
                let path = self.config.files.placed(path);
                Some(backlot_scene::SourceSpec::File(path))
            }
            _ => placed.source_of(&found),
        };
        let Some(source) = source else {
            refuse!("the layer '{layer}' has no beginning: only videos and animations have one");
        };
        match self.restarted.iter_mut().find(|(known, _)| *known == source) {
            Some((_, count)) => *count += 1,
            None => self.restarted.push((source, 1)),
        }
        Ok(())
    }
}

/// A layer's id.
pub(super) fn id(text: &str) -> Result<LayerId> {
    text.parse().map_err(|error| refused(&error))
}
