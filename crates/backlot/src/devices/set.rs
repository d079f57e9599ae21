//! `backlot devices --set NAME=VALUE`.

use anyhow::{Context, Result, bail};
use backlot_host::inventory::{Camera, Control, Survey, worded};
use backlot_scene::config::ControlValue;
use backlot_schema::nearest;
use backlot_settings::StateFile;
use backlot_terminal::stdio;
use backlot_v4l2::Controls;
use std::path::Path;

/// Sets controls of a camera in order, and prints their new values.
pub fn run(survey: &Survey, camera: Option<&str>, texts: &[String]) -> Result<()> {
    let camera = chosen(&survey.cameras, camera)?;
    if let Some(problem) = &camera.problem {
        bail!("the controls of {} can't be set: {problem}", camera.path);
    }
    // Parse all of them before setting the first.
    let wanted: Vec<_> =
        texts.iter().map(|text| understood(camera, text)).collect::<Result<_>>()?;
    let controls = Controls::open(&camera.path)?;
    for (control, value) in &wanted {
        set(&controls, control, *value)?;
    }
    save(camera, &wanted, &StateFile::new())
}

/// Saves what was set, to be set again each time Backlot opens the camera. Defaults are not saved.
fn save(camera: &Camera, wanted: &[(&Control, i64)], file: &StateFile) -> Result<()> {
    let (mut state, warning) = file.load();
    if let Some(warning) = warning {
        stdio::warn(warning);
    }
    let name = camera.id.clone().unwrap_or_else(|| camera.path.clone());
    let saved = state.cameras.entry(name.clone()).or_default();
    for (control, value) in wanted.iter().filter(|(control, _)| !control.is_button) {
        match *value == control.default {
            true => drop(saved.remove(&control.name)),
            false => drop(saved.insert(control.name.clone(), remembered(control, *value))),
        }
    }
    if saved.is_empty() {
        state.cameras.remove(&name);
    }
    file.save(&state)?;
    Ok(stdio::print_line("saved: Backlot sets it each time it opens this camera")?)
}

fn remembered(control: &Control, value: i64) -> ControlValue {
    let entry = control.entries.iter().find(|(number, _)| *number == value);
    match entry {
        Some((_, name)) => ControlValue::Entry(name.clone()),
        None if control.is_switch => ControlValue::Switch(value != 0),
        None => ControlValue::Number(value),
    }
}

fn set(controls: &Controls, control: &Control, value: i64) -> Result<()> {
    let name = &control.name;
    let now = match controls.set(name, value) {
        Ok(now) => now,
        Err(error) => {
            let why = match () {
                () if control.is_read_only => "it is read-only".to_owned(),
                () if control.is_fixed => "another control governs it now".to_owned(),
                () => error.to_string(),
            };
            bail!("'{name}' can't be set to {}: {why}", worded(control, value));
        }
    };
    if control.is_button {
        return Ok(stdio::print_line(format_args!("{name} was pressed"))?);
    }
    Ok(stdio::print_line(outcome(control, value, now))?)
}

/// Describes what a control was set to.
fn outcome(control: &Control, wanted: i64, now: i64) -> String {
    let name = &control.name;
    let [wanted_words, now_words] = [wanted, now].map(|value| worded(control, value));
    match (now == wanted, control.value) {
        (true, Some(was)) if was != now => {
            format!("{name} is {now_words}, was {}", worded(control, was))
        }
        (true, _) => format!("{name} is {now_words}, as it was"),
        (false, _) if control.is_fixed => {
            format!("{name} is {now_words}, not {wanted_words}: another control governs it now")
        }
        (false, _) => {
            format!("{name} is {now_words}: the camera does not accept {wanted_words}")
        }
    }
}

/// The camera that a text names, or the only one.
fn chosen<'a>(cameras: &'a [Camera], text: Option<&str>) -> Result<&'a Camera> {
    let Some(text) = text else {
        return match cameras {
            [] => bail!("there is no camera: plug one in"),
            [camera] => Ok(camera),
            cameras => {
                let paths: Vec<_> = cameras.iter().map(|c| c.path.as_str()).collect();
                bail!("there are several cameras: choose one with --camera {}", paths.join(" or "))
            }
        };
    };
    let is_it = |camera: &&Camera| {
        [&camera.path, &camera.name, &camera.number.to_string()]
            .into_iter()
            .any(|name| name == text)
            || camera.id.as_deref() == Some(text)
            || Path::new("/dev")
                .join(text)
                .canonicalize()
                .is_ok_and(|path| path == Path::new(&camera.path))
    };
    cameras.iter().find(is_it).with_context(|| {
        format!("'{text}' is not a camera: 'backlot devices' lists them by file, name and id")
    })
}

/// The control and the value of `NAME=VALUE`.
fn understood<'a>(camera: &'a Camera, text: &str) -> Result<(&'a Control, i64)> {
    let Some((name, value)) = text.split_once('=') else {
        bail!("'{text}' has no value: write NAME=VALUE, for example brightness=128");
    };
    let (name, value) = (name.trim(), value.trim());
    let Some(control) = camera.controls.iter().find(|control| control.name == name) else {
        let known = camera.controls.iter().map(|control| control.name.as_str());
        let hint = nearest(name, known).map(|known| format!(" (did you mean '{known}'?)"));
        bail!(
            "{} has no control '{name}'{}: 'backlot devices --controls' lists them",
            camera.path,
            hint.unwrap_or_default()
        );
    };
    Ok((control, number(control, value)?))
}

fn number(control: &Control, value: &str) -> Result<i64> {
    let (name, Control { min, max, .. }) = (&control.name, control);
    let is = |word: &str| value.eq_ignore_ascii_case(word);
    if is("default") {
        return Ok(control.default);
    }
    let entry = control.entries.iter().find(|(_, entry)| entry.trim().eq_ignore_ascii_case(value));
    if let Some((number, _)) = entry {
        return Ok(*number);
    }
    if control.is_button {
        return match is("1") {
            true => Ok(1),
            false => bail!("'{name}' is a button: write '{name}=1' to press it"),
        };
    }
    if control.is_switch {
        return match () {
            () if is("on") || is("true") || is("1") => Ok(1),
            () if is("off") || is("false") || is("0") => Ok(0),
            () => bail!("'{name}' is on or off, not '{value}'"),
        };
    }
    let number: Option<i64> = value.parse().ok();
    match (number, &control.entries[..]) {
        (Some(n), []) if (*min..=*max).contains(&n) => Ok(n),
        (_, []) => bail!("'{name}' takes a whole number from {min} to {max}, not '{value}'"),
        (Some(n), entries) if entries.iter().any(|(number, _)| *number == n) => Ok(n),
        (_, entries) => {
            let names: Vec<_> = entries.iter().map(|(_, name)| name.as_str()).collect();
            bail!("'{name}' takes one of {}, not '{value}'", names.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn control(name: &str, (min, max): (i64, i64), entries: &[(i64, &str)]) -> Control {
        Control {
            name: name.into(),
            title: name.into(),
            value: Some(0),
            min,
            max,
            step: 1,
            default: 2,
            entries: entries.iter().map(|(n, s)| (*n, (*s).to_owned())).collect(),
            is_switch: (min, max) == (0, 1),
            is_button: false,
            is_fixed: false,
            is_read_only: false,
        }
    }

    fn camera(path: &str) -> Camera {
        let controls = vec![
            control("brightness", (-10, 10), &[]),
            control("autofocus", (0, 1), &[]),
            control("power_line_frequency", (0, 2), &[(0, "Disabled"), (1, "50 Hz")]),
        ];
        Camera {
            id: Some("usb-Cam-index0".into()),
            path: path.into(),
            number: 4,
            name: "Cam".into(),
            driver: "uvcvideo".into(),
            bus: String::new(),
            modes: Vec::new(),
            controls,
            users: Vec::new(),
            problem: None,
        }
    }

    #[test]
    fn values_are_read_as_people_write_them() {
        let camera = camera("/dev/video4");
        let value = |text: &str| understood(&camera, text).unwrap().1;
        assert_eq!(value("brightness=-5"), -5);
        assert_eq!(value(" brightness = default"), 2);
        assert_eq!((value("autofocus=On"), value("autofocus=0")), (1, 0));
        assert_eq!((value("power_line_frequency=50 hz"), value("power_line_frequency=0")), (1, 0));
        let error = |text: &str| understood(&camera, text).map(|_| ()).unwrap_err().to_string();
        assert!(error("brightnes=3").contains("did you mean 'brightness'?"));
        assert!(error("brightness").contains("NAME=VALUE"));
        assert!(error("brightness=11").contains("from -10 to 10"));
        assert!(error("brightness=bright").contains("'bright'"));
        assert!(error("autofocus=2").contains("on or off"));
        assert!(error("power_line_frequency=2").contains("Disabled, 50 Hz"));
    }

    #[test]
    fn what_was_set_is_remembered_by_the_cameras_stable_name() {
        let folder = tempfile::tempdir().unwrap();
        let file = StateFile::at(folder.path().join("state.toml"));
        let camera = camera("/dev/video4");
        let wanted = |text: &str| understood(&camera, text).unwrap();
        let texts = ["brightness=7", "autofocus=on", "power_line_frequency=50 Hz"];
        save(&camera, &texts.map(wanted), &file).unwrap();
        let saved = file.load().0.cameras.remove("usb-Cam-index0").unwrap();
        assert_eq!(saved["brightness"], ControlValue::Number(7));
        assert_eq!(saved["autofocus"], ControlValue::Switch(true));
        assert_eq!(saved["power_line_frequency"], ControlValue::Entry("50 Hz".into()));
        save(&camera, &[wanted("brightness=default")], &file).unwrap();
        assert!(!file.load().0.cameras["usb-Cam-index0"].contains_key("brightness"));
    }

    #[test]
    fn what_became_of_a_wish_is_said() {
        let mut control = control("gain", (0, 255), &[]);
        assert_eq!(outcome(&control, 9, 9), "gain is 9, was 0");
        assert_eq!(outcome(&control, 0, 0), "gain is 0, as it was");
        assert!(outcome(&control, 9, 8).contains("gain is 8: the camera does not accept 9"));
        control.is_fixed = true;
        assert!(outcome(&control, 9, 8).contains("another control governs it"));
    }

    #[test]
    fn a_camera_is_chosen_by_any_of_its_names() {
        let cameras = [
            camera("/dev/nowhere4"),
            Camera { number: 6, id: None, name: "B".into(), ..camera("/dev/nowhere6") },
        ];
        for (text, path) in [("usb-Cam-index0", 4), ("/dev/nowhere6", 6), ("B", 6), ("4", 4)] {
            let found = chosen(&cameras, Some(text)).unwrap();
            assert_eq!(found.path, format!("/dev/nowhere{path}"), "{text}");
        }
        let error =
            |cameras: &[Camera], text| chosen(cameras, text).map(|_| ()).unwrap_err().to_string();
        assert!(error(&cameras, None).contains("/dev/nowhere4 or /dev/nowhere6"));
        assert!(error(&cameras, Some("x")).contains("'x' is not a camera"));
        assert!(error(&[], None).contains("no camera"));
    }
}
