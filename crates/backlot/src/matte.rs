//! `backlot matte`: the mattes alone, or the person with transparency.

use crate::cli::{MatteArgs, MatteKind};
use crate::job::{Along, Cutting, Job, Output, What};
use crate::look::CutArgs;
use anyhow::{Result, bail};
use backlot_matte::PersonMatte;
use backlot_networks::{Matting, at_its_word};
use backlot_scene::Edge;
use backlot_sources::Input;
use backlot_terminal::Outcome;

/// Runs the command.
pub fn run(args: &MatteArgs) -> Result<Outcome> {
    let CutArgs { decontaminate, mirror, .. } = args.cut;
    let decontaminate = decontaminate.unwrap_or(Edge::default().decontaminate);
    if !(0.0..=1.0).contains(&decontaminate) {
        bail!("--decontaminate must be 0 to 1, not {decontaminate}");
    }
    let wanted = args.stream.wanted(args.cut.fit()?.unwrap_or_default())?;
    let output = Output::find(&args.output)?;
    let what = what(args.kind, &output)?;
    if args.cut.decontaminate.is_some() && what != What::Person {
        bail!(
            "--decontaminate is for the person's colours, and a matte has none: add '--as person'"
        );
    }
    let intake = args.intake.intake();
    let input = Input::find(&args.input, &intake)?;
    if args.cut.fit.is_some() && wanted.size.is_none() && keeps_its_shape(&input, &output) {
        bail!("--fit has no effect without a size to fill: give --size too");
    }
    let mattings = args.matte.mattings(&input)?;
    let job = Job {
        input: &input,
        output: &output,
        wanted,
        what,
        intake,
        reads: args.matte.file().into_iter().collect(),
        args: &args.run,
        along: Along::Nothing,
        notices: Vec::new(),
    };
    job.run(|canvas, is_still| {
        let Matting { model, settings } = mattings.of(is_still);
        let settings = at_its_word(*settings);
        let finder = PersonMatte::new(model, canvas.size, settings, canvas.level)?;
        let share = (what == What::Person).then_some(decontaminate);
        Ok(Box::new(Cutting::new(canvas, finder, share, mirror)))
    })
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
