//! Filters: the effects of a layer.

use super::sources::Source;
use crate::desk::Desk;
use crate::facts::{current, not_found};
use crate::fields::Fields;
use crate::kept::{Filter, Removed};
use crate::status::{Failure, Outcome};
use backlot_protocol::State;
use serde_json::{Map, Value, json};

fn told(filter: &Filter) -> Value {
    json!({
        "filterName": filter.name,
        "filterKind": filter.kind(),
        "filterIndex": filter.at,
        "filterEnabled": filter.is_enabled,
        "filterSettings": settings(&filter.text),
    })
}

/// The values in an effect that is written as in the settings.
fn settings(text: &str) -> Map<String, Value> {
    let values = text.split_once(':').map_or("", |(_, values)| values);
    let pair = |pair: &str| {
        let (name, value) = pair.split_once('=')?;
        let (name, value) = (name.trim().to_owned(), value.trim());
        let plain = match value {
            "true" | "on" => json!(true),
            "false" | "off" => json!(false),
            _ => value.parse::<f64>().map_or_else(|_| json!(value), |number| json!(number)),
        };
        Some((name, plain))
    };
    values.split(',').filter_map(pair).collect()
}

/// Effects as filters. A name that comes again gets a number.
fn filters(effects: &[String]) -> Vec<Filter> {
    let mut filters: Vec<Filter> = Vec::new();
    for (at, text) in effects.iter().enumerate() {
        let mut filter = Filter { name: String::new(), text: text.clone(), at, is_enabled: true };
        let same = filters.iter().filter(|known| known.kind() == filter.kind()).count();
        filter.name = match same {
            0 => filter.kind().to_owned(),
            _ => format!("{} {}", filter.kind(), same + 1),
        };
        filters.push(filter);
    }
    filters
}

/// The filters of a source, with those that were switched off.
fn of(desk: &Desk, state: &State, source: &Source<'_>) -> Vec<Filter> {
    let layer = match source {
        Source::Scene(scene) if *scene == current(state) => return filters(&state.scene.effects),
        Source::Scene(_) => return Vec::new(),
        Source::Layer(layer) => layer,
    };
    let mut all = filters(&layer.effects);
    let scene = current(state);
    for removed in &desk.shared.kept().removed {
        let is_here = removed.scene == scene && removed.layer == layer.id;
        if is_here && all.iter().all(|known| known.name != removed.filter.name) {
            all.push(removed.filter.clone());
        }
    }
    all
}

pub(super) fn list(desk: &Desk, fields: Fields<'_>) -> Outcome {
    let state = desk.state()?;
    let source = Source::named(&state, fields)?;
    let filters: Vec<Value> = of(desk, &state, &source).iter().map(told).collect();
    Ok(json!({ "filters": filters }))
}

fn named(
    desk: &Desk,
    state: &State,
    source: &Source<'_>,
    fields: Fields<'_>,
) -> Result<Filter, Failure> {
    let name = fields.text("filterName")?;
    let found = of(desk, state, source).into_iter().find(|filter| filter.name == name);
    found.ok_or_else(|| not_found("filter", name))
}

pub(super) fn one(desk: &Desk, fields: Fields<'_>) -> Outcome {
    let state = desk.state()?;
    let source = Source::named(&state, fields)?;
    let mut told = told(&named(desk, &state, &source, fields)?);
    if let Some(told) = told.as_object_mut() {
        told.remove("filterName");
    }
    Ok(told)
}

/// The layer and the filter that a request is to change.
fn changeable(desk: &Desk, state: &State, fields: Fields<'_>) -> Result<(String, Filter), Failure> {
    let source = Source::named(state, fields)?;
    let filter = named(desk, state, &source, fields)?;
    match source {
        Source::Layer(layer) => Ok((layer.id.clone(), filter)),
        Source::Scene(_) => {
            Err(Failure::new(Failure::FIXED, "the effects of a whole scene can't be changed"))
        }
    }
}

/// Settings that aren't named stay, whatever `overlay` says.
pub(super) fn set(desk: &Desk, fields: Fields<'_>) -> Outcome {
    let state = desk.state()?;
    let (layer, filter) = changeable(desk, &state, fields)?;
    let settings = fields.object("filterSettings")?;
    if !filter.is_enabled {
        return Err(Failure::new(Failure::STATE, "switch the filter on first"));
    }
    for (setting, value) in settings {
        desk.ask(json!({
            "request": "set-effect",
            "effect": filter.at,
            "setting": setting,
            "value": value,
            "layer": layer,
        }))?;
    }
    Ok(Value::Null)
}

pub(super) fn set_enabled(desk: &Desk, fields: Fields<'_>) -> Outcome {
    let state = desk.state()?;
    let (layer, filter) = changeable(desk, &state, fields)?;
    let is_wanted = fields.flag("filterEnabled")?;
    if filter.is_enabled == is_wanted {
        return Ok(Value::Null);
    }
    let scene = current(&state);
    let removed = Removed { scene, layer, filter: Filter { is_enabled: false, ..filter.clone() } };
    if is_wanted {
        let count = state.scene.layers.iter().find(|layer| layer.id == removed.layer);
        let at = filter.at.min(count.map_or(0, |layer| layer.effects.len()));
        let (effect, layer) = (&filter.text, &removed.layer);
        desk.ask(json!({ "request": "add-effect", "effect": effect, "layer": layer, "at": at }))?;
        desk.shared.kept().removed.retain(|known| *known != removed);
    } else {
        let (effect, layer) = (filter.at, &removed.layer);
        desk.ask(json!({ "request": "remove-effect", "effect": effect, "layer": layer }))?;
        desk.shared.kept().remove(removed);
    }
    Ok(Value::Null)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn effects_are_filters() {
        let effects =
            ["hologram:ghost=0.5,tint=#ff0000".to_owned(), "sepia".to_owned(), "sepia".to_owned()];
        let told: Vec<_> = filters(&effects).iter().map(told).collect();
        assert_eq!(told[0]["filterSettings"], json!({ "ghost": 0.5, "tint": "#ff0000" }));
        let names: Vec<_> = told.iter().map(|filter| filter["filterName"].clone()).collect();
        assert_eq!(names, ["hologram", "sepia", "sepia 2"]);
    }
}
