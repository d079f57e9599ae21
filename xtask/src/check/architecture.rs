//! ARCHITECTURE.md must not go stale: what it names must exist, and each crate must be in it.

use crate::finding::Finding;
use crate::tree::File;

const PAGE: &str = "ARCHITECTURE.md";
/// Folders that are made by the build.
const MADE: [&str; 3] = ["out/", "target/", "models/"];

/// How names of files end, that are told without their folder.
const NAMES: [&str; 5] = [".rs", ".sh", ".md", ".toml", ".lock"];

/// Looks at the page, if there is one.
pub(super) fn check(files: &[File]) -> Vec<Finding> {
    let Some(page) = files.iter().find(|file| file.path == PAGE) else {
        return vec![Finding::new(
            PAGE,
            1,
            "the project needs this page: where things are, and what always holds",
        )];
    };
    let mut findings = Vec::new();
    for (number, span) in code_spans(&page.text) {
        if let Some(text) = what_is_wrong(span, files) {
            findings.push(Finding::new(PAGE, number, text));
        }
    }
    let members = members(files).into_iter().map(|member| format!("crates/{member}"));
    let xtask = is_path("xtask", files).then(|| "xtask".to_owned());
    for path in members.chain(xtask) {
        if !code_spans(&page.text).any(|(_, span)| span == path) {
            findings.push(Finding::new(PAGE, 1, format!("`{path}` is not in it: describe it")));
        }
    }
    findings
}

/// The folders under `crates/`.
fn members(files: &[File]) -> Vec<&str> {
    let is_manifest = |file: &&File| {
        file.member().is_some_and(|member| file.path == format!("crates/{member}/Cargo.toml"))
    };
    files.iter().filter(is_manifest).filter_map(File::member).collect()
}

/// What stands between backticks, outside of fenced blocks, with its line.
fn code_spans(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut fenced = false;
    let open = (1..).zip(text.lines()).filter(move |(_, line)| {
        let fence = line.trim_start().starts_with("```");
        fenced ^= fence;
        !fenced && !fence
    });
    open.flat_map(|(number, line)| line.split('`').skip(1).step_by(2).map(move |s| (number, s)))
}

fn what_is_wrong(span: &str, files: &[File]) -> Option<String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-./".contains(c);
    if !span.chars().all(plain) || MADE.iter().any(|made| span.starts_with(made)) {
        return None;
    }
    if let Some(member) = span.strip_prefix("backlot-") {
        return (!members(files).contains(&member))
            .then(|| format!("there is no crate `{span}`: correct it"));
    }
    let exists = if span.contains('/') {
        is_path(span, files) || is_path(&format!("crates/{span}"), files)
    } else if NAMES.iter().any(|end| span.ends_with(end)) {
        let tail = format!("/{span}");
        files.iter().any(|file| file.path == span || file.path.ends_with(&tail))
    } else {
        true
    };
    (!exists).then(|| format!("there is no `{span}`: correct the page, or write what is missing"))
}

/// Whether a path is a file or a folder with a file in it.
fn is_path(path: &str, files: &[File]) -> bool {
    let path = path.trim_end_matches('/');
    let inside =
        |file: &File| file.path.strip_prefix(path).is_some_and(|rest| rest.starts_with('/'));
    files.iter().any(|file| file.path == path || inside(file))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::testing::{file, lines};

    fn found(page: &str) -> Vec<String> {
        lines(check(&[
            file(PAGE, page),
            file("crates/nn/Cargo.toml", ""),
            file("crates/nn/src/graph.rs", ""),
        ]))
    }

    fn gone(line: usize, path: &str) -> String {
        let advice = "correct the page, or write what is missing";
        format!("ARCHITECTURE.md:{line}: there is no `{path}`: {advice}")
    }

    #[test]
    fn what_is_named_must_exist() {
        let page = "`crates/nn` `nn/src/graph.rs` `graph.rs` `crates/nn/src/`\n\
                    `backlot-nn` `a <- b/c` `Frame` `out/demo.png`\n\
                    ```text\n`gone.rs`\n```\n";
        assert_eq!(found(page), [""; 0]);
        assert_eq!(
            found("`crates/nn`\n`nn/src/plan.rs`, `plan.rs` `deny.toml`\n`backlot-mm`"),
            [
                gone(2, "nn/src/plan.rs"),
                gone(2, "plan.rs"),
                gone(2, "deny.toml"),
                "ARCHITECTURE.md:3: there is no crate `backlot-mm`: correct it".to_owned(),
            ]
        );
    }

    #[test]
    fn each_crate_is_described_and_the_page_is_there() {
        assert_eq!(found(""), ["ARCHITECTURE.md:1: `crates/nn` is not in it: describe it"]);
        assert_eq!(check(&[]).len(), 1);
    }
}
