//! Modules of a crate that use one another in a circle can only be read all at once: one of them
//! has to give what both need to a third. A module and its own child may use each other, as a child
//! is a part of its parent; longer ways round through a parent are circles like others.

mod crates;
mod paths;

use crate::finding::Finding;
use crate::tree::File;
use crates::{Crate, Edge};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Crates that still have circles: a property of `scene` is defined beside its type, which the layer holds. No crate
/// may join them.
const STILL: &[&str] = &["scene"];

/// Looks at every crate.
pub(super) fn check(files: &[File]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for root in files.iter().filter(|file| is_root(file)) {
        let member = root.member().unwrap_or_default();
        let edges = Crate::read(root, files).edges();
        let circles = circles(&edges);
        if STILL.contains(&member) {
            if circles.is_empty() {
                let text = format!("'{member}' has no circle left: take it out of STILL");
                findings.push(Finding::new("xtask/src/check/circles/mod.rs", 1, text));
            }
        } else {
            findings.extend(circles.iter().map(|circle| told(circle)));
        }
    }
    findings
}

fn is_root(file: &File) -> bool {
    let below = file.path.split_once("/src/").map(|(_, below)| below);
    file.member().is_some() && matches!(below, Some("lib.rs" | "main.rs"))
}

/// What stands in the way of reading one module after the other: `a.rs -> b.rs -> a.rs`.
fn told(circle: &[&Edge]) -> Finding {
    let folder = circle[0].from.split_once("/src/").map_or(0, |(root, _)| root.len() + 5);
    let names: Vec<&str> = circle.iter().map(|edge| &edge.from[folder..]).collect();
    let way = format!("{} -> {}", names.join(" -> "), names[0]);
    let text =
        format!("modules use one another in a circle, {way}: give what both need to a third");
    Finding::new(&circle[0].from, circle[0].line, text)
}

/// Circles that share no module, each as short as can be.
fn circles(edges: &[Edge]) -> Vec<Vec<&Edge>> {
    let mut out: BTreeMap<&str, Vec<&Edge>> = BTreeMap::new();
    for edge in edges {
        out.entry(&edge.from).or_default().push(edge);
    }
    let mut found: Vec<_> = edges.iter().filter_map(|first| shortest(first, &out)).collect();
    found.sort_by_key(Vec::len);
    let mut told = BTreeSet::new();
    found.retain(|circle| {
        let is_new = !circle.iter().any(|edge| told.contains(&edge.from));
        told.extend(circle.iter().map(|edge| &edge.from));
        is_new
    });
    found
}

/// The shortest circle that begins with this edge, other than of a module and its child.
fn shortest<'a>(first: &'a Edge, out: &BTreeMap<&str, Vec<&'a Edge>>) -> Option<Vec<&'a Edge>> {
    let mut ways = VecDeque::from([vec![first]]);
    let mut seen = BTreeSet::from([&first.to]);
    while let Some(way) = ways.pop_front() {
        let last = way[way.len() - 1];
        if last.to == first.from {
            return Some(way);
        }
        let is_turn = |next: &Edge| way.len() == 1 && next.to == first.from && is_family(first);
        for &next in out.get(last.to.as_str()).into_iter().flatten() {
            if !is_turn(next) && seen.insert(&next.to) {
                ways.push_back([way.as_slice(), &[next]].concat());
            }
        }
    }
    None
}

/// Whether one of the two is the other's child.
fn is_family(edge: &Edge) -> bool {
    let parent_of = |path: &str| {
        let module = path.trim_end_matches(".rs").trim_end_matches("/mod");
        module.rsplit_once('/').map(|(parent, _)| parent.to_owned())
    };
    let module = |path: &str| {
        let roots = ["/mod.rs", "/lib.rs", "/main.rs", ".rs"];
        roots.iter().find_map(|end| path.strip_suffix(end)).map(str::to_owned)
    };
    parent_of(&edge.from) == module(&edge.to) || parent_of(&edge.to) == module(&edge.from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::testing::{file, lines};

    fn found(files: &[(&str, &str)]) -> Vec<String> {
        let files: Vec<File> =
            files.iter().map(|(path, text)| file(&format!("crates/nn/src/{path}"), text)).collect();
        lines(check(&files))
    }

    const A: &str = "pub fn a() {}";

    fn circle(line: usize, first: &str, way: &str) -> String {
        format!(
            "crates/nn/src/{first}:{line}: modules use one another in a circle, {way}: give what both need to a third"
        )
    }

    #[test]
    fn a_circle_is_told_by_its_shortest_way() {
        let files = [
            ("lib.rs", "mod a;\nmod b;\nmod c;"),
            ("a.rs", "use crate::b::B;\nuse crate::c::C;\nfn a() {}"),
            ("b.rs", "use crate::c;\npub struct B(c::C);"),
            ("c.rs", "pub struct C;\nfn d() { super::a::a() }"),
        ];
        assert_eq!(found(&files), [circle(2, "a.rs", "a.rs -> c.rs -> a.rs"),]);
    }

    #[test]
    fn a_line_is_no_circle() {
        let files = [
            ("lib.rs", "mod a;\nmod b;\nuse a::A;\npub use b::B;\nfn c(a: A) {}"),
            ("a.rs", "use crate::b::{self, B};\npub struct A;"),
            ("b.rs", "use std::crate_like::c;\npub struct B;"),
        ];
        assert_eq!(found(&files), [""; 0]);
    }

    #[test]
    fn what_a_parent_only_hands_on_is_its_definers() {
        let shown = ("a/mod.rs", "mod b;\nmod c;\npub use b::B;\npub(crate) use c::C;");
        let files = [
            ("lib.rs", "mod a;"),
            shown,
            ("a/b.rs", "use super::C;\nuse crate::a;\npub struct B(C, a::C);"),
            ("a/c.rs", "pub struct C;"),
        ];
        assert_eq!(found(&files), [""; 0]);
        let mut used = files;
        used[1].1 = "mod b;\nmod c;\npub use b::B;\npub use c::C;\npub struct D(B);";
        assert_eq!(found(&used), [""; 0], "nobody below uses D");
        used[3].1 = "pub struct C(super::D);";
        assert_eq!(found(&used), [circle(1, "a/b.rs", "a/b.rs -> a/c.rs -> a/mod.rs -> a/b.rs")]);
    }

    #[test]
    fn a_module_that_only_hands_on_is_no_part_of_a_circle() {
        let files = [
            ("lib.rs", "mod a;\nmod b;"),
            ("a/mod.rs", "mod c;\npub use c::c;\nuse crate::b::B;\nfn d(b: B) {}"),
            ("a/c.rs", "pub fn c() {}"),
            ("b.rs", "use crate::a;\n#[attribute(add = a::c())]\npub struct B;"),
        ];
        assert_eq!(found(&files), [""; 0]);
        let mut used = files;
        used[3].1 = "use crate::a;\n#[attribute(add = a::d())]\npub struct B;";
        assert_eq!(found(&used), [circle(3, "a/mod.rs", "a/mod.rs -> b.rs -> a/mod.rs")]);
    }

    #[test]
    fn a_child_is_a_part_of_its_parent() {
        let mut files = [
            ("lib.rs", "mod a;\nfn d() { a::c() }\npub struct D;"),
            ("a.rs", "mod b;\npub fn c() {\n    b::d()\n}\npub struct C(super::D);"),
            ("a/b.rs", "use super::C;\npub fn d() {}"),
        ];
        assert_eq!(found(&files), [""; 0]);
        files[2].1 = "use crate::D;\npub fn d() {}";
        assert_eq!(found(&files), [circle(3, "a.rs", "a.rs -> a/b.rs -> lib.rs -> a.rs")]);
    }

    #[test]
    fn tests_may_use_anything() {
        let files = [
            ("lib.rs", "mod a;\n#[cfg(test)]\nmod testing;\nuse a::a;"),
            (
                "a.rs",
                "pub fn a() {}\n#[cfg(test)]\nuse crate::D;\n#[cfg(test)]\nmod tests { use crate::*; use crate::testing; }",
            ),
            ("testing.rs", "use crate::a;"),
            ("a/tests.rs", "use crate::D;"),
        ];
        assert_eq!(found(&files), [""; 0]);
    }

    #[test]
    fn words_that_only_look_like_modules_are_let_pass() {
        let files = [
            ("lib.rs", "mod a;\nmod b;"),
            ("a.rs", "use crate::b;\npub(in crate::b) fn a() {}"),
            (
                "b.rs",
                "// crate::a\nconst B: &str = \"crate::a\";\nfn c(a: u8) { a.a(); other::a::b(); a }\nmod d { use super::B; }",
            ),
        ];
        assert_eq!(found(&files), [""; 0]);
        assert_eq!(found(&[("lib.rs", A)]), [""; 0]);
    }

    #[test]
    fn macros_are_where_they_are_written() {
        let files = [
            ("lib.rs", "#[macro_use]\nmod a;\nmod b;"),
            ("a.rs", "#[macro_export]\nmacro_rules! twice { () => { $crate::b::b() } }"),
            ("b.rs", "pub fn b() {}\nfn c() { crate::twice!() }"),
        ];
        assert_eq!(found(&files), [circle(2, "a.rs", "a.rs -> b.rs -> a.rs")]);
    }
}
