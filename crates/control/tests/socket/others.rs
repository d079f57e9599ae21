//! Other processes: another user's program, as far as the test may be another user, and one that was
//! killed.

use crate::kit::Desk;
use backlot_control::{Client, ClientError, ControlError, Inbox, Server};
use std::fs::{self, Permissions};
use std::io::{BufRead, BufReader, Read};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};
use std::sync::Arc;

const SOCKET: &str = "BACKLOT_TEST_SOCKET_OF_ANOTHER_USER";
const KILLED: &str = "BACKLOT_TEST_SOCKET_OF_A_KILLED_PROGRAM";
const NOBODY: u32 = 65_534;

#[test]
fn another_users_program_is_refused() {
    if let Some(path) = std::env::var_os(SOCKET) {
        // This is the other user's program.
        let mut text = String::new();
        UnixStream::connect(path).unwrap().read_to_string(&mut text).unwrap();
        println!("it was sent {text}");
        return;
    }
    if !rustix::process::geteuid().is_root() {
        println!("skipped: only root can start another user's program");
        return;
    }
    let desk = Desk::new(8);
    // What keeps others away before they are looked at is taken away.
    let open = |path: &std::path::Path| fs::set_permissions(path, Permissions::from_mode(0o777));
    open(desk.folder.path()).unwrap();
    open(desk.path.parent().unwrap()).unwrap();
    open(&desk.path).unwrap();
    let program = desk.folder.path().join("other");
    fs::copy(std::env::current_exe().unwrap(), &program).unwrap();
    open(&program).unwrap();
    let output = Command::new(&program)
        .args(["--exact", "others::another_users_program_is_refused", "--nocapture"])
        .env(SOCKET, &desk.path)
        .current_dir("/")
        .uid(NOBODY)
        .gid(NOBODY)
        .output();
    let Ok(output) = output else {
        println!("skipped: no program can be started as another user: {output:?}");
        return;
    };
    let text = String::from_utf8_lossy(&output.stdout);
    let line = "it was sent {\"reply\":null,\"error\":\"this Backlot is another user's, and only that user's programs steer it\"}\n";
    assert!(text.contains(line), "{text}{}", String::from_utf8_lossy(&output.stderr));
    assert!(desk.greeted().answers(&desk));
}

#[test]
fn what_a_killed_program_left_is_taken_over() {
    if let Some(path) = std::env::var_os(KILLED) {
        // This is the program that is killed.
        let (inbox, _asked) = Inbox::new(1);
        let _server = Server::open(path.as_ref(), inbox, Arc::new(|| ())).unwrap();
        println!("\nit serves");
        std::thread::park();
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("backlot/control.sock");
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "others::what_a_killed_program_left_is_taken_over", "--nocapture"])
        .env(KILLED, &path)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap() == "it serves"));
    let open = || Server::open(&path, Inbox::new(1).0, Arc::new(|| ()));
    let Err(ControlError::Running { pid }) = open() else { panic!("two serve") };
    assert_eq!(pid, Some(child.id()));
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(path.exists());
    assert!(matches!(Client::connect(&path), Err(ClientError::NotRunning)));
    open().unwrap();
}
