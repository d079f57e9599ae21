//! The files of the project: what git tracks or would, and without git whatever lies there.

use std::path::Path;
use std::process::Command;
use std::{fs, io};

/// Folders that hold nothing that was written by hand.
const SKIPPED: [&str; 3] = [".git", "target", "node_modules"];
/// The same, in the project's root only.
const SKIPPED_IN_ROOT: [&str; 3] = ["models", "out", "panel/dist"];
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

    /// Whether the file as a whole is a test module of the code beside it.
    pub fn is_test_module(&self) -> bool {
        let below = self.path.split_once("/src/").map(|(_, below)| below).unwrap_or_default();
        below.split('/').any(|part| matches!(part, "tests" | "tests.rs"))
    }
}

/// Reads every text file under `root`, in the order of their paths.
pub(crate) fn read(root: &Path) -> io::Result<Vec<File>> {
    let paths = match listed_by_git(root) {
        Some(paths) => paths,
        None => walked(root)?,
    };
    let mut files = Vec::new();
    for path in paths {
        files.extend(text(&root.join(&path))?.map(|text| File { path, text }));
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(files)
}

/// What a file holds, unless that is data: a picture, or large.
fn text(path: &Path) -> io::Result<Option<String>> {
    if path.metadata()?.len() > LARGEST {
        return Ok(None);
    }
    let text = String::from_utf8(fs::read(path)?).ok();
    Ok(text.filter(|text| !text.contains('\0')))
}

/// Files that are tracked, or new and not ignored. `None` if git is missing, refuses, or knows
/// only a repository around ours.
fn listed_by_git(root: &Path) -> Option<Vec<String>> {
    if !root.join(".git").exists() {
        return None;
    }
    let listing = Command::new("git")
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .current_dir(root)
        .output()
        .ok()
        .filter(|listing| listing.status.success())?;
    let paths = String::from_utf8(listing.stdout).ok()?;
    // A file that was deleted stays listed until that is committed.
    let there = paths.split_terminator('\0').filter(|path| root.join(path).is_file());
    Some(there.map(str::to_owned).collect())
}

fn walked(root: &Path) -> io::Result<Vec<String>> {
    let mut paths = Vec::new();
    walk(root, "", &mut paths)?;
    Ok(paths)
}

fn walk(folder: &Path, prefix: &str, paths: &mut Vec<String>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = format!("{prefix}{name}");
        let kind = entry.file_type()?;
        let skipped = SKIPPED.contains(&name.as_str()) || SKIPPED_IN_ROOT.contains(&path.as_str());
        if kind.is_dir() && !skipped {
            walk(&entry.path(), &format!("{path}/"), paths)?;
        } else if kind.is_file() {
            paths.push(path);
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
        assert!(file("crates/effects/src/hologram/tests.rs").is_test_module());
        assert!(!file("crates/nn/tests/network/main.rs").is_test_module());
        assert!(!file("crates/nn/src/testing.rs").is_test_module());
    }

    #[test]
    fn this_project_is_found() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let files = read(root).unwrap();
        assert!(files.iter().any(|f| f.path == "xtask/src/tree.rs" && f.text.contains("fn walk")));
        assert!(files.iter().all(|f| !f.path.starts_with("target/")));
    }

    fn folder_with(files: &[(&str, &[u8])]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (path, content) in files {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, content).unwrap();
        }
        folder
    }

    fn paths(folder: &Path) -> Vec<String> {
        read(folder).unwrap().into_iter().map(|file| file.path).collect()
    }

    #[test]
    fn without_git_the_folder_is_walked() {
        let folder = folder_with(&[
            ("crates/nn/fuzz/target/built.rs", b"fn a() {}"),
            ("crates/nn/src/lib.rs", b"//! A."),
            ("a.png", b"\x89PNG\xff"),
            ("zeros", b"a\0b"),
            ("models/licence", b"text"),
            ("Makefile", b"all:"),
        ]);
        assert_eq!(paths(folder.path()), ["Makefile", "crates/nn/src/lib.rs"]);
    }

    #[test]
    fn a_repository_that_git_refuses_is_walked() {
        let folder = folder_with(&[(".git", b"gitdir: nowhere"), ("Makefile", b"all:")]);
        assert!(paths(folder.path()).contains(&"Makefile".to_owned()));
    }

    #[test]
    fn what_git_ignores_is_passed_over_and_what_is_new_is_not() {
        let folder = folder_with(&[(".gitignore", b"/build\n"), ("build", b"a"), ("new", b"b")]);
        let made = Command::new("git").args(["init", "-q"]).current_dir(folder.path()).status();
        if !made.is_ok_and(|status| status.success()) {
            println!("skipped: there is no git");
            return;
        }
        assert_eq!(paths(folder.path()), [".gitignore", "new"]);
    }
}
