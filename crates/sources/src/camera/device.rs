//! Real cameras, with their saved controls.

use super::Saved;
use crate::error::SourceError;
use backlot_media::{Camera, CameraOpener, StreamError, Trouble, Wish};
use backlot_scene::config::{ControlValue, Controls};
use backlot_v4l2::{Node, V4l2CameraOpener, Wanted, find};

/// A video device, by its file or by one of its names, or the best available. It is looked up each
/// time it is opened, so it need not exist yet.
pub struct DeviceOpener {
    name: String,
    controls: Controls,
    saved: Saved,
    opener: V4l2CameraOpener,
}

impl DeviceOpener {
    /// A device that gets the controls saved for it, overridden by these.
    pub fn new(name: &str, controls: &Controls, saved: Saved) -> Self {
        let (name, controls) = (name.to_owned(), controls.clone());
        Self { opener: V4l2CameraOpener::new(name.clone()), name, controls, saved }
    }

    /// Checks that the camera exists now.
    ///
    /// # Errors
    /// One sentence when none has that name, or it is not a camera.
    pub fn check(&self) -> Result<(), SourceError> {
        Ok(self.opener.check()?)
    }
}

impl CameraOpener for DeviceOpener {
    fn name(&self) -> String {
        self.opener.name()
    }

    fn open(&mut self, wish: &Wish) -> Result<Box<dyn Camera>, StreamError> {
        self.opener.set_controls(controls_of(&self.name, &self.controls, self.saved));
        self.opener.open(wish)
    }
}

/// The best camera available: a video device, else one from PipeWire.
pub struct BestOpener {
    device: DeviceOpener,
    pipewire: Option<Box<dyn CameraOpener>>,
}

impl BestOpener {
    /// A camera that gets these controls if it is a video device.
    pub fn new(controls: &Controls, saved: Saved) -> Self {
        let pipewire = super::pipewire::opener(None).ok();
        Self { device: DeviceOpener::new("auto", controls, saved), pipewire }
    }
}

impl CameraOpener for BestOpener {
    fn name(&self) -> String {
        self.device.name()
    }

    fn open(&mut self, wish: &Wish) -> Result<Box<dyn Camera>, StreamError> {
        let error = match self.device.open(wish) {
            Err(error) if error.trouble() == Trouble::Absent => error,
            other => return other,
        };
        match &mut self.pipewire {
            Some(pipewire) if super::pipewire::has_cameras() => pipewire.open(wish),
            _ => Err(error),
        }
    }
}

/// The controls saved for a camera, overridden by these.
fn controls_of(name: &str, controls: &Controls, saved: Saved) -> Vec<(String, Wanted)> {
    let file = |node: &Node| node.path.display().to_string();
    let stable = find(name).ok().map(|n| n.stable_name().map_or_else(|| file(&n), str::to_owned));
    let mut wanted = stable.map(|name| saved(&name)).unwrap_or_default();
    wanted.extend(controls.clone());
    wanted.into_iter().map(|(name, value)| (name, in_words_of_v4l2(value))).collect()
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
    fn a_name_that_leads_nowhere_can_be_refused() {
        let error = |name| {
            DeviceOpener::new(name, &Controls::new(), |_| Controls::new())
                .check()
                .unwrap_err()
                .to_string()
        };
        assert!(error("/dev/video99").contains("/dev/video99"));
        assert!(error("no such camera").contains("no such camera"));
        assert_eq!(in_words_of_v4l2(ControlValue::Switch(true)), Wanted::Value(1));
    }
}
