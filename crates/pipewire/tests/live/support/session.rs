//! The daemon, its session manager, and clients: all of them children that end with the test.

use super::wait::eventually;
use serde_json::Value;
use std::os::unix::fs::{DirBuilderExt, FileTypeExt};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

/// The programs that these tests need.
const PROGRAMS: [&str; 6] =
    ["pipewire", "wireplumber", "dbus-run-session", "gst-launch-1.0", "pw-dump", "pw-cli"];

/// A child with its own process group; dropping it ends it with all of its children.
pub struct Child(std::process::Child);

impl Child {
    fn start(command: &mut Command) -> Self {
        let child = command.process_group(0).spawn();
        Self(child.unwrap_or_else(|e| panic!("{command:?} does not start: {e}")))
    }

    /// Whether it ended well; `None` if it still runs.
    pub fn ended(&mut self) -> Option<bool> {
        self.0.try_wait().unwrap().map(|status| status.success())
    }

    /// Sends a signal to it and its children.
    pub fn signal(&self, signal: &str) {
        let group = format!("-{}", self.0.id());
        let _ = Command::new("kill").args([signal, "--", &group]).stderr(Stdio::null()).status();
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        self.signal("-KILL");
        let _ = self.0.wait();
    }
}

/// A session: a folder, a daemon, a session manager.
pub struct Session {
    manager: Option<Child>,
    daemon: Option<Child>,
    folder: TempDir,
}

impl Session {
    /// Starts one.
    pub fn start() -> Self {
        for program in PROGRAMS {
            assert!(
                is_installed(program),
                "'{program}' is missing, and these tests need it: scripts/setup.sh --tests installs it"
            );
        }
        let folder = TempDir::with_prefix("backlot-pipewire-").unwrap();
        std::fs::DirBuilder::new().mode(0o700).create(folder.path().join("run")).unwrap();
        let mut session = Self { manager: None, daemon: None, folder };
        session.start_daemon();
        session
    }

    /// Starts daemon and session manager again after [`Self::stop`].
    pub fn start_daemon(&mut self) {
        self.daemon = Some(Child::start(&mut self.command("pipewire")));
        let socket = self.socket();
        eventually("the daemon's socket", || {
            socket.metadata().is_ok_and(|m| m.file_type().is_socket()).then_some(())
        });
        let mut manager = self.command("dbus-run-session");
        self.manager = Some(Child::start(manager.args(["--", "wireplumber"])));
        eventually("the session manager", || {
            let text = self.dump().to_string();
            text.contains("\"WirePlumber\"").then_some(())
        });
    }

    /// Kills daemon and session manager, as a crash would.
    pub fn stop(&mut self) {
        self.manager = None;
        self.daemon = None;
    }

    /// The socket of the daemon.
    pub fn socket(&self) -> PathBuf {
        self.folder.path().join("run/pipewire-0")
    }

    /// The test's own folder.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// A command in this session, quiet unless PIPEWIRE_TEST_LOG is set.
    pub fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command
            .env("XDG_RUNTIME_DIR", self.folder.path().join("run"))
            .env("HOME", self.folder.path())
            .env_remove("XDG_STATE_HOME")
            .env_remove("XDG_CONFIG_HOME")
            .env_remove("PIPEWIRE_REMOTE")
            .env_remove("DBUS_SESSION_BUS_ADDRESS")
            .env("GST_REGISTRY", std::env::temp_dir().join("backlot-gst-registry.bin"))
            .stdin(Stdio::null());
        if std::env::var_os("PIPEWIRE_TEST_LOG").is_none() {
            command.stdout(Stdio::null()).stderr(Stdio::null());
        }
        command
    }

    /// Starts a GStreamer pipeline.
    pub fn gst(&self, pipeline: &str) -> Child {
        Child::start(self.command("gst-launch-1.0").arg("-q").args(pipeline.split_whitespace()))
    }

    /// Everything that the daemon knows.
    pub fn dump(&self) -> Value {
        let Output { stdout, .. } =
            self.command("pw-dump").stdout(Stdio::piped()).output().unwrap();
        serde_json::from_slice(&stdout).unwrap_or_default()
    }

    /// A node by its name.
    pub fn node(&self, name: &str) -> Option<Value> {
        let all = self.dump();
        let mut nodes = all.as_array()?.iter();
        nodes.find(|o| o["info"]["props"]["node.name"] == name).cloned()
    }
}

fn is_installed(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
}
