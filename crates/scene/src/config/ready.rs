//! Scenes that are ready to use: a file each in `crates/scene/ready`, and a line here.

use super::SceneFile;
use crate::Document;
use std::sync::LazyLock;

/// A scene that comes with the program.
#[derive(Clone, Copy, Debug)]
pub struct ReadyScene {
    /// Its name.
    pub name: &'static str,
    /// Its file's text.
    pub text: &'static str,
}

macro_rules! ready {
    ($($name:literal),* $(,)?) => {
        &[$(ReadyScene {
            name: $name,
            text: include_str!(concat!("../../ready/", $name, ".toml")),
        }),*]
    };
}

/// All of them.
pub const READY_SCENES: &[ReadyScene] = ready![
    "weather-map",
    "picture-in-picture",
    "head-in-circle",
    "two-cameras",
    "be-right-back",
    "green-screen",
    "lecture",
    "news",
    "hologram",
    "two-of-me",
    "original",
];

impl ReadyScene {
    /// What it shows, in a sentence: the first line of its file.
    pub fn summary(&self) -> &'static str {
        self.text.lines().next().unwrap_or_default().trim_start_matches("# ")
    }
}

/// The scenes and their sources.
pub(super) fn document() -> &'static Document {
    static DOCUMENT: LazyLock<Document> = LazyLock::new(|| {
        let files = READY_SCENES.iter().filter_map(|scene| SceneFile::parse(scene.text).ok());
        let mut document = Document::default();
        document.put_all(&files.collect::<Vec<_>>());
        document
    });
    &DOCUMENT
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Exposure;

    #[test]
    fn none_shows_a_room_but_those_that_are_for_it() {
        for scene in &document().scenes {
            let most = document().shows_at_most(&scene.form.scene());
            let is_for_it = ["two-cameras", "original"].contains(&scene.name.as_str());
            assert_eq!(most > Exposure::Person, is_for_it, "{}", scene.name);
        }
    }

    #[test]
    fn each_is_there_under_its_name_and_says_what_it_shows() {
        for ready in READY_SCENES {
            let file =
                SceneFile::parse(ready.text).unwrap_or_else(|e| panic!("{}: {e}", ready.name));
            assert_eq!(
                (file.name.as_str(), SceneFile::id(ready.name).as_str()),
                (ready.name, ready.name)
            );
            assert!(document().own_scene(ready.name).is_some(), "{}", ready.name);
            let summary = ready.summary();
            assert!(ready.text.starts_with("# ") && summary.len() > 20, "{summary}");
            assert!(!summary.ends_with('.'), "{summary}");
        }
    }
}
