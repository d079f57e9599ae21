//! Sets up the library and its log.

use super::library;
use crate::Error;
use pipewire::sys as pw_sys;
use std::sync::Once;

/// The variable that asks for the library's log.
const WANTED: &str = "PIPEWIRE_DEBUG";

/// Loads the library and sets it up. It writes nothing to the terminal, where our own sentences say what is
/// wrong, unless the user asks for its log.
///
/// # Errors
/// [`Error::NoLibrary`], if this system has none.
pub(crate) fn init() -> Result<(), Error> {
    library::load()?;
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let is_wanted = std::env::var_os(WANTED).is_some();
        let silence = || {
            if !is_wanted {
                // SAFETY: a number that the library keeps; it may be set before the library is set up.
                unsafe { pw_sys::pw_log_set_level(pipewire::spa::sys::SPA_LOG_LEVEL_NONE) }
            }
        };
        silence();
        pipewire::init();
        // The loaded logger has its own level.
        silence();
    });
    Ok(())
}
