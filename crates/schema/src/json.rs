//! JSON Schema (2020-12) of settings, made from their definitions.

use crate::{Definition, Kind, Setting, area};
use serde_json::{Map, Value as Json, json};

impl Setting {
    /// The schema of its value.
    pub fn json_schema(&self) -> Json {
        let mut schema = match self.kind {
            Kind::Number { min, max, default, words, .. } => {
                let number = json!({ "type": "number", "minimum": min, "maximum": max });
                let words: Vec<_> = words.iter().map(|(word, _)| *word).collect();
                let mut schema = match words.is_empty() {
                    true => number,
                    false => json!({ "anyOf": [number, { "enum": words }] }),
                };
                schema["default"] = default.into();
                schema
            }
            Kind::Whole { min, max, default } => {
                json!({ "type": "integer", "minimum": min, "maximum": max, "default": default })
            }
            Kind::Choice { values, default } => json!({ "enum": values, "default": default }),
            Kind::Switch { default } => json!({ "type": "boolean", "default": default }),
            Kind::Color { word } => json!({ "type": "string", "default": word }),
            Kind::Area => json!({ "type": "string", "default": area::NONE }),
        };
        if !self.help.is_empty() {
            schema["description"] = self.help.into();
        }
        schema
    }
}

/// The schema of an object with a value for each setting.
pub fn settings_schema(settings: &[Setting]) -> Json {
    let properties: Map<_, _> =
        settings.iter().map(|setting| (setting.name.to_owned(), setting.json_schema())).collect();
    json!({ "type": "object", "properties": properties, "additionalProperties": false })
}

/// The schema of the text of an instance: `NAME[:SETTINGS]`.
pub fn instance_schema<D: Definition>() -> Json {
    let forms = D::all().iter().map(
        |def| json!({ "pattern": format!("^{}(:.+)?$", def.name()), "description": def.summary() }),
    );
    json!({ "type": "string", "anyOf": forms.collect::<Vec<_>>() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Color, Number, Switch, Whole};

    #[test]
    fn each_kind_has_its_schema() {
        const SETTINGS: &[Setting] = &[
            Number::new("radius", 1.0..=9.0, 2.5, "How far").words(&[("light", 2.0)]).setting(),
            Whole::new("seed", 0..=7, 1, "").setting(),
            Switch::new("soft", true, "").setting(),
            Color::new("color", "auto", "").setting(),
        ];
        let expected = json!({
            "type": "object",
            "properties": {
                "radius": {
                    "anyOf": [
                        { "type": "number", "minimum": 1.0, "maximum": 9.0 },
                        { "enum": ["light"] },
                    ],
                    "default": 2.5,
                    "description": "How far",
                },
                "seed": { "type": "integer", "minimum": 0, "maximum": 7, "default": 1 },
                "soft": { "type": "boolean", "default": true },
                "color": { "type": "string", "default": "auto" },
            },
            "additionalProperties": false,
        });
        assert_eq!(settings_schema(SETTINGS), expected);
    }
}
