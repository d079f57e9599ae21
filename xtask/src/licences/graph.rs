//! Which crates of others are built into the program: cargo knows.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The program's crate.
const PROGRAM: &str = "backlot";
/// For which machines: the crates of all Linux systems are the same.
const PLATFORM: &str = "x86_64-unknown-linux-gnu";

/// A crate of others.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Package {
    pub name: String,
    pub version: String,
    /// An SPDX expression.
    pub licence: String,
    pub authors: Vec<String>,
    /// Its page.
    pub home: String,
    /// Its source; empty if that is not here.
    pub folder: PathBuf,
}

impl Package {
    /// What every Rust program holds.
    pub fn standard_library() -> Self {
        Self {
            name: "std".into(),
            version: "(Rust's standard library)".into(),
            licence: "MIT OR Apache-2.0".into(),
            authors: vec!["The Rust Project Contributors".into()],
            home: "https://github.com/rust-lang/rust".into(),
            folder: PathBuf::new(),
        }
    }

    fn of(value: &Value) -> Option<Self> {
        let text = |key: &str| value[key].as_str().map(str::to_owned);
        let authors = value["authors"].as_array().into_iter().flatten();
        Some(Self {
            name: text("name")?,
            version: text("version")?,
            licence: text("license").unwrap_or_else(|| "see below".to_owned()),
            authors: authors.filter_map(|author| Some(author.as_str()?.to_owned())).collect(),
            home: text("repository").or_else(|| text("homepage")).unwrap_or_default(),
            folder: Path::new(value["manifest_path"].as_str()?).parent()?.to_owned(),
        })
    }
}

/// The crates, sorted.
pub(super) fn third_party(root: &Path) -> io::Result<Vec<Package>> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let args = ["metadata", "--locked", "--format-version", "1", "--filter-platform", PLATFORM];
    let output = Command::new(cargo).args(args).current_dir(root).output()?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(io::Error::other(said.trim().replace('\n', " ")));
    }
    let metadata: Value = serde_json::from_slice(&output.stdout)?;
    linked(&metadata).ok_or_else(|| io::Error::other("cargo's answer is not understood"))
}

fn linked(metadata: &Value) -> Option<Vec<Package>> {
    let by_id = |list: &Value| -> Option<BTreeMap<String, Value>> {
        let entries = list.as_array()?.iter();
        Some(entries.filter_map(|e| Some((e["id"].as_str()?.to_owned(), e.clone()))).collect())
    };
    let packages = by_id(&metadata["packages"])?;
    let nodes = by_id(&metadata["resolve"]["nodes"])?;
    let is_program = |package: &Value| package["name"] == PROGRAM && package["source"].is_null();
    let first = packages.iter().find(|(_, package)| is_program(package))?.0;
    let (mut seen, mut open) = (BTreeSet::new(), vec![first.clone()]);
    while let Some(id) = open.pop() {
        let package = packages.get(&id)?;
        if runs_while_building(package) || !seen.insert(id.clone()) {
            continue;
        }
        let uses = nodes.get(&id)?["deps"].as_array()?.iter().filter(|dep| is_linked(dep));
        open.extend(uses.filter_map(|dep| Some(dep["pkg"].as_str()?.to_owned())));
    }
    let others = seen.iter().map(|id| &packages[id]).filter(|package| !package["source"].is_null());
    let mut found = others.map(Package::of).collect::<Option<Vec<_>>>()?;
    found.sort();
    Some(found)
}

fn runs_while_building(package: &Value) -> bool {
    let targets = package["targets"].as_array().into_iter().flatten();
    let mut kinds = targets.filter_map(|target| target["kind"].as_array()).flatten();
    kinds.any(|kind| kind == "proc-macro")
}

fn is_linked(dependency: &Value) -> bool {
    let mut kinds = dependency["dep_kinds"].as_array().into_iter().flatten();
    kinds.any(|kind| kind["kind"].is_null())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_only_builds_or_tests_is_left_out() {
        let package = |id: &str, source: Value, kind: &str| {
            json!({"id": id, "name": id, "version": "1.0.0", "license": "MIT", "authors": [],
                   "source": source, "manifest_path": format!("/r/{id}/Cargo.toml"),
                   "targets": [{"kind": [kind]}]})
        };
        let registry = || json!("registry");
        let uses = |id: &str, kind: Value| json!({"pkg": id, "dep_kinds": [{"kind": kind}]});
        let metadata = json!({
            "packages": [
                package("backlot", Value::Null, "bin"), package("ours", Value::Null, "lib"),
                package("linked", registry(), "lib"), package("below", registry(), "lib"),
                package("derive", registry(), "proc-macro"), package("tests", registry(), "lib"),
                package("builds", registry(), "lib"),
            ],
            "resolve": {"nodes": [
                {"id": "backlot", "deps": [uses("ours", Value::Null), uses("tests", json!("dev")),
                                           uses("builds", json!("build"))]},
                {"id": "ours", "deps": [uses("linked", Value::Null), uses("derive", Value::Null)]},
                {"id": "linked", "deps": [uses("below", Value::Null)]},
                {"id": "below", "deps": []}, {"id": "derive", "deps": []},
                {"id": "tests", "deps": []}, {"id": "builds", "deps": []},
            ]},
        });
        let names: Vec<_> = linked(&metadata).unwrap().into_iter().map(|p| p.name).collect();
        assert_eq!(names, ["below", "linked"]);
        assert_eq!(linked(&json!({})), None);
    }
}
