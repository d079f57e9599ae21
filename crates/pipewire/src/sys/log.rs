//! Setting the library up, and its log.

use pipewire::sys as pw_sys;
use std::sync::Once;

/// The variable by which the library's log is asked for.
const WANTED: &str = "PIPEWIRE_DEBUG";

/// Sets the library up. It writes nothing to the terminal, where our own sentences say what is wrong,
/// unless its log is asked for.
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
        // The logger that was loaded has a level of its own.
        silence();
    });
}
