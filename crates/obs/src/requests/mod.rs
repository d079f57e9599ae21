//! What can be asked for: one table, from names to what carries them out.

mod filters;
mod general;
mod items;
mod outputs;
mod picture;
mod scenes;
mod sources;
mod transitions;

pub(crate) use general::{WEBSOCKET_VERSION, sleep};

use crate::desk::Desk;
use crate::fields::Fields;
use crate::status::{Failure, Outcome};
use serde_json::{Map, Value};

/// What carries a request out.
type CarriesOut = fn(&Desk, Fields<'_>) -> Outcome;

/// Everything that can be asked for. `Sleep` is for batches alone.
const REQUESTS: &[(&str, CarriesOut)] = &[
    ("GetVersion", general::version),
    ("GetStats", general::stats),
    ("GetHotkeyList", |_, _| Ok(general::no("hotkeys"))),
    ("GetProfileList", |_, _| Ok(general::one("currentProfileName", "profiles"))),
    ("GetSceneCollectionList", |_, _| {
        Ok(general::one("currentSceneCollectionName", "sceneCollections"))
    }),
    ("GetVideoSettings", general::video_settings),
    ("GetStudioModeEnabled", |_, _| Ok(general::flag("studioModeEnabled", false))),
    ("GetCurrentPreviewScene", |_, _| Err(general::no_studio())),
    ("SetCurrentPreviewScene", |_, _| Err(general::no_studio())),
    ("TriggerStudioModeTransition", |_, _| Err(general::no_studio())),
    ("Sleep", |_, _| Err(Failure::new(Failure::MODE, "`Sleep` is for batches"))),
    ("GetSceneList", scenes::list),
    ("GetGroupList", |_, _| Ok(general::no("groups"))),
    ("GetCurrentProgramScene", scenes::current_scene),
    ("SetCurrentProgramScene", scenes::set_current),
    ("GetSceneItemList", items::list),
    ("GetSceneItemId", items::id),
    ("GetSceneItemSource", items::source),
    ("GetSceneItemEnabled", items::is_enabled),
    ("SetSceneItemEnabled", items::set_enabled),
    ("GetSceneItemLocked", items::is_locked),
    ("GetSceneItemIndex", items::index),
    ("SetSceneItemIndex", items::set_index),
    ("GetSceneItemBlendMode", items::blend_mode),
    ("GetSceneItemTransform", items::transform),
    ("GetInputList", sources::list),
    ("GetInputKindList", sources::kinds),
    ("GetSpecialInputs", sources::special),
    ("GetSourceActive", sources::is_active),
    ("GetSourceFilterList", filters::list),
    ("GetSourceFilter", filters::one),
    ("SetSourceFilterSettings", filters::set),
    ("SetSourceFilterEnabled", filters::set_enabled),
    ("GetTransitionKindList", transitions::kinds),
    ("GetSceneTransitionList", transitions::list),
    ("GetCurrentSceneTransition", transitions::current_transition),
    ("SetCurrentSceneTransition", transitions::set),
    ("SetCurrentSceneTransitionDuration", transitions::set_duration),
    ("GetSourceScreenshot", picture::take),
    ("SaveSourceScreenshot", picture::save),
    ("GetVirtualCamStatus", outputs::camera),
    ("StartVirtualCam", outputs::start),
    ("StopVirtualCam", outputs::stop),
    ("ToggleVirtualCam", outputs::toggle),
    ("GetRecordStatus", outputs::record),
    ("StartRecord", outputs::disabled),
    ("ToggleRecord", outputs::disabled),
    ("StopRecord", outputs::not_running),
    ("GetStreamStatus", outputs::stream),
    ("StartStream", outputs::disabled),
    ("ToggleStream", outputs::disabled),
    ("StopStream", outputs::not_running),
];

/// Carries a request out.
pub(crate) fn carry_out(desk: &Desk, kind: &str, data: Option<&Map<String, Value>>) -> Outcome {
    match REQUESTS.iter().find(|(name, _)| *name == kind) {
        Some((_, carry_out)) => carry_out(desk, Fields(data)),
        None => Err(Failure::new(Failure::UNKNOWN, "Backlot doesn't know this request")),
    }
}

/// The names of everything that can be asked for.
fn names() -> Vec<&'static str> {
    REQUESTS.iter().map(|(name, _)| *name).collect()
}
