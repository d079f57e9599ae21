//! Scenes, layers and sources that come as JSON: read like those of files.

use super::scene_file::SceneFile;
use crate::form::{Key, Value};
use crate::layer::PROPERTIES;
use crate::{Layer, LayerId, LayerSource, SceneForm, SourceSpec};
use serde_json::{Map, Value as Json};

/// Entries of a table in JSON.
type Entries = Map<String, Json>;

/// A scene, as `[scene.NAME]` would have it.
///
/// # Errors
/// The first thing that is wrong with it, in one sentence.
pub fn scene_from_json(entries: &Entries) -> Result<SceneForm, String> {
    let lines = entries.iter().map(|(key, value)| entry(key, value));
    Ok(read(&lines.collect::<Result<String, _>>()?)?.form)
}

/// A layer, as `[[scene.NAME.layer]]` would have it.
///
/// # Errors
/// The first thing that is wrong with it, in one sentence.
pub fn layer_from_json(entries: &Entries) -> Result<Layer, String> {
    let layers = Json::Array(vec![Json::Object(entries.clone())]);
    let file = read(&entry("layer", &layers)?)?;
    file.form.layers().first().cloned().ok_or_else(|| "there is no layer".to_owned())
}

/// A layer as `[[scene.NAME.layer]]` has it, without defaults: what [`layer_from_json`] takes.
pub fn layer_to_json(layer: &Layer) -> Entries {
    let plain = Layer::new(LayerId::camera(), LayerSource::Camera);
    let written = PROPERTIES.iter().filter_map(|property| {
        let value = (property.write)(layer)?;
        let is_named = ["id", "source"].contains(&property.name);
        let is_default = !is_named && (property.write)(&plain).as_ref() == Some(&value);
        (!is_default).then(|| (property.name.to_owned(), json(&value)))
    });
    written.collect()
}

fn json(value: &Value) -> Json {
    match value {
        Value::Text(text) => text.as_str().into(),
        // Whole numbers without a point, as they are written.
        Value::Number(number) if number.fract() == 0.0 && number.abs() < 1e15 => {
            (*number as i64).into()
        }
        Value::Number(number) => (*number).into(),
        Value::Switch(on) => (*on).into(),
        Value::Date => Json::Null,
        Value::List(items) => items.iter().map(json).collect(),
        Value::Table(entries) => {
            entries.iter().map(|(name, value)| (name.clone(), json(value))).collect()
        }
    }
}

/// A source, as `[source.NAME]` would have it.
///
/// # Errors
/// The first thing that is wrong with it, in one sentence.
pub fn source_from_json(entries: &Entries) -> Result<SourceSpec, String> {
    let sources = Map::from_iter([("it".to_owned(), Json::Object(entries.clone()))]);
    let source = entry("source", &Json::Object(sources))?;
    let file = read(&format!("{source}background = \"black\"\n"))?;
    file.sources.into_values().next().ok_or_else(|| "there is no source".to_owned())
}

/// A value; `None` for null.
///
/// # Errors
/// When there is a null in it.
pub fn value_from_json(json: &Json) -> Result<Option<Value>, String> {
    match json {
        Json::Null => Ok(None),
        json => value(json).map(Some),
    }
}

fn value(json: &Json) -> Result<Value, String> {
    Ok(match json {
        Json::Null => return Err("there is a null in it: leave it out".to_owned()),
        Json::Bool(on) => Value::Switch(*on),
        Json::Number(number) => Value::Number(number.as_f64().unwrap_or(f64::INFINITY)),
        Json::String(text) => Value::Text(text.clone()),
        Json::Array(items) => Value::List(items.iter().map(value).collect::<Result<_, _>>()?),
        Json::Object(entries) => {
            let entry = |(key, json): (&String, &Json)| Ok((key.clone(), value(json)?));
            Value::Table(entries.iter().map(entry).collect::<Result<_, String>>()?)
        }
    })
}

/// A line of TOML.
fn entry(key: &str, json: &Json) -> Result<String, String> {
    Ok(format!("{} = {}\n", Key(key), value(json)?))
}

fn read(text: &str) -> Result<SceneFile, String> {
    let text = format!("version = 1\nname = \"it\"\n{text}");
    SceneFile::parse(&text).map_err(|issues| issues.all()[0].message.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn entries(json: Json) -> Entries {
        json.as_object().unwrap().clone()
    }

    #[test]
    fn what_comes_as_json_is_what_a_file_would_have() {
        let form = scene_from_json(&entries(json!({ "background": "navy" }))).unwrap();
        assert!(form.short_parts().is_some_and(|(background, _)| background.to_string() == "navy"));
        let place = json!({ "anchor": "bottom-right", "width": "40%" });
        let layer = json!({ "id": "logo", "source": "aurora", "opacity": 0.5, "place": place });
        let layer = layer_from_json(&entries(layer)).unwrap();
        assert_eq!((layer.id.as_str(), layer.opacity), ("logo", 0.5));
        assert_eq!(layer.source, LayerSource::Set("aurora".to_owned()));
        assert_eq!(layer_from_json(&layer_to_json(&layer)), Ok(layer));
        let source = source_from_json(&entries(json!({ "color": "navy" }))).unwrap();
        assert!(matches!(source, SourceSpec::Color(color) if color.to_string() == "navy"));
    }

    #[test]
    fn what_is_wrong_is_said_in_one_sentence() {
        for (entries, part) in [
            (json!({ "background": 5 }), "background"),
            (json!({ "layer": [{ "source": "camera", "opacity": 7 }] }), "opacity"),
            (json!({ "layer": null }), "null"),
            (json!({ "a\u{7}b": 1 }), "has no"),
        ] {
            let error = scene_from_json(entries.as_object().unwrap()).unwrap_err();
            assert!(error.contains(part) && !error.contains(char::is_control), "{error}");
        }
        assert!(layer_from_json(&entries(json!({ "source": 5 }))).is_err());
        assert!(source_from_json(&entries(json!({}))).is_err());
    }
}
