//! Does what a plan says: all of it, or nothing.

use super::plan::Step;
use crate::HostError;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Does the steps. If one fails, those before it are taken back.
///
/// # Errors
/// The first step that could not be done.
pub fn all(steps: &[Step]) -> Result<(), HostError> {
    let mut undo = Undo::default();
    let done = steps.iter().try_for_each(|step| {
        let path = step.path.clone();
        one(step, &mut undo).map_err(|source| match step.text {
            Some(_) => HostError::Write { path, source },
            None => HostError::Remove { path, source },
        })
    });
    match done {
        Ok(()) => steps.iter().filter(|s| s.text.is_none()).for_each(|s| clear_folders(&s.path)),
        Err(_) => undo.run(),
    }
    done
}

/// What was there before, the latest change last.
#[derive(Debug, Default)]
struct Undo {
    files: Vec<(PathBuf, Before)>,
    folders: Vec<PathBuf>,
}

#[derive(Debug)]
enum Before {
    Nothing,
    File(Vec<u8>),
    Link(PathBuf),
}

impl Before {
    fn look(path: &Path) -> io::Result<Self> {
        match fs::symlink_metadata(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self::Nothing),
            Err(error) => Err(error),
            Ok(found) if found.is_symlink() => fs::read_link(path).map(Self::Link),
            Ok(_) => fs::read(path).map(Self::File),
        }
    }
}

impl Undo {
    /// As well as it goes: the failure that led here is told, not those on the way back.
    fn run(self) {
        for (path, before) in self.files.into_iter().rev() {
            let _ = match before {
                Before::Nothing => fs::remove_file(&path),
                Before::File(bytes) => replace(&path, &bytes),
                Before::Link(target) => std::os::unix::fs::symlink(target, &path),
            };
        }
        for folder in self.folders.into_iter().rev() {
            let _ = fs::remove_dir(folder);
        }
    }
}

fn one(step: &Step, undo: &mut Undo) -> io::Result<()> {
    let before = Before::look(&step.path)?;
    match &step.text {
        Some(text) => {
            make_folders(&step.path, undo)?;
            replace(&step.path, text.as_bytes())?;
        }
        None => fs::remove_file(&step.path)?,
    }
    undo.files.push((step.path.clone(), before));
    Ok(())
}

fn make_folders(path: &Path, undo: &mut Undo) -> io::Result<()> {
    let missing = path.ancestors().skip(1).take_while(|folder| !folder.exists());
    let mut missing: Vec<_> = missing.map(Path::to_owned).collect();
    missing.reverse();
    for folder in missing {
        fs::create_dir(&folder)?;
        undo.folders.push(folder);
    }
    Ok(())
}

/// Folders of drop-ins that are left empty go too.
fn clear_folders(path: &Path) {
    let drop_ins = ["wants", ".d", "user", "systemd", "wireplumber"];
    let is_ours = |folder: &&Path| {
        let name = folder.file_name().unwrap_or_default().to_string_lossy();
        !folder.starts_with("/etc") && drop_ins.iter().any(|ending| name.ends_with(ending))
    };
    for folder in path.ancestors().skip(1).take_while(is_ours) {
        if fs::remove_dir(folder).is_err() {
            break;
        }
    }
}

/// Writes beside the file, then puts it in its place.
fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.new", std::process::id()));
    let new = path.with_file_name(name);
    let written = File::create(&new).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&new, path)
    });
    written.inspect_err(|_| drop(fs::remove_file(&new)))
}
