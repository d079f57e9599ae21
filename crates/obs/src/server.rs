//! The server, as those see it who own it.

use crate::client;
use crate::desk::Desk;
use crate::error::ObsError;
use crate::options::ObsOptions;
use crate::shared::{Bell, Shared, bell, ring};
use backlot_control::Inbox;
use backlot_media::threads;
use backlot_protocol::State;
use rustix::event::{PollFd, PollFlags};
use std::fmt;
use std::io::{self, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

/// How long nobody is let in after that failed.
const REST: Duration = Duration::from_secs(1);

/// Serves clients of obs-websocket, on this machine alone, until it is dropped.
pub struct ObsServer {
    shared: Arc<Shared>,
    bell: Bell,
    thread: Option<JoinHandle<()>>,
    address: SocketAddr,
}

impl ObsServer {
    /// Opens the port, and hands requests to an inbox.
    ///
    /// # Errors
    /// Without a password, when the port is taken, and when the system refuses.
    pub fn open(options: ObsOptions, inbox: Inbox) -> Result<Self, ObsError> {
        let has_password = options.password.as_ref().is_some_and(|password| !password.is_empty());
        if !has_password && !options.allows_no_password {
            return Err(ObsError::NoPassword);
        }
        let port = options.port;
        let failed = |source| ObsError::Port { port, source };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map_err(failed)?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let (shared, bell) = (Arc::new(Shared::default()), bell()?);
        let desk = Desk::new(inbox, Arc::clone(&shared));
        let door = Door { listener, desk, bell: Arc::clone(&bell), options: Arc::new(options) };
        let thread = threads::start("obs", move || door.run())?;
        Ok(Self { shared, bell, thread: Some(thread), address })
    }

    /// Has clients told what differs from the state that was published before. Costs the caller no
    /// more than to hand over a pointer, and to wake the threads of those who are connected.
    pub fn publish(&self, state: &Arc<State>) {
        self.shared.publish(state);
    }

    /// Whether anybody is connected.
    pub fn is_heard(&self) -> bool {
        self.shared.is_heard()
    }

    /// Where it is served.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for ObsServer {
    fn drop(&mut self) {
        self.shared.end();
        ring(&self.bell);
        if let Some(thread) = self.thread.take() {
            // Its panic was told when it happened.
            let _ = thread.join();
        }
    }
}

impl fmt::Debug for ObsServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ObsServer").field("address", &self.address).finish_non_exhaustive()
    }
}

/// The thread that lets clients in.
struct Door {
    listener: TcpListener,
    desk: Desk,
    bell: Bell,
    options: Arc<ObsOptions>,
}

impl Door {
    fn run(self) {
        let mut threads: Vec<JoinHandle<()>> = Vec::new();
        while !self.desk.shared.is_ending() {
            let mut fds = [
                PollFd::new(&*self.bell, PollFlags::IN),
                PollFd::new(&self.listener, PollFlags::IN),
            ];
            if rustix::event::poll(&mut fds, None).is_err() {
                self.desk.shared.rest(REST);
            }
            threads.retain(|thread| !thread.is_finished());
            match self.listener.accept() {
                Ok((stream, _)) => threads.extend(self.let_in(stream)),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => {
                    tracing::warn!(%error, "obs-websocket takes no more clients for now");
                    self.desk.shared.rest(REST);
                }
            }
        }
        for thread in threads {
            let _ = thread.join();
        }
    }

    /// Starts the thread of a client, if there is room for one.
    fn let_in(&self, stream: TcpStream) -> Option<JoinHandle<()>> {
        stream.set_nonblocking(true).ok()?;
        let bell = bell().ok()?;
        if !self.desk.shared.join(&bell, self.options.most_clients) {
            let busy = b"HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";
            // A new connection has room for that.
            let _ = (&stream).write_all(busy);
            return None;
        }
        let place = Place { desk: self.desk.clone(), bell };
        let options = Arc::clone(&self.options);
        let started = threads::start("obs-client", move || {
            client::serve(stream, &place.desk, &place.bell, &options);
        });
        started.ok()
    }
}

/// A client's place, given back when its thread ends however that happens.
struct Place {
    desk: Desk,
    bell: Bell,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.desk.shared.leave(&self.bell);
    }
}
