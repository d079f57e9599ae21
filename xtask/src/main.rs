//! Chores of the project: `cargo run -p xtask -- check` looks for what breaks the house's rules.

#![forbid(unsafe_code)]

mod check;
mod finding;
mod tree;

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

const USAGE: &str = "usage: cargo run -p xtask -- check";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments != ["check"] {
        tell(USAGE);
        return ExitCode::from(2);
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask lies in the project");
    match tree::read(root) {
        Ok(files) => report(&files),
        Err(error) => {
            tell(&format!("the project can't be read: {error}"));
            ExitCode::FAILURE
        }
    }
}

fn report(files: &[tree::File]) -> ExitCode {
    let findings = check::all(files);
    let mut text: String = findings.iter().map(|finding| format!("{finding}\n")).collect();
    if findings.is_empty() {
        text = format!("{} files keep the rules\n", files.len());
    } else {
        tell(&format!("{} findings in {} files", findings.len(), files.len()));
    }
    match std::io::stdout().write_all(text.as_bytes()) {
        Ok(()) if findings.is_empty() => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}

fn tell(text: &str) {
    // There is nowhere to complain.
    let _ = writeln!(std::io::stderr(), "{text}");
}
