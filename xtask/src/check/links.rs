//! Links between the project's pages, and what the pages have to tell of.

use crate::finding::Finding;
use crate::tree::File;
use std::path::Path;

/// Where the doctor's rules are, and the page that tells of each finding by its name.
const RULES: &str = "crates/host/src/doctor/rules/";
const TROUBLES: &str = "docs/troubleshooting.md";

/// Looks at each link of each page, and whether the page of troubles has them all. Files that are no text are looked
/// for under `root`.
pub(super) fn check(files: &[File], root: &Path) -> Vec<Finding> {
    let pages = files.iter().filter(|file| file.path.ends_with(".md"));
    let mut findings: Vec<_> = pages.flat_map(|page| dead(page, files, root)).collect();
    if let Some(page) = files.iter().find(|file| file.path == TROUBLES) {
        findings.extend(untold(page, files));
    }
    findings
}

fn dead(page: &File, files: &[File], root: &Path) -> Vec<Finding> {
    let folder = page.path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let links = (1..).zip(page.text.lines()).flat_map(|(number, line)| {
        let targets = line.split("](").skip(1).filter_map(|rest| rest.split(')').next());
        targets.map(move |target| (number, target))
    });
    let wrong = |(number, target): (usize, &str)| {
        if target.contains("://") || target.starts_with("mailto:") {
            return None;
        }
        let (path, heading) = target.split_once('#').unwrap_or((target, ""));
        let path = if path.is_empty() { Some(page.path.clone()) } else { joined(folder, path) };
        let text = files.iter().find(|file| Some(&file.path) == path.as_ref());
        let is_there = text.is_some() || path.is_some_and(|path| root.join(path).exists());
        let has_heading = heading.is_empty()
            || text.is_some_and(|file| headings(&file.text).any(|found| found == heading));
        (!is_there || !has_heading).then(|| {
            let text = format!("the link '{target}' leads nowhere: correct it");
            Finding::new(&page.path, number, text)
        })
    };
    links.filter_map(wrong).collect()
}

/// A path from the project's root, of one from a folder; `None` for one that leads out of it.
fn joined(folder: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.trim_end_matches('/').split('/') {
        match part {
            "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// What links call a page's headings.
fn headings(text: &str) -> impl Iterator<Item = String> {
    let lines = text.lines().filter(|line| line.starts_with('#'));
    lines.map(|line| {
        let words = line.trim_start_matches('#').trim().to_lowercase();
        let kept = words.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
        kept.map(|c| if c == ' ' { '-' } else { c }).collect()
    })
}

/// What the doctor can say and the page doesn't have.
fn untold(page: &File, files: &[File]) -> Vec<Finding> {
    let rules = files.iter().filter(|file| file.path.starts_with(RULES));
    let mut findings = Vec::new();
    for file in rules {
        let code = file.text.split("#[cfg(test)]").next().unwrap_or_default();
        for (number, line) in (1..).zip(code.lines()) {
            for name in line.split('"').skip(1).step_by(2).filter(|text| is_name(text)) {
                if is_finding(line, name) && !page.text.contains(&format!("| `{name}` |")) {
                    let text = format!("'{name}' isn't told of in {TROUBLES}: add its line");
                    findings.push(Finding::new(&file.path, number, text));
                }
            }
        }
    }
    findings
}

fn is_name(text: &str) -> bool {
    text.contains('-')
        && !text.starts_with('-')
        && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
}

/// Whether a name on a line is a finding's: it stands alone, behind its severity or its area, or before what is said.
fn is_finding(line: &str, name: &str) -> bool {
    let alone = line.trim() == format!("\"{name}\",");
    alone
        || ["Severity::", "Finding::new(", "finding(", "failure("]
            .iter()
            .any(|before| line.contains(before))
        || line.trim_start().starts_with("None =>")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::testing::{file, lines};

    fn found(files: &[File]) -> Vec<String> {
        lines(check(files, Path::new("/nowhere")))
    }

    #[test]
    fn a_link_leads_to_a_page_and_to_a_heading_on_it() {
        let other = file("docs/b.md", "# The first one\n\n## `code`, and more\n");
        let page = |text: &str| found(&[file("docs/a.md", text), other.clone()]);
        for good in [
            "[b](b.md) and [c](b.md#the-first-one), [d](../docs/b.md#code-and-more)",
            "[out](https://a.example/b)",
            "# Here\n[here](#here)",
        ] {
            assert_eq!(page(good), [""; 0], "{good}");
        }
        for target in ["c.md", "b.md#second", "../../b.md"] {
            let said = format!("docs/a.md:1: the link '{target}' leads nowhere: correct it");
            assert_eq!(page(&format!("[b]({target})")), [said]);
        }
    }

    #[test]
    fn what_the_doctor_says_is_told_of() {
        let rules = file(
            "crates/host/src/doctor/rules/a.rs",
            "finding(Severity::Good, \"a-name\", what)\n\"other-name\",\n#[cfg(test)]\n\"not-this\",\n",
        );
        let page = file(TROUBLES, "| `a-name` | said |\n");
        assert_eq!(
            found(&[page, rules]),
            [
                "crates/host/src/doctor/rules/a.rs:2: 'other-name' isn't told of in docs/troubleshooting.md: add its line"
            ]
        );
    }
}
