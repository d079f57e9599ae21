//! Viewers see nothing but what the guard has cleared. Types hold that for pictures; who makes a
//! guard, and so says whether a scene hides the room, is held here.

use super::code::{is_mark, test_module};
use crate::finding::Finding;
use crate::tree::File;
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use std::str::FromStr;

/// Where guards are made: by who compiles scenes, and for measurements.
const MAY_GUARD: [&str; 3] =
    ["crates/guard/", "crates/pipeline/src/studio.rs", "crates/pipeline/examples/looks.rs"];

/// Looks at one Rust file.
pub(super) fn check(file: &File) -> Vec<Finding> {
    let is_test = file.is_test_module() || file.path.contains("/tests/");
    if is_test || MAY_GUARD.iter().any(|place| file.path.starts_with(place)) {
        return Vec::new();
    }
    let Ok(tokens) = TokenStream::from_str(&file.text) else { return Vec::new() };
    let mut scan = Scan { path: &file.path, findings: Vec::new() };
    scan.stream(tokens);
    scan.findings
}

struct Scan<'a> {
    path: &'a str,
    findings: Vec<Finding>,
}

impl Scan<'_> {
    fn stream(&mut self, tokens: TokenStream) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut at = 0;
        while at < tokens.len() {
            if is_mark(&tokens[at], '#') && is_for_tests(&tokens[at + 1..]) {
                // The module's braces are among the next few tokens.
                let braces = |token: &TokenTree| matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace);
                let end = tokens[at..].iter().position(braces);
                at += end.map_or(1, |end| end + 1);
                continue;
            }
            match &tokens[at] {
                TokenTree::Group(group) => self.stream(group.stream()),
                TokenTree::Ident(word) if is_made(&word.to_string(), &tokens[at + 1..]) => {
                    let text = "only the studio makes a guard, from what its scene hides: take its pictures, or name the place in xtask/src/check/privacy.rs";
                    self.findings.push(Finding::new(self.path, word.span().start().line, text));
                }
                _ => {}
            }
            at += 1;
        }
    }
}

/// Whether this is `Guard::new`.
fn is_made(word: &str, rest: &[TokenTree]) -> bool {
    let is_new = |token: &TokenTree| token.to_string() == "new";
    word == "Guard"
        && rest.first().is_some_and(|token| is_mark(token, ':'))
        && rest.get(2).is_some_and(is_new)
}

/// Whether what follows the `#` is `[cfg(test)]`, and then a module.
pub(super) fn is_for_tests(rest: &[TokenTree]) -> bool {
    let Some(TokenTree::Group(attribute)) = rest.first() else { return false };
    let text: String = attribute.stream().to_string().split_whitespace().collect();
    text == "cfg(test)" && test_module(&rest[1..]).is_some()
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
        assert_eq!(lines_of("crates/pipeline/src/studio.rs", text), [0; 0]);
        assert_eq!(lines_of("crates/pipeline/tests/live/a.rs", text), [0; 0]);
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
