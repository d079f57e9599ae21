//! The values of options.

use super::line::file_of;
use backlot_effects::EffectDef;
use backlot_files::Container;
use backlot_keys::KeyDef;
use backlot_networks::NETWORKS;
use backlot_scene::Config;
use backlot_schema::{Definition, Kind};
use backlot_settings::SettingsFile;
use clap_complete::engine::{
    ArgValueCompleter, CompletionCandidate, PathCompleter, ValueCompleter,
};
use std::ffi::OsStr;

/// A few of the many colours.
const COLOURS: [&str; 6] = ["black", "white", "gray", "navy", "teal", "green"];

pub(super) type Candidates = Vec<CompletionCandidate>;

/// The values that start with the typed text.
pub(super) fn beginning<'v>(
    typed: &OsStr,
    values: impl IntoIterator<Item = (&'v str, &'v str)>,
) -> Candidates {
    let typed = typed.to_str().unwrap_or("\0");
    let fitting = values.into_iter().filter(|(value, _)| value.starts_with(typed));
    let candidate = |(value, help): (&str, &str)| {
        CompletionCandidate::new(value).help((!help.is_empty()).then(|| help.to_owned().into()))
    };
    fitting.map(candidate).collect()
}

fn words(list: &'static [&'static str]) -> ArgValueCompleter {
    ArgValueCompleter::new(move |typed: &OsStr| {
        beginning(typed, list.iter().map(|word| (*word, "")))
    })
}

/// Words and files.
fn words_or_files(list: &'static [&'static str]) -> ArgValueCompleter {
    ArgValueCompleter::new(move |typed: &OsStr| {
        let mut found = beginning(typed, list.iter().map(|word| (*word, "")));
        found.extend(PathCompleter::any().complete(typed));
        found
    })
}

/// Values of `--background`.
pub fn backgrounds() -> ArgValueCompleter {
    ArgValueCompleter::new(|typed: &OsStr| {
        let sets = backlot_generators::sets().iter().map(|set| (set.name, set.summary));
        let rooms = ["blur", "blur:light", "mosaic", "transparent", "original", "gradient:"];
        let words = rooms.into_iter().chain(COLOURS).map(|word| (word, ""));
        let mut found = beginning(typed, sets.chain(words));
        found.extend(PathCompleter::any().complete(typed));
        found
    })
}

/// Effects; after their names, settings; after those, values.
pub fn effects() -> ArgValueCompleter {
    ArgValueCompleter::new(defined::<EffectDef>)
}

/// Keys, in the same way.
pub fn keys() -> ArgValueCompleter {
    ArgValueCompleter::new(defined::<KeyDef>)
}

fn defined<D: Definition>(typed: &OsStr) -> Candidates {
    let typed = typed.to_str().unwrap_or_default();
    let Some((name, tail)) = typed.split_once(':') else {
        let all = D::all().iter().map(|def| (def.name(), def.summary()));
        return beginning(OsStr::new(typed), all);
    };
    let Some(def) = D::all().iter().find(|def| def.name() == name) else {
        return Vec::new();
    };
    let last = tail.rsplit(',').next().unwrap_or(tail);
    settings_of(def, &typed[..typed.len() - last.len()], OsStr::new(typed))
}

/// The settings of an effect or a key behind what is typed before them, and their values.
pub(super) fn settings_of<D: Definition>(def: &D, before: &str, typed: &OsStr) -> Candidates {
    let last = typed.to_str().and_then(|typed| typed.strip_prefix(before)).unwrap_or_default();
    let mut all = Vec::new();
    for setting in def.settings() {
        let option = format!("{before}{}=", setting.name);
        match setting.kind {
            _ if !last.contains('=') => all.push((option, setting.help)),
            Kind::Choice { values, .. } => {
                all.extend(values.iter().map(|value| (format!("{option}{value}"), "")));
            }
            Kind::Switch { .. } => {
                all.extend(["on", "off"].map(|value| (format!("{option}{value}"), "")));
            }
            Kind::Color { word } => all.push((format!("{option}{word}"), "")),
            Kind::Area => all.push((format!("{option}none"), "")),
            Kind::Number { .. } | Kind::Whole { .. } => {}
        }
    }
    beginning(typed, all.iter().map(|(value, help)| (value.as_str(), *help)))
}

/// The scenes of the settings file that the line names, or of the default one.
pub fn scenes() -> ArgValueCompleter {
    scenes_and(&[])
}

/// The same, and those that are always measured.
pub fn measured_scenes() -> ArgValueCompleter {
    scenes_and(&backlot_bench::BenchScene::NAMES)
}

fn scenes_and(others: &'static [&str]) -> ArgValueCompleter {
    ArgValueCompleter::new(|typed: &OsStr| {
        let config = config();
        let names = config.iter().flat_map(|config| config.document.scene_names());
        beginning(typed, names.chain(others.iter().copied()).map(|name| (name, "")))
    })
}

/// The settings of the file that the line names, or of the usual one.
pub(super) fn config() -> Option<Config> {
    SettingsFile::open(file_of("--settings").as_deref()).ok().map(|(_, config)| config)
}

/// Networks.
pub fn networks() -> ArgValueCompleter {
    ArgValueCompleter::new(|typed: &OsStr| {
        let known = NETWORKS.iter().map(|model| (model.name, model.summary));
        let mut found = beginning(typed, std::iter::once(("auto", "")).chain(known));
        let is_network =
            |path: &std::path::Path| path.extension().is_some_and(|end| end == "tflite");
        found.extend(PathCompleter::any().filter(is_network).complete(typed));
        found
    })
}

/// Qualities of mattes.
pub fn qualities() -> ArgValueCompleter {
    words(&["fast", "live", "best"])
}

/// Ways to fit.
pub fn ways_to_fit() -> ArgValueCompleter {
    words(&["cover", "contain", "stretch"])
}

/// Sizes.
pub fn formats() -> ArgValueCompleter {
    words(&["480p", "720p", "1080p", "4k", "640x480", "1280x720", "1920x1080"])
}

/// Rates.
pub fn rates() -> ArgValueCompleter {
    words(&["24", "25", "30", "50", "60", "30000/1001"])
}

/// Sizes of memory.
pub fn memories() -> ArgValueCompleter {
    words(&["600MB", "1GB", "2GB", "4GB"])
}

/// Inputs of jobs.
pub fn inputs() -> ArgValueCompleter {
    words_or_files(&["presenter", "-"])
}

/// Outputs of jobs: files, and for a new name, the possible endings.
pub fn results() -> ArgValueCompleter {
    ArgValueCompleter::new(|typed: &OsStr| {
        let mut found = PathCompleter::any().complete(typed);
        let text = typed.to_str().unwrap_or_default();
        if let Some((stem, _)) = text.rsplit_once('.').filter(|(stem, _)| !stem.is_empty()) {
            let videos = Container::ALL.iter().map(|container| container.ending());
            let names =
                videos.chain(["png", "jpg", "webp"]).map(|ending| format!("{stem}.{ending}"));
            let names: Vec<_> = names.collect();
            found.extend(beginning(typed, names.iter().map(|name| (name.as_str(), ""))));
        }
        found
    })
}

/// Cameras.
pub fn cameras() -> ArgValueCompleter {
    ArgValueCompleter::new(|typed: &OsStr| {
        let (devices, names) = (video_devices(), ["auto", "presenter", "pipewire"]);
        let all = names.into_iter().chain(devices.iter().map(String::as_str));
        let mut found = beginning(typed, all.map(|name| (name, "")));
        if found.is_empty() || typed.is_empty() {
            found.extend(PathCompleter::any().complete(typed));
        }
        found
    })
}

/// Virtual cameras.
pub fn outputs() -> ArgValueCompleter {
    ArgValueCompleter::new(|typed: &OsStr| {
        let (devices, names) = (video_devices(), ["auto", "pipewire", "none"]);
        let all = names.into_iter().chain(devices.iter().map(String::as_str));
        beginning(typed, all.map(|name| (name, "")))
    })
}

fn video_devices() -> Vec<String> {
    let Ok(entries) = std::fs::read_dir("/dev") else { return Vec::new() };
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let mut paths: Vec<_> =
        names.filter(|name| name.starts_with("video")).map(|name| format!("/dev/{name}")).collect();
    paths.sort();
    paths
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(candidates: &[CompletionCandidate]) -> Vec<&str> {
        candidates.iter().map(|it| it.get_value().to_str().unwrap()).collect()
    }

    #[test]
    fn effects_and_keys_are_offered_with_their_settings() {
        let effect = |typed: &str| defined::<EffectDef>(OsStr::new(typed));
        let key = |typed: &str| defined::<KeyDef>(OsStr::new(typed));
        assert_eq!(
            (names(&key("c")), names(&key("chroma:sp"))),
            (vec!["chroma", "clothes"], vec!["chroma:spill="])
        );
        assert_eq!(names(&effect("holo")), ["hologram"]);
        assert!(names(&effect("hologram:")).contains(&"hologram:ghost="));
        assert_eq!(names(&effect("hologram:ghost=1,gh")), ["hologram:ghost=1,ghost="]);
        assert!(effect("nothing:").is_empty());
    }

    #[test]
    fn results_have_endings() {
        let found = results().complete(OsStr::new("holiday.m"));
        assert_eq!(names(&found), ["holiday.mp4", "holiday.mkv", "holiday.mov"]);
    }

    #[test]
    fn backgrounds_are_names_and_files() {
        let found = backgrounds().complete(OsStr::new("au"));
        assert_eq!(names(&found), ["aurora"]);
        assert!(names(&backgrounds().complete(OsStr::new("Car"))).contains(&"Cargo.toml"));
    }
}
