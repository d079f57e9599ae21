//! Ctrl-C: the first ends the job with what is done so far, the second at once.

use anyhow::{Context, Result};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::flag;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, OnceLock};

static STOP: OnceLock<Arc<AtomicBool>> = OnceLock::new();

/// Exit status of a program that was interrupted.
const INTERRUPTED: i32 = 130;

/// Watches for Ctrl-C and polite requests to end, and returns what they set.
pub fn watch() -> Result<&'static AtomicBool> {
    let stop = STOP.get_or_init(Arc::default);
    // Who started the program with `nohup` wants it to outlive the terminal.
    let hang_up = (!is_ignored(SIGHUP)).then_some(SIGHUP);
    for signal in [SIGINT, SIGTERM].into_iter().chain(hang_up) {
        flag::register_conditional_shutdown(signal, INTERRUPTED, stop.clone())
            .and_then(|_| flag::register(signal, stop.clone()))
            .context("watching for Ctrl-C")?;
    }
    Ok(stop)
}

/// Whether whoever started the program lets it ignore a signal.
fn is_ignored(signal: i32) -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    ignored(&status).is_some_and(|mask| mask >> (signal - 1) & 1 == 1)
}

/// The mask of ignored signals in `/proc/self/status`.
fn ignored(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("SigIgn:"))?;
    u64::from_str_radix(line.trim(), 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ignored_signals_are_read() {
        let status = "SigBlk:\t0000000000000001\nSigIgn:\t0000000000001001\n";
        assert_eq!(ignored(status), Some(0x1001));
        assert_eq!(ignored("SigIgn:\tx"), None);
        // The standard library ignores it in every program.
        assert!(is_ignored(13) && !is_ignored(SIGTERM));
    }
}
