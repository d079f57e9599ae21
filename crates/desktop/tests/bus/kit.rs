//! A private bus. A test on it is a process of its own, as the bus' address is in the environment.

use backlot_control::{Asked, Inbox};
use backlot_protocol::Request;
use std::io::{BufRead, BufReader, ErrorKind};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

/// The end of a test's patience: reached only by one that fails.
pub const LONG: Duration = Duration::from_secs(20);
/// How long something that must not come is waited for.
pub const SHORT: Duration = Duration::from_millis(300);

const INSIDE: &str = "BACKLOT_TEST_ON_PRIVATE_BUS";

/// Runs a test, named as its function with its module, on a bus of its own.
pub fn on_private_bus(name: &str, test: fn()) {
    if std::env::var_os(INSIDE).is_some() {
        return test();
    }
    let Some((bus, address)) = Daemon::start() else { return };
    let mut own = Command::new(std::env::current_exe().unwrap());
    own.args(["--exact", name, "--nocapture", "--test-threads=1"]).env(INSIDE, "1");
    own.env("DBUS_SESSION_BUS_ADDRESS", &address).env("DBUS_SYSTEM_BUS_ADDRESS", &address);
    let output = own.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.contains("1 passed"), "{said}{errors}");
    drop(bus);
}

/// A daemon, ended with the test.
struct Daemon {
    child: Child,
    _folder: tempfile::TempDir,
}

impl Daemon {
    fn start() -> Option<(Self, String)> {
        let folder = tempfile::tempdir().unwrap();
        let config = folder.path().join("bus.conf");
        let text = format!(
            r#"<busconfig><type>session</type><listen>unix:dir={}</listen>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy>
</busconfig>"#,
            folder.path().display()
        );
        std::fs::write(&config, text).unwrap();
        let mut command = Command::new("dbus-daemon");
        command.arg(format!("--config-file={}", config.display()));
        command.args(["--nofork", "--nopidfile", "--print-address"]);
        // It complains of limits that it may not set.
        command.stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = match command.spawn() {
            Ok(child) => child,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                println!("skipped: there is no dbus-daemon (Debian's package dbus-daemon has it)");
                return None;
            }
            Err(error) => panic!("dbus-daemon can't be started: {error}"),
        };
        let mut address = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut address).unwrap();
        let daemon = Self { child, _folder: folder };
        Some((daemon, address.trim().to_owned()))
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

/// What is asked of the program.
pub struct Requests(Receiver<Asked>);

impl Requests {
    pub fn new() -> (Inbox, Self) {
        let (inbox, asked) = Inbox::new(16);
        (inbox, Self(asked))
    }

    /// The next one.
    pub fn next(&self) -> Request {
        self.0.recv_timeout(LONG).unwrap().envelope.request
    }

    /// Checks that nobody can ask for anything any more.
    pub fn over(&self) {
        let next = self.0.recv_timeout(LONG).map(|asked| asked.envelope.request);
        assert!(matches!(next, Err(RecvTimeoutError::Disconnected)), "{next:?}");
    }

    /// Checks that there is none.
    pub fn none(&self) {
        let next = self.0.recv_timeout(SHORT).map(|asked| asked.envelope.request);
        assert!(matches!(next, Err(RecvTimeoutError::Timeout)), "{next:?}");
    }
}

/// Waits until something is so.
pub fn until(what: &str, mut is: impl FnMut() -> bool) {
    let end = Instant::now() + LONG;
    while !is() {
        assert!(Instant::now() < end, "in vain: {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}
