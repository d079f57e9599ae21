//! `backlot validate`: checks a settings file, and the files of scenes beside it.

use crate::error::Result;
use backlot_scene::config::{Config, Issue};
use backlot_settings::{Judged, Places, SceneNote, bytes};
use backlot_terminal::{Outcome, TerminalError, stdio};
use serde::Serialize;
use std::path::{Path, PathBuf};

/// A check as it was asked for.
#[derive(Clone, Debug)]
pub struct ValidateRequest {
    /// The settings file; none if there is none.
    pub file: Option<PathBuf>,
    /// Whether the result is printed as JSON.
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

impl ValidateRequest {
    /// Prints what is wrong.
    ///
    /// # Errors
    /// When the file can't be read, or nothing can be printed.
    pub fn run(&self, places: &Places) -> Result<Outcome> {
        let path = self.file.as_deref();
        let text = path.map(bytes).transpose()?.unwrap_or_default();
        let Judged { config, issues, notes, scenes: files } =
            Judged::of(text, path.unwrap_or(Path::new("")), places);
        if self.json {
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
