//! The totals of one or more studios.

use crate::batch::Batch;
use backlot_pipeline::{JobEnd, JobReport, Stages, Studio};

/// The figures of a job.
#[derive(Debug)]
pub struct Tally {
    /// Frames written, and how the job ended.
    pub report: JobReport,
    /// The time of each stage.
    pub stages: Stages,
    /// Frames for which the shield was shown.
    pub shielded: u64,
    /// The reason for the last shield.
    pub why: Option<String>,
    /// The outcome of a folder.
    pub batch: Option<Batch>,
    /// Warnings of the job.
    pub notices: Vec<String>,
}

impl Default for Tally {
    fn default() -> Self {
        Self {
            report: JobReport { frames: 0, end: JobEnd::Complete },
            stages: Stages::default(),
            shielded: 0,
            why: None,
            batch: None,
            notices: Vec::new(),
        }
    }
}

impl Tally {
    /// Adds the figures of a studio.
    pub fn add(&mut self, studio: &Studio) {
        self.stages.merge(&studio.stages());
        self.shielded += studio.guard().shielded;
        let reason = || studio.guard().last_reason.map(|reason| reason.to_string());
        let why = studio.fault().map(ToString::to_string).or_else(reason);
        self.why = why.or(self.why.take());
    }

    /// Adds another tally's figures and notices, but not how its job ended.
    pub fn merge(&mut self, other: Self) {
        self.stages.merge(&other.stages);
        self.shielded += other.shielded;
        self.why = other.why.or(self.why.take());
        self.notices.extend(other.notices);
    }
}
