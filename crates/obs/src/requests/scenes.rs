//! Scenes.

use crate::desk::Desk;
use crate::facts::{current, not_found, scene_list, scene_names, uuid};
use crate::fields::Fields;
use crate::status::{Failure, Outcome};
use backlot_protocol::State;
use serde_json::{Value, json};

pub(super) fn list(desk: &Desk, _: Fields<'_>) -> Outcome {
    let state = desk.state()?;
    let scene = current(&state);
    Ok(json!({
        "currentProgramSceneUuid": uuid("scene", &scene),
        "currentProgramSceneName": scene,
        "currentPreviewSceneName": null,
        "currentPreviewSceneUuid": null,
        "scenes": scene_list(&state),
    }))
}

pub(super) fn current_scene(desk: &Desk, _: Fields<'_>) -> Outcome {
    let scene = current(&*desk.state()?);
    let id = uuid("scene", &scene);
    Ok(json!({
        "sceneName": scene,
        "sceneUuid": id,
        "currentProgramSceneName": scene,
        "currentProgramSceneUuid": id,
    }))
}

pub(super) fn set_current(desk: &Desk, fields: Fields<'_>) -> Outcome {
    let state = desk.state()?;
    let scene = named(&state, fields)?;
    // One that is called after what it shows isn't in the list, and is shown already.
    if state.scenes.list.iter().all(|known| known.name != scene) {
        return Ok(Value::Null);
    }
    let transition = desk.shared.kept().transition.map(|transition| transition.written());
    desk.ask(json!({ "request": "show-scene", "scene": scene, "transition": transition }))?;
    Ok(Value::Null)
}

/// The scene that a request names, which exists.
pub(super) fn named(state: &State, fields: Fields<'_>) -> Result<String, Failure> {
    let mut names = scene_names(state).into_iter();
    match (fields.text_if("sceneName")?, fields.text_if("sceneUuid")?) {
        (None, Some(id)) => names
            .find(|name| uuid("scene", name) == id)
            .ok_or_else(|| not_found("scene of the id", id)),
        _ => {
            let wanted = fields.text("sceneName")?;
            names.find(|name| name == wanted).ok_or_else(|| not_found("scene", wanted))
        }
    }
}
