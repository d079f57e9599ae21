//! A scene with its pictures as one archive: a plain tar file of `scenes/ID.toml`, the handed scene
//! first, and `files/NAME`.
//!
//! What others made is read with limits, and nothing of it decides where anything is written.

use crate::check;
use crate::error::SettingsError;
use crate::places::Places;
use crate::scenes::SceneFolder;
use backlot_files::open_file;
use backlot_scene::config::{Config, SceneFile};
use backlot_scene::{Document, LayerSource};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::{Component, Path, PathBuf};
use tar::{Archive, Builder, EntryType, Header};

/// The most bytes of an archive and of all that is in it.
const MOST_BYTES: u64 = 512 << 20;
/// The most entries.
const MOST_ENTRIES: usize = 512;
/// The longest name of a file in an archive, in bytes: what fits into a plain header.
const LONGEST_NAME: usize = 80;

/// A scene as it is handed on.
#[derive(Debug, Default)]
pub struct Bundle {
    /// The scene, and those that it shows.
    scenes: Vec<SceneFile>,
    /// Its pictures by their names in the archive.
    pictures: BTreeMap<String, Vec<u8>>,
}

fn wrong(what: impl Into<String>) -> SettingsError {
    SettingsError::Archive(what.into())
}

impl Bundle {
    /// A scene of settings with the scenes in it and their pictures.
    ///
    /// # Errors
    /// When there is no such scene, or a picture can't be read.
    pub fn of(config: &Config, scene: &str) -> Result<Self, SettingsError> {
        let (document, mut bundle) = (config.placed_document(), Self::default());
        let mut open = vec![scene.to_owned()];
        while let Some(name) = open.pop() {
            if bundle.scenes.iter().any(|file| file.name == name) {
                continue;
            }
            let file = SceneFile::of(&document, &name).ok_or(SettingsError::NoScene(name))?;
            open.extend(inner_scenes(&file));
            bundle.scenes.push(file);
        }
        bundle.take_pictures()?;
        Ok(bundle)
    }

    /// Reads the pictures, and gives them names of their own.
    fn take_pictures(&mut self) -> Result<(), SettingsError> {
        let (mut names, mut trouble) = (BTreeMap::<PathBuf, String>::new(), None);
        let (pictures, mut left) = (&mut self.pictures, MOST_BYTES);
        for scene in &mut self.scenes {
            scene.each_file(|path| {
                if !names.contains_key(path) {
                    let name = free_name(path, pictures);
                    match read_picture(path, left) {
                        Ok(bytes) => {
                            left -= bytes.len() as u64;
                            pictures.insert(name.clone(), bytes);
                        }
                        Err(error) => trouble = trouble.take().or(Some(error)),
                    }
                    names.insert(path.clone(), name);
                }
                *path = Path::new("files").join(&names[path]);
            });
        }
        trouble.map_or(Ok(()), Err)
    }

    /// Writes the archive to a new file.
    ///
    /// # Errors
    /// When there is a file already, or it can't be written.
    pub fn write(&self, path: &Path) -> Result<(), SettingsError> {
        let failed = |error| SettingsError::Write(path.to_owned(), error);
        let file = match File::create_new(path) {
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
                return Err(wrong(format!(
                    "'{}' already exists: choose another name",
                    path.display()
                )));
            }
            file => file.map_err(failed)?,
        };
        let written = self.write_to(&file).and_then(|()| file.sync_all());
        written.inspect_err(|_| drop(fs::remove_file(path))).map_err(failed)
    }

    fn write_to(&self, file: impl Write) -> std::io::Result<()> {
        let mut archive = Builder::new(file);
        for scene in &self.scenes {
            let name = format!("scenes/{}.toml", SceneFile::id(&scene.name));
            add(&mut archive, &name, scene.text().as_bytes())?;
        }
        for (name, bytes) in &self.pictures {
            add(&mut archive, &format!("files/{name}"), bytes)?;
        }
        archive.into_inner().map(drop)
    }

    /// Reads an archive that somebody made.
    ///
    /// # Errors
    /// One sentence about what is not as it should be.
    pub fn read(path: &Path) -> Result<Self, SettingsError> {
        let file = open_file(path).map_err(|error| wrong(error.to_string()))?;
        Self::read_from(file)
    }

    /// The same of any bytes.
    ///
    /// # Errors
    /// As [`Bundle::read`].
    pub fn read_from(bytes: impl Read) -> Result<Self, SettingsError> {
        let mut archive = Archive::new(bytes);
        let mut bundle = Self::default();
        let (mut count, mut left) = (0, MOST_BYTES);
        let unread = |error: std::io::Error| wrong(format!("it is no whole tar archive: {error}"));
        // Raw entries: no extension of the format is followed.
        for entry in archive.entries().map_err(unread)?.raw(true) {
            let mut entry = entry.map_err(unread)?;
            count += 1;
            if count > MOST_ENTRIES {
                return Err(wrong(format!("it has more than {MOST_ENTRIES} entries")));
            }
            let (name, size) =
                (String::from_utf8_lossy(&entry.path_bytes()).into_owned(), entry.size());
            left = left
                .checked_sub(size)
                .ok_or_else(|| wrong(format!("it holds more than {} MB", MOST_BYTES >> 20)))?;
            match entry.header().entry_type() {
                EntryType::Regular => {}
                EntryType::Directory => continue,
                _ => return Err(wrong(format!("'{}' in it is no plain file", shown(&name)))),
            }
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).map_err(unread)?;
            if bytes.len() as u64 != size {
                return Err(wrong("it ends too early"));
            }
            bundle.take_entry(&name, bytes)?;
        }
        bundle.checked()
    }

    fn take_entry(&mut self, name: &str, bytes: Vec<u8>) -> Result<(), SettingsError> {
        let (folder, file) = plain_name(name).ok_or_else(|| {
            wrong(format!("'{}' in it is no name of a scene or picture", shown(name)))
        })?;
        if folder == "files" {
            let is_new = self.pictures.insert(file.to_owned(), bytes).is_none();
            return if is_new { Ok(()) } else { Err(wrong(format!("'{file}' is in it twice"))) };
        }
        let text =
            String::from_utf8(bytes).map_err(|_| wrong(format!("'{name}' in it is no text")))?;
        let scene = SceneFile::parse(&text).map_err(|issues| wrong(format!("{name}:{issues}")))?;
        if self.scenes.iter().any(|known| known.name == scene.name) {
            return Err(wrong(format!("the scene '{}' is in it twice", shown(&scene.name))));
        }
        self.scenes.push(scene);
        Ok(())
    }

    /// Every name in the scenes has to be that of a picture in the archive.
    fn checked(mut self) -> Result<Self, SettingsError> {
        if self.scenes.is_empty() {
            return Err(wrong("there is no scene in it"));
        }
        let (pictures, mut missing) = (&self.pictures, None);
        for scene in &mut self.scenes {
            scene.each_file(|path| {
                let name = path.strip_prefix("files").ok().and_then(Path::to_str);
                if !name.is_some_and(|name| pictures.contains_key(name)) {
                    missing.get_or_insert_with(|| path.display().to_string());
                }
            });
        }
        let what = |name: String| wrong(format!("the picture '{}' is not in it", shown(&name)));
        missing.map_or(Ok(self), |name| Err(what(name)))
    }

    /// Brings the scenes and their pictures into the folder of scenes, all or nothing. Returns the
    /// scene's name.
    ///
    /// # Errors
    /// When there are scenes of those names, or something can't be written.
    pub fn bring_in(
        mut self,
        folder: &SceneFolder,
        config: &Config,
    ) -> Result<String, SettingsError> {
        let main = self.scenes[0].name.clone();
        let place = SceneFolder::pictures(&main);
        for scene in &mut self.scenes {
            if config.document.own_scene(&scene.name).is_some() || folder.file(&scene.name).exists()
            {
                let name = shown(&scene.name);
                return Err(wrong(format!(
                    "there is a scene '{name}' already: rename or revert that first"
                )));
            }
            scene.each_file(|path| {
                let name = path.file_name().map(PathBuf::from).unwrap_or_default();
                *path = place.join(name);
            });
        }
        let mut document = config.document.clone();
        let mut results = document.put_all(&self.scenes).into_iter();
        results.try_for_each(|result| result.map(drop)).map_err(wrong)?;
        let mut names =
            self.scenes.iter().flat_map(|scene| check::unknown_names(&scene.names, &document));
        if let Some(issue) = names.next() {
            return Err(wrong(issue.message));
        }
        let place = folder.base().join(place);
        if !folder.remove_pictures(&main)? {
            let place = place.display();
            return Err(wrong(format!(
                "another scene shows what is in '{place}': revert that first"
            )));
        }
        let pictures = self.write_pictures(&place);
        let mut scenes = self.scenes.iter();
        let written =
            pictures.and_then(|()| scenes.try_for_each(|scene| folder.write(scene).map(drop)));
        if written.is_err() {
            drop(fs::remove_dir_all(&place));
            for scene in &self.scenes {
                drop(fs::remove_file(folder.file(&scene.name)));
            }
        }
        written.map(|()| main)
    }

    fn write_pictures(&self, folder: &Path) -> Result<(), SettingsError> {
        if self.pictures.is_empty() {
            return Ok(());
        }
        fs::create_dir_all(folder)
            .map_err(|error| SettingsError::Folder(folder.to_owned(), error))?;
        for (name, bytes) in &self.pictures {
            let path = folder.join(name);
            let written = File::create_new(&path).and_then(|mut file| {
                file.write_all(bytes)?;
                file.sync_all()
            });
            written.map_err(|error| SettingsError::Write(path, error))?;
        }
        Ok(())
    }
}

/// The settings that a scene is taken from or brought into, with their scenes; and their folder.
///
/// # Errors
/// When the settings can't be read.
pub fn opened(
    named: Option<&Path>,
    places: &Places,
) -> Result<(Config, SceneFolder), SettingsError> {
    let folder = SceneFolder::beside(named, places).ok_or(SettingsError::Nowhere)?;
    let (_, config) = crate::SettingsFile::open_in(named, places)?;
    Ok((config, folder))
}

fn inner_scenes(file: &SceneFile) -> Vec<String> {
    let layers = file.form.layers().iter();
    let inner = layers.filter_map(|layer| match &layer.source {
        LayerSource::Scene(name) => Some(name.clone()),
        _ => None,
    });
    inner.collect()
}

fn add(archive: &mut Builder<impl Write>, name: &str, bytes: &[u8]) -> std::io::Result<()> {
    let mut header = Header::new_ustar();
    header.set_size(bytes.len() as u64);
    header.set_mode(0o644);
    archive.append_data(&mut header, name, bytes)
}

/// A name for a picture that no other has: letters, digits, `.`, `-` and `_`.
fn free_name(path: &Path, taken: &BTreeMap<String, Vec<u8>>) -> String {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    let name: String =
        name.unwrap_or_default().chars().map(|c| if is_plain(c) { c } else { '-' }).collect();
    // The ending says what it is, so the front is cut.
    let name = name.trim_start_matches('.');
    let name = &name[name.len().saturating_sub(LONGEST_NAME - 4)..];
    let mut numbered = (0..).map(|n| if n == 0 { name.to_owned() } else { format!("{n}-{name}") });
    numbered.find(|name| !taken.contains_key(name)).unwrap_or_default()
}

fn read_picture(path: &Path, left: u64) -> Result<Vec<u8>, SettingsError> {
    let file = open_file(path).map_err(|error| wrong(error.to_string()))?;
    let mut bytes = Vec::new();
    let read = file.take(left + 1).read_to_end(&mut bytes);
    read.map_err(|error| wrong(format!("'{}' can't be read: {error}", path.display())))?;
    if bytes.len() as u64 > left {
        return Err(wrong(format!("the scene's files have more than {} MB", MOST_BYTES >> 20)));
    }
    Ok(bytes)
}

/// `scenes` or `files`, and a name in it that leads nowhere else.
fn plain_name(name: &str) -> Option<(&str, &str)> {
    let (folder, file) = name.split_once('/')?;
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    let fits = !file.is_empty() && file.len() <= LONGEST_NAME && file.chars().all(is_plain);
    let mut parts = Path::new(file).components();
    let is_one = matches!(parts.next(), Some(Component::Normal(_))) && parts.next().is_none();
    let is_ours = folder == "files" || (folder == "scenes" && file.ends_with(".toml"));
    (fits && is_one && is_ours && !file.starts_with('.')).then_some((folder, file))
}

fn shown(text: &str) -> String {
    let chars = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    chars.take(60).collect()
}

/// A document, for who wants to look into an archive first.
impl From<&Bundle> for Document {
    fn from(bundle: &Bundle) -> Self {
        let mut document = Self::default();
        // What doesn't go together is left out.
        document.put_all(&bundle.scenes);
        document
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HAND: &str = "[source.photo]\nfile = \"pictures/beach.png\"\n[scene.z-inner]\nbackground = \"other/beach.png\"\n\
                        [[scene.main.layer]]\nsource = \"photo\"\n[[scene.main.layer]]\nsource = \"scene:z-inner\"\n";

    fn desk(text: &str) -> (tempfile::TempDir, SceneFolder, Config) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("settings.toml");
        fs::write(&path, text).unwrap();
        let (config, scenes) = opened(Some(&path), &Places::new()).unwrap();
        (folder, scenes, config)
    }

    fn exported() -> Vec<u8> {
        let (folder, _, config) = desk(HAND);
        for (name, byte) in [("pictures", 1), ("other", 2)] {
            fs::create_dir(folder.path().join(name)).unwrap();
            fs::write(folder.path().join(name).join("beach.png"), [byte; 3]).unwrap();
        }
        let bundle = Bundle::of(&config, "main").unwrap();
        let out = folder.path().join("main.tar");
        bundle.write(&out).unwrap();
        assert!(bundle.write(&out).unwrap_err().to_string().contains("already exists"));
        fs::read(out).unwrap()
    }

    #[test]
    fn a_scene_goes_to_another_machine_with_all_that_it_shows() {
        let archive = exported();
        let (folder, scenes, config) = desk("[scene.mine]\n");
        let bundle = Bundle::read_from(&archive[..]).unwrap();
        assert_eq!(bundle.bring_in(&scenes, &config).unwrap(), "main");
        let (config, _) =
            opened(Some(&folder.path().join("settings.toml")), &Places::new()).unwrap();
        let placed = config.placed_document();
        let mut bytes = Vec::new();
        for name in ["main", "z-inner"] {
            let mut file = SceneFile::of(&placed, name).unwrap();
            file.each_file(|path| bytes.push(fs::read(path).unwrap()));
        }
        assert_eq!(bytes, [[1; 3], [2; 3]]);
        let again = Bundle::read_from(&archive[..]).unwrap().bring_in(&scenes, &config);
        assert!(again.unwrap_err().to_string().contains("already"), "nothing is overwritten");
        let pictures =
            || fs::read_dir(folder.path().join("scenes/main.files")).map(Iterator::count);
        scenes.revert("main").unwrap();
        assert_eq!(pictures().unwrap(), 2, "the inner scene shows one of them");
        scenes.revert("z-inner").unwrap();
        let again = Bundle::read_from(&archive[..]).unwrap().bring_in(&scenes, &config);
        assert!(again.is_err(), "as these settings have them still");
        let (config, _) =
            opened(Some(&folder.path().join("settings.toml")), &Places::new()).unwrap();
        Bundle::read_from(&archive[..]).unwrap().bring_in(&scenes, &config).unwrap();
        scenes.revert("z-inner").unwrap();
        scenes.revert("main").unwrap();
        assert!(pictures().is_err(), "they go with the last scene that shows them");
    }

    fn archive(entries: &[(&str, EntryType, &[u8])]) -> Vec<u8> {
        let mut builder = Builder::new(Vec::new());
        for (name, kind, bytes) in entries {
            let mut header = Header::new_ustar();
            header.as_mut_bytes()[..name.len()].copy_from_slice(name.as_bytes());
            header.set_entry_type(*kind);
            header.set_size(bytes.len() as u64);
            header.set_cksum();
            builder.append(&header, *bytes).unwrap();
        }
        builder.into_inner().unwrap()
    }

    const SCENE: (&str, EntryType, &[u8]) = (
        "scenes/a.toml",
        EntryType::Regular,
        b"version = 1\nname = \"a\"\nbackground = \"navy\"\n",
    );

    #[test]
    fn hostile_archives_are_refused_in_one_sentence() {
        let file = |name| (name, EntryType::Regular, &b"x"[..]);
        let outside: &[u8] = b"version = 1\nname = \"b\"\nbackground = \"/etc/passwd.png\"\n";
        let above: &[u8] = b"version = 1\nname = \"b\"\nbackground = \"files/../../x.png\"\n";
        for (entries, said) in [
            (vec![], "no scene in it"),
            (vec![SCENE, file("files/../../x")], "is no name of a scene or picture"),
            (vec![SCENE, file("../x")], "is no name of a scene or picture"),
            (vec![SCENE, file("/etc/x")], "is no name of a scene or picture"),
            (vec![SCENE, file("files/a\u{1b}b")], "'files/a b' in it is no name"),
            (vec![SCENE, file("files/.x")], "is no name of a scene or picture"),
            (vec![SCENE, ("files/x", EntryType::Symlink, b"")], "is no plain file"),
            (vec![SCENE, ("files/x", EntryType::Link, b"")], "is no plain file"),
            (vec![SCENE, ("files/x", EntryType::Fifo, b"")], "is no plain file"),
            (vec![SCENE, ("files/x", EntryType::GNUSparse, b"")], "is no plain file"),
            (vec![SCENE, ("x", EntryType::GNULongName, b"files/x")], "is no plain file"),
            (vec![SCENE, file("files/x"), file("files/x")], "is in it twice"),
            (vec![SCENE, SCENE], "the scene 'a' is in it twice"),
            (vec![file("scenes/a.toml")], "scenes/a.toml:1:"),
            (
                vec![("scenes/b.toml", EntryType::Regular, outside)],
                "'/etc/passwd.png' is not in it",
            ),
            (vec![("scenes/b.toml", EntryType::Regular, above)], "is not in it"),
            (vec![file("files/x"); 600], "twice"),
        ] {
            let error = Bundle::read_from(&archive(&entries)[..]).unwrap_err().to_string();
            assert!(error.contains(said), "{said}: {error}");
            assert!(!error.contains(['\n', '\u{1b}']), "{error}");
        }
        assert!(Bundle::read_from(&archive(&[SCENE])[..]).is_ok());
        assert!(Bundle::read_from(&[7_u8; 4096][..]).is_err());
    }

    #[test]
    fn an_archive_that_never_ends_is_left() {
        let mut endless = archive(&[SCENE]);
        endless.truncate(1024);
        let mut header = Header::new_ustar();
        header.set_path("files/x").unwrap();
        header.set_size(1 << 40);
        header.set_cksum();
        endless.extend_from_slice(header.as_bytes());
        let bytes = endless.chain(std::io::repeat(0));
        let error = Bundle::read_from(bytes).unwrap_err().to_string();
        assert!(error.contains("more than 512 MB"), "{error}");
        let whole = exported();
        for length in (0..whole.len() - 1024).step_by(97) {
            let error = Bundle::read_from(&whole[..length]).unwrap_err().to_string();
            assert!(!error.contains('\n'), "{error}");
        }
        let many: Vec<_> = (0..600).map(|n| format!("files/{n}")).collect();
        let many: Vec<_> =
            many.iter().map(|n| (n.as_str(), EntryType::Regular, &b""[..])).collect();
        let error = Bundle::read_from(&archive(&many)[..]).unwrap_err().to_string();
        assert!(error.contains("more than 512 entries"), "{error}");
    }
}
