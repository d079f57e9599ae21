//! The summary at the end of a job, as text or as JSON.

use crate::batch::Batch;
use crate::error::Result;
use crate::tally::Tally;
use backlot_pipeline::{JobEnd, Stage};
use backlot_terminal::interrupt::NOTHING;
use backlot_terminal::stdio;
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

/// A job's figures.
#[derive(Debug, Serialize)]
pub struct Summary {
    /// Where the result is; `-` is standard output.
    output: String,
    /// Whether the user interrupted the job.
    interrupted: bool,
    frames: u64,
    seconds: f64,
    frames_per_second: f64,
    /// Milliseconds per frame, by stage; stages without work are left out.
    stages_ms: BTreeMap<&'static str, f64>,
    /// Frames for which the shield was shown.
    shielded: u64,
    /// The outcome of a folder's pictures and videos.
    #[serde(flatten)]
    batch: Option<Batch>,
    /// Warnings of the job.
    notices: Vec<String>,
}

impl Summary {
    /// Summarizes what was done in `wall`.
    pub fn new(output: &Path, tally: Tally, wall: Duration) -> Self {
        let Tally { report, stages, shielded, why, batch, mut notices } = tally;
        notices.extend(batch.as_ref().and_then(Batch::omissions));
        let each =
            |time: Duration| (time.as_secs_f64() * 1e5 / report.frames.max(1) as f64).round() / 1e2;
        if shielded > 0 {
            let why = why.unwrap_or_else(|| "no usable matte".to_owned());
            let frames = report.frames;
            notices.push(format!(
                "{shielded} of {frames} frames show the shield, not the person: {why}"
            ));
        }
        let seconds = wall.as_secs_f64();
        let stages = Stage::ALL.map(|stage| (stage.name(), each(stages.get(stage))));
        Self {
            output: output.display().to_string(),
            interrupted: report.end == JobEnd::Stopped,
            frames: report.frames,
            seconds: (seconds * 100.0).round() / 100.0,
            frames_per_second: (report.frames as f64 / seconds * 10.0).round() / 10.0,
            stages_ms: stages.into_iter().filter(|(_, time)| *time > 0.0).collect(),
            shielded,
            batch,
            notices,
        }
    }

    /// Prints the summary: JSON on standard output, with notices and failures, or lines on
    /// standard error, apart from the result.
    pub fn print(&self, json: bool, quiet: bool) -> Result<()> {
        if json {
            return Ok(stdio::print_json(self)?);
        }
        for notice in &self.notices {
            stdio::warn(notice);
        }
        self.batch.iter().flat_map(Batch::failures).for_each(stdio::fail);
        if !quiet {
            stdio::tell(self.lines());
        }
        Ok(())
    }

    /// The lines for people; what each stage took is for those who want to know all.
    pub fn lines(&self) -> String {
        if self.interrupted && self.frames == 0 && self.batch.is_none() {
            return NOTHING.to_owned();
        }
        let what = if self.interrupted { "interrupted; so far" } else { "wrote" };
        let Self { output, frames, seconds, frames_per_second, .. } = self;
        let mut text = if let Some(batch) = &self.batch {
            format!("{what} {}\n", batch.words(output))
        } else if *frames == 1 {
            format!("{what} {output}\n")
        } else {
            format!(
                "{what} {output}: {frames} frames in {seconds:.1} s, {frames_per_second:.0} frames/s\n"
            )
        };
        if !tracing::enabled!(tracing::Level::INFO) {
            return text;
        }
        let stages: Vec<_> = Stage::ALL
            .iter()
            .filter_map(|s| Some(format!("{s} {:.2}", self.stages_ms.get(s.name())?)))
            .collect();
        if !stages.is_empty() {
            text += &format!("ms per frame: {}\n", stages.join(", "));
        }
        text
    }
}
