//! The devices as text, at most 80 columns wide.

use super::{
    Camera, CameraFormat, Control, PipeWireCamera, SizeEntry, Survey, User, VirtualCamera,
    is_readable, trimmed,
};
use backlot_terminal::text::{Paint, wrapped};

/// Indentation of a device's details.
const INDENT: usize = 4;

/// Column of the text after a format or another label.
const BODY: usize = 14;

/// The most unreadable formats to name.
const FEW: usize = 8;

/// All devices, with their controls on request.
pub fn in_words(survey: &Survey, with_controls: bool, paint: Paint) -> String {
    let mut text = format!("{}\n", paint.bold("Cameras"));
    if survey.cameras.is_empty() {
        text += "  none: plug one in, or use --camera presenter\n";
    }
    for entry in &survey.cameras {
        text += &camera(entry, with_controls, paint);
    }
    text += &format!("\n{}\n", paint.bold("Virtual cameras"));
    if survey.virtual_cameras.is_empty() {
        text += "  none: 'backlot doctor' says why\n";
    }
    for entry in &survey.virtual_cameras {
        text += &virtual_camera(entry, paint);
    }
    if let Some(cameras) = &survey.pipewire {
        text += &format!("\n{}\n", paint.bold("Through PipeWire"));
        text += &cameras.iter().map(pipewire_camera).collect::<String>();
        if cameras.is_empty() {
            text += "  none\n";
        }
    }
    text
}

fn pipewire_camera(camera: &PipeWireCamera) -> String {
    let name = if camera.description.is_empty() { &camera.name } else { &camera.description };
    let behind = match &camera.device {
        Some(device) => format!(" (the device {device})"),
        None => format!(" (node {})", camera.name),
    };
    format!("  {}", wrapped(&format!("{name}{behind}"), 2, INDENT))
}

fn line(word: &str, rest: &str) -> String {
    format!("{:INDENT$}{word:<width$}{}", "", wrapped(rest, BODY, BODY), width = BODY - INDENT)
}

fn heading(path: &str, name: &str, paint: Paint) -> String {
    let name = wrapped(name, 0, 0);
    format!("  {}  {}\n", paint.bold(path), paint.bold(name.trim_end()))
}

fn camera(camera: &Camera, with_controls: bool, paint: Paint) -> String {
    let mut text = heading(&camera.path, &camera.name, paint);
    if let Some(id) = &camera.id {
        text += &line("id", id);
    }
    if !camera.driver.is_empty() {
        text += &line("driver", &format!("{}, at {}", camera.driver, camera.bus));
    }
    if let Some(problem) = &camera.problem {
        return text + &line("problem", problem);
    }
    if !camera.users.is_empty() {
        text += &line("open in", &users(&camera.users));
    }
    text += &formats(&camera.modes);
    if with_controls {
        text += &camera.controls.iter().map(control).collect::<String>();
    }
    text
}

fn users(users: &[User]) -> String {
    let shown = users.iter().map(|user| format!("{} ({})", user.program, user.pid));
    shown.collect::<Vec<_>>().join(", ")
}

/// The readable formats, grouped by their sizes, and the names of the others.
fn formats(all: &[CameraFormat]) -> String {
    let (known, others): (Vec<_>, Vec<_>) =
        all.iter().partition(|format| is_readable(&format.format));
    let groups = known.chunk_by(|a, b| a.sizes == b.sizes);
    let mut text: String = groups.map(modes).collect();
    let names: Vec<_> = others.iter().map(|format| format.format.as_str()).collect();
    let more = match names.len().saturating_sub(FEW) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    if !names.is_empty() {
        let few = names.iter().take(FEW).copied().collect::<Vec<_>>().join(" ");
        text += &line("not used", &format!("{few}{more}"));
    }
    text
}

/// Formats with the same sizes; sizes with the same rates share a line.
fn modes(formats: &[&CameraFormat]) -> String {
    let names = formats.iter().map(|format| format.format.as_str()).collect::<Vec<_>>();
    let sizes = formats.first().map_or(&[][..], |format| &format.sizes);
    let mut text = String::new();
    let (mut word, before) = match &names[..] {
        [one] => (*one, String::new()),
        several => ("formats", several.join(" ")),
    };
    if !before.is_empty() {
        text += &line(word, &before);
        word = "";
    }
    for group in sizes.chunk_by(|a, b| a.rates == b.rates) {
        let sizes = group.iter().map(size).collect::<Vec<_>>().join(", ");
        let rates = group.first().map_or(String::new(), |entry| rates(&entry.rates));
        text += &line(word, &format!("{sizes}{rates}"));
        word = "";
    }
    if sizes.is_empty() {
        text += &line(word, "sizes unknown");
    }
    text
}

fn size(SizeEntry { min, max, .. }: &SizeEntry) -> String {
    match min == max {
        true => format!("{}x{}", max.0, max.1),
        false => format!("any from {}x{} to {}x{}", min.0, min.1, max.0, max.1),
    }
}

/// Lists a few rates, or the range of many.
fn rates(rates: &[f64]) -> String {
    match rates {
        [] => String::new(),
        [.., last] if rates.len() > 6 => {
            format!(" at {} to {} fps", trimmed(rates[0]), trimmed(*last))
        }
        rates => {
            let list: Vec<_> = rates.iter().map(|&rate| trimmed(rate)).collect();
            format!(" at {} fps", list.join(", "))
        }
    }
}

fn control(control: &Control) -> String {
    let fixed = if control.is_fixed { "; can't be set now" } else { "" };
    let is_default = control.value == Some(control.default);
    let default = match is_default {
        true => String::new(),
        false => format!(", default {}", worded(control, control.default)),
    };
    if control.is_button {
        return format!("{:INDENT$}{}  (set it to 1 to press it)\n", "", control.name);
    }
    let range = match (&control.entries[..], control.is_switch) {
        ([], true) => "on or off".to_owned(),
        ([], false) => format!("{} to {}", control.min, control.max),
        (entries, _) => entries.iter().map(|(_, name)| &**name).collect::<Vec<_>>().join(", "),
    };
    let value = control.value.map(|value| worded(control, value)).unwrap_or_default();
    let text = format!("{} = {value}  ({range}{default}{fixed})", control.name);
    format!("{:INDENT$}{}", "", wrapped(&text, INDENT, INDENT + 4))
}

/// A value as the user types it.
pub fn worded(control: &Control, value: i64) -> String {
    let entry = control.entries.iter().find(|(number, _)| *number == value);
    match (entry, control.is_switch) {
        (Some((_, name)), _) => name.clone(),
        (None, true) => if value == 0 { "off" } else { "on" }.to_owned(),
        (None, false) => value.to_string(),
    }
}

fn virtual_camera(camera: &VirtualCamera, paint: Paint) -> String {
    let mut text = heading(&camera.path, &camera.label, paint);
    if let Some(problem) = &camera.problem {
        return text + &line("problem", problem);
    }
    text += &match (&camera.shows, &camera.fed_by) {
        (Some(shows), Some(user)) => {
            line("shows", &format!("{shows}, from {} ({})", user.program, user.pid))
        }
        (Some(shows), None) => line("shows", shows),
        (None, _) => line("shows", "nothing now"),
    };
    if !camera.users.is_empty() {
        text += &line("open in", &users(&camera.users));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(width: u32, height: u32, rates: &[f64]) -> SizeEntry {
        SizeEntry { min: (width, height), max: (width, height), rates: rates.to_vec() }
    }

    #[test]
    fn sizes_of_the_same_rates_share_a_line() {
        let sizes = vec![
            entry(1920, 1080, &[30.0]),
            entry(1280, 720, &[60.0, 30.0]),
            entry(640, 480, &[60.0, 30.0]),
            SizeEntry { min: (16, 16), ..entry(320, 240, &[]) },
        ];
        let all = [
            CameraFormat { format: "MJPG".into(), sizes },
            CameraFormat { format: "HSV3".into(), sizes: Vec::new() },
        ];
        let text = formats(&all);
        assert_eq!(
            text,
            "    MJPG      1920x1080 at 30 fps\n              1280x720, 640x480 at 60, 30 fps\n              \
             any from 16x16 to 320x240\n    not used  HSV3\n"
        );
        let many: Vec<f64> = (1..=30).rev().map(f64::from).collect();
        assert_eq!(rates(&many), " at 30 to 1 fps");
    }

    #[test]
    fn a_virtual_camera_says_who_is_there() {
        let user = |pid, program: &str| User { pid, program: program.into(), feeds: false };
        let camera = VirtualCamera {
            label: "Back\u{1b}lot".into(),
            path: "/dev/video10".into(),
            number: 10,
            shows: Some("YUYV 1280x720 at 30 fps".into()),
            fed_by: Some(user(1, "backlot")),
            users: vec![user(2, "firefox"), user(3, "zoom")],
            problem: None,
        };
        let text = virtual_camera(&camera, Paint::PLAIN);
        assert!(!text.contains('\u{1b}'), "{text}");
        assert!(text.contains("shows     YUYV 1280x720 at 30 fps, from backlot (1)\n"), "{text}");
        assert!(text.contains("open in   firefox (2), zoom (3)\n"), "{text}");
    }
}
