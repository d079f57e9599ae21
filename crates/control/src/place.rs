//! Where the socket is, and whose programs may use it.

use crate::error::ControlError;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// Where the socket is: `$XDG_RUNTIME_DIR/backlot/control.sock`, or below `/run/user/UID` where
/// that variable isn't set.
///
/// # Errors
/// When the session has neither folder.
pub fn default_path() -> Result<PathBuf, ControlError> {
    let uid = rustix::process::geteuid().as_raw();
    path_in(std::env::var_os("XDG_RUNTIME_DIR"), uid, Path::is_dir)
}

fn path_in(
    variable: Option<OsString>,
    uid: u32,
    is_dir: impl Fn(&Path) -> bool,
) -> Result<PathBuf, ControlError> {
    // The specification wants a relative path to be ignored.
    let told = variable.map(PathBuf::from).filter(|folder| folder.is_absolute());
    let folder = match told {
        Some(folder) => folder,
        None => {
            let usual = PathBuf::from(format!("/run/user/{uid}"));
            if !is_dir(&usual) {
                return Err(ControlError::NoFolder(usual));
            }
            usual
        }
    };
    Ok(folder.join("backlot/control.sock"))
}

/// Whether a program of the user `peer` may steer one of the user `own`.
pub(crate) fn may_steer(peer: u32, own: u32) -> bool {
    peer == own
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_is_that_of_the_session() {
        let path = |variable: Option<&str>, is_there| {
            path_in(variable.map(OsString::from), 1000, |_| is_there).ok()
        };
        let below = |folder: &str| Some(PathBuf::from(format!("{folder}/backlot/control.sock")));
        assert_eq!(path(Some("/a"), false), below("/a"));
        assert_eq!(path(Some("a"), true), below("/run/user/1000"));
        assert_eq!(path(Some(""), true), below("/run/user/1000"));
        assert_eq!(path(None, true), below("/run/user/1000"));
        let error = path_in(None, 1000, |_| false).unwrap_err();
        assert_eq!(
            error.to_string(),
            "there is no folder for the control socket: set XDG_RUNTIME_DIR, as /run/user/1000 isn't there"
        );
    }

    #[test]
    fn only_the_same_user_steers() {
        assert!(may_steer(1000, 1000));
        assert!(may_steer(0, 0));
        assert!(!may_steer(0, 1000));
        assert!(!may_steer(1001, 1000));
        assert!(!may_steer(65_534, 0));
    }
}
