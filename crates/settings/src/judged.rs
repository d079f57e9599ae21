//! A settings file as a whole: what is wrong in it, and a first one.

use crate::check;
use crate::error::SettingsError;
use crate::file;
use crate::places::Places;
use crate::scenes::{SceneFolder, SceneNote};
use crate::text;
use backlot_scene::config::{Config, Issue, Issues, commented_defaults};
use std::fs::{DirBuilder, File};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

/// Writes the commented settings file to the default path, or to the named one, and returns that.
///
/// # Errors
/// One sentence when there is one already, or it can't be written.
pub fn begin(named: Option<PathBuf>, places: &Places) -> Result<PathBuf, SettingsError> {
    let path = named.or_else(|| places.own_settings());
    let path = path.ok_or(SettingsError::Nowhere)?;
    let unwritten = |error| SettingsError::Write(path.clone(), error);
    if let Some(folder) = path.parent() {
        let made = DirBuilder::new().recursive(true).mode(0o700).create(folder);
        made.map_err(|error| SettingsError::Folder(folder.to_owned(), error))?;
    }
    match File::create_new(&path) {
        Ok(mut file) => {
            let written = file.write_all(commented_defaults().as_bytes());
            let written = written.and_then(|()| file.sync_all());
            // A truncated file would pass for the user's own next time.
            let written = written.inspect_err(|_| drop(std::fs::remove_file(&path)));
            written.map_err(unwritten)?;
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            return Err(SettingsError::Exists(path));
        }
        Err(error) => return Err(unwritten(error)),
    }
    Ok(path)
}

/// The result of checking settings.
#[derive(Default)]
pub struct Judged {
    /// The settings, as far as they can be read; none if they are no text.
    pub config: Option<Config>,
    /// All mistakes in them.
    pub issues: Vec<Issue>,
    /// What is allowed, but probably not meant.
    pub notes: Vec<Issue>,
    /// What the files of scenes beside them do.
    pub scenes: Vec<SceneNote>,
}

impl Judged {
    /// Checks a file's text; relative paths in it start at its folder.
    pub fn of(bytes: Vec<u8>, path: &Path, places: &Places) -> Self {
        let text = match text::decoded(bytes) {
            Ok(text) => text,
            Err(issue) => return Self { issues: vec![issue], ..Self::default() },
        };
        let (mut config, mistakes) = file::read(&text, path, places.home.as_deref());
        let doubtful = check::doubtful(&config);
        let named = (!path.as_os_str().is_empty()).then_some(path);
        let folder = SceneFolder::beside(named, places);
        let scenes = folder.map(|folder| folder.apply(&mut config, places.home.as_deref()));
        let (mut issues, mut notes) = file::issues(&config);
        issues.extend(mistakes.iter().flat_map(Issues::all).cloned());
        notes.extend(doubtful);
        let issues = Issues::of(issues).map(|issues| issues.all().to_vec());
        let (issues, scenes) = (issues.unwrap_or_default(), scenes.unwrap_or_default());
        Self { config: Some(config), issues, notes, scenes }
    }
}
