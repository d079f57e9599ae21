//! *face*: that part of the person, as a larger network finds it now and then.

use crate::definition::{Cut, KeyDef};

/// What people need to know of it.
pub const DEF: KeyDef = KeyDef {
    name: "face",
    summary: "Cut out the face",
    settings: &[],
    cut: Cut::Parts(|_| ["face", "left-face", "right-face"].map(str::to_owned).to_vec()),
};
