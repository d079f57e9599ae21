//! JSON Schema (2020-12) of what keys take.

use super::property::Described;
use super::takes::Takes;
use super::value::Value;
use backlot_effects::EffectDef;
use backlot_keys::KeyDef;
use backlot_schema::instance_schema;
use serde_json::{Map, Value as Json, json};

impl From<&Value> for Json {
    fn from(value: &Value) -> Self {
        match value {
            Value::Text(text) => text.as_str().into(),
            Value::Number(number) if number.fract() == 0.0 => (*number as i64).into(),
            Value::Number(number) => (*number).into(),
            Value::Switch(on) => (*on).into(),
            Value::Date => Self::Null,
            Value::List(items) => items.iter().map(Self::from).collect(),
            Value::Table(entries) => {
                entries.iter().map(|(key, value)| (key.clone(), Self::from(value))).collect()
            }
        }
    }
}

impl Takes {
    /// The schema of what it takes.
    pub fn json_schema(&self) -> Json {
        match self {
            Self::Text | Self::Like(_) => json!({ "type": "string", "minLength": 1 }),
            Self::Color => {
                json!({ "type": "string", "minLength": 1, "examples": ["navy", "#204060"] })
            }
            Self::Name(longest) => json!({
                "type": "string",
                "minLength": 1,
                "maxLength": longest,
                "pattern": "^[^\\u0000-\\u001f\\u007f-\\u009f]*$",
            }),
            Self::Words(words) => json!({ "enum": words }),
            Self::Number { min, max, .. } => {
                json!({ "type": "number", "minimum": min, "maximum": max })
            }
            Self::Numbers(known) => json!({ "enum": known }),
            Self::Switch => json!({ "type": "boolean" }),
            Self::Length(_, [least, most]) => json!({ "anyOf": [
                { "type": "number", "minimum": least, "maximum": most },
                { "type": "string", "pattern": "^\\s*[-+]?[0-9.]+(e[-+]?[0-9]+)?\\s*(%|px)?\\s*$" },
            ]}),
            Self::Rate => json!({ "anyOf": [
                { "type": "number", "exclusiveMinimum": 0, "maximum": 1000 },
                { "type": "string", "minLength": 1 },
            ]}),
            Self::Pair(of) => {
                let one = of.json_schema();
                let two = json!({ "type": "array", "items": one, "minItems": 2, "maxItems": 2 });
                json!({ "anyOf": [one, two] })
            }
            Self::List(of, [least, most]) => json!({
                "type": "array", "items": of.json_schema(), "minItems": least, "maxItems": most,
            }),
            Self::Key => instance_schema::<KeyDef>(),
            Self::Effects(most) => {
                let one = instance_schema::<EffectDef>();
                let list = json!({ "type": "array", "items": one, "maxItems": most });
                json!({ "anyOf": [one, list] })
            }
            Self::Either(several) => {
                let several: Vec<_> = several.iter().map(Self::json_schema).collect();
                json!({ "anyOf": several })
            }
            Self::Table(fields) => {
                let properties = fields.iter().map(|field| {
                    let mut schema = field.takes.json_schema();
                    schema["description"] = field.help.into();
                    (field.name.to_owned(), schema)
                });
                object(properties.collect())
            }
            Self::Values => json!({
                "type": "object",
                "additionalProperties": { "type": ["boolean", "integer", "string"] },
            }),
        }
    }
}

/// The schema of an object with these keys.
pub fn properties_schema(described: &[Described]) -> Json {
    let properties = described.iter().map(|property| {
        let mut schema = property.takes.json_schema();
        schema["description"] = property.help.into();
        if let Some(default) = &property.default {
            schema["default"] = default.into();
        }
        (property.name.to_owned(), schema)
    });
    object(properties.collect())
}

fn object(properties: Map<String, Json>) -> Json {
    json!({ "type": "object", "properties": properties, "additionalProperties": false })
}
