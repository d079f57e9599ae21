//! Chores of the project: `cargo run -p xtask -- check` looks for what breaks the house's rules.

#![forbid(unsafe_code)]

mod check;
mod finding;
mod tree;

use std::path::Path;
use std::process::ExitCode;

const USAGE: &str = "usage: cargo run -p xtask -- check";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments != ["check"] {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask lies in the project");
    match tree::read(root) {
        Ok(files) => report(&files),
        Err(error) => {
            eprintln!("the project can't be read: {error}");
            ExitCode::FAILURE
        }
    }
}

fn report(files: &[tree::File]) -> ExitCode {
    let findings = check::all(files);
    for finding in &findings {
        println!("{finding}");
    }
    if findings.is_empty() {
        println!("{} files keep the rules", files.len());
        return ExitCode::SUCCESS;
    }
    eprintln!("{} findings in {} files", findings.len(), files.len());
    ExitCode::FAILURE
}
