//! Connections: who may have one, and how long.

use crate::desk::Desk;
use crate::owner::owner;
use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};

/// How many connections there may be.
pub(crate) const MOST: usize = 256;
/// The longest head, in bytes, and how many lines it may have.
const HEAD_BYTES: usize = 16 * 1024;
const HEAD_LINES: usize = 64;
/// How long a connection is used for new requests, and how much longer for one under way. WebSockets live longer.
const USED: Duration = Duration::from_secs(60);
const ENDS: Duration = Duration::from_secs(120);
/// How long nobody is let in after that failed.
const REST: Duration = Duration::from_millis(100);

/// Lets connections in until the server ends.
pub(crate) async fn listen(
    listener: TcpListener,
    router: Router,
    desk: Desk,
    room: Arc<Semaphore>,
) {
    let own_uid = rustix::process::geteuid().as_raw();
    let mut ended = pin!(desk.ended());
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut ended => return,
        };
        match accepted {
            Ok((stream, peer)) => {
                if !is_ours(&stream, peer, own_uid) {
                    tracing::debug!(%peer, "another user's program was turned away from the panel");
                    continue;
                }
                // Whoever finds no room is closed at once, and finds some later.
                let Ok(place) = Arc::clone(&room).try_acquire_owned() else { continue };
                let (router, desk) = (router.clone(), desk.clone());
                tokio::spawn(async move {
                    serve(stream, router, &desk).await;
                    drop(place);
                });
            }
            Err(error) => {
                tracing::debug!(%error, "the panel takes no more connections for now");
                sleep(REST).await;
            }
        }
    }
}

/// Whether the program at the other end is the user's own.
fn is_ours(stream: &TcpStream, peer: SocketAddr, own_uid: u32) -> bool {
    let own = stream.local_addr();
    own.is_ok_and(|own| peer.ip().is_loopback() && owner(peer, own) == Some(own_uid))
}

async fn serve(stream: TcpStream, router: Router, desk: &Desk) {
    // Small answers are not to wait for one another.
    let _ = stream.set_nodelay(true);
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(desk.patience);
    builder.max_buf_size(HEAD_BYTES).max_headers(HEAD_LINES).half_close(false);
    let service = TowerToHyperService::new(router);
    let connection = builder.serve_connection(TokioIo::new(stream), service).with_upgrades();
    let mut connection = pin!(connection);
    tokio::select! {
        _ = &mut connection => return,
        () = sleep(USED) => {}
        () = desk.ended() => {}
    }
    connection.as_mut().graceful_shutdown();
    let _ = timeout(ENDS - USED, connection).await;
}
