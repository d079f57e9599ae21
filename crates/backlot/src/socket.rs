//! Where the socket is.

use anyhow::Result;
use backlot_control::default_path;
use backlot_session::Place;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// Names the socket, where no option does.
pub const SOCKET: &str = "BACKLOT_SOCKET";

/// What stands for none.
const NONE: &str = "none";

fn named(option: Option<&Path>) -> Option<OsString> {
    let given = option.map(|path| path.as_os_str().to_owned());
    given.or_else(|| std::env::var_os(SOCKET)).filter(|name| !name.is_empty())
}

/// Where a run may be steered from.
pub fn place(option: Option<&Path>) -> Place {
    match named(option) {
        None => Place::Usual,
        Some(name) if name == NONE => Place::Nowhere,
        Some(name) => Place::At(name.into()),
    }
}

/// Where the socket of the running program is.
///
/// # Errors
/// When the session has no folder for it.
pub fn path(option: Option<&Path>) -> Result<PathBuf> {
    Ok(match named(option) {
        Some(name) => name.into(),
        None => default_path()?,
    })
}
