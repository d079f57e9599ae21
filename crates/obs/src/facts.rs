//! The state in the protocol's words: names, numbers and lists of them.

use crate::status::Failure;
use backlot_protocol::{Layer, Mode, State};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// The name of the scene that is shown. One that has none is called after what it shows.
pub(crate) fn current(state: &State) -> String {
    let names = [state.scene.name.as_deref(), state.scenes.shown.as_deref()];
    let title = Some(state.scene.title.as_str()).filter(|title| !title.is_empty());
    names.into_iter().flatten().next().or(title).unwrap_or("Backlot").to_owned()
}

/// All scenes, the one that is shown among them.
pub(crate) fn scene_names(state: &State) -> Vec<String> {
    let mut names: Vec<_> = state.scenes.list.iter().map(|scene| scene.name.clone()).collect();
    let current = current(state);
    if !names.contains(&current) {
        names.push(current);
    }
    names
}

/// All scenes as clients list them: from the last to the first.
pub(crate) fn scene_list(state: &State) -> Value {
    let names = scene_names(state).into_iter().rev().enumerate();
    let told = |(index, name): (usize, String)| json!({ "sceneIndex": index, "sceneName": name, "sceneUuid": uuid("scene", &name) });
    names.map(told).collect()
}

/// Whether viewers get a moving picture.
pub(crate) const fn is_active(state: &State) -> bool {
    matches!(state.mode, Mode::Running | Mode::Off | Mode::Away)
}

/// A number that a layer of a scene always has, whatever else changes.
pub(crate) fn item_id(scene: &str, layer: &str) -> u32 {
    let [a, b, c, d, ..] = digest("item", &format!("{scene}\0{layer}"));
    // Clients take it for a positive number of 32 bits with a sign.
    u32::from_be_bytes([a & 0x7f, b, c, d]).max(1)
}

/// An id that something of a name always has.
pub(crate) fn uuid(kind: &str, name: &str) -> String {
    let mut bytes = digest(kind, name);
    bytes[6] = bytes[6] & 0x0f | 0x80;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex = |range: std::ops::Range<usize>| {
        bytes[range].iter().map(|byte| format!("{byte:02x}")).collect::<String>()
    };
    [hex(0..4), hex(4..6), hex(6..8), hex(8..10), hex(10..16)].join("-")
}

fn digest(kind: &str, name: &str) -> [u8; 32] {
    Sha256::new().chain_update(kind).chain_update("\0").chain_update(name).finalize().into()
}

/// The kind of a layer's source.
pub(crate) fn input_kind(layer: &Layer) -> &'static str {
    let [camera, other] = INPUT_KINDS;
    if layer.source == "camera" { camera } else { other }
}

/// The kinds of sources: cameras, and all others.
pub(crate) const INPUT_KINDS: [&str; 2] = ["v4l2_input", "backlot_source"];

/// The size of the picture that viewers get, and its rate.
pub(crate) fn video(state: &State) -> (u32, u32, f64) {
    let mode = state.outputs.iter().find_map(|output| output.mode.as_deref());
    mode.and_then(read_mode).unwrap_or((1280, 720, 30.0))
}

/// Reads `YUYV 1280x720 at 30 fps`.
fn read_mode(mode: &str) -> Option<(u32, u32, f64)> {
    let mut words = mode.split_whitespace();
    let (width, height) = words.find_map(|word| {
        let (width, height) = word.split_once('x')?;
        Some((width.parse().ok()?, height.parse().ok()?))
    })?;
    let rate = words.find_map(|word| word.parse().ok()).filter(|rate: &f64| rate.is_normal());
    Some((width, height, rate.unwrap_or(30.0)))
}

/// The failure that there is no such thing.
pub(crate) fn not_found(what: &str, name: &str) -> Failure {
    let name: String = name.chars().filter(|c| !c.is_control()).take(60).collect();
    Failure::new(Failure::NOT_FOUND, format!("there is no {what} '{name}'"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_numbers_stay() {
        let state = State::example();
        assert_eq!(current(&state), "desk");
        assert_eq!(scene_names(&state), ["desk", "original"]);
        assert_eq!(current(&State::default()), "Backlot");
        assert_eq!(item_id("desk", "me"), item_id("desk", "me"));
        assert_ne!(item_id("desk", "me"), item_id("calm", "me"));
        let id = uuid("scene", "desk");
        assert_eq!(id.split('-').map(str::len).collect::<Vec<_>>(), [8, 4, 4, 4, 12]);
        assert_ne!(id, uuid("input", "desk"));
    }

    #[test]
    fn modes_are_read() {
        assert_eq!(video(&State::example()), (1280, 720, 30.0));
        assert_eq!(read_mode("I420 641x361 at 29.97 fps"), Some((641, 361, 29.97)));
        assert_eq!(read_mode("1x2"), Some((1, 2, 30.0)));
        assert_eq!(read_mode("fixed x"), None);
    }
}
