//! Reads a request, whatever somebody sent as one.

use crate::limits::{MOST_VALUES, REQUEST_BYTES};
use crate::request::{FieldDef, FieldKind, REQUESTS, Request, RequestDef, RequestKind};
use crate::words::{kind_of, nearest, shown};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use thiserror::Error;

/// A request with what goes with it: one line from a client.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Value")]
pub struct Envelope {
    /// What the reply is to repeat: any value but null.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<Value>,
    /// Whether the change is kept beyond the run.
    #[serde(skip_serializing_if = "is_false")]
    pub save: bool,
    /// What is asked for.
    #[serde(flatten)]
    pub request: Request,
}

fn is_false(value: &bool) -> bool {
    !value
}

impl From<Request> for Envelope {
    fn from(request: Request) -> Self {
        Self { id: None, save: false, request }
    }
}

impl Envelope {
    /// As a line, with its end.
    pub fn line(&self) -> Vec<u8> {
        // Texts, numbers and lists of them can't fail to be written.
        let mut line = serde_json::to_vec(self).unwrap_or_default();
        line.push(b'\n');
        line
    }
}

/// Why a line is no request.
#[derive(Clone, Debug, PartialEq, Error)]
#[error("{sentence}")]
pub struct Refusal {
    /// What the line was called by its sender, if that could be found.
    pub id: Option<Value>,
    /// What is wrong, in one sentence without any control character.
    pub sentence: String,
}

impl Refusal {
    /// Without an id.
    pub fn new(sentence: impl Into<String>) -> Self {
        Self { id: None, sentence: sentence.into() }
    }
}

/// Reads one line, with or without its end.
///
/// # Errors
/// When it is too long, or no request; see [`Refusal`].
pub fn read_request(line: &[u8]) -> Result<Envelope, Refusal> {
    if line.len() > REQUEST_BYTES + 1 {
        return Err(Refusal::too_long());
    }
    let text = std::str::from_utf8(line).map_err(|error| {
        Refusal::new(format!("this is no UTF-8 text, at byte {}", error.valid_up_to()))
    })?;
    if text.trim().is_empty() {
        return Err(Refusal::new(format!("an empty line asks for nothing: {EXAMPLE}")));
    }
    let value = serde_json::from_str::<Value>(text).map_err(|error| {
        let error = error.to_string();
        match error.starts_with("recursion limit") {
            true => Refusal::new("the values lie too deep in one another"),
            false => Refusal::new(format!("this is no JSON: {}", shown(&error))),
        }
    })?;
    Envelope::try_from(value)
}

/// What every line may be.
const EXAMPLE: &str = r#"write an object such as {"request":"state"}"#;

impl Refusal {
    /// Of a line that is longer than [`REQUEST_BYTES`].
    pub fn too_long() -> Self {
        Self::new(format!(
            "a request has at most {} KiB, and this line is longer",
            REQUEST_BYTES / 1024
        ))
    }
}

impl TryFrom<Value> for Envelope {
    type Error = Refusal;

    fn try_from(value: Value) -> Result<Self, Refusal> {
        let is_small = count(&value) <= MOST_VALUES;
        let mut fields = match value {
            Value::Object(fields) => fields,
            other => {
                let sentence = format!("a request is no {}: {EXAMPLE}", noun(&other));
                return Err(Refusal::new(sentence));
            }
        };
        let id = fields.remove("id").filter(|id| !id.is_null());
        let read = if is_small {
            read_fields(fields)
        } else {
            Err(format!("a request consists of at most {MOST_VALUES} values"))
        };
        match read {
            Ok((save, request)) => Ok(Self { id, save, request }),
            Err(sentence) => Err(Refusal { id, sentence }),
        }
    }
}

/// How many values lie in a value, with itself.
fn count(value: &Value) -> usize {
    match value {
        Value::Array(values) => 1 + values.iter().map(count).sum::<usize>(),
        Value::Object(fields) => 1 + fields.values().map(count).sum::<usize>(),
        _ => 1,
    }
}

fn noun(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "truth value",
        Value::Number(_) => "number",
        Value::String(_) => "text",
        Value::Array(_) => "list",
        Value::Object(_) => "object",
    }
}

/// Reads what stands beside the id.
fn read_fields(mut fields: Map<String, Value>) -> Result<(bool, Request), String> {
    let save = match fields.remove("save") {
        None => false,
        Some(Value::Bool(save)) => save,
        Some(other) => {
            return Err(format!("the field 'save' takes true or false, not {}", kind_of(&other)));
        }
    };
    let definition = match fields.get("request") {
        Some(Value::String(name)) => RequestDef::named(name).ok_or_else(|| unknown(name))?,
        Some(other) => {
            return Err(format!("the field 'request' takes a name, not {}", kind_of(other)));
        }
        None => return Err(format!("the field 'request' is missing: {EXAMPLE}")),
    };
    let name = definition.name;
    match definition.kind {
        RequestKind::Question if save => {
            return Err(format!("'save' does nothing with '{name}', which changes nothing"));
        }
        RequestKind::Action if save => {
            return Err(format!("'save' does nothing with '{name}', which is for this run alone"));
        }
        _ => {}
    }
    count_in_whole_numbers(definition, &mut fields);
    check_fields(definition, &fields)?;
    let request: Request = serde_json::from_value(Value::Object(fields))
        .map_err(|error| format!("'{name}': {}", shown(&error.to_string())))?;
    request.check()?;
    Ok((save, request))
}

fn unknown(name: &str) -> String {
    let known = REQUESTS.iter().map(|request| request.name);
    match nearest(name, known) {
        Some(near) => format!("there is no request '{}': did you mean '{near}'?", shown(name)),
        None => format!(
            "there is no request '{}': docs/control.md lists what there is, such as 'state'",
            shown(name)
        ),
    }
}

/// What is counted may be written with a point, as 3.0: to JSON, that is the same number.
fn count_in_whole_numbers(definition: &RequestDef, fields: &mut Map<String, Value>) {
    /// Up to here, each whole number is one of its own.
    const MOST: f64 = 9_007_199_254_740_992.0;
    for field in definition.fields.iter().filter(|field| field.kind == FieldKind::Count) {
        if let Some(value) = fields.get_mut(field.name)
            && let Some(number) = value.as_f64().filter(|n| n.fract() == 0.0 && *n <= MOST)
            && value.is_f64()
            && number >= 0.0
        {
            *value = (number as u64).into();
        }
    }
}

/// Whether the fields are those of the request, and take what is there.
fn check_fields(definition: &RequestDef, fields: &Map<String, Value>) -> Result<(), String> {
    let name = definition.name;
    for field in fields.keys().filter(|field| *field != "request") {
        if !definition.fields.iter().any(|known| known.name == field) {
            return Err(no_field(definition, field));
        }
    }
    for field in definition.fields {
        let FieldDef { name: field, kind, is_optional, .. } = field;
        match fields.get(*field) {
            None if !is_optional => {
                let (wants, example) = (kind.wants(), definition.example);
                return Err(format!(
                    "'{name}' lacks the field '{field}', which takes {wants}: {example}"
                ));
            }
            None => {}
            Some(Value::Null) if *is_optional => {}
            Some(value) => kind.check(value).map_err(|is| {
                format!("the field '{field}' of '{name}' takes {}, not {is}", kind.wants())
            })?,
        }
    }
    Ok(())
}

fn no_field(definition: &RequestDef, field: &str) -> String {
    let (name, field) = (definition.name, shown(field));
    let known: Vec<&str> = definition.fields.iter().map(|known| known.name).collect();
    let beside = ["id", "save"];
    match nearest(&field, known.iter().copied().chain(beside)) {
        Some(near) => format!("'{name}' has no field '{field}': did you mean '{near}'?"),
        None if known.is_empty() => format!("'{name}' has no field '{field}', and no other"),
        None => format!("'{name}' has no field '{field}', only {}", known.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::{Plain, Step};
    use serde_json::json;

    fn refused(line: &str) -> String {
        read_request(line.as_bytes()).unwrap_err().sentence
    }

    #[test]
    fn every_example_is_read_and_written_as_it_was() {
        for definition in REQUESTS {
            let envelope = read_request(definition.example.as_bytes())
                .unwrap_or_else(|refusal| panic!("{}: {refusal}", definition.example));
            assert_eq!(envelope.request.name(), definition.name);
            assert_eq!(envelope.request.definition().name, definition.name);
            let again = read_request(&envelope.line()).unwrap();
            assert_eq!(again, envelope);
            assert!(definition.help.ends_with('.'), "{}", definition.help);
        }
    }

    #[test]
    fn the_table_and_the_types_have_the_same_fields() {
        for definition in REQUESTS {
            let mut fields = Map::from_iter([("request".to_owned(), json!(definition.name))]);
            fields.extend(definition.fields.iter().map(|field| {
                let value = match field.kind {
                    FieldKind::Text | crate::FieldKind::Plain => json!("a"),
                    FieldKind::File => json!("/a"),
                    FieldKind::Flag => json!(true),
                    FieldKind::Count => json!(3),
                    FieldKind::Any => json!([1]),
                    FieldKind::Object => json!({ "a": 1 }),
                    FieldKind::Choice(names) => json!(names[0]),
                };
                (field.name.to_owned(), value)
            }));
            let all = Value::Object(fields);
            let request: Request = serde_json::from_value(all.clone())
                .unwrap_or_else(|error| panic!("{}: {error}", definition.name));
            assert_eq!(serde_json::to_value(&request).unwrap(), all);
        }
    }

    #[test]
    fn what_goes_with_a_request_is_read() {
        let line = br#"{"id":[1,"a"],"save":true,"request":"set-effect","effect":0,"setting":"ghost","value":0.25}"#;
        let envelope = read_request(line).unwrap();
        assert_eq!(envelope.id, Some(json!([1, "a"])));
        assert!(envelope.save && envelope.request.is_edit());
        let (effect, value) = (Plain::from("0"), Plain::from("0.25"));
        let setting = "ghost".to_owned();
        assert_eq!(envelope.request, Request::SetEffect { effect, setting, value, layer: None });
        let next = read_request(br#" {"request":"show-scene","step":"next","output":null} "#);
        let request = next.unwrap().request;
        let (step, scene) = (Some(Step::Next), None);
        assert_eq!(request, Request::ShowScene { scene, step, output: None, transition: None });
        assert!(!Request::Ping.is_edit());
    }

    #[test]
    fn whole_numbers_may_have_a_point() {
        let to = |number: &str| {
            let line = format!(r#"{{"request":"move-layer","layer":"a","to":{number}}}"#);
            read_request(line.as_bytes()).map(|envelope| envelope.request).ok()
        };
        let moved = |to| Some(Request::MoveLayer { scene: None, layer: "a".to_owned(), to });
        assert_eq!((to("3"), to("3.0"), to("3e2")), (moved(3), moved(3), moved(300)));
        assert_eq!((to("3.5"), to("-1.0"), to("1e300")), (None, None, None));
    }

    /// What is no request, and what is said of it.
    const WRONG: &[(&str, &str)] = &[
        ("", "an empty line asks for nothing: write an object such as {\"request\":\"state\"}"),
        ("[1]", "a request is no list: write an object such as {\"request\":\"state\"}"),
        ("{\"request\":\"blu", "this is no JSON: EOF while parsing a string at line 1 column 15"),
        (r#"{"request":"blur"} {}"#, "this is no JSON: trailing characters at line 1 column 20"),
        ("{}", "the field 'request' is missing: write an object such as {\"request\":\"state\"}"),
        (r#"{"request":5}"#, "the field 'request' takes a name, not 5"),
        (r#"{"request":"blurr"}"#, "there is no request 'blurr': did you mean 'blur'?"),
        (
            r#"{"request":"explode"}"#,
            "there is no request 'explode': docs/control.md lists what there is, such as 'state'",
        ),
        (
            r#"{"request":"blur"}"#,
            r#"'blur' lacks the field 'on', which takes true or false: {"request":"blur","on":true}"#,
        ),
        (
            r#"{"request":"blur","on":"yes"}"#,
            "the field 'on' of 'blur' takes true or false, not the text 'yes'",
        ),
        (r#"{"request":"blur","onn":true}"#, "'blur' has no field 'onn': did you mean 'on'?"),
        (r#"{"request":"undo","how":1}"#, "'undo' has no field 'how', and no other"),
        (r#"{"request":"mirror","colour":1}"#, "'mirror' has no field 'colour', only on"),
        (
            r#"{"request":"move-layer","layer":"a","to":-1}"#,
            "the field 'to' of 'move-layer' takes a whole number, 0 or more, not -1",
        ),
        (
            r#"{"request":"move-layer","layer":"a","to":1e300}"#,
            "the field 'to' of 'move-layer' takes a whole number, 0 or more, not 1e+300",
        ),
        (
            r#"{"request":"snapshot","file":"a.png"}"#,
            "the field 'file' of 'snapshot' takes the absolute path of a file, not the text 'a.png'",
        ),
        (
            "{\"request\":\"show-scene\",\"scene\":\"a\\u001b[2J\"}",
            "the field 'scene' of 'show-scene' takes a text, not a text with control characters",
        ),
        (
            "{\"request\":\"a\\u001b[2J\\n\"}",
            "there is no request 'a\\u{1b}[2J\\n': docs/control.md lists what there is, such as 'state'",
        ),
        (
            r#"{"request":"show-scene","step":"sideways"}"#,
            "the field 'step' of 'show-scene' takes 'next' or 'previous', not the text 'sideways'",
        ),
        (r#"{"request":"show-scene"}"#, "'show-scene' lacks the field 'scene' or 'step'"),
        (
            r#"{"request":"show-scene","scene":"a","step":"next"}"#,
            "'show-scene' takes either 'scene' or 'step', not both",
        ),
        (
            r#"{"request":"list","what":"sets","scene":"a"}"#,
            "'scene' does nothing in a list of sets",
        ),
        (
            r#"{"request":"state","save":true}"#,
            "'save' does nothing with 'state', which changes nothing",
        ),
        (
            r#"{"request":"pause","save":true}"#,
            "'save' does nothing with 'pause', which is for this run alone",
        ),
        (r#"{"request":"undo","save":1}"#, "the field 'save' takes true or false, not 1"),
    ];

    #[test]
    fn one_sentence_says_what_is_wrong() {
        for (line, sentence) in WRONG {
            assert_eq!(refused(line), *sentence, "{line}");
        }
    }

    #[test]
    fn what_attacks_is_refused() {
        let deep = format!("{{\"id\":1,\"request\":{}{}}}", "[".repeat(20_000), "]".repeat(20_000));
        assert_eq!(refused(&deep), "the values lie too deep in one another");
        let long = format!("{{\"request\":\"{}\"}}", "a".repeat(REQUEST_BYTES));
        assert_eq!(refused(&long), "a request has at most 64 KiB, and this line is longer");
        let wide = format!("{{\"request\":\"undo\",\"id\":[{}0]}}", "0,".repeat(30_000));
        assert_eq!(refused(&wide), "a request consists of at most 4096 values");
        let other = read_request(b"{\"request\":\"\xff\"}").unwrap_err();
        assert_eq!(other.sentence, "this is no UTF-8 text, at byte 12");
    }

    #[test]
    fn the_id_is_found_where_the_rest_is_wrong() {
        for line in [r#"{"id":7,"request":"blurr"}"#, r#"{"id":7}"#, r#"{"request":"blur","id":7}"#]
        {
            assert_eq!(read_request(line.as_bytes()).unwrap_err().id, Some(json!(7)), "{line}");
        }
        assert_eq!(read_request(br#"{"id":null,"request":"ping"}"#).unwrap().id, None);
    }
}
