//! Clients of others, unmodified. They are looked for in the folder that BACKLOT_OBS_CLIENTS names:
//!
//! ```sh
//! python3 -m venv $BACKLOT_OBS_CLIENTS/venv
//! $BACKLOT_OBS_CLIENTS/venv/bin/pip install obsws-python simpleobsws obs-cli
//! npm --prefix $BACKLOT_OBS_CLIENTS install obs-websocket-js
//! ```

use crate::kit::{PASSWORD, Program};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The folder, if one of its files is there.
fn folder(file: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("BACKLOT_OBS_CLIENTS").map(PathBuf::from);
    let folder = folder.filter(|folder| folder.join(file).exists());
    if folder.is_none() {
        println!("skipped: BACKLOT_OBS_CLIENTS names no folder with {file}");
    }
    folder
}

fn script(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients").join(name)
}

/// What a program prints, which must end well.
fn run(program: impl AsRef<OsStr>, arguments: &[&str]) -> String {
    let output = Command::new(&program).args(arguments).output().unwrap();
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {told}{error}");
    told
}

fn python(name: &str) {
    let Some(folder) = folder("venv/bin/python") else { return };
    let program = Program::start();
    let port = program.server().address().port().to_string();
    let script = script(name);
    run(folder.join("venv/bin/python"), &[script.to_str().unwrap(), &port, PASSWORD]);
}

#[test]
fn obsws_python_steers() {
    python("obsws.py");
}

#[test]
fn simpleobsws_steers() {
    python("simple.py");
}

#[test]
fn obs_websocket_js_steers() {
    let Some(folder) = folder("node_modules/obs-websocket-js") else { return };
    let program = Program::start();
    let port = program.server().address().port().to_string();
    let script = script("js.cjs");
    let arguments = [script.to_str().unwrap(), folder.to_str().unwrap(), &port, PASSWORD];
    run("node", &arguments);
}

#[test]
fn obs_cli_steers() {
    let Some(folder) = folder("venv/bin/obs-cli") else { return };
    let program = Program::start();
    let port = program.server().address().port().to_string();
    let cli = |arguments: &[&str]| {
        let with = ["--host", "127.0.0.1", "--port", &port, "--password", PASSWORD];
        run(folder.join("venv/bin/obs-cli"), &[&with, arguments].concat())
    };
    assert!(cli(&["scene", "list"]).contains("original"));
    cli(&["scene", "switch", "original"]);
    assert_eq!(program.last()["scene"], "original");
    cli(&["scene", "switch", "desk"]);
    assert!(cli(&["item", "list", "--scene", "desk"]).contains("me"));
    cli(&["item", "hide", "me", "--scene", "desk"]);
    assert_eq!(program.last()["request"], "hide-layer");
    assert!(cli(&["filter", "list", "me"]).contains("hologram"));
    cli(&["virtualcam", "stop"]);
    assert_eq!(program.last()["request"], "pause");
}
