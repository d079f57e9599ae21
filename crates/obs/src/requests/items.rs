//! Scene items: the layers of a scene.

use super::scenes;
use crate::desk::Desk;
use crate::facts::{current, input_kind, item_id, not_found, uuid, video};
use crate::fields::Fields;
use crate::status::{Failure, Outcome};
use backlot_protocol::{Layer, State};
use serde_json::{Value, json};

/// A scene, and its layers from back to front.
pub(super) struct Layers {
    scene: String,
    /// Whether it is the one that is shown.
    is_shown: bool,
    pub all: Vec<Layer>,
}

impl Layers {
    /// Those of the scene that a request names.
    fn of(desk: &Desk, state: &State, fields: Fields<'_>) -> Result<Self, Failure> {
        let scene = scenes::named(state, fields)?;
        if scene == current(state) {
            return Ok(Self::shown(state));
        }
        let told = desk.ask(json!({ "request": "list", "what": "layers", "scene": scene }))?;
        let all = serde_json::from_value(told)
            .map_err(|error| Failure::new(Failure::FAILED, format!("the layers: {error}")))?;
        Ok(Self { scene, is_shown: false, all })
    }

    /// Those of the scene that is shown.
    pub fn shown(state: &State) -> Self {
        Self { scene: current(state), is_shown: true, all: state.scene.layers.clone() }
    }

    fn id(&self, layer: &Layer) -> u32 {
        item_id(&self.scene, &layer.id)
    }

    /// What names it in requests to Backlot: one without a name is the one that is shown.
    fn name(&self) -> Option<&str> {
        (!self.is_shown).then_some(&self.scene)
    }
}

/// A scene and the layer of it that a request names.
fn item(desk: &Desk, fields: Fields<'_>) -> Result<(Layers, usize), Failure> {
    let layers = Layers::of(desk, &*desk.state()?, fields)?;
    let id = fields.number("sceneItemId", 0.0, f64::from(u32::MAX))?;
    let place = layers.all.iter().position(|layer| f64::from(layers.id(layer)) == id);
    let place = place.ok_or_else(|| not_found("scene item", &id.to_string()))?;
    Ok((layers, place))
}

pub(super) fn list(desk: &Desk, fields: Fields<'_>) -> Outcome {
    let state = desk.state()?;
    let layers = Layers::of(desk, &state, fields)?;
    let told = |(index, layer): (usize, &Layer)| {
        json!({
            "sceneItemId": layers.id(layer),
            "sceneItemIndex": index,
            "sceneItemEnabled": layer.visible,
            "sceneItemLocked": false,
            "sceneItemBlendMode": BLEND_MODE,
            "sceneItemTransform": placed(&state),
            "sourceName": layer.id,
            "sourceUuid": uuid("input", &layer.id),
            "sourceType": "OBS_SOURCE_TYPE_INPUT",
            "inputKind": input_kind(layer),
            "isGroup": null,
        })
    };
    let items: Vec<Value> = layers.all.iter().enumerate().map(told).collect();
    Ok(json!({ "sceneItems": items }))
}

pub(super) fn id(desk: &Desk, fields: Fields<'_>) -> Outcome {
    let layers = Layers::of(desk, &*desk.state()?, fields)?;
    let name = fields.text("sourceName")?;
    let layer = find(&layers.all, name).ok_or_else(|| not_found("source", name))?;
    Ok(json!({ "sceneItemId": layers.id(layer) }))
}

/// The layer of an id, or else of a name.
pub(super) fn find<'a>(layers: &'a [Layer], name: &str) -> Option<&'a Layer> {
    let by_name = || layers.iter().find(|layer| layer.name.as_deref() == Some(name));
    layers.iter().find(|layer| layer.id == name).or_else(by_name)
}

pub(super) fn source(desk: &Desk, fields: Fields<'_>) -> Outcome {
    let (layers, place) = item(desk, fields)?;
    let name = &layers.all[place].id;
    Ok(json!({ "sourceName": name, "sourceUuid": uuid("input", name) }))
}

pub(super) fn is_enabled(desk: &Desk, fields: Fields<'_>) -> Outcome {
    let (layers, place) = item(desk, fields)?;
    Ok(json!({ "sceneItemEnabled": layers.all[place].visible }))
}

pub(super) fn set_enabled(desk: &Desk, fields: Fields<'_>) -> Outcome {
    let (layers, place) = item(desk, fields)?;
    let (layer, is_wanted) = (&layers.all[place], fields.flag("sceneItemEnabled")?);
    if layer.visible != is_wanted {
        let request = if is_wanted { "show-layer" } else { "hide-layer" };
        desk.ask(json!({ "request": request, "layer": layer.id, "scene": layers.name() }))?;
    }
    Ok(Value::Null)
}

pub(super) fn is_locked(desk: &Desk, fields: Fields<'_>) -> Outcome {
    item(desk, fields)?;
    Ok(json!({ "sceneItemLocked": false }))
}

pub(super) fn index(desk: &Desk, fields: Fields<'_>) -> Outcome {
    let (_, place) = item(desk, fields)?;
    Ok(json!({ "sceneItemIndex": place }))
}

pub(super) fn set_index(desk: &Desk, fields: Fields<'_>) -> Outcome {
    let (layers, place) = item(desk, fields)?;
    let last = layers.all.len() - 1;
    let to = fields.number("sceneItemIndex", 0.0, last as f64)? as usize;
    let (layer, scene) = (&layers.all[place].id, layers.name());
    desk.ask(json!({ "request": "move-layer", "layer": layer, "scene": scene, "to": to }))?;
    Ok(Value::Null)
}

const BLEND_MODE: &str = "OBS_BLEND_NORMAL";

pub(super) fn blend_mode(desk: &Desk, fields: Fields<'_>) -> Outcome {
    item(desk, fields)?;
    Ok(json!({ "sceneItemBlendMode": BLEND_MODE }))
}

pub(super) fn transform(desk: &Desk, fields: Fields<'_>) -> Outcome {
    item(desk, fields)?;
    Ok(json!({ "sceneItemTransform": placed(&*desk.state()?) }))
}

/// Where a layer stands, as far as the state tells: on the whole picture.
fn placed(state: &State) -> Value {
    let (width, height, _) = video(state);
    json!({
        "positionX": 0.0, "positionY": 0.0, "rotation": 0.0, "scaleX": 1.0, "scaleY": 1.0,
        "sourceWidth": width, "sourceHeight": height, "width": width, "height": height,
        "alignment": 5, "boundsType": "OBS_BOUNDS_NONE", "boundsAlignment": 0,
        "boundsWidth": 1.0, "boundsHeight": 1.0,
        "cropLeft": 0, "cropTop": 0, "cropRight": 0, "cropBottom": 0, "cropToBounds": false,
    })
}
