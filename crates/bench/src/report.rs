//! The figures, as a table or as JSON.

use crate::chain::Figures;
use crate::error::Result;
use crate::live::LiveFigures;
use crate::machine::{Machine, peak_memory_mb};
use backlot_media::{Encoding, Size};
use backlot_pipeline::{Stage, Stages};
use backlot_terminal::stdio;
use serde::Serialize;
use std::collections::BTreeMap;
use std::time::Duration;

/// One case: a scene, a size and a number of threads, in milliseconds per frame.
#[derive(Debug, Serialize)]
pub struct Case {
    scene: String,
    size: String,
    threads: u8,
    frames: u32,
    cpu_ms: f64,
    wall_ms: f64,
    stages: BTreeMap<&'static str, f64>,
    /// The share of the picture that was decoded in full, and by what the sizes were divided at which it was looked at.
    decoded: Option<f64>,
    divisor: Option<u32>,
    peak_memory_mb: Option<f64>,
}

impl Case {
    /// Computes a case from the total cost of `frames`.
    pub fn new(scene: &str, size: Size, threads: u8, frames: u32, figures: &Figures) -> Self {
        Self {
            scene: scene.to_owned(),
            size: size.to_string(),
            threads,
            frames,
            cpu_ms: each(figures.cpu, u64::from(frames)),
            wall_ms: each(figures.wall, u64::from(frames)),
            stages: each_stage(&figures.stages, u64::from(frames)),
            decoded: figures.made.map(|made| hundredths(made.share)),
            divisor: figures.made.map(|made| made.divisor),
            peak_memory_mb: peak_memory_mb(),
        }
    }
}

/// One live case.
#[derive(Debug, Serialize)]
pub struct LiveCase {
    scene: String,
    size: String,
    from: String,
    frames: u64,
    fps: f64,
    /// Per cent of one core.
    cpu_percent: f64,
    cpu_ms: f64,
    latency_median_ms: f64,
    latency_p99_ms: f64,
    stages: BTreeMap<&'static str, f64>,
    peak_memory_mb: Option<f64>,
}

impl LiveCase {
    /// Computes a case from the cost of a period.
    pub fn new(scene: &str, size: Size, from: Encoding, figures: &LiveFigures) -> Self {
        let (cpu, wall) = (figures.cpu.as_secs_f64(), figures.wall.as_secs_f64());
        Self {
            scene: scene.to_owned(),
            size: size.to_string(),
            from: from.to_string(),
            frames: figures.frames,
            fps: hundredths(figures.frames as f64 / wall),
            cpu_percent: hundredths(100.0 * cpu / wall),
            cpu_ms: each(figures.cpu, figures.frames),
            latency_median_ms: hundredths(figures.latency.median_ms),
            latency_p99_ms: hundredths(figures.latency.p99_ms),
            stages: each_stage(&figures.stages, figures.frames),
            peak_memory_mb: peak_memory_mb(),
        }
    }

    /// A line of the table, of at most 80 columns.
    fn line(&self) -> String {
        let stages = stage_times(&COLUMNS[..LIVE_STAGES], &self.stages);
        let Self { scene, size, from, cpu_percent, fps, .. } = self;
        let latencies = [self.latency_median_ms, self.latency_p99_ms].map(narrow).concat();
        format!("{scene:<9}{size:<10}{from:<5}{fps:>4.1}{cpu_percent:>5.1}{latencies}{stages}")
    }
}

/// Milliseconds per frame.
fn each(time: Duration, frames: u64) -> f64 {
    (time.as_secs_f64() * 1e6 / frames.max(1) as f64).round() / 1e3
}

fn each_stage(stages: &Stages, frames: u64) -> BTreeMap<&'static str, f64> {
    Stage::ALL.map(|s| (s.name(), each(stages.get(s), frames))).into()
}

fn hundredths(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}

/// Stages of the live table: all but the last, which is not on the working thread.
const LIVE_STAGES: usize = COLUMNS.len() - 1;

fn live_heading() -> String {
    let stages = stage_words(&COLUMNS[..LIVE_STAGES]);
    let latencies = format!(" {:>4} {:>4}", "late", "p99");
    format!(
        "{:<9}{:<10}{:<5}{:>4}{:>5}{latencies}{stages}",
        "scene", "size", "from", "fps", "core%"
    )
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

fn stage_words(columns: &[(Stage, &str)]) -> String {
    columns.iter().map(|(_, word)| format!(" {word:>4}")).collect()
}

fn stage_times(columns: &[(Stage, &str)], times: &BTreeMap<&'static str, f64>) -> String {
    columns.iter().map(|(stage, _)| narrow(times[stage.name()])).collect()
}

fn heading() -> String {
    let stages = stage_words(&COLUMNS);
    format!("{:<9}{:<10}{:>2}{:>7}{:>7}{stages}", "scene", "size", "th", "cpu", "wall")
}

impl Case {
    /// How far the camera's pictures were decoded, in a line.
    fn decoded_line(&self) -> Option<String> {
        let Self { scene, size, .. } = self;
        let (share, divisor) = (100.0 * self.decoded?, self.divisor?);
        Some(format!("{scene:<9}{size:<10}{share:.0} % in full, looked at by 1/{divisor}"))
    }

    /// A line of the table, of at most 80 columns.
    fn line(&self) -> String {
        let stages = stage_times(&COLUMNS, &self.stages);
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
    #[serde(skip_serializing_if = "Vec::is_empty")]
    live: Vec<LiveCase>,
    #[serde(skip)]
    json: bool,
}

impl Report {
    /// Starts a report; a table is printed as it grows.
    pub fn new(json: bool) -> Self {
        Self { machine: Machine::this(), cases: Vec::new(), live: Vec::new(), json }
    }

    /// Adds a case.
    pub fn add(&mut self, case: Case) -> Result<()> {
        if !self.json {
            if self.cases.is_empty() {
                let (machine, heading) = (&self.machine, heading());
                stdio::print(format_args!("{machine}\n\nMilliseconds per frame:\n\n{heading}\n"))?;
            }
            stdio::print_line(case.line())?;
        }
        self.cases.push(case);
        Ok(())
    }

    /// Adds a live case.
    pub fn add_live(&mut self, case: LiveCase) -> Result<()> {
        if !self.json {
            if self.live.is_empty() {
                let text = "Live: per cent of a core, and milliseconds";
                stdio::print(format_args!("\n{text}:\n\n{}\n", live_heading()))?;
            }
            stdio::print_line(case.line())?;
        }
        self.live.push(case);
        Ok(())
    }

    /// Prints the rest.
    pub fn finish(self) -> Result<()> {
        if self.json {
            return Ok(stdio::print_json(&self)?);
        }
        let mut told = Vec::new();
        for case in &self.cases {
            if let Some(line) = case.decoded_line().filter(|line| !told.contains(line)) {
                let heading =
                    if told.is_empty() { "\nDecoded of the camera's pictures:\n\n" } else { "" };
                stdio::print(format_args!("{heading}{line}\n"))?;
                told.push(line);
            }
        }
        Ok(())
    }
}
