//! The virtual camera that Linux deserves: the program `backlot`.

#![forbid(unsafe_code)]

mod batch;
mod bench;
mod cli;
mod completing;
mod demo;
mod devices;
mod doctor;
mod explain;
mod install;
mod jobs;
mod limits;
mod lists;
mod look;
mod matting;
mod models;
mod panel;
mod run;
mod scene;
mod serve;
mod shell;
mod snapshot;
mod socket;
mod steer;
mod typed;
mod usage;
mod validate;

use anyhow::{Error, Result};
use backlot_terminal::{Outcome, sentence, stdio};
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
            if cli.command.as_ref().is_some_and(Command::answers_in_json) {
                stdio::speak_json();
            }
            stdio::start_log(cli.verbose);
            ended(match &cli.command {
                Some(command) => run(command),
                None => panel::open().map(|()| Outcome::Done),
            })
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
            stdio::fail(sentence(error.as_ref()));
            ExitCode::FAILURE
        }
    }
}

fn run(command: &Command) -> Result<Outcome> {
    match command {
        Command::Run(args) => return run::run(args),
        Command::Render(args) => return jobs::render(args),
        Command::Matte(args) => return jobs::matte(args),
        Command::Batch(args) => return batch::run(args),
        Command::Demo(args) => return demo::run(args),
        Command::Doctor(args) => return doctor::run(args),
        Command::Install(args) => return install::run(args),
        Command::Validate(args) => return validate::run(args),
        Command::Scene(args) => return scene::run(args),
        Command::Serve(args) => serve::run(args)?,
        Command::Devices(args) => devices::run(args)?,
        Command::Snapshot(args) => snapshot::run(args)?,
        Command::Steer(args) => steer::run(args)?,
        Command::Panel(args) => panel::run(args)?,
        Command::Effects(args) => lists::effects(*args)?,
        Command::Keys(args) => lists::keys(*args)?,
        Command::Sets(args) => lists::sets(*args)?,
        Command::Scenes(args) => lists::scenes(*args)?,
        Command::Models(args) => models::run(args)?,
        Command::Bench(args) => bench::run(args)?,
        Command::Explain(args) => explain::run(args)?,
        Command::Licences => lists::licences()?,
        Command::Completions { shell } => completing::print(*shell)?,
        Command::Man { folder } => shell::man(folder.as_deref())?,
    }
    Ok(Outcome::Done)
}

fn is_broken_pipe(error: &Error) -> bool {
    let io = error.chain().find_map(|cause| cause.downcast_ref::<std::io::Error>());
    io.is_some_and(|error| error.kind() == std::io::ErrorKind::BrokenPipe)
}
