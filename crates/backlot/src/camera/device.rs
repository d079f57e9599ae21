//! Real cameras, with the controls that were set for them.

use crate::settings::StateFile;
use anyhow::Result;
use backlot_media::CameraOpener;
use backlot_scene::config::{ControlValue, Controls};
use backlot_v4l2::{Node, V4l2CameraOpener, Wanted, find};

/// The best camera that there is: a video device, else what PipeWire has. Where there is none
/// yet, one is waited for.
pub fn best(controls: &Controls) -> Result<Box<dyn CameraOpener>> {
    if find("auto").is_err() && super::pipewire::has_cameras() {
        return super::pipewire::opener(None);
    }
    Ok(Box::new(with_controls("auto", controls)))
}

/// A video device, by its file or by a name that it is known by.
///
/// # Errors
/// One sentence when there is none of that name, or it is no camera.
pub fn named(name: &str, controls: &Controls) -> Result<Box<dyn CameraOpener>> {
    let opener = with_controls(name, controls);
    opener.check()?;
    Ok(Box::new(opener))
}

fn with_controls(name: &str, controls: &Controls) -> V4l2CameraOpener {
    let file = |node: &Node| node.path.display().to_string();
    let stable = find(name).ok().map(|n| n.stable_name().map_or_else(|| file(&n), str::to_owned));
    // A state that can't be read is as good as none; 'run' warns of it.
    let (mut state, _) = StateFile::new().load();
    let mut wanted = stable.and_then(|name| state.cameras.remove(&name)).unwrap_or_default();
    wanted.extend(controls.clone());
    let wanted = wanted.into_iter().map(|(name, value)| (name, in_words_of_v4l2(value)));
    V4l2CameraOpener::new(name).with_controls(wanted.collect())
}

fn in_words_of_v4l2(value: ControlValue) -> Wanted {
    match value {
        ControlValue::Switch(on) => Wanted::Value(on.into()),
        ControlValue::Number(number) => Wanted::Value(number),
        ControlValue::Entry(text) => Wanted::Item(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_leads_nowhere_is_refused_at_once() {
        let error = |name| named(name, &Controls::new()).map(|_| ()).unwrap_err().to_string();
        assert!(error("/dev/video99").contains("/dev/video99"));
        assert!(error("no such camera").contains("no such camera"));
        assert_eq!(in_words_of_v4l2(ControlValue::Switch(true)), Wanted::Value(1));
    }
}
