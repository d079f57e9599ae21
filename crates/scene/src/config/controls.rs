//! A camera's controls, by name.

use super::reader::{Section, kind, shown};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use toml::de::DeValue;

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

/// The key `controls` of a section.
pub(super) fn read(section: &mut Section<'_, '_, '_>) -> Controls {
    let mut controls = Controls::new();
    let Some(node) = section.given("controls") else { return controls };
    let Some(table) = node.get_ref().as_table() else {
        section.wrong_type("controls", node);
        return controls;
    };
    if table.len() > MOST {
        section.wrong("controls", node, &format!("there may be at most {MOST} controls"));
        return controls;
    }
    for (name, value) in table.iter() {
        match control(value.get_ref()) {
            Some(control) => drop(controls.insert(name.get_ref().to_string(), control)),
            None => {
                let found = kind(value.get_ref());
                let what = format!(
                    "'{}' must be a whole number, true, false or an entry's name, not {found}",
                    shown(name.get_ref())
                );
                section.wrong("controls", value, &what);
            }
        }
    }
    controls
}

fn control(value: &DeValue<'_>) -> Option<ControlValue> {
    match value {
        DeValue::Boolean(on) => Some(ControlValue::Switch(*on)),
        DeValue::Integer(n) => {
            i64::from_str_radix(n.as_str(), n.radix()).ok().map(ControlValue::Number)
        }
        DeValue::String(text) => Some(ControlValue::Entry(text.to_string())),
        _ => None,
    }
}
