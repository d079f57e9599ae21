//! The other end: asks the running program, and follows what it tells.

use crate::error::ClientError;
use backlot_protocol::{Envelope, Event, Line, Request, State, VERSION};
use rustix::event::{PollFd, PollFlags, Timespec};
use rustix::io::Errno;
use rustix::net::sockopt::{Timeout, set_socket_timeout};
use rustix::net::{AddressFamily, SendFlags, SocketAddrUnix, SocketFlags, SocketType};
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::io;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How long an answer is waited for.
pub const PATIENCE: Duration = Duration::from_secs(5);
/// The longest line that is taken, in bytes.
const LINE_BYTES: usize = 16 << 20;
/// How many events are kept for who asks before it reads them.
const EVENTS: usize = 1024;
/// How much is read at once, in bytes.
const READ_BYTES: usize = 64 * 1024;

/// A connection to the running program.
#[derive(Debug)]
pub struct Client {
    path: PathBuf,
    socket: OwnedFd,
    /// What arrived, and is no whole line yet.
    bytes: Vec<u8>,
    /// How much of that is known to hold no line's end.
    searched: usize,
    state: State,
    events: VecDeque<Event>,
    next_id: u64,
    /// Whether it said that it ends.
    is_gone: bool,
}

impl Client {
    /// Connects to the program that serves a socket, and gets its state.
    ///
    /// # Errors
    /// When none does, when it refuses or speaks another version, or after [`PATIENCE`].
    pub fn connect(path: &Path) -> Result<Self, ClientError> {
        let socket = open(path).map_err(|error| match error {
            Errno::NOENT | Errno::CONNREFUSED => ClientError::NotRunning,
            Errno::WOULDBLOCK => ClientError::Slow(PATIENCE),
            other => ClientError::Io(path.to_owned(), other.into()),
        })?;
        let mut client = Self {
            path: path.to_owned(),
            socket,
            bytes: Vec::new(),
            searched: 0,
            state: State::default(),
            events: VecDeque::new(),
            next_id: 0,
            is_gone: false,
        };
        let line = client.line(Some(Wait::new(PATIENCE)))?.ok_or(ClientError::Slow(PATIENCE))?;
        // Another version's state may be one that can't be read.
        let version = line["state"]["version"].as_u64();
        if let Some(version) = version.filter(|version| *version != u64::from(VERSION)) {
            return Err(ClientError::OtherVersion(version));
        }
        match serde_json::from_value(line) {
            Ok(Line::State { state }) => client.state = *state,
            Ok(Line::Refused { error, .. }) => return Err(ClientError::Refused(error)),
            _ => return Err(client.stranger("something else than a state first")),
        }
        Ok(client)
    }

    /// What is known of the program, with all events that have been read.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// Asks for something, and returns what the program returns. `save` keeps the change beyond
    /// the run.
    ///
    /// # Errors
    /// When it refuses, when it ends, or after [`PATIENCE`].
    pub fn ask(&mut self, request: Request, save: bool) -> Result<Value, ClientError> {
        self.ask_within(request, save, PATIENCE)
    }

    /// The same for what may take longer, or less.
    ///
    /// # Errors
    /// As [`ask`](Self::ask).
    pub fn ask_within(
        &mut self,
        request: Request,
        save: bool,
        patience: Duration,
    ) -> Result<Value, ClientError> {
        let wait = Wait::new(patience);
        let id = json!(self.next_id);
        self.next_id += 1;
        self.send(&Envelope { id: Some(id.clone()), save, request }.line(), wait)?;
        loop {
            let Some(line) = self.line(Some(wait))? else {
                return Err(ClientError::Slow(patience));
            };
            match self.take(line) {
                Some(Line::Done { reply, ok }) if reply == id => return Ok(ok),
                Some(Line::Refused { reply, error }) if reply == id || reply.is_null() => {
                    return Err(ClientError::Refused(error));
                }
                // An answer that came too late is nobody's.
                _ => {}
            }
        }
    }

    /// The next event, or `None` if there is none in time. After [`Event::Gone`] there is no other.
    ///
    /// # Errors
    /// When the program is gone.
    pub fn event(&mut self, patience: Option<Duration>) -> Result<Option<Event>, ClientError> {
        let wait = patience.map(Wait::new);
        loop {
            if let Some(event) = self.events.pop_front() {
                return Ok(Some(event));
            }
            let Some(line) = self.line(wait)? else { return Ok(None) };
            self.take(line);
        }
    }

    /// What happens from now on, until the program ends; [`state`](Self::state) follows.
    pub fn events(&mut self) -> Events<'_> {
        Events { client: self, is_over: false }
    }

    /// Follows a line, if it is an event, and returns it, if it is any that is known.
    fn take(&mut self, line: Value) -> Option<Line> {
        let line = serde_json::from_value(line).ok()?;
        if let Line::Event { event } = &line {
            self.state.apply(event);
            self.is_gone |= *event == Event::Gone {};
            if self.events.len() == EVENTS {
                self.events.pop_front();
            }
            self.events.push_back(event.clone());
        }
        Some(line)
    }

    /// The next line, or `None` if there is none in time.
    fn line(&mut self, wait: Option<Wait>) -> Result<Option<Value>, ClientError> {
        loop {
            let end = self.bytes[self.searched..].iter().position(|byte| *byte == b'\n');
            if let Some(end) = end.map(|end| self.searched + end) {
                self.searched = 0;
                let line: Vec<u8> = self.bytes.drain(..=end).collect();
                let line = serde_json::from_slice(&line);
                return line.map(Some).map_err(|_| self.stranger("a line that is no JSON"));
            }
            self.searched = self.bytes.len();
            if self.searched > LINE_BYTES {
                return Err(self.stranger("a line without an end"));
            }
            if !self.is_ready(PollFlags::IN, wait)? {
                return Ok(None);
            }
            self.read()?;
        }
    }

    fn read(&mut self) -> Result<(), ClientError> {
        let old = self.bytes.len();
        self.bytes.resize(old + READ_BYTES, 0);
        let read = rustix::io::read(&self.socket, &mut self.bytes[old..]);
        self.bytes.truncate(old + read.unwrap_or(0));
        match read {
            Ok(0) | Err(Errno::CONNRESET) => Err(ClientError::Gone),
            Ok(_) | Err(Errno::INTR | Errno::WOULDBLOCK) => Ok(()),
            Err(error) => Err(self.failed(error)),
        }
    }

    fn send(&mut self, mut bytes: &[u8], wait: Wait) -> Result<(), ClientError> {
        while !bytes.is_empty() {
            if !self.is_ready(PollFlags::OUT, Some(wait))? {
                return Err(ClientError::Slow(wait.patience));
            }
            let flags = SendFlags::NOSIGNAL | SendFlags::DONTWAIT;
            match rustix::net::send(&self.socket, bytes, flags) {
                Ok(sent) => bytes = &bytes[sent..],
                Err(Errno::INTR | Errno::WOULDBLOCK) => {}
                Err(Errno::PIPE | Errno::CONNRESET) => return Err(ClientError::Gone),
                Err(error) => return Err(self.failed(error)),
            }
        }
        Ok(())
    }

    /// Waits until the socket can be read from or written to, or hangs up.
    fn is_ready(&self, flags: PollFlags, wait: Option<Wait>) -> Result<bool, ClientError> {
        loop {
            let rest = wait.map(Wait::rest);
            let timeout = rest.and_then(|rest| Timespec::try_from(rest).ok());
            let mut fds = [PollFd::new(&self.socket, flags)];
            match rustix::event::poll(&mut fds, timeout.as_ref()) {
                Ok(0) => return Ok(false),
                Ok(_) => return Ok(true),
                Err(Errno::INTR) => {}
                Err(error) => return Err(self.failed(error)),
            }
        }
    }

    fn stranger(&self, sends: &'static str) -> ClientError {
        ClientError::Stranger(self.path.clone(), sends)
    }

    fn failed(&self, error: Errno) -> ClientError {
        ClientError::Io(self.path.clone(), io::Error::from(error))
    }
}

/// Connects; not for ever, should many wait to be let in by a program that was stopped.
fn open(path: &Path) -> Result<OwnedFd, Errno> {
    let flags = SocketFlags::CLOEXEC;
    let socket = rustix::net::socket_with(AddressFamily::UNIX, SocketType::STREAM, flags, None)?;
    set_socket_timeout(&socket, Timeout::Send, Some(PATIENCE))?;
    rustix::net::connect(&socket, &SocketAddrUnix::new(path)?)?;
    Ok(socket)
}

/// A time at which waiting ends.
#[derive(Clone, Copy)]
struct Wait {
    patience: Duration,
    /// `None` if that is further away than can be told.
    until: Option<Instant>,
}

impl Wait {
    fn new(patience: Duration) -> Self {
        Self { patience, until: Instant::now().checked_add(patience) }
    }

    fn rest(self) -> Duration {
        let now = Instant::now();
        self.until.map_or(self.patience, |until| until.saturating_duration_since(now))
    }
}

/// What happens, until the program ends.
#[derive(Debug)]
pub struct Events<'a> {
    client: &'a mut Client,
    is_over: bool,
}

impl Events<'_> {
    /// What is known of the program.
    pub fn state(&self) -> &State {
        self.client.state()
    }
}

impl Iterator for Events<'_> {
    type Item = Result<Event, ClientError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_over || (self.client.is_gone && self.client.events.is_empty()) {
            return None;
        }
        let next = self.client.event(None).transpose();
        self.is_over = matches!(next, None | Some(Err(_) | Ok(Event::Gone {})));
        next
    }
}
