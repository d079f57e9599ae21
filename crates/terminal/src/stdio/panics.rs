//! Prints panics like other messages: a panic in a thread must not end the program because nobody
//! reads standard error.

use backlot_media::{Clock, MonotonicClock, Seldom};
use std::backtrace::{Backtrace, BacktraceStatus};
use std::panic::PanicHookInfo;
use std::sync::{Mutex, PoisonError};

/// A panic that is caught and recurs with every picture is reported rarely.
static TOLD: Mutex<Seldom> = Mutex::new(Seldom::new());

/// From now on, panics are printed like other messages.
pub fn report_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let mut text = in_words(panic);
        let now = MonotonicClock.now();
        let times = TOLD.lock().unwrap_or_else(PoisonError::into_inner).tell(&text, now);
        match times {
            None => return,
            Some(1) => {}
            Some(times) => text = format!("{text} ({times} times)"),
        }
        super::fail(text);
        // Captured only if RUST_BACKTRACE is set.
        let trace = Backtrace::capture();
        if trace.status() == BacktraceStatus::Captured {
            super::tell(trace);
        }
    }));
}

fn in_words(panic: &PanicHookInfo<'_>) -> String {
    let thread = std::thread::current();
    let thread = thread.name().unwrap_or("unnamed");
    let what = panic.payload_as_str().unwrap_or("no reason given");
    let place = panic.location().map(|place| format!(" at {place}")).unwrap_or_default();
    format!("a bug in this program: thread '{thread}' panicked{place}: {}", what.replace('\n', " "))
}
