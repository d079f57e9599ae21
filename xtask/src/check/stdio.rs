//! A message must never end the program, and a thread that can't be started must be an error:
//! `println!` and its like panic where their reader is gone, and so does `thread::spawn` where
//! the system has no room. So each stands in one module only, which copes with that.

use super::code::{Word, each_word, is_call, is_mark, is_of, is_test_module};
use crate::finding::Finding;
use crate::tree::File;
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use std::str::FromStr;

/// What may write to standard output and standard error.
const MAY_PRINT: [&str; 3] =
    ["crates/terminal/src/stdio/", "crates/launch/src/way.rs", "xtask/src/main.rs"];
/// What may start threads.
const MAY_START: &str = "crates/media/src/threads.rs";
/// Programs for developers, and what Cargo runs.
const FREE: [&str; 4] = ["/tests/", "/examples/", "/benches/", "/build.rs"];

const PRINTS: &str = "this panics where the reader is gone: say it through crates/terminal, or hand the text to who may print";
const STARTS: &str = "this panics or stays nameless where no thread can be started: use backlot_media::threads, and handle its error";

/// Looks at one Rust file.
pub(super) fn check(file: &File) -> Vec<Finding> {
    let is_free = FREE.iter().any(|part| file.path.contains(part));
    let Ok(tokens) = TokenStream::from_str(&file.text) else { return Vec::new() };
    if is_free || file.is_test_module() {
        return Vec::new();
    }
    let may_print = MAY_PRINT.iter().any(|place| file.path.starts_with(place));
    let may_start = file.path == MAY_START;
    let mut scan = Scan { path: &file.path, may_print, may_start, findings: Vec::new() };
    each_word(tokens, is_of_tests, &mut |word| scan.word(&word));
    scan.findings
}

struct Scan<'a> {
    path: &'a str,
    may_print: bool,
    may_start: bool,
    findings: Vec<Finding>,
}

impl Scan<'_> {
    fn word(&mut self, word: &Word<'_>) {
        let Word { text, line, before, after } = *word;
        let follows = |mark| before.last().is_some_and(|token| is_mark(token, mark));
        let is_defined = before.last().is_some_and(|token| token.to_string() == "fn");
        let arguments = after.first().and_then(arguments);
        let prints = match text {
            "println" | "print" | "eprintln" | "eprint" => is_call(after),
            "stdout" | "stderr" => arguments == Some(false) && !follows('.') && !is_defined,
            _ => false,
        };
        // A child process takes no arguments.
        let starts = match text {
            "spawn" | "spawn_scoped" => {
                // A task is no thread.
                let is_thread = arguments == Some(true) && !is_of("tokio", before);
                (is_thread && !is_defined) || is_of("thread", before)
            }
            "Builder" => is_of("thread", before),
            _ => false,
        };
        if prints && !self.may_print {
            self.findings.push(Finding::new(self.path, line, PRINTS));
        }
        if starts && !self.may_start {
            self.findings.push(Finding::new(self.path, line, STARTS));
        }
    }
}

/// Whether what follows the `#` is a module of tests, or a test.
fn is_of_tests(rest: &[TokenTree]) -> bool {
    let is_test = |group: &proc_macro2::Group| group.stream().to_string() == "test";
    let test = matches!(rest.first(), Some(TokenTree::Group(group)) if is_test(group));
    test || is_test_module(rest)
}

/// Whether these are the parentheses of a call, and hold anything.
fn arguments(token: &TokenTree) -> Option<bool> {
    match token {
        TokenTree::Group(group) if group.delimiter() == Delimiter::Parenthesis => {
            Some(!group.stream().is_empty())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::testing::file;

    fn lines_of(path: &str, text: &str) -> Vec<usize> {
        check(&file(path, text)).into_iter().map(|finding| finding.line).collect()
    }

    const CODE: &str = "crates/backlot/src/run/session.rs";

    #[test]
    fn what_panics_without_a_reader_is_found() {
        let text = "fn a() {\n    println!();\n    eprint!(\"a\");\n    if b { eprintln!(\"{c}\") }\n    print!(\"a\");\n}\n";
        assert_eq!(lines_of(CODE, text), [2, 3, 4, 5]);
        let text = "use std::io::stdout;\nfn a() {\n    std::io::stdout().lock();\n    stdout();\n    io::stderr().flush();\n}\n";
        assert_eq!(lines_of(CODE, text), [3, 4, 5]);
        assert_eq!(lines_of("crates/terminal/src/stdio/mod.rs", text), [0; 0]);
        let fine =
            "fn stdout() {}\nfn a(print: u8) { child.stdout(); print != 3; stdio::print(b) }";
        assert_eq!(lines_of(CODE, fine), [0; 0]);
    }

    #[test]
    fn bare_threads_are_found() {
        for bare in [
            "thread::spawn(a)",
            "std::thread::spawn(move || a())",
            "spawn(a)",
            "scope.spawn(|| a())",
            "Builder::new().spawn(a)",
            "builder.spawn_scoped(scope, a)",
            "thread::Builder::new()",
            "b.map(thread::spawn)",
        ] {
            assert_eq!(lines_of(CODE, &format!("fn a() {{ {bare} }}")), [1], "{bare}");
        }
        let fine = "fn spawn(a: u8) {}\nfn a() { command.spawn()?; tokio::spawn(b); image::Builder::new() }";
        assert_eq!(lines_of(CODE, fine), [0; 0]);
        assert_eq!(lines_of(MAY_START, "fn a() { Builder::new().spawn(a) }"), [0; 0]);
    }

    #[test]
    fn tests_and_developers_programs_are_free() {
        let test = "#[cfg(test)]\nmod tests {\n    fn a() { println!(); thread::spawn(b); }\n}\n";
        assert_eq!(lines_of(CODE, test), [0; 0]);
        assert_eq!(lines_of(CODE, &format!("{test}fn b() {{ println!() }}")), [5]);
        let one = "#[test]\nfn a() { println!() }\nfn b() { println!() }";
        assert_eq!(lines_of(CODE, one), [3]);
        let code = "fn a() { println!(); thread::spawn(b); }";
        for free in ["examples/a.rs", "tests/a.rs", "benches/a.rs", "build.rs", "src/tests.rs"] {
            assert_eq!(lines_of(&format!("crates/nn/{free}"), code), [0; 0], "{free}");
        }
    }
}
