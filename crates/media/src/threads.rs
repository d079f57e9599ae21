//! The one place that starts threads. Each has a name, and failing to start one is an error that
//! the caller handles, not a panic.

use std::io;
use std::thread::{Builder, JoinHandle, Scope, ScopedJoinHandle};

/// Starts a thread.
///
/// # Errors
/// When the system has no room for another thread.
pub fn start<T: Send + 'static>(
    name: &'static str,
    run: impl FnOnce() -> T + Send + 'static,
) -> io::Result<JoinHandle<T>> {
    named(name).spawn(run)
}

/// Starts a thread that ends before its scope does.
///
/// # Errors
/// As [`start`].
pub fn start_in<'scope, T: Send + 'scope>(
    scope: &'scope Scope<'scope, '_>,
    name: &'static str,
    run: impl FnOnce() -> T + Send + 'scope,
) -> io::Result<ScopedJoinHandle<'scope, T>> {
    named(name).spawn_scoped(scope, run)
}

fn named(name: &'static str) -> Builder {
    // The standard library panics on a name with a zero byte.
    match name.contains('\0') {
        true => Builder::new(),
        false => Builder::new().name(name.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own_name() -> Option<String> {
        std::thread::current().name().map(str::to_owned)
    }

    #[test]
    fn threads_have_names_and_return_their_results() {
        assert_eq!(start("a", own_name).unwrap().join().unwrap().as_deref(), Some("a"));
        assert_eq!(start("a\0", own_name).unwrap().join().unwrap(), None);
        let (mut sum, text) = (0, "b".to_owned());
        let name = std::thread::scope(|scope| {
            let adding = start_in(scope, "scoped", || {
                sum += text.len();
                own_name()
            });
            adding.unwrap().join().unwrap()
        });
        assert_eq!((sum, name.as_deref()), (1, Some("scoped")));
    }
}
