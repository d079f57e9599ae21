//! What those who talk hand to those who work.

use crate::failure::Failure;
use crate::form::Made;
use crate::house::House;
use crate::metrics::Now;
use crate::queue::{Client, Queue};
use crate::task::Task;
use std::sync::atomic::AtomicBool;
use tokio::sync::oneshot;

/// Work with whoever waits for it.
#[derive(Debug)]
pub(crate) struct Job {
    pub task: Task,
    pub reply: oneshot::Sender<Result<Made, Failure>>,
}

/// What those who talk hand to those who work.
#[derive(Debug)]
pub(crate) struct Desk {
    pub house: House,
    pub queue: Queue<Job>,
    /// Whether nothing new is begun.
    pub is_ending: AtomicBool,
}

impl Desk {
    pub fn new(house: House) -> Self {
        let queue = Queue::new(house.limits.waiting.saturating_mul(house.threads));
        Self { house, queue, is_ending: AtomicBool::new(false) }
    }

    /// Has work done, in turn with others'. Whoever stops waiting gives it up.
    ///
    /// # Errors
    /// When there is no room for it, and when it fails.
    pub async fn work(&self, client: Client, task: Task) -> Result<Made, Failure> {
        let (reply, answered) = oneshot::channel();
        if !self.queue.push(client, Job { task, reply }) {
            return Err(Failure::busy());
        }
        // Without an answer it gave way to others.
        answered.await.unwrap_or_else(|_| Err(Failure::busy()))
    }

    /// What is told of the service.
    pub fn figures(&self) -> String {
        self.house.metrics.text(Now {
            waiting: self.queue.waiting() as u64,
            held_bytes: self.house.budget.used(),
            held_most: self.house.limits.held_bytes,
            threads: self.house.threads as u64,
        })
    }
}
