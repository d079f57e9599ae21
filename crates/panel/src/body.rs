//! What is sent with a request: so much, and no slower.

use crate::answers::refused;
use axum::body::{Body, Bytes, HttpBody};
use axum::http::StatusCode;
use axum::response::Response;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use std::time::Duration;
use tokio::sync::mpsc::Sender;
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
    let too_long = || too_long(most as u64);
    if body.size_hint().lower() > most as u64 {
        return Err(too_long());
    }
    match timeout(patience, Limited::new(body, most).collect()).await {
        Ok(Ok(body)) => Ok(body.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(too_long()),
        Ok(Err(_)) => Err(in_part()),
        Err(_) => Err(too_slow()),
    }
}

/// Passes a body of at most `most` bytes on as it arrives, and nothing at its end: without that it was cut
/// off.
///
/// # Errors
/// What is answered to one that is longer, breaks off, or makes a pause of `patience`.
pub(crate) async fn passed_on(
    mut body: Body,
    most: u64,
    patience: Duration,
    to: &Sender<Option<Bytes>>,
) -> Result<(), Response> {
    if body.size_hint().lower() > most {
        return Err(too_long(most));
    }
    let mut left = most;
    while let Some(frame) = timeout(patience, body.frame()).await.map_err(|_| too_slow())? {
        // What isn't data follows the body, and is nothing to us.
        let Ok(bytes) = frame.map_err(|_| in_part())?.into_data() else { continue };
        left = left.checked_sub(bytes.len() as u64).ok_or_else(|| too_long(most))?;
        if to.send(Some(bytes)).await.is_err() {
            return Ok(());
        }
    }
    // Whoever takes no more says why in another way.
    let _ = to.send(None).await;
    Ok(())
}

fn too_long(most: u64) -> Response {
    let most = match most / 1024 {
        kib if kib >= 4096 => format!("{} MiB", kib / 1024),
        kib => format!("{kib} KiB"),
    };
    refused(StatusCode::PAYLOAD_TOO_LARGE, &format!("what is sent here has at most {most}"))
}

fn in_part() -> Response {
    refused(StatusCode::BAD_REQUEST, "what was sent arrived in part")
}

fn too_slow() -> Response {
    refused(StatusCode::REQUEST_TIMEOUT, "what was sent took too long to arrive")
}
