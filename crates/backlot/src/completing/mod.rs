//! Completions: the shell asks the program itself, so that the offered scenes, sets, effects and
//! devices are up to date.

mod bash;
mod line;
mod steering;
mod values;
mod words;

pub use steering::{
    controls, effect_settings, layers, lists, places, present_effects, properties, running_outputs,
    shown_scenes, sources, transitions,
};
pub use values::{
    backgrounds, cameras, effects, formats, inputs, keys, measured_scenes, memories, networks,
    outputs, qualities, rates, results, scenes, ways_to_fit,
};

use crate::cli::Cli;
use anyhow::Result;
use backlot_terminal::stdio;
use bash::Bash;
use clap::CommandFactory;
use clap_complete::CompleteEnv;
use clap_complete::env::{Elvish, EnvCompleter, Fish, Powershell, Shells, Zsh};
use std::process::ExitCode;

/// Set by the shell when it asks.
const VARIABLE: &str = "BACKLOT_COMPLETE";

const SHELLS: [&dyn EnvCompleter; 5] = [&Bash, &Elvish, &Fish, &Powershell, &Zsh];

/// Answers a shell, if one asks.
pub fn serve() -> Option<ExitCode> {
    std::env::var_os(VARIABLE)?;
    let asked = CompleteEnv::with_factory(Cli::command).var(VARIABLE).shells(Shells(&SHELLS));
    let folder = std::env::current_dir().ok();
    match asked.try_complete(std::env::args_os(), folder.as_deref()) {
        Ok(true) => Some(ExitCode::SUCCESS),
        Ok(false) => None,
        Err(error) => {
            stdio::fail(error);
            Some(ExitCode::FAILURE)
        }
    }
}

/// Prints the script that a shell has to load.
pub fn print(shell: clap_complete::Shell) -> Result<()> {
    let mut text = Vec::new();
    let name = shell.to_string();
    if let Some(shell) = SHELLS.iter().find(|known| known.is(&name)) {
        shell.write_registration(VARIABLE, "backlot", "backlot", "backlot", &mut text)?;
    }
    Ok(stdio::print(String::from_utf8_lossy(&text))?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::ValueEnum;

    #[test]
    fn every_shell_is_known() {
        for shell in clap_complete::Shell::value_variants() {
            let name = shell.to_string();
            assert!(SHELLS.iter().any(|known| known.is(&name)), "{name}");
        }
    }
}
