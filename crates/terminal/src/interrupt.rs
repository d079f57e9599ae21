//! Ctrl-C: the first ends the job and keeps what is done so far, the second ends it at once.
//! Neither leaves unfinished files behind.

use crate::error::TerminalError;
use crate::stdio;
use backlot_media::threads;
use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM};
use signal_hook::{flag, low_level};
use std::io::{self, Read};
use std::os::unix::net::UnixStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

static STOP: OnceLock<Arc<AtomicBool>> = OnceLock::new();

/// Whether ending at once would lose a result.
static HAS_RESULT: AtomicBool = AtomicBool::new(false);

/// Exit status of a program that was interrupted.
const INTERRUPTED: i32 = 130;

/// How long a job without a result may take to end by itself: it may be waiting for its input.
const WITHOUT_RESULT: Duration = Duration::from_secs(2);

/// The message of a job that was interrupted before it had a result.
pub const NOTHING: &str = "interrupted before the first frame: nothing was written\n";

/// Watches for Ctrl-C and other signals to end, and returns the flag that they set. `abandon` is
/// called before the program is ended at once.
///
/// # Errors
/// When signals can't be watched.
pub fn watch(abandon: fn()) -> Result<&'static AtomicBool, TerminalError> {
    begin(None, abandon)
}

/// The same, for a program that can stop at any time: if it doesn't end by itself within `limit`,
/// it is ended.
///
/// # Errors
/// When signals can't be watched.
pub fn watch_for(limit: Duration, abandon: fn()) -> Result<&'static AtomicBool, TerminalError> {
    begin(Some(limit), abandon)
}

/// From now on, an interrupt lets the job complete its result, however long that takes.
pub fn has_result() {
    HAS_RESULT.store(true, Ordering::Relaxed);
}

fn begin(limit: Option<Duration>, abandon: fn()) -> Result<&'static AtomicBool, TerminalError> {
    let is_new = STOP.get().is_none();
    let stop = STOP.get_or_init(Arc::default);
    if is_new {
        listen(stop, limit, abandon).map_err(TerminalError::Signals)?;
    }
    Ok(stop)
}

fn listen(stop: &Arc<AtomicBool>, limit: Option<Duration>, abandon: fn()) -> io::Result<()> {
    let (told, tell) = UnixStream::pair()?;
    for signal in signals() {
        // First what ends the program in any case: a signal may come between the two.
        low_level::pipe::register(signal, tell.try_clone()?)?;
        flag::register(signal, stop.clone())?;
    }
    let quit = Arc::new(AtomicBool::new(false));
    if !is_ignored(SIGQUIT) {
        flag::register(SIGQUIT, quit.clone())?;
        low_level::pipe::register(SIGQUIT, tell)?;
    }
    threads::start("end", move || {
        if wait_for_end(told, &quit, limit).is_ok() {
            abandon();
            end(&quit);
        }
    })?;
    Ok(())
}

/// Waits until the program has to end at once.
fn wait_for_end(
    mut told: UnixStream,
    quit: &AtomicBool,
    limit: Option<Duration>,
) -> io::Result<()> {
    told.read_exact(&mut [0])?;
    if quit.load(Ordering::Relaxed) {
        return Ok(());
    }
    told.set_read_timeout(Some(limit.unwrap_or(WITHOUT_RESULT)))?;
    if told.read_exact(&mut [0]).is_ok() || limit.is_some() {
        return Ok(());
    }
    if !HAS_RESULT.load(Ordering::Relaxed) {
        stdio::tell(NOTHING);
        return Ok(());
    }
    told.set_read_timeout(None)?;
    told.read_exact(&mut [0])
}

/// Ends the program without the usual cleanup, which can hang.
fn end(quit: &AtomicBool) {
    if quit.load(Ordering::Relaxed) {
        // As if the signal were not handled: with a core dump if the user wants one. If that
        // fails, the program ends all the same.
        let _ = low_level::emulate_default_handler(SIGQUIT);
    }
    low_level::exit(INTERRUPTED);
}

/// The signals that end the program.
fn signals() -> impl Iterator<Item = i32> {
    // A program started with `nohup` has to outlive the terminal.
    let hang_up = (!is_ignored(SIGHUP)).then_some(SIGHUP);
    [SIGINT, SIGTERM].into_iter().chain(hang_up)
}

/// Whether the program was started with a signal ignored.
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
