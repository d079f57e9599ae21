//! What of the state the tray shows: as long as it is the same, nobody is told anything.

use super::icon::Look;
use crate::words::{plain, status};
use backlot_protocol::{Mode, State};

/// The most scenes in a menu.
const MOST_SCENES: usize = 50;

/// What the tray shows.
#[derive(Clone, Debug, PartialEq)]
pub struct View {
    /// What the program does, in one line.
    pub status: String,
    /// What the icon looks like.
    pub look: Look,
    /// What was asked for.
    pub mode: Mode,
    /// The scenes.
    pub scenes: Vec<String>,
    /// The place of the one that runs among them.
    pub shown: Option<usize>,
}

impl View {
    /// The view of a state.
    pub fn of(state: &State) -> Self {
        let scenes = state.scenes.list.iter().map(|scene| scene.name.clone());
        let scenes: Vec<_> = scenes.take(MOST_SCENES).collect();
        let shown = state.scenes.shown.as_ref();
        let shown = shown.and_then(|shown| scenes.iter().position(|name| name == shown));
        let look = Look::of(state.mode, state.activity);
        Self { status: plain(&status(state)), look, mode: state.mode, scenes, shown }
    }
}
