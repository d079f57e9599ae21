//! Unfinished files: each has a temporary name beside its target.
//!
//! Such a file is locked while it is written. One without a lock is left over from a program that
//! was killed, and the next program that writes to its folder removes it.

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

/// Global, as the code that ends the program does not know its jobs.
static KNOWN: Mutex<Known> = Mutex::new(Known { parts: Vec::new(), swept: None });

struct Known {
    /// The unfinished files.
    parts: Vec<PathBuf>,
    /// Folders whose leftovers were removed.
    swept: Option<HashSet<PathBuf>>,
}

fn known() -> MutexGuard<'static, Known> {
    // The list is consistent after every push.
    KNOWN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Ends all children and removes all unfinished files, for a program that ends at once. Afterwards
/// a thread that tries to begin a file waits for ever.
pub fn abandon() {
    let known = known();
    // A child that has only just started would create its file again.
    backlot_launch::end_all();
    for path in &known.parts {
        // Nobody is left to report an error to.
        let _ = std::fs::remove_file(path);
    }
    std::mem::forget(known);
}

/// A file without its final name. Dropping this removes it.
#[derive(Debug)]
pub(crate) struct Part {
    // Removed before its entry. It holds the lock.
    file: NamedTempFile,
    listed: Listed,
}

/// An entry of the list of unfinished files.
#[derive(Debug)]
struct Listed(PathBuf);

impl Drop for Listed {
    fn drop(&mut self) {
        known().parts.retain(|path| *path != self.0);
    }
}

impl Part {
    /// Creates an empty file beside `target`, with an unused name.
    pub fn beside(target: &Path, mode: u32) -> io::Result<Self> {
        let folder = std::path::absolute(folder_of(target))?;
        sweep(&folder);
        loop {
            let file = create(&folder, mode)?;
            // A sweep may have removed it before it was locked.
            if file.as_file().metadata()?.nlink() > 0 {
                let listed = Listed(file.path().to_owned());
                return Ok(Self { file, listed });
            }
        }
    }

    /// Its temporary name.
    pub fn path(&self) -> &Path {
        self.file.path()
    }

    /// Gives it its final name, with the owner and permissions of a replaced file if allowed.
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

/// Creates the file, its entry in the list, and its lock.
fn create(folder: &Path, mode: u32) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    // The user's mask applies to the mode, as for any new file.
    builder.prefix(BEGIN).suffix(END).permissions(Permissions::from_mode(mode));
    // Held until the file is in the list, so that `abandon` misses none.
    let mut known = known();
    let file = builder.tempfile_in(folder)?;
    known.parts.push(file.path().to_owned());
    // On a system without locks, nothing is swept either.
    let _ = file.as_file().try_lock();
    Ok(file)
}

fn take_after(file: &File, old: &Metadata) -> io::Result<()> {
    let mut mode = old.mode() & 0o777;
    if fchown(file, Some(old.uid()), Some(old.gid())).is_err() {
        let is_same =
            file.metadata()?.gid() == old.gid() || fchown(file, None, Some(old.gid())).is_ok();
        // Another group must not get these rights.
        mode &= if is_same { 0o777 } else { 0o707 };
    }
    file.set_permissions(Permissions::from_mode(mode))
}

/// Removes leftovers from a folder, the first time that something is written there.
fn sweep(folder: &Path) {
    let is_new = known().swept.get_or_insert_default().insert(folder.to_owned());
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    if is_new {
        entries.flatten().map(|entry| entry.path()).filter(|path| is_left(path)).for_each(|path| {
            // It may belong to another user.
            let _ = std::fs::remove_file(&path);
        });
    }
}

/// Whether it is one of ours without a lock.
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
