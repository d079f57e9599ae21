//! Where a studio waits until the worker changes over to it.

use super::{Effort, Governor};
use crate::Studio;
use std::sync::Mutex;

/// A studio that waits for its first picture.
pub(crate) struct NextStudio {
    pub studio: Studio,
    pub plan: Effort,
    /// For another size or rate of the pictures, the governor of the plan.
    pub governor: Option<Governor>,
}

/// The place where the next studio waits for the worker.
pub(crate) type Wings = Mutex<Option<Box<NextStudio>>>;
