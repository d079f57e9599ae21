//! The right to serve the socket: one program has it at a time.
//!
//! It is a lock on a file beside the socket, which the system takes back from whoever ends, however
//! that happens. So a socket that is there while nobody has the lock is a dead program's, and is
//! replaced.

use crate::error::ControlError;
use rustix::fs::{FlockOperation, Mode, OFlags};
use rustix::io::Errno;
use std::fs::{self, DirBuilder, Permissions};
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How often, and how long each time, a program that just started is given to write who it is.
const TRIES: u32 = 20;
const TRY: Duration = Duration::from_millis(10);

/// The right to serve a socket, until it is dropped.
#[derive(Debug)]
pub(crate) struct Claim {
    path: PathBuf,
    /// Locked, and holds our process id.
    lock: OwnedFd,
}

impl Claim {
    /// Takes the right, and opens the socket.
    pub fn take(path: &Path) -> Result<(Self, UnixListener), ControlError> {
        let failed = |source: io::Error| ControlError::Io { path: path.to_owned(), source };
        prepare_folder(path.parent().unwrap_or(Path::new("/")))?;
        let flags = OFlags::RDWR | OFlags::CREATE | OFlags::CLOEXEC | OFlags::NOFOLLOW;
        let lock = rustix::fs::open(path.with_extension("lock"), flags, Mode::RUSR | Mode::WUSR)
            .map_err(|error| failed(error.into()))?;
        match rustix::fs::flock(&lock, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => {}
            Err(Errno::WOULDBLOCK) => return Err(ControlError::Running { pid: holder(&lock) }),
            Err(error) => return Err(failed(error.into())),
        }
        let claim = Self { path: path.to_owned(), lock };
        claim.write(&std::process::id().to_string()).map_err(failed)?;
        let listener = claim.listen().map_err(failed)?;
        Ok((claim, listener))
    }

    /// Puts a socket in the place of whatever a dead program left, at no moment one that others
    /// may use.
    fn listen(&self) -> io::Result<UnixListener> {
        let new = self.path.with_extension("new");
        match fs::remove_file(&new) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let listener = UnixListener::bind(&new)?;
        listener.set_nonblocking(true)?;
        fs::set_permissions(&new, Permissions::from_mode(0o600))?;
        fs::rename(&new, &self.path)?;
        Ok(listener)
    }

    fn write(&self, text: &str) -> io::Result<()> {
        rustix::fs::ftruncate(&self.lock, 0)?;
        rustix::io::pwrite(&self.lock, text.as_bytes(), 0)?;
        Ok(())
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        // Both are for those who come next, and do without.
        let _ = fs::remove_file(&self.path);
        let _ = self.write("");
    }
}

/// The process that has a lock, as it says itself.
fn holder(lock: &OwnedFd) -> Option<u32> {
    for _ in 0..TRIES {
        let mut bytes = [0; 16];
        let length = rustix::io::pread(lock, &mut bytes, 0).ok()?;
        let text = std::str::from_utf8(&bytes[..length]).ok()?;
        if let Ok(pid) = text.parse() {
            return Some(pid);
        }
        std::thread::sleep(TRY);
    }
    None
}

/// Makes the folder, or looks whether others may change what is in it.
fn prepare_folder(folder: &Path) -> Result<(), ControlError> {
    let failed = |source: io::Error| ControlError::Io { path: folder.to_owned(), source };
    match DirBuilder::new().mode(0o700).create(folder) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(failed(error)),
        _ => {}
    }
    let about = fs::metadata(folder).map_err(failed)?;
    let is_ours = about.uid() == rustix::process::geteuid().as_raw() && about.mode() & 0o022 == 0;
    if is_ours { Ok(()) } else { Err(ControlError::OpenFolder(folder.to_owned())) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::net::UnixStream;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().mode() & 0o7777
    }

    #[test]
    fn one_has_it_and_leaves_nothing_that_answers() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("backlot/control.sock");
        let (claim, _listener) = Claim::take(&path).unwrap();
        assert_eq!(mode(path.parent().unwrap()), 0o700);
        assert_eq!(mode(&path), 0o600);
        let Err(ControlError::Running { pid }) = Claim::take(&path) else { panic!("two have it") };
        assert_eq!(pid, Some(std::process::id()));
        UnixStream::connect(&path).unwrap();
        drop(claim);
        assert!(!path.exists());
        Claim::take(&path).unwrap();
    }

    #[test]
    fn what_a_dead_program_left_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("control.sock");
        drop(UnixListener::bind(&path).unwrap());
        fs::write(path.with_extension("lock"), "99999999").unwrap();
        drop(UnixListener::bind(path.with_extension("new")).unwrap());
        assert!(UnixStream::connect(&path).is_err());
        let (_claim, _listener) = Claim::take(&path).unwrap();
        UnixStream::connect(&path).unwrap();
    }

    #[test]
    fn one_of_many_starts_at_once_gets_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("backlot/control.sock");
        let taken = std::thread::scope(|scope| {
            let start = || {
                let path = &path;
                scope.spawn(move || Claim::take(path))
            };
            let starts: Vec<_> = (0..8).map(|_| start()).collect();
            starts.into_iter().map(|start| start.join().unwrap()).collect::<Vec<_>>()
        });
        assert_eq!(taken.iter().filter(|taken| taken.is_ok()).count(), 1);
        for refused in taken.iter().filter_map(|taken| taken.as_ref().err()) {
            let pid = std::process::id();
            assert!(
                refused.to_string().starts_with(&format!("Backlot runs already (process {pid}): ")),
                "{refused}"
            );
        }
    }

    #[test]
    fn a_folder_that_others_may_write_to_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        fs::set_permissions(folder.path(), Permissions::from_mode(0o777)).unwrap();
        let taken = Claim::take(&folder.path().join("control.sock"));
        assert!(matches!(taken, Err(ControlError::OpenFolder(_))), "{taken:?}");
        let missing = Claim::take(&folder.path().join("a/b/control.sock"));
        assert!(matches!(missing, Err(ControlError::Io { .. })), "{missing:?}");
        let long = folder.path().join("a".repeat(150));
        fs::set_permissions(folder.path(), Permissions::from_mode(0o700)).unwrap();
        assert!(matches!(Claim::take(&long), Err(ControlError::Io { .. })));
    }
}
