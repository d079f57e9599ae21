//! The part of ARCHITECTURE.md that says which crates there are: it is written from their manifests
//! and the first sentence of each, and must not be stale.

use super::layers::{dependencies, layer_of};
use crate::finding::Finding;
use crate::tree::File;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::{fs, io};

const PAGE: &str = "ARCHITECTURE.md";
const BEGIN: &str = "<!-- Written by 'cargo run -p xtask -- architecture', from each crate's Cargo.toml and first sentence. -->\n";
const END: &str = "<!-- So far. -->\n";

/// A crate as the page shows it.
struct Entry<'a> {
    name: &'a str,
    sentence: String,
    uses: BTreeSet<&'a str>,
    /// The longest way down to a crate that uses none of ours.
    height: usize,
}

/// Looks whether the page says what is so.
pub(super) fn check(files: &[File]) -> Vec<Finding> {
    let Some(page) = files.iter().find(|file| file.path == PAGE) else { return Vec::new() };
    let line = |text: &str| 1 + text.matches('\n').count();
    match parts(&page.text) {
        None => vec![Finding::new(PAGE, 1, "the lines between which the crates are told are gone")],
        Some((before, told, _)) if told != overview(files) => {
            let text = "this is stale: run 'cargo run -p xtask -- architecture'";
            vec![Finding::new(PAGE, line(before), text)]
        }
        Some(_) => Vec::new(),
    }
}

/// Writes that part of the page anew.
pub(crate) fn write(root: &Path, files: &[File]) -> io::Result<()> {
    let page = files.iter().find(|file| file.path == PAGE);
    let Some((before, _, after)) = page.and_then(|page| parts(&page.text)) else {
        return Err(io::Error::other("ARCHITECTURE.md has no place for the crates"));
    };
    fs::write(root.join(PAGE), format!("{before}{BEGIN}{}{END}{after}", overview(files)))
}

fn parts(page: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = page.split_once(BEGIN)?;
    let (told, after) = rest.split_once(END)?;
    Some((before, told, after))
}

fn overview(files: &[File]) -> String {
    let entries = entries(files);
    let mut storeys: BTreeMap<usize, Vec<&str>> = BTreeMap::new();
    for entry in &entries {
        storeys.entry(entry.height).or_default().push(entry.name);
    }
    let mut text = "\n```text\n".to_owned();
    for names in storeys.values() {
        text += &format!("{}\n", names.join("  "));
    }
    text += "```\n\n| crate | what is in it | uses | unsafe |\n| --- | --- | --- | --- |\n";
    for Entry { name, sentence, uses, .. } in &entries {
        let uses = uses.iter().copied().collect::<Vec<_>>().join(", ");
        let uses = if uses.is_empty() { "nothing of ours" } else { &uses };
        let is_free = layer_of(name).is_some_and(|layer| layer.may_be_unsafe);
        let may = if is_free { "with reasons" } else { "forbidden" };
        text += &format!("| `crates/{name}` | {sentence} | {uses} | {may} |\n");
    }
    text + "\n"
}

/// The crates, each after those that it uses.
fn entries(files: &[File]) -> Vec<Entry<'_>> {
    let manifest = |file: &&File| {
        file.member().is_some_and(|name| file.path == format!("crates/{name}/Cargo.toml"))
    };
    let mut uses: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for file in files.iter().filter(manifest) {
        let used = dependencies(&file.text).map(|(_, name)| name).collect();
        uses.insert(file.member().unwrap_or_default(), used);
    }
    let mut entries: Vec<_> = uses
        .iter()
        .map(|(name, used)| Entry {
            name,
            sentence: sentence(name, files),
            uses: used.clone(),
            height: height(name, &uses, uses.len()),
        })
        .collect();
    entries.sort_by_key(|entry| (entry.height, entry.name));
    entries
}

fn height(name: &str, uses: &BTreeMap<&str, BTreeSet<&str>>, most: usize) -> usize {
    let used = uses.get(name).into_iter().flatten();
    // Manifests that make a circle are Cargo's to refuse.
    let Some(most) = most.checked_sub(1) else { return 0 };
    used.map(|used| 1 + height(used, uses, most)).max().unwrap_or(0)
}

/// The first sentence of a crate's documentation.
fn sentence(name: &str, files: &[File]) -> String {
    let is_root = |file: &&File| {
        let path = file.path.strip_prefix(&format!("crates/{name}/src/"));
        matches!(path, Some("lib.rs" | "main.rs"))
    };
    let text = files.iter().find(is_root).map_or("", |root| &root.text);
    let lines = text.lines().map_while(|line| line.strip_prefix("//!")).map(str::trim);
    let paragraph: Vec<&str> = lines.take_while(|line| !line.is_empty()).collect();
    let paragraph = paragraph.join(" ");
    paragraph
        .split(". ")
        .next()
        .unwrap_or_default()
        .trim_end_matches('.')
        .replace("[`", "`")
        .replace("`]", "`")
        .replace('|', "/")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::testing::{file, lines};

    fn files(page: &str) -> Vec<File> {
        let uses = "[dependencies]\nbacklot-media.workspace = true\n";
        vec![
            file(PAGE, page),
            file("crates/kernels/Cargo.toml", uses),
            file("crates/kernels/src/lib.rs", "//! Operations\n//! on rows. Each is one file.\n"),
            file("crates/media/Cargo.toml", ""),
            file("crates/media/src/lib.rs", "//! The vocabulary.\n\nmod a;\n"),
        ]
    }

    const TOLD: &str = "
```text
media
kernels
```

| crate | what is in it | uses | unsafe |
| --- | --- | --- | --- |
| `crates/media` | The vocabulary | nothing of ours | forbidden |
| `crates/kernels` | Operations on rows | media | with reasons |

";

    #[test]
    fn what_is_told_is_what_manifests_and_crates_say() {
        assert_eq!(overview(&files("")), TOLD);
        let page = format!("# A\n{BEGIN}{TOLD}{END}B\n");
        assert_eq!(check(&files(&page)), []);
        let stale = page.replace("Operations on", "Some");
        let found = lines(check(&files(&stale)));
        assert_eq!(
            found,
            ["ARCHITECTURE.md:2: this is stale: run 'cargo run -p xtask -- architecture'"]
        );
        assert_eq!(check(&files("# A\n")).len(), 1);
    }

    #[test]
    fn the_rest_of_the_page_stays() {
        let folder = tempfile::tempdir().unwrap();
        let page = format!("# A\n{BEGIN}old\n{END}B\n");
        write(folder.path(), &files(&page)).unwrap();
        let written = fs::read_to_string(folder.path().join(PAGE)).unwrap();
        assert_eq!(written, format!("# A\n{BEGIN}{TOLD}{END}B\n"));
    }
}
