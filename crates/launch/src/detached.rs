//! Programs that outlive us, on purpose: a browser, and the program itself when a command starts it.

use crate::order::{LaunchError, found};
use std::ffi::OsString;
use std::fs::File;
use std::io;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// How often it is looked whether one has ended.
const LOOK: Duration = Duration::from_millis(20);

/// A program that was started to stay.
#[derive(Debug)]
pub struct Detached(Child);

impl Detached {
    /// Starts a program, by its path or by a name in `PATH`, in a group of its own: it hears nothing of the
    /// terminal's Ctrl-C and end. What it says goes to `log`.
    ///
    /// # Errors
    /// When it doesn't exist or can't be started.
    pub fn start<T: Into<OsString>>(
        program: &Path,
        args: impl IntoIterator<Item = T>,
        log: Option<File>,
    ) -> Result<Self, LaunchError> {
        let missing = || LaunchError::Missing(program.to_owned());
        let path = found(program).ok_or_else(missing)?;
        let failed = |source: io::Error| LaunchError::Start { program: path.clone(), source };
        let mut command = Command::new(&path);
        command.args(args.into_iter().map(Into::into)).stdin(Stdio::null()).process_group(0);
        match log {
            Some(log) => {
                command.stdout(log.try_clone().map_err(failed)?).stderr(log);
            }
            None => {
                command.stdout(Stdio::null()).stderr(Stdio::null());
            }
        }
        command.spawn().map(Self).map_err(failed)
    }

    /// How it ended, if it does within a time.
    pub fn ended_within(&mut self, time: Duration) -> Option<ExitStatus> {
        let start = Instant::now();
        loop {
            match self.0.try_wait() {
                Ok(None) if start.elapsed() < time => std::thread::sleep(LOOK),
                Ok(status) => return status,
                Err(_) => return None,
            }
        }
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.0.id()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_has_a_group_of_its_own_and_its_end_is_seen() {
        let folder = std::env::temp_dir();
        let log = log_of_its_own(&folder);
        let file = File::create(&log).unwrap();
        let script = "ps -o pgid= -p $$; echo said >&2; exit 3";
        let mut started = Detached::start(Path::new("sh"), ["-c", script], Some(file)).unwrap();
        let ended = started.ended_within(Duration::from_secs(20)).unwrap();
        assert_eq!(ended.code(), Some(3));
        let said = std::fs::read_to_string(&log).unwrap();
        assert_eq!(
            said.split_whitespace().collect::<Vec<_>>(),
            [&*started.id().to_string(), "said"]
        );
        std::fs::remove_file(&log).unwrap();
        let missing = Detached::start(Path::new("no-such-program"), [""; 0], None).unwrap_err();
        assert_eq!(missing.to_string(), "the program 'no-such-program' does not exist");
    }

    fn log_of_its_own(folder: &Path) -> std::path::PathBuf {
        folder.join(format!("backlot-detached-{}.log", std::process::id()))
    }
}
