//! What is on show.

use backlot_scene::{Document, LayerSource, Scene, SourceSpec};
use std::path::Path;
use std::sync::Arc;

/// Scenes that are shown at the same time, and what the names in them mean.
#[derive(Clone, Debug, PartialEq)]
pub struct Program {
    /// Sources and other scenes that the scenes name.
    pub document: Arc<Document>,
    /// The scenes. The first is what outputs without a scene of their own show.
    pub scenes: Vec<Scene>,
}

impl Program {
    /// One scene, and what of a document its names mean.
    pub fn new(scene: Scene, document: &Document) -> Self {
        let mut named = Document::default();
        gather(&scene, document, &mut named);
        Self { document: Arc::new(named), scenes: vec![scene] }
    }

    /// The files that are shown.
    pub fn files(&self) -> impl Iterator<Item = &Path> {
        let declared = self.document.sources.values().filter_map(|source| match source {
            SourceSpec::File(path) => Some(path.as_path()),
            _ => None,
        });
        self.scenes.iter().flat_map(Scene::files).chain(declared)
    }

    /// The warning for a scene in which the room shows through an effect that would hide it with
    /// other settings.
    pub fn barely_hidden(&self) -> Option<String> {
        self.scenes.iter().find_map(Scene::barely_hidden)
    }

    /// The first scene, if there is one.
    pub fn main(&self) -> Option<&Scene> {
        self.scenes.first()
    }
}

impl From<Scene> for Program {
    fn from(scene: Scene) -> Self {
        Self { document: Arc::default(), scenes: vec![scene] }
    }
}

/// Adds everything that a scene names, directly or through other scenes.
fn gather(scene: &Scene, document: &Document, named: &mut Document) {
    for layer in &scene.layers {
        match &layer.source {
            LayerSource::Named(id) => {
                let found = document.sources.get(id).map(|source| (id.clone(), source.clone()));
                named.sources.extend(found);
            }
            LayerSource::Scene(name) if named.scene(name).is_none() => {
                if let Some(inner) = document.scene(name) {
                    named.scenes.push(inner.clone());
                    gather(&inner.form.scene(), document, named);
                }
            }
            _ => {}
        }
    }
}
