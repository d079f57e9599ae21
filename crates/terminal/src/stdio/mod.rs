//! Standard output and standard error: nothing else in the program writes to them.
//!
//! The output of a command goes to standard output, and a command that can't write it fails.
//! Messages go to standard error, and are lost if that is closed, full or gone: no message ends
//! the program.
//!
//! Untrusted text is never printed as it is: see `escape`.
//!
//! A running camera must not wait for its reader either. After [`in_background`], a thread writes
//! to each of the two, and drops what it can't keep up with.

mod escape;
mod journal;
mod lane;
mod log;
mod panics;
mod screen;
mod tty;
mod voice;

use crate::error::TerminalError;
use lane::Lane;
use screen::{Message, Screen};
use serde::Serialize;
use std::fmt::Display;
use std::io::{self, ErrorKind, Write};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};
use voice::Kind;

pub use escape::{coloured, line as shown, trusted};
pub use log::start_log;
pub use panics::report_panics;
pub use tty::{errors_are_on_terminal, output_is_terminal};
pub use voice::speak_json;

/// How long the program waits at its end for its last messages to be written.
const LAST_WORDS: Duration = Duration::from_millis(250);

static SCREEN: Mutex<Screen> = Mutex::new(Screen::new());
static LANES: OnceLock<Lanes> = OnceLock::new();

/// The threads that write while a camera runs.
struct Lanes {
    errors: Lane<Message>,
    output: Lane<String>,
}

/// Prints what the command was asked for.
///
/// # Errors
/// When standard output can't take it.
pub fn print(text: impl Display) -> Result<(), TerminalError> {
    printed(&escape::lines(&text.to_string()))
}

/// Prints the command's output as JSON, for scripts.
///
/// # Errors
/// As [`print()`].
pub fn print_json(value: &impl Serialize) -> Result<(), TerminalError> {
    let json = serde_json::to_string_pretty(value)?;
    printed(&format!("{}\n", escape::json(&json)))
}

fn printed(text: &str) -> Result<(), TerminalError> {
    written(text.as_bytes()).map_err(|error| match error.kind() {
        ErrorKind::StorageFull => TerminalError::Full,
        _ => TerminalError::Output(error),
    })
}

/// Prints what the command was asked for, as a line.
///
/// # Errors
/// As [`print()`].
pub fn print_line(line: impl Display) -> Result<(), TerminalError> {
    print(format_args!("{line}\n"))
}

fn written(bytes: &[u8]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(bytes)?;
    // Errors of a later flush would go unnoticed.
    out.flush()
}

/// Standard output, for a stream of pictures.
pub fn stream() -> io::Stdout {
    io::stdout()
}

/// Prints a message to standard error.
pub fn tell(text: impl Display) {
    say(Kind::Note, text);
}

/// Prints a warning on one line.
pub fn warn(text: impl Display) {
    say(Kind::Warning, text);
}

/// Prints an error on one line.
pub fn fail(text: impl Display) {
    say(Kind::Error, text);
}

fn say(kind: Kind, text: impl Display) {
    put(Message::Line(kind.said(&text.to_string())));
}

/// Shows the status on the status line of the terminal, cut to its width, as the terminal would
/// scroll otherwise.
pub fn status(line: &str) {
    let fits = tty::columns().max(20) - 1;
    put(Message::Status(escape::line(line).chars().take(fits).collect()));
}

/// Shows what is waited for as the status, if there is a terminal to show it; an empty text ends it.
pub fn wait_for(what: &str) {
    if errors_are_on_terminal() {
        status(what);
    }
}

/// Keeps the last status on the screen.
pub fn leave_status() {
    put(Message::Leave);
}

fn put(message: Message) {
    match LANES.get() {
        Some(lanes) => lanes.errors.send(message),
        None => apply(message),
    }
}

fn apply(message: Message) {
    let text = SCREEN.lock().unwrap_or_else(PoisonError::into_inner).after(message);
    let mut errors = io::stderr().lock();
    // There is nowhere to report an error.
    let _ = errors.write_all(text.as_bytes()).and_then(|()| errors.flush());
}

/// From now on, nothing here blocks on a reader.
///
/// # Errors
/// When the threads can't be started.
pub fn in_background() -> Result<(), TerminalError> {
    let errors = Lane::start("stderr", apply).map_err(TerminalError::Thread)?;
    let mut complaint = Complaint::default();
    let output = Lane::start("stdout", move |line: String| {
        if let Some(text) = complaint.about(written(line.as_bytes())) {
            warn(text);
        }
    });
    let output = output.map_err(TerminalError::Thread)?;
    // A second call keeps the lanes of the first.
    let _ = LANES.set(Lanes { errors, output });
    Ok(())
}

/// Prints a status as a line of JSON. It may be lost, as the next one replaces it.
pub fn print_status(json: impl Display) {
    let line = format!("{}\n", escape::json(&json.to_string()));
    match LANES.get() {
        Some(lanes) => lanes.output.send(line),
        None => drop(written(line.as_bytes())),
    }
}

/// Waits a moment until everything is written. The last call before the end.
pub fn finish() {
    if let Some(lanes) = LANES.get() {
        let until = Instant::now() + LAST_WORDS;
        lanes.output.flush(until);
        lanes.errors.flush(until.max(Instant::now() + LAST_WORDS / 5));
    }
}

/// Warns once when the status can't be written, and again only after it could be.
#[derive(Default)]
struct Complaint {
    is_told: bool,
}

impl Complaint {
    fn about(&mut self, written: io::Result<()>) -> Option<String> {
        let was_told = std::mem::replace(&mut self.is_told, written.is_err());
        let error = written.err().filter(|_| !was_told)?;
        Some(match error.kind() {
            ErrorKind::BrokenPipe => {
                "nobody reads the status any more: the camera keeps running".to_owned()
            }
            _ => format!("the status can't be written ({error}): the camera keeps running"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_that_nobody_reads_is_complained_about_once() {
        let mut complaint = Complaint::default();
        let broken = || Err(io::Error::from(ErrorKind::BrokenPipe));
        assert_eq!(complaint.about(Ok(())), None);
        assert!(complaint.about(broken()).unwrap().contains("nobody reads"));
        assert_eq!(complaint.about(broken()), None);
        assert_eq!(complaint.about(Ok(())), None);
        let full = Err(io::Error::from(ErrorKind::StorageFull));
        assert!(complaint.about(full).unwrap().contains("can't be written"));
    }
}
