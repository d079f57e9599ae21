//! What the running program does, for people.

use crate::error::Result;
use backlot_control::Client;
use backlot_protocol::{
    Activity, CameraState, Hundredths, Layer, Lead, Mode, Output, OutputState, State, who_watches,
};
use backlot_terminal::stdio;
use std::path::Path;

/// Prints what the program behind a socket does, and who watches; as JSON everything.
///
/// # Errors
/// One sentence when nothing runs.
pub fn status(socket: &Path, is_json: bool) -> Result<()> {
    let client = Client::connect(socket)?;
    if is_json {
        return Ok(stdio::print_json(client.state())?);
    }
    let state = client.state();
    let file = std::fs::read_link(format!("/proc/{}/exe", state.process)).ok();
    Ok(stdio::print(text(state) + &newer(state, file.as_deref()).unwrap_or_default())?)
}

/// What to do where the running program's file was replaced: its process goes on with the old one.
fn newer(state: &State, file: Option<&Path>) -> Option<String> {
    let is_gone = file?.as_os_str().as_encoded_bytes().ends_with(b" (deleted)");
    let of = &state.program;
    is_gone.then(|| {
        format!(
            "{:<10}Backlot was replaced while it runs ({of}): restart for the new version, with \
             'systemctl --user restart backlot', or 'backlot quit' and a new start\n",
            "Update"
        )
    })
}

/// The state for people.
fn text(state: &State) -> String {
    let mut lines = vec![("Scene", scene(state))];
    for camera in &state.cameras {
        let what = match (camera.state, &camera.mode, &camera.reason) {
            (CameraState::Closed, ..) => "closed, as nobody watches".to_owned(),
            (CameraState::Starting, ..) => "is starting".to_owned(),
            (_, Some(mode), _) => mode.clone(),
            (_, None, reason) => reason.clone().unwrap_or_else(|| "does not work".to_owned()),
        };
        lines.push(("Camera", format!("{}: {what}", camera.name)));
    }
    lines.extend(state.outputs.iter().map(|output| ("Output", self::output(output))));
    if state.activity == Activity::Live {
        let figures = &state.figures;
        let (fps, age, cpu) =
            (figures.fps.get(), figures.median_ms.get(), figures.cpu_percent.get());
        let mut picture = format!("{fps:.1} a second, {age:.1} ms old, CPU {cpu:.1} %");
        if state.lowered.network_every > 1 {
            picture += &format!(", the network looks at every {}.", state.lowered.network_every);
        }
        lines.push(("Pictures", picture));
        lines.extend(figures.lead.map(|lead| ("Mattes", self::lead(lead).to_owned())));
        lines.extend(figures.exposed.iter().map(|exposed| ("Exposed", exposed.clone())));
        lines.extend(figures.offer.iter().map(|offer| ("Better", offer.clone())));
    }
    lines.extend(state.scene.layers.iter().filter_map(|layer| Some(("Painted", painted(layer)?))));
    if state.guard.shielded > 0 {
        let reason = state.guard.reason.as_deref().unwrap_or_default();
        let now = if state.guard.shielding { "hides the picture" } else { "hid pictures" };
        lines.push(("Guard", format!("{now}: {} so far, last as {reason}", state.guard.shielded)));
    }
    lines.extend(state.message.iter().map(|message| ("Note", message.clone())));
    lines.iter().map(|(head, line)| format!("{head:<10}{line}\n")).collect()
}

const fn lead(lead: Lead) -> &'static str {
    match lead {
        Lead::Elsewhere => "by the network elsewhere",
        Lead::Own => "by this machine's own network, as answers from elsewhere are late or missing",
    }
}

fn scene(state: &State) -> String {
    let title = &state.scene.title;
    match state.mode {
        Mode::Running => title.clone(),
        Mode::Paused => format!("paused; then {title}"),
        Mode::Panic => format!("panic: viewers see a card; then {title}"),
        Mode::Away => format!("away, as nobody is in the picture; then {title}"),
        Mode::Off => format!("off: viewers see the room as it is; then {title}"),
    }
}

/// What was painted on a layer's camera.
fn painted(layer: &Layer) -> Option<String> {
    let [kept, hidden] = layer.painted?.map(Hundredths::get);
    let name = layer.name.as_ref().unwrap_or(&layer.id);
    let kept = (kept > 0.0).then(|| format!("{kept:.1} % of the camera's picture always shows"));
    let hidden = (hidden > 0.0).then(|| format!("{hidden:.1} % never does"));
    let parts: Vec<_> = kept.into_iter().chain(hidden).collect();
    Some(format!("{name}: {}", parts.join(", ")))
}

fn output(output: &Output) -> String {
    let name = &output.name;
    let own = output.scene.as_ref().map(|scene| format!(", shows {scene}")).unwrap_or_default();
    let state = match (output.state, &output.mode, &output.reason) {
        (OutputState::Open, Some(mode), _) => mode.clone(),
        (_, _, reason) => reason.clone().unwrap_or_else(|| "is awaited".to_owned()),
    };
    let watched = who_watches([output.viewers], &output.programs);
    format!("{name}: {state}{own}, {watched}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_read_what_is_shown_from_where_and_who_watches() {
        let text = text(&State::example());
        for part in ["Scene", "you before navy", "Integrated Camera: MJPEG", "watched by firefox"] {
            assert!(text.contains(part), "{text}");
        }
        let off = State { mode: Mode::Off, ..State::example() };
        assert!(super::text(&off).contains("off: viewers see the room"));
    }

    #[test]
    fn a_program_that_was_replaced_is_to_be_restarted() {
        let newer = |file: &str| newer(&State::example(), Some(Path::new(file)));
        let said = newer("/usr/bin/backlot (deleted)").unwrap();
        assert!(said.contains("restart for the new version"), "{said}");
        assert_eq!(newer("/usr/bin/backlot"), None);
        assert_eq!(super::newer(&State::example(), None), None);
    }
}
