//! How scenes take over.

use crate::desk::Desk;
use crate::facts::{not_found, uuid};
use crate::fields::Fields;
use crate::kept::{NAMES, Transition};
use crate::status::Outcome;
use serde_json::{Value, json};

/// The least and the greatest length that clients may set, in milliseconds.
const LEAST_MS: f64 = 50.0;
const MOST_MS: f64 = 5000.0;

fn told(transition: Transition) -> Value {
    let name = transition.name;
    json!({
        "transitionName": name,
        "transitionUuid": uuid("transition", name),
        "transitionKind": kind(name),
        "transitionFixed": transition.is_cut(),
        "transitionConfigurable": false,
    })
}

fn kind(name: &str) -> String {
    format!("{}_transition", name.to_ascii_lowercase())
}

fn now(desk: &Desk) -> Transition {
    desk.shared.kept().transition.unwrap_or_default()
}

pub(super) fn kinds(_: &Desk, _: Fields<'_>) -> Outcome {
    Ok(json!({ "transitionKinds": NAMES.map(kind) }))
}

pub(super) fn list(desk: &Desk, _: Fields<'_>) -> Outcome {
    let now = told(now(desk));
    let all = NAMES.map(|name| told(Transition { name, ..Transition::default() }));
    Ok(json!({
        "currentSceneTransitionName": now["transitionName"],
        "currentSceneTransitionUuid": now["transitionUuid"],
        "currentSceneTransitionKind": now["transitionKind"],
        "transitions": all,
    }))
}

pub(super) fn current_transition(desk: &Desk, _: Fields<'_>) -> Outcome {
    let transition = now(desk);
    let mut told = told(transition);
    let has_length = !transition.is_cut();
    told["transitionDuration"] = if has_length { json!(transition.millis) } else { Value::Null };
    told["transitionSettings"] = Value::Null;
    Ok(told)
}

pub(super) fn set(desk: &Desk, fields: Fields<'_>) -> Outcome {
    let wanted = fields.text("transitionName")?;
    let name = NAMES.into_iter().find(|name| name.eq_ignore_ascii_case(wanted));
    let name = name.ok_or_else(|| not_found("transition", wanted))?;
    let transition = Transition { name, ..now(desk) };
    desk.shared.kept().transition = Some(transition);
    Ok(Value::Null)
}

pub(super) fn set_duration(desk: &Desk, fields: Fields<'_>) -> Outcome {
    let millis = fields.number("transitionDuration", LEAST_MS, MOST_MS)? as u32;
    let transition = Transition { millis, ..now(desk) };
    desk.shared.kept().transition = Some(transition);
    Ok(Value::Null)
}
