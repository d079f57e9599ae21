//! How clients are served.

use std::fmt;
use std::time::Duration;

/// How many clients may be connected at once.
const MOST_CLIENTS: usize = 32;

/// How clients are served.
#[derive(Clone)]
pub struct ObsOptions {
    /// The port on this machine; 0 for any that is free.
    pub port: u16,
    /// What clients must know.
    pub password: Option<String>,
    /// Whether there may be no password. Then pages in browsers are refused.
    pub allows_no_password: bool,
    /// How long a client may take to connect, to say who it is, and to read what waits for it.
    pub patience: Duration,
    /// How many clients may be connected at once.
    pub most_clients: usize,
}

impl Default for ObsOptions {
    fn default() -> Self {
        Self {
            port: 4455,
            password: None,
            allows_no_password: false,
            patience: Duration::from_secs(10),
            most_clients: MOST_CLIENTS,
        }
    }
}

impl fmt::Debug for ObsOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The password is nobody's to read.
        let mut told = f.debug_struct("ObsOptions");
        told.field("port", &self.port).field("has_password", &self.password.is_some());
        told.finish_non_exhaustive()
    }
}
