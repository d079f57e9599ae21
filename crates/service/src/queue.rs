//! Work that waits: taken from each client in turn, whoever asks for most.
//!
//! Machines take turns, and so do the connections of one machine. When there is no more room, who waits for
//! most gives way to who waits for least.

use std::collections::VecDeque;
use std::net::IpAddr;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Client {
    pub peer: IpAddr,
    pub connection: u64,
}

/// What waits.
#[derive(Debug)]
pub(crate) struct Queue<T> {
    lines: Mutex<Lines<T>>,
    ready: Condvar,
    most: usize,
}

#[derive(Debug)]
struct Lines<T> {
    /// The next one first.
    peers: VecDeque<Peer<T>>,
    count: usize,
    is_closed: bool,
}

#[derive(Debug)]
struct Peer<T> {
    address: IpAddr,
    /// Each with something that waits; the next one first.
    lines: VecDeque<Line<T>>,
}

#[derive(Debug)]
struct Line<T> {
    connection: u64,
    jobs: VecDeque<T>,
}

impl<T> Peer<T> {
    fn count(&self) -> usize {
        self.lines.iter().map(|line| line.jobs.len()).sum()
    }
}

impl<T> Queue<T> {
    /// Room for so many.
    pub fn new(most: usize) -> Self {
        let lines = Lines { peers: VecDeque::new(), count: 0, is_closed: false };
        Self { lines: Mutex::new(lines), ready: Condvar::new(), most }
    }

    /// Adds work; returns whether there was room. If it takes another's place, that is dropped.
    #[must_use]
    pub fn push(&self, client: Client, job: T) -> bool {
        let mut lines = self.lock();
        let evicted = match lines.count < self.most {
            _ if lines.is_closed => return false,
            true => None,
            false => match lines.give_way(client) {
                Some(evicted) => Some(evicted),
                None => return false,
            },
        };
        lines.add(client, job);
        drop(lines);
        // Whoever waits for it is told outside of the lock.
        drop(evicted);
        self.ready.notify_one();
        true
    }

    /// Puts back what isn't finished, behind the others.
    pub fn put_back(&self, client: Client, job: T) {
        self.lock().add(client, job);
        self.ready.notify_one();
    }

    /// The next work; waits for some. Nothing once the queue is closed and empty.
    pub fn pop(&self) -> Option<(Client, T)> {
        let mut lines = self.lock();
        loop {
            if let Some(next) = lines.next() {
                return Some(next);
            }
            if lines.is_closed {
                return None;
            }
            lines = self.ready.wait(lines).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// How many wait.
    pub fn waiting(&self) -> usize {
        self.lock().count
    }

    /// Takes nothing more; what waits is still handed out.
    pub fn close(&self) {
        self.lock().is_closed = true;
        self.ready.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, Lines<T>> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Lines<T> {
    fn add(&mut self, client: Client, job: T) {
        self.count += 1;
        let Client { peer: address, connection } = client;
        let known = self.peers.iter().position(|peer| peer.address == address);
        let index = known.unwrap_or_else(|| {
            self.peers.push_back(Peer { address, lines: VecDeque::new() });
            self.peers.len() - 1
        });
        let lines = &mut self.peers[index].lines;
        match lines.iter_mut().find(|line| line.connection == connection) {
            Some(line) => line.jobs.push_back(job),
            None => lines.push_back(Line { connection, jobs: VecDeque::from([job]) }),
        }
    }

    fn next(&mut self) -> Option<(Client, T)> {
        let mut peer = self.peers.pop_front()?;
        let mut line = peer.lines.pop_front()?;
        let job = line.jobs.pop_front()?;
        self.count -= 1;
        let client = Client { peer: peer.address, connection: line.connection };
        if !line.jobs.is_empty() {
            peer.lines.push_back(line);
        }
        if !peer.lines.is_empty() {
            self.peers.push_back(peer);
        }
        Some((client, job))
    }

    /// Takes out the newest work of who waits for most, if that is more than `client` would wait for.
    fn give_way(&mut self, client: Client) -> Option<T> {
        let own = self.peers.iter().find(|peer| peer.address == client.peer);
        let (own, own_line) = own.map_or((0, 0), |peer| {
            let line = peer.lines.iter().find(|line| line.connection == client.connection);
            (peer.count(), line.map_or(0, |line| line.jobs.len()))
        });
        let index = (0..self.peers.len()).max_by_key(|index| self.peers[*index].count())?;
        let peer = &mut self.peers[index];
        let index_of_line = (0..peer.lines.len()).max_by_key(|at| peer.lines[*at].jobs.len())?;
        let longest = peer.lines[index_of_line].jobs.len();
        let gives_way = match peer.address == client.peer {
            true => longest > own_line + 1,
            false => peer.count() > own + 1,
        };
        if !gives_way {
            return None;
        }
        let evicted = peer.lines[index_of_line].jobs.pop_back();
        if longest == 1 {
            peer.lines.remove(index_of_line);
        }
        if peer.lines.is_empty() {
            self.peers.remove(index);
        }
        self.count -= 1;
        evicted
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::Ipv4Addr;

    fn client(peer: u8, connection: u64) -> Client {
        Client { peer: Ipv4Addr::new(10, 0, 0, peer).into(), connection }
    }

    fn all<T>(queue: &Queue<T>) -> Vec<T> {
        queue.close();
        std::iter::from_fn(|| queue.pop().map(|(_, job)| job)).collect()
    }

    #[test]
    fn machines_take_turns_and_so_do_their_connections() {
        let queue = Queue::new(100);
        for (peer, connection, job) in [
            (1, 1, "a1"),
            (1, 1, "a2"),
            (1, 1, "a3"),
            (1, 2, "b1"),
            (1, 2, "b2"),
            (2, 3, "c1"),
            (2, 3, "c2"),
        ] {
            assert!(queue.push(client(peer, connection), job));
        }
        assert_eq!(queue.waiting(), 7);
        assert_eq!(all(&queue), ["a1", "c1", "b1", "c2", "a2", "b2", "a3"]);
    }

    #[test]
    fn what_is_put_back_waits_for_the_others() {
        let queue = Queue::new(2);
        assert!(queue.push(client(1, 1), "batch") && queue.push(client(2, 2), "single"));
        let (who, batch) = queue.pop().unwrap();
        queue.put_back(who, batch);
        assert_eq!(all(&queue), ["single", "batch"]);
        assert!(!queue.push(client(1, 1), "late"), "it is closed");
    }

    #[test]
    fn who_asks_for_most_gives_way() {
        let queue = Queue::new(4);
        for job in 0..4 {
            assert!(queue.push(client(1, 1), job));
        }
        assert!(!queue.push(client(1, 1), 4), "nobody asks for more than this one");
        assert!(queue.push(client(1, 2), 10), "another connection of the same machine");
        assert!(queue.push(client(2, 3), 20), "another machine");
        assert!(queue.push(client(2, 3), 21), "the first machine still has three");
        assert!(!queue.push(client(2, 3), 22), "both have two");
        assert_eq!(queue.waiting(), 4);
        assert_eq!(all(&queue), [0, 20, 10, 21]);
    }

    #[test]
    fn threads_wait_until_there_is_something_or_the_end() {
        let queue = Queue::new(8);
        std::thread::scope(|scope| {
            let workers = [(); 2].map(|()| {
                scope.spawn(|| std::iter::from_fn(|| queue.pop().map(|(_, job)| job)).sum::<u32>())
            });
            for job in 1..=8 {
                while !queue.push(client(1, job.into()), job) {
                    std::thread::yield_now();
                }
            }
            queue.close();
            assert_eq!(workers.map(|worker| worker.join().unwrap()).iter().sum::<u32>(), 36);
        });
    }
}
