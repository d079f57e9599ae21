//! What one or more studios did, added up.

use super::Batch;
use backlot_pipeline::{JobEnd, JobReport, Stages, Studio};

/// Figures of a job.
#[derive(Debug)]
pub struct Tally {
    /// Frames that were written, and how it ended.
    pub report: JobReport,
    /// What the stages cost.
    pub stages: Stages,
    /// Frames of which the shield was shown.
    pub shielded: u64,
    /// Why the last of them was.
    pub why: Option<String>,
    /// What became of a folder.
    pub batch: Option<Batch>,
    /// What was noticed and did not stop the job.
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
    /// Adds everything that a studio did.
    pub fn add(&mut self, studio: &Studio) {
        self.stages.merge(studio.stages());
        self.shielded += studio.guard().shielded();
        let reason = || studio.guard().last_reason().map(|reason| reason.to_string());
        let why = studio.fault().map(ToString::to_string).or_else(reason);
        self.why = why.or(self.why.take());
    }

    /// Adds another one's figures and notices; how a job ended is for who knows all of it.
    pub fn merge(&mut self, other: Self) {
        self.stages.merge(&other.stages);
        self.shielded += other.shielded;
        self.why = other.why.or(self.why.take());
        self.notices.extend(other.notices);
    }
}
