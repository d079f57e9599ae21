//! *none*: the picture stays whole.

use crate::definition::{Cut, KeyDef};

/// What people need to know of it.
pub const DEF: KeyDef = KeyDef {
    name: "none",
    summary: "Cut nothing out: the picture stays whole",
    settings: &[],
    cut: Cut::Whole,
};
