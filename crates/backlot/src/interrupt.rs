//! Ctrl-C: the first ends the job with what is done so far, the second at once.

use anyhow::{Context, Result};
use std::sync::atomic::{AtomicBool, Ordering};

static STOP: AtomicBool = AtomicBool::new(false);

/// Exit status of a program that was interrupted.
const INTERRUPTED: i32 = 130;

/// Watches for Ctrl-C and polite requests to end, and returns what they set.
pub fn watch() -> Result<&'static AtomicBool> {
    let handler = || {
        if STOP.swap(true, Ordering::Relaxed) {
            std::process::exit(INTERRUPTED);
        }
    };
    ctrlc::set_handler(handler).context("watching for Ctrl-C")?;
    Ok(&STOP)
}
