//! Inputs: what the layers of the scene that is shown are filled with.

use super::items;
use crate::desk::Desk;
use crate::facts::{INPUT_KINDS, current, input_kind, not_found, uuid};
use crate::fields::Fields;
use crate::status::{Failure, Outcome};
use backlot_protocol::{Layer, State};
use serde_json::{Value, json};

pub(super) fn list(desk: &Desk, fields: Fields<'_>) -> Outcome {
    let wanted = fields.text_if("inputKind")?;
    let told = |layer: &Layer| {
        let kind = input_kind(layer);
        wanted.is_none_or(|wanted| wanted == kind).then(|| {
            json!({
                "inputName": layer.id,
                "inputUuid": uuid("input", &layer.id),
                "inputKind": kind,
                "unversionedInputKind": kind,
            })
        })
    };
    let inputs: Vec<Value> = desk.state()?.scene.layers.iter().filter_map(told).collect();
    Ok(json!({ "inputs": inputs }))
}

pub(super) fn kinds(_: &Desk, _: Fields<'_>) -> Outcome {
    Ok(json!({ "inputKinds": INPUT_KINDS }))
}

pub(super) fn special(_: &Desk, _: Fields<'_>) -> Outcome {
    Ok(json!({
        "desktop1": null, "desktop2": null,
        "mic1": null, "mic2": null, "mic3": null, "mic4": null,
    }))
}

pub(super) fn is_active(desk: &Desk, fields: Fields<'_>) -> Outcome {
    let state = desk.state()?;
    let is_shown = match Source::named(&state, fields)? {
        Source::Scene(scene) => scene == current(&state),
        Source::Layer(layer) => layer.visible,
    };
    Ok(json!({ "videoActive": is_shown, "videoShowing": is_shown }))
}

/// What a request calls a source.
pub(super) enum Source<'a> {
    /// A scene.
    Scene(String),
    /// A layer of the scene that is shown.
    Layer(&'a Layer),
}

impl<'a> Source<'a> {
    /// The one that a request names.
    pub fn named(state: &'a State, fields: Fields<'_>) -> Result<Self, Failure> {
        let layers = &state.scene.layers;
        let scenes = crate::facts::scene_names(state).into_iter();
        let (layer, mut scenes, name) =
            match (fields.text_if("sourceName")?, fields.text_if("sourceUuid")?) {
                (None, Some(id)) => {
                    let layer = layers.iter().find(|layer| uuid("input", &layer.id) == id);
                    let scenes = scenes.filter(|scene| uuid("scene", scene) == id);
                    (layer, scenes.collect::<Vec<_>>(), id)
                }
                _ => {
                    let name = fields.text("sourceName")?;
                    let scenes = scenes.filter(|scene| scene == name).collect();
                    (items::find(layers, name), scenes, name)
                }
            };
        let scene = || scenes.pop().map(Self::Scene);
        layer.map(Self::Layer).or_else(scene).ok_or_else(|| not_found("source", name))
    }
}
