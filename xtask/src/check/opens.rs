//! What users name may be a pipe, a device or endless: opening it must not wait, reading it must
//! end. So it is opened in one place; what else opens files knows which they are.

use super::code::{Word, each_word, is_mark, is_of, is_test_module};
use crate::finding::Finding;
use crate::tree::File;
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use std::str::FromStr;

/// What may open files, and why.
const MAY_OPEN: [(&str, &str); 9] = [
    ("crates/files/src/intake/open.rs", "the one place for what users name"),
    ("crates/host/src/", "files of the system, and its own"),
    ("crates/v4l2/src/", "devices and what the kernel tells of them"),
    ("crates/launch/src/ward.rs", "/proc"),
    ("crates/obs/src/requests/picture.rs", "what was written into a folder of its own"),
    ("crates/panel/src/owner.rs", "/proc"),
    ("crates/bench/src/machine.rs", "/proc and /sys"),
    ("crates/terminal/src/interrupt.rs", "/proc"),
    ("xtask/", "the project's own files"),
];
/// Programs for developers, and what Cargo runs.
const FREE: [&str; 4] = ["/tests/", "/examples/", "/benches/", "/build.rs"];

const OPENS: &str = "this waits for pipes and reads devices without end: open what users name with backlot_files::open_file or read_file";

/// Looks at one Rust file.
pub(super) fn check(file: &File) -> Vec<Finding> {
    let is_free = FREE.iter().any(|part| file.path.contains(part));
    let may_open = MAY_OPEN.iter().any(|(place, _)| file.path.starts_with(place));
    let Ok(tokens) = TokenStream::from_str(&file.text) else { return Vec::new() };
    if is_free || may_open || file.is_test_module() {
        return Vec::new();
    }
    let mut findings = Vec::new();
    each_word(tokens, is_test_module, &mut |word| {
        if opens(&word) {
            findings.push(Finding::new(&file.path, word.line, OPENS));
        }
    });
    findings
}

fn opens(word: &Word<'_>) -> bool {
    let of = |modules: &[&str]| modules.iter().any(|module| is_of(module, word.before));
    match word.text {
        "open" => of(&["File", "ImageReader", "image"]),
        "read" => of(&["fs"]) || is_option(word),
        "read_to_string" => of(&["fs"]),
        _ => false,
    }
}

/// `.read(true)`, of `OpenOptions`.
fn is_option(word: &Word<'_>) -> bool {
    let Some(TokenTree::Group(group)) = word.after.first() else { return false };
    let follows = word.before.last().is_some_and(|token| is_mark(token, '.'));
    let is_true = group.stream().to_string() == "true";
    follows && is_true && group.delimiter() == Delimiter::Parenthesis
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::testing::file;

    fn lines_of(path: &str, text: &str) -> Vec<usize> {
        check(&file(path, text)).into_iter().map(|finding| finding.line).collect()
    }

    const CODE: &str = "crates/backlot/src/models.rs";

    #[test]
    fn every_way_to_open_a_file_is_found() {
        for way in [
            "File::open(a)",
            "std::fs::File::open(a)",
            "fs::read(a)",
            "std::fs::read_to_string(a)",
            "ImageReader::open(a)",
            "image::open(a)",
            "paths.map(fs::read)",
            "File::options().read(true).open(a)",
        ] {
            assert_eq!(lines_of(CODE, &format!("fn a() {{\n {way} }}")), [2], "{way}");
        }
        let fine = "fn read(a: bool) { camera.open(b); stream.read(c); files::read(d); Picture::open(e); fs::read_dir(f); File::create(g) }";
        assert_eq!(lines_of(CODE, fine), [0; 0]);
    }

    #[test]
    fn places_that_know_their_files_and_tests_are_free() {
        let code = "fn a() { fs::read(b) }";
        for free in ["crates/host/src/root.rs", "crates/nn/tests/a.rs", "crates/nn/build.rs"] {
            assert_eq!(lines_of(free, code), [0; 0], "{free}");
        }
        assert_eq!(lines_of(CODE, &format!("#[cfg(test)]\nmod tests {{ {code} }}")), [0; 0]);
    }
}
