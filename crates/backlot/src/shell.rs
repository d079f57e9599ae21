//! Completions and manual pages, made of the command line's one definition.

use crate::cli::Cli;
use crate::stdio;
use anyhow::{Context, Result};
use clap::CommandFactory;
use clap_complete::Shell;
use std::path::Path;

/// Prints the completions for a shell.
pub fn completions(shell: Shell) -> Result<()> {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "backlot", &mut text);
    stdio::print(String::from_utf8_lossy(&text))
}

/// Writes a manual page for the program and each command, or prints the program's.
pub fn man(folder: Option<&Path>) -> Result<()> {
    if let Some(folder) = folder {
        let shown = folder.display();
        std::fs::create_dir_all(folder).with_context(|| format!("making the folder '{shown}'"))?;
        return clap_mangen::generate_to(Cli::command(), folder)
            .with_context(|| format!("writing manual pages to '{shown}'"));
    }
    let mut text = Vec::new();
    clap_mangen::Man::new(Cli::command()).render(&mut text)?;
    stdio::print(String::from_utf8_lossy(&text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_definition_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_command_gets_a_manual_page() {
        let folder = tempfile::tempdir().unwrap();
        man(Some(folder.path())).unwrap();
        let page = std::fs::read_to_string(folder.path().join("backlot-render.1")).unwrap();
        assert!(page.contains("background"), "{page}");
    }
}
