//! The server's thread: it waits for clients, for news and for replies, and does a little for each
//! in turn.

use crate::inbox::{Answer, Asked, Full, Inbox};
use crate::peer::Peer;
use crate::place::may_steer;
use crate::shared::{PeerId, Reply, Shared};
use backlot_protocol::{
    Event, Line, MOST_CLIENTS, REQUEST_BYTES, Refusal, Request, State, read_request,
};
use rustix::event::{PollFd, PollFlags, Timespec};
use rustix::net::sockopt::socket_peercred;
use serde_json::Value;
use std::io;
use std::os::fd::AsFd;
use std::os::unix::net::{UnixListener, UnixStream};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How much is read of one client before the next one's turn, in bytes.
const READ_BYTES: usize = 16 * 1024;
/// How many clients are let in before those who are in have their turn.
const ACCEPTED: usize = 64;
/// How long a request waits before a full inbox is tried again, if no reply shows that it has room.
const RETRY: Duration = Duration::from_millis(10);
/// How long nobody is let in after the system had no room for another connection.
const REST: Duration = Duration::from_secs(1);

/// What a `panic` does at once, whatever the one who carries requests out does: it is called on the
/// server's thread, maybe more than once, and must not wait.
pub type Panic = Arc<dyn Fn() + Send + Sync>;

/// The server's thread.
pub(crate) struct Service {
    listener: UnixListener,
    shared: Arc<Shared>,
    inbox: Inbox,
    panic: Panic,
    own_uid: u32,
    peers: Vec<Peer>,
    next_id: PeerId,
    /// What everybody who is greeted knows.
    told: Option<Arc<State>>,
    /// Who is first at the next turn.
    turn: usize,
    rests_until: Option<Instant>,
    buffer: Vec<u8>,
}

/// What the thread woke up for.
#[derive(Default)]
struct Woken {
    has_callers: bool,
    /// By the places of the clients: what their sockets are ready for.
    peers: Vec<PollFlags>,
}

impl Service {
    pub fn new(listener: UnixListener, shared: Arc<Shared>, inbox: Inbox, panic: Panic) -> Self {
        Self {
            listener,
            shared,
            inbox,
            panic,
            own_uid: rustix::process::geteuid().as_raw(),
            peers: Vec::new(),
            next_id: 0,
            told: None,
            turn: 0,
            rests_until: None,
            buffer: vec![0; READ_BYTES],
        }
    }

    /// Serves until it is told to end.
    pub fn run(mut self) {
        while !self.shared.is_ending() {
            let woken = self.wait();
            self.receive(&woken);
            self.tell();
            self.hand_in();
            self.clear_away();
            if woken.has_callers {
                self.accept();
            }
        }
        self.tell();
        let gone: Arc<[u8]> = Line::Event { event: Event::Gone {} }.bytes().into();
        for peer in self.peers.iter_mut().filter(|peer| peer.is_greeted) {
            peer.push(&gone);
            peer.send();
        }
    }

    /// Waits until there is something to do.
    fn wait(&mut self) -> Woken {
        let is_resting = self.rests_until.is_some_and(|until| until > Instant::now());
        let listens = if is_resting { PollFlags::empty() } else { PollFlags::IN };
        let mut fds = vec![
            PollFd::from_borrowed_fd(self.shared.bell(), PollFlags::IN),
            PollFd::from_borrowed_fd(self.listener.as_fd(), listens),
        ];
        let mut places = Vec::with_capacity(self.peers.len());
        for (place, peer) in self.peers.iter().enumerate() {
            if let Some((socket, flags)) = peer.interest() {
                fds.push(PollFd::from_borrowed_fd(socket, flags));
                places.push(place);
            }
        }
        let mut woken =
            Woken { has_callers: false, peers: vec![PollFlags::empty(); self.peers.len()] };
        match rustix::event::poll(&mut fds, self.patience(is_resting).as_ref()) {
            Ok(_) => {}
            Err(rustix::io::Errno::INTR) => return woken,
            Err(_) => {
                // Out of memory, perhaps: without a pause it would fail at once again.
                std::thread::sleep(RETRY);
                return woken;
            }
        }
        if !fds[0].revents().is_empty() {
            self.shared.silence();
        }
        woken.has_callers = !fds[1].revents().is_empty();
        for (place, fd) in places.into_iter().zip(&fds[2..]) {
            woken.peers[place] = fd.revents();
        }
        woken
    }

    /// How long to wait at most; `None` for ever.
    fn patience(&self, is_resting: bool) -> Option<Timespec> {
        let wait = if self.peers.iter().any(Peer::is_ready) {
            Duration::ZERO
        } else if self.peers.iter().any(|peer| peer.held.is_some()) {
            RETRY
        } else if is_resting {
            REST
        } else {
            return None;
        };
        Timespec::try_from(wait).ok()
    }

    /// Reads what clients sent. A `panic` is not left waiting for what came before it.
    fn receive(&mut self, woken: &Woken) {
        let panic = &self.panic;
        for (peer, flags) in self.peers.iter_mut().zip(&woken.peers) {
            if flags.intersects(PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL) {
                peer.hang_up();
            }
            if flags.intersects(PollFlags::IN | PollFlags::HUP | PollFlags::ERR) {
                peer.receive(&mut self.buffer, |line| {
                    if is_panic(line) {
                        panic();
                    }
                });
            }
            if peer.lines.is_too_long() {
                peer.refuse(&refused(None, Refusal::too_long().sentence));
            }
        }
    }

    /// Sends news and replies. Replies are taken first, so that news which were published before a
    /// reply are sent before it.
    fn tell(&mut self) {
        let replies = self.shared.take_replies();
        if !self.peers.is_empty() {
            self.tell_news();
        }
        for Reply { peer, id, result } in replies {
            // Who has gone doesn't want it any more.
            if let Some(peer) = self.peers.iter_mut().find(|known| known.id == peer) {
                peer.in_flight -= 1;
                peer.tell(&Line::reply(id, result));
            }
        }
    }

    fn tell_news(&mut self) {
        let Some(state) = self.shared.state() else { return };
        let known = self.told.replace(Arc::clone(&state));
        let is_followed = self.peers.iter().any(|peer| peer.is_greeted);
        let known = known.filter(|known| is_followed && !Arc::ptr_eq(known, &state));
        let events = known.map(|known| state.events_since(&known)).unwrap_or_default();
        let lines = events.into_iter().map(|event| Line::Event { event }.bytes().into());
        let lines: Vec<Arc<[u8]>> = lines.collect();
        let mut greeting = None;
        for peer in &mut self.peers {
            if peer.is_greeted {
                lines.iter().for_each(|line| peer.push(line));
                continue;
            }
            let line = greeting.get_or_insert_with(|| {
                Line::State { state: Box::new(State::clone(&state)) }.bytes().into()
            });
            peer.push(line);
            peer.is_greeted = true;
        }
    }

    /// Lets in who waits.
    fn accept(&mut self) {
        for _ in 0..ACCEPTED {
            match self.listener.accept() {
                Ok((stream, _)) => {
                    self.rests_until = None;
                    self.let_in(stream);
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    if self.rests_until.is_none() {
                        tracing::warn!(%error, "the control socket takes no more clients for now");
                    }
                    self.rests_until = Some(Instant::now() + REST);
                    break;
                }
            }
        }
        // From here on a publication wakes the thread; what was published before is told now.
        self.shared.set_heard(!self.peers.is_empty());
        self.tell_news();
        self.clear_away();
    }

    fn let_in(&mut self, stream: UnixStream) {
        let uid = socket_peercred(&stream).map(|peer| peer.uid.as_raw());
        let is_ours = uid.is_ok_and(|uid| may_steer(uid, self.own_uid));
        let is_ready = stream.set_nonblocking(true).is_ok();
        let mut peer = Peer::new(self.next_id, stream);
        self.next_id += 1;
        if !is_ours {
            let sentence = "this Backlot is another user's, and only that user's programs steer it";
            peer.refuse(&refused(None, sentence));
        } else if self.peers.len() >= MOST_CLIENTS {
            let sentence =
                format!("{MOST_CLIENTS} programs are connected already: end one of them first");
            peer.refuse(&refused(None, sentence));
        } else if is_ready {
            self.peers.push(peer);
        }
    }

    /// Puts one request of each client into the inbox.
    fn hand_in(&mut self) {
        let count = self.peers.len();
        self.turn += 1;
        for place in 0..count {
            let place = (self.turn + place) % count;
            self.hand_in_of(place);
        }
    }

    fn hand_in_of(&mut self, place: usize) {
        let peer = &mut self.peers[place];
        let asked = match peer.held.take() {
            Some(asked) => *asked,
            None if !peer.is_ready() => return,
            None => {
                let Some(line) = peer.lines.take() else { return };
                let is_too_long = line.len() > REQUEST_BYTES;
                let read = read_request(line);
                match read {
                    _ if is_too_long => {
                        return peer.refuse(&refused(None, Refusal::too_long().sentence));
                    }
                    Err(Refusal { id, sentence }) => return peer.tell(&refused(id, sentence)),
                    Ok(envelope) => {
                        // Also one that was written so that it wasn't seen on arrival.
                        if envelope.request == Request::Panic {
                            (self.panic)();
                        }
                        peer.in_flight += 1;
                        let (shared, id, peer) =
                            (Arc::clone(&self.shared), envelope.id.clone(), peer.id);
                        let answer =
                            Answer::new(move |result| shared.reply(Reply { peer, id, result }));
                        Asked { envelope, answer }
                    }
                }
            }
        };
        match self.inbox.send(asked) {
            Ok(()) => {}
            Err(Full::ForNow(asked)) => self.peers[place].held = Some(asked),
            Err(Full::ForEver(asked)) => asked.answer.error("Backlot is ending"),
        }
    }

    /// Sends what can be sent, and closes what is done.
    fn clear_away(&mut self) {
        self.peers.iter_mut().for_each(Peer::send);
        let count = self.peers.len();
        self.peers.retain(|peer| !peer.is_done());
        if self.peers.is_empty() && count > 0 {
            self.shared.set_heard(false);
        }
    }
}

fn refused(id: Option<Value>, sentence: impl Into<String>) -> Line {
    Line::reply(id, Err(sentence.into()))
}

/// Whether a line asks for a `panic`, at the cost of a search for all others.
fn is_panic(line: &[u8]) -> bool {
    let word = Request::Panic.name().as_bytes();
    let is_named = line.windows(word.len()).any(|part| part == word);
    is_named && read_request(line).is_ok_and(|envelope| envelope.request == Request::Panic)
}
