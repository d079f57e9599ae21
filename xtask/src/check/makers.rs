//! What is made in few places only.
//!
//! Viewers see nothing but what the guard has cleared: types hold that for pictures, and who makes a
//! guard, and so says whether a scene hides the room, is held here. Other programs are started
//! through `crates/launch` alone, which gives each its limits and its end.

use super::code::{each_word, is_mark, is_test_module};
use crate::finding::Finding;
use crate::tree::File;
use proc_macro2::{TokenStream, TokenTree};
use std::str::FromStr;

/// Something that is made by `NAME::new`, and where that may be.
struct Rule {
    name: &'static str,
    places: &'static [&'static str],
    advice: &'static str,
}

const RULES: [Rule; 2] = [
    // By who compiles scenes, and for measurements.
    Rule {
        name: "Guard",
        places: &[
            "crates/guard/",
            "crates/pipeline/src/inputs/camera.rs",
            "crates/pipeline/src/inputs/key.rs",
            "crates/pipeline/examples/looks.rs",
        ],
        advice: "only the studio makes a guard, from what its scene hides: take its pictures, or name the place in xtask/src/check/makers.rs",
    },
    Rule {
        name: "Command",
        places: &["crates/launch/", "xtask/"],
        advice: "other programs are started by backlot_launch::Order, with limits and an end: use that",
    },
];

/// Looks at one Rust file.
pub(super) fn check(file: &File) -> Vec<Finding> {
    let is_test = file.is_test_module() || file.path.contains("/tests/");
    let Ok(tokens) = TokenStream::from_str(&file.text) else { return Vec::new() };
    let applies = |rule: &&Rule| !rule.places.iter().any(|place| file.path.starts_with(place));
    let rules: Vec<_> = RULES.iter().filter(applies).filter(|_| !is_test).collect();
    let mut findings = Vec::new();
    each_word(tokens, is_test_module, &mut |word| {
        let broken = rules.iter().filter(|rule| rule.name == word.text && is_new(word.after));
        findings.extend(broken.map(|rule| Finding::new(&file.path, word.line, rule.advice)));
    });
    findings
}

/// Whether `::new` follows.
fn is_new(rest: &[TokenTree]) -> bool {
    let is_new = |token: &TokenTree| token.to_string() == "new";
    rest.first().is_some_and(|token| is_mark(token, ':')) && rest.get(2).is_some_and(is_new)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::testing::file;

    fn lines_of(path: &str, text: &str) -> Vec<usize> {
        check(&file(path, text)).into_iter().map(|finding| finding.line).collect()
    }

    #[test]
    fn who_makes_a_guard_of_their_own_is_found() {
        let text =
            "fn a() {\n    let guard = Guard::new(false);\n    b(backlot_guard::Guard::new)\n}\n";
        assert_eq!(lines_of("crates/pipeline/src/live/worker.rs", text), [2, 3]);
        assert_eq!(lines_of("crates/pipeline/src/inputs/key.rs", text), [0; 0]);
        assert_eq!(lines_of("crates/pipeline/tests/live/a.rs", text), [0; 0]);
    }

    #[test]
    fn who_starts_programs_past_the_launcher_is_found() {
        let text = "fn a() {\n    Command::new(\"sh\");\n    std::process::Command::new(b)\n}\n";
        assert_eq!(lines_of("crates/files/src/tools.rs", text), [2, 3]);
        assert_eq!(lines_of("crates/launch/src/way.rs", text), [0; 0]);
        assert_eq!(lines_of("crates/files/tests/files/common.rs", text), [0; 0]);
    }

    #[test]
    fn other_guards_and_tests_are_let_pass() {
        let fine = "fn a(guard: &Guard) { MutexGuard::new(b); Guard::default() }\n";
        assert_eq!(lines_of("crates/backlot/src/run.rs", fine), [0; 0]);
        let test = "#[cfg(test)]\nmod tests {\n    fn a() { Guard::new(true) }\n}\n";
        assert_eq!(lines_of("crates/backlot/src/run.rs", test), [0; 0]);
        let after = format!("{test}fn b() {{ Guard::new(true) }}");
        assert_eq!(lines_of("crates/backlot/src/run.rs", &after), [5]);
    }
}
