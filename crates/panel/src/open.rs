//! How a command gets to the panel: finds the running program or starts it, and opens the browser.

use backlot_control::{Client, ClientError};
use backlot_files::read_file;
use backlot_launch::{Detached, LaunchError, Limits, Order};
use backlot_protocol::Request;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use thiserror::Error;

/// How long a program that was started may take until it answers.
const START: Duration = Duration::from_secs(15);
/// How often it is asked.
const LOOK: Duration = Duration::from_millis(50);
/// How long a browser may take to say that it can't be started.
const BROWSER: Duration = Duration::from_secs(2);
/// How much of a log is read, in bytes.
const LOG_BYTES: u64 = 1 << 20;
/// How much a program may print that starts a service, in bytes.
const ANSWER_BYTES: u64 = 4096;

/// Why there is no panel to open.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The running program has none, or can't be asked.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// The program can't be started.
    #[error(transparent)]
    Launch(#[from] LaunchError),
    /// Its log can't be written.
    #[error("Backlot can't be started with the log {}: {source}", path.display())]
    Log {
        /// The log.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// It was started, and ended: what it said last.
    #[error("{0}")]
    Ended(String),
    /// It was started, and doesn't answer.
    #[error("Backlot was started, and doesn't answer: {0} says why")]
    Silent(String),
}

/// The program that serves a socket. Where none does it is started: as the user's service if `may_be_service`
/// and that is installed, else by itself with a log.
///
/// # Errors
/// Why it doesn't run.
pub fn running(socket: &Path, may_be_service: bool, log: &Path) -> Result<Client, OpenError> {
    match Client::connect(socket) {
        Err(ClientError::NotRunning) => {}
        connected => return Ok(connected?),
    }
    if may_be_service && starts_service() {
        return answering(socket, None, "'journalctl --user -u backlot'");
    }
    let failed = |source: io::Error| OpenError::Log { path: log.to_owned(), source };
    fs::create_dir_all(log.parent().unwrap_or(Path::new("/"))).map_err(failed)?;
    let file = File::create(log).map_err(failed)?;
    let program = std::env::current_exe().map_err(failed)?;
    let mut started = Detached::start(&program, ["run", "--quiet"], Some(file))?;
    answering(socket, Some((&mut started, log)), &log.display().to_string())
}

fn starts_service() -> bool {
    let mut order = Order::new("systemctl", Limits::PROBE);
    let started = order.args(["--user", "start", "backlot.service"]).output(ANSWER_BYTES);
    started.is_ok_and(|(_, ending)| ending.success)
}

/// Waits until the program that was started answers.
fn answering(
    socket: &Path,
    mut started: Option<(&mut Detached, &Path)>,
    teller: &str,
) -> Result<Client, OpenError> {
    let start = Instant::now();
    loop {
        match Client::connect(socket) {
            Err(ClientError::NotRunning) if start.elapsed() < START => {}
            Err(ClientError::NotRunning) => return Err(OpenError::Silent(teller.to_owned())),
            connected => return Ok(connected?),
        }
        match &mut started {
            Some((program, log)) => {
                if program.ended_within(LOOK).is_some() {
                    return Err(OpenError::Ended(last_words(log)));
                }
            }
            None => std::thread::sleep(LOOK),
        }
    }
}

/// What a program said last.
fn last_words(log: &Path) -> String {
    let bytes = read_file(log, LOG_BYTES).unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let last = text.lines().rev().find(|line| !line.trim().is_empty());
    let said = last.map(|line| line.strip_prefix("error: ").unwrap_or(line).to_owned());
    said.unwrap_or_else(|| "Backlot was started, and ended at once".to_owned())
}

/// Opens the panel in the browser, unless it is only to be printed where it is; returns what to print. `new`
/// moves it first.
///
/// # Errors
/// When the program has no panel.
pub fn show(mut client: Client, new: bool, only_print: bool) -> Result<String, OpenError> {
    let answer = client.ask(Request::Panel { new: new.then_some(true) }, false)?;
    let address = answer["address"].as_str().unwrap_or_default();
    if only_print {
        return Ok(address.to_owned());
    }
    Ok(match browse(address) {
        Ok(()) => "The panel opens in your browser.".to_owned(),
        Err(why) => format!("{why}: open this in your browser within half a minute\n{address}"),
    })
}

/// Opens an address in the user's browser.
fn browse(address: &str) -> Result<(), &'static str> {
    let is_set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    if !is_set("DISPLAY") && !is_set("WAYLAND_DISPLAY") {
        return Err("There is no desktop here");
    }
    let mut opener = Detached::start(Path::new("xdg-open"), [address], None)
        .map_err(|_| "There is no xdg-open here")?;
    match opener.ended_within(BROWSER) {
        Some(status) if !status.success() => Err("No browser can be opened"),
        _ => Ok(()),
    }
}
