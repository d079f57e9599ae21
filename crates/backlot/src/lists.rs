//! `backlot effects`, `backlot sets`, `backlot models`: the lists.

use backlot_effects::{EffectDef, Hiding};
use backlot_networks::{BUILT_IN, BuiltIn, LICENCE};
use backlot_schema::{Kind, Setting};
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

/// `backlot models`
#[derive(Clone, Copy, Debug, Args)]
pub struct ModelsArgs {
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    /// Print the text of the networks' licence
    #[arg(long, conflicts_with = "json")]
    pub licence: bool,
}

/// Prints each effect on a line, with its settings below.
pub fn effects(args: ListArgs) -> Result<(), TerminalError> {
    if args.json {
        return stdio::print_json(&backlot_effects::all());
    }
    let mut text = String::new();
    for EffectDef { name, summary, settings, hiding, .. } in backlot_effects::all() {
        text += &format!("{name:<10} {summary}\n");
        for setting in *settings {
            text += &format!("             {}\n", described(setting));
        }
        if let Some(Hiding { setting, least }) = hiding {
            text +=
                &format!("             hides the room at {}={least} and above\n", setting.name());
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
struct Set {
    name: &'static str,
    summary: &'static str,
}

/// Prints the built-in sets, one per line.
pub fn sets(args: ListArgs) -> Result<(), TerminalError> {
    let sets = backlot_generators::sets().iter();
    let sets: Vec<_> = sets.map(|s| Set { name: s.name, summary: s.summary }).collect();
    if args.json {
        return stdio::print_json(&sets);
    }
    let line = |Set { name, summary }| format!("{name:<12} {summary}\n");
    stdio::print(sets.into_iter().map(line).collect::<String>())
}

#[derive(Serialize)]
struct Listed {
    #[serde(flatten)]
    model: BuiltIn,
    built_in: bool,
}

/// Prints the networks with their licences, one per line.
pub fn models(args: ModelsArgs) -> Result<(), TerminalError> {
    if args.json {
        let listed = BUILT_IN.map(|model| Listed { built_in: model.is_there(), model });
        return stdio::print_json(&listed);
    }
    if args.licence {
        return stdio::print(LICENCE);
    }
    let mut text = String::new();
    for model in BUILT_IN {
        let BuiltIn { name, summary, input: [width, height], licence, .. } = model;
        let missing = if model.is_there() { "" } else { "  NOT BUILT IN: run 'make setup'" };
        text += &format!("{name:<10} {width}x{height}  {licence}  {summary}{missing}\n");
    }
    text += &format!("\nBoth: {}.\n", BUILT_IN[0].origin);
    text += "'backlot models --licence' prints their licence; --model FILE takes others.\n";
    stdio::print(text)
}

/// Prints the licences of third-party code.
pub fn licences() -> Result<(), TerminalError> {
    stdio::print(include_str!("../../../licences/third-party.txt"))
}
