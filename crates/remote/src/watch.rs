//! What changes, line by line.

use crate::error::Result;
use backlot_control::Client;
use backlot_protocol::{Activity, Event, Mode, Output, State, who_watches};
use backlot_terminal::stdio;
use serde_json::json;
use std::path::Path;

/// How changes are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WatchForm {
    /// A line for people.
    Text,
    /// Each event, as a line of JSON.
    Json,
    /// What waybar's custom modules take.
    Waybar,
}

/// Prints what changes in the program behind a socket, until it ends.
///
/// # Errors
/// One sentence when nothing runs, or the connection breaks.
pub fn watch(socket: &Path, form: WatchForm) -> Result<()> {
    let mut client = Client::connect(socket)?;
    let form = match form {
        WatchForm::Text => line,
        WatchForm::Waybar => waybar,
        WatchForm::Json => {
            stdio::print_line(format_args!("{}", json!({ "state": client.state() })))?;
            for event in client.events() {
                stdio::print_line(format_args!("{}", json!({ "event": event? })))?;
            }
            return Ok(());
        }
    };
    let mut last = form(client.state());
    stdio::print_line(format_args!("{last}"))?;
    while let Some(event) = client.event(None)? {
        if event == (Event::Gone {}) {
            break;
        }
        let now = form(client.state());
        if now != last {
            stdio::print_line(format_args!("{now}"))?;
            last = now;
        }
    }
    Ok(())
}

/// What people want to know, in a line.
fn line(state: &State) -> String {
    let title = &state.scene.title;
    let shown = match state.mode {
        Mode::Running => title.clone(),
        Mode::Paused => "paused".to_owned(),
        Mode::Panic => "panic".to_owned(),
        Mode::Away => "away".to_owned(),
        Mode::Off => "off: the room as it is".to_owned(),
    };
    let who = watching(&state.outputs);
    match &state.message {
        Some(message) => format!("{shown}  {who}  {message}"),
        None => format!("{shown}  {who}"),
    }
}

fn watching(outputs: &[Output]) -> String {
    let names: Vec<_> = outputs.iter().flat_map(|output| &output.programs).cloned().collect();
    who_watches(outputs.iter().map(|output| output.viewers), &names)
}

fn waybar(state: &State) -> String {
    let class = match (state.mode, state.activity) {
        (Mode::Paused, _) => "paused",
        (Mode::Panic, _) => "panic",
        (Mode::Off, _) => "off",
        (Mode::Away, _) => "away",
        (Mode::Running, Activity::Live) => "live",
        (Mode::Running, Activity::Waiting) => "waiting",
        (Mode::Running, Activity::Idle | Activity::Starting) => "idle",
    };
    let name = state.scene.name.as_deref().unwrap_or(&state.scene.title);
    let text = if state.mode == Mode::Running { name } else { class };
    json!({ "text": text, "tooltip": line(state), "class": class }).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_gets_text_tooltip_and_class() {
        let state = State::example();
        let found: serde_json::Value = serde_json::from_str(&waybar(&state)).unwrap();
        assert_eq!((&found["text"], &found["class"]), (&json!("desk"), &json!("live")));
        assert!(found["tooltip"].as_str().unwrap().contains("watched by firefox"));
        let state = State { mode: Mode::Panic, ..state };
        let found: serde_json::Value = serde_json::from_str(&waybar(&state)).unwrap();
        assert_eq!((&found["text"], &found["class"]), (&json!("panic"), &json!("panic")));
    }
}
