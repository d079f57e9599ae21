//! Reads the settings file, and follows its changes.

use crate::check;
use crate::error::SettingsError;
use crate::places::Places;
use crate::scenes::{SceneFolder, SceneNote};
use crate::text::text;
use crate::watch::{self, Print, Settled};
use backlot_scene::config::{Config, Issue, Issues};
use std::path::{Path, PathBuf};
use std::time::Instant;

/// The settings file of a running program. While none exists, the defaults apply, and one that
/// appears is read.
#[derive(Debug)]
pub struct SettingsFile {
    paths: Vec<PathBuf>,
    home: Option<PathBuf>,
    scenes: Option<SceneFolder>,
    settled: Settled<Seen>,
}

/// The settings file and the files of scenes, as they were seen last.
type Seen = (Option<Print>, Vec<Print>);

impl SettingsFile {
    /// Reads the named file, or else the first one in the XDG folders.
    ///
    /// # Errors
    /// One sentence when the named file doesn't exist, or has a mistake.
    pub fn open(named: Option<&Path>) -> Result<(Self, Config), SettingsError> {
        Self::open_in(named, &Places::new())
    }

    /// The same with the folders of an environment.
    ///
    /// # Errors
    /// As [`SettingsFile::open`].
    pub fn open_in(named: Option<&Path>, places: &Places) -> Result<(Self, Config), SettingsError> {
        let paths = named.map_or_else(|| places.settings(), |path| vec![path.to_owned()]);
        let home = places.home.clone();
        let scenes = SceneFolder::beside(named, places);
        let settled = Settled::new(seen(&paths, scenes.as_ref()));
        let file = Self { paths, home, scenes, settled };
        let config = match file.path() {
            Some(path) => file.read(path)?,
            None if named.is_some() => {
                return Err(SettingsError::Missing(file.paths[0].clone()));
            }
            None => file.with_scenes(Config::default()),
        };
        Ok((file, config))
    }

    /// The file in use, if there is one.
    pub fn path(&self) -> Option<&Path> {
        self.paths.iter().find(|path| path.exists()).map(PathBuf::as_path)
    }

    /// The new settings, once the file has changed and settled; or one sentence that says why the
    /// last good ones stay. To be called a few times a second.
    pub fn poll(&mut self, now: Instant) -> Option<Result<Config, SettingsError>> {
        let (was_there, is) =
            (self.settled.settled().0.is_some(), seen(&self.paths, self.scenes.as_ref()));
        let changed = self.settled.look(is, now);
        changed.then(|| match self.path() {
            Some(path) => self.read(path).map_err(|error| SettingsError::Stays(Box::new(error))),
            None if was_there => Err(SettingsError::Gone),
            None => Ok(self.with_scenes(Config::default())),
        })
    }

    fn read(&self, path: &Path) -> Result<Config, SettingsError> {
        let text = text(path)?;
        let (config, mistakes) = read(&text, path, self.home.as_deref());
        let config = self.with_scenes(config);
        let mistakes = mistakes.or_else(|| Issues::of(check::unknown(&config)));
        let config = mistakes.map_or(Ok(config), Err);
        let shown = path.display();
        tracing::info!(path = %shown, good = config.is_ok(), "settings read");
        config.map_err(|issues| SettingsError::issues(path, &issues))
    }

    /// Settings with the scenes that have files of their own.
    fn with_scenes(&self, mut config: Config) -> Config {
        let notes =
            self.scenes.as_ref().map(|folder| folder.apply(&mut config, self.home.as_deref()));
        for note in notes.into_iter().flatten() {
            match note {
                SceneNote::Shadows { .. } => tracing::info!("{note}"),
                SceneNote::Wrong { .. } => tracing::warn!("{note}"),
            }
        }
        config
    }
}

/// What there is to see of settings and scenes.
fn seen(paths: &[PathBuf], scenes: Option<&SceneFolder>) -> Seen {
    let files = scenes.map(SceneFolder::files).unwrap_or_default();
    let prints = files.iter().filter_map(|path| watch::look(std::slice::from_ref(path)));
    (watch::look(paths), prints.collect())
}

/// Reads settings as far as they can be, and resolves the paths of their files; and everything that
/// is wrong with the text.
pub fn read(text: &str, path: &Path, home: Option<&Path>) -> (Config, Option<Issues>) {
    let folder = path.parent().unwrap_or_else(|| Path::new(""));
    let (config, issues) = Config::read(text);
    (config.with_files_from(folder, home), issues)
}

/// All mistakes in settings, including their files, and the damage in those files.
pub fn issues(config: &Config) -> (Vec<Issue>, Vec<Issue>) {
    let (mut issues, mut damaged) = (check::unknown(config), Vec::new());
    issues.extend(check::unreadable(config, &mut damaged));
    (issues, damaged)
}

#[cfg(test)]
mod tests {
    use super::super::watch::STILL;
    use super::*;
    use std::fs;
    use std::time::Duration;
    use tempfile::TempDir;

    struct Desk {
        folder: TempDir,
        now: Instant,
    }

    impl Desk {
        fn new() -> Self {
            Self { folder: tempfile::tempdir().unwrap(), now: Instant::now() }
        }

        fn path(&self, name: &str) -> PathBuf {
            self.folder.path().join(name)
        }

        fn write(&self, name: &str, device: &str) {
            let text = format!("[camera]\ndevice = \"{device}\"\n");
            fs::write(self.path(name), text).unwrap();
        }

        /// What a change leads to after the wait.
        fn settle(&mut self, file: &mut SettingsFile) -> Option<Result<Config, SettingsError>> {
            assert!(file.poll(self.now).is_none());
            self.now += STILL + Duration::from_millis(1);
            file.poll(self.now)
        }

        fn device(&mut self, file: &mut SettingsFile) -> String {
            self.settle(file).expect("a change").expect("good settings").camera.device
        }
    }

    #[test]
    fn every_way_of_saving_is_seen() {
        let mut desk = Desk::new();
        desk.write("real.toml", "one");
        std::os::unix::fs::symlink(desk.path("real.toml"), desk.path("s.toml")).unwrap();
        let (mut file, config) = SettingsFile::open(Some(&desk.path("s.toml"))).unwrap();
        assert_eq!(config.camera.device, "one");
        assert!(desk.settle(&mut file).is_none());
        desk.write("real.toml", "through the link");
        assert_eq!(desk.device(&mut file), "through the link");
        desk.write("new", "renamed");
        fs::rename(desk.path("new"), desk.path("real.toml")).unwrap();
        assert_eq!(desk.device(&mut file), "renamed");
        desk.write("other.toml", "turned");
        std::os::unix::fs::symlink(desk.path("other.toml"), desk.path("link")).unwrap();
        fs::rename(desk.path("link"), desk.path("s.toml")).unwrap();
        assert_eq!(desk.device(&mut file), "turned");
        assert!(desk.settle(&mut file).is_none());
    }

    #[test]
    fn a_bad_file_says_why_and_the_next_good_one_counts() {
        let mut desk = Desk::new();
        desk.write("s.toml", "one");
        let (mut file, _) = SettingsFile::open(Some(&desk.path("s.toml"))).unwrap();
        let mut said = |desk: &mut Desk, text: &str| {
            fs::write(desk.path("s.toml"), text).unwrap();
            format!("{:#}", desk.settle(&mut file).unwrap().unwrap_err())
        };
        let sentence = said(&mut desk, "\n[camera]\nfps = \"many\"\nx = 1\n");
        assert!(sentence.starts_with("the last good settings stay: "), "{sentence}");
        assert!(sentence.contains("s.toml:3:7: camera.fps: 'many'"), "{sentence}");
        assert!(sentence.contains("(and one more)"), "{sentence}");
        let sentence = said(&mut desk, "[scene.a]\neffects = [\"miror\"]\n");
        assert!(sentence.contains("s.toml:2:12") && sentence.contains("'mirror'?"), "{sentence}");
        fs::remove_file(desk.path("s.toml")).unwrap();
        let gone = desk.settle(&mut file).unwrap().unwrap_err().to_string();
        assert!(gone.contains("gone"), "{gone}");
        desk.write("s.toml", "back");
        assert_eq!(desk.device(&mut file), "back");
    }

    #[test]
    fn the_users_file_comes_before_the_systems() {
        let mut desk = Desk::new();
        let root = desk.folder.path().to_owned();
        let places = Places::of(|name| match name {
            "XDG_CONFIG_HOME" => Some(root.join("home").into()),
            "XDG_CONFIG_DIRS" => Some(root.join("etc").into()),
            _ => None,
        });
        let (mut file, config) = SettingsFile::open_in(None, &places).unwrap();
        assert_eq!((config, file.path()), (Config::default(), None));
        for (folder, device) in [("etc", "system"), ("home", "user")] {
            fs::create_dir_all(desk.path(folder).join("backlot")).unwrap();
            desk.write(&format!("{folder}/backlot/settings.toml"), device);
            assert_eq!(desk.device(&mut file), device);
        }
    }

    #[test]
    fn what_is_no_settings_file_is_refused() {
        let desk = Desk::new();
        let said = |name: &str| SettingsFile::open(Some(&desk.path(name))).unwrap_err().to_string();
        assert!(said("nowhere").contains("does not exist"));
        assert!(said(".").contains("can't be read: is a directory"));
        assert!(said("/dev/null").contains("is not a regular file"));
        fs::write(desk.path("latin1"), b"#\n# \xe4\n").unwrap();
        assert!(said("latin1").contains("latin1:2:3: this is not UTF-8"));
    }
}
