//! The folders of the XDG base directory specification.

use backlot_files::read_file;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

const FOLDER: &str = "backlot";
const FILE: &str = "settings.toml";

/// The most bytes of the file in which a desktop names its folders.
const USER_DIRS_BYTES: u64 = 1 << 16;

/// The folders of an environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Places {
    /// The user's home.
    pub home: Option<PathBuf>,
    config_home: Option<PathBuf>,
    config_dirs: Vec<PathBuf>,
    data_home: Option<PathBuf>,
    state_home: Option<PathBuf>,
}

impl Default for Places {
    fn default() -> Self {
        Self::new()
    }
}

impl Places {
    /// The folders of this process.
    pub fn new() -> Self {
        Self::of(|name| std::env::var_os(name))
    }

    /// The folders of an environment. Relative paths are ignored, as the specification demands.
    pub fn of(variable: impl Fn(&str) -> Option<OsString>) -> Self {
        let folder = |name| variable(name).map(PathBuf::from).filter(|path| path.is_absolute());
        let home = folder("HOME");
        let at_home = |rest| home.as_ref().map(|home: &PathBuf| home.join(rest));
        let dirs = variable("XDG_CONFIG_DIRS").filter(|dirs| !dirs.is_empty());
        let dirs = dirs.unwrap_or_else(|| "/etc/xdg".into());
        Self {
            config_home: folder("XDG_CONFIG_HOME").or_else(|| at_home(".config")),
            config_dirs: std::env::split_paths(&dirs).filter(|path| path.is_absolute()).collect(),
            data_home: folder("XDG_DATA_HOME").or_else(|| at_home(".local/share")),
            state_home: folder("XDG_STATE_HOME").or_else(|| at_home(".local/state")),
            home,
        }
    }

    /// The user's configuration folder, for all programs.
    pub fn config_home(&self) -> Option<&Path> {
        self.config_home.as_deref()
    }

    /// The user's folder of programs.
    pub fn programs(&self) -> Option<PathBuf> {
        self.home.as_ref().map(|home| home.join(".local/bin"))
    }

    /// Paths of the settings file, in order of precedence.
    pub fn settings(&self) -> Vec<PathBuf> {
        let folders = self.config_home.iter().chain(&self.config_dirs);
        folders.map(|folder| folder.join(FOLDER).join(FILE)).collect()
    }

    /// Path of the user's own settings file.
    pub fn own_settings(&self) -> Option<PathBuf> {
        self.config_home.as_ref().map(|folder| folder.join(FOLDER).join(FILE))
    }

    /// The user's folder of videos, as the desktop knows it.
    pub fn videos(&self) -> Option<PathBuf> {
        let home = self.home.as_ref()?;
        let folders = self.config_home.as_ref().map(|folder| folder.join("user-dirs.dirs"));
        // A file that can't be read says nothing, like one that isn't there.
        let bytes = folders.and_then(|path| read_file(&path, USER_DIRS_BYTES).ok());
        let text = String::from_utf8(bytes.unwrap_or_default()).unwrap_or_default();
        Some(named_folder(&text, "XDG_VIDEOS_DIR", home).unwrap_or_else(|| home.join("Videos")))
    }

    /// The program's folder for what users hand in.
    pub fn data(&self) -> Option<PathBuf> {
        self.data_home.as_ref().map(|folder| folder.join(FOLDER))
    }

    /// Path of the state file.
    pub fn state(&self) -> Option<PathBuf> {
        self.state_home.as_ref().map(|folder| folder.join(FOLDER).join("state.toml"))
    }
}

/// A folder that xdg-user-dirs wrote, as `NAME="$HOME/FOLDER"` or `NAME="/FOLDER"`.
fn named_folder(text: &str, name: &str, home: &Path) -> Option<PathBuf> {
    let value = text.lines().find_map(|line| line.trim().strip_prefix(name)?.strip_prefix('='))?;
    let value = value.trim().strip_prefix('"')?.strip_suffix('"')?;
    let folder = match value.strip_prefix("$HOME/") {
        Some(rest) => home.join(rest.trim_end_matches('/')),
        None => PathBuf::from(value),
    };
    folder.is_absolute().then_some(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn videos_lie_where_the_desktop_says() {
        let folder = tempfile::tempdir().unwrap();
        let home = folder.path().to_str().unwrap();
        let places = of(&[("HOME", home)]);
        assert_eq!(places.videos(), Some(folder.path().join("Videos")));
        std::fs::create_dir(folder.path().join(".config")).unwrap();
        let write = |text: &str| {
            std::fs::write(folder.path().join(".config/user-dirs.dirs"), text).unwrap();
        };
        write("# folders\nXDG_MUSIC_DIR=\"$HOME/M\"\nXDG_VIDEOS_DIR=\"$HOME/My films/\"\n");
        assert_eq!(places.videos(), Some(folder.path().join("My films")));
        write("XDG_VIDEOS_DIR=\"/films\"");
        assert_eq!(places.videos(), Some("/films".into()));
        write("XDG_VIDEOS_DIR=\"films\"");
        assert_eq!(places.videos(), Some(folder.path().join("Videos")));
    }

    fn of(variables: &[(&str, &str)]) -> Places {
        Places::of(|name| variables.iter().find(|(n, _)| *n == name).map(|(_, v)| v.into()))
    }

    #[test]
    fn places_are_where_the_specification_says() {
        let plain = of(&[("HOME", "/users/me")]);
        let settings =
            ["/users/me/.config/backlot/settings.toml", "/etc/xdg/backlot/settings.toml"];
        assert_eq!(plain.settings(), settings.map(PathBuf::from));
        assert_eq!(plain.state(), Some("/users/me/.local/state/backlot/state.toml".into()));
        let moved = of(&[
            ("HOME", "/users/me"),
            ("XDG_CONFIG_HOME", "/c"),
            ("XDG_CONFIG_DIRS", "/d:relative:/e"),
            ("XDG_STATE_HOME", "relative"),
        ]);
        let settings = ["/c", "/d", "/e"].map(|f| Path::new(f).join("backlot/settings.toml"));
        assert_eq!(moved.settings(), settings);
        assert_eq!(moved.state(), plain.state());
        assert_eq!(of(&[]).state(), None);
    }
}
