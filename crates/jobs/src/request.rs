//! What is asked for: a scene over every frame, or every frame's matte.

use crate::along::Along;
use crate::error::Result;
use crate::job::{Job, Manner};
use crate::output::Output;
use crate::work::{Cutting, Staging, What, Work};
use backlot_effects::Canvas;
use backlot_files::Intake;
use backlot_matte::PersonMatte;
use backlot_networks::{Matting, MattingChoice, Mattings, at_its_word};
use backlot_pipeline::{Program, StudioOptions};
use backlot_scene::Edge;
use backlot_sources::{Input, Wanted};
use backlot_terminal::Outcome;
use std::ffi::OsString;
use std::path::PathBuf;

/// A job as it was asked for: nothing is opened yet.
#[derive(Clone, Debug)]
pub struct JobRequest {
    /// What the user named to read.
    pub input: OsString,
    /// What the user named to write.
    pub output: PathBuf,
    /// Which frames to make.
    pub wanted: Wanted,
    /// How the person is found.
    pub matting: MattingChoice,
    /// How files are read.
    pub intake: Intake,
    /// How the job is run.
    pub manner: Manner,
    /// Files that are read besides the input and what the scene shows.
    pub reads: Vec<PathBuf>,
    /// What becomes of each frame.
    pub make: Make,
}

/// What becomes of each frame.
#[derive(Clone, Debug)]
pub enum Make {
    /// The person on another set.
    Scene {
        /// The scene, and what its names mean.
        program: Box<Program>,
        /// Whether the background stays transparent.
        is_transparent: bool,
        /// Whether the sound is left out.
        is_muted: bool,
    },
    /// The matte, or the person alone.
    Matte {
        /// Which of the two, if it was given.
        kind: Option<MatteKind>,
        /// How much of the room's colour is taken out of the person's edge, if it was given.
        decontaminate: Option<f32>,
        /// Whether left and right are swapped.
        mirror: bool,
        /// Whether a way to fit was given.
        has_fit: bool,
    },
}

/// What of a cut is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MatteKind {
    /// White where the person is.
    Matte,
    /// The person, transparent elsewhere.
    Person,
}

impl JobRequest {
    /// Runs the job, and prints a summary.
    ///
    /// # Errors
    /// One sentence about what stopped it. Complete results stay.
    pub fn run(&self) -> Result<Outcome> {
        match &self.make {
            Make::Scene { program, is_transparent, is_muted } => {
                self.render(program, *is_transparent, *is_muted)
            }
            Make::Matte { kind, decontaminate, has_fit, .. } => {
                self.cut(*kind, *decontaminate, *has_fit)
            }
        }
    }

    fn render(&self, program: &Program, is_transparent: bool, is_muted: bool) -> Result<Outcome> {
        let output = Output::find(&self.output)?;
        if is_transparent {
            output.need_alpha()?;
        }
        let input = Input::find(&self.input, &self.intake)?;
        let mattings = self.mattings(&input)?;
        let mut job = Job {
            what: if is_transparent { What::Person } else { What::Picture },
            reads: program.files().into_iter().chain(self.reads()).collect(),
            along: if is_muted { Along::Silent } else { Along::All },
            ..self.job(&input, &output)
        };
        job.notices.extend(program.barely_hidden());
        let what = job.what;
        job.run(|canvas, is_still| self.work(&mattings, what, canvas, is_still))
    }

    /// Makes what makes one thing of each frame of a canvas.
    ///
    /// # Errors
    /// One sentence about what can't be made.
    pub(crate) fn work(
        &self,
        mattings: &Mattings,
        what: What,
        canvas: Canvas,
        is_still: bool,
    ) -> Result<Box<dyn Work>> {
        let Matting { model, settings } = mattings.of(is_still);
        match &self.make {
            Make::Scene { program, is_transparent, .. } => {
                let intake = &self.intake;
                let options = StudioOptions::new(canvas, Some(model), *settings, intake);
                Ok(Box::new(Staging::new(program, options, *is_transparent)?))
            }
            Make::Matte { decontaminate, mirror, .. } => {
                let settings = at_its_word(*settings);
                let finder = PersonMatte::new(model, canvas.size, settings, canvas.level)?;
                let share = decontaminate.unwrap_or(Edge::default().decontaminate);
                let share = (what == What::Person).then_some(share);
                Ok(Box::new(Cutting::new(canvas, finder, share, *mirror)))
            }
        }
    }

    fn cut(
        &self,
        kind: Option<MatteKind>,
        decontaminate: Option<f32>,
        has_fit: bool,
    ) -> Result<Outcome> {
        check_share(decontaminate)?;
        let output = Output::find(&self.output)?;
        let what = what(kind, &output)?;
        if decontaminate.is_some() && what != What::Person {
            refuse!(
                "--decontaminate is for the person's colours, and a matte has none: add '--as person'"
            );
        }
        let input = Input::find(&self.input, &self.intake)?;
        if has_fit && self.wanted.size.is_none() && keeps_its_shape(&input, &output) {
            refuse!("--fit has no effect without a size to fill: give --size too");
        }
        let mattings = self.mattings(&input)?;
        let reads = self.reads().collect();
        let job = Job { what, reads, along: Along::Nothing, ..self.job(&input, &output) };
        job.run(|canvas, is_still| self.work(&mattings, what, canvas, is_still))
    }

    pub(crate) fn mattings(&self, input: &Input) -> Result<Mattings> {
        let is_folder = matches!(input, Input::Folder(_));
        Ok(Mattings::new(&self.matting, input.is_stills(), is_folder)?)
    }

    fn reads(&self) -> impl Iterator<Item = PathBuf> {
        self.matting.file().into_iter().chain(self.reads.iter().cloned())
    }

    fn job<'a>(&self, input: &'a Input, output: &'a Output) -> Job<'a> {
        Job {
            input,
            output,
            wanted: self.wanted,
            what: What::Picture,
            intake: self.intake.clone(),
            reads: Vec::new(),
            manner: self.manner,
            along: Along::All,
            notices: self.less_than_asked().into_iter().collect(),
        }
    }

    /// What to tell whoever asked for the best and gets less.
    fn less_than_asked(&self) -> Option<String> {
        let is_told = !self.manner.quiet;
        is_told.then(|| Matting::less_than_asked(&self.matting)).flatten()
    }
}

/// Refuses a share that is none.
///
/// # Errors
/// One sentence about it.
pub(crate) fn check_share(decontaminate: Option<f32>) -> Result<()> {
    match decontaminate {
        Some(share) if !(0.0..=1.0).contains(&share) => {
            refuse!("--decontaminate must be 0 to 1, not {share}")
        }
        _ => Ok(()),
    }
}

/// Whether every result has the shape of its input. Videos can change their size, and pictures of
/// several shapes can become one video.
const fn keeps_its_shape(input: &Input, output: &Output) -> bool {
    match input {
        Input::Picture(_) | Input::Presenter(_) => true,
        Input::Folder(_) => matches!(output, Output::Folder(_)),
        Input::Video(..) | Input::Stdin => false,
    }
}

/// What to write: what was asked for, or the container's default.
fn what(asked: Option<MatteKind>, output: &Output) -> Result<What> {
    let by_itself = output.holds_alpha() && matches!(output, Output::Video(_));
    match asked {
        Some(MatteKind::Matte) => Ok(What::Matte),
        Some(MatteKind::Person) => output.need_alpha().map(|()| What::Person),
        None => Ok(if by_itself { What::Person } else { What::Matte }),
    }
}
