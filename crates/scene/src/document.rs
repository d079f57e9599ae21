//! Scenes with their names, and what the names in them mean.

use crate::issue::Place;
use crate::{
    Background, Layer, LayerSource, Look, Replacement, Scene, SceneError, ShortScene, SourceId,
    SourceSpec,
};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// Scenes, and the sources that they share.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Document {
    /// The sources of `[source.NAME]`.
    pub sources: BTreeMap<SourceId, SourceSpec>,
    /// The scenes, in the order of the file.
    pub scenes: Vec<NamedScene>,
    /// The scene that was asked for last, if one was.
    pub shown: Option<String>,
    /// Scenes and sources that are there as well, where it has none of that name.
    pub ready: Option<&'static Self>,
}

/// A camera that a scene names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CameraName<'a> {
    /// That of the settings, or whatever stands for it.
    Usual,
    /// A declared one.
    Declared(&'a SourceId),
}

/// A scene with the name that people call it by.
#[derive(Clone, Debug, PartialEq)]
pub struct NamedScene {
    /// The name.
    pub name: String,
    /// Where it stands.
    pub place: Place,
    /// What it shows, as it was written.
    pub form: SceneForm,
}

/// The two ways to write a scene.
#[derive(Clone, Debug, PartialEq)]
pub enum SceneForm {
    /// The person before something else.
    Short(Box<ShortScene>),
    /// Layers.
    Layers(Scene),
}

impl SceneForm {
    /// The scene that it stands for.
    pub fn scene(&self) -> Scene {
        match self {
            Self::Short(short) => short.scene(),
            Self::Layers(scene) => scene.clone(),
        }
    }

    /// The scene that it stands for, with a changed look.
    ///
    /// # Errors
    /// When the look has nothing to change in it.
    pub fn with(&self, look: &Look) -> Result<Scene, SceneError> {
        match self {
            Self::Short(short) => short.with(look),
            Self::Layers(scene) => look.of_layers(scene),
        }
    }

    /// Background and other parts of the short form.
    pub fn short_parts(&self) -> Option<(&Background, &Replacement)> {
        match self {
            Self::Short(short) => Some((&short.background, &short.parts)),
            Self::Layers(_) => None,
        }
    }

    /// Its layers, if it is written as layers.
    pub fn layers(&self) -> &[Layer] {
        match self {
            Self::Short(_) => &[],
            Self::Layers(scene) => &scene.layers,
        }
    }
}

impl SceneForm {
    /// The same as [`Document::link`], for one scene.
    pub(crate) fn link(&mut self, sources: &BTreeMap<SourceId, SourceSpec>) {
        let Self::Layers(scene) = self else { return };
        for layer in &mut scene.layers {
            if let LayerSource::Set(name) = &layer.source
                && let Some((id, _)) = sources.iter().find(|(id, _)| id.as_str() == name)
            {
                layer.source = LayerSource::Named(id.clone());
            }
        }
    }

    /// Calls a function with every file's name, to change it.
    pub fn each_file(&mut self, mut change: impl FnMut(&mut PathBuf)) {
        match self {
            Self::Short(short) => {
                if let Background::File(path) = &mut short.background {
                    change(path);
                }
            }
            Self::Layers(scene) => {
                for layer in &mut scene.layers {
                    if let LayerSource::File(path) = &mut layer.source {
                        change(path);
                    }
                }
            }
        }
    }
}

/// How deep scenes may lie inside one another, checked when they are read and edited: a scene that
/// shows another is two deep.
pub const DEEPEST_SCENES: usize = 4;
/// The most layers of a scene with all the scenes in it.
const MOST_LAYERS: usize = 256;

impl Document {
    /// The scene of a name: its own, or else a ready one.
    pub fn scene(&self, name: &str) -> Option<&NamedScene> {
        self.own_scene(name).or_else(|| self.ready?.own_scene(name))
    }

    /// The scene of a name, if it is its own.
    pub fn own_scene(&self, name: &str) -> Option<&NamedScene> {
        self.scenes.iter().find(|scene| scene.name == name)
    }

    /// The names of all scenes, its own first, each once.
    pub fn scene_names(&self) -> impl Iterator<Item = &str> {
        let is_hidden = |scene: &&NamedScene| self.own_scene(&scene.name).is_some();
        let ready = self.ready.iter().flat_map(|ready| &ready.scenes);
        let ready = ready.filter(move |scene| !is_hidden(scene));
        self.scenes.iter().chain(ready).map(|scene| scene.name.as_str())
    }

    /// The source of a name: its own, or else one that ready scenes use.
    pub fn source(&self, id: &SourceId) -> Option<&SourceSpec> {
        self.sources.get(id).or_else(|| self.ready?.sources.get(id))
    }

    /// The camera that a layer shows itself, if it shows one.
    pub fn camera_of<'a>(&self, layer: &'a Layer) -> Option<CameraName<'a>> {
        match &layer.source {
            LayerSource::Camera => Some(CameraName::Usual),
            LayerSource::Named(id) => match self.source(id) {
                Some(SourceSpec::Camera { .. }) => Some(CameraName::Declared(id)),
                _ => None,
            },
            _ => None,
        }
    }

    /// What a layer's picture is made from: `None` for the usual camera, another scene, and what isn't
    /// declared.
    pub fn source_of(&self, layer: &Layer) -> Option<SourceSpec> {
        match &layer.source {
            LayerSource::Named(id) => self.source(id).cloned(),
            source => source.spec(),
        }
    }

    /// The scene that a layer shows, if it shows one.
    pub fn scene_of(&self, layer: &Layer) -> Option<Scene> {
        match &layer.source {
            LayerSource::Scene(name) => self.scene(name).map(|scene| scene.form.scene()),
            _ => None,
        }
    }

    /// Names in layers that are neither a set's nor anything else become those of sources, where
    /// some are declared by them.
    pub fn link(&mut self) {
        let Self { sources, scenes, .. } = self;
        scenes.iter_mut().for_each(|scene| scene.form.link(sources));
    }

    /// What is wrong with showing the scene `shown` in the scene `within`, if anything is.
    ///
    /// # Errors
    /// That it doesn't exist, shows itself, or is too much.
    pub fn check_nested(&self, within: &str, shown: &str) -> Result<(), SceneError> {
        if self.scene(shown).is_none() {
            return Err(SceneError::NoScene(shown.to_owned()));
        }
        if self.reaches(shown, within) {
            return Err(SceneError::Circle(within.to_owned()));
        }
        self.check_extent(within, &mut BTreeMap::new())
    }

    /// What is wrong with how deep its own scenes lie inside one another, or with how many layers they
    /// have: one that changed may lie in others.
    ///
    /// # Errors
    /// Names the first scene that is too much.
    pub(crate) fn check_extents(&self) -> Result<(), SceneError> {
        let mut known = BTreeMap::new();
        self.scenes.iter().try_for_each(|scene| self.check_extent(&scene.name, &mut known))
    }

    fn check_extent<'a>(
        &'a self,
        name: &'a str,
        known: &mut BTreeMap<&'a str, (usize, usize)>,
    ) -> Result<(), SceneError> {
        let (depth, layers) = self.extent(name, known);
        let scene = name.to_owned();
        if depth > DEEPEST_SCENES {
            return Err(SceneError::TooDeep { scene, most: DEEPEST_SCENES });
        }
        if layers > MOST_LAYERS {
            return Err(SceneError::TooManyLayers { scene, most: MOST_LAYERS, layers });
        }
        Ok(())
    }

    /// Whether a source is a camera. `None` for a name that nothing is declared by: a set's, or one
    /// that is declared elsewhere.
    pub fn is_camera(&self, source: &LayerSource) -> Option<bool> {
        let is_camera = |spec: &SourceSpec| matches!(spec, SourceSpec::Camera { .. });
        match source {
            LayerSource::Camera => Some(true),
            LayerSource::Named(id) => self.source(id).map(is_camera),
            LayerSource::Set(name) => self.source(&name.parse().ok()?).map(is_camera),
            _ => Some(false),
        }
    }

    fn nested<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> {
        let layers = self.scene(name).map_or(&[][..], |scene| scene.form.layers());
        layers.iter().filter_map(|layer| match &layer.source {
            LayerSource::Scene(name) => Some(name.as_str()),
            _ => None,
        })
    }

    /// Whether a scene shows another, itself or through others.
    fn reaches(&self, from: &str, to: &str) -> bool {
        let (mut open, mut seen) = (vec![from], BTreeSet::new());
        while let Some(name) = open.pop() {
            if name == to {
                return true;
            }
            if seen.insert(name) {
                open.extend(self.nested(name));
            }
        }
        false
    }

    /// How deep a scene goes, and how many layers are in it with all of its scenes. Circles count
    /// as endless.
    fn extent<'a>(
        &'a self,
        name: &'a str,
        known: &mut BTreeMap<&'a str, (usize, usize)>,
    ) -> (usize, usize) {
        if let Some(extent) = known.get(name) {
            return *extent;
        }
        known.insert(name, (DEEPEST_SCENES + 1, MOST_LAYERS + 1));
        let own = self.scene(name).map_or(0, |scene| scene.form.layers().len().max(2));
        let (mut deepest, mut layers) = (0, own);
        for inner in self.nested(name) {
            let (depth, count) = self.extent(inner, known);
            (deepest, layers) = (deepest.max(depth), layers.saturating_add(count));
        }
        let extent = ((deepest + 1).min(DEEPEST_SCENES + 1), layers);
        known.insert(name, extent);
        extent
    }
}
