//! What all WebSockets have in common: bounds, and patience with whoever doesn't read.

use crate::answers::refused;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade};
use axum::response::{IntoResponse, Response};
use std::time::Duration;
use tokio::time::timeout;

/// How long a page may take to read what is sent to it.
const PATIENCE: Duration = Duration::from_secs(10);
/// How much may wait to be written, in bytes.
const WAITING_BYTES: usize = 4 * 1024 * 1024;

/// Makes a connection a WebSocket that takes messages up to `most` bytes.
pub(crate) fn bounded<F>(
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
    most: usize,
    talk: impl FnOnce(WebSocket) -> F + Send + 'static,
) -> Response
where
    F: Future<Output = ()> + Send + 'static,
{
    match upgrade {
        Ok(upgrade) => upgrade
            .max_message_size(most)
            .max_frame_size(most)
            .max_write_buffer_size(WAITING_BYTES)
            .on_upgrade(talk),
        Err(rejection) => {
            let status = rejection.into_response().status();
            refused(status, "this address is a WebSocket's")
        }
    }
}

/// Sends a message, to whoever reads in time.
///
/// # Errors
/// When nobody does.
pub(crate) async fn send(socket: &mut WebSocket, message: Message) -> Result<(), ()> {
    match timeout(PATIENCE, socket.send(message)).await {
        Ok(Ok(())) => Ok(()),
        _ => Err(()),
    }
}

/// Ends a connection, and says why.
pub(crate) async fn hang_up(mut socket: WebSocket, code: u16, reason: &'static str) {
    let frame = CloseFrame { code, reason: reason.into() };
    let _ = send(&mut socket, Message::Close(Some(frame))).await;
}
