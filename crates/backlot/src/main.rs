//! The virtual camera that Linux deserves: the program `backlot`.

#![forbid(unsafe_code)]

mod bench;
mod cli;
mod completing;
mod demo;
mod devices;
mod doctor;
mod install;
mod interrupt;
mod job;
mod lists;
mod look;
mod machine;
mod matte;
mod models;
mod outputs;
mod render;
mod run;
mod settings;
mod shell;
mod snapshot;
mod stdio;
mod text;
mod times;
mod typed;
mod usage;

use anyhow::{Error, Result};
use clap::Parser;
use cli::{Cli, Command};
use std::process::ExitCode;

fn main() -> ExitCode {
    // Before anything else: this process may have been started only to launch another.
    if let Some(code) = backlot_launch::serve() {
        return code;
    }
    stdio::report_panics();
    if let Some(code) = completing::serve() {
        return code;
    }
    let code = match Cli::try_parse() {
        Ok(cli) => {
            if cli.command.answers_in_json() {
                stdio::speak_json();
            }
            stdio::start_log(cli.verbose);
            ended(run(&cli.command))
        }
        Err(usage) => usage::explain(usage, std::env::args_os()),
    };
    stdio::finish();
    code
}

fn ended(result: Result<Outcome>) -> ExitCode {
    match result {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::Faulty) => ExitCode::FAILURE,
        Ok(Outcome::Interrupted) => ExitCode::from(130),
        // The reader has closed the pipe early.
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            stdio::fail(sentence(&error));
            ExitCode::FAILURE
        }
    }
}

/// How a command ended, if it did not fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Everything was done.
    Done,
    /// A problem was found.
    Faulty,
    /// The user interrupted it; what was done until then stays.
    Interrupted,
}

fn run(command: &Command) -> Result<Outcome> {
    match command {
        Command::Run(args) => return run::run(args),
        Command::Render(args) => return render::run(args),
        Command::Matte(args) => return matte::run(args),
        Command::Demo(args) => return demo::run(args),
        Command::Doctor(args) => return doctor::run(args),
        Command::Install(args) => return install::run(args),
        Command::Validate(args) => return settings::run(args),
        Command::Devices(args) => devices::run(args)?,
        Command::Snapshot(args) => snapshot::run(args)?,
        Command::Effects(args) => lists::effects(*args)?,
        Command::Sets(args) => lists::sets(*args)?,
        Command::Models(args) => lists::models(*args)?,
        Command::Bench(args) => bench::run(args)?,
        Command::Licences => lists::licences()?,
        Command::Completions { shell } => completing::print(*shell)?,
        Command::Man { folder } => shell::man(folder.as_deref())?,
    }
    Ok(Outcome::Done)
}

/// An error and its causes on one line, without repetitions.
fn sentence(error: &Error) -> String {
    let mut text = String::new();
    for cause in error.chain().map(ToString::to_string) {
        if text.is_empty() {
            text = cause;
        } else if !text.contains(&cause) {
            text = format!("{text}: {cause}");
        }
    }
    text.replace('\n', " ")
}

fn is_broken_pipe(error: &Error) -> bool {
    let io = error.chain().find_map(|cause| cause.downcast_ref::<std::io::Error>());
    io.is_some_and(|error| error.kind() == std::io::ErrorKind::BrokenPipe)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_one_line_that_says_nothing_twice() {
        let error =
            anyhow::anyhow!("the disk is full").context("writing out.mp4: the disk is full");
        assert_eq!(sentence(&error), "writing out.mp4: the disk is full");
        let error = anyhow::anyhow!("no\nframes").context("reading in.mp4");
        assert_eq!(sentence(&error), "reading in.mp4: no frames");
    }
}
