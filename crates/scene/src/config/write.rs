//! Settings as text again: what was read, with values as the user wrote them.

use super::define::{LAYER, SCENE, Section};
use super::scenes::WHOLE;
use super::{Config, camera, desktop, matte, obs_websocket, output, panel, preview, run, source};
use crate::form::{Key, differing};
use crate::layer::Declared;
use crate::{
    Document, Layer, LayerId, LayerSource, NamedScene, Replacement, Scene, SceneForm, ShortScene,
    SourceId, SourceSpec,
};
use std::fmt::Write;

impl Config {
    /// The text of a settings file that says the same. What is a default is left out.
    pub fn text(&self) -> String {
        let mut text = String::new();
        section(&mut text, "[camera]", &camera::SECTION, &self.camera);
        match &self.outputs[..] {
            [one] => section(&mut text, "[output]", &output::SECTION, one),
            several => several.iter().for_each(|one| {
                head(&mut text, "[[output]]");
                keys(&mut text, &output::SECTION, one, &Default::default());
            }),
        }
        section(&mut text, "[run]", &run::SECTION, &self.run);
        section(&mut text, "[matte]", &matte::SECTION, &self.matte);
        section(&mut text, "[desktop]", &desktop::SECTION, &self.desktop);
        section(&mut text, "[obs_websocket]", &obs_websocket::SECTION, &self.obs_websocket);
        section(&mut text, "[panel]", &panel::SECTION, &self.panel);
        section(&mut text, "[preview]", &preview::SECTION, &self.preview);
        self.document.write(&mut text);
        text
    }
}

impl Document {
    /// The sections of its sources and scenes.
    pub fn text(&self) -> String {
        let mut text = String::new();
        self.write(&mut text);
        text
    }

    fn write(&self, text: &mut String) {
        write_sources(text, &self.sources);
        self.scenes.iter().for_each(|scene| write_scene(text, scene));
    }
}

/// The sections of sources.
pub(super) fn write_sources<'a>(
    text: &mut String,
    sources: impl IntoIterator<Item = (&'a SourceId, &'a SourceSpec)>,
) {
    for (id, spec) in sources {
        head(text, &format!("[source.{id}]"));
        keys(text, &source::SECTION, &Declared::from(spec), &Declared::default());
    }
}

fn write_scene(text: &mut String, scene: &NamedScene) {
    write_form(text, Some(&format!("scene.{}", Key(&scene.name))), &scene.form);
}

/// A scene in either form, in the section `path`, or at the top of a file.
pub(super) fn write_form(text: &mut String, path: Option<&str>, form: &SceneForm) {
    let section = path.map(|path| format!("[{path}]"));
    match form {
        SceneForm::Short(short) => {
            section.iter().for_each(|section| head(text, section));
            keys(text, &SCENE, short, &ShortScene::default());
        }
        SceneForm::Layers(scene) => {
            if !scene.effects.is_empty() {
                section.iter().for_each(|section| head(text, section));
                write_whole(text, scene);
            }
            let path = path.map(|path| format!("{path}.")).unwrap_or_default();
            write_layers(text, &path, scene);
        }
    }
}

/// What a scene of layers has besides them.
fn write_whole(text: &mut String, scene: &Scene) {
    let parts = Replacement { whole_effects: scene.effects.clone(), ..Replacement::default() };
    let whole = ShortScene { parts, ..ShortScene::default() };
    keys(text, &WHOLE, &whole, &ShortScene::default());
}

/// The layers of a scene; their heads begin with `path`.
fn write_layers(text: &mut String, path: &str, scene: &Scene) {
    let plain = Layer::new(LayerId::unset(), LayerSource::Scene(String::new()));
    for layer in &scene.layers {
        head(text, &format!("[[{path}layer]]"));
        keys(text, &LAYER, layer, &plain);
    }
}

/// A section, if anything in it is no default.
fn section<T: Default>(text: &mut String, name: &str, section: &Section<T>, thing: &T) {
    if !differing(section.properties, thing, &T::default()).is_empty() {
        head(text, name);
        keys(text, section, thing, &T::default());
    }
}

fn head(text: &mut String, head: &str) {
    let gap = if text.is_empty() { "" } else { "\n" };
    let _ = writeln!(text, "{gap}{head}");
}

fn keys<T>(text: &mut String, section: &Section<T>, thing: &T, plain: &T) {
    for (name, value) in differing(section.properties, thing, plain) {
        let _ = writeln!(text, "{name} = {value}");
    }
}
