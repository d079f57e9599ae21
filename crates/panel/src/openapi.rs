//! What the panel's HTTP interface takes and answers, as OpenAPI 3.1: made from the table of requests and
//! the types of the protocol.

use crate::gate::NAME;
use backlot_protocol::{FieldDef, Line, REQUESTS, RequestDef, RequestKind, State, VERSION};
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

/// Where schemas stand in the document.
const SCHEMAS: &str = "/components/schemas";

/// The document, as `/api/v1/openapi.json` answers it.
pub fn openapi() -> Value {
    let settings = SchemaSettings::draft2020_12().for_serialize().with(|settings| {
        settings.definitions_path = SCHEMAS.into();
        settings.meta_schema = None;
    });
    let mut generator = settings.into_generator();
    generator.subschema_for::<State>();
    generator.subschema_for::<Line>();
    let mut schemas = generator.take_definitions(true);
    schemas.values_mut().for_each(without_defaults);
    schemas.insert("Refusal".to_owned(), refusal());
    let mut paths = fixed_paths();
    for request in REQUESTS {
        schemas.insert(body_name(request), body(request));
        paths.entry(format!("/api/v1/{}", request.name)).or_insert_with(|| json!({}))["post"] =
            operation(request);
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Backlot's control panel",
            "version": VERSION.to_string(),
            "description": ABOUT,
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
        },
        "security": [{ "cookie": [] }],
        "paths": paths,
        "components": {
            "securitySchemes": {
                "cookie": { "type": "apiKey", "in": "cookie", "name": NAME },
            },
            "schemas": schemas,
        },
    })
}

/// The document as text, as it is kept in `panel/openapi.json`.
pub fn openapi_text() -> String {
    // Texts, numbers and lists of them can't fail to be written.
    serde_json::to_string_pretty(&openapi()).unwrap_or_default() + "\n"
}

const ABOUT: &str = "The requests of the control protocol (docs/control.md) over HTTP, with pictures in and out. `backlot panel --print` prints an \
address with a code, which is exchanged for the cookie. What changes something needs the page's own Origin.";

/// Values that stand in for what older programs don't send are no matter of whoever reads.
fn without_defaults(schema: &mut Value) {
    match schema {
        Value::Object(fields) => {
            let is_schema = fields.contains_key("type")
                || fields.contains_key("$ref")
                || fields.contains_key("anyOf");
            if is_schema {
                fields.remove("default");
            }
            fields.values_mut().for_each(without_defaults);
        }
        Value::Array(values) => values.iter_mut().for_each(without_defaults),
        _ => {}
    }
}

fn of(name: &str) -> Value {
    json!({ "$ref": format!("#{SCHEMAS}/{name}") })
}

/// `show-scene` is `ShowSceneRequest`.
fn body_name(request: &RequestDef) -> String {
    let word = |word: &str| {
        let (first, rest) = word.split_at(1.min(word.len()));
        first.to_uppercase() + rest
    };
    request.name.split('-').map(word).collect::<String>() + "Request"
}

fn refusal() -> Value {
    json!({
        "type": "object",
        "description": "Why nothing was done, in one sentence.",
        "properties": { "error": { "type": "string" } },
        "required": ["error"],
    })
}

fn body(request: &RequestDef) -> Value {
    let mut properties: Map<String, Value> =
        request.fields.iter().map(|field| (field.name.to_owned(), described(field))).collect();
    if request.kind == RequestKind::Setting {
        let about = "Whether the change is kept beyond the run.";
        properties.insert("save".to_owned(), json!({ "type": "boolean", "description": about }));
    }
    let required = request.fields.iter().filter(|field| !field.is_optional);
    let required: Vec<&str> = required.map(|field| field.name).collect();
    let mut schema = json!({
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    });
    if let Some((kind, forms)) = together(request) {
        schema[kind] = forms;
    }
    if let Some(example) = example(request) {
        schema["examples"] = json!([example]);
    }
    schema
}

/// What fields say together, as `Request::check` looks at it.
fn together(request: &RequestDef) -> Option<(&'static str, Value)> {
    let nothing = json!({ "type": "null" });
    Some(match request.name {
        "show-scene" => {
            let text = json!({ "type": "string" });
            let only = |one: &str, other: &str| {
                let properties = json!({ one: text, other: nothing });
                json!({ "required": [one], "properties": properties })
            };
            ("oneOf", json!([only("scene", "step"), only("step", "scene")]))
        }
        "list" => {
            let layers = json!({ "properties": { "what": { "const": "layers" } } });
            ("anyOf", json!([layers, { "properties": { "scene": nothing } }]))
        }
        _ => return None,
    })
}

fn described(field: &FieldDef) -> Value {
    let mut schema = field.kind.schema();
    if field.is_optional
        && let Some(kind) = schema.get_mut("type")
    {
        match kind {
            Value::Array(kinds) => kinds.push(json!("null")),
            kind => *kind = json!([*kind, "null"]),
        }
        if let Some(Value::Array(names)) = schema.get_mut("enum") {
            names.push(Value::Null);
        }
    }
    schema["description"] = json!(field.help);
    schema
}

/// The example of the table, without what the address says.
fn example(request: &RequestDef) -> Option<Value> {
    let mut example: Map<String, Value> = serde_json::from_str(request.example).ok()?;
    example.remove("request");
    Some(Value::Object(example))
}

fn operation(request: &RequestDef) -> Value {
    let answer = match request.name {
        "state" => of("State"),
        _ => json!({ "description": request.answer.unwrap_or("Nothing (null): it was done.") }),
    };
    json!({
        "operationId": request.name,
        "summary": request.help,
        "requestBody": {
            "required": true,
            "content": { "application/json": { "schema": of(&body_name(request)) } },
        },
        "responses": responses("What it returns.", &json!({
            "application/json": {
                "schema": {
                    "type": "object",
                    "properties": { "ok": answer },
                    "required": ["ok"],
                },
            },
        })),
    })
}

/// What every route may answer.
fn responses(about: &str, content: &Value) -> Value {
    let refused = |about: &str| json!({ "description": about, "content": { "application/json": { "schema": of("Refusal") } } });
    json!({
        "200": { "description": about, "content": content },
        "4XX": refused("It was refused, and nothing changed."),
        "5XX": refused("Backlot can't answer at the moment."),
    })
}

/// What is there beside the requests.
fn fixed_paths() -> Map<String, Value> {
    let json_of = |schema: Value| json!({ "application/json": { "schema": schema } });
    let get = |id: &str, about: &str, content: Value| {
        json!({ "get": {
            "operationId": id, "summary": about, "responses": responses("What is asked for.", &content),
        } })
    };
    let state = get("get-state", "Tells the whole state.", json_of(of("State")));
    let document = get("openapi", "This document.", json_of(json!({ "type": "object" })));
    Map::from_iter([
        ("/api/v1/state".to_owned(), state),
        ("/api/v1/openapi.json".to_owned(), document),
        ("/api/v1/events".to_owned(), events()),
        ("/api/v1/preview".to_owned(), preview()),
        ("/api/v1/thumbnail".to_owned(), thumbnail()),
        ("/api/v1/uploads".to_owned(), uploads()),
        ("/api/v1/uploads/{name}".to_owned(), upload()),
    ])
}

fn events() -> Value {
    let refused = responses("", &json!({}));
    json!({ "get": {
        "operationId": "follow-events",
        "summary": "The control protocol over a WebSocket: each text message is one line of it (docs/control.md), the whole state first.",
        "responses": {
            "101": {
                "description": "The connection is a WebSocket now: it sends lines and takes requests.",
                "content": { "application/json": { "schema": of("Line") } },
            },
            "4XX": refused["4XX"],
        },
    } })
}

/// A picture or a video that was handed in, as it is told.
fn kept() -> Value {
    json!({
        "type": "object",
        "properties": {
            "name": { "type": "string", "description": "What it is called here." },
            "background": { "type": "string", "description": "What `background` takes." },
        },
        "required": ["name", "background"],
    })
}

fn ok_of(schema: &Value) -> Value {
    json!({ "application/json": {
        "schema": { "type": "object", "properties": { "ok": schema }, "required": ["ok"] },
    } })
}

fn uploads() -> Value {
    let all = ok_of(&json!({ "type": "array", "items": kept() }));
    json!({
        "get": {
            "operationId": "list-uploads",
            "summary": "Lists the pictures and videos that were handed in, the latest first.",
            "responses": responses("All of them.", &all),
        },
        "post": {
            "operationId": "upload",
            "summary": "Hands in a picture of at most 64 MiB, or a video of at most 512 MiB and 10 minutes, which is decoded, made anew (a video without sound, in 1920x1080 at most), and kept under another name.",
            "parameters": [{
                "name": "name", "in": "query", "description": "What it was called.", "schema": { "type": "string" },
            }],
            "requestBody": { "required": true, "content": { "application/octet-stream": {} } },
            "responses": responses("Where it is.", &ok_of(&kept())),
        },
    })
}

fn upload() -> Value {
    let name =
        json!([{ "name": "name", "in": "path", "required": true, "schema": { "type": "string" } }]);
    let picture = json!({ "image/jpeg": {}, "image/png": {} });
    json!({
        "parameters": name,
        "get": {
            "operationId": "get-upload",
            "summary": "Shows a picture that was handed in; of a video there is a small picture alone.",
            "responses": responses("The picture.", &picture),
        },
        "delete": {
            "operationId": "remove-upload",
            "summary": "Removes a picture or a video that was handed in.",
            "responses": responses("It is gone.", &ok_of(&json!({ "type": "null" }))),
        },
    })
}

fn thumbnail() -> Value {
    let mut responses = responses("The picture.", &json!({ "image/jpeg": {} }));
    responses["304"] = json!({ "description": "It is the one of the ETag." });
    let parameter = |name: &str, about: &str| json!({ "name": name, "in": "query", "description": about, "schema": { "type": "string" } });
    json!({ "get": {
        "operationId": "get-thumbnail",
        "summary": "A small picture of a scene, a background or an effect, with a still of the user or, where there is none yet, the presenter; the room is never in it.",
        "parameters": [
            parameter("scene", "A scene, by its name."),
            parameter("background", "A background, as `background` takes it."),
            parameter("effect", "An effect, as `add-effect` takes it."),
            parameter("v", "Anything: another address, so that it is fetched again."),
        ],
        "responses": responses,
    } })
}

fn preview() -> Value {
    let refused = responses("", &json!({}));
    let parameter = |name: &str, about: &str, schema: Value| json!({ "name": name, "in": "query", "description": about, "schema": schema });
    json!({ "get": {
        "operationId": "see-preview",
        "summary": "What viewers see, over a WebSocket. A binary message is a picture: 8 bytes for the microseconds of the monotonic clock \
                    at which it was finished and 4 for its number, both little-endian, then JPEG. The next one comes once the page has \
                    sent that number as a text message. `{\"ping\":N}` is answered with `{\"pong\":N,\"now\":MICROSECONDS}`, and \
                    `{\"note\":SENTENCE}` says why there is no picture.",
        "parameters": [
            parameter("view", "What of it; `camera` is the room as it is, and marked; `whole` all that a layer's camera delivers, stretched.", json!({ "type": "string", "enum": ["viewers", "matte", "camera", "whole"] })),
            parameter("scene", "Another scene than that of all virtual cameras.", json!({ "type": "string" })),
            parameter("layer", "The layer whose camera is looked at, of `whole`.", json!({ "type": "string" })),
            parameter("width", "How wide the picture is to be.", json!({ "type": "integer", "minimum": 64, "maximum": 1920 })),
            parameter("fps", "The most pictures a second.", json!({ "type": "integer", "minimum": 1, "maximum": 30 })),
            parameter("look", "Opens the camera, whatever the settings say.", json!({ "type": "string", "enum": ["now"] })),
        ],
        "responses": {
            "101": { "description": "The connection is a WebSocket now.", "content": { "image/jpeg": {} } },
            "4XX": refused["4XX"],
        },
    } })
}
