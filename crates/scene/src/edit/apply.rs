//! Edits at work.

use super::{Edit, EditError, Target};
use crate::form::{Property, Value, unknown};
use crate::issue::Place as Line;
use crate::layer::{MOST_LAYERS, PROPERTIES};
use crate::{
    Document, Effect, Layer, LayerId, LayerSource, NamedScene, Scene, SceneError, SceneForm,
    SourceId, SourceSpec,
};
use backlot_schema::{Definition, Instance};

impl Document {
    /// Applies an edit.
    ///
    /// Returns the edit that undoes it: applied next, it restores the document exactly.
    ///
    /// # Errors
    /// When it can't be applied; the document stays as it was.
    pub fn apply(&mut self, edit: &Edit) -> Result<Edit, EditError> {
        match edit {
            Edit::Show { scene } => self.show(scene.as_deref()),
            Edit::Declare { source, spec } => self.declare(source, spec.as_ref()),
            Edit::Restore { at, scene } => self.restore(*at, scene),
            Edit::Replace { scene, form } => self.replace(scene, form.as_ref()),
            Edit::Rename { scene, to } => self.rename(scene, to),
            Edit::Set { scene, target, value } => {
                self.change(scene, |layers| set(layers, target, value.as_ref()))
            }
            // Written, so that it is checked as any other value.
            Edit::Place { scene, layer, place } => self.apply(&Edit::Set {
                scene: scene.clone(),
                target: Target::Property { layer: layer.clone(), property: "place".to_owned() },
                value: Some(place.written()),
            }),
            Edit::Insert { scene, at, layer } => {
                self.change(scene, |inner| insert(inner, *at, layer))
            }
            Edit::Move { scene, layer, to } => self.change(scene, |inner| shift(inner, layer, *to)),
            Edit::Remove { scene, layer } => self.change(scene, |inner| remove(inner, layer)),
        }
    }

    /// Applies what undoes an edit, or does it again. What was shown then may have been removed or
    /// renamed before, so that it is not there.
    pub(super) fn go_back(&mut self, edit: &Edit) -> Result<Edit, EditError> {
        match edit {
            Edit::Show { scene } => Ok(self.turn_to(scene.as_deref())),
            edit => self.apply(edit),
        }
    }

    fn show(&mut self, scene: Option<&str>) -> Result<Edit, EditError> {
        match scene.filter(|name| self.scene(name).is_none()) {
            Some(name) => Err(EditError::NoScene(name.to_owned())),
            None => Ok(self.turn_to(scene)),
        }
    }

    fn turn_to(&mut self, scene: Option<&str>) -> Edit {
        Edit::Show { scene: std::mem::replace(&mut self.shown, scene.map(str::to_owned)) }
    }

    fn declare(&mut self, source: &SourceId, spec: Option<&SourceSpec>) -> Result<Edit, EditError> {
        let before = self.sources.get(source).cloned();
        let uses = |layer: &Layer| layer.source == LayerSource::Named(source.clone());
        match spec {
            Some(spec) => {
                self.sources.insert(source.clone(), spec.clone());
                let mut using =
                    self.scenes.iter().filter(|scene| scene.form.layers().iter().any(uses));
                if let Err(error) = using.try_for_each(|scene| self.checked(&scene.name)) {
                    self.sources.remove(source);
                    self.sources.extend(before.map(|before| (source.clone(), before)));
                    return Err(error);
                }
            }
            None if before.is_none() => return Err(EditError::NoSource(source.clone())),
            None => {
                self.unused(&format!("the source '{source}'"), uses)?;
                self.sources.remove(source);
            }
        }
        Ok(Edit::Declare { source: source.clone(), spec: before })
    }

    fn unused(&self, what: &str, uses: impl Fn(&Layer) -> bool) -> Result<(), EditError> {
        let by = self.scenes.iter().find(|scene| scene.form.layers().iter().any(&uses));
        by.map_or(Ok(()), |by| Err(EditError::InUse { what: what.to_owned(), by: by.name.clone() }))
    }

    fn replace(&mut self, scene: &str, form: Option<&SceneForm>) -> Result<Edit, EditError> {
        let at = self.scenes.iter().position(|known| known.name == scene);
        let before = at.map(|at| self.scenes[at].form.clone());
        match (at, form) {
            (None, None) => return Err(EditError::NoScene(scene.to_owned())),
            (Some(at), None) => {
                if self.ready.is_none_or(|ready| ready.scene(scene).is_none()) {
                    let shows = LayerSource::Scene(scene.to_owned());
                    self.unused(&format!("the scene '{scene}'"), |layer| layer.source == shows)?;
                }
                let scene = Box::new(self.scenes.remove(at));
                return Ok(Edit::Restore { at, scene });
            }
            (Some(at), Some(form)) => {
                let old = std::mem::replace(&mut self.scenes[at].form, form.clone());
                if let Err(error) = self.checked(scene) {
                    self.scenes[at].form = old;
                    return Err(error);
                }
            }
            (None, Some(form)) => {
                let place = Line { line: 1, column: 1 };
                let added = NamedScene { name: scene.to_owned(), place, form: form.clone() };
                return self.restore(self.scenes.len(), &added);
            }
        }
        Ok(Edit::Replace { scene: scene.to_owned(), form: before })
    }

    fn rename(&mut self, scene: &str, to: &str) -> Result<Edit, EditError> {
        let at = self.scenes.iter().position(|known| known.name == scene);
        let at = at.ok_or_else(|| EditError::NoScene(scene.to_owned()))?;
        if self.own_scene(to).is_some() {
            return Err(EditError::SameScene(to.to_owned()));
        }
        if self.ready.is_none_or(|ready| ready.scene(scene).is_none()) {
            let shows = LayerSource::Scene(scene.to_owned());
            self.unused(&format!("the scene '{scene}'"), |layer| layer.source == shows)?;
        }
        to.clone_into(&mut self.scenes[at].name);
        if let Err(error) = self.checked(to) {
            scene.clone_into(&mut self.scenes[at].name);
            return Err(error);
        }
        Ok(Edit::Rename { scene: to.to_owned(), to: scene.to_owned() })
    }

    fn restore(&mut self, at: usize, scene: &NamedScene) -> Result<Edit, EditError> {
        if self.own_scene(&scene.name).is_some() {
            return Err(EditError::SameScene(scene.name.clone()));
        }
        let at = at.min(self.scenes.len());
        self.scenes.insert(at, scene.clone());
        if let Err(error) = self.checked(&scene.name) {
            self.scenes.remove(at);
            return Err(error);
        }
        Ok(Edit::Replace { scene: scene.name.clone(), form: None })
    }

    /// Changes a scene's layers. A scene in its short form becomes one of layers; undoing makes it
    /// short again. A ready one becomes the document's own; undoing makes it ready again.
    fn change(
        &mut self,
        name: &str,
        change: impl FnOnce(&mut Scene) -> Result<Inverse, EditError>,
    ) -> Result<Edit, EditError> {
        let at = self.scenes.iter().position(|scene| scene.name == name);
        let Some(at) = at else {
            let ready = self.scene(name).ok_or_else(|| EditError::NoScene(name.to_owned()))?;
            self.scenes.push(ready.clone());
            return match self.change(name, change) {
                Ok(_) => Ok(Edit::Replace { scene: name.to_owned(), form: None }),
                Err(error) => {
                    self.scenes.pop();
                    Err(error)
                }
            };
        };
        let before = self.scenes[at].form.clone();
        let mut scene = before.scene();
        let inverse = change(&mut scene).map_err(|error| named(error, name))?;
        self.scenes[at].form = SceneForm::Layers(scene);
        self.link();
        if let Err(error) = self.checked(name) {
            self.scenes[at].form = before;
            return Err(error);
        }
        Ok(match before {
            SceneForm::Short(_) => Edit::Replace { scene: name.to_owned(), form: Some(before) },
            SceneForm::Layers(_) => inverse.of(name),
        })
    }

    /// Checks a scene as it is now.
    fn checked(&self, name: &str) -> Result<(), EditError> {
        let Some(scene) = self.scene(name) else { return Ok(()) };
        let layers = scene.form.scene().layers;
        if layers.is_empty() || layers.len() > MOST_LAYERS {
            return Err(EditError::Layers { most: MOST_LAYERS, layers: layers.len() });
        }
        for (index, layer) in layers.iter().enumerate() {
            if layers[..index].iter().any(|other| other.id == layer.id) {
                return Err(EditError::SameId(layer.id.clone()));
            }
            match &layer.source {
                LayerSource::Named(id) if self.source(id).is_none() => {
                    return Err(EditError::NoSource(id.clone()));
                }
                LayerSource::Scene(inner) => self.check_nested(name, inner)?,
                _ => {}
            }
            if layer.key.is_some() && self.is_camera(&layer.source) != Some(true) {
                let (layer, shown) = (layer.id.clone(), layer.source.to_string());
                return Err(SceneError::KeyWithoutCamera { layer, shown }.into());
            }
        }
        self.check_extents()?;
        Ok(scene.form.scene().validate()?)
    }
}

/// What undoes a change within a scene.
enum Inverse {
    Set(Target, Option<Value>),
    Insert(usize, Box<Layer>),
    Move(LayerId, usize),
    Remove(LayerId),
}

impl Inverse {
    fn of(self, scene: &str) -> Edit {
        let scene = scene.to_owned();
        match self {
            Self::Set(target, value) => Edit::Set { scene, target, value },
            Self::Insert(at, layer) => Edit::Insert { scene, at, layer },
            Self::Move(layer, to) => Edit::Move { scene, layer, to },
            Self::Remove(layer) => Edit::Remove { scene, layer },
        }
    }
}

fn named(error: EditError, name: &str) -> EditError {
    match error {
        EditError::NoLayer { layer, .. } => EditError::NoLayer { scene: name.to_owned(), layer },
        other => other,
    }
}

fn position(scene: &Scene, id: &LayerId) -> Result<usize, EditError> {
    let at = scene.layers.iter().position(|layer| layer.id == *id);
    at.ok_or_else(|| EditError::NoLayer { scene: String::new(), layer: id.clone() })
}

fn layer_of<'s>(scene: &'s mut Scene, id: &LayerId) -> Result<&'s mut Layer, EditError> {
    let at = position(scene, id)?;
    Ok(&mut scene.layers[at])
}

fn insert(scene: &mut Scene, at: usize, layer: &Layer) -> Result<Inverse, EditError> {
    if at > scene.layers.len() {
        return Err(EditError::NoSuchPlace { layers: scene.layers.len(), at });
    }
    scene.layers.insert(at, layer.clone());
    Ok(Inverse::Remove(layer.id.clone()))
}

fn shift(scene: &mut Scene, id: &LayerId, to: usize) -> Result<Inverse, EditError> {
    let from = position(scene, id)?;
    if to >= scene.layers.len() {
        return Err(EditError::NoSuchPlace { layers: scene.layers.len(), at: to });
    }
    let layer = scene.layers.remove(from);
    scene.layers.insert(to, layer);
    Ok(Inverse::Move(id.clone(), from))
}

fn remove(scene: &mut Scene, id: &LayerId) -> Result<Inverse, EditError> {
    let at = position(scene, id)?;
    Ok(Inverse::Insert(at, Box::new(scene.layers.remove(at))))
}

fn set(scene: &mut Scene, target: &Target, value: Option<&Value>) -> Result<Inverse, EditError> {
    match target {
        Target::Property { layer, property } => set_property(scene, layer, property, value),
        Target::WholeEffects => {
            let before = Value::texts(&scene.effects);
            let given = value.unwrap_or(&Value::List(Vec::new())).clone();
            crate::layer::EFFECT_LIST
                .check(&given)
                .map_err(|refusal| EditError::refused("whole_effects", &refusal))?;
            scene.effects = given
                .all_parsed()
                .map_err(|refusal| EditError::refused("whole_effects", &refusal))?;
            Ok(Inverse::Set(Target::WholeEffects, Some(before)))
        }
        Target::WholeEffect { layer, index } => {
            let effect = effect_of(scene, layer.as_ref(), *index)?;
            let text = value.and_then(Value::as_text).unwrap_or(effect.def().name).to_owned();
            let before = std::mem::replace(effect, text.parse().map_err(SceneError::from)?);
            Ok(Inverse::Set(target.clone(), Some(Value::text(&before))))
        }
        Target::Effect { layer, index, setting } => {
            let effect = effect_of(scene, layer.as_ref(), *index)?;
            let whole = Target::WholeEffect { layer: layer.clone(), index: *index };
            let before = effect.clone();
            put_setting(effect, setting, value)?;
            Ok(Inverse::Set(whole, Some(Value::text(&before))))
        }
        Target::Key { layer, setting } => {
            let key = layer_of(scene, layer)?.key.as_mut();
            let key = key.ok_or_else(|| EditError::NoKey(layer.clone()))?;
            let before = Value::text(key);
            put_setting(key, setting, value)?;
            let whole = Target::Property { layer: layer.clone(), property: "key".to_owned() };
            Ok(Inverse::Set(whole, Some(before)))
        }
    }
}

fn property_of(name: &str) -> Result<&'static Property<Layer>, EditError> {
    let found = PROPERTIES.iter().find(|property| property.name == name);
    found.ok_or_else(|| {
        let known: Vec<_> = PROPERTIES.iter().map(|property| property.name).collect();
        EditError::NoProperty(unknown(name, &known))
    })
}

fn set_property(
    scene: &mut Scene,
    id: &LayerId,
    name: &str,
    value: Option<&Value>,
) -> Result<Inverse, EditError> {
    let property = property_of(name)?;
    let layer = layer_of(scene, id)?;
    let before = (property.write)(layer);
    match value {
        Some(value) => {
            let put = property.put(layer, value);
            put.map_err(|refusal| EditError::refused(name, &refusal))?;
        }
        None => *layer = without(layer, property)?,
    }
    let target = Target::Property { layer: layer.id.clone(), property: name.to_owned() };
    Ok(Inverse::Set(target, before))
}

/// The layer with the default of a property.
fn without(layer: &Layer, left_out: &Property<Layer>) -> Result<Layer, EditError> {
    let mut plain = Layer::new(layer.id.clone(), layer.source.clone());
    let others = PROPERTIES.iter().filter(|property| property.name != left_out.name);
    for property in others {
        if let Some(value) = (property.write)(layer) {
            let put = (property.read)(&mut plain, &value);
            put.map_err(|refusal| EditError::refused(property.name, &refusal))?;
        }
    }
    plain.source.clone_from(&layer.source);
    Ok(plain)
}

fn effect_of<'s>(
    scene: &'s mut Scene,
    layer: Option<&LayerId>,
    index: usize,
) -> Result<&'s mut Effect, EditError> {
    let effects = match layer {
        Some(layer) => &mut layer_of(scene, layer)?.effects,
        None => &mut scene.effects,
    };
    effects.get_mut(index).ok_or(EditError::NoEffect(index))
}

/// Gives a setting of an effect or a key another value; without one, its default.
fn put_setting<D: Definition>(
    of: &mut Instance<D>,
    setting: &str,
    value: Option<&Value>,
) -> Result<(), EditError> {
    let text = match value {
        Some(value) => value.as_text().map_or_else(|| value.to_string(), str::to_owned),
        None => {
            let known = of.def().settings().iter().find(|known| known.name == setting);
            known.map_or_else(String::new, |known| known.kind.write(&known.kind.default_value()))
        }
    };
    Ok(of.set(setting, &text).map_err(SceneError::from)?)
}
