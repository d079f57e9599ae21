//! Scenes that were edited or brought in: a file each, in the folder `scenes` beside the settings.
//!
//! A scene of the settings file is never changed there: what is saved shadows it until it is
//! reverted.

use crate::check;
use crate::error::SettingsError;
use crate::places::Places;
use crate::state::write_whole;
use crate::text::{bytes, decoded};
use backlot_scene::Document;
use backlot_scene::config::{Config, Files, Issue, Issues, Place, SceneFile};
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

/// The most files that are read.
const MOST_FILES: usize = 256;

/// The folder of scenes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SceneFolder {
    /// Where file names in the scenes begin: the folder of the settings.
    settings: PathBuf,
}

/// What a scene's file does.
#[derive(Clone, Debug, PartialEq)]
pub enum SceneNote {
    /// It takes the place of a scene that is written in the settings.
    Shadows {
        /// The scene.
        scene: String,
        /// Its file.
        path: PathBuf,
    },
    /// It is passed over.
    Wrong {
        /// The file.
        path: PathBuf,
        /// Why.
        issues: Vec<Issue>,
    },
}

impl fmt::Display for SceneNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Shadows { scene, path } => write!(
                f,
                "{}: the scene '{scene}' was edited, so that in the settings doesn't count: 'backlot scene revert' removes the edited one",
                path.display()
            ),
            Self::Wrong { path, issues } => {
                let first = issues.first().map(ToString::to_string).unwrap_or_default();
                write!(f, "{}:{first}: the file is passed over", path.display())
            }
        }
    }
}

impl SceneFolder {
    /// The folder beside a named settings file, or beside the user's own.
    pub fn beside(named: Option<&Path>, places: &Places) -> Option<Self> {
        let settings = named.map(Path::to_owned).or_else(|| places.own_settings())?;
        Some(Self { settings: settings.parent().unwrap_or_else(|| Path::new("")).to_owned() })
    }

    /// The folder.
    pub fn path(&self) -> PathBuf {
        self.settings.join("scenes")
    }

    /// The folder that names of files in it begin at.
    pub fn base(&self) -> &Path {
        &self.settings
    }

    /// The file of a scene: the one that has it, or else the one that it belongs in.
    pub fn file(&self, scene: &str) -> PathBuf {
        let has_it = |path: &PathBuf| Self::read(path).is_ok_and(|file| file.name == scene);
        let found = self.files().into_iter().find(has_it);
        found.unwrap_or_else(|| self.path().join(SceneFile::id(scene)).with_extension("toml"))
    }

    /// Where the pictures are that were brought in with a scene, from the folder of settings on.
    pub(crate) fn pictures(scene: &str) -> PathBuf {
        Path::new("scenes").join(SceneFile::id(scene)).with_extension("files")
    }

    /// The files that there are, by name.
    pub fn files(&self) -> Vec<PathBuf> {
        let entries = fs::read_dir(self.path()).into_iter().flatten().flatten();
        let paths = entries.map(|entry| entry.path());
        let mut files: Vec<_> =
            paths.filter(|path| path.extension().is_some_and(|end| end == "toml")).collect();
        files.sort();
        files.truncate(MOST_FILES);
        files
    }

    /// Reads a file.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn read(path: &Path) -> Result<SceneFile, Vec<Issue>> {
        let start = Place { line: 1, column: 1 };
        let unread = |error: SettingsError| vec![Issue::new(start, error.to_string())];
        let text = decoded(bytes(path).map_err(unread)?).map_err(|issue| vec![issue])?;
        SceneFile::parse(&text).map_err(|issues| issues.all().to_vec())
    }

    /// Puts the scenes of all files into settings.
    pub fn apply(&self, config: &mut Config, home: Option<&Path>) -> Vec<SceneNote> {
        let (mut notes, mut paths, mut files) = (Vec::new(), Vec::new(), Vec::new());
        for path in self.files() {
            match self.checked(config, &path, home) {
                Ok(file) => {
                    paths.push(path);
                    files.push(file);
                }
                Err(issues) => notes.push(SceneNote::Wrong { path, issues }),
            }
        }
        let results = config.document.put_all(&files);
        for ((path, file), result) in paths.into_iter().zip(files).zip(results) {
            match result {
                Ok(false) => {}
                Ok(true) => notes.push(SceneNote::Shadows { scene: file.name, path }),
                Err(error) => {
                    let issues = vec![Issue::new(Place { line: 1, column: 1 }, error)];
                    notes.push(SceneNote::Wrong { path, issues });
                }
            }
        }
        notes
    }

    /// Reads a file, with what only the program can check and all names of files resolved.
    fn checked(
        &self,
        config: &Config,
        path: &Path,
        home: Option<&Path>,
    ) -> Result<SceneFile, Vec<Issue>> {
        let mut file = Self::read(path)?;
        let mut document = Document::default();
        document.sources.extend(config.document.sources.clone());
        document.sources.extend(file.sources.clone());
        if let Some(issues) = Issues::of(check::unknown_names(&file.names, &document)) {
            return Err(issues.all().to_vec());
        }
        if config.files.folder != self.settings {
            let files = Files { folder: self.settings.clone(), home: home.map(Path::to_owned) };
            file.each_file(|path| *path = files.placed(path));
        }
        Ok(file)
    }

    /// Saves a scene of a document. Sources that the settings file declares, which are `hand`'s,
    /// stay there.
    ///
    /// # Errors
    /// When there is no such scene, or the file can't be written. What was there stays then.
    pub fn save(
        &self,
        document: &Document,
        scene: &str,
        hand: &Document,
    ) -> Result<PathBuf, SettingsError> {
        let mut file = SceneFile::of(document, scene)
            .ok_or_else(|| SettingsError::NoScene(scene.to_owned()))?;
        file.sources.retain(|id, _| !hand.sources.contains_key(id));
        self.write(&file)
    }

    /// Writes a file, as a whole or not at all.
    ///
    /// # Errors
    /// When it can't be written.
    pub fn write(&self, file: &SceneFile) -> Result<PathBuf, SettingsError> {
        let path = self.file(&file.name);
        let written = write_whole(&path, &file.text());
        written.map_err(|error| SettingsError::Write(path.clone(), error))?;
        Ok(path)
    }

    /// Removes a scene's file, and the pictures that came with it and no other scene shows.
    ///
    /// # Errors
    /// When there is none, or it can't be removed.
    pub fn revert(&self, scene: &str) -> Result<PathBuf, SettingsError> {
        let path = self.file(scene);
        match fs::remove_file(&path) {
            Ok(()) => {}
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Err(SettingsError::NotEdited(scene.to_owned()));
            }
            Err(error) => return Err(SettingsError::Remove(path, error)),
        }
        self.remove_pictures(scene).map(|_| path)
    }

    /// Removes the pictures that came with a scene, unless another one shows them. Returns whether
    /// there are none now.
    pub(crate) fn remove_pictures(&self, scene: &str) -> Result<bool, SettingsError> {
        let (pictures, mut is_used) = (Self::pictures(scene), false);
        for mut file in self.files().iter().filter_map(|path| Self::read(path).ok()) {
            file.each_file(|path| is_used |= path.starts_with(&pictures));
        }
        let pictures = self.settings.join(pictures);
        if is_used {
            return Ok(false);
        }
        match fs::remove_dir_all(&pictures) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(SettingsError::Remove(pictures, error))
            }
            _ => Ok(true),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use backlot_scene::LayerId;
    use backlot_scene::edit::{Edit, Target};
    use backlot_scene::form::Value;

    const HAND: &str = "# mine\n[source.desk]\ncamera = \"a\"\n[scene.calm]\nbackground = \"navy\"\n\
                        [[scene.b.layer]]\nsource = \"desk\"\n";

    fn desk() -> (tempfile::TempDir, SceneFolder, Config) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("settings.toml");
        fs::write(&path, HAND).unwrap();
        let scenes = SceneFolder::beside(Some(&path), &Places::new()).unwrap();
        let (config, issues) = crate::file::read(HAND, &path, None);
        assert_eq!(issues, None);
        (folder, scenes, config)
    }

    fn mirrored(scene: &str, layer: LayerId) -> Edit {
        let target = Target::Property { layer, property: "mirror".into() };
        Edit::Set { scene: scene.into(), target, value: Some(Value::Switch(true)) }
    }

    #[test]
    fn what_is_saved_shadows_what_is_written_until_it_is_reverted() {
        let (folder, scenes, hand) = desk();
        let mut edited = hand.document.clone();
        edited.apply(&mirrored("calm", LayerId::person())).unwrap();
        let path = scenes.save(&edited, "calm", &hand.document).unwrap();
        assert_eq!(path, folder.path().join("scenes/calm.toml"));
        let mut config = hand.clone();
        let notes = scenes.apply(&mut config, None);
        assert!(notes[0].to_string().contains("'calm' was edited"), "{notes:?}");
        assert!(config.document.scene("calm").unwrap().form.layers()[1].mirror);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains("source = \"navy\""), "as it was written: {text}");
        assert_eq!(fs::read_to_string(folder.path().join("settings.toml")).unwrap(), HAND);
        scenes.revert("calm").unwrap();
        let mut config = hand.clone();
        assert_eq!((scenes.apply(&mut config, None), &config.document), (vec![], &hand.document));
        let said = scenes.revert("calm").unwrap_err().to_string();
        assert!(said.contains("'calm' was not edited"), "{said}");
    }

    #[test]
    fn sources_of_the_settings_stay_there() {
        let (_folder, scenes, hand) = desk();
        let path = scenes.save(&hand.document, "b", &hand.document).unwrap();
        assert!(!fs::read_to_string(path).unwrap().contains("[source"));
        let mut config = hand.clone();
        let notes = scenes.apply(&mut config, None);
        assert!(matches!(&notes[..], [SceneNote::Shadows { .. }]), "{notes:?}");
        assert_eq!(
            config.document.scene("b").unwrap().form,
            hand.document.scene("b").unwrap().form
        );
    }

    #[test]
    fn a_file_that_is_wrong_is_passed_over() {
        let (folder, scenes, hand) = desk();
        fs::create_dir(folder.path().join("scenes")).unwrap();
        for (text, said) in [
            ("version = 1\nname = \"calm\"\nlayer = 3\n", "3:9: the scene.layer must be written"),
            ("version = 9\nname = \"calm\"\n", "1:1: the file is of version 9"),
            (
                "version = 1\nname = \"calm\"\n[[layer]]\nsource = \"nowhere\"",
                "4:10: there is no built-in set and no source",
            ),
            (
                "version = 1\nname = \"calm\"\n[[layer]]\nsource = \"scene:calm\"",
                "would show itself",
            ),
            ("version = 1\nname = \"calm\"\nbackground = \"auror\"", "did you mean 'aurora'?"),
            ("version = 1\nname = \"c\"\n[source.desk]\nset = \"aurora\"", "declared elsewhere"),
        ] {
            fs::write(folder.path().join("scenes/calm.toml"), text).unwrap();
            let mut config = hand.clone();
            let notes = scenes.apply(&mut config, None);
            assert!(notes[0].to_string().contains(said), "{}", notes[0]);
            assert_eq!(config.document, hand.document);
        }
    }
}
