//! What the program does, in one line.

use backlot_protocol::{Activity, Mode, OutputState, State};

/// The longest line, in characters.
const CHARS: usize = 200;

/// What the program does, without figures.
pub(crate) fn status(state: &State) -> String {
    let status = match (state.mode, state.activity) {
        (Mode::Panic, _) => "A card without any camera is shown".to_owned(),
        (Mode::Paused, _) => "Paused: a still card is shown, and the camera is closed".to_owned(),
        (_, Activity::Idle) => ready(state),
        (_, Activity::Starting) => "Somebody watches: the camera opens".to_owned(),
        (Mode::Off, Activity::Live) => format!("The camera as it is{}", watched(state)),
        (Mode::Away, Activity::Live) => {
            format!("Away: nobody is in the picture{}", watched(state))
        }
        (Mode::Running, Activity::Live) => {
            let title = state.scene.name.as_ref().unwrap_or(&state.scene.title);
            format!("Live: {title}{}", watched(state))
        }
        (_, Activity::Waiting) => {
            let message = state.message.as_deref().unwrap_or("something doesn't work");
            format!("A calm picture is shown: {message}")
        }
    };
    plain(&status)
}

/// Text of others as one line, and no longer than anybody wants to read.
pub(crate) fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(CHARS).collect()
}

fn ready(state: &State) -> String {
    let missing = state.outputs.iter().find(|output| output.state == OutputState::Waiting);
    match missing.and_then(|output| Some((output, output.reason.as_ref()?))) {
        Some((output, reason)) => format!("{} isn't there: {reason}", output.name),
        None => "Ready: nobody watches, and the camera is closed".to_owned(),
    }
}

fn watched(state: &State) -> String {
    let mut programs: Vec<_> = state.outputs.iter().flat_map(|output| &output.programs).collect();
    programs.sort();
    programs.dedup();
    match programs.as_slice() {
        [] => String::new(),
        [first, rest @ ..] => {
            rest.iter().fold(format!(", watched by {first}"), |text, name| text + ", " + name)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use backlot_protocol::{Output, Scene};

    #[test]
    fn the_status_says_what_viewers_get() {
        let output = |programs: &[&str]| Output {
            programs: programs.iter().map(|name| (*name).to_owned()).collect(),
            state: OutputState::Open,
            ..Output::default()
        };
        let scene = Scene { name: Some("calm".to_owned()), ..Scene::default() };
        let outputs = vec![output(&["zoom"]), output(&["firefox", "zoom"])];
        let mut state = State { scene, outputs, activity: Activity::Live, ..State::default() };
        assert_eq!(status(&state), "Live: calm, watched by firefox, zoom");
        state.mode = Mode::Off;
        assert_eq!(status(&state), "The camera as it is, watched by firefox, zoom");
        state.mode = Mode::Away;
        assert!(status(&state).starts_with("Away: nobody is in the picture, watched by"));
        state.mode = Mode::Running;
        state.activity = Activity::Waiting;
        state.message = Some("the camera was unplugged".to_owned());
        assert_eq!(status(&state), "A calm picture is shown: the camera was unplugged");
        state.mode = Mode::Paused;
        assert!(status(&state).starts_with("Paused: "));
        let reason = Some("the device is gone".to_owned());
        let missing = Output { name: "Backlot".to_owned(), reason, ..Output::default() };
        let idle = State { outputs: vec![missing], ..State::default() };
        assert_eq!(status(&idle), "Backlot isn't there: the device is gone");
    }
}
