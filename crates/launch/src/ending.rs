//! How a child ended.

use std::fmt;
use std::time::Duration;

/// How a child ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ending {
    /// Whether it ended by itself and was content.
    pub success: bool,
    /// What it ended with, if it ended by itself.
    pub code: Option<i32>,
    /// What it complained about, the last of it.
    pub log: String,
    /// The limit that it was ended for.
    pub overdue: Option<Overdue>,
}

/// A limit of time that a child did not keep.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Overdue {
    /// It took longer than that.
    Total(Duration),
    /// It did nothing for that long.
    Idle(Duration),
}

impl fmt::Display for Overdue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Total(limit) => write!(f, "was not done after {limit:?}"),
            Self::Idle(limit) => write!(f, "did nothing for {limit:?}"),
        }
    }
}
