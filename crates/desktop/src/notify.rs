//! The service manager: it is told that the program is ready, what it does, that it is alive, and
//! that it ends; by datagrams, as `sd_notify(3)` describes.

use crate::news::{News, Woken};
use crate::words::status;
use backlot_media::threads;
use backlot_protocol::State;
use std::ffi::OsString;
use std::io;
use std::os::linux::net::SocketAddrExt;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::net::{SocketAddr, UnixDatagram};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How long a message waits for room at the service manager.
const PATIENCE: Duration = Duration::from_secs(1);

/// Tells the service manager, if one has started the program, until it is dropped.
#[derive(Debug)]
pub struct Notify {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug, Default)]
struct Shared {
    news: News,
    /// Whether the program has shown that it is alive since that was last looked at.
    is_alive: AtomicBool,
}

impl Notify {
    /// Looks in a process' environment, by the names of its variables, for a service manager that
    /// wants to be told. Without one, there is nothing to do and no thread.
    pub fn start(variable: impl Fn(&str) -> Option<OsString>) -> Self {
        let shared = Arc::new(Shared::default());
        let Some(address) = variable("NOTIFY_SOCKET").filter(|address| !address.is_empty()) else {
            return Self { shared, thread: None };
        };
        let thread = Manager::new(&address).and_then(|manager| {
            let (shared, watchdog) = (Arc::clone(&shared), watchdog(&variable));
            threads::start("notify", move || tell(&shared, &manager, watchdog))
        });
        let thread = thread.inspect_err(|error| {
            tracing::warn!(%error, ?address, "the service manager can't be told anything");
        });
        Self { shared, thread: thread.ok() }
    }

    /// Tells what the program does; the first time also that it is ready.
    pub fn publish(&self, state: &Arc<State>) {
        if self.thread.is_some() {
            self.shared.news.publish(state);
        }
    }

    /// Shows that the program is alive. A program that stops to show it for longer than half the
    /// time that the service manager's watchdog allows is restarted by it.
    pub fn beat(&self) {
        self.shared.is_alive.store(true, Ordering::Relaxed);
    }
}

impl Drop for Notify {
    fn drop(&mut self) {
        self.shared.news.end();
        if let Some(thread) = self.thread.take() {
            // Its panic was told when it happened.
            let _ = thread.join();
        }
    }
}

/// What the watchdog allows, if this process is the one that it watches.
fn watchdog(variable: &impl Fn(&str) -> Option<OsString>) -> Option<Duration> {
    let number = |name| variable(name)?.into_string().ok()?.parse::<u64>().ok();
    let is_for_us = match variable("WATCHDOG_PID") {
        Some(_) => number("WATCHDOG_PID") == Some(u64::from(std::process::id())),
        None => true,
    };
    let allowed = number("WATCHDOG_USEC").filter(|micros| is_for_us && *micros > 0)?;
    Some(Duration::from_micros(allowed))
}

/// The socket of the service manager.
struct Manager {
    socket: UnixDatagram,
    address: SocketAddr,
}

impl Manager {
    fn new(address: &std::ffi::OsStr) -> io::Result<Self> {
        let address = match address.as_bytes().strip_prefix(b"@") {
            Some(name) => SocketAddr::from_abstract_name(name)?,
            None if address.as_bytes().starts_with(b"/") => SocketAddr::from_pathname(address)?,
            None => return Err(io::ErrorKind::Unsupported.into()),
        };
        let socket = UnixDatagram::unbound()?;
        socket.set_write_timeout(Some(PATIENCE))?;
        Ok(Self { socket, address })
    }

    fn tell(&self, text: &str) {
        if let Err(error) = self.socket.send_to_addr(text.as_bytes(), &self.address) {
            tracing::debug!(%error, text, "the service manager wasn't told");
        }
    }
}

/// The thread.
fn tell(shared: &Shared, manager: &Manager, watchdog: Option<Duration>) {
    // As sd_watchdog_enabled(3) recommends.
    let every = watchdog.map(|allowed| allowed / 2);
    let mut next = every.map(|every| Instant::now() + every);
    let mut told: Option<String> = None;
    loop {
        match shared.news.wait(next) {
            Woken::News(state) => {
                let status = status(&state);
                let ready = if told.is_none() { "READY=1\n" } else { "" };
                if told.as_ref() != Some(&status) {
                    manager.tell(&format!("{ready}STATUS={status}"));
                    told = Some(status);
                }
            }
            Woken::Due => {
                next = every.map(|every| Instant::now() + every);
                if shared.is_alive.swap(false, Ordering::Relaxed) {
                    manager.tell("WATCHDOG=1");
                } else {
                    tracing::warn!(
                        "the program hangs: the service manager isn't told that it lives"
                    );
                }
            }
            Woken::Over => return manager.tell("STOPPING=1"),
        }
    }
}

#[cfg(test)]
mod tests;
