//! `backlot effects`, `backlot keys`, `backlot sets`, `backlot scenes`: the lists.

use backlot_effects::{EffectDef, Hiding};
use backlot_keys::KeyDef;
use backlot_scene::config::READY_SCENES;
use backlot_schema::{Definition, Kind, Setting};
use backlot_terminal::{TerminalError, stdio};
use clap::Args;
use serde::Serialize;

/// Options of the lists.
#[derive(Clone, Copy, Debug, Args)]
pub struct ListArgs {
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// Prints each effect on a line, with its settings below.
pub fn effects(args: ListArgs) -> Result<(), TerminalError> {
    defined(args, |effect: &EffectDef| {
        let Hiding { setting, least } = effect.hiding?;
        Some(format!("hides the room at {}={least} and above", setting.name()))
    })
}

/// Prints each key on a line, with its settings below.
pub fn keys(args: ListArgs) -> Result<(), TerminalError> {
    defined(args, |_: &KeyDef| None)
}

/// Prints all of a kind with their settings, and what else there is to say of each.
fn defined<D: Definition + Serialize>(
    args: ListArgs,
    remark: impl Fn(&D) -> Option<String>,
) -> Result<(), TerminalError> {
    if args.json {
        return stdio::print_json(&D::all());
    }
    let mut text = String::new();
    for def in D::all() {
        text += &format!("{:<10} {}\n", def.name(), def.summary());
        for line in def.settings().iter().map(described).chain(remark(def)) {
            text += &format!("             {line}\n");
        }
    }
    stdio::print(text)
}

fn described(Setting { name, kind, help }: &Setting) -> String {
    let default = kind.write(&kind.default_value());
    let takes = match kind {
        Kind::Choice { values, .. } if values.len() > 6 => {
            format!("one of {} names, see --json", values.len())
        }
        kind => kind.to_string(),
    };
    format!("{name}={default}  {help} ({takes})")
}

#[derive(Serialize)]
struct Named {
    name: &'static str,
    summary: &'static str,
}

/// Prints the built-in sets, one per line.
pub fn sets(args: ListArgs) -> Result<(), TerminalError> {
    let sets = backlot_generators::sets().iter();
    named(args, sets.map(|set| Named { name: set.name, summary: set.summary }).collect())
}

/// Prints the ready scenes, one per line.
pub fn scenes(args: ListArgs) -> Result<(), TerminalError> {
    let scenes = READY_SCENES.iter();
    named(args, scenes.map(|scene| Named { name: scene.name, summary: scene.summary() }).collect())
}

fn named(args: ListArgs, all: Vec<Named>) -> Result<(), TerminalError> {
    if args.json {
        return stdio::print_json(&all);
    }
    let widest = all.iter().map(|one| one.name.len()).max().unwrap_or_default() + 2;
    let line = |Named { name, summary }| format!("{name:<widest$}{summary}\n");
    stdio::print(all.into_iter().map(line).collect::<String>())
}

/// Prints the licences of third-party code.
pub fn licences() -> Result<(), TerminalError> {
    stdio::print(include_str!("../../../licences/third-party.txt"))
}
