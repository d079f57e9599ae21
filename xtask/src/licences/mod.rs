//! `licences/third-party.txt`: what others wrote that is in the program, with their licences.

mod graph;
mod texts;

use crate::finding::Finding;
use graph::Package;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;
use std::{fs, io};

/// Where the notices lie.
const FILE: &str = "licences/third-party.txt";
/// What is in the program and is no crate, by its licence in `licences/`.
const OTHERS: [(&str, &str); 2] = [
    ("Inter, the typeface of pictures with text", "inter.txt"),
    ("The networks", "mediapipe-selfie-segmentation.txt"),
];
const RULE: &str = "------------------------------------------------------------------------------";

const HEAD: &str = "\
What others wrote that is in the program 'backlot'
==================================================

Backlot itself is MIT or Apache-2.0. Below are the crates that are built into it on Linux with the licences that they
offer, then the text of one of these for each; the licences of a typeface and of the networks come last.

Written by 'cargo run -p xtask -- licences', for the crates of Cargo.lock.
";

/// Writes the notices.
pub(crate) fn write(root: &Path) -> io::Result<()> {
    fs::write(root.join(FILE), notices(root)?)
}

/// Whether the notices are those of the crates that are used.
pub(crate) fn check(root: &Path) -> Option<Finding> {
    let finding = |text: String| Some(Finding::new(FILE, 1, text));
    match notices(root) {
        Ok(text) if fs::read_to_string(root.join(FILE)).is_ok_and(|found| found == text) => None,
        Ok(_) => {
            finding("Cargo.lock has other crates: run 'cargo run -p xtask -- licences'".into())
        }
        Err(error) => finding(format!("the crates' licences can't be read: {error}")),
    }
}

fn notices(root: &Path) -> io::Result<String> {
    let mut packages = graph::third_party(root)?;
    packages.push(Package::standard_library());
    let mut text = HEAD.to_owned();
    for package in &packages {
        let Package { name, version, licence, home, .. } = package;
        let named = format!("{name} {version}");
        let _ = write!(text, "\n{named:<32} {licence:<42} {home}");
    }
    text += "\n";
    // Many share a text: each is printed once, where the first of them stands.
    let (mut order, mut holders) = (Vec::new(), BTreeMap::<String, Vec<String>>::new());
    for package in &packages {
        for (what, licence) in texts::of(package)? {
            let named = holders.entry(licence.clone()).or_insert_with(|| {
                order.push(licence);
                Vec::new()
            });
            named.push(what);
        }
    }
    for licence in order {
        let named = holders[&licence].join(", ");
        let _ = write!(text, "\n{RULE}\n{named}\n\n{licence}\n");
    }
    for (what, file) in OTHERS {
        let licence = texts::plain(&fs::read_to_string(root.join("licences").join(file))?);
        let _ = write!(text, "\n{RULE}\n{what}\n\n{licence}\n");
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_notices_are_those_of_the_crates_that_are_used() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        assert_eq!(check(root), None);
        let text = fs::read_to_string(root.join(FILE)).unwrap();
        // A crate, one whose package lacks the text, C in a crate, and what is no crate.
        for part in [
            "\nanyhow ",
            "\ncookie-factory",
            "Independent JPEG Group",
            "SIL OPEN FONT",
            "MediaPipe",
        ] {
            assert!(text.contains(part), "{part} is missing");
        }
        assert!(!text.contains("proptest") && !text.contains("\nbacklot"), "more than is built in");
    }
}
