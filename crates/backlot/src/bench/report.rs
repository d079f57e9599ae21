//! The figures, as a table or as JSON.

use super::chain::Figures;
use crate::lists::print_json;
use crate::machine::{Machine, peak_memory_mb};
use anyhow::Result;
use backlot_media::Size;
use backlot_pipeline::Stage;
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::Write;
use std::time::Duration;

/// One case: a scene at a size on so many threads, in milliseconds a frame.
#[derive(Debug, Serialize)]
pub struct Case {
    scene: &'static str,
    size: String,
    threads: u8,
    frames: u32,
    cpu_ms: f64,
    wall_ms: f64,
    stages: BTreeMap<&'static str, f64>,
    peak_memory_mb: Option<f64>,
}

impl Case {
    /// From the cost of all `frames` together.
    pub fn new(
        scene: &'static str,
        size: Size,
        threads: u8,
        frames: u32,
        figures: &Figures,
    ) -> Self {
        let each = |time: Duration| (time.as_secs_f64() * 1e6 / f64::from(frames)).round() / 1e3;
        Self {
            scene,
            size: size.to_string(),
            threads,
            frames,
            cpu_ms: each(figures.cpu),
            wall_ms: each(figures.wall),
            stages: Stage::ALL.map(|s| (s.name(), each(figures.stages.get(s)))).into(),
            peak_memory_mb: peak_memory_mb(),
        }
    }
}

/// The stages of the table, and the words over them.
const COLUMNS: [(Stage, &str); 9] = [
    (Stage::Decode, "dec"),
    (Stage::Convert, "conv"),
    (Stage::Shrink, "shr"),
    (Stage::Network, "net"),
    (Stage::Refine, "ref"),
    (Stage::Background, "back"),
    (Stage::Person, "pers"),
    (Stage::Blend, "blnd"),
    (Stage::Output, "out"),
];

fn heading() -> String {
    let stages: String = COLUMNS.iter().map(|(_, word)| format!(" {word:>4}")).collect();
    format!("{:<9}{:<10}{:>2}{:>7}{:>7}{stages}", "scene", "size", "th", "cpu", "wall")
}

impl Case {
    /// A line of the table, of at most 80 columns.
    fn line(&self) -> String {
        let stages: String = COLUMNS.iter().map(|(s, _)| narrow(self.stages[s.name()])).collect();
        let Self { scene, size, threads, cpu_ms, wall_ms, .. } = self;
        format!("{scene:<9}{size:<10}{threads:>2}{cpu_ms:>7.2}{wall_ms:>7.2}{stages}")
    }
}

/// A time in five columns.
fn narrow(time: f64) -> String {
    if time < 9.995 { format!(" {time:4.2}") } else { format!(" {time:4.1}") }
}

/// All cases so far.
#[derive(Debug, Serialize)]
pub struct Report {
    machine: Machine,
    cases: Vec<Case>,
    #[serde(skip)]
    json: bool,
}

impl Report {
    /// Begins a report; as a table it is printed while it grows.
    pub fn new(json: bool) -> Self {
        Self { machine: Machine::this(), cases: Vec::new(), json }
    }

    /// Adds a case.
    pub fn add(&mut self, case: Case) -> Result<()> {
        if !self.json {
            let mut out = std::io::stdout().lock();
            if self.cases.is_empty() {
                writeln!(out, "{}\n\nMilliseconds a frame:\n\n{}", self.machine, heading())?;
            }
            writeln!(out, "{}", case.line())?;
        }
        self.cases.push(case);
        Ok(())
    }

    /// Prints what is not printed yet.
    pub fn finish(self) -> Result<()> {
        if self.json { print_json(&self) } else { Ok(()) }
    }
}
