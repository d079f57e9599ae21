//! `backlot validate`: checks the settings file.

use super::check;
use super::file;
use super::places::Places;
use crate::Outcome;
use crate::lists::print_json;
use crate::stdio;
use crate::typed;
use anyhow::{Context, Result, bail};
use backlot_scene::config::{Config, Issue, Issues, commented_defaults};
use clap::{Args, ValueHint};
use serde::Serialize;
use std::fs::{DirBuilder, File};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::DirBuilderExt;
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
}

/// Runs the command.
pub fn run(args: &ValidateArgs) -> Result<Outcome> {
    if args.default {
        stdio::print(commented_defaults())?;
        return Ok(Outcome::Done);
    }
    let places = Places::new();
    let named = args.file.as_ref().or(args.settings.as_ref()).cloned();
    if args.init {
        return begin(named, &places);
    }
    let found = named.or_else(|| places.settings().into_iter().find(|p| p.exists()));
    let path = found.as_deref();
    let bytes = path.map(file::bytes).transpose()?.unwrap_or_default();
    let Judged { config, issues, notes } =
        Judged::of(bytes, path.unwrap_or(Path::new("")), &places);
    if args.json {
        let scenes =
            config.iter().flat_map(|c| &c.document.scenes).map(|s| s.name.clone()).collect();
        let fine = issues.is_empty();
        print_json(&Report { file: path, fine, scenes, issues: &issues, notes: &notes })?;
    } else {
        let name = path.map(|path| path.display().to_string());
        say(name.as_deref(), config.as_ref(), &issues, &notes)?;
        if name.is_none() {
            stdio::print_line("'backlot validate --init' writes one")?;
        }
    }
    Ok(if issues.is_empty() { Outcome::Done } else { Outcome::Faulty })
}

/// Writes the commented settings file to the default path, or to the named one.
fn begin(named: Option<PathBuf>, places: &Places) -> Result<Outcome> {
    let path = named.or_else(|| places.own_settings());
    let path = path.context("there is no folder for settings: set HOME, or name a FILE")?;
    let shown = path.display();
    if let Some(folder) = path.parent() {
        let made = DirBuilder::new().recursive(true).mode(0o700).create(folder);
        made.with_context(|| format!("making the folder '{}'", folder.display()))?;
    }
    match File::create_new(&path) {
        Ok(mut file) => {
            let written = file.write_all(commented_defaults().as_bytes());
            let written = written.and_then(|()| file.sync_all());
            // A truncated file would pass for the user's own next time.
            let written = written.inspect_err(|_| drop(std::fs::remove_file(&path)));
            written.with_context(|| format!("writing '{shown}'"))?;
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            bail!("'{shown}' already exists and stays as it is: 'backlot validate' checks it")
        }
        Err(error) => return Err(error).with_context(|| format!("writing '{shown}'")),
    }
    stdio::print_line(format_args!("wrote {shown}: every key with its default, ready to edit"))?;
    Ok(Outcome::Done)
}

/// The result of checking settings.
#[derive(Default)]
struct Judged {
    /// The settings, if they can be parsed.
    config: Option<Config>,
    /// All mistakes in them.
    issues: Vec<Issue>,
    /// What is allowed, but probably not meant.
    notes: Vec<Issue>,
}

impl Judged {
    fn of(bytes: Vec<u8>, path: &Path, places: &Places) -> Self {
        let text = match file::decoded(bytes) {
            Ok(text) => text,
            Err(issue) => return Self { issues: vec![issue], ..Self::default() },
        };
        match file::parse(&text, path, places.home.as_deref()) {
            Ok(config) => {
                let (issues, mut notes) = file::issues(&config);
                notes.extend(check::doubtful(&config));
                let issues = Issues::of(issues).map(|issues| issues.all().to_vec());
                Self { config: Some(config), issues: issues.unwrap_or_default(), notes }
            }
            Err(issues) => Self { issues: issues.all().to_vec(), ..Self::default() },
        }
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

fn summary(config: &Config) -> String {
    let count = |n: usize, what: &str| format!("{n} {what}{}", if n == 1 { "" } else { "s" });
    let scenes = count(config.document.scenes.len(), "scene");
    let outputs = count(config.outputs.len(), "output");
    let names: Vec<_> = config.document.scenes.iter().map(|scene| scene.name.as_str()).collect();
    let names = if names.is_empty() { String::new() } else { format!(" ({})", names.join(", ")) };
    format!("{scenes}{names}, {outputs}, camera {}", config.camera.device)
}
