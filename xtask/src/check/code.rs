//! What stands in Rust files: lengths, `unsafe`, tests that don't run, things left to do.
//!
//! Files are read as tokens, not as syntax: so code inside macros counts too, and comments and
//! strings don't.

use super::layers::layer_of;
use crate::finding::Finding;
use crate::tree::File;
use proc_macro2::{Delimiter, Group, Spacing, TokenStream, TokenTree};
use std::str::FromStr;

/// Lines of a file without its tests.
const LONGEST_FILE: usize = 800;
/// Lines of a function, from `fn` to its closing brace.
const LONGEST_FUNCTION: usize = 80;

/// Lines that a crate may have without its tests.
const LONGEST_CRATES: [(&str, usize); 1] = [("backlot", 4000)];

/// Looks at how long crates are that should stay short.
pub(super) fn check_crates(files: &[File]) -> Vec<Finding> {
    let longest = LONGEST_CRATES.iter();
    let found = longest.filter_map(|(member, longest)| {
        let is_code = |file: &&File| {
            file.is_rust() && !file.is_test_module() && !file.path.contains("/tests/")
        };
        let ours = files.iter().filter(is_code).filter(|file| file.member() == Some(member));
        let lines: usize = ours.map(lines_without_tests).sum();
        let text = format!(
            "'{member}' has {lines} lines without tests where {longest} are allowed: what is no reading of arguments belongs in another crate"
        );
        (lines > *longest).then(|| Finding::new(&format!("crates/{member}/Cargo.toml"), 1, text))
    });
    found.collect()
}

fn lines_without_tests(file: &File) -> usize {
    let mut scan = Scan::new(file);
    scan.stream(TokenStream::from_str(&file.text).unwrap_or_default());
    file.text.lines().count() - scan.test_lines
}

/// Looks at one Rust file.
pub(super) fn check(file: &File) -> Vec<Finding> {
    let tokens = match TokenStream::from_str(&file.text) {
        Ok(tokens) => tokens,
        Err(error) => {
            let line = error.span().start().line;
            return vec![Finding::new(&file.path, line, format!("this is no Rust: {error}"))];
        }
    };
    let mut scan = Scan::new(file);
    scan.stream(tokens);
    let lines = file.text.lines().count() - scan.test_lines;
    if lines > LONGEST_FILE && !file.is_test_module() {
        let text =
            format!("{lines} lines without tests where {LONGEST_FILE} are allowed: split the file");
        scan.findings.push(Finding::new(&file.path, 1, text));
    }
    scan.findings
}

struct Scan<'a> {
    path: &'a str,
    may_be_unsafe: bool,
    test_lines: usize,
    findings: Vec<Finding>,
}

impl<'a> Scan<'a> {
    fn new(file: &'a File) -> Self {
        let layer = layer_of(file.member().unwrap_or_default());
        Self {
            path: &file.path,
            may_be_unsafe: layer.is_some_and(|layer| layer.may_be_unsafe),
            test_lines: 0,
            findings: Vec::new(),
        }
    }

    fn found(&mut self, line: usize, text: impl Into<String>) {
        self.findings.push(Finding::new(self.path, line, text));
    }

    fn stream(&mut self, tokens: TokenStream) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        for at in 0..tokens.len() {
            match &tokens[at] {
                TokenTree::Ident(word) => {
                    let line = word.span().start().line;
                    self.word(&word.to_string(), line, &tokens[at + 1..]);
                }
                mark if is_mark(mark, '#') => self.attribute(&tokens[at + 1..]),
                TokenTree::Group(group) => self.stream(group.stream()),
                _ => {}
            }
        }
    }

    fn word(&mut self, word: &str, line: usize, rest: &[TokenTree]) {
        match word {
            "fn" => self.function(line, rest),
            "unsafe" if !self.may_be_unsafe => {
                self.found(line, "unsafe stands in kernels and nn only: move it there");
            }
            "todo" | "unimplemented" | "dbg" if is_call(rest) => {
                self.found(line, format!("{word}! is left: finish it or take it out"));
            }
            _ => {}
        }
    }

    fn function(&mut self, line: usize, rest: &[TokenTree]) {
        // A type such as `fn(u8)` has no name. That of a macro's function has a dollar in front.
        let named = rest.iter().take(2).find(|token| !is_mark(token, '$'));
        let Some(TokenTree::Ident(name)) = named else { return };
        let Some(body) = body(rest) else { return };
        let lines = body.span_close().end().line + 1 - line;
        if lines > LONGEST_FUNCTION {
            let text = format!(
                "'{name}' has {lines} lines where {LONGEST_FUNCTION} are allowed: split it"
            );
            self.found(line, text);
        }
    }

    fn attribute(&mut self, rest: &[TokenTree]) {
        let Some(TokenTree::Group(attribute)) = rest.first() else { return };
        let text: String = attribute.stream().to_string().split_whitespace().collect();
        let line = attribute.span_open().start().line;
        if text == "ignore" || text.starts_with("ignore=") || text.contains(",ignore") {
            self.found(
                line,
                "an ignored test proves nothing: let it run, or let it say why it can't",
            );
        }
        if text == "cfg(test)"
            && let Some(module) = test_module(&rest[1..])
        {
            self.test_lines += module.span_close().end().line + 1 - line;
        }
    }
}

/// Whether a path ends in this module, and two colons.
pub(super) fn is_of(module: &str, before: &[TokenTree]) -> bool {
    let [.., name, first, second] = before else { return false };
    name.to_string() == module && is_mark(first, ':') && is_mark(second, ':')
}

pub(super) fn is_mark(token: &TokenTree, mark: char) -> bool {
    matches!(token, TokenTree::Punct(found) if found.as_char() == mark)
}

/// A word among its neighbours.
pub(super) struct Word<'a> {
    pub text: &'a str,
    pub line: usize,
    /// What stands before and after it in the same brackets.
    pub before: &'a [TokenTree],
    pub after: &'a [TokenTree],
}

/// Calls `each` with every word that is in no test. `is_test` is asked of what follows a `#`.
pub(super) fn each_word(
    tokens: TokenStream,
    is_test: fn(&[TokenTree]) -> bool,
    each: &mut impl FnMut(Word<'_>),
) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut at = 0;
    while at < tokens.len() {
        match &tokens[at] {
            mark if is_mark(mark, '#') && is_test(&tokens[at + 1..]) => {
                // The braces of the module or the function are among the next few tokens.
                at += tokens[at..].iter().position(is_block).unwrap_or(0);
            }
            TokenTree::Group(group) => each_word(group.stream(), is_test, each),
            TokenTree::Ident(word) => each(Word {
                text: &word.to_string(),
                line: word.span().start().line,
                before: &tokens[..at],
                after: &tokens[at + 1..],
            }),
            _ => {}
        }
        at += 1;
    }
}

fn is_block(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace)
}

/// Whether what follows the `#` is `[cfg(test)]`, and then a module.
pub(super) fn is_test_module(rest: &[TokenTree]) -> bool {
    let Some(TokenTree::Group(attribute)) = rest.first() else { return false };
    let text: String = attribute.stream().to_string().split_whitespace().collect();
    text == "cfg(test)" && test_module(&rest[1..]).is_some()
}

/// Whether the word before is called as a macro, not compared by `!=`.
pub(super) fn is_call(rest: &[TokenTree]) -> bool {
    matches!(rest.first(), Some(TokenTree::Punct(mark))
        if mark.as_char() == '!' && mark.spacing() == Spacing::Alone)
}

/// The first braces before a semicolon.
fn body(tokens: &[TokenTree]) -> Option<&Group> {
    for token in tokens {
        match token {
            mark if is_mark(mark, ';') => return None,
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => return Some(group),
            _ => {}
        }
    }
    None
}

/// The braces of the module that these tokens begin with, other attributes passed over.
fn test_module(tokens: &[TokenTree]) -> Option<&Group> {
    let is_module = |token: &TokenTree| matches!(token, TokenTree::Ident(word) if word == "mod");
    let begins = tokens.iter().take(6).position(is_module)?;
    body(&tokens[begins..])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::testing::{file, lines};

    fn found(path: &str, text: &str) -> Vec<String> {
        lines(check(&file(path, text)))
    }

    fn function(lines: usize) -> String {
        format!("fn long() {{\n{}}}\n", "    a();\n".repeat(lines - 2))
    }

    #[test]
    fn long_functions_are_found_in_macros_too() {
        assert_eq!(found("crates/media/src/a.rs", &function(80)), [""; 0]);
        let expected = "'long' has 81 lines where 80 are allowed: split it";
        let path = "crates/media/src/a.rs";
        assert_eq!(found(path, &function(81)), [format!("{path}:1: {expected}")]);
        let wrapped = format!("dispatch! {{\n    pub {}}}\n", function(81));
        assert_eq!(found(path, &wrapped), [format!("{path}:2: {expected}")]);
        let template = function(81).replace("long", "$name");
        assert_eq!(found(path, &format!("macro_rules! a {{ () => {{{template}}} }}")).len(), 1);
        let signature = "trait T { fn a(f: fn(u8)) -> u8; fn b() {} }";
        assert_eq!(found(path, signature), [""; 0]);
    }

    #[test]
    fn long_files_are_found_but_tests_are_free() {
        let code = "const A: u8 = 1;\n".repeat(801);
        let expected = "801 lines without tests where 800 are allowed: split the file";
        assert_eq!(
            found("crates/media/src/a.rs", &code),
            [format!("crates/media/src/a.rs:1: {expected}")]
        );
        assert_eq!(found("crates/media/src/a/tests.rs", &code), [""; 0]);
        assert_eq!(found("crates/media/tests/a.rs", &code).len(), 1);
        let half = "const A: u8 = 1;\n".repeat(600);
        let tested = format!("{half}\n#[cfg(test)]\nmod tests {{\n{half}}}\n");
        assert_eq!(found("crates/media/src/a.rs", &tested), [""; 0]);
    }

    #[test]
    fn a_program_that_is_more_than_arguments_is_found() {
        let code = "const A: u8 = 1;\n".repeat(700);
        let tested = format!("{code}#[cfg(test)]\nmod tests {{\n{code}}}\n");
        let path = |at: usize| format!("crates/backlot/src/m{at}.rs");
        let longest = LONGEST_CRATES[0].1;
        let mut files: Vec<File> = (0..longest / 700).map(|at| file(&path(at), &tested)).collect();
        files.push(file("crates/backlot/tests/cli/a.rs", &code));
        files.push(file("crates/backlot/src/run/tests/a.rs", &code));
        files.push(file("crates/media/src/a.rs", &code));
        assert_eq!(check_crates(&files), []);
        files.push(file("crates/backlot/src/main.rs", &code));
        let found = lines(check_crates(&files));
        assert!(found[0].starts_with("crates/backlot/Cargo.toml:1: 'backlot' has "), "{found:?}");
    }

    #[test]
    fn unsafe_is_found_where_it_must_not_be() {
        let text = "// unsafe\n#![forbid(unsafe_code)]\nconst A: &str = \"unsafe\";\n";
        assert_eq!(found("crates/media/src/a.rs", text), [""; 0]);
        let text = "fn a() {\n    unsafe { b() }\n}\n";
        assert_eq!(
            found("crates/media/src/a.rs", text),
            ["crates/media/src/a.rs:2: unsafe stands in kernels and nn only: move it there"]
        );
        assert_eq!(found("crates/nn/src/a.rs", text), [""; 0]);
        assert_eq!(found("crates/media/src/a.rs", "m! { unsafe {} }").len(), 1);
    }

    #[test]
    fn what_is_left_or_ignored_is_found() {
        let text = "#[test]\n#[ignore = \"slow\"]\nfn a() {\n    todo!()\n}\nfn todo() {}\n";
        assert_eq!(
            found("crates/nn/src/a.rs", text),
            [
                "crates/nn/src/a.rs:2: an ignored test proves nothing: let it run, or let it say why it can't",
                "crates/nn/src/a.rs:4: todo! is left: finish it or take it out",
            ]
        );
        let fine = "fn a(dbg: u8, todo: u8) -> bool { dbg != todo && !todo == 0 }";
        assert_eq!(found("crates/nn/src/a.rs", fine), [""; 0]);
        assert_eq!(found("crates/nn/src/a.rs", "fn a() { b(dbg!(c)) }").len(), 1);
        assert_eq!(found("crates/nn/src/a.rs", "#[cfg_attr(miri, ignore)]\nfn a() {}").len(), 1);
    }

    #[test]
    fn broken_code_is_named() {
        let lines = found("crates/nn/src/a.rs", "fn a() {}\nfn b() { ) }\n");
        assert!(lines[0].starts_with("crates/nn/src/a.rs:2: this is no Rust"), "{lines:?}");
    }
}
