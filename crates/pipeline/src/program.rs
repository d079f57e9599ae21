//! What is on show.

use backlot_scene::{Document, LayerSource, Scene, SourceSpec};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A scene, and what the names in it mean.
#[derive(Clone, Debug, PartialEq)]
pub struct Program {
    /// Sources and other scenes that the scene names, directly or through others.
    pub document: Arc<Document>,
    /// The scene.
    pub scene: Scene,
}

impl Program {
    /// A scene, and what of a document its names mean.
    pub fn new(scene: Scene, document: &Document) -> Self {
        let mut named = Document::default();
        gather(&scene, document, &mut named);
        Self { document: Arc::new(named), scene }
    }

    /// The files that are shown, those of scenes in the scene included.
    pub fn files(&self) -> Vec<PathBuf> {
        let inner = self.document.scenes.iter().map(|scene| scene.form.scene());
        let files = |scene: &Scene| scene.files().map(Path::to_owned).collect::<Vec<_>>();
        let declared = self.document.sources.values().filter_map(|source| match source {
            SourceSpec::File(path) => Some(path.clone()),
            _ => None,
        });
        let inner = inner.flat_map(|scene| files(&scene));
        files(&self.scene).into_iter().chain(inner).chain(declared).collect()
    }

    /// The warning for a scene in which the room shows through an effect that would hide it with
    /// other settings.
    pub fn barely_hidden(&self) -> Option<String> {
        self.scene.barely_hidden()
    }
}

impl From<Scene> for Program {
    fn from(scene: Scene) -> Self {
        Self { document: Arc::default(), scene }
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

#[cfg(test)]
mod tests {
    use super::*;
    use backlot_scene::Config;

    #[test]
    fn what_is_named_through_other_scenes_belongs_to_it_and_nothing_else() {
        let text = "\
[source.logo]
file = \"logo.png\"
[source.other]
file = \"other.png\"
[[scene.outer.layer]]
source = \"scene:inner\"
[[scene.inner.layer]]
source = \"beach.jpg\"
[[scene.inner.layer]]
source = \"logo\"
[scene.unused]
background = \"unused.jpg\"
";
        let config = Config::parse(text).unwrap();
        let outer = config.document.scene("outer").unwrap().form.scene();
        let program = Program::new(outer, &config.document);
        assert_eq!(program.document.scenes.len(), 1);
        assert_eq!(program.files(), ["beach.jpg", "logo.png"].map(PathBuf::from));
    }
}
