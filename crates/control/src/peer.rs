//! One client, as the server sees it.

use crate::inbox::Asked;
use crate::lines::Lines;
use crate::outgoing::{Outgoing, Sent};
use crate::shared::PeerId;
use backlot_protocol::{Line, MOST_IN_FLIGHT};
use rustix::event::PollFlags;
use rustix::io::Errno;
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;
use std::sync::Arc;

/// One client.
#[derive(Debug)]
pub(crate) struct Peer {
    /// Its number.
    pub id: PeerId,
    stream: UnixStream,
    /// What it sent.
    pub lines: Lines,
    outgoing: Outgoing,
    /// Whether it has the state.
    pub is_greeted: bool,
    /// How many of its requests have no reply yet.
    pub in_flight: usize,
    /// A request for which the inbox had no room.
    pub held: Option<Box<Asked>>,
    /// Whether it ever sent anything.
    has_spoken: bool,
    /// Whether it sends nothing more.
    has_ended: bool,
    /// Whether it reads nothing more.
    is_deaf: bool,
    /// Whether the connection is to be closed.
    is_dropped: bool,
}

impl Peer {
    pub fn new(id: PeerId, stream: UnixStream) -> Self {
        Self {
            id,
            stream,
            lines: Lines::default(),
            outgoing: Outgoing::default(),
            is_greeted: false,
            in_flight: 0,
            held: None,
            has_spoken: false,
            has_ended: false,
            is_deaf: false,
            is_dropped: false,
        }
    }

    /// What to wait for; nothing where it can't wake anybody.
    pub fn interest(&self) -> Option<(BorrowedFd<'_>, PollFlags)> {
        let mut flags = PollFlags::empty();
        flags.set(PollFlags::IN, self.wants_to_read());
        flags.set(PollFlags::OUT, !self.outgoing.is_empty());
        // That it hung up would be told again and again.
        (!self.is_deaf || self.wants_to_read()).then(|| (self.stream.as_fd(), flags))
    }

    fn wants_to_read(&self) -> bool {
        self.is_greeted && !self.has_ended && self.lines.has_room()
    }

    /// Whether a request of it could go to the inbox now.
    pub fn is_ready(&self) -> bool {
        self.held.is_none() && self.lines.has_line() && self.in_flight < MOST_IN_FLIGHT
    }

    /// It closed its end.
    pub fn hang_up(&mut self) {
        self.is_deaf = true;
        self.outgoing.clear();
    }

    /// Reads what is there, once, and lends each line that is whole now.
    pub fn receive(&mut self, buffer: &mut [u8], look: impl FnMut(&[u8])) {
        if !self.wants_to_read() {
            return;
        }
        match rustix::io::read(&self.stream, &mut *buffer) {
            Ok(0) => {
                self.has_ended = true;
                self.lines.end(look);
            }
            Ok(length) => {
                self.has_spoken = true;
                self.lines.push(&buffer[..length], look);
            }
            Err(Errno::WOULDBLOCK | Errno::INTR) => {}
            Err(_) => {
                self.has_ended = true;
                self.hang_up();
            }
        }
    }

    /// Has a line sent. Whoever doesn't read for too long is dropped.
    pub fn push(&mut self, line: &Arc<[u8]>) {
        if !self.is_deaf && !self.outgoing.push(line) {
            self.is_dropped = true;
        }
    }

    /// Has a line sent that nobody else gets.
    pub fn tell(&mut self, line: &Line) {
        self.push(&line.bytes().into());
    }

    /// Has one more line sent and closes the connection, even if the line isn't taken.
    pub fn refuse(&mut self, line: &Line) {
        self.tell(line);
        self.send();
        self.is_dropped = true;
    }

    /// Sends what it takes.
    pub fn send(&mut self) {
        if self.outgoing.send(&self.stream) == Sent::Broken {
            self.hang_up();
        }
    }

    /// Whether the connection has no use any more. Who has only listened stays until it hangs up;
    /// who has asked stays until it has its replies.
    pub fn is_done(&self) -> bool {
        let is_carried_out = self.has_ended && self.held.is_none() && !self.lines.has_line();
        let is_answered = self.has_spoken && self.in_flight == 0 && self.outgoing.is_empty();
        self.is_dropped || (is_carried_out && (self.is_deaf || is_answered))
    }
}
