//! JSON Schema of settings, made from the definitions that they are read by.

use super::define::{SectionDef, sections};
use super::scenes::{MOST_LAYERS, MOST_SCENES};
use crate::form::properties_schema;
use serde_json::{Value as Json, json};

/// The schema (draft 2020-12) of a settings file.
pub fn json_schema() -> Json {
    let all = sections();
    let of = |head: &str| {
        let found = all.iter().find(|section| section.head.trim_matches(['[', ']']) == head);
        found.map_or_else(|| json!({}), of_section)
    };
    let mut layer = of("scene.layered.layer");
    layer["required"] = json!(["source"]);
    let whole = of("scene.calm")["properties"]["whole_effects"].clone();
    let long = json!({
        "type": "object",
        "properties": {
            "layer": {
                "type": "array",
                "items": { "$ref": "#/$defs/layer" },
                "minItems": 1,
                "maxItems": MOST_LAYERS,
            },
            "whole_effects": whole,
        },
        "required": ["layer"],
        "additionalProperties": false,
    });
    let mut source = of("source.desk");
    let kinds = crate::layer::KINDS.iter().map(|kind| json!({ "required": [kind] }));
    source["oneOf"] = kinds.collect();
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Settings of Backlot",
        "type": "object",
        "properties": {
            "camera": of("camera"),
            "output": { "anyOf": [
                { "$ref": "#/$defs/output" },
                { "type": "array", "items": { "$ref": "#/$defs/output" }, "minItems": 1, "maxItems": 16 },
            ]},
            "run": of("run"),
            "matte": of("matte"),
            "desktop": of("desktop"),
            "obs_websocket": of("obs_websocket"),
            "panel": of("panel"),
            "preview": of("preview"),
            "source": {
                "type": "object",
                "propertyNames": { "pattern": "^[A-Za-z0-9-]{1,64}$" },
                "additionalProperties": { "$ref": "#/$defs/source" },
            },
            "scene": {
                "type": "object",
                "maxProperties": MOST_SCENES,
                "additionalProperties": { "anyOf": [
                    { "$ref": "#/$defs/short" },
                    { "$ref": "#/$defs/layers" },
                ]},
            },
        },
        "additionalProperties": false,
        "$defs": {
            "output": of("output"),
            "source": source,
            "short": of("scene.calm"),
            "layers": long,
            "layer": layer,
        },
    })
}

fn of_section(section: &SectionDef) -> Json {
    let mut schema = properties_schema(&section.keys);
    schema["description"] = section.help.into();
    schema
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Calls a function with every schema in a schema.
    fn each(schema: &Json, see: &mut impl FnMut(&Json)) {
        see(schema);
        let inner = schema.as_object().into_iter().flatten();
        for (key, value) in inner {
            match key.as_str() {
                "properties" | "$defs" => {
                    value.as_object().into_iter().flatten().for_each(|(_, inner)| each(inner, see));
                }
                "items" | "propertyNames" => each(value, see),
                "additionalProperties" if value.is_object() => each(value, see),
                "anyOf" | "oneOf" => {
                    value.as_array().into_iter().flatten().for_each(|inner| each(inner, see))
                }
                _ => {}
            }
        }
    }

    #[test]
    fn the_schema_is_one_of_draft_2020_12() {
        let schema = json_schema();
        let known = [
            "$schema",
            "$ref",
            "$defs",
            "title",
            "description",
            "default",
            "examples",
            "type",
            "properties",
            "additionalProperties",
            "propertyNames",
            "required",
            "maxProperties",
            "items",
            "minItems",
            "maxItems",
            "enum",
            "minimum",
            "maximum",
            "exclusiveMinimum",
            "minLength",
            "maxLength",
            "pattern",
            "anyOf",
            "oneOf",
        ];
        each(&schema, &mut |part| {
            let part = part.as_object().expect("a schema is an object");
            assert!(part.keys().all(|key| known.contains(&key.as_str())), "{part:?}");
            if let Some(reference) = part.get("$ref").and_then(Json::as_str) {
                assert!(schema.pointer(&reference[1..]).is_some(), "{reference}");
            }
            if let Some(words) = part.get("enum") {
                assert!(words.as_array().is_some_and(|words| !words.is_empty()));
            }
        });
    }

    #[test]
    fn every_key_is_in_the_schema_with_its_help_and_default() {
        let text = json_schema().to_string();
        for section in sections() {
            for key in &section.keys {
                assert!(text.contains(&format!("\"{}\":{{", key.name)), "{}", key.name);
            }
        }
        let schema = json_schema();
        let layer = &schema["$defs"]["layer"]["properties"];
        assert_eq!(layer["opacity"]["default"], 1);
        assert_eq!(layer["blend"]["enum"][1], "multiply");
        assert_eq!(
            layer["place"]["properties"]["anchor"]["enum"].as_array().map(Vec::len),
            Some(9)
        );
        assert_eq!(schema["$defs"]["source"]["oneOf"].as_array().map(Vec::len), Some(5));
    }
}
