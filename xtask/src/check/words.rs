//! Words that must not stand anywhere: paths and names of somebody's own machine.

use crate::finding::Finding;
use crate::tree::File;

/// In two halves, so that this file keeps the rule itself.
const WORDS: [(&str, &str); 7] = [
    ("/ho", "me/"),
    ("/ro", "ot/"),
    ("/wo", "rk/"),
    (".lib", "rary"),
    ("far", "m-"),
    ("artif", "actory"),
    ("duplicates", " tool"),
];

/// Cargo writes it, with the registries of whoever runs it.
const LOCK: &str = "Cargo.lock";

/// Looks at every line of a file.
pub(super) fn check(file: &File) -> Vec<Finding> {
    if file.path == LOCK || file.path.ends_with("/Cargo.lock") {
        return Vec::new();
    }
    let words = WORDS.map(|(head, tail)| format!("{head}{tail}"));
    let mut findings = Vec::new();
    for (number, line) in (1..).zip(file.text.lines()) {
        for word in words.iter().filter(|word| line.contains(word.as_str())) {
            let text = format!("'{word}' means something on one machine only: say it without");
            findings.push(Finding::new(&file.path, number, text));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::testing::{file, lines};

    #[test]
    fn paths_of_a_machine_are_found() {
        let text = format!("a session's work\nsee {}{}me/x and ~/x\n", "/ho", "me/");
        let found = lines(check(&file("README.md", &text)));
        assert_eq!(found.len(), 1);
        assert!(found[0].starts_with("README.md:2: '/ho"), "{found:?}");
        assert_eq!(check(&file("Cargo.lock", &text)), []);
    }
}
