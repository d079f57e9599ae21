//! Ctrl-C: the first ends the job with what is done so far, the second at once.

use anyhow::{Context, Result};
use backlot_media::threads;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::{flag, low_level};
use std::io::Read;
use std::os::unix::net::UnixStream;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

static STOP: OnceLock<Arc<AtomicBool>> = OnceLock::new();

/// Exit status of a program that was interrupted.
const INTERRUPTED: i32 = 130;

/// Watches for Ctrl-C and polite requests to end, and returns what they set.
pub fn watch() -> Result<&'static AtomicBool> {
    let stop = STOP.get_or_init(Arc::default);
    for signal in signals() {
        flag::register_conditional_shutdown(signal, INTERRUPTED, stop.clone())
            .and_then(|_| flag::register(signal, stop.clone()))
            .context("watching for Ctrl-C")?;
    }
    Ok(stop)
}

/// The same, for a program that can stop at any time: it ends by itself within `limit`, or is ended
/// then, whatever hangs.
pub fn watch_for(limit: Duration) -> Result<&'static AtomicBool> {
    let stop = watch()?;
    let about = "watching for Ctrl-C";
    let (mut told, tell) = UnixStream::pair().context(about)?;
    for signal in signals() {
        let tell = tell.try_clone().context(about)?;
        low_level::pipe::register(signal, tell).context(about)?;
    }
    let end = move || {
        if told.read_exact(&mut [0]).is_ok() {
            std::thread::sleep(limit);
            // Without what is done at the end of a process, which can hang as well.
            low_level::exit(INTERRUPTED);
        }
    };
    threads::start("end", end).context(about)?;
    Ok(stop)
}

/// The signals that end the program.
fn signals() -> impl Iterator<Item = i32> {
    // Who started the program with `nohup` wants it to outlive the terminal.
    let hang_up = (!is_ignored(SIGHUP)).then_some(SIGHUP);
    [SIGINT, SIGTERM].into_iter().chain(hang_up)
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
