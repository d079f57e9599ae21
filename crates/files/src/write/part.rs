//! Unfinished files: each has a name beside its target, which goes away with it.
//!
//! A name is held by a lock as long as somebody writes. One that nobody holds was left by a program
//! that was killed, and is removed by the next that writes to its folder.

use crate::open_file;
use crate::write::permit::folder_of;
use std::collections::HashSet;
use std::fs::{File, Metadata, Permissions};
use std::io;
use std::os::unix::fs::{MetadataExt, PermissionsExt, fchown};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use tempfile::NamedTempFile;

const BEGIN: &str = ".backlot-";
const END: &str = ".part";

/// Global, as whoever ends the program knows nothing of its jobs.
static KNOWN: Mutex<Known> = Mutex::new(Known { parts: Vec::new(), swept: None });

struct Known {
    /// What is unfinished.
    parts: Vec<PathBuf>,
    /// Folders of which the left names were removed.
    swept: Option<HashSet<PathBuf>>,
}

fn known() -> MutexGuard<'static, Known> {
    // A list is whole after every push.
    KNOWN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Ends all children and removes all that is unfinished, for a program that ends at once. From then
/// on nothing can be begun: who tries waits for ever.
pub fn abandon() {
    let known = known();
    // One that has only just started would make its file anew.
    backlot_launch::end_all();
    for path in &known.parts {
        // There is nobody to tell.
        let _ = std::fs::remove_file(path);
    }
    std::mem::forget(known);
}

/// A file without its final name. Dropped, it is removed.
#[derive(Debug)]
pub(crate) struct Part {
    // Removed before it is forgotten. It holds the lock.
    file: NamedTempFile,
    listed: Listed,
}

/// An entry of the list of what is unfinished.
#[derive(Debug)]
struct Listed(PathBuf);

impl Drop for Listed {
    fn drop(&mut self) {
        known().parts.retain(|path| *path != self.0);
    }
}

impl Part {
    /// Makes an empty file beside `target`, with a name that nobody has.
    pub fn beside(target: &Path, mode: u32) -> io::Result<Self> {
        let folder = std::path::absolute(folder_of(target))?;
        sweep(&folder);
        loop {
            let file = create(&folder, mode)?;
            // Whoever sweeps may have come between its birth and its lock.
            if file.as_file().metadata()?.nlink() > 0 {
                let listed = Listed(file.path().to_owned());
                return Ok(Self { file, listed });
            }
        }
    }

    /// Its name for now.
    pub fn path(&self) -> &Path {
        self.file.path()
    }

    /// Gives it its name, and in place of an old file its owner and permissions, as far as may be.
    pub fn commit(self, target: &Path, old: Option<&Metadata>, replace: bool) -> io::Result<()> {
        let Self { file, listed } = self;
        if let Some(old) = old {
            take_after(file.as_file(), old)?;
        }
        let path = file.into_temp_path();
        let named = if replace { path.persist(target) } else { path.persist_noclobber(target) };
        drop(listed);
        named.map_err(|error| error.error)
    }
}

/// Makes the file, its entry in the list, and its lock.
fn create(folder: &Path, mode: u32) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    // What the user's mask leaves of the mode, as for any new file.
    builder.prefix(BEGIN).suffix(END).permissions(Permissions::from_mode(mode));
    // Whoever abandons all must not come between.
    let mut known = known();
    let file = builder.tempfile_in(folder)?;
    known.parts.push(file.path().to_owned());
    // Where there are no locks, nothing is swept either.
    let _ = file.as_file().try_lock();
    Ok(file)
}

fn take_after(file: &File, old: &Metadata) -> io::Result<()> {
    let mut mode = old.mode() & 0o777;
    if fchown(file, Some(old.uid()), Some(old.gid())).is_err() {
        let is_same =
            file.metadata()?.gid() == old.gid() || fchown(file, None, Some(old.gid())).is_ok();
        // Another group never had these rights.
        mode &= if is_same { 0o777 } else { 0o707 };
    }
    file.set_permissions(Permissions::from_mode(mode))
}

/// Removes what was left in a folder, the first time that something is written there.
fn sweep(folder: &Path) {
    let is_new = known().swept.get_or_insert_default().insert(folder.to_owned());
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    if is_new {
        entries.flatten().map(|entry| entry.path()).filter(|path| is_left(path)).for_each(|path| {
            // It may be somebody else's.
            let _ = std::fs::remove_file(&path);
        });
    }
}

/// Whether it is one of ours that nobody holds.
fn is_left(path: &Path) -> bool {
    let is_file = || path.symlink_metadata().is_ok_and(|meta| meta.is_file());
    let is_free = || open_file(path).is_ok_and(|file| file.try_lock().is_ok());
    is_part(path) && is_file() && is_free()
}

/// Whether a name is one of ours.
fn is_part(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str());
    name.and_then(|name| name.strip_prefix(BEGIN)?.strip_suffix(END)).is_some_and(|middle| {
        middle.len() == 6 && middle.bytes().all(|b| b.is_ascii_alphanumeric())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = std::fs::read_dir(folder).unwrap();
        let mut names: Vec<_> =
            entries.map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn what_was_left_is_removed_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let kept = [".backlot-ab.part", ".backlot-abc_12.part", ".backlot-held12.part", "a.part"];
        for name in kept.iter().chain(&[".backlot-left12.part"]) {
            std::fs::write(at(name), "x").unwrap();
        }
        let held = File::open(at(".backlot-held12.part")).unwrap();
        held.lock().unwrap();
        std::os::unix::fs::symlink(at("a.part"), at(".backlot-link12.part")).unwrap();
        let part = Part::beside(&at("result"), 0o600).unwrap();
        assert_eq!(part.file.as_file().metadata().unwrap().mode() & 0o777, 0o600);
        let own = part.path().file_name().unwrap().to_str().unwrap().to_owned();
        assert!(is_part(part.path()), "{own}");
        let other = File::open(part.path()).unwrap();
        assert!(other.try_lock().is_err(), "it is held");
        part.commit(&at("result"), None, false).unwrap();
        let mut expected = vec![".backlot-link12.part", "result"];
        expected.extend(kept);
        expected.sort_unstable();
        assert_eq!(names(folder.path()), expected);
    }
}
