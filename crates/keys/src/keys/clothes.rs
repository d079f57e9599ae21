//! *clothes*: that part of the person, as a larger network finds it now and then.

use crate::definition::{Cut, KeyDef};

/// What people need to know of it.
pub const DEF: KeyDef = KeyDef {
    name: "clothes",
    summary: "Cut out the clothes",
    settings: &[],
    cut: Cut::Parts(|_| ["clothes"].map(str::to_owned).to_vec()),
};
