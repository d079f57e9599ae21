//! `backlot render`: the person of every frame on another set.

use crate::cli::RenderArgs;
use crate::job::{Along, Job, Output, Staging, What};
use anyhow::Result;
use backlot_networks::Matting;
use backlot_pipeline::StudioOptions;
use backlot_sources::Input;
use backlot_terminal::Outcome;
use std::path::PathBuf;

/// Runs the command.
pub fn run(args: &RenderArgs) -> Result<Outcome> {
    let (program, is_transparent) = args.look.program(&args.scene_file)?;
    let wanted = args.stream.wanted(args.look.cut.fit()?.unwrap_or_default())?;
    let output = Output::find(&args.output)?;
    if is_transparent {
        output.need_alpha()?;
    }
    let intake = args.intake.intake();
    let input = Input::find(&args.input, &intake)?;
    let mattings = args.matte.mattings(&input)?;
    let job = Job {
        input: &input,
        output: &output,
        wanted,
        what: if is_transparent { What::Person } else { What::Picture },
        intake: intake.clone(),
        reads: program
            .files()
            .map(PathBuf::from)
            .chain(args.matte.file())
            .chain(args.scene_file.settings.clone())
            .collect(),
        args: &args.run,
        along: if args.no_audio { Along::Silent } else { Along::All },
        notices: program.barely_hidden().into_iter().collect(),
    };
    job.run(|canvas, is_still| {
        let Matting { model, settings } = mattings.of(is_still);
        let options = StudioOptions {
            canvas,
            model: Some(model),
            matte: *settings,
            intake: &intake,
            maker: None,
        };
        Ok(Box::new(Staging::new(&program, options, is_transparent)?))
    })
}
