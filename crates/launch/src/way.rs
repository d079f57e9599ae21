//! How to make a child end with us: through this program itself, or through `setpriv`.

use crate::order::{Order, found};
use rustix::process::{Pid, Signal, getpid, getppid, set_parent_process_death_signal};
use std::ffi::OsStr;
use std::io::Write;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

/// The hidden argument that makes a program start another in its place.
const MARK: &str = "--start-for=";

/// This program, even if its file has been replaced since.
const OURSELVES: &str = "/proc/self/exe";

/// The exit status when the program can't be started, as in shells.
const NOT_STARTED: u8 = 126;

/// Whether this program serves.
static SERVES: AtomicBool = AtomicBool::new(false);

/// Call this first in a program. If the program was started only to become another one, that
/// happens here, and this returns an exit status if it fails. Otherwise it returns `None`, and
/// children start through this program from now on.
pub fn serve() -> Option<ExitCode> {
    let mut args = std::env::args_os().skip(1);
    let parent = args
        .next()
        .as_deref()
        .and_then(OsStr::to_str)
        .and_then(|a| a.strip_prefix(MARK)?.parse().ok());
    let Some(parent) = parent else {
        SERVES.store(true, Ordering::Relaxed);
        return None;
    };
    let program = args.next().unwrap_or_default();
    let why = match become_mortal(parent) {
        Ok(()) => Command::new(&program).args(args).exec(),
        Err(error) => error.into(),
    };
    let program = Path::new(&program).display();
    let _ = writeln!(std::io::stderr(), "{program} can't be started: {why}");
    Some(ExitCode::from(NOT_STARTED))
}

/// Makes this process, and what it becomes, end with the one that started it.
fn become_mortal(parent: i32) -> rustix::io::Result<()> {
    set_parent_process_death_signal(Some(Signal::KILL))?;
    // It may have ended just before.
    match getppid().map(Pid::as_raw_pid) == Some(parent) {
        true => Ok(()),
        false => Err(rustix::io::Errno::CHILD),
    }
}

/// The command that starts an order in the best available way.
pub(crate) fn command(order: &Order) -> Command {
    let mut command = if SERVES.load(Ordering::Relaxed) && Path::new(OURSELVES).exists() {
        let mut command = Command::new(OURSELVES);
        command.arg0(&order.program);
        command.arg(format!("{MARK}{}", getpid().as_raw_pid())).arg(&order.program);
        command
    } else if let Some(setpriv) = setpriv() {
        let mut command = Command::new(setpriv);
        command.args(["--pdeathsig", "KILL", "--"]).arg(&order.program);
        command
    } else {
        Command::new(&order.program)
    };
    command.args(&order.args).envs(order.environment.iter().map(|(name, value)| (name, value)));
    command
}

fn setpriv() -> Option<&'static Path> {
    static SETPRIV: OnceLock<Option<PathBuf>> = OnceLock::new();
    SETPRIV.get_or_init(|| found(Path::new("setpriv"))).as_deref()
}
