//! *body*: that part of the person, as a larger network finds it now and then.

use crate::definition::{Cut, KeyDef};

/// What people need to know of it.
pub const DEF: KeyDef = KeyDef {
    name: "body",
    summary: "Cut out the skin of the body: neck, arms, hands",
    settings: &[],
    cut: Cut::Parts(|_| ["body"].map(str::to_owned).to_vec()),
};
