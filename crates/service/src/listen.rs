//! Connections: who may have one, and how long.

use crate::desk::Desk;
use crate::gate::Gate;
use crate::metrics::add;
use crate::patient::Patient;
use crate::queue::Client;
use crate::{grpc, http};
use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use std::convert::Infallible;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::time::sleep;

/// The longest head, in bytes, and how many lines it may have.
const HEAD_BYTES: usize = 16 * 1024;
const HEAD_LINES: usize = 64;
/// How much of a body is read at a time.
const READ_BYTES: usize = 128 * 1024;
/// How many calls one connection of gRPC has at a time, and how much of each is on its way.
const STREAMS: u32 = 32;
const STREAM_BYTES: u32 = 256 * 1024;
const CONNECTION_BYTES: u32 = 1024 * 1024;
/// How often a connection of gRPC is asked whether it lives.
const PING: Duration = Duration::from_secs(10);
/// How long nobody is let in after that failed.
const REST: Duration = Duration::from_millis(100);

/// What is spoken at an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tongue {
    Http,
    Grpc,
}

/// A place where clients are let in.
#[derive(Debug)]
pub(crate) struct Door {
    pub tongue: Tongue,
    pub gate: Gate,
    pub desk: Arc<Desk>,
    pub room: Arc<Semaphore>,
    pub ending: watch::Receiver<bool>,
    pub numbers: Arc<AtomicU64>,
}

/// Lets connections in until the service ends.
pub(crate) async fn listen(listener: TcpListener, door: Door) {
    let door = Arc::new(door);
    let mut ended = pin!(ended(door.ending.clone()));
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut ended => return,
        };
        match accepted {
            Ok((stream, peer)) => {
                // Whoever finds no room is closed at once, and finds some later.
                let Ok(place) = Arc::clone(&door.room).try_acquire_owned() else {
                    add(&door.desk.house.metrics.connections_refused, 1);
                    continue;
                };
                let connection = door.numbers.fetch_add(1, Ordering::Relaxed);
                let client = Client { peer: peer.ip().to_canonical(), connection };
                let door = Arc::clone(&door);
                tokio::spawn(async move {
                    add(&door.desk.house.metrics.connections, 1);
                    serve(stream, client, &door).await;
                    door.desk.house.metrics.connections.fetch_sub(1, Ordering::Relaxed);
                    drop(place);
                });
            }
            Err(error) => {
                tracing::debug!(%error, "no more connections are taken for now");
                sleep(REST).await;
            }
        }
    }
}

/// Ends when the service does.
async fn ended(mut ending: watch::Receiver<bool>) {
    // Whoever would say so is gone, too.
    let _ = ending.wait_for(|is_ending| *is_ending).await;
}

async fn serve(stream: TcpStream, client: Client, door: &Arc<Door>) {
    // Small answers are not to wait for one another.
    let _ = stream.set_nodelay(true);
    match door.tongue {
        Tongue::Http => serve_http(stream, client, door).await,
        Tongue::Grpc => serve_grpc(stream, client, door).await,
    }
}

/// Serves a connection, and has it finish what was begun at the end.
macro_rules! to_its_end {
    ($connection:expr, $door:expr) => {{
        let mut connection = pin!($connection);
        tokio::select! {
            // Why it broke is the client's to know.
            _ = &mut connection => return,
            () = ended($door.ending.clone()) => connection.as_mut().graceful_shutdown(),
        }
        let _ = connection.await;
    }};
}

async fn serve_http(stream: TcpStream, client: Client, door: &Arc<Door>) {
    let patience = door.desk.house.limits.patience;
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(patience);
    builder.max_buf_size(READ_BYTES.max(HEAD_BYTES)).max_headers(HEAD_LINES).half_close(false);
    let service = service_fn(|request| async {
        Ok::<_, Infallible>(http::answer(&door.desk, &door.gate, client, request).await)
    });
    let stream = Patient::new(stream, patience, None);
    to_its_end!(builder.serve_connection(stream, service), door);
}

async fn serve_grpc(stream: TcpStream, client: Client, door: &Arc<Door>) {
    let patience = door.desk.house.limits.patience;
    let mut builder = http2::Builder::new(TokioExecutor::new());
    builder.timer(TokioTimer::new()).keep_alive_interval(PING).keep_alive_timeout(patience);
    builder.max_concurrent_streams(STREAMS).max_header_list_size(HEAD_BYTES as u32);
    builder.initial_stream_window_size(STREAM_BYTES);
    builder.initial_connection_window_size(CONNECTION_BYTES);
    builder.max_send_buf_size(STREAM_BYTES as usize);
    let door = Arc::clone(door);
    let ends = Arc::clone(&door);
    let service = service_fn(move |request| {
        let door = Arc::clone(&door);
        async move { Ok::<_, Infallible>(grpc::answer(&door.desk, &door.gate, client, request).await) }
    });
    // Whoever lives answers pings.
    let stream = Patient::new(stream, patience, Some(PING + patience));
    to_its_end!(builder.serve_connection(stream, service), ends);
}
