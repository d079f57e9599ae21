//! The licence texts that a crate's source brings along.

use super::graph::Package;
use std::path::Path;
use std::{fs, io};

/// How far down in a crate other people's sources may lie.
const DEPTH: usize = 3;
/// Beginnings of the names of files with licences.
const BEGINNINGS: [&str; 7] =
    ["LICENSE", "LICENCE", "UNLICENSE", "COPYING", "NOTICE", "COPYRIGHT", "README.IJG"];
/// The same texts in forms that are not plain.
const UNREADABLE: [&str; 4] = [".RTF", ".HTML", ".RS", ".TOML"];

/// What is to be printed of a crate: whose it is, and the text.
pub(super) fn of(package: &Package) -> io::Result<Vec<(String, String)>> {
    let Package { name, version, folder, .. } = package;
    let named = format!("{name} {version}");
    let mut found = Vec::new();
    for file in chosen(names(folder)?) {
        found.push((named.clone(), plain(&fs::read_to_string(folder.join(file))?)));
    }
    if found.is_empty() {
        let text = standard(package).ok_or_else(|| {
            io::Error::other(format!("{named} ({}) brings no licence text", package.licence))
        })?;
        found.push((named.clone(), text));
    }
    for below in nested(folder, DEPTH)? {
        let text = plain(&fs::read_to_string(folder.join(&below))?);
        found.push((format!("{below} in {named}"), text));
    }
    Ok(found)
}

/// Of several licences of which one may be chosen, the shortest that keeps the authors' names.
fn chosen(mut names: Vec<String>) -> Vec<String> {
    let is = |name: &str, part: &str| name.to_uppercase().contains(part);
    let is_choice = |name: &str| {
        let notice = ["NOTICE", "COPYRIGHT"].iter().any(|begin| is(name, begin));
        !notice
    };
    let preferred: [&dyn Fn(&str) -> bool; 2] =
        [&|name| is(name, "MIT"), &|name| !is(name, "APACHE") && !is(name, "UNLICENSE")];
    for prefers in preferred {
        if names.iter().any(|name| is_choice(name) && prefers(name)) {
            names.retain(|name| !is_choice(name) || prefers(name));
            break;
        }
    }
    names
}

fn names(folder: &Path) -> io::Result<Vec<String>> {
    if folder.as_os_str().is_empty() {
        return Ok(Vec::new());
    }
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let upper = name.to_uppercase();
        let is_it = BEGINNINGS.iter().any(|begin| upper.starts_with(begin));
        if is_it && !UNREADABLE.iter().any(|end| upper.ends_with(end)) && entry.path().is_file() {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}

/// Licences of what lies within a crate and has another author.
fn nested(folder: &Path, depth: usize) -> io::Result<Vec<String>> {
    let mut found = Vec::new();
    if depth == 0 || folder.as_os_str().is_empty() {
        return Ok(found);
    }
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if !entry.file_type()?.is_dir() {
            continue;
        }
        let below = entry.file_name().to_string_lossy().into_owned();
        let here = names(&entry.path())?.into_iter().chain(nested(&entry.path(), depth - 1)?);
        found.extend(here.map(|name| format!("{below}/{name}")));
    }
    found.sort();
    Ok(found)
}

/// Text for a terminal: one kind of line ends, nothing at the lines' ends, no form feeds.
pub(super) fn plain(text: &str) -> String {
    let text = text.trim_start_matches('\u{feff}').replace('\u{c}', "");
    let lines: Vec<_> = text.lines().map(str::trim_end).collect();
    lines.join("\n").trim_matches('\n').to_owned()
}

/// The MIT licence, where a crate offers it and forgot the text.
fn standard(package: &Package) -> Option<String> {
    let offers = package.licence.split(|c: char| !c.is_alphanumeric()).any(|word| word == "MIT");
    let holders = match package.authors.is_empty() {
        true => format!("the authors of {}", package.name),
        false => package.authors.join(", "),
    };
    offers.then(|| format!("MIT License\n\nCopyright (c) {holders}\n\n{MIT}"))
}

const MIT: &str = "\
Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation
files (the \"Software\"), to deal in the Software without restriction, including without limitation the rights to use, copy,
modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the
Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED \"AS IS\", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE,
ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_licence_of_several_is_enough() {
        let chosen = |names: &[&str]| chosen(names.iter().map(|name| (*name).to_owned()).collect());
        assert_eq!(
            chosen(&["LICENSE-APACHE", "LICENSE-MIT", "COPYRIGHT"]),
            ["LICENSE-MIT", "COPYRIGHT"]
        );
        assert_eq!(chosen(&["LICENSE-APACHE.md", "LICENSE.md"]), ["LICENSE.md"]);
        assert_eq!(chosen(&["LICENSE-APACHE", "NOTICE"]), ["LICENSE-APACHE", "NOTICE"]);
        assert_eq!(chosen(&["UNLICENSE", "LICENSE-MIT"]), ["LICENSE-MIT"]);
    }

    #[test]
    fn a_crate_is_told_with_what_lies_in_it() {
        let folder = tempfile::tempdir().unwrap();
        let package = |licence: &str| Package {
            name: "a".into(),
            version: "1.0.0".into(),
            licence: licence.into(),
            authors: vec!["Somebody".into()],
            home: String::new(),
            folder: folder.path().to_owned(),
        };
        assert!(of(&package("Zlib")).unwrap_err().to_string().contains("a 1.0.0 (Zlib)"));
        assert!(of(&package("Zlib OR MIT")).unwrap()[0].1.contains("Copyright (c) Somebody"));
        fs::create_dir_all(folder.path().join("c/lib")).unwrap();
        fs::write(folder.path().join("LICENSE"), "Mine \r\n\u{c}\r\n").unwrap();
        fs::write(folder.path().join("c/lib/LICENSE.md"), "Theirs\n").unwrap();
        fs::write(folder.path().join("c/lib/License.rtf"), "{}").unwrap();
        let found = of(&package("Zlib")).unwrap();
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        assert_eq!(found, [pair("a 1.0.0", "Mine"), pair("c/lib/LICENSE.md in a 1.0.0", "Theirs")]);
    }
}
