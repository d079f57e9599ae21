//! Where the socket of the running program is.

use backlot_control::{ControlError, default_path};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// Names the socket, where no option does.
pub const SOCKET: &str = "BACKLOT_SOCKET";

/// What an option, or else the environment, names.
pub fn named_socket(option: Option<&Path>) -> Option<OsString> {
    let given = option.map(|path| path.as_os_str().to_owned());
    given.or_else(|| std::env::var_os(SOCKET)).filter(|name| !name.is_empty())
}

/// Where the socket of the running program is.
///
/// # Errors
/// When the session has no folder for it.
pub fn socket(option: Option<&Path>) -> Result<PathBuf, ControlError> {
    named_socket(option).map_or_else(default_path, |name| Ok(name.into()))
}
