//! The files of the machine, or of a folder that looks like one.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

/// No file that is looked at is longer.
const LONGEST: u64 = 8 << 20;

/// Where the machine's files begin.
#[derive(Clone, Debug)]
pub struct Root(PathBuf);

impl Root {
    /// This machine, or a folder that holds the files of one.
    pub fn new(folder: Option<&Path>) -> Self {
        Self(folder.unwrap_or_else(|| Path::new("/")).to_owned())
    }

    /// Whether it is this machine, which programs can be asked about.
    pub fn is_live(&self) -> bool {
        self.0 == Path::new("/")
    }

    /// Where a file of the machine is.
    pub fn path(&self, path: &str) -> PathBuf {
        self.0.join(path.trim_start_matches('/'))
    }

    /// Whether there is such a file or folder.
    pub fn has(&self, path: &str) -> bool {
        self.path(path).exists()
    }

    /// A file's bytes, if it is there, can be read, and is not too long.
    pub fn bytes(&self, path: &str) -> Option<Vec<u8>> {
        let mut bytes = Vec::new();
        File::open(self.path(path)).ok()?.take(LONGEST).read_to_end(&mut bytes).ok()?;
        Some(bytes)
    }

    /// A file's text.
    pub fn text(&self, path: &str) -> Option<String> {
        self.bytes(path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
    }

    /// A file's only line.
    pub fn line(&self, path: &str) -> Option<String> {
        self.text(path).map(|text| text.trim().to_owned())
    }

    /// The names in a folder, sorted; none if it is not there.
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

    /// A machine of these files.
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
