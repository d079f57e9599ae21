//! The beginning of a run: what was named and is not there is refused, and the rest is opened.

use super::asked::Asked;
use super::machine::Machine;
use super::report::Reporter;
use super::slots::Slots;
use crate::camera;
use anyhow::Result;
use backlot_media::{MonotonicClock, Trouble};
use backlot_pipeline::live::{Live, LiveSetup};
use backlot_scene::config::{Overrides, State};
use backlot_v4l2::Error as DeviceError;
use std::path::Path;
use std::sync::Arc;

/// What runs.
pub struct Start {
    /// The pipeline.
    pub live: Live,
    /// Its virtual cameras.
    pub slots: Slots,
}

impl Start {
    /// Starts all that is asked for.
    ///
    /// # Errors
    /// When the scene can't be shown.
    pub fn new(asked: &Asked, machine: &dyn Machine) -> Result<Self> {
        let mut live = Live::start(LiveSetup {
            camera: machine.camera(asked)?,
            outputs: Vec::new(),
            scene: asked.chosen.scene.clone(),
            build: machine.builder(asked),
            wish: asked.wish(),
            close_after: asked.config.run.close_after,
            clock: Arc::new(MonotonicClock),
        })?;
        let mut slots = Slots::default();
        slots.follow(&asked.outputs, &mut live, machine)?;
        Ok(Self { live, slots })
    }
}

/// Checks what the command line names, and gives back those names that something was found for.
/// What was there before may come again and is waited for, as is all that the settings file names.
///
/// # Errors
/// One sentence about a name that leads nowhere.
pub fn check(
    asked: &Asked,
    given: &Overrides,
    machine: &dyn Machine,
    remembered: &State,
) -> Result<Vec<String>> {
    let mut seen = Vec::new();
    let mut note = |name: String, checked: Result<()>| match checked {
        Ok(()) => {
            seen.push(name);
            Ok(())
        }
        Err(error) if is_absent(&error) && remembered.seen.contains(&name) => Ok(()),
        Err(error) => Err(error),
    };
    if given.camera.is_some() {
        note(format!("camera {}", asked.camera.display()), machine.check_camera(asked))?;
    }
    if !given.outputs.is_empty() {
        for plan in asked.outputs.iter().filter(|plan| !plan.is_optional) {
            note(format!("output {}", plan.name()), machine.check_output(plan))?;
        }
    }
    Ok(seen)
}

/// Whether something is only not there.
fn is_absent(error: &anyhow::Error) -> bool {
    match error.downcast_ref::<DeviceError>() {
        Some(DeviceError::NoVirtualCamera | DeviceError::NoSuchOutput { .. }) => true,
        Some(error) => error.trouble() == Trouble::Absent,
        None => false,
    }
}

/// The four lines of the start.
pub fn announce(asked: &Asked, settings: Option<&Path>, reporter: &mut Reporter) {
    let wish = asked.wish();
    let settings = settings.map_or("none: the defaults".to_owned(), |p| p.display().to_string());
    reporter.say(&format!(
        "Camera    {}, {} at {} fps, while somebody watches",
        camera::in_words(&asked.camera),
        wish.size,
        wish.rate
    ));
    reporter.say(&format!("Output    {}", outputs_in_words(asked)));
    announce_scene(asked, reporter);
    reporter.say(&format!("Settings  {settings}"));
}

/// Names the scene, and says if the room can be made out in it though it was to be hidden.
pub fn announce_scene(asked: &Asked, reporter: &mut Reporter) {
    reporter.say(&format!("Scene     {}", asked.scene_in_words()));
    if let Some(doubt) = asked.chosen.scene.barely_hidden() {
        reporter.warn(&doubt);
    }
}

/// The virtual cameras, in a line.
pub fn outputs_in_words(asked: &Asked) -> String {
    let names: Vec<_> = asked.outputs.iter().map(|plan| plan.words()).collect();
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}
