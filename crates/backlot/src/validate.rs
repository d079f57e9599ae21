//! `backlot validate`: checks the settings file.

use crate::typed;
use anyhow::Result;
use backlot_jobs::ValidateRequest;
use backlot_scene::config::{commented_defaults, json_schema};
use backlot_settings::{Places, begin};
use backlot_terminal::{Outcome, stdio};
use clap::{Args, ValueHint};
use std::path::PathBuf;

/// `backlot validate`
#[derive(Debug, Args)]
#[command(
    next_line_help = true,
    after_help = "\
Examples:
  backlot validate                          the file that 'backlot run' reads
  backlot validate try.toml --json
  backlot validate --init                   write one, with every key explained

Each mistake is printed as FILE:LINE:COLUMN: SENTENCE, and the exit status is then 1. The file is \
looked for in $XDG_CONFIG_HOME/backlot (~/.config/backlot), then in backlot in $XDG_CONFIG_DIRS (/etc/xdg)."
)]
pub struct ValidateArgs {
    /// Settings file [default: the one that 'backlot run' reads]
    #[arg(value_parser = typed::path(), value_hint = ValueHint::FilePath)]
    pub file: Option<PathBuf>,
    /// Same as FILE, as in other commands
    #[arg(long, value_name = "FILE", value_parser = typed::path(), value_hint = ValueHint::FilePath, conflicts_with = "file")]
    pub settings: Option<PathBuf>,
    /// Write a commented settings file with every key and its default, unless one exists
    #[arg(long, conflicts_with_all = ["default", "json"])]
    pub init: bool,
    /// Print a commented settings file with every key and its default
    #[arg(long, conflicts_with_all = ["file", "settings", "json"])]
    pub default: bool,
    /// Print the JSON Schema (draft 2020-12) of settings files, for editors
    #[arg(long, conflicts_with_all = ["file", "settings", "init", "default"])]
    pub schema: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// Runs the command.
pub fn run(args: &ValidateArgs) -> Result<Outcome> {
    if args.default {
        stdio::print(commented_defaults())?;
        return Ok(Outcome::Done);
    }
    if args.schema {
        stdio::print_json(&json_schema())?;
        return Ok(Outcome::Done);
    }
    let places = Places::new();
    let named = args.file.as_ref().or(args.settings.as_ref()).cloned();
    if args.init {
        let shown = begin(named, &places)?;
        let shown = shown.display();
        stdio::print_line(format_args!(
            "wrote {shown}: every key with its default, ready to edit"
        ))?;
        return Ok(Outcome::Done);
    }
    let (file, json) =
        (named.or_else(|| places.settings().into_iter().find(|p| p.exists())), args.json);
    Ok(ValidateRequest { file, json }.run(&places)?)
}
