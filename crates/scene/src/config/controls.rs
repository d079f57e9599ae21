//! A camera's controls, by name.

use crate::form::{Refusal, Step, Value};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Values of a camera's controls by their names.
pub type Controls = BTreeMap<String, ControlValue>;

/// The most controls that a camera's section may set.
const MOST: usize = 256;

/// What a control is set to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum ControlValue {
    /// On or off.
    Switch(bool),
    /// A number, or the number of a menu's entry.
    Number(i64),
    /// The name of a menu's entry.
    Entry(String),
}

impl From<&str> for ControlValue {
    /// As it is typed: `true`, `false`, a number, or an entry's name.
    fn from(text: &str) -> Self {
        match (text.parse(), text.parse()) {
            (Ok(on), _) => Self::Switch(on),
            (_, Ok(number)) => Self::Number(number),
            _ => Self::Entry(text.to_owned()),
        }
    }
}

/// A table of controls.
pub(super) fn read(value: &Value) -> Result<Controls, Refusal> {
    let Value::Table(entries) = value else { return Ok(Controls::new()) };
    if entries.len() > MOST {
        return Err(Refusal::says(&format_args!("there may be at most {MOST} controls")));
    }
    let controls = entries.iter().map(|(name, value)| {
        let takes = "a whole number, true, false or an entry's name";
        let refusal = || Refusal::must_be(&takes, &value.kind()).within(Step::Key(name.clone()));
        control(value).map(|control| (name.clone(), control)).ok_or_else(refusal)
    });
    controls.collect()
}

/// Numbers that every kind of number holds exactly.
const EXACT: f64 = (1_u64 << 53) as f64;

fn control(value: &Value) -> Option<ControlValue> {
    match value {
        Value::Switch(on) => Some(ControlValue::Switch(*on)),
        Value::Number(n) if n.fract() == 0.0 && n.abs() <= EXACT => {
            Some(ControlValue::Number(*n as i64))
        }
        Value::Text(text) => Some(ControlValue::Entry(text.clone())),
        _ => None,
    }
}

/// The table of controls.
pub(super) fn written(controls: &Controls) -> Value {
    let entries = controls.iter().map(|(name, control)| {
        let value = match control {
            ControlValue::Switch(on) => Value::Switch(*on),
            ControlValue::Number(number) => Value::Number(*number as f64),
            ControlValue::Entry(entry) => Value::text(entry),
        };
        (name.clone(), value)
    });
    Value::Table(entries.collect())
}
