//! Chores of the project: `cargo run -p xtask -- check` looks for what breaks the house's rules,
//! `cargo run -p xtask -- licences` writes down what others wrote that is in the program, and
//! `cargo run -p xtask -- architecture` which crates there are.

#![forbid(unsafe_code)]

mod check;
mod finding;
mod licences;
mod tree;

use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

const USAGE: &str = "usage: cargo run -p xtask -- check|licences|architecture";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask lies in the project");
    let done = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["check"] => check(root),
        ["licences"] => licences::write(root).map(|()| ExitCode::SUCCESS),
        ["architecture"] => architecture(root).map(|()| ExitCode::SUCCESS),
        _ => {
            tell(USAGE);
            return ExitCode::from(2);
        }
    };
    done.unwrap_or_else(|error| {
        tell(&format!("the project can't be read: {error}"));
        ExitCode::FAILURE
    })
}

fn architecture(root: &Path) -> io::Result<()> {
    check::overview::write(root, &tree::read(root)?)
}

fn check(root: &Path) -> io::Result<ExitCode> {
    let files = tree::read(root)?;
    let mut findings = check::all(&files, root);
    findings.extend(licences::check(root));
    let mut text: String = findings.iter().map(|finding| format!("{finding}\n")).collect();
    if findings.is_empty() {
        text = format!("{} files keep the rules\n", files.len());
    } else {
        tell(&format!("{} findings in {} files", findings.len(), files.len()));
    }
    Ok(match io::stdout().write_all(text.as_bytes()) {
        Ok(()) if findings.is_empty() => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    })
}

fn tell(text: &str) {
    // There is nowhere to complain.
    let _ = writeln!(io::stderr(), "{text}");
}
