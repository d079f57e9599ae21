//! What is sent with a request: so much, and no slower.

use crate::answers::refused;
use axum::body::{Body, Bytes, HttpBody};
use axum::http::StatusCode;
use axum::response::Response;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use std::time::Duration;
use tokio::time::timeout;

/// A body of at most `most` bytes.
///
/// # Errors
/// What is answered to one that is longer, breaks off, or isn't there after `patience`.
pub(crate) async fn arrived(
    body: Body,
    most: usize,
    patience: Duration,
) -> Result<Bytes, Response> {
    let too_long = || {
        let sentence = format!("what is sent here has at most {} KiB", most / 1024);
        refused(StatusCode::PAYLOAD_TOO_LARGE, &sentence)
    };
    if body.size_hint().lower() > most as u64 {
        return Err(too_long());
    }
    match timeout(patience, Limited::new(body, most).collect()).await {
        Ok(Ok(body)) => Ok(body.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(too_long()),
        Ok(Err(_)) => Err(refused(StatusCode::BAD_REQUEST, "what was sent arrived in part")),
        Err(_) => {
            Err(refused(StatusCode::REQUEST_TIMEOUT, "what was sent took too long to arrive"))
        }
    }
}
