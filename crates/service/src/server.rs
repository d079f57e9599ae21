//! The service, as those see it who own it.

use crate::crew;
use crate::desk::Desk;
use crate::error::ServiceError;
use crate::gate::Gate;
use crate::house::House;
use crate::listen::{Door, Tongue, listen};
use crate::models::Models;
use crate::options::ServiceOptions;
use backlot_media::threads;
use std::fmt;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::JoinHandle;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::{Semaphore, watch};
use tokio::time::timeout;

/// How many connections may wait for us to look at them.
const QUEUE: i32 = 1024;
/// The shortest token.
const SHORTEST_TOKEN: usize = 8;

/// Serves mattes until it is dropped.
pub struct Service {
    desk: Arc<Desk>,
    listen: SocketAddr,
    grpc: Option<SocketAddr>,
    ending: watch::Sender<bool>,
    talks: Option<JoinHandle<()>>,
    works: Vec<JoinHandle<()>>,
}

impl Service {
    /// Begins to serve.
    ///
    /// # Errors
    /// When an address can't be had, or may not be without a token; when a network can't be used; and when the
    /// system refuses.
    pub fn open(options: &ServiceOptions) -> Result<Self, ServiceError> {
        check_token(options)?;
        let mut places = vec![place(options.listen, Tongue::Http)?];
        places.extend(options.grpc.map(|address| place(address, Tongue::Grpc)).transpose()?);
        let models = Models::load(&options.matting)?;
        let desk = Arc::new(Desk::new(House::new(models, options.limits, options.threads.get())));
        let (ending, ends) = watch::channel(false);
        let numbers = Arc::new(AtomicU64::new(0));
        let (listen, grpc) = (places[0].1, places.get(1).map(|(_, address, _)| *address));
        let doors = places.into_iter().map(|(listener, address, tongue)| {
            let door = Door {
                tongue,
                gate: Gate::new(address, options.token.clone()),
                desk: Arc::clone(&desk),
                room: Arc::new(Semaphore::new(options.limits.connections)),
                ending: ends.clone(),
                numbers: Arc::clone(&numbers),
            };
            (listener, door)
        });
        let doors: Vec<_> = doors.collect();
        let runtime = Builder::new_current_thread().enable_io().enable_time().build()?;
        let works = crew::start(&desk)?;
        let talks = threads::start("service", move || run(&runtime, doors));
        let talks = talks.inspect_err(|_| desk.queue.close())?;
        Ok(Self { desk, listen, grpc, ending, talks: Some(talks), works })
    }

    /// Where the plain form and REST are served.
    pub const fn address(&self) -> SocketAddr {
        self.listen
    }

    /// Where gRPC is served.
    pub const fn grpc_address(&self) -> Option<SocketAddr> {
        self.grpc
    }

    /// The names of the networks that are served.
    pub fn models(&self) -> impl Iterator<Item = &str> {
        self.desk.house.models.names()
    }

    /// What it has done so far, in the text form that Prometheus reads.
    pub fn figures(&self) -> String {
        self.desk.figures()
    }

    /// Takes nothing new, and waits until what was begun is done.
    pub fn end(self) {
        drop(self);
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.desk.is_ending.store(true, Ordering::Relaxed);
        self.ending.send_replace(true);
        // Their panics were told when they happened.
        let _ = self.talks.take().map(JoinHandle::join);
        self.desk.queue.close();
        self.works.drain(..).for_each(|thread| drop(thread.join()));
    }
}

impl fmt::Debug for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Service").field("listen", &self.listen).finish_non_exhaustive()
    }
}

fn check_token(options: &ServiceOptions) -> Result<(), ServiceError> {
    match &options.token {
        Some(token) => {
            let is_right =
                token.len() >= SHORTEST_TOKEN && token.bytes().all(|byte| byte.is_ascii_graphic());
            is_right.then_some(()).ok_or(ServiceError::Token)
        }
        None => {
            let open = [Some(options.listen), options.grpc].into_iter().flatten();
            let reachable = open.into_iter().find(|address| !address.ip().is_loopback());
            reachable.map_or(Ok(()), |address| Err(ServiceError::NoToken(address)))
        }
    }
}

/// Takes an address.
fn place(
    address: SocketAddr,
    tongue: Tongue,
) -> Result<(TcpListener, SocketAddr, Tongue), ServiceError> {
    let take = || -> io::Result<_> {
        let listener = TcpListener::bind(address)?;
        listener.set_nonblocking(true)?;
        rustix::net::listen(&listener, QUEUE)?;
        let address = listener.local_addr()?;
        Ok((listener, address, tongue))
    };
    let option = if tongue == Tongue::Http { "--listen" } else { "--grpc" };
    take().map_err(|source| ServiceError::Address { address, option, source })
}

/// Serves until the end, and until what was begun is done.
fn run(runtime: &Runtime, doors: Vec<(TcpListener, Door)>) {
    runtime.block_on(async {
        let mut rooms = Vec::new();
        let mut listening = Vec::new();
        for (listener, door) in doors {
            let limits = door.desk.house.limits;
            rooms.push((Arc::clone(&door.room), limits));
            match tokio::net::TcpListener::from_std(listener) {
                Ok(listener) => listening.push(tokio::spawn(listen(listener, door))),
                Err(error) => tracing::warn!(%error, "an address can't be served"),
            }
        }
        for listening in listening {
            // A panic was told when it happened.
            let _ = listening.await;
        }
        for (room, limits) in rooms {
            let all = u32::try_from(limits.connections).unwrap_or(u32::MAX);
            // Whoever doesn't take its answer has had its time.
            let _ = timeout(limits.deadline + limits.patience, room.acquire_many(all)).await;
        }
    });
}
