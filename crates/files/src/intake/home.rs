//! Paths as people type them.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

/// Expands a leading `~/`, which shells don't expand after a '='. A folder that is really called
/// `~` takes precedence.
pub fn at_home(path: &Path) -> PathBuf {
    if !path.starts_with("~") || Path::new("~").exists() {
        return path.to_owned();
    }
    let home = std::env::var_os("HOME").filter(|home| Path::new(home).is_absolute());
    let Some(mut whole) = home else { return path.to_owned() };
    // By bytes, so that a '/' at the end stays.
    whole.push(OsStr::from_bytes(&path.as_os_str().as_bytes()[1..]));
    whole.into()
}
