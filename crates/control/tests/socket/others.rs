//! Another user's program, as far as the test may be another user.

use crate::kit::Desk;
use std::fs::{self, Permissions};
use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::process::Command;

const SOCKET: &str = "BACKLOT_TEST_SOCKET_OF_ANOTHER_USER";
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
