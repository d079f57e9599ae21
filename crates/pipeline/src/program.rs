//! What is on show.

use backlot_guard::Transition;
use backlot_media::Size;
use backlot_scene::{
    CameraName, Document, Layer, LayerId, LayerSource, Scene, SourceId, SourceSpec,
};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// A camera that scenes name.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum CameraId {
    /// That of the settings, or whatever stands for it.
    Usual,
    /// A declared one.
    Declared(SourceId),
}

impl CameraId {
    pub(crate) fn of(name: CameraName<'_>) -> Self {
        match name {
            CameraName::Usual => Self::Usual,
            CameraName::Declared(id) => Self::Declared(id.clone()),
        }
    }
}

/// The sizes of cameras' pictures, as far as they are known.
pub type CameraSizes = Vec<(CameraId, Size)>;

/// How a scene gives way to the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Passage {
    /// In which way.
    pub transition: Transition,
    /// How long it takes.
    pub length: Duration,
}

/// Scenes, and what the names in them mean.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Program {
    /// Sources and other scenes that the scenes name, directly or through others.
    pub document: Arc<Document>,
    /// The scene for all virtual cameras without one of their own.
    pub scene: Scene,
    /// Scenes of single virtual cameras, by their names.
    pub others: Vec<(String, Scene)>,
    /// The scene that gives way to [`Program::scene`], and how.
    pub leaving: Option<(Scene, Passage)>,
    /// Sources that were started anew, and how often: another number starts one from its beginning.
    pub restarted: Vec<(SourceSpec, u32)>,
}

impl Program {
    /// A scene, and what of a document its names mean.
    pub fn new(scene: Scene, document: &Document) -> Self {
        let mut named = Document::default();
        gather(&scene, document, &mut named);
        Self { document: Arc::new(named), scene, ..Self::default() }
    }

    /// Shows scenes of a document besides, by their names. Those that don't exist are left out.
    #[must_use]
    pub fn with_others<'a>(
        mut self,
        names: impl IntoIterator<Item = &'a str>,
        document: &Document,
    ) -> Self {
        let mut named = Document::clone(&self.document);
        for name in names {
            let is_new = self.others.iter().all(|(known, _)| known != name);
            if let Some(found) = document.scene(name).filter(|_| is_new) {
                let scene = found.form.scene();
                gather(&scene, document, &mut named);
                self.others.push((name.to_owned(), scene));
            }
        }
        self.document = Arc::new(named);
        self
    }

    /// Shows another scene besides, under a name of its own.
    #[must_use]
    pub fn with_scene(mut self, name: &str, scene: Scene, document: &Document) -> Self {
        let mut named = Document::clone(&self.document);
        gather(&scene, document, &mut named);
        self.document = Arc::new(named);
        self.others.push((name.to_owned(), scene));
        self
    }

    /// The same after another program, whose scene gives way. Where the two mean different things by
    /// one name, it is replaced at once.
    #[must_use]
    pub(crate) fn after(mut self, before: &Self, passage: Passage) -> Self {
        let (mut both, old) = (Document::clone(&self.document), &before.document);
        for (id, source) in &old.sources {
            if both.sources.entry(id.clone()).or_insert_with(|| source.clone()) != source {
                return self;
            }
        }
        for scene in &old.scenes {
            match both.scene(&scene.name) {
                None => both.scenes.push(scene.clone()),
                Some(known) if known.form == scene.form => {}
                Some(_) => return self,
            }
        }
        if self.scene != before.scene {
            self.document = Arc::new(both);
            self.leaving = Some((before.scene.clone(), passage));
        }
        self
    }

    /// Every scene on show, with its name if it is a single virtual camera's.
    pub fn shows(&self) -> impl Iterator<Item = (Option<&str>, &Scene)> {
        let others = self.others.iter().map(|(name, scene)| (Some(name.as_str()), scene));
        std::iter::once((None, &self.scene)).chain(others)
    }

    /// Whether a scene on show, or one inside it, shows the usual camera.
    pub(crate) fn shows_usual_camera(&self) -> bool {
        let inner = self.document.scenes.iter().map(|scene| scene.form.scene());
        let mut scenes = self.shows().map(|(_, scene)| scene.clone()).chain(inner);
        scenes.any(|scene| {
            let mut seen = scene.layers.iter().filter(|layer| layer.visible);
            seen.any(|layer| self.document.camera_of(layer) == Some(CameraName::Usual))
        })
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
        let shown = self.shows().flat_map(|(_, scene)| files(scene));
        shown.chain(inner).chain(declared).collect()
    }

    /// The warning for a scene in which the room shows through an effect that would hide it with
    /// other settings.
    pub fn barely_hidden(&self) -> Option<String> {
        self.shows().find_map(|(_, scene)| scene.barely_hidden())
    }
}

/// The name of a scene that viewers never see: the usual camera's picture, only cut out. While it is
/// watched it is drawn a few times a second, so that it stays known whether somebody is there.
pub const PRESENCE: &str = "\u{1}presence";

impl Program {
    /// Has the usual camera looked at besides, as `look` cuts it out, under the name [`PRESENCE`].
    #[must_use]
    pub fn with_presence(mut self, look: &Scene) -> Self {
        let is_cut = |layer: &&Layer| layer.source == LayerSource::Camera && layer.key.is_some();
        let plain = || Layer::new(LayerId::camera(), LayerSource::Camera);
        let found = look.layers.iter().find(is_cut).cloned();
        let found = found.unwrap_or_else(|| Layer { key: Some(backlot_keys::person()), ..plain() });
        let layer = Layer { visible: true, effects: Vec::new(), shadow: None, ..found };
        self.others.push((PRESENCE.to_owned(), Scene { layers: vec![layer], effects: Vec::new() }));
        self
    }
}

impl From<Scene> for Program {
    fn from(scene: Scene) -> Self {
        Self { scene, ..Self::default() }
    }
}

impl From<&Scene> for Program {
    fn from(scene: &Scene) -> Self {
        scene.clone().into()
    }
}

impl From<&Self> for Program {
    fn from(program: &Self) -> Self {
        program.clone()
    }
}

/// Adds everything that a scene names, directly or through other scenes.
fn gather(scene: &Scene, document: &Document, named: &mut Document) {
    for layer in &scene.layers {
        match &layer.source {
            LayerSource::Named(id) => {
                let found = document.source(id).map(|source| (id.clone(), source.clone()));
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
