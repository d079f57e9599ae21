//! The threads that work.

use crate::bench::Bench;
use crate::desk::{Desk, Job};
use crate::failure::Failure;
use crate::metrics::add;
use crate::queue::Client;
use backlot_media::threads;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread::JoinHandle;

/// Starts as many as the desk has.
///
/// # Errors
/// When the system has no room for them.
pub(crate) fn start(desk: &Arc<Desk>) -> io::Result<Vec<JoinHandle<()>>> {
    let one = |_| {
        let desk = Arc::clone(desk);
        threads::start("mattes", move || work(&desk))
    };
    (0..desk.house.threads).map(one).collect::<io::Result<_>>().inspect_err(|_| desk.queue.close())
}

fn work(desk: &Desk) {
    let mut bench = Bench::new(&desk.house);
    while let Some((client, job)) = desk.queue.pop() {
        add(&desk.house.metrics.busy, 1);
        step(desk, &mut bench, client, job);
        desk.house.metrics.busy.fetch_sub(1, Ordering::Relaxed);
    }
}

fn step<'a>(desk: &'a Desk, bench: &mut Bench<'a>, client: Client, job: Job) {
    let Job { mut task, reply } = job;
    if reply.is_closed() {
        add(&desk.house.metrics.abandoned, 1);
        return;
    }
    let answer = match catch_unwind(AssertUnwindSafe(|| task.step(bench))) {
        Ok(None) => return desk.queue.put_back(client, Job { task, reply }),
        Ok(Some(answer)) => answer,
        // A panic is told when it happens; the service goes on, with a new bench.
        Err(_) => {
            *bench = Bench::new(&desk.house);
            Err(Failure::internal())
        }
    };
    // Whoever is gone needs no answer.
    let _ = reply.send(answer);
}
