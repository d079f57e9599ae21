//! The requests of the control protocol, one by one.

use crate::answers::{json_of, nothing, other_method, refused, result};
use crate::body::arrived;
use crate::desk::Desk;
use crate::openapi::openapi;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{Method, StatusCode, Uri};
use axum::response::Response;
use backlot_control::Answer;
use backlot_protocol::{Envelope, REQUEST_BYTES, RequestDef};
use serde_json::{Map, Value};
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::time::timeout;

/// How long an answer is waited for: `doctor` looks at every device.
const PATIENCE: Duration = Duration::from_secs(60);

/// `GET /api/v1/state`
pub(super) async fn state(State(desk): State<Desk>) -> Response {
    match desk.state_now().and_then(|state| serde_json::to_value(&*state).ok()) {
        Some(state) => json_of(StatusCode::OK, &state),
        None => refused(StatusCode::SERVICE_UNAVAILABLE, "Backlot only just starts"),
    }
}

/// `GET /api/v1/openapi.json`
pub(super) async fn document() -> Response {
    json_of(StatusCode::OK, &openapi())
}

/// `POST /api/v1/state`
pub(super) async fn state_asked(State(desk): State<Desk>, body: Body) -> Response {
    carried_out(&desk, "state", body).await
}

/// `POST /api/v1/preview`
pub(super) async fn preview_asked(State(desk): State<Desk>, body: Body) -> Response {
    carried_out(&desk, "preview", body).await
}

/// `POST /api/v1/NAME`
pub(super) async fn ask(
    State(desk): State<Desk>,
    Path(name): Path<String>,
    method: Method,
    uri: Uri,
    body: Body,
) -> Response {
    match RequestDef::named(&name) {
        Some(request) if method == Method::POST => carried_out(&desk, request.name, body).await,
        Some(_) => other_method("POST"),
        None => nothing(uri.path()),
    }
}

async fn carried_out(desk: &Desk, name: &'static str, body: Body) -> Response {
    let bytes = match arrived(body, REQUEST_BYTES, desk.patience).await {
        Ok(bytes) => bytes,
        Err(refusal) => return refusal,
    };
    let envelope = match envelope(name, &bytes) {
        Ok(envelope) => envelope,
        Err(sentence) => return refused(StatusCode::BAD_REQUEST, &sentence),
    };
    let (sender, answer) = oneshot::channel();
    // Whoever gave up waiting misses nothing.
    desk.ask(envelope, Answer::new(move |result| drop(sender.send(result))));
    match timeout(PATIENCE, answer).await {
        Ok(Ok(answer)) => result(answer),
        _ => refused(StatusCode::SERVICE_UNAVAILABLE, "Backlot gave no answer in time"),
    }
}

/// The request of a name with the fields of a body, which may be empty for none.
fn envelope(name: &str, body: &[u8]) -> Result<Envelope, String> {
    let mut fields = match body.is_empty() {
        true => Map::new(),
        false => match serde_json::from_slice(body) {
            Ok(Value::Object(fields)) => fields,
            Ok(_) => return Err(format!("'{name}' takes an object with its fields")),
            Err(error) => return Err(format!("this is no JSON: {error}")),
        },
    };
    for known in ["request", "id"] {
        if fields.contains_key(known) {
            return Err(format!("'{known}' does nothing here: the address says what is asked for"));
        }
    }
    fields.insert("request".to_owned(), name.into());
    Envelope::try_from(Value::Object(fields)).map_err(|refusal| refusal.sentence)
}

#[cfg(test)]
mod tests {
    use super::*;
    use backlot_protocol::Request;

    #[test]
    fn a_body_has_the_fields() {
        let asked = envelope("blur", br#"{"on":true,"save":true}"#).unwrap();
        assert_eq!((asked.request, asked.save), (Request::Blur { on: true }, true));
        assert_eq!(envelope("undo", b"").unwrap().request, Request::Undo);
        for (body, sentence) in [
            ("[]", "'blur' takes an object with its fields"),
            ("{", "this is no JSON: EOF while parsing an object at line 1 column 1"),
            (r#"{"on":true,"id":1}"#, "'id' does nothing here: the address says what is asked for"),
            (
                r#"{"request":"quit"}"#,
                "'request' does nothing here: the address says what is asked for",
            ),
            (
                "{}",
                r#"'blur' lacks the field 'on', which takes true or false: {"request":"blur","on":true}"#,
            ),
        ] {
            assert_eq!(envelope("blur", body.as_bytes()).unwrap_err(), sentence);
        }
    }
}
