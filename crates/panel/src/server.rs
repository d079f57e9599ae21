//! The server, as those see it who own it.

use crate::codes::Codes;
use crate::desk::{Desk, Inside};
use crate::error::PanelError;
use crate::listen::{MOST, listen};
use crate::options::PanelOptions;
use crate::pass::Pass;
use crate::projector::Projectors;
use crate::routes::router;
use crate::thumbnails::Thumbnails;
use crate::uploads::Uploads;
use crate::views::Views;
use backlot_control::{Inbox, Panic};
use backlot_media::threads;
use backlot_protocol::State;
use std::fmt;
use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, TcpListener};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::{Semaphore, watch};

/// Ports that a panel takes when it may take any: below those that the system gives to connections that
/// begin here, which might have taken it when the program starts anew.
const PORTS: std::ops::Range<u16> = 20_000..32_000;
/// How many ports are tried.
const TRIES: u32 = 50;
/// How many connections may wait for us to look at them.
const QUEUE: i32 = 1024;
/// How long pages are given to hear that the program ends.
const LONGEST_END: Duration = Duration::from_millis(300);
/// How long after that it is looked whether they did.
const LOOK: Duration = Duration::from_millis(5);

/// Serves the panel, to the user's own programs on this machine, until it is dropped.
pub struct Panel {
    state: watch::Sender<Option<Arc<State>>>,
    ending: watch::Sender<bool>,
    desk: Desk,
    thread: Option<JoinHandle<()>>,
}

/// The same port on both addresses that browsers take a `*.localhost` to.
type Ports = (Vec<TcpListener>, u16);

impl Panel {
    /// Opens the panel, at the address of before where that is free. `panic` is called the moment that a
    /// `panic` arrives, which then goes to the inbox like every other request.
    ///
    /// Pages are served from the first [`publish`](Self::publish) on.
    ///
    /// # Errors
    /// When the port is taken, when its address can't be kept, and when the system refuses.
    pub fn open(
        options: &PanelOptions,
        inbox: Inbox,
        panic: Panic,
        views: Arc<dyn Views>,
    ) -> Result<Self, PanelError> {
        let (listeners, pass) = place(options)?;
        let (state, told) = watch::channel(None);
        let (ending, ends) = watch::channel(false);
        let inside = Inside {
            pass,
            codes: Codes::default(),
            inbox,
            panic,
            thumbnails: Thumbnails::new(Arc::clone(&views)),
            views,
            projectors: Projectors::default(),
            uploads: Uploads::new(options.uploads.clone()),
            uploading: Arc::new(Semaphore::new(1)),
            state: told,
            patience: options.patience,
            ending: ends,
        };
        let desk = Desk::new(inside);
        let runtime = Builder::new_current_thread().enable_io().enable_time().build()?;
        let served = desk.clone();
        let thread = threads::start("panel", move || run(&runtime, listeners, &served))?;
        Ok(Self { state, ending, desk, thread: Some(thread) })
    }

    /// An address that lets one browser in, within the next seconds.
    ///
    /// # Errors
    /// When the system gives no random numbers.
    pub fn address(&self) -> Result<String, PanelError> {
        let code = self.desk.codes.make(Instant::now())?;
        Ok(format!("http://{}/enter?code={code}", self.desk.pass.authority()))
    }

    /// Has pages told what differs from the state that was published before. Costs the caller no more
    /// than to hand over a pointer, and to wake the thread while somebody is connected.
    pub fn publish(&self, state: &Arc<State>) {
        self.state.send_replace(Some(Arc::clone(state)));
    }

    /// Where it is served.
    pub fn port(&self) -> u16 {
        self.desk.pass.port
    }
}

impl Drop for Panel {
    fn drop(&mut self) {
        self.ending.send_replace(true);
        if let Some(thread) = self.thread.take() {
            // Its panic was told when it happened.
            let _ = thread.join();
        }
    }
}

impl fmt::Debug for Panel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Panel").field("pass", &self.desk.pass).finish_non_exhaustive()
    }
}

/// Takes the place of before, or a new one that nobody knows.
fn place(options: &PanelOptions) -> Result<(Vec<TcpListener>, Pass), PanelError> {
    let path = &options.pass;
    let wanted = (options.port != 0).then_some(options.port);
    let known = Pass::load(path).filter(|pass| wanted.is_none_or(|port| port == pass.port));
    if let Some(pass) = known
        && let Ok((listeners, _)) = take(pass.port)
    {
        return Ok((listeners, pass));
    }
    // Whoever has the port of before may have heard the secret of before: all of it is made anew.
    let (listeners, port) = match wanted {
        Some(port) => take(port).map_err(|source| PanelError::Port { port, source })?,
        None => take_any()?,
    };
    let pass = Pass::new(port)?;
    pass.store(path)?;
    Ok((listeners, pass))
}

/// Any port.
fn take_any() -> Result<Ports, PanelError> {
    let mut last = io::Error::from(io::ErrorKind::AddrInUse);
    for _ in 0..TRIES {
        let mut bytes = [0; 2];
        getrandom::fill(&mut bytes).map_err(io::Error::other)?;
        let count = PORTS.end - PORTS.start;
        match take(PORTS.start + u16::from_ne_bytes(bytes) % count) {
            Ok(ports) => return Ok(ports),
            Err(error) => last = error,
        }
    }
    Err(PanelError::NoPort(last))
}

/// A port on both addresses, or on neither: whoever had the other one would be taken for us. A machine
/// without the second address has nobody there.
fn take(port: u16) -> io::Result<Ports> {
    let mut listeners = vec![TcpListener::bind((Ipv4Addr::LOCALHOST, port))?];
    match TcpListener::bind((Ipv6Addr::LOCALHOST, port)) {
        Ok(listener) => listeners.push(listener),
        Err(error) if is_missing(&error) => {}
        Err(error) => return Err(error),
    }
    for listener in &listeners {
        listener.set_nonblocking(true)?;
        // Somebody who connects all the time leaves no room in a shorter queue.
        rustix::net::listen(listener, QUEUE)?;
    }
    Ok((listeners, port))
}

fn is_missing(error: &io::Error) -> bool {
    let unsupported = rustix::io::Errno::AFNOSUPPORT.raw_os_error();
    error.kind() == io::ErrorKind::AddrNotAvailable || error.raw_os_error() == Some(unsupported)
}

/// Serves until the end.
fn run(runtime: &Runtime, listeners: Vec<TcpListener>, desk: &Desk) {
    let room = Arc::new(Semaphore::new(MOST));
    let router = router(desk.clone());
    runtime.block_on(async {
        for listener in listeners {
            match tokio::net::TcpListener::from_std(listener) {
                Ok(listener) => {
                    let (router, room) = (router.clone(), Arc::clone(&room));
                    tokio::spawn(listen(listener, router, desk.clone(), room));
                }
                Err(error) => tracing::warn!(%error, "the panel can't be served"),
            }
        }
        desk.ended().await;
        let began = Instant::now();
        // The tasks of WebSockets are no connections any more.
        while began.elapsed() < LONGEST_END
            && tokio::runtime::Handle::current().metrics().num_alive_tasks() > 0
        {
            tokio::time::sleep(LOOK).await;
        }
    });
}
