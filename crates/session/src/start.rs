//! The start of a run: refuses named devices that don't exist, and opens the rest.

use crate::asked::Asked;
use crate::error::{Result, SessionError};
use crate::machine::Machine;
use crate::outputs::Plan;
use crate::report::Reporter;
use crate::slots::Slots;
use backlot_media::{MonotonicClock, Trouble};
use backlot_pipeline::live::{Live, LiveSetup};
use backlot_scene::config::{Overrides, State};
use backlot_sources::{SourceError, camera};
use backlot_v4l2::Error as DeviceError;
use std::path::Path;
use std::sync::Arc;

/// The parts of a run.
pub struct Start {
    /// The pipeline.
    pub live: Live,
    /// Its virtual cameras.
    pub slots: Slots,
}

impl Start {
    /// Starts the pipeline.
    ///
    /// # Errors
    /// When the scene can't be shown.
    pub fn new(asked: &Asked, machine: &dyn Machine) -> Result<Self> {
        let mut live = Live::start(LiveSetup {
            camera: machine.camera(asked)?,
            find: machine.finder(asked),
            outputs: Vec::new(),
            program: asked.program(),
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

/// Checks the names on the command line, and returns those that were found. What was found in an
/// earlier run may come back and is waited for, as is everything in the settings file.
///
/// # Errors
/// One sentence about a name that was never found.
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

/// Whether the error is only that something doesn't exist.
fn is_absent(error: &SessionError) -> bool {
    match error {
        SessionError::Output(DeviceError::NoVirtualCamera | DeviceError::NoSuchOutput { .. }) => {
            true
        }
        SessionError::Output(error) | SessionError::Source(SourceError::Device(error)) => {
            error.trouble() == Trouble::Absent
        }
        _ => false,
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
    if let Some(exposed) = asked.matting.exposed() {
        reporter.warn(&exposed);
    }
    reporter.say(&format!("Settings  {settings}"));
}

/// Prints the scene, and a warning if it should hide the room but barely does.
pub fn announce_scene(asked: &Asked, reporter: &mut Reporter) {
    reporter.say(&format!("Scene     {}", asked.scene_in_words()));
    if let Some(doubt) = asked.chosen.scene.barely_hidden() {
        reporter.warn(&doubt);
    }
}

/// The virtual cameras on one line.
pub fn outputs_in_words(asked: &Asked) -> String {
    let names: Vec<_> = asked.outputs.iter().map(Plan::words_with_scene).collect();
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}
