//! The values of commands that steer: what the running program has, or the settings where none runs.

use super::line::{file_of, word_after};
use super::values::{Candidates, beginning, config, settings_of};
use backlot_control::Client;
use backlot_effects::EffectDef;
use backlot_media::threads;
use backlot_protocol::{State, Step, What};
use backlot_scene::LAYER_PROPERTIES;
use backlot_scene::config::SwitchKind;
use backlot_scene::form::Takes;
use backlot_schema::Definition;
use clap_complete::engine::ArgValueCompleter;
use std::ffi::OsStr;
use std::sync::mpsc::sync_channel;
use std::time::Duration;

/// How long the running program may take: who types doesn't wait longer.
const PATIENCE: Duration = Duration::from_millis(300);

/// The state of the running program, if one answers in time.
fn running() -> Option<State> {
    let path = backlot_remote::socket(file_of("--socket").as_deref()).ok()?;
    let (sender, receiver) = sync_channel(1);
    let _ = threads::start("asking", move || {
        let state = Client::connect(&path).map(|client| client.state().clone());
        // Nobody waits any more.
        let _ = sender.send(state);
    });
    receiver.recv_timeout(PATIENCE).ok()?.ok()
}

/// What the running program has, or else the settings.
fn known(
    of_state: fn(&State) -> Vec<String>,
    of_settings: fn(&backlot_scene::Config) -> Vec<String>,
) -> Vec<String> {
    match running() {
        Some(state) => of_state(&state),
        None => config().as_ref().map(of_settings).unwrap_or_default(),
    }
}

fn plain<'v>(typed: &OsStr, values: impl IntoIterator<Item = &'v str>) -> Candidates {
    beginning(typed, values.into_iter().map(|value| (value, "")))
}

/// Scenes that can be shown, and the ways to the next one.
pub fn shown_scenes() -> ArgValueCompleter {
    ArgValueCompleter::new(|typed: &OsStr| {
        let names = known(
            |state| state.scenes.list.iter().map(|scene| scene.name.clone()).collect(),
            |config| config.document.scene_names().map(str::to_owned).collect(),
        );
        let steps = Step::ALL.iter().map(|step| step.name());
        plain(typed, names.iter().map(String::as_str).chain(steps))
    })
}

/// The virtual cameras that run.
pub fn running_outputs() -> ArgValueCompleter {
    ArgValueCompleter::new(|typed: &OsStr| {
        let names = known(
            |state| state.outputs.iter().map(|output| output.name.clone()).collect(),
            |config| config.outputs.iter().map(|output| output.device.clone()).collect(),
        );
        plain(typed, names.iter().map(String::as_str))
    })
}

/// Ways in which one scene gives way to the next.
pub fn transitions() -> ArgValueCompleter {
    ArgValueCompleter::new(|typed: &OsStr| {
        let timed = SwitchKind::WORDS.iter().filter(|word| **word != "cut");
        let timed: Vec<_> = timed.map(|word| format!("{word}:400")).collect();
        plain(typed, SwitchKind::WORDS.iter().copied().chain(timed.iter().map(String::as_str)))
    })
}

/// The layers' ids.
pub fn layers() -> ArgValueCompleter {
    ArgValueCompleter::new(|typed: &OsStr| {
        let mut ids = known(
            |state| state.scene.layers.iter().map(|layer| layer.id.clone()).collect(),
            |config| {
                let scenes = config.document.scenes.iter().map(|scene| scene.form.scene());
                scenes.flat_map(|scene| scene.layers).map(|layer| layer.id.to_string()).collect()
            },
        );
        ids.sort();
        ids.dedup();
        plain(typed, ids.iter().map(String::as_str))
    })
}

/// Effects that are there, to change one or take it away.
pub fn present_effects() -> ArgValueCompleter {
    ArgValueCompleter::new(|typed: &OsStr| {
        let Some(state) = running() else {
            return plain(typed, EffectDef::all().iter().map(|def| def.name));
        };
        let of_layers = state.scene.layers.iter().flat_map(|layer| &layer.effects);
        let all = of_layers.chain(&state.scene.effects);
        let mut names: Vec<_> = all.filter_map(|effect| effect.split(':').next()).collect();
        names.sort_unstable();
        names.dedup();
        plain(typed, names)
    })
}

/// The settings of the effect that the line names, and their values.
pub fn effect_settings() -> ArgValueCompleter {
    ArgValueCompleter::new(|typed: &OsStr| {
        let name = word_after("effect", "set").unwrap_or_default();
        let def = EffectDef::all().iter().find(|def| def.name == name);
        def.map_or_else(Vec::new, |def| settings_of(def, "", typed))
    })
}

/// The properties of layers, and their values.
pub fn properties() -> ArgValueCompleter {
    ArgValueCompleter::new(|typed: &OsStr| {
        assignments(typed, LAYER_PROPERTIES.iter().map(|p| (p.name, &p.takes, p.help)))
    })
}

/// What says where a layer is, and its values.
pub fn places() -> ArgValueCompleter {
    ArgValueCompleter::new(|typed: &OsStr| {
        let place = LAYER_PROPERTIES.iter().find(|property| property.name == "place");
        let fields = match place.map(|property| &property.takes) {
            Some(Takes::Table(fields)) => *fields,
            _ => &[],
        };
        assignments(typed, fields.iter().map(|field| (field.name, &field.takes, field.help)))
    })
}

/// Names with `=`; after that, the values that can be listed.
fn assignments<'t>(
    typed: &OsStr,
    known: impl Iterator<Item = (&'t str, &'t Takes, &'t str)>,
) -> Candidates {
    let text = typed.to_str().unwrap_or_default();
    let all = known.flat_map(|(name, takes, help)| match (text.contains('='), takes) {
        (false, _) => vec![(format!("{name}="), help)],
        (true, Takes::Words(words)) => words.iter().map(|w| (format!("{name}={w}"), "")).collect(),
        (true, Takes::Switch) => {
            ["true", "false"].map(|word| (format!("{name}={word}"), "")).to_vec()
        }
        (true, Takes::Numbers(numbers)) => {
            numbers.iter().map(|number| (format!("{name}={number}"), "")).collect()
        }
        _ => Vec::new(),
    });
    let all: Vec<_> = all.collect();
    beginning(typed, all.iter().map(|(value, help)| (value.as_str(), *help)))
}

/// Declared sources.
pub fn sources() -> ArgValueCompleter {
    ArgValueCompleter::new(|typed: &OsStr| {
        let config = config();
        let names = config.iter().flat_map(|config| config.document.sources.keys());
        plain(typed, names.map(|id| id.as_str()))
    })
}

/// Controls of the camera that the settings name.
pub fn controls() -> ArgValueCompleter {
    ArgValueCompleter::new(|typed: &OsStr| {
        let config = config();
        let names = config.iter().flat_map(|config| config.camera.controls.keys());
        let names: Vec<_> = names.map(|name| format!("{name}=")).collect();
        plain(typed, names.iter().map(String::as_str))
    })
}

/// What can be listed.
pub fn lists() -> ArgValueCompleter {
    ArgValueCompleter::new(|typed: &OsStr| plain(typed, What::ALL.iter().map(|what| what.name())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(completer: ArgValueCompleter, typed: &str) -> Vec<String> {
        let found = completer.complete(OsStr::new(typed));
        found.iter().map(|it| it.get_value().to_str().unwrap().to_owned()).collect()
    }

    #[test]
    fn properties_are_offered_with_the_values_that_can_be_listed() {
        assert_eq!(names(properties(), "opa"), ["opacity="]);
        assert_eq!(names(properties(), "visible="), ["visible=true", "visible=false"]);
        assert_eq!(names(properties(), "fit=c"), ["fit=cover", "fit=contain"]);
        assert_eq!(names(places(), "anchor=bottom-r"), ["anchor=bottom-right"]);
        assert!(names(places(), "").contains(&"width=".to_owned()));
        assert_eq!(names(transitions(), "fa"), ["fade", "fade:400"]);
        assert_eq!(names(lists(), "l"), ["layers"]);
    }
}
