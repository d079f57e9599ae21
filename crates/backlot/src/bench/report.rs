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
                writeln!(out, "{}\n\nMilliseconds a frame:\n", self.machine)?;
                write!(out, "{:<9}{:<10}{:>2} {:>6} {:>6} ", "scene", "size", "th", "cpu", "wall")?;
                Stage::ALL.iter().try_for_each(|s| write!(out, " {:>5.5}", s.name()))?;
                writeln!(out)?;
            }
            write!(out, "{:<9}{:<10}{:>2} ", case.scene, case.size, case.threads)?;
            write!(out, "{:>6.2} {:>6.2} ", case.cpu_ms, case.wall_ms)?;
            Stage::ALL.iter().try_for_each(|s| write!(out, " {:>5.2}", case.stages[s.name()]))?;
            writeln!(out)?;
        }
        self.cases.push(case);
        Ok(())
    }

    /// Prints what is not printed yet.
    pub fn finish(self) -> Result<()> {
        if self.json { print_json(&self) } else { Ok(()) }
    }
}
