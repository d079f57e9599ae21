//! What a result may replace, and who may read it.

use crate::FilesError;
use std::collections::HashMap;
use std::fs::Metadata;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// How many links that lead to links are followed.
const MOST_LINKS: usize = 40;

/// Whether an existing file may be replaced.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Overwrite {
    /// No: it is an error.
    #[default]
    Never,
    /// Yes.
    Always,
}

/// What a result may replace, and who may read it.
#[derive(Clone, Debug)]
pub struct Permit {
    /// Whether an existing file may be replaced.
    pub overwrite: Overwrite,
    /// The files that the job reads, by device and inode: they are never replaced.
    sources: Arc<HashMap<(u64, u64), PathBuf>>,
    /// The widest permissions of a new file.
    mode: u32,
}

impl From<Overwrite> for Permit {
    fn from(overwrite: Overwrite) -> Self {
        Self { overwrite, sources: Arc::default(), mode: 0o666 }
    }
}

impl Permit {
    /// Names a file that the job reads: no result replaces it, under any of its names.
    pub fn spare(&mut self, path: &Path) {
        if let Ok(meta) = std::fs::metadata(path) {
            let sources = Arc::make_mut(&mut self.sources);
            sources.entry((meta.dev(), meta.ino())).or_insert_with(|| path.to_owned());
        }
    }

    /// Names a file that the result is made from: only users who can read it can read the result.
    pub fn as_private_as(&mut self, path: &Path) {
        let Ok(meta) = std::fs::metadata(path) else { return };
        for (read, all) in [(0o040, 0o060), (0o004, 0o006)] {
            if meta.mode() & read == 0 {
                self.mode &= !all;
            }
        }
    }

    /// Reports early what would fail late.
    ///
    /// # Errors
    /// One sentence when the name's folder is missing, or the name is taken: by something that is
    /// not a file, by a file that the job reads, or by any file if none may be replaced.
    pub fn check(&self, target: &Path) -> Result<(), FilesError> {
        Place::find(target, self).map(|_| ())
    }
}

/// Where a result goes.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    /// The name that the user gave.
    pub name: PathBuf,
    /// Where it leads, with links resolved.
    pub target: PathBuf,
    /// The file that is replaced.
    pub old: Option<Metadata>,
    /// The permissions of a new file, before the user's mask.
    pub mode: u32,
}

impl Place {
    /// Where `name` leads, if a result may be written there.
    pub fn find(name: &Path, permit: &Permit) -> Result<Self, FilesError> {
        let target = followed(name).map_err(|e| FilesError::write(name, e))?;
        let folder = folder_of(&target);
        if !folder.is_dir() {
            return Err(FilesError::FolderMissing(folder.to_owned()));
        }
        let old = match std::fs::metadata(&target) {
            Ok(meta) => Some(meta),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(FilesError::write(name, error)),
        };
        if let Some(meta) = &old {
            check_old(name, meta, permit)?;
        }
        // An unfinished file is as private as the file it replaces.
        let kept = old.as_ref().map_or(permit.mode, |meta| meta.mode() & 0o666);
        Ok(Self { name: name.to_owned(), target, old, mode: kept | 0o600 })
    }
}

fn check_old(name: &Path, meta: &Metadata, permit: &Permit) -> Result<(), FilesError> {
    let taken = |found| FilesError::NotReplaceable { path: name.to_owned(), found };
    if meta.is_dir() {
        return Err(taken("a folder"));
    }
    if !meta.is_file() {
        return Err(taken("a device or a pipe"));
    }
    if let Some(input) = permit.sources.get(&(meta.dev(), meta.ino())) {
        return Err(FilesError::IsSource { path: name.to_owned(), input: input.clone() });
    }
    match permit.overwrite {
        Overwrite::Never => Err(FilesError::Exists(name.to_owned())),
        Overwrite::Always => Ok(()),
    }
}

/// Where a name leads; it may be a link, even to a missing file.
fn followed(name: &Path) -> io::Result<PathBuf> {
    let mut path = name.to_owned();
    for _ in 0..MOST_LINKS {
        match std::fs::read_link(&path) {
            Ok(to) => path = folder_of(&path).join(to),
            Err(_) => return Ok(path),
        }
    }
    Err(io::Error::other("its link leads to itself"))
}

/// The folder of a file.
pub(crate) fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::{self, Permissions};
    use std::os::unix::fs::{PermissionsExt, symlink};

    #[test]
    fn a_file_that_is_read_is_spared_by_any_name() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::write(at("a.png"), "picture").unwrap();
        fs::hard_link(at("a.png"), at("hard.png")).unwrap();
        symlink("a.png", at("link.png")).unwrap();
        fs::write(at("other.png"), "other").unwrap();
        for overwrite in [Overwrite::Never, Overwrite::Always] {
            let mut permit = Permit::from(overwrite);
            permit.spare(&at("a.png"));
            for name in ["a.png", "hard.png", "link.png", "../a.png"] {
                let name = if name.starts_with('.') {
                    at(".").join("..").join(folder.path().file_name().unwrap()).join("a.png")
                } else {
                    at(name)
                };
                let said = permit.check(&name).unwrap_err().to_string();
                assert!(said.contains("is read") && !said.contains("--force"), "{said}");
            }
            assert_eq!(permit.check(&at("other.png")).is_ok(), overwrite == Overwrite::Always);
            assert!(permit.check(&at("new.png")).is_ok());
        }
    }

    #[test]
    fn links_are_followed_as_far_as_they_lead() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::create_dir(at("deep")).unwrap();
        symlink("deep/b.png", at("a.png")).unwrap();
        symlink("a.png", at("c.png")).unwrap();
        let place = Place::find(&at("c.png"), &Overwrite::Never.into()).unwrap();
        assert_eq!(place.target, at("deep/b.png"));
        symlink("round.png", at("round.png")).unwrap();
        let said = Place::find(&at("round.png"), &Overwrite::Always.into()).unwrap_err();
        assert!(said.to_string().contains("leads to itself"), "{said}");
    }

    #[test]
    fn a_result_is_as_private_as_what_it_is_made_of() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        fs::write(&path, "").unwrap();
        for (mode, expected) in [(0o600, 0o600), (0o640, 0o660), (0o644, 0o666), (0o444, 0o666)] {
            fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
            let mut permit = Permit::from(Overwrite::Never);
            permit.as_private_as(&path);
            let place = Place::find(&folder.path().join("b"), &permit).unwrap();
            assert_eq!(place.mode, expected, "{mode:o}");
        }
    }
}
