//! Where a run may be steered from.

use backlot_remote::named_socket;
use backlot_session::Place;
use std::path::Path;

/// What stands for nowhere.
const NONE: &str = "none";

/// Where a run may be steered from.
pub fn place(option: Option<&Path>) -> Place {
    match named_socket(option) {
        None => Place::Usual,
        Some(name) if name == NONE => Place::Nowhere,
        Some(name) => Place::At(name.into()),
    }
}
