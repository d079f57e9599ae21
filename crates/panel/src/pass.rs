//! What an open page knows: the panel's address, and the secret in its cookie.
//!
//! Both are kept in the session's runtime folder, so that a page stays open while the program starts
//! anew, and are made anew with each login, as that folder is.

use crate::error::PanelError;
use crate::secret::random;
use rustix::fs::{AtFlags, CWD, FileType, Mode, OFlags};
use rustix::io::Errno;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::io;
use std::os::fd::OwnedFd;
use std::path::Path;

/// What every host of the panel ends with. Browsers take such names to this machine and nowhere else, and
/// count them as secure.
const DOMAIN: &str = ".backlot.localhost";
/// The random part of the host, in bytes.
const HOST_BYTES: usize = 16;
/// The secret, in bytes.
const SECRET_BYTES: usize = 32;
/// The longest file that is one, in bytes.
const MOST_BYTES: usize = 1024;

/// The panel's address, and what its cookie holds.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Pass {
    /// The host's name.
    pub host: String,
    /// The port.
    pub port: u16,
    /// What the cookie holds.
    pub secret: String,
}

impl Pass {
    /// A new one.
    ///
    /// # Errors
    /// When the system gives no random numbers.
    pub fn new(port: u16) -> io::Result<Self> {
        let host = random(HOST_BYTES)? + DOMAIN;
        Ok(Self { host, port, secret: random(SECRET_BYTES)? })
    }

    /// What browsers send as `Host`.
    pub fn authority(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }

    /// Reads the one that was kept, if there is one that only its user could read.
    pub fn load(path: &Path) -> Option<Self> {
        let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NOFOLLOW | OFlags::NONBLOCK;
        let file = rustix::fs::open(path, flags, Mode::empty()).ok()?;
        let about = rustix::fs::fstat(&file).ok()?;
        let is_file = FileType::from_raw_mode(about.st_mode) == FileType::RegularFile;
        let is_ours = about.st_uid == rustix::process::geteuid().as_raw();
        if !is_file || !is_ours || about.st_mode & 0o077 != 0 {
            return None;
        }
        let mut bytes = [0; MOST_BYTES];
        let length = rustix::io::pread(&file, &mut bytes, 0).ok()?;
        let pass: Self = serde_json::from_slice(&bytes[..length]).ok()?;
        pass.is_whole().then_some(pass)
    }

    /// Whether it is as we make them.
    fn is_whole(&self) -> bool {
        let is_random = |text: &str, bytes: usize| {
            text.len() == 2 * bytes && text.bytes().all(|byte| byte.is_ascii_hexdigit())
        };
        let host = self.host.strip_suffix(DOMAIN).unwrap_or_default();
        is_random(host, HOST_BYTES) && is_random(&self.secret, SECRET_BYTES) && self.port != 0
    }

    /// Keeps it, for its user alone.
    ///
    /// # Errors
    /// When the file can't be written.
    pub fn store(&self, path: &Path) -> Result<(), PanelError> {
        let failed = |source: io::Error| PanelError::Pass { path: path.to_owned(), source };
        let new = path.with_extension("new");
        let file = create(&new).map_err(failed)?;
        let text = serde_json::to_vec(self).map_err(|error| failed(error.into()))?;
        rustix::io::write(&file, &text).map_err(|error| failed(error.into()))?;
        rustix::fs::rename(&new, path).map_err(|error| failed(error.into()))
    }
}

/// Forgets the address and the secret that were kept: the next panel is at another place.
///
/// # Errors
/// When the file can't be removed.
pub fn forget(path: &Path) -> Result<(), PanelError> {
    match rustix::fs::unlink(path) {
        Ok(()) | Err(Errno::NOENT) => Ok(()),
        Err(error) => Err(PanelError::Pass { path: path.to_owned(), source: error.into() }),
    }
}

/// Creates a file that nobody else can have opened.
fn create(path: &Path) -> io::Result<OwnedFd> {
    let (flags, mode) = (OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL, Mode::RUSR | Mode::WUSR);
    match rustix::fs::unlinkat(CWD, path, AtFlags::empty()) {
        Ok(()) | Err(Errno::NOENT) => {}
        Err(error) => return Err(error.into()),
    }
    Ok(rustix::fs::open(path, flags | OFlags::CLOEXEC | OFlags::NOFOLLOW, mode)?)
}

impl fmt::Debug for Pass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The rest is nobody's to read.
        f.debug_struct("Pass").field("port", &self.port).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::{self, Permissions};
    use std::os::unix::fs::{PermissionsExt, symlink};

    #[test]
    fn what_is_kept_is_read_by_its_user_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("panel.json");
        assert!(Pass::load(&path).is_none());
        let pass = Pass::new(23_456).unwrap();
        pass.store(&path).unwrap();
        pass.store(&path).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o7777, 0o600);
        assert!(Pass::load(&path).unwrap() == pass);
        assert_eq!(format!("{pass:?}"), "Pass { port: 23456, .. }");
        fs::set_permissions(&path, Permissions::from_mode(0o640)).unwrap();
        assert!(Pass::load(&path).is_none(), "somebody may have read it");
    }

    #[test]
    fn what_we_did_not_write_is_made_anew() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("panel.json");
        let pass = Pass::new(1).unwrap();
        let (host, secret) = (&pass.host, &pass.secret);
        for text in [
            String::new(),
            "{".to_owned(),
            format!(r#"{{"host":"a.backlot.localhost","port":1,"secret":"{secret}"}}"#),
            format!(r#"{{"host":"{}.example.org","port":1,"secret":"{secret}"}}"#, &host[..32]),
            format!(r#"{{"host":"{host}","port":0,"secret":"{secret}"}}"#),
            format!(r#"{{"host":"{host}","port":1,"secret":""}}"#),
            " ".repeat(100_000),
        ] {
            fs::write(&path, &text).unwrap();
            fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
            assert!(Pass::load(&path).is_none(), "{text}");
        }
        let elsewhere = folder.path().join("elsewhere");
        pass.store(&elsewhere).unwrap();
        fs::remove_file(&path).unwrap();
        symlink(&elsewhere, &path).unwrap();
        assert!(Pass::load(&path).is_none(), "a link leads elsewhere");
        assert!(Pass::load(folder.path()).is_none());
        assert!(pass.store(&folder.path().join("a/b")).is_err());
    }
}
