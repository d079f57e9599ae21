//! Panics, told as every other message: a thread that panics while nobody reads standard error
//! must not end the program by that.

use backlot_media::{Clock, MonotonicClock, Seldom};
use std::backtrace::{Backtrace, BacktraceStatus};
use std::panic::PanicHookInfo;
use std::sync::{Mutex, PoisonError};

/// A fault that is caught and met again with the next picture is told seldom.
static TOLD: Mutex<Seldom> = Mutex::new(Seldom::new());

/// From now on panics are told like other messages.
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
        // Taken only where RUST_BACKTRACE asks for it.
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
