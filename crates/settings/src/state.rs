//! The state file, which the program writes by itself.

use crate::error::SettingsError;
use crate::places::Places;
use crate::text::text;
use backlot_scene::config::{Controls, State};
use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

/// The state file; it has no path without a home.
#[derive(Clone, Debug)]
pub struct StateFile(Option<PathBuf>);

impl Default for StateFile {
    fn default() -> Self {
        Self::new()
    }
}

impl StateFile {
    /// The user's state file.
    pub fn new() -> Self {
        Self(Places::new().state())
    }

    /// The state file at a path.
    pub const fn at(path: PathBuf) -> Self {
        Self(Some(path))
    }

    /// Loads the state. If it can't be read, it is empty and a warning is returned.
    pub fn load(&self) -> (State, Option<String>) {
        let Some(path) = &self.0 else { return (State::default(), None) };
        match fs::metadata(path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return (State::default(), None),
            _ => {}
        }
        let read = text(path).and_then(|text| State::parse(&text).map_err(SettingsError::Wrong));
        match read {
            Ok(state) => (state, None),
            Err(error) => {
                let path = path.display();
                let warning = format!("the saved state in {path} is ignored: {error}");
                (State::default(), Some(warning))
            }
        }
    }

    /// Saves the state. The file is replaced as a whole, so that a crash can't truncate it.
    ///
    /// # Errors
    /// When it can't be written.
    pub fn save(&self, state: &State) -> Result<(), SettingsError> {
        let Some(path) = &self.0 else { return Ok(()) };
        write_whole(path, &state.text()).map_err(|error| SettingsError::Write(path.clone(), error))
    }
}

/// The controls that are saved for a camera, by its stable name. An unreadable state counts as
/// empty; `run` warns about it.
pub fn saved_controls(name: &str) -> Controls {
    let (mut state, _) = StateFile::new().load();
    state.cameras.remove(name).unwrap_or_default()
}

/// Writes a file as a whole, or not at all.
pub(crate) fn write_whole(path: &Path, text: &str) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    }
    let new = path.with_extension(format!("{}.new", std::process::id()));
    let written = File::create(&new).and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&new, path)
    });
    written.inspect_err(|_| drop(fs::remove_file(&new)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_saved_is_loaded_and_what_is_broken_is_passed_over() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a/b/state.toml");
        let file = StateFile::at(path.clone());
        assert_eq!(file.load(), (State::default(), None));
        let state = State { scene: Some("calm".into()), ..State::default() };
        file.save(&state).unwrap();
        file.save(&state).unwrap();
        assert_eq!(file.load(), (state, None));
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
        fs::write(&path, b"scene = \xff").unwrap();
        let (state, warning) = file.load();
        assert_eq!(state, State::default());
        assert!(warning.unwrap().contains("state.toml is ignored"));
        assert!(StateFile::at("/proc/nowhere/state.toml".into()).save(&state).is_err());
    }
}
