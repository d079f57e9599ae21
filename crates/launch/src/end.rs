//! The end of all children at once, for a program that ends.

use crate::wards::Wards;
use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

/// Global, as the code that ends the program does not know its children.
static ALL: Mutex<Wards> = Mutex::new(Wards::new());

fn all() -> MutexGuard<'static, Wards> {
    // The list is consistent after every step.
    ALL.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The list of all children, to start a child and add it.
pub(crate) fn living() -> io::Result<MutexGuard<'static, Wards>> {
    let living = all();
    match living.is_over() {
        false => Ok(living),
        true => Err(io::Error::other("the program is ending")),
    }
}

/// Never returns after [`end_all`]: a child that ended with the program has not failed.
pub(crate) fn wait_if_all_end() {
    while all().is_over() {
        std::thread::park();
    }
}

/// Kills all children and waits until they are gone, for a program that ends at once. From then on
/// none can be started, and threads that wait for one wait for ever.
///
/// A file that a child was about to make does not appear after this.
pub fn end_all() {
    let children = all().end();
    let killed = Instant::now();
    children.iter().for_each(|child| child.until_gone(killed));
}
