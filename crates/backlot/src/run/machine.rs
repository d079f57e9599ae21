//! What a run takes from the machine: cameras, virtual cameras and networks. Tests bring their own.

use super::asked::Asked;
use crate::camera::{self, Awaited};
use crate::job::Matting;
use crate::outputs::{Found, Plan};
use anyhow::Result;
use backlot_files::{Budget, Intake, Report};
use backlot_media::CameraOpener;
use backlot_pipeline::PipelineError;
use backlot_pipeline::live::{StudioBuilder, studio_builder};
use backlot_scene::config::Controls;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Makes things ready to be opened. Nothing here waits: what takes time is done when it is opened.
pub trait Machine {
    /// A camera, which need not be there yet.
    ///
    /// # Errors
    /// One sentence about what can never be.
    fn camera(&self, asked: &Asked) -> Result<Box<dyn CameraOpener>>;

    /// Whether a camera that was named is there.
    ///
    /// # Errors
    /// One sentence about what is in the way.
    fn check_camera(&self, asked: &Asked) -> Result<()>;

    /// A virtual camera, which need not be there yet.
    ///
    /// # Errors
    /// One sentence about what can never be.
    fn output(&self, plan: &Plan) -> Result<Found>;

    /// Whether a virtual camera that was named is there.
    ///
    /// # Errors
    /// One sentence about what is in the way.
    fn check_output(&self, plan: &Plan) -> Result<()>;

    /// What makes studios of scenes, by the network that is asked for.
    fn builder(&self, asked: &Asked) -> StudioBuilder;

    /// What was damaged of the files that were read since the last time, in a sentence each.
    fn damaged(&self) -> Vec<String> {
        Vec::new()
    }
}

/// This one.
#[derive(Default)]
pub struct ThisMachine {
    report: Report,
}

impl ThisMachine {
    /// How files are read.
    fn intake(&self, asked: &Asked) -> Intake {
        let (budget, report) = (Budget::new(asked.config.run.memory.0), self.report.clone());
        Intake { budget, strict: asked.is_strict, report, ..Intake::default() }
    }
}

impl Machine for ThisMachine {
    fn camera(&self, asked: &Asked) -> Result<Box<dyn CameraOpener>> {
        let controls = &asked.config.camera.controls;
        Ok(Box::new(Awaited::new(&asked.camera, controls, &self.intake(asked))?))
    }

    fn check_camera(&self, asked: &Asked) -> Result<()> {
        camera::opener(&asked.camera, &Controls::new(), &self.intake(asked)).map(|_| ())
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
        Arc::new(move |scene, canvas| {
            // Not held while the network is read: its file may not answer.
            let build = lock(&known).clone();
            let build = match build {
                Some(build) => build,
                None => {
                    let matting = Matting::parse(&args, false).map_err(unusable)?;
                    let intake = intake.clone();
                    let build = studio_builder(Some(matting.model), matting.settings, intake);
                    lock(&known).insert(build).clone()
                }
            };
            build(scene, canvas)
        })
    }

    fn damaged(&self) -> Vec<String> {
        self.report.take().iter().map(ToString::to_string).collect()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn unusable(error: anyhow::Error) -> PipelineError {
    PipelineError::Network(crate::sentence(&error))
}
