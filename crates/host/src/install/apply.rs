//! Carries out a plan: all of it, or nothing.

use super::plan::{Change, Step};
use crate::HostError;
use std::fs::{self, File, Permissions};
use std::io::{self, Read};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// Does the steps. If one fails, it undoes those before it.
///
/// # Errors
/// Returns the error of the first step that fails.
pub fn all(steps: &[Step]) -> Result<(), HostError> {
    let mut undo = Undo::default();
    let done = steps.iter().try_for_each(|step| {
        let path = step.path.clone();
        one(step, &mut undo).map_err(|source| match step.change {
            Change::Write(_) | Change::Copy(_) => HostError::Write { path, source },
            Change::Remove => HostError::Remove { path, source },
        })
    });
    match done {
        Ok(()) => steps
            .iter()
            .filter(|step| step.change == Change::Remove)
            .for_each(|step| clear_folders(&step.path)),
        Err(_) => undo.run(),
    }
    done
}

/// The earlier contents, the latest change last.
#[derive(Debug, Default)]
struct Undo {
    files: Vec<(PathBuf, Before)>,
    folders: Vec<PathBuf>,
}

#[derive(Debug)]
enum Before {
    Nothing,
    File(Vec<u8>, Permissions),
    Link(PathBuf),
}

impl Before {
    fn look(path: &Path) -> io::Result<Self> {
        match fs::symlink_metadata(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self::Nothing),
            Err(error) => Err(error),
            Ok(found) if found.is_symlink() => fs::read_link(path).map(Self::Link),
            Ok(found) => Ok(Self::File(fs::read(path)?, found.permissions())),
        }
    }
}

impl Undo {
    /// Undoes as much as possible. The caller reports the failure that led here, not those on the
    /// way back.
    fn run(self) {
        for (path, before) in self.files.into_iter().rev() {
            let _ = match before {
                Before::Nothing => fs::remove_file(&path),
                Before::File(bytes, mode) => replace(&path, Some(mode), &mut &bytes[..]),
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
    match &step.change {
        Change::Write(text) => {
            make_folders(&step.path, undo)?;
            replace(&step.path, None, &mut text.as_bytes())?;
        }
        Change::Copy(program) => {
            make_folders(&step.path, undo)?;
            replace(&step.path, Some(Permissions::from_mode(0o755)), &mut File::open(program)?)?;
        }
        Change::Remove => fs::remove_file(&step.path)?,
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

/// Also removes folders of drop-ins that are now empty.
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

/// Writes beside the file, then renames it into place, which also replaces a running program.
fn replace(path: &Path, mode: Option<Permissions>, content: &mut impl Read) -> io::Result<()> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.new", std::process::id()));
    let new = path.with_file_name(name);
    let written = File::create(&new).and_then(|mut file| {
        io::copy(content, &mut file)?;
        mode.map_or(Ok(()), |mode| file.set_permissions(mode))?;
        file.sync_all()?;
        fs::rename(&new, path)
    });
    written.inspect_err(|_| drop(fs::remove_file(&new)))
}
