//! The checks. Each is a function of file texts, so that a test can hand it a few lines.

mod architecture;
mod circles;
mod code;
mod layers;
mod links;
mod makers;
mod opens;
pub(crate) mod overview;
mod stdio;
mod words;

use crate::finding::Finding;
use crate::tree::File;
use std::path::Path;

/// Everything that breaks a rule in the project under `root`, in the order of the files.
pub(crate) fn all(files: &[File], root: &Path) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in files {
        findings.extend(words::check(file));
        if file.is_rust() {
            findings.extend(code::check(file));
            findings.extend(makers::check(file));
            findings.extend(opens::check(file));
            findings.extend(stdio::check(file));
        }
    }
    findings.extend(code::check_crates(files));
    findings.extend(layers::check(files));
    findings.extend(architecture::check(files));
    findings.extend(overview::check(files));
    findings.extend(circles::check(files));
    findings.extend(links::check(files, root));
    findings.sort();
    findings
}

#[cfg(test)]
pub(crate) mod testing {
    use super::*;

    pub(crate) fn file(path: &str, text: &str) -> File {
        File { path: path.to_owned(), text: text.to_owned() }
    }

    /// Findings as they are printed.
    pub(crate) fn lines(findings: impl IntoIterator<Item = Finding>) -> Vec<String> {
        findings.into_iter().map(|f| f.to_string()).collect()
    }
}
