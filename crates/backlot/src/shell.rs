//! Manual pages, generated from the definition of the command line.

use crate::cli::Cli;
use anyhow::{Context, Result};
use backlot_terminal::stdio;
use clap::CommandFactory;
use std::path::Path;

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
    Ok(stdio::print(String::from_utf8_lossy(&text))?)
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

    /// The help of the program and of each command, as a terminal of that width shows it.
    fn helps(width: usize) -> Vec<(String, String)> {
        let mut cli = Cli::command().max_term_width(width).term_width(width);
        cli.build();
        let mut all = vec![("backlot".to_owned(), cli.render_help().to_string())];
        for command in cli.get_subcommands_mut() {
            let name = command.get_name().to_owned();
            all.push((name, command.render_help().to_string()));
        }
        all
    }

    #[test]
    fn the_help_fits_a_terminal_of_80_columns() {
        for (name, text) in helps(80) {
            let long = text.lines().find(|line| line.chars().count() > 80);
            assert_eq!(long, None, "{name}");
            assert!(!text.contains("see a summary"), "{name}: -h and --help differ");
        }
    }

    #[test]
    fn no_line_of_the_help_is_broken_twice() {
        // What is broken at 80 columns is one line where there is room: no text brings breaks of
        // its own, which would leave ragged lines.
        for ((name, narrow), (_, wide)) in helps(80).into_iter().zip(helps(10_000)) {
            let examples = |text: &str| {
                let lines = text.lines().skip_while(|line| *line != "Examples:");
                let block = lines.take_while(|line| !line.is_empty());
                block.map(str::to_owned).collect::<Vec<_>>()
            };
            assert_eq!(examples(&narrow), examples(&wide), "{name}: an example is broken");
            let is_text = |line: &&str| !line.starts_with(' ') && !line.is_empty();
            let prose: Vec<_> = wide.lines().filter(|line| is_text(line)).collect();
            let ragged = prose.iter().find(|line| line.ends_with([',', ';']) || line.len() < 3);
            assert_eq!(ragged, None, "{name}");
        }
    }
}
