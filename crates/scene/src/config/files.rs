//! Where the files of the settings are.

use super::{Config, Name};
use crate::{Document, NamedScene, SceneForm};
use std::path::{Path, PathBuf};

/// What relative names of files are relative to, and what `~/` stands for.
///
/// The settings keep the names as the user wrote them, so that they can be written back; what is
/// shown has them placed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Files {
    /// The folder of the settings file.
    pub folder: PathBuf,
    /// The user's home.
    pub home: Option<PathBuf>,
}

impl Files {
    /// A file's name with its folder.
    pub fn placed(&self, path: &Path) -> PathBuf {
        let at_home = path.strip_prefix("~").ok().zip(self.home.as_ref());
        at_home.map_or_else(|| self.folder.join(path), |(rest, home)| home.join(rest))
    }

    /// A scene whose files have their folders.
    pub fn placed_form(&self, mut form: SceneForm) -> SceneForm {
        form.each_file(|path| *path = self.placed(path));
        form
    }

    /// The same for everything.
    fn placed_document(&self, document: &Document) -> Document {
        let scenes = document.scenes.iter().map(|scene| NamedScene {
            form: self.placed_form(scene.form.clone()),
            ..scene.clone()
        });
        let mut sources = document.sources.clone();
        sources.values_mut().for_each(|source| source.each_file(|path| *path = self.placed(path)));
        Document { sources, scenes: scenes.collect(), ..document.clone() }
    }

    /// A network's file with its folder; names, and addresses of those elsewhere, stay as they are.
    fn placed_model(&self, model: &str) -> String {
        if !model.contains(['.', '/']) || model.contains("://") {
            return model.to_owned();
        }
        self.placed(Path::new(model)).to_string_lossy().into_owned()
    }
}

impl Config {
    /// Makes relative file names relative to `folder`, that of the settings file, and those that
    /// begin with `~/` relative to `home`.
    pub fn with_files_from(mut self, folder: &Path, home: Option<&Path>) -> Self {
        self.files = Files { folder: folder.to_owned(), home: home.map(Path::to_owned) };
        for (_, name) in &mut self.names {
            match name {
                Name::File(path) | Name::Picture(path) => *path = self.files.placed(path),
                Name::Model(model) => *model = self.files.placed_model(model),
                _ => {}
            }
        }
        self.matte.model = self.files.placed_model(&self.matte.model);
        self
    }

    /// The scenes and sources with their files where they are: what is shown.
    pub fn placed_document(&self) -> Document {
        self.files.placed_document(&self.document)
    }
}
