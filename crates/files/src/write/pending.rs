//! Files that appear under their name only when they are complete.
//!
//! Data goes to a temporary file in the same folder, which is renamed atomically at the end, and
//! replaces another file only on request. If dropped before, it is removed.

use crate::intake::tools::Job;
use crate::write::container::Container;
use crate::write::part::Part;
use crate::write::permit::Place;
use crate::{FilesError, Overwrite, Permit};
use std::fs::File;
use std::io;
use std::path::Path;

/// A file that is being written.
#[derive(Debug)]
pub(crate) struct Pending {
    part: Part,
    place: Place,
    overwrite: Overwrite,
}

impl Pending {
    /// Creates an empty file beside `target`, or beside the target of that link.
    pub fn create(target: &Path, permit: &Permit) -> Result<Self, FilesError> {
        let place = Place::find(target, permit)?;
        let part = beside(&place)?;
        Ok(Self { part, place, overwrite: permit.overwrite })
    }

    /// The temporary name.
    pub fn path(&self) -> &Path {
        self.part.path()
    }

    /// The name that the user gave.
    #[expect(clippy::misnamed_getters, reason = "the place's target is where a link leads")]
    pub fn target(&self) -> &Path {
        &self.place.name
    }

    /// Another temporary file beside it, which never gets a name.
    pub fn another(&self) -> Result<Part, FilesError> {
        beside(&self.place)
    }

    /// Gives the file its name.
    pub fn commit(self) -> Result<(), FilesError> {
        let Self { part, place: Place { name, target, old, .. }, overwrite } = self;
        let result = part.commit(&target, old.as_ref(), overwrite == Overwrite::Always);
        result.map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => FilesError::Exists(name),
            _ => FilesError::write(&name, error),
        })
    }
}

fn beside(place: &Place) -> Result<Part, FilesError> {
    Part::beside(&place.target, place.mode).map_err(|error| FilesError::write(&place.name, error))
}

/// Writes bytes to a file that appears when it is complete, or not at all.
///
/// # Errors
/// One sentence when the file may not be replaced, or can't be written.
pub fn write_file(target: &Path, permit: &Permit, bytes: &[u8]) -> Result<(), FilesError> {
    write_whole(target, permit, |file| {
        io::Write::write_all(file, bytes).map_err(|source| FilesError::write(target, source))
    })
}

/// Writes a file at once, complete or not at all.
pub(crate) fn write_whole(
    target: &Path,
    permit: &Permit,
    write: impl FnOnce(&mut io::BufWriter<File>) -> Result<(), FilesError>,
) -> Result<(), FilesError> {
    let pending = Pending::create(target, permit)?;
    let file = File::options().write(true).open(pending.path());
    let file = file.map_err(|source| FilesError::write(target, source))?;
    let mut writer = io::BufWriter::new(file);
    write(&mut writer)?;
    io::Write::flush(&mut writer).map_err(|source| FilesError::write(target, source))?;
    pending.commit()
}

/// The last options of a command that writes a finished file.
pub(super) fn finished_file<'a>(
    job: &'a mut Job,
    container: Container,
    pending: &Pending,
) -> &'a mut Job {
    job.args(container.muxing());
    job.args(["-f", container.muxer()]).output(pending.path())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::Permissions;
    use std::io::Write;
    use std::os::unix::fs::PermissionsExt;

    fn names(folder: &Path) -> Vec<String> {
        let entries = std::fs::read_dir(folder).unwrap();
        entries.map(|e| e.unwrap().file_name().into_string().unwrap()).collect()
    }

    #[test]
    fn a_file_appears_whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("a.txt");
        drop(Pending::create(&target, &Overwrite::Never.into()).unwrap());
        assert_eq!(names(folder.path()), Vec::<String>::new());
        write_whole(&target, &Overwrite::Never.into(), |file| {
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
        let pending = Pending::create(&target, &Overwrite::Never.into()).unwrap();
        std::fs::write(&target, "theirs").unwrap();
        assert!(matches!(pending.commit(), Err(FilesError::Exists(_))));
        assert!(matches!(
            Pending::create(&target, &Overwrite::Never.into()),
            Err(FilesError::Exists(_))
        ));
        assert_eq!(std::fs::read(&target).unwrap(), b"theirs");
        Pending::create(&target, &Overwrite::Always.into()).unwrap().commit().unwrap();
        assert_eq!(std::fs::read(&target).unwrap(), b"");
        assert_eq!(names(folder.path()), ["a.txt"]);
    }

    #[test]
    fn what_takes_the_place_of_a_file_is_as_private_and_no_link_is_lost() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        std::fs::create_dir(at("deep")).unwrap();
        std::fs::write(at("deep/a.txt"), "old").unwrap();
        std::os::unix::fs::symlink("deep/a.txt", at("link.txt")).unwrap();
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        for bits in [0o600, 0o640, 0o444] {
            std::fs::set_permissions(at("deep/a.txt"), Permissions::from_mode(bits)).unwrap();
            let pending = Pending::create(&at("link.txt"), &Overwrite::Always.into()).unwrap();
            assert_eq!(pending.path().parent().unwrap(), at("deep"));
            assert_eq!(mode(pending.path()) & !(bits | 0o600), 0, "{bits:o} from the start");
            std::fs::write(pending.path(), "new").unwrap();
            pending.commit().unwrap();
            assert_eq!(mode(&at("deep/a.txt")), bits);
        }
        assert!(at("link.txt").is_symlink());
        assert_eq!(std::fs::read(at("link.txt")).unwrap(), b"new");
    }

    #[test]
    fn what_can_not_be_written_is_said_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let message =
            |path: &Path| Pending::create(path, &Overwrite::Always.into()).unwrap_err().to_string();
        let missing = message(&folder.path().join("none/a.mp4"));
        assert!(missing.ends_with("none' does not exist: make it first"), "{missing}");
        assert!(message(folder.path()).ends_with("is a folder: choose another name"));
        assert!(message(Path::new("/dev/null")).contains("is a device or a pipe"));
    }
}
