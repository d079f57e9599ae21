//! `backlot validate`: checks the settings file.

use crate::typed;
use anyhow::Result;
use backlot_scene::config::{Config, Issue, commented_defaults, json_schema};
use backlot_settings::{Judged, Places, SceneNote, begin, bytes};
use backlot_terminal::{Outcome, TerminalError, stdio};
use clap::{Args, ValueHint};
use serde::Serialize;
use std::path::{Path, PathBuf};

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

/// The result, for scripts.
#[derive(Serialize)]
struct Report<'a> {
    file: Option<&'a Path>,
    fine: bool,
    scenes: Vec<String>,
    issues: &'a [Issue],
    notes: &'a [Issue],
    /// What the files of edited scenes do.
    shadows: Vec<String>,
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
    let found = named.or_else(|| places.settings().into_iter().find(|p| p.exists()));
    let path = found.as_deref();
    let text = path.map(bytes).transpose()?.unwrap_or_default();
    let Judged { config, issues, notes, scenes: files } =
        Judged::of(text, path.unwrap_or(Path::new("")), &places);
    if args.json {
        let scenes =
            config.iter().flat_map(|c| &c.document.scenes).map(|s| s.name.clone()).collect();
        let fine = issues.is_empty() && !files.iter().any(is_wrong);
        let shadows = files.iter().map(ToString::to_string).collect();
        stdio::print_json(&Report {
            file: path,
            fine,
            scenes,
            issues: &issues,
            notes: &notes,
            shadows,
        })?;
    } else {
        let name = path.map(|path| path.display().to_string());
        say(name.as_deref(), config.as_ref(), &issues, &notes)?;
        say_scenes(&files)?;
        if name.is_none() {
            stdio::print_line("'backlot validate --init' writes one")?;
        }
    }
    let is_fine = issues.is_empty() && !files.iter().any(is_wrong);
    Ok(if is_fine { Outcome::Done } else { Outcome::Faulty })
}

fn say(
    name: Option<&str>,
    config: Option<&Config>,
    issues: &[Issue],
    notes: &[Issue],
) -> Result<(), TerminalError> {
    let shown = name.unwrap_or_default();
    for issue in issues {
        // In the format of compilers, so that editors find the place.
        stdio::tell(format_args!("{shown}:{issue}"));
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

/// Whether a scene's file can't be used.
const fn is_wrong(note: &SceneNote) -> bool {
    matches!(note, SceneNote::Wrong { .. })
}

fn say_scenes(files: &[SceneNote]) -> Result<(), TerminalError> {
    for note in files {
        match note {
            SceneNote::Shadows { .. } => stdio::print_line(note)?,
            SceneNote::Wrong { path, issues } => {
                let path = path.display();
                issues.iter().for_each(|issue| stdio::tell(format_args!("{path}:{issue}")));
            }
        }
    }
    Ok(())
}

fn summary(config: &Config) -> String {
    let count = |n: usize, what: &str| format!("{n} {what}{}", if n == 1 { "" } else { "s" });
    let scenes = count(config.document.scenes.len(), "scene");
    let outputs = count(config.outputs.len(), "output");
    let names: Vec<_> = config.document.scenes.iter().map(|scene| scene.name.as_str()).collect();
    let names = if names.is_empty() { String::new() } else { format!(" ({})", names.join(", ")) };
    format!("{scenes}{names}, {outputs}, camera {}", config.camera.device)
}
