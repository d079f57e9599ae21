//! Pictures and videos that the page hands in.

use crate::answers::{json_of, nothing, other_method, refused, result};
use crate::body::passed_on;
use crate::desk::Desk;
use crate::uploads::MOST_BYTES;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use backlot_media::threads;
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};

/// How long nothing may arrive.
const PATIENCE: Duration = Duration::from_secs(30);
/// How many pieces may wait to be written.
const WAITING: usize = 4;

/// What it is called.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Named {
    #[serde(default)]
    name: String,
}

/// `GET /api/v1/uploads`
pub(super) async fn list(State(desk): State<Desk>) -> Response {
    json_of(StatusCode::OK, &json!({ "ok": desk.uploads.list() }))
}

/// `POST /api/v1/uploads?name=FILE`
pub(super) async fn take(
    State(desk): State<Desk>,
    named: Result<Query<Named>, axum::extract::rejection::QueryRejection>,
    body: Body,
) -> Response {
    let Ok(Query(Named { name })) = named else {
        return refused(StatusCode::BAD_REQUEST, "'name' takes the name of a file");
    };
    // One after the other: each may take the memory of a large picture, or two processors.
    let Ok(turn) = Arc::clone(&desk.uploading).acquire_owned().await else { return ended() };
    let (pieces, arriving) = mpsc::channel(WAITING);
    let (sender, taken) = oneshot::channel();
    let uploads = desk.uploads.clone();
    let work = move || {
        let result = uploads.take(&name, arriving, || !sender.is_closed());
        // Whoever gave up waiting misses nothing.
        drop::<Result<(), _>>(sender.send(result));
        drop(turn);
    };
    if threads::start("upload", work).is_err() {
        return refused(StatusCode::SERVICE_UNAVAILABLE, "there is no room for another thread");
    }
    if let Err(refusal) = passed_on(body, MOST_BYTES, PATIENCE, &pieces).await {
        return refusal;
    }
    taken.await.map_or_else(|_| ended(), result)
}

fn ended() -> Response {
    refused(StatusCode::SERVICE_UNAVAILABLE, "it can't be read")
}

/// `GET` and `DELETE /api/v1/uploads/NAME`
pub(super) async fn one(
    State(desk): State<Desk>,
    Path(name): Path<String>,
    method: Method,
    uri: Uri,
) -> Response {
    match method {
        Method::GET | Method::HEAD => match desk.uploads.read(&name) {
            Some((kind, bytes)) => ([(CONTENT_TYPE, kind)], bytes).into_response(),
            None => nothing(uri.path()),
        },
        Method::DELETE if desk.uploads.remove(&name) => result(Ok(Value::Null)),
        Method::DELETE => nothing(uri.path()),
        _ => other_method("DELETE, GET, HEAD"),
    }
}
