//! What everything in the service has in common.

use crate::budget::Budget;
use crate::metrics::Metrics;
use crate::models::Models;
use crate::options::Limits;
use std::sync::Arc;

/// What everything in the service has in common.
#[derive(Debug)]
pub(crate) struct House {
    pub models: Models,
    pub limits: Limits,
    /// How many threads work.
    pub threads: usize,
    pub budget: Arc<Budget>,
    pub metrics: Metrics,
}

impl House {
    pub fn new(models: Models, limits: Limits, threads: usize) -> Self {
        let budget = Budget::new(limits.held_bytes);
        Self { models, limits, threads, budget, metrics: Metrics::default() }
    }
}
