//! Sections of the settings file: each is a list of properties of what it describes.

use super::{camera, desktop, matte, obs_websocket, output, panel, preview, run, source};
use crate::form::{Described, Property};
use crate::{LAYER_PROPERTIES, Layer, LayerId, LayerSource, SCENE_PROPERTIES, ShortScene};

/// One section: a table in the file, which describes a `T`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Section<T: 'static> {
    /// How its head is written, with the brackets.
    pub head: &'static str,
    /// Its subject.
    pub help: &'static str,
    /// Its keys.
    pub properties: &'static [Property<T>],
}

/// A section, for lists, help and checks.
#[derive(Clone, Debug, PartialEq)]
pub struct SectionDef {
    /// How its head is written, with the brackets.
    pub head: &'static str,
    /// Its subject.
    pub help: &'static str,
    /// Its keys.
    pub keys: Vec<Described>,
}

impl<T> Section<T> {
    /// The names of its keys.
    pub fn names(&self) -> Vec<&'static str> {
        self.properties.iter().map(|property| property.name).collect()
    }

    fn described(&self, plain: &T) -> SectionDef {
        let keys = self.properties.iter().map(|property| property.described(plain)).collect();
        SectionDef { head: self.head, help: self.help, keys }
    }
}

/// `[scene.NAME]`, the short form
pub(super) const SCENE: Section<ShortScene> = Section {
    head: "[scene.calm]",
    help: "A scene, here one called 'calm': you before something else. There may be many.",
    properties: SCENE_PROPERTIES,
};

/// `[[scene.NAME.layer]]`, the long form
pub(super) const LAYER: Section<Layer> = Section {
    head: "[[scene.layered.layer]]",
    help: "The long form: a scene of layers, from back to front, each with a head like this one.",
    properties: LAYER_PROPERTIES,
};

/// The sections in the order of the commented file.
pub fn sections() -> Vec<SectionDef> {
    let mut layer = LAYER.described(&Layer::new(LayerId::camera(), LayerSource::Camera));
    for key in layer.keys.iter_mut().filter(|key| ["id", "source"].contains(&key.name)) {
        key.default = None;
    }
    vec![
        camera::SECTION.described(&Default::default()),
        output::SECTION.described(&Default::default()),
        run::SECTION.described(&Default::default()),
        matte::SECTION.described(&Default::default()),
        desktop::SECTION.described(&Default::default()),
        obs_websocket::SECTION.described(&Default::default()),
        panel::SECTION.described(&Default::default()),
        preview::SECTION.described(&Default::default()),
        source::SECTION.described(&Default::default()),
        SCENE.described(&Default::default()),
        layer,
    ]
}
