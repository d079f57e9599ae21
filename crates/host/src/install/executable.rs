//! The program itself: whether a service may start it from its place, and where a copy goes
//! otherwise.

use super::files;
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

/// The copy's name.
const NAME: &str = "backlot";
/// How many bytes of a file to read at once.
const CHUNK: usize = 1 << 16;

/// The file in the place of the copy.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lies {
    /// Nothing.
    #[default]
    Nothing,
    /// This very program.
    Same,
    /// Another version of it.
    Other,
    /// Something that is not ours.
    Foreign,
}

/// Where this program is, and where it could stay.
#[derive(Clone, Debug, Default)]
pub struct Executable {
    /// Where it is.
    pub path: PathBuf,
    /// Whether it stays there: build folders are cleared, downloads tidied up.
    pub stays: bool,
    /// Where a copy for a service would go; `None` without a home.
    pub copy: Option<PathBuf>,
    /// What is there now.
    pub lies: Lies,
    /// Whether the shell finds programs there.
    pub is_on_path: bool,
}

impl Executable {
    /// Looks at the running program, for a user with this folder of programs; `real` returns the
    /// place of a file of the system.
    pub fn look(path: PathBuf, folder: Option<&Path>, real: impl Fn(&Path) -> PathBuf) -> Self {
        let copy = folder.map(|folder| folder.join(NAME));
        let shell = std::env::var_os("PATH").unwrap_or_default();
        Self {
            stays: stays(&path) || copy.as_ref().is_some_and(|copy| *copy == path),
            lies: copy.as_ref().map(|copy| lies(&path, &real(copy))).unwrap_or_default(),
            is_on_path: folder.is_some_and(|f| std::env::split_paths(&shell).any(|p| p == f)),
            copy,
            path,
        }
    }

    /// The program that a service starts.
    pub fn started(&self) -> &Path {
        if self.stays { &self.path } else { self.copy.as_deref().unwrap_or(&self.path) }
    }
}

/// Whether a program is in a place where programs stay.
fn stays(program: &Path) -> bool {
    let is_build = program.ancestors().skip(1).any(|folder| folder.join("CACHEDIR.TAG").exists());
    let of_system = ["/usr", "/opt", "/nix"].iter().any(|folder| program.starts_with(folder));
    let in_bin = program.parent().is_some_and(|folder| folder.ends_with("bin"));
    !is_build && (of_system || in_bin)
}

fn lies(program: &Path, copy: &Path) -> Lies {
    match copy.symlink_metadata() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Lies::Nothing,
        Ok(found) if found.is_file() && is_same(program, copy) => Lies::Same,
        Ok(found) if found.is_file() && holds(copy, files::MARK.as_bytes()) => Lies::Other,
        _ => Lies::Foreign,
    }
}

fn is_same(a: &Path, b: &Path) -> bool {
    let length = |path: &Path| path.metadata().map(|found| found.len()).ok();
    if length(a).is_none() || length(a) != length(b) {
        return false;
    }
    let (Ok(a), Ok(b)) = (File::open(a), File::open(b)) else { return false };
    let (mut a, mut b) = (BufReader::new(a), BufReader::new(b));
    let (mut left, mut right) = (vec![0; CHUNK], vec![0; CHUNK]);
    loop {
        let Ok(count) = a.read(&mut left) else { return false };
        if count == 0 {
            return true;
        }
        if b.read_exact(&mut right[..count]).is_err() || left[..count] != right[..count] {
            return false;
        }
    }
}

/// Whether a file contains a text.
fn holds(path: &Path, text: &[u8]) -> bool {
    let Ok(mut file) = File::open(path) else { return false };
    let mut window = Vec::new();
    loop {
        let kept = window.len().min(text.len() - 1);
        window.drain(..window.len() - kept);
        match file.by_ref().take(CHUNK as u64).read_to_end(&mut window) {
            Ok(1..) if window.windows(text.len()).any(|part| part == text) => return true,
            Ok(1..) => {}
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn build_folders_and_downloads_are_not_lasting_places() {
        let folder = tempfile::tempdir().unwrap();
        let here = |name: &str| folder.path().join(name);
        fs::create_dir_all(here("target/release/bin")).unwrap();
        fs::write(here("target/CACHEDIR.TAG"), "").unwrap();
        assert!(!stays(&here("target/release/backlot")) && !stays(&here("backlot")));
        assert!(!stays(&here("target/release/bin/backlot")));
        assert!(stays(&here("bin/backlot")) && stays(Path::new("/usr/lib/backlot/backlot")));
        assert!(stays(Path::new("/opt/backlot")));
    }

    #[test]
    fn the_file_in_the_place_is_ours_or_not() {
        let folder = tempfile::tempdir().unwrap();
        let here = |name: &str| folder.path().join(name);
        let (program, copy) = (here("program"), here("copy"));
        let long = [vec![7; 3 * CHUNK - 9], files::MARK.as_bytes().to_vec(), vec![9; 5]].concat();
        fs::write(&program, &long).unwrap();
        let found = || lies(&program, &copy);
        assert_eq!(found(), Lies::Nothing);
        fs::write(&copy, &long).unwrap();
        assert_eq!(found(), Lies::Same);
        fs::write(&copy, [&long[..], &[1]].concat()).unwrap();
        assert_eq!(found(), Lies::Other);
        fs::write(&copy, "#!/bin/sh\n").unwrap();
        assert_eq!(found(), Lies::Foreign);
        fs::remove_file(&copy).unwrap();
        std::os::unix::fs::symlink(&program, &copy).unwrap();
        assert_eq!(found(), Lies::Foreign);
    }
}
