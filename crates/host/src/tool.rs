//! Asks other programs, for no longer than a moment.

use backlot_media::threads;
use std::io::Read;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(3);

/// No answer that is read is longer.
const LONGEST: u64 = 16 << 20;

/// What a program writes to standard output; `None` if it is not there, fails, or takes too long.
pub fn ask(program: &str, args: &[&str]) -> Option<String> {
    let mut command = Command::new(program);
    command.args(args).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.env("LC_ALL", "C.UTF-8").spawn().ok()?;
    let (sender, receiver) = mpsc::channel();
    let stdout = child.stdout.take()?;
    let reading = threads::start("answer", move || {
        let mut bytes = Vec::new();
        let read = stdout.take(LONGEST).read_to_end(&mut bytes);
        // Nobody waits any more if it took too long.
        let _ = sender.send(read.map(|_| bytes));
    });
    // Without a reader the channel is closed, and there is no answer.
    drop(reading);
    let answer = receiver.recv_timeout(PATIENCE);
    // One that still runs has closed its output, or is too slow.
    let _ = child.kill();
    let status = child.wait();
    let bytes = answer.ok()?.ok()?;
    let failed = status.is_ok_and(|status| status.code().is_some_and(|code| code != 0));
    (!failed).then(|| String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_and_their_absence() {
        assert_eq!(ask("echo", &["a b"]).as_deref(), Some("a b\n"));
        assert_eq!(ask("/nowhere/program", &[]), None);
        assert_eq!(ask("sleep", &["60"]), None);
    }
}
