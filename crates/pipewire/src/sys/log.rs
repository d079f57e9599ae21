//! Sets up the library and its log.

use pipewire::sys as pw_sys;
use std::sync::Once;

/// The variable that asks for the library's log.
const WANTED: &str = "PIPEWIRE_DEBUG";

/// Sets up the library. It writes nothing to the terminal, where our own sentences say what is
/// wrong, unless the user asks for its log.
pub(crate) fn init() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let is_wanted = std::env::var_os(WANTED).is_some();
        let silence = || {
            if !is_wanted {
                // SAFETY: a number that the library keeps; it may be set before the library is.
                unsafe { pw_sys::pw_log_set_level(pipewire::spa::sys::SPA_LOG_LEVEL_NONE) }
            }
        };
        silence();
        pipewire::init();
        // The loaded logger has its own level.
        silence();
    });
}
