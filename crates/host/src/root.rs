//! The files of the machine, or of a folder laid out like one.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

/// The most bytes to read of a file.
const LONGEST: u64 = 8 << 20;

/// Where the machine's files begin.
#[derive(Clone, Debug)]
pub struct Root(PathBuf);

impl Root {
    /// This machine, or a folder with the files of one.
    pub fn new(folder: Option<&Path>) -> Self {
        Self(folder.unwrap_or_else(|| Path::new("/")).to_owned())
    }

    /// Whether it is this machine, so that programs can be asked about it.
    pub fn is_live(&self) -> bool {
        self.0 == Path::new("/")
    }

    /// Where a file of the machine is.
    pub fn path(&self, path: &str) -> PathBuf {
        self.0.join(path.trim_start_matches('/'))
    }

    /// Whether a file or folder exists.
    pub fn has(&self, path: &str) -> bool {
        self.path(path).exists()
    }

    /// A file's bytes, if it exists, can be read, and isn't too long.
    pub fn bytes(&self, path: &str) -> Option<Vec<u8>> {
        let mut bytes = Vec::new();
        File::open(self.path(path)).ok()?.take(LONGEST).read_to_end(&mut bytes).ok()?;
        Some(bytes)
    }

    /// A file's text.
    pub fn text(&self, path: &str) -> Option<String> {
        self.bytes(path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
    }

    /// The line of a file that has only one.
    pub fn line(&self, path: &str) -> Option<String> {
        self.text(path).map(|text| text.trim().to_owned())
    }

    /// The names in a folder, sorted; none if it doesn't exist.
    pub fn names(&self, folder: &str) -> Vec<String> {
        let Ok(entries) = std::fs::read_dir(self.path(folder)) else { return Vec::new() };
        let mut names: Vec<_> =
            entries.flatten().filter_map(|entry| entry.file_name().into_string().ok()).collect();
        names.sort();
        names
    }
}

/// Folders with files for tests.
#[cfg(test)]
pub mod testing {
    use super::Root;

    /// A machine with these files.
    pub fn machine(files: &[(&str, &str)]) -> (tempfile::TempDir, Root) {
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        let root = Root::new(Some(folder.path()));
        (folder, root)
    }
}
