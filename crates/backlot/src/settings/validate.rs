//! `backlot validate`: is the settings file right?

use super::check;
use super::file;
use super::places::Places;
use crate::Outcome;
use crate::lists::print_json;
use crate::stdio;
use anyhow::{Result, bail};
use backlot_scene::config::{Config, Issue, Issues, commented_defaults};
use clap::{Args, ValueHint};
use serde::Serialize;
use std::path::{Path, PathBuf};

/// `backlot validate`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  backlot validate                          the file that 'backlot run' reads
  backlot validate try.toml --json
  backlot validate --default > ~/.config/backlot/settings.toml

Every mistake is told with its line and column; the exit status is then 1. The file is sought in
$XDG_CONFIG_HOME/backlot (~/.config/backlot), then in backlot in $XDG_CONFIG_DIRS (/etc/xdg).")]
pub struct ValidateArgs {
    /// Settings file [default: the one that 'backlot run' reads]
    #[arg(value_hint = ValueHint::FilePath)]
    pub file: Option<PathBuf>,
    /// Print a commented settings file with every key and its default
    #[arg(long, conflicts_with_all = ["file", "json"])]
    pub default: bool,
    /// As JSON
    #[arg(long)]
    pub json: bool,
}

/// What was found, for scripts.
#[derive(Serialize)]
struct Report<'a> {
    file: Option<&'a Path>,
    fine: bool,
    scenes: Vec<String>,
    issues: &'a [Issue],
    notes: &'a [Issue],
}

/// Runs the command.
pub fn run(args: &ValidateArgs) -> Result<Outcome> {
    if args.default {
        stdio::print(commented_defaults())?;
        return Ok(Outcome::Done);
    }
    let places = Places::new();
    let found = args.file.clone().or_else(|| places.settings().into_iter().find(|p| p.exists()));
    let text = match &found {
        Some(path) if !path.exists() => {
            bail!("the settings file '{}' does not exist", path.display())
        }
        Some(path) => file::text(path)?,
        None => String::new(),
    };
    let path = found.as_deref();
    let parsed = file::parse(&text, path.unwrap_or(Path::new("")), places.home.as_deref());
    let (config, issues) = judged(parsed);
    let notes = config.as_ref().map(check::doubtful).unwrap_or_default();
    if args.json {
        let scenes = config.iter().flat_map(|c| &c.scenes).map(|s| s.name.clone()).collect();
        let fine = issues.is_empty();
        print_json(&Report { file: path, fine, scenes, issues: &issues, notes: &notes })?;
    } else {
        let name = path.map(|path| path.display().to_string());
        say(name.as_deref(), config.as_ref(), &issues, &notes)?;
        if let (None, Some(first)) = (&name, places.settings().first()) {
            let first = first.display();
            stdio::print_line(format_args!("'backlot validate --default > {first}' begins one"))?;
        }
    }
    Ok(if issues.is_empty() { Outcome::Done } else { Outcome::Faulty })
}

/// Settings, if they can be read, and everything that is wrong with them.
fn judged(parsed: Result<Config, Issues>) -> (Option<Config>, Vec<Issue>) {
    match parsed {
        Ok(config) => {
            let issues = Issues::of(file::issues(&config));
            (Some(config), issues.map(|issues| issues.all().to_vec()).unwrap_or_default())
        }
        Err(issues) => (None, issues.all().to_vec()),
    }
}

fn say(
    name: Option<&str>,
    config: Option<&Config>,
    issues: &[Issue],
    notes: &[Issue],
) -> Result<()> {
    let shown = name.unwrap_or_default();
    for issue in issues {
        stdio::fail(format_args!("{shown}:{issue}"));
    }
    for note in notes {
        stdio::print_line(format_args!("{shown}:{note}"))?;
    }
    match (config, name) {
        (Some(config), Some(name)) if issues.is_empty() => {
            stdio::print_line(format_args!("{name} is fine: {}", summary(config)))
        }
        (_, None) => stdio::print_line("there is no settings file: the defaults apply"),
        _ => Ok(()),
    }
}

fn summary(config: &Config) -> String {
    let count = |n: usize, what: &str| format!("{n} {what}{}", if n == 1 { "" } else { "s" });
    let scenes = count(config.scenes.len(), "scene");
    let outputs = count(config.outputs.len(), "output");
    let names: Vec<_> = config.scenes.iter().map(|scene| scene.name.as_str()).collect();
    let names = if names.is_empty() { String::new() } else { format!(" ({})", names.join(", ")) };
    format!("{scenes}{names}, {outputs}, camera {}", config.camera.device)
}
