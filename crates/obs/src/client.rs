//! One client: its connection, from the first byte to the last.

use crate::close::Close;
use crate::desk::Desk;
use crate::encoding::Encoding;
use crate::options::ObsOptions;
use crate::pace::Pace;
use crate::session::Session;
use crate::shared::{Bell, silence};
use rustix::event::{PollFd, PollFlags, Timespec};
use serde_json::Value;
use std::io::{self, Read};
use std::net::{Shutdown, TcpStream};
use std::time::{Duration, Instant};
use tungstenite::handshake::HandshakeError;
use tungstenite::handshake::server::{Callback, ErrorResponse, Request, Response};
use tungstenite::http::{HeaderValue, StatusCode, header};
use tungstenite::protocol::frame::{CloseFrame, coding::CloseCode};
use tungstenite::protocol::{Message, WebSocketConfig};
use tungstenite::{Error, WebSocket};

/// The longest message that is taken, in bytes.
const MESSAGE_BYTES: usize = 1 << 20;
/// How much may wait for a client that doesn't read, in bytes: more than any response.
const BACKLOG_BYTES: usize = 32 << 20;
/// How long a client whose password is wrong waits.
const PAUSE: Duration = Duration::from_millis(500);
/// How long a client has to take its leave, and how much of what it still sends is taken.
const LEAVE: Duration = Duration::from_secs(1);
const LEAVE_BYTES: usize = 64 << 20;

/// Why a connection is over.
enum Over {
    /// It is closed by us.
    Closed(Close),
    /// The client has gone, or doesn't read.
    Gone,
}

impl From<Close> for Over {
    fn from(close: Close) -> Self {
        Self::Closed(close)
    }
}

/// Serves a client until it goes.
pub(crate) fn serve(stream: TcpStream, desk: &Desk, bell: &Bell, options: &ObsOptions) {
    // Small messages that wait for nothing.
    let _ = stream.set_nodelay(true);
    let Some((socket, encoding)) = shake_hands(stream, desk, options) else { return };
    let Some(session) = Session::new(encoding, desk, options.password.as_deref()) else { return };
    let mut client = Client {
        socket,
        encoding,
        session,
        bell,
        desk,
        patience: options.patience,
        is_waiting: false,
    };
    if let Err(Over::Closed(close)) = client.run() {
        if close.code == Close::PASSWORD {
            desk.shared.rest(PAUSE);
        }
        client.take_leave(close);
    }
}

/// Becomes a WebSocket, if the client knows how, and in time.
fn shake_hands(
    stream: TcpStream,
    desk: &Desk,
    options: &ObsOptions,
) -> Option<(WebSocket<TcpStream>, Encoding)> {
    let until = Instant::now() + options.patience;
    let watched = stream.try_clone().ok()?;
    let config = WebSocketConfig::default()
        .max_message_size(Some(MESSAGE_BYTES))
        .max_frame_size(Some(MESSAGE_BYTES))
        .write_buffer_size(0)
        .max_write_buffer_size(BACKLOG_BYTES);
    let mut encoding = Encoding::default();
    let is_open = options.password.as_ref().is_none_or(String::is_empty);
    let greeter = Greeter { encoding: &mut encoding, is_open };
    let mut shaken = tungstenite::accept_hdr_with_config(stream, greeter, Some(config));
    loop {
        match shaken {
            Ok(socket) => return Some((socket, encoding)),
            Err(HandshakeError::Failure(_)) => return None,
            Err(HandshakeError::Interrupted(middle)) => {
                let rest = until.saturating_duration_since(Instant::now());
                if rest.is_zero() || desk.shared.is_ending() {
                    return None;
                }
                let mut fds = [PollFd::new(&watched, PollFlags::IN)];
                // What keeps it from ending is looked for often enough.
                let wait = Timespec::try_from(rest.min(Duration::from_millis(200))).ok();
                let _ = rustix::event::poll(&mut fds, wait.as_ref());
                shaken = middle.handshake();
            }
        }
    }
}

/// Chooses an encoding, and refuses pages in browsers where no password keeps them away.
struct Greeter<'a> {
    encoding: &'a mut Encoding,
    is_open: bool,
}

impl Callback for Greeter<'_> {
    fn on_request(
        self,
        request: &Request,
        mut response: Response,
    ) -> Result<Response, ErrorResponse> {
        if self.is_open && request.headers().contains_key(header::ORIGIN) {
            let mut refusal = ErrorResponse::new(Some("pages need a password".to_owned()));
            *refusal.status_mut() = StatusCode::FORBIDDEN;
            return Err(refusal);
        }
        let offers = request.headers().get_all(header::SEC_WEBSOCKET_PROTOCOL);
        let offered = offers.iter().find_map(|names| Encoding::offered(names.to_str().ok()?));
        if let Some(encoding) = offered {
            let name = HeaderValue::from_static(encoding.subprotocol());
            response.headers_mut().insert(header::SEC_WEBSOCKET_PROTOCOL, name);
            *self.encoding = encoding;
        }
        Ok(response)
    }
}

struct Client<'a> {
    socket: WebSocket<TcpStream>,
    encoding: Encoding,
    session: Session<'a>,
    bell: &'a Bell,
    desk: &'a Desk,
    patience: Duration,
    /// Whether something waits for the client to read. Until then nothing is read from it, and no
    /// news are told.
    is_waiting: bool,
}

impl Client<'_> {
    fn run(&mut self) -> Result<(), Over> {
        let hello = self.session.hello();
        self.send(&hello)?;
        let until = Instant::now() + self.patience;
        let mut pace = Pace::new(Instant::now());
        loop {
            if self.desk.shared.is_ending() {
                if let Some(event) = self.session.farewell() {
                    self.send(&event)?;
                }
                return Err(Close::new(Close::ENDS, "Backlot ends").into());
            }
            if !self.is_waiting {
                for event in self.session.news() {
                    self.send(&event)?;
                }
            }
            if !self.is_waiting && self.receive(&mut pace)? {
                continue;
            }
            let is_late = !self.session.is_identified() && Instant::now() >= until;
            if is_late {
                return Err(Close::new(Close::NOT_IDENTIFIED, "Identify did not come").into());
            }
            self.wait(until)?;
        }
    }

    /// Answers one message; returns whether there was one.
    fn receive(&mut self, pace: &mut Pace) -> Result<bool, Over> {
        let message = match self.socket.read() {
            Ok(message) => message,
            Err(Error::Io(error)) if error.kind() == io::ErrorKind::WouldBlock => {
                return Ok(false);
            }
            Err(Error::Capacity(_)) => {
                return Err(Close::new(Close::TOO_LONG, "a message has at most 1 MiB").into());
            }
            Err(Error::Utf8(_)) => {
                return Err(Close::new(Close::DECODE, "this is no UTF-8 text").into());
            }
            Err(_) => return Err(Over::Gone),
        };
        let wait = pace.take(Instant::now());
        if !wait.is_zero() {
            self.desk.shared.rest(wait);
        }
        let (bytes, encoding) = match &message {
            Message::Text(text) => (text.as_bytes(), Encoding::Json),
            Message::Binary(bytes) => (&bytes[..], Encoding::MsgPack),
            Message::Close(_) => return Err(Over::Gone),
            _ => return Ok(true),
        };
        if encoding != self.encoding {
            let reason = "JSON comes as text, and msgpack as binary";
            return Err(Close::new(Close::DECODE, reason).into());
        }
        if let Some(response) = self.session.receive(bytes)? {
            // What a request changed is told before its response.
            for event in self.session.news() {
                self.send(&event)?;
            }
            self.send(&response)?;
        }
        Ok(true)
    }

    fn send(&mut self, value: &Value) -> Result<(), Over> {
        let message = self.encoding.write(value);
        let sent = self.socket.write(message).and_then(|()| self.socket.flush());
        self.note(sent)
    }

    fn note(&mut self, sent: Result<(), Error>) -> Result<(), Over> {
        match sent {
            Ok(()) => self.is_waiting = false,
            Err(Error::Io(error)) if error.kind() == io::ErrorKind::WouldBlock => {
                self.is_waiting = true;
            }
            Err(_) => return Err(Over::Gone),
        }
        Ok(())
    }

    /// Waits until there is something to do.
    fn wait(&mut self, until: Instant) -> Result<(), Over> {
        let flags = if self.is_waiting { PollFlags::OUT } else { PollFlags::IN };
        let rest = if self.is_waiting {
            Some(self.patience)
        } else if self.session.is_identified() {
            None
        } else {
            Some(until.saturating_duration_since(Instant::now()))
        };
        // Rounded up, so that it isn't asked for again and again in the last millisecond.
        let rest = rest.map(|rest| rest + Duration::from_millis(1));
        let timeout = rest.and_then(|rest| Timespec::try_from(rest).ok());
        let started = Instant::now();
        loop {
            let mut fds = [
                PollFd::new(self.socket.get_ref(), flags),
                PollFd::new(&**self.bell, PollFlags::IN),
            ];
            match rustix::event::poll(&mut fds, timeout.as_ref()) {
                Ok(_) | Err(rustix::io::Errno::INTR) => {}
                Err(_) => return Err(Over::Gone),
            }
            let (is_ready, has_rung) = (!fds[0].revents().is_empty(), !fds[1].revents().is_empty());
            if has_rung {
                silence(self.bell);
            }
            if !self.is_waiting {
                return Ok(());
            }
            if is_ready {
                let sent = self.socket.flush();
                return self.note(sent);
            }
            if self.desk.shared.is_ending() || started.elapsed() >= self.patience {
                return Err(Over::Gone);
            }
        }
    }

    /// Says why, and gives the client the time to hear it.
    fn take_leave(&mut self, close: Close) {
        let Close { code, reason } = close;
        let frame = CloseFrame { code: CloseCode::from(code), reason: reason.into() };
        let _ = self.socket.close(Some(frame));
        let _ = self.socket.flush();
        let stream = self.socket.get_mut();
        let _ = stream.shutdown(Shutdown::Write);
        // With what it sent unread, the system would take back what was said.
        let until = Instant::now() + LEAVE;
        let (mut buffer, mut taken) = (vec![0; 64 * 1024], 0);
        while taken < LEAVE_BYTES {
            let rest = until.saturating_duration_since(Instant::now());
            if rest.is_zero() {
                return;
            }
            match stream.read(&mut buffer) {
                Ok(0) => return,
                Ok(read) => taken += read,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    let mut fds = [PollFd::new(&*stream, PollFlags::IN)];
                    let timeout = Timespec::try_from(rest).ok();
                    let _ = rustix::event::poll(&mut fds, timeout.as_ref());
                }
                Err(_) => return,
            }
        }
    }
}
