//! The control panel, from the command line.

use crate::common::{Desk, Ended, ended};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

const SETTINGS: &str = "[camera]\ndevice = \"presenter\"\nsize = \"320x180\"\n[output]\ndevice = \"none\"\n\
                        [desktop]\ntray = false\nnotifications = false\n";

/// A home in which nothing runs, with a browser that writes down what it opens.
struct Home(Desk);

impl Home {
    fn new() -> Self {
        let desk = Desk::new();
        for folder in ["config/backlot", "bin"] {
            std::fs::create_dir_all(desk.path(folder)).unwrap();
        }
        std::fs::write(desk.path("config/backlot/settings.toml"), SETTINGS).unwrap();
        let home = Self(desk);
        home.put("xdg-open", "echo \"$1\" >> \"$BROWSED\"");
        home
    }

    /// A program of this home.
    fn put(&self, name: &str, script: &str) {
        let file = self.0.path("bin").join(name);
        std::fs::write(&file, format!("#!/bin/sh\n{script}\n")).unwrap();
        std::fs::set_permissions(&file, PermissionsExt::from_mode(0o755)).unwrap();
    }

    fn program(&self) -> Command {
        let mut command = self.0.program();
        let path = std::env::var("PATH").unwrap();
        command
            .env("BACKLOT_SOCKET", self.0.path("socket"))
            .env("XDG_CONFIG_HOME", self.0.path("config"))
            .env("PATH", format!("{}:{path}", self.0.path("bin").display()))
            .env("BROWSED", self.0.path("browsed"))
            .env("DISPLAY", ":99");
        command
    }

    fn ask(&self, line: &str) -> Ended {
        ended(self.program().args(line.split_whitespace()).output())
    }

    /// What the browser was given.
    fn browsed(&self) -> Vec<String> {
        let text = std::fs::read_to_string(self.0.path("browsed")).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        self.ask("quit");
    }
}

/// The status of what is answered at an address.
fn status(address: &str) -> u16 {
    let rest = address.strip_prefix("http://").unwrap();
    let (host, path) = rest.split_at(rest.find('/').unwrap());
    let port = host.rsplit(':').next().unwrap().parse().unwrap();
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer.split(' ').nth(1).unwrap().parse().unwrap()
}

#[test]
fn without_a_command_it_starts_and_the_panel_opens() {
    let home = Home::new();
    let began = home.ask("");
    assert_eq!(began.code, Some(0), "{}", began.stderr);
    assert_eq!(String::from_utf8_lossy(&began.stdout), "The panel opens in your browser.\n");
    let again = home.ask("");
    assert_eq!(again.code, Some(0), "{}", again.stderr);
    let [first, second] = &home.browsed()[..] else { panic!("{:?}", home.browsed()) };
    assert_ne!(first, second, "each has a code of its own");
    assert_eq!((status(first), status(first), status(second)), (303, 403, 303));
    let printed = home.ask("panel --print");
    let address = String::from_utf8(printed.stdout).unwrap();
    assert_eq!(address.lines().count(), 1, "{address}");
    assert_eq!(status(address.trim_end()), 303);
    assert_eq!(home.browsed().len(), 2, "it only prints");
    let moved = String::from_utf8(home.ask("panel --print --new").stdout).unwrap();
    let host = |address: &str| address.split('/').nth(2).unwrap().to_owned();
    assert_ne!(host(&moved), host(&address));
    assert_eq!(home.ask("quit").code, Some(0));
    let start = Instant::now();
    while home.ask("status").code == Some(0) {
        assert!(start.elapsed() < Duration::from_secs(60), "it never ends");
    }
    assert!(home.ask("panel").stderr.contains("isn't running"));
}

#[test]
fn what_keeps_it_from_starting_is_said() {
    let home = Home::new();
    let settings = SETTINGS.replace("presenter", "/dev/video250");
    std::fs::write(home.0.path("config/backlot/settings.toml"), settings + "[run]\nscene = 5\n")
        .unwrap();
    let began = home.ask("");
    assert_eq!(began.code, Some(1), "{}", began.stderr);
    assert!(began.stderr.contains("run.scene"), "{}", began.stderr);
    let without = ended(home.program().env("BACKLOT_SOCKET", "none").output());
    assert!(without.stderr.contains("BACKLOT_SOCKET=none"), "{}", without.stderr);
}

#[test]
fn without_a_desktop_the_address_is_printed() {
    let home = Home::new();
    let began = ended(home.program().env("DISPLAY", "").env("WAYLAND_DISPLAY", "").output());
    let said = String::from_utf8(began.stdout).unwrap();
    assert!(said.starts_with("There is no desktop here: "), "{said}{}", began.stderr);
    assert_eq!(status(said.lines().nth(1).unwrap()), 303);
    assert_eq!(home.browsed(), [""; 0]);
}

/// Whether nobody but root can change a file, or a folder on the way to it.
fn is_roots(file: &Path) -> bool {
    let owned = |path: &Path| path.metadata().map(|found| (found.uid(), found.mode() & 0o022));
    file.ancestors().all(|path| owned(path).is_ok_and(|owned| owned == (0, 0)))
}

#[test]
fn roots_part_is_one_command_that_nobody_else_can_change() {
    let home = Home::new();
    home.put(
        "pkexec",
        "echo \"$@\" >> \"$BROWSED\"; cat \"$BROWSED.answer\" >&2; exit $(cat \"$BROWSED.status\")",
    );
    let ends = |status: &str, answer: &str| {
        std::fs::write(home.0.path("browsed.status"), status).unwrap();
        std::fs::write(home.0.path("browsed.answer"), answer).unwrap();
    };
    ends("0", "");
    assert_eq!(home.ask("").code, Some(0));
    let install = || ended(home.program().args(["ask", "{\"request\":\"install\"}"]).output());
    let first = install();
    let program = Path::new(env!("CARGO_BIN_EXE_backlot"));
    if !is_roots(program) {
        assert!(first.stderr.contains("may be changed by others than root"), "{}", first.stderr);
        assert_eq!(home.browsed().len(), 1);
        println!("in part: this program may be changed by others than root, so it was refused");
        return;
    }
    assert_eq!(first.code, Some(0), "{}", first.stderr);
    let command = format!("{} install --system-only --yes --load", program.display());
    assert_eq!(home.browsed()[1], format!("--disable-internal-agent {command}"));
    for (status, answer, sentence) in [
        ("126", "", "the password was not given, so nothing was changed"),
        ("127", "Not authorized", "this desktop doesn't let you act as root"),
        ("1", "error: v4l2loopback can't be loaded: no", "v4l2loopback can't be loaded: no"),
    ] {
        ends(status, answer);
        let refused = install();
        assert_eq!(refused.code, Some(1));
        assert!(refused.stderr.contains(sentence), "{}", refused.stderr);
    }
    let more = "{\"request\":\"install\",\"program\":\"/bin/sh\"}";
    assert_eq!(ended(home.program().args(["ask", more]).output()).code, Some(1));
    assert_eq!(home.browsed().len(), 5, "it takes nothing from who asks");
}
