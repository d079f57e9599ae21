//! Viewers see nothing but what the guard has cleared: who shows pictures, and who says that no
//! camera took part in one.
//!
//! Types are not known here. So a method `put` is let pass by the name of whose it is, and
//! whoever names a virtual camera like a mailbox is on their own.

use super::code::{is_mark, test_module};
use crate::finding::Finding;
use crate::tree::File;
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use std::str::FromStr;

/// The guard, and the devices, which know no camera's pictures but those that they show.
const MAY_PUT: [&str; 3] = ["crates/guard/", "crates/v4l2/", "crates/pipewire/"];
/// What else has a method `put`: mailboxes, shelves, files.
const OTHERS: [&str; 7] = ["self", "inbox", "parcels", "places", "home", "sheet", "1"];
/// Where pictures are drawn without a camera.
const MAY_DRAW: [&str; 3] =
    ["crates/guard/", "crates/testkit/", "crates/pipeline/src/live/screen.rs"];

/// Looks at one Rust file.
pub(super) fn check(file: &File) -> Vec<Finding> {
    let is_test = file.is_test_module() || file.path.contains("/tests/");
    let Ok(tokens) = TokenStream::from_str(&file.text) else { return Vec::new() };
    let is_in = |places: &[&str]| places.iter().any(|place| file.path.starts_with(place));
    let mut scan = Scan { path: &file.path, may_put: true, may_draw: true, findings: Vec::new() };
    scan.may_put = is_test || is_in(&MAY_PUT);
    scan.may_draw = is_test || is_in(&MAY_DRAW);
    scan.stream(tokens);
    scan.findings
}

struct Scan<'a> {
    path: &'a str,
    may_put: bool,
    may_draw: bool,
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
                TokenTree::Ident(word) if is_called(&tokens[at + 1..]) => {
                    let line = word.span().start().line;
                    self.call(&word.to_string(), line, &tokens[..at]);
                }
                _ => {}
            }
            at += 1;
        }
    }

    fn call(&mut self, word: &str, line: usize, before: &[TokenTree]) {
        let after_colons = before.last().is_some_and(|token| is_mark(token, ':'));
        let whose = before.len().checked_sub(2).map(|at| before[at].to_string());
        let is_method = before.last().is_some_and(|token| is_mark(token, '.'));
        let is_known = whose.is_some_and(|whose| OTHERS.contains(&whose.as_str()));
        if word == "put" && !self.may_put && (after_colons || (is_method && !is_known)) {
            let text = "only the guard's Outlet shows pictures to viewers: hand it a Cleared (or, if this is no virtual camera, name it in xtask/src/check/privacy.rs)";
            self.findings.push(Finding::new(self.path, line, text));
        }
        if word == "drawn" && !self.may_draw && after_colons {
            let text = "pictures without a camera are drawn in few places: let the guard judge this one, or name the place in xtask/src/check/privacy.rs";
            self.findings.push(Finding::new(self.path, line, text));
        }
    }
}

/// Whether the name before is called, or handed on as a function.
fn is_called(rest: &[TokenTree]) -> bool {
    match rest.first() {
        Some(TokenTree::Group(group)) => group.delimiter() == Delimiter::Parenthesis,
        Some(mark) => is_mark(mark, ',') || is_mark(mark, ';') || is_mark(mark, ':'),
        None => true,
    }
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

    const LIVE: &str = "crates/pipeline/src/live/output.rs";

    #[test]
    fn who_shows_pictures_past_the_guard_is_found() {
        let text = "fn a() {\n    camera.put(&frame);\n    open()?.put(&frame);\n    self.camera.put(&frame);\n}\n";
        assert_eq!(lines_of(LIVE, text), [2, 3, 4]);
        assert_eq!(lines_of(LIVE, "fn a() { VirtualCamera::put(&mut *camera, &frame) }"), [1]);
        assert_eq!(lines_of(LIVE, "fn a() { frames.try_for_each(Camera::put) }"), [1]);
        for place in ["crates/guard/src/outlet.rs", "crates/v4l2/examples/feed.rs"] {
            assert_eq!(lines_of(place, text), [0; 0]);
        }
    }

    #[test]
    fn mailboxes_and_tests_are_let_pass() {
        let fine = "fn put(a: u8) { output.inbox.put(a); self.1.put(a); input.put = 3; }\n";
        assert_eq!(lines_of(LIVE, fine), [0; 0]);
        let test = "#[cfg(test)]\nmod tests {\n    fn a() { camera.put(&frame) }\n}\n";
        assert_eq!(lines_of(LIVE, test), [0; 0]);
        assert_eq!(lines_of(LIVE, &format!("{test}fn b() {{ camera.put(&frame) }}")), [5]);
        assert_eq!(lines_of("crates/pipeline/tests/live/a.rs", "fn a() { b.put(c) }"), [0; 0]);
    }

    #[test]
    fn who_says_that_no_camera_took_part_is_found() {
        let text = "fn a() { b(Cleared::drawn(frame)) }";
        assert_eq!(lines_of("crates/pipeline/src/studio.rs", text), [1]);
        assert_eq!(lines_of("crates/pipeline/src/live/screen.rs", text), [0; 0]);
        let map = "fn a() { frames.map(Cleared::drawn).collect() }";
        assert_eq!(lines_of("crates/backlot/src/run.rs", map), [1]);
        assert_eq!(lines_of("crates/backlot/src/run.rs", "fn a() { drawn(3); }"), [0; 0]);
    }
}
