//! Files that appear under their name only when they are complete.
//!
//! What is written goes to a temporary name in the same folder, which is renamed at the end in one
//! step, and only over another file if that was asked for. Dropped before, it is removed.

use crate::FilesError;
use std::fs::{File, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use tempfile::{NamedTempFile, TempPath};

/// Whether a file that exists may be replaced.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Overwrite {
    /// No: it is an error.
    #[default]
    Never,
    /// Yes.
    Always,
}

/// A file that is being written.
#[derive(Debug)]
pub(crate) struct Pending {
    temporary: TempPath,
    target: PathBuf,
    overwrite: Overwrite,
}

impl Pending {
    /// Makes an empty file beside `target`.
    pub fn create(target: &Path, overwrite: Overwrite) -> Result<Self, FilesError> {
        check_target(target, overwrite)?;
        let temporary = beside(target)?.into_temp_path();
        Ok(Self { temporary, target: target.to_owned(), overwrite })
    }

    /// The temporary name.
    pub fn path(&self) -> &Path {
        &self.temporary
    }

    /// The name that it will have.
    pub fn target(&self) -> &Path {
        &self.target
    }

    /// Gives the file its name.
    pub fn commit(self) -> Result<(), FilesError> {
        let Self { temporary, target, overwrite } = self;
        let result = match overwrite {
            Overwrite::Always => temporary.persist(&target),
            Overwrite::Never => temporary.persist_noclobber(&target),
        };
        result.map_err(|e| match e.error.kind() {
            io::ErrorKind::AlreadyExists => FilesError::Exists(target.clone()),
            _ => FilesError::write(&target, e.error),
        })
    }
}

/// An empty file with a name that nobody has, in the folder of `target`.
pub(crate) fn beside(target: &Path) -> Result<NamedTempFile, FilesError> {
    tempfile::Builder::new()
        .prefix(".backlot-")
        .suffix(".part")
        // What the user's mask leaves of it, as for any new file.
        .permissions(Permissions::from_mode(0o666))
        .tempfile_in(folder_of(target))
        .map_err(|source| FilesError::write(target, source))
}

/// The folder that a file lies in.
fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// Says early what would fail late.
pub(crate) fn check_target(target: &Path, overwrite: Overwrite) -> Result<(), FilesError> {
    let folder = folder_of(target);
    if !folder.is_dir() {
        return Err(FilesError::FolderMissing(folder.to_owned()));
    }
    let taken = |found| FilesError::NotReplaceable { path: target.to_owned(), found };
    match std::fs::metadata(target) {
        Ok(meta) if meta.is_dir() => Err(taken("a folder")),
        Ok(meta) if !meta.is_file() => Err(taken("a device or a pipe")),
        Ok(_) if overwrite == Overwrite::Never => Err(FilesError::Exists(target.to_owned())),
        _ => Ok(()),
    }
}

/// Writes a file at once, complete or not at all.
pub(crate) fn write_whole(
    target: &Path,
    overwrite: Overwrite,
    write: impl FnOnce(&mut io::BufWriter<File>) -> Result<(), FilesError>,
) -> Result<(), FilesError> {
    let pending = Pending::create(target, overwrite)?;
    let file = File::options().write(true).open(pending.path());
    let file = file.map_err(|source| FilesError::write(target, source))?;
    let mut writer = io::BufWriter::new(file);
    write(&mut writer)?;
    io::Write::flush(&mut writer).map_err(|source| FilesError::write(target, source))?;
    pending.commit()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn names(folder: &Path) -> Vec<String> {
        let entries = std::fs::read_dir(folder).unwrap();
        entries.map(|e| e.unwrap().file_name().into_string().unwrap()).collect()
    }

    #[test]
    fn a_file_appears_whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("a.txt");
        drop(Pending::create(&target, Overwrite::Never).unwrap());
        assert_eq!(names(folder.path()), Vec::<String>::new());
        write_whole(&target, Overwrite::Never, |file| {
            assert!(!target.exists());
            file.write_all(b"whole").map_err(|e| FilesError::write(&target, e))
        })
        .unwrap();
        assert_eq!(std::fs::read(&target).unwrap(), b"whole");
        assert_eq!(names(folder.path()), ["a.txt"]);
    }

    #[test]
    fn nothing_is_replaced_unasked_even_if_it_appears_meanwhile() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("a.txt");
        let pending = Pending::create(&target, Overwrite::Never).unwrap();
        std::fs::write(&target, "theirs").unwrap();
        assert!(matches!(pending.commit(), Err(FilesError::Exists(_))));
        assert!(matches!(Pending::create(&target, Overwrite::Never), Err(FilesError::Exists(_))));
        assert_eq!(std::fs::read(&target).unwrap(), b"theirs");
        Pending::create(&target, Overwrite::Always).unwrap().commit().unwrap();
        assert_eq!(std::fs::read(&target).unwrap(), b"");
        assert_eq!(names(folder.path()), ["a.txt"]);
    }

    #[test]
    fn what_can_not_be_written_is_said_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let message =
            |path: &Path| Pending::create(path, Overwrite::Always).unwrap_err().to_string();
        let missing = message(&folder.path().join("none/a.mp4"));
        assert!(missing.ends_with("none' does not exist: make it first"), "{missing}");
        assert!(message(folder.path()).ends_with("is a folder: choose another name"));
        assert!(message(Path::new("/dev/null")).contains("is a device or a pipe"));
    }
}
