//! The end of all children at once, for a program that ends.

use crate::ward::Ward;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

/// How long to wait for killed children. One that hangs in the kernel ends when it can.
const LONGEST_END: Duration = Duration::from_secs(1);

/// Global, as the code that ends the program does not know its children.
static LIVING: Mutex<Living> = Mutex::new(Living { children: Vec::new(), is_over: false });

/// The children that live.
pub(crate) struct Living {
    children: Vec<Weak<Ward>>,
    /// Whether no more may start.
    is_over: bool,
}

impl Living {
    pub fn add(&mut self, child: &Arc<Ward>) {
        self.children.retain(|child| child.strong_count() > 0);
        self.children.push(Arc::downgrade(child));
    }
}

fn lock() -> MutexGuard<'static, Living> {
    // The list is consistent after every step.
    LIVING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The list, to start a child and add it.
pub(crate) fn living() -> io::Result<MutexGuard<'static, Living>> {
    let living = lock();
    match living.is_over {
        false => Ok(living),
        true => Err(io::Error::other("the program is ending")),
    }
}

/// Never returns after [`end_all`]: a child that ended with the program has not failed.
pub(crate) fn wait_if_all_end() {
    while lock().is_over {
        std::thread::park();
    }
}

/// Kills all children and waits until they are gone, for a program that ends at once. From then on
/// none can be started, and threads that wait for one wait for ever.
///
/// A file that a child was about to make does not appear after this.
pub fn end_all() {
    let mut living = lock();
    living.is_over = true;
    let children: Vec<_> = living.children.drain(..).filter_map(|child| child.upgrade()).collect();
    drop(living);
    children.iter().for_each(|child| child.kill());
    let begin = Instant::now();
    while begin.elapsed() < LONGEST_END && !children.iter().all(|child| child.has_ended()) {
        std::thread::sleep(Duration::from_millis(1));
    }
}
