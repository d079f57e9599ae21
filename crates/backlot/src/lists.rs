//! `backlot effects`, `backlot sets`, `backlot models`: what there is.

use crate::cli::{ListArgs, ModelsArgs};
use crate::models::{BUILT_IN, BuiltIn, LICENCE};
use anyhow::Result;
use backlot_effects::EffectDef;
use backlot_scene::{Hiding, SettingDef, SettingKind};
use serde::Serialize;
use std::io::Write;

/// Prints the effects, a line each, and their settings below.
pub fn effects(args: ListArgs) -> Result<()> {
    if args.json {
        return print_json(&backlot_effects::all());
    }
    let mut out = std::io::stdout().lock();
    for EffectDef { name, summary, settings, hides, .. } in backlot_effects::all() {
        writeln!(out, "{name:<10} {summary}")?;
        for setting in *settings {
            writeln!(out, "             {}", described(setting))?;
        }
        if let Some(Hiding { setting, least }) = hides {
            writeln!(out, "             hides a room from {setting}={least} on")?;
        }
    }
    Ok(())
}

fn described(SettingDef { name, kind, help }: &SettingDef) -> String {
    let default = kind.default_value();
    let takes = match kind {
        SettingKind::Choice { values, .. } if values.len() > 6 => {
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

/// Prints the built-in sets, a line each.
pub fn sets(args: ListArgs) -> Result<()> {
    let sets = backlot_generators::sets().iter();
    let sets: Vec<_> = sets.map(|s| Set { name: s.name, summary: s.summary }).collect();
    if args.json {
        return print_json(&sets);
    }
    let mut out = std::io::stdout().lock();
    for Set { name, summary } in sets {
        writeln!(out, "{name:<12} {summary}")?;
    }
    Ok(())
}

#[derive(Serialize)]
struct Listed {
    #[serde(flatten)]
    model: BuiltIn,
    built_in: bool,
}

/// Prints the networks with their licences, a line each.
pub fn models(args: ModelsArgs) -> Result<()> {
    if args.json {
        let listed = BUILT_IN.map(|model| Listed { built_in: model.is_there(), model });
        return print_json(&listed);
    }
    let mut out = std::io::stdout().lock();
    if args.licence {
        return Ok(out.write_all(LICENCE.as_bytes())?);
    }
    for model in BUILT_IN {
        let BuiltIn { name, summary, input: [width, height], licence, .. } = model;
        let missing = if model.is_there() { "" } else { "  NOT BUILT IN: run 'make setup'" };
        writeln!(out, "{name:<10} {width}x{height}  {licence}  {summary}{missing}")?;
    }
    writeln!(out, "\nBoth: {}.", BUILT_IN[0].origin)?;
    writeln!(out, "'backlot models --licence' prints their licence; --model FILE takes others.")?;
    Ok(())
}

/// Prints a value as JSON, for scripts.
pub fn print_json(value: &impl Serialize) -> Result<()> {
    let mut out = std::io::stdout().lock();
    serde_json::to_writer_pretty(&mut out, value)?;
    Ok(writeln!(out)?)
}
