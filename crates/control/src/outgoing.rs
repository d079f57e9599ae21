//! What waits to be sent to a client.

use backlot_protocol::BACKLOG_BYTES;
use rustix::io::Errno;
use rustix::net::SendFlags;
use std::collections::VecDeque;
use std::os::fd::AsFd;
use std::sync::Arc;

/// Lines that wait, shared with other clients.
#[derive(Debug, Default)]
pub(crate) struct Outgoing {
    lines: VecDeque<Arc<[u8]>>,
    /// How much of the first line is sent.
    sent: usize,
    /// How many bytes wait.
    waiting: usize,
}

/// Whether everything is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sent {
    /// Nothing waits.
    All,
    /// The rest waits for the client to read.
    Some,
    /// Nobody will read.
    Broken,
}

impl Outgoing {
    /// Whether nothing waits.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// Adds a line, unless too much waits already: returns whether it did.
    pub fn push(&mut self, line: &Arc<[u8]>) -> bool {
        let has_room = self.waiting <= BACKLOG_BYTES;
        if has_room {
            self.waiting += line.len();
            self.lines.push_back(Arc::clone(line));
        }
        has_room
    }

    /// Sends what the client takes, without waiting.
    pub fn send(&mut self, socket: impl AsFd) -> Sent {
        while let Some(line) = self.lines.front() {
            // A write to a socket that nobody reads must not end the program.
            let flags = SendFlags::NOSIGNAL | SendFlags::DONTWAIT;
            match rustix::net::send(&socket, &line[self.sent..], flags) {
                Ok(bytes) => {
                    self.sent += bytes;
                    self.waiting -= bytes;
                }
                Err(Errno::WOULDBLOCK) => return Sent::Some,
                Err(Errno::INTR) => {}
                Err(_) => return Sent::Broken,
            }
            if self.sent == line.len() {
                self.lines.pop_front();
                self.sent = 0;
            }
        }
        Sent::All
    }

    /// Forgets what waits.
    pub fn clear(&mut self) {
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;
    use std::os::unix::net::UnixStream;

    #[test]
    fn lines_arrive_whole_and_in_order() {
        let (ours, mut theirs) = UnixStream::pair().unwrap();
        let mut outgoing = Outgoing::default();
        let line = |number: u32| format!("{number}:{}\n", "a".repeat(100_000));
        for number in 0..8 {
            assert!(outgoing.push(&line(number).into_bytes().into()));
        }
        assert_eq!(outgoing.send(&ours), Sent::Some, "more than a socket takes");
        let reading = std::thread::spawn(move || {
            let mut text = String::new();
            theirs.read_to_string(&mut text).unwrap();
            text
        });
        while outgoing.send(&ours) != Sent::All {
            std::thread::yield_now();
        }
        assert!(outgoing.is_empty() && outgoing.waiting == 0);
        drop(ours);
        assert_eq!(reading.join().unwrap(), (0..8).map(line).collect::<String>());
    }

    #[test]
    fn the_backlog_has_a_bound() {
        let mut outgoing = Outgoing::default();
        let line: Arc<[u8]> = vec![b'a'; BACKLOG_BYTES / 2 + 1].into();
        assert!(outgoing.push(&line) && outgoing.push(&line));
        assert!(!outgoing.push(&line));
        outgoing.clear();
        let long: Arc<[u8]> = vec![b'a'; 3 * BACKLOG_BYTES].into();
        assert!(outgoing.push(&long), "one reply of any length may wait");
        assert!(!outgoing.push(&line));
        let (ours, theirs) = UnixStream::pair().unwrap();
        drop(theirs);
        assert_eq!(outgoing.send(&ours), Sent::Broken);
    }
}
