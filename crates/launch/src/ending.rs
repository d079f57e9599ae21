//! How a child ended.

use std::fmt;
use std::time::Duration;

/// How a child ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ending {
    /// Whether it ended on its own, with success.
    pub success: bool,
    /// Its exit status, if it ended on its own.
    pub code: Option<i32>,
    /// The last part of its standard error.
    pub log: String,
    /// The limit for which it was killed.
    pub overdue: Option<Overdue>,
}

/// A limit of time that a child exceeded.
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
