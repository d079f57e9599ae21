//! How the panel is served.

use std::path::{Path, PathBuf};
use std::time::Duration;

/// How long a program may take to send a request.
const PATIENCE: Duration = Duration::from_secs(10);

/// How the panel is served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PanelOptions {
    /// The port on this machine; 0 for that of before, or any that is free.
    pub port: u16,
    /// Where its address and its secret are kept, in a folder that is its user's alone.
    pub pass: PathBuf,
    /// Where pictures and videos are kept that pages hand in.
    pub uploads: PathBuf,
    /// How long a program may take to send a request, and the next one over the same connection.
    pub patience: Duration,
}

impl PanelOptions {
    /// Any port, and everything else as usual.
    pub fn new(pass: PathBuf, uploads: PathBuf) -> Self {
        Self { port: 0, pass, uploads, patience: PATIENCE }
    }
}

/// Where the panel of the program that is steered through a socket keeps its address.
pub fn pass_beside(socket: &Path) -> PathBuf {
    match socket.file_stem().and_then(|stem| stem.to_str()) {
        Some("control") | None => socket.with_file_name("panel.json"),
        Some(stem) => socket.with_file_name(format!("{stem}.panel.json")),
    }
}
