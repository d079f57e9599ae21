//! What changed, as the protocol's events.

use crate::facts::{current, is_active, item_id, scene_list, uuid};
use backlot_protocol::State;
use serde_json::{Value, json};

/// The bits by which clients ask for events.
pub(crate) const GENERAL: u64 = 1;
const SCENES: u64 = 1 << 2;
const OUTPUTS: u64 = 1 << 6;
const SCENE_ITEMS: u64 = 1 << 7;

/// An event.
#[derive(Debug)]
pub(crate) struct Event {
    kind: &'static str,
    /// The bit of those who want it.
    pub intent: u64,
    /// What it says; null for nothing.
    data: Value,
}

impl Event {
    pub const fn new(kind: &'static str, intent: u64, data: Value) -> Self {
        Self { kind, intent, data }
    }

    /// As a client gets it.
    pub fn told(self) -> Value {
        let mut told = json!({ "eventType": self.kind, "eventIntent": self.intent });
        if !self.data.is_null() {
            told["eventData"] = self.data;
        }
        json!({ "op": 5, "d": told })
    }
}

/// What makes one state the other.
pub(crate) fn changes(before: &State, after: &State) -> Vec<Event> {
    let mut events = Vec::new();
    if scene_list(before) != scene_list(after) {
        let data = json!({ "scenes": scene_list(after) });
        events.push(Event::new("SceneListChanged", SCENES, data));
    }
    let scene = current(after);
    let is_same = current(before) == scene;
    if !is_same {
        let data = json!({ "sceneName": scene, "sceneUuid": uuid("scene", &scene) });
        events.push(Event::new("CurrentProgramSceneChanged", SCENES, data));
    }
    let known = &before.scene.layers;
    for layer in after.scene.layers.iter().filter(|_| is_same) {
        let known = known.iter().find(|known| known.id == layer.id);
        if known.is_some_and(|known| known.visible != layer.visible) {
            let data = json!({
                "sceneName": scene,
                "sceneUuid": uuid("scene", &scene),
                "sceneItemId": item_id(&scene, &layer.id),
                "sceneItemEnabled": layer.visible,
            });
            events.push(Event::new("SceneItemEnableStateChanged", SCENE_ITEMS, data));
        }
    }
    if is_active(before) != is_active(after) {
        let state = if is_active(after) { "STARTED" } else { "STOPPED" };
        let state = format!("OBS_WEBSOCKET_OUTPUT_{state}");
        let data = json!({ "outputActive": is_active(after), "outputState": state });
        events.push(Event::new("VirtualcamStateChanged", OUTPUTS, data));
    }
    events
}
