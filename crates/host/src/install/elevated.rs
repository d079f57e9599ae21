//! Root's part for those who have no terminal: the desktop asks for the password.
//!
//! What is run is always the same command, and nothing that is asked for becomes a part of it. It is
//! this very program, so it is run only from where nobody but root may change it: whoever could
//! replace the file, or a folder on the way to it, would be root with the next password. From other
//! places, such as a home folder, the command is only shown.

use crate::HostError;
use crate::doctor::word;
use backlot_launch::{Ending, Limits, Order, found};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

/// What root is asked to do.
const ARGS: [&str; 4] = ["install", "--system-only", "--yes", "--load"];

/// What asks for the password.
const PKEXEC: &str = "pkexec";

/// How a service starts what it may not start itself: services of ours gain no rights.
const SYSTEMD_RUN: &str = "systemd-run";

/// The exit status of `pkexec` when whoever is asked refuses, and when nobody can be asked.
const DISMISSED: i32 = 126;
const NOT_ALLOWED: i32 = 127;

/// Root's part of the installation, as this program.
#[derive(Clone, Debug)]
pub struct RootsPart {
    program: PathBuf,
}

impl RootsPart {
    /// That of the running program.
    ///
    /// # Errors
    /// When its own path can't be found out, or its file was replaced.
    pub fn new() -> Result<Self, HostError> {
        let program = std::env::current_exe().map_err(HostError::NoProgram)?;
        if !program.exists() {
            return Err(HostError::Replaced(program));
        }
        Ok(Self { program })
    }

    /// The command: for a terminal, or as it is run with the desktop asking for the password.
    pub fn command(&self, for_terminal: bool) -> String {
        let asker = if for_terminal { "sudo" } else { PKEXEC };
        format!("{asker} {} {}", word(&self.program.to_string_lossy()), ARGS.join(" "))
    }

    /// Why it isn't run from here, if it isn't.
    pub fn objection(&self) -> Option<HostError> {
        let missing = |program| found(Path::new(program)).is_none().then_some(program);
        let by_service = gains_no_rights().then_some(SYSTEMD_RUN);
        let missing = missing(PKEXEC).or_else(|| by_service.and_then(missing));
        if let Some(program) = missing {
            return Some(HostError::NoAsker(program));
        }
        let owned = |path: &Path| path.metadata().map(|found| (found.uid(), found.mode())).ok();
        changeable(&self.program, owned).map(HostError::Changeable)
    }

    /// Runs it. Waits until the user has answered the desktop, and it is done.
    ///
    /// # Errors
    /// Why it wasn't done, in one sentence.
    pub fn run(&self) -> Result<(), HostError> {
        if let Some(objection) = self.objection() {
            return Err(objection);
        }
        let _only = Only::new().ok_or(HostError::Asking)?;
        let mut order = match gains_no_rights() {
            true => {
                let mut order = Order::new(SYSTEMD_RUN, Limits::PASSWORD);
                order.args(["--user", "--quiet", "--collect", "--wait", "--pipe", "--", PKEXEC]);
                order
            }
            false => Order::new(PKEXEC, Limits::PASSWORD),
        };
        // Where no desktop can ask, it would ask in a terminal that isn't ours.
        order.args(["--disable-internal-agent"]).args([&self.program]).args(ARGS);
        ended(&order.run().map_err(|error| HostError::Failed(error.to_string()))?)
    }
}

/// Makes sure that the password is asked for once at a time.
struct Only;

/// Whether it is asked for.
static ASKING: AtomicBool = AtomicBool::new(false);

impl Only {
    fn new() -> Option<Self> {
        (!ASKING.swap(true, Ordering::AcqRel)).then_some(Self)
    }
}

impl Drop for Only {
    fn drop(&mut self) {
        ASKING.store(false, Ordering::Release);
    }
}

/// Whether the kernel lets nothing that this program starts gain rights.
fn gains_no_rights() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let value = status.lines().find_map(|line| line.strip_prefix("NoNewPrivs:"));
    value.is_some_and(|value| value.trim() == "1")
}

/// The program or the first folder on the way to it that others than root may change, if there is one. `owned` returns
/// who a file belongs to, and its mode.
fn changeable(program: &Path, owned: impl Fn(&Path) -> Option<(u32, u32)>) -> Option<PathBuf> {
    let is_roots = |path: &Path| matches!(owned(path), Some((0, mode)) if mode & 0o022 == 0);
    program.ancestors().find(|path| !is_roots(path)).map(Path::to_owned)
}

fn ended(ending: &Ending) -> Result<(), HostError> {
    if let Some(overdue) = ending.overdue {
        return Err(HostError::Failed(format!("'{PKEXEC}' {overdue}")));
    }
    match ending.code {
        Some(0) => Ok(()),
        Some(DISMISSED) => Err(HostError::Dismissed),
        Some(NOT_ALLOWED) => Err(HostError::NotAllowed),
        _ => {
            let last = ending.log.lines().rev().find(|line| !line.trim().is_empty());
            let said = last.map(|line| line.trim().strip_prefix("error: ").unwrap_or(line).trim());
            Err(HostError::Failed(said.unwrap_or("the installation failed").to_owned()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_root_alone_can_change_is_run_as_root() {
        let program = Path::new("/usr/bin/backlot");
        let with = |place: &str, uid: u32, mode: u32| {
            let place = PathBuf::from(place);
            changeable(program, move |path| {
                Some(if path == place { (uid, mode) } else { (0, 0o755) })
            })
        };
        assert_eq!(with("/elsewhere", 1000, 0o777), None);
        for path in ["/usr/bin/backlot", "/usr/bin", "/usr", "/"] {
            let path = PathBuf::from(path);
            for (uid, mode) in [(1000, 0o755), (0, 0o775), (0, 0o757), (0, 0o41777)] {
                assert_eq!(with(path.to_str().unwrap(), uid, mode), Some(path.clone()));
            }
        }
        assert_eq!(changeable(program, |_| None), Some(program.to_owned()));
    }

    #[test]
    fn the_command_is_always_the_same() {
        let part = RootsPart { program: "/opt/my backlot/backlot".into() };
        let command = "'/opt/my backlot/backlot' install --system-only --yes --load";
        assert_eq!(part.command(true), format!("sudo {command}"));
        assert_eq!(part.command(false), format!("pkexec {command}"));
    }

    #[test]
    fn each_end_has_its_sentence() {
        let with = |code: i32, log: &str| {
            let ending = Ending { code: Some(code), log: log.to_owned(), ..Ending::default() };
            ended(&ending).map_err(|error| error.to_string())
        };
        assert_eq!(with(0, "said"), Ok(()));
        assert!(with(126, "").unwrap_err().contains("was not given"));
        assert!(with(127, "Error").unwrap_err().contains("doesn't let you act as root"));
        assert_eq!(with(1, "note\nerror: it failed\n").unwrap_err(), "it failed");
        assert_eq!(with(1, "").unwrap_err(), "the installation failed");
    }

    #[test]
    fn the_password_is_asked_for_once_at_a_time() {
        let first = Only::new();
        assert!(first.is_some() && Only::new().is_none());
        drop(first);
        assert!(Only::new().is_some());
    }
}
