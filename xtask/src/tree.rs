//! The files of the project.

use std::path::Path;
use std::{fs, io};

/// Folders that hold nothing that was written by hand.
const SKIPPED: [&str; 2] = [".git", "target"];
/// The same, in the project's root only.
const SKIPPED_IN_ROOT: [&str; 2] = ["models", "out"];
/// Larger files are data.
const LARGEST: u64 = 1 << 20;

/// A text file.
#[derive(Clone, Debug)]
pub(crate) struct File {
    /// Path from the project's root, with `/` between its parts.
    pub path: String,
    pub text: String,
}

impl File {
    /// The crate that the file belongs to: the folder's name under `crates/`, or `xtask`.
    pub fn member(&self) -> Option<&str> {
        let (first, rest) = self.path.split_once('/')?;
        match first {
            "crates" => rest.split_once('/').map(|(member, _)| member),
            "xtask" => Some(first),
            _ => None,
        }
    }

    pub fn is_rust(&self) -> bool {
        self.path.ends_with(".rs")
    }

    /// Whether the file as a whole is a test or a benchmark.
    pub fn is_test(&self) -> bool {
        self.path.split('/').any(|part| matches!(part, "tests" | "benches" | "tests.rs"))
    }
}

/// Reads every text file under `root`, in the order of their paths.
pub(crate) fn read(root: &Path) -> io::Result<Vec<File>> {
    let mut files = Vec::new();
    walk(root, "", &mut files)?;
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(files)
}

fn walk(folder: &Path, prefix: &str, files: &mut Vec<File>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = format!("{prefix}{name}");
        let kind = entry.file_type()?;
        let skipped = SKIPPED.contains(&name.as_str()) || SKIPPED_IN_ROOT.contains(&path.as_str());
        if kind.is_dir() && !skipped {
            walk(&entry.path(), &format!("{path}/"), files)?;
        } else if kind.is_file() && entry.metadata()?.len() <= LARGEST {
            // What is no UTF-8 is a picture or the like.
            if let Ok(text) = String::from_utf8(fs::read(entry.path())?) {
                files.push(File { path, text });
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_says_what_a_file_is() {
        let file = |path: &str| File { path: path.to_owned(), text: String::new() };
        assert_eq!(file("crates/nn/src/lib.rs").member(), Some("nn"));
        assert_eq!(file("xtask/src/main.rs").member(), Some("xtask"));
        assert_eq!(file("scripts/setup.sh").member(), None);
        assert!(file("crates/nn/tests/network/main.rs").is_test());
        assert!(!file("crates/nn/src/testing.rs").is_test());
    }

    #[test]
    fn this_project_is_found() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let files = read(root).unwrap();
        assert!(files.iter().any(|f| f.path == "xtask/src/tree.rs" && f.text.contains("fn walk")));
        assert!(files.iter().all(|f| !f.path.starts_with("target/")));
    }
}
