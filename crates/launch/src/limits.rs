//! How long a child may take, and how much memory.

use std::time::Duration;

const SECOND: Duration = Duration::from_secs(1);
const GIB: u64 = 1 << 30;

/// What a child may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of memory.
    pub memory: u64,
    /// From its start to its end.
    pub total: Option<Duration>,
    /// How long it may be idle while a thread waits for it: use no processor time, and neither take
    /// nor return a byte.
    pub idle: Option<Duration>,
}

impl Limits {
    /// A question with an immediate answer.
    pub const QUESTION: Self =
        Self { memory: GIB, total: Some(SECOND.saturating_mul(3)), idle: None };
    /// A look into a file.
    pub const PROBE: Self =
        Self { memory: GIB, total: Some(SECOND.saturating_mul(10)), idle: None };
    /// A question that the desktop asks the user, and what follows the answer.
    pub const PASSWORD: Self =
        Self { memory: GIB, total: Some(SECOND.saturating_mul(180)), idle: None };
    /// A stream of pictures that people see live.
    pub const LIVE: Self =
        Self { memory: 4 * GIB, total: None, idle: Some(SECOND.saturating_mul(3)) };
    /// Work on a file, for as long as it goes on.
    pub const WORK: Self =
        Self { memory: 8 * GIB, total: None, idle: Some(SECOND.saturating_mul(60)) };
}
