//! Another user of this machine, who knows everything.

use crate::kit::{Browser, Program, parts};
use std::process::Command;

/// Sends a request as another user, and returns what came back.
fn as_nobody(place: &str, port: u16, request: &str) -> String {
    let script = r#"exec 3<>"/dev/tcp/$1/$2" || exit 9; printf '%s' "$3" >&3; timeout 20 cat <&3"#;
    let output = Command::new("setpriv")
        .args(["--reuid=65534", "--regid=65534", "--clear-groups", "bash", "-c", script, "-"])
        .args([place, &port.to_string(), request])
        .output()
        .unwrap();
    assert_ne!(output.status.code(), Some(9), "it could not even connect: {output:?}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn another_user_wins_the_race_for_the_code_and_gets_nothing() {
    let has_setpriv = Command::new("setpriv").arg("--version").output().is_ok();
    if !rustix::process::geteuid().is_root() || !has_setpriv {
        println!("skipped: to be another user takes root and setpriv");
        return;
    }
    let program = Program::start();
    let browser = program.browser();
    let address = program.panel().address().unwrap();
    let (host, path) = parts(&address);
    let (port, cookie) = (browser.port(), &browser.cookie);
    for place in ["127.0.0.1", "::1"] {
        let entry = format!("GET {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n");
        assert_eq!(as_nobody(place, port, &entry), "", "{place}");
        let state = format!(
            "GET /api/v1/state HTTP/1.1\r\nhost: {host}\r\ncookie: {cookie}\r\nconnection: close\r\n\r\n"
        );
        assert_eq!(as_nobody(place, port, &state), "", "{place}");
    }
    let user = Browser { host: host.to_owned(), cookie: String::new() };
    assert_eq!(user.get(path).status, 303, "the code is still there for its user");
}
