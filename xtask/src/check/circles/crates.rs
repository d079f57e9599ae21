//! A crate as a tree of modules, each a file, and who uses whom.

use super::paths::{Path, Words, read};
use crate::tree::File;
use proc_macro2::TokenStream;
use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

/// That one file uses another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Edge {
    pub from: String,
    pub to: String,
    pub line: usize,
}

/// The modules of a crate that are files.
pub(super) struct Crate {
    /// By the path from the root, which is empty for the root itself.
    modules: BTreeMap<Vec<String>, Module>,
}

struct Module {
    file: String,
    words: Words,
}

/// How often a name may lead to another name.
const FARTHEST: usize = 16;

impl Crate {
    /// Reads the crate that begins with this file.
    pub fn read(root: &File, files: &[File]) -> Self {
        let folder = root.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let mut modules = BTreeMap::new();
        for file in files.iter().filter(|file| file.is_rust() && !file.is_test_module()) {
            let Some(below) = file.path.strip_prefix(folder).and_then(|p| p.strip_prefix('/'))
            else {
                continue;
            };
            let is_root = file.path == root.path;
            if !is_root && (matches!(below, "lib.rs" | "main.rs") || below.starts_with("bin/")) {
                continue;
            }
            let names = below.trim_end_matches(".rs").trim_end_matches("/mod");
            let path =
                if is_root { Vec::new() } else { names.split('/').map(str::to_owned).collect() };
            let words = TokenStream::from_str(&file.text).map(read).unwrap_or_default();
            modules.insert(path, Module { file: file.path.clone(), words });
        }
        let mut for_tests = Vec::new();
        for (path, Module { words, .. }) in &modules {
            for_tests.extend(words.test_files.iter().map(|name| joined(path, name)));
        }
        modules.retain(|path, _| !for_tests.iter().any(|test| path.starts_with(test)));
        Self { modules }
    }

    /// Who uses whom, each pair once, by its first line.
    pub fn edges(&self) -> Vec<Edge> {
        let mut lines = BTreeMap::new();
        for (at, module) in &self.modules {
            for path in used(&module.words) {
                if self.is_module(at, path) {
                    // What is used of it are paths of their own.
                    continue;
                }
                let Some(to) = self.definer(at, path, 0).filter(|to| *to != module.file) else {
                    continue;
                };
                let line = lines.entry((module.file.clone(), to.to_owned())).or_insert(path.line);
                *line = path.line.min(*line);
            }
        }
        lines.into_iter().map(|((from, to), line)| Edge { from, to, line }).collect()
    }

    /// Whether a path leads to a module, not to something in it.
    fn is_module(&self, at: &[String], path: &Path) -> bool {
        let mut here: Vec<String> = [at, &path.within].concat();
        for (index, part) in path.parts.iter().enumerate() {
            match part.as_str() {
                "crate" => here.clear(),
                "self" => {}
                "super" if index > 0 || !here.is_empty() => drop(here.pop()),
                part if self.has(&here, part) => here.push(part.to_owned()),
                _ => return false,
            }
        }
        true
    }

    /// The file that defines what a path in a module leads to, if that is in this crate.
    fn definer(&self, at: &[String], path: &Path, depth: usize) -> Option<&str> {
        let mut here: Vec<String> = [at, &path.within].concat();
        let mut parts = path.parts.iter().map(String::as_str).peekable();
        let first = *parts.peek()?;
        match first {
            "crate" => {
                parts.next();
                here.clear();
            }
            "self" => {
                parts.next();
            }
            "super" => {
                while parts.next_if_eq(&"super").is_some() {
                    here.pop();
                }
            }
            _ => {
                let is_ours = self.has(&here, first) || self.import(&here, first).is_some();
                // A name of the file's own, of a local variable, or of another crate.
                if !is_ours {
                    return None;
                }
            }
        }
        while let Some(part) = parts.next() {
            let inner = joined(&here, part);
            if self.has(&here, part) {
                here = inner;
                continue;
            }
            let rest: Vec<String> = parts.map(str::to_owned).collect();
            return self
                .elsewhere(&here, part, &rest, depth)
                .unwrap_or_else(|| self.file_of(&here));
        }
        self.file_of(&here)
    }

    /// Where a name of a module comes from, if that has it from elsewhere.
    fn elsewhere(
        &self,
        here: &[String],
        name: &str,
        rest: &[String],
        depth: usize,
    ) -> Option<Option<&str>> {
        let farther = |import: &Path, name: &[String]| {
            let parts = [import.parts.as_slice(), name].concat();
            let path = Path { parts, ..import.clone() };
            let (file, _) = self.split(here);
            (depth < FARTHEST).then(|| self.definer(file, &path, depth + 1)).flatten()
        };
        if let Some(import) = self.import(here, name) {
            return Some(farther(import, rest));
        }
        let (file, _) = self.split(here);
        let words = &self.modules.get(file)?.words;
        if here.is_empty() && !words.items.iter().any(|item| item == name) {
            let by_macro = self.modules.values().find(|m| m.words.macros.iter().any(|n| n == name));
            if let Some(module) = by_macro {
                return Some(Some(&module.file));
            }
        }
        if words.items.iter().any(|item| item == name) {
            return None;
        }
        let globs = words.imports.iter().filter(|(_, n, _)| n == "*").map(|(path, ..)| path);
        let full = [&[name.to_owned()], rest].concat();
        globs.filter_map(|glob| farther(glob, &full)).next().map(Some)
    }

    fn import(&self, here: &[String], name: &str) -> Option<&Path> {
        let (file, within) = self.split(here);
        let imports = &self.modules.get(file)?.words.imports;
        imports
            .iter()
            .find(|(path, n, _)| n == name && path.within == within)
            .map(|(path, ..)| path)
    }

    /// Whether a module has another, as a file or inline.
    fn has(&self, here: &[String], name: &str) -> bool {
        self.modules.contains_key(&joined(here, name))
    }

    /// A module's file, and the inline modules in it.
    fn split<'a>(&self, here: &'a [String]) -> (&'a [String], &'a [String]) {
        let length = (0..=here.len()).rev().find(|&l| self.modules.contains_key(&here[..l]));
        here.split_at(length.unwrap_or(0))
    }

    fn file_of(&self, here: &[String]) -> Option<&str> {
        self.modules.get(self.split(here).0).map(|module| module.file.as_str())
    }
}

fn joined(path: &[String], name: &str) -> Vec<String> {
    [path, &[name.to_owned()]].concat()
}

/// The paths by which a file uses others: not those that it only hands on.
fn used(words: &Words) -> impl Iterator<Item = &Path> {
    let written: BTreeSet<&str> = words.paths.iter().map(|path| path.parts[0].as_str()).collect();
    let imports = words.imports.iter();
    let imported = imports.filter(move |(_, name, handed_on)| {
        name != "*" && (!handed_on || written.contains(name.as_str()))
    });
    let qualified = words.paths.iter().filter(|path| path.parts.len() > 1);
    imported.map(|(path, ..)| path).chain(qualified)
}
