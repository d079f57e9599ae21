//! What a run needs from the machine: cameras, virtual cameras and networks. Tests replace it.

use crate::asked::Asked;
use crate::error::Result;
use crate::outputs::{Found, Plan};
use backlot_files::{Budget, Intake, Report};
use backlot_media::{Camera, CameraOpener, Recovery, StreamError, Wish};
use backlot_networks::{Matting, NetworkError};
use backlot_pipeline::PipelineError;
use backlot_pipeline::live::{CameraFinder, StudioBuilder, studio_builder};
use backlot_scene::config::Controls;
use backlot_settings::saved_controls;
use backlot_sources::camera::{self, Awaited};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Creates things that can be opened. Nothing here blocks: slow work is done on opening.
pub trait Machine {
    /// A camera, which need not exist yet.
    ///
    /// # Errors
    /// One sentence about what can never be.
    fn camera(&self, asked: &Asked) -> Result<Box<dyn CameraOpener>>;

    /// Creates openers of the cameras that scenes declare.
    fn finder(&self, asked: &Asked) -> CameraFinder;

    /// How files are read.
    fn intake(&self, asked: &Asked) -> Intake {
        let budget = Budget::new(asked.config.run.memory.0);
        Intake { budget, strict: asked.is_strict, ..Intake::default() }
    }

    /// Checks that a named camera exists.
    ///
    /// # Errors
    /// One sentence about what is in the way.
    fn check_camera(&self, asked: &Asked) -> Result<()>;

    /// A virtual camera, which need not exist yet.
    ///
    /// # Errors
    /// One sentence about what can never be.
    fn output(&self, plan: &Plan) -> Result<Found>;

    /// Checks that a named virtual camera exists.
    ///
    /// # Errors
    /// One sentence about what is in the way.
    fn check_output(&self, plan: &Plan) -> Result<()>;

    /// Creates the builder of studios, with the requested network.
    fn builder(&self, asked: &Asked) -> StudioBuilder;

    /// One sentence for each damage found in files since the last call.
    fn damaged(&self) -> Vec<String> {
        Vec::new()
    }
}

/// The machine that the program runs on.
#[derive(Default)]
pub struct ThisMachine {
    report: Report,
}

impl Machine for ThisMachine {
    fn intake(&self, asked: &Asked) -> Intake {
        let (budget, report) = (Budget::new(asked.config.run.memory.0), self.report.clone());
        Intake { budget, strict: asked.is_strict, report, ..Intake::default() }
    }

    fn camera(&self, asked: &Asked) -> Result<Box<dyn CameraOpener>> {
        let controls = &asked.config.camera.controls;
        Ok(Box::new(Awaited::new(&asked.camera, controls, saved_controls, &self.intake(asked))?))
    }

    fn finder(&self, asked: &Asked) -> CameraFinder {
        let intake = self.intake(asked);
        Box::new(move |device| {
            match Awaited::new(device.as_ref(), &Controls::new(), saved_controls, &intake) {
                Ok(opener) => Box::new(opener),
                Err(error) => Box::new(Impossible(device.to_owned(), error.to_string())),
            }
        })
    }

    fn check_camera(&self, asked: &Asked) -> Result<()> {
        camera::opener(&asked.camera, &Controls::new(), saved_controls, &self.intake(asked))?;
        Ok(())
    }

    fn output(&self, plan: &Plan) -> Result<Found> {
        plan.prepare()
    }

    fn check_output(&self, plan: &Plan) -> Result<()> {
        Ok(plan.check()?)
    }

    fn builder(&self, asked: &Asked) -> StudioBuilder {
        let args = asked.matting.clone();
        let intake = self.intake(asked);
        let known: Mutex<Option<StudioBuilder>> = Mutex::new(None);
        Arc::new(move |program, rig| {
            // Not locked while the network is read, as reading may hang.
            let build = lock(&known).clone();
            let build = match build {
                Some(build) => build,
                None => {
                    let matting = Matting::new(&args, false).map_err(unusable)?;
                    let intake = intake.clone();
                    let build = studio_builder(Some(matting.model), matting.settings, intake);
                    lock(&known).insert(build).clone()
                }
            };
            build(program, rig)
        })
    }

    fn damaged(&self) -> Vec<String> {
        self.report.take().iter().map(ToString::to_string).collect()
    }
}

/// A camera that can never be opened, and why.
struct Impossible(String, String);

impl CameraOpener for Impossible {
    fn name(&self) -> String {
        self.0.clone()
    }

    fn open(&mut self, _: &Wish) -> std::result::Result<Box<dyn Camera>, StreamError> {
        Err(StreamError::new(self.1.clone(), Recovery::Fatal))
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn unusable(error: NetworkError) -> PipelineError {
    PipelineError::Network(error.to_string())
}
