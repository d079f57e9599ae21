//! `backlot batch`: many videos in chunks, on as many machines as there are.

use crate::completing;
use crate::jobs::{Cut, Encode, StreamArgs};
use crate::limits::IntakeArgs;
use crate::look::{LookArgs, SceneFileArgs};
use crate::matting::MattingArgs;
use crate::typed;
use anyhow::{Result, bail};
use backlot_files::VideoQuality;
use backlot_jobs::{
    ChunkRequest, JobRequest, JoinRequest, Make, Manner, PlanRequest, chunk_numbers,
};
use backlot_terminal::Outcome;
use clap::{Args, Subcommand, ValueHint};
use std::ffi::OsString;
use std::path::PathBuf;

/// `backlot batch`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  backlot batch plan talks/ -o plan --background blur
  backlot batch chunk plan 17                  anywhere, in any order, and again
  backlot batch chunk plan all                 all that are missing, here
  backlot batch join plan -o results/")]
pub struct BatchArgs {
    #[command(subcommand)]
    step: Step,
}

/// The steps of a batch.
#[derive(Debug, Subcommand)]
enum Step {
    /// Look through videos and pictures, and write down in which chunks they are made
    Plan(Box<PlanArgs>),
    /// Make chunks of a plan
    Chunk(ChunkArgs),
    /// Join the chunks of a plan to results, with their sound
    Join(JoinArgs),
}

/// `backlot batch plan`
#[derive(Debug, Args)]
#[command(next_line_help = true)]
struct PlanArgs {
    /// Videos, pictures, and folders of them
    #[arg(value_name = "INPUT", required = true, value_parser = typed::path_or_word(), add = completing::inputs())]
    inputs: Vec<OsString>,
    /// Folder for the plan and its chunks; all machines must see it
    #[arg(short, long, value_name = "DIR", value_parser = typed::path(), value_hint = ValueHint::DirPath)]
    output: PathBuf,
    /// Make the matte (in grey) or the person (with transparency) in place of a scene
    #[arg(long = "as", value_name = "WHAT", hide_possible_values = true)]
    kind: Option<Cut>,
    /// Leave out the inputs' sound
    #[arg(long)]
    no_audio: bool,
    /// Read folders within folders too
    #[arg(short, long)]
    recursive: bool,
    /// Plan again where a plan is
    #[arg(short, long)]
    force: bool,
    /// Print no progress bar and no summary
    #[arg(short, long)]
    quiet: bool,
    #[command(flatten)]
    look: LookArgs,
    #[command(flatten)]
    scene_file: SceneFileArgs,
    #[command(flatten)]
    stream: StreamArgs,
    #[command(flatten)]
    matte: MattingArgs,
    #[command(flatten)]
    intake: IntakeArgs,
}

/// `backlot batch chunk`
#[derive(Debug, Args)]
struct ChunkArgs {
    /// The plan's folder
    #[arg(value_name = "DIR", value_parser = typed::path(), value_hint = ValueHint::DirPath)]
    folder: PathBuf,
    /// Which: a number, several as 0-9, or all that are missing
    #[arg(value_name = "N")]
    number: String,
    #[command(flatten)]
    place: PlaceArgs,
}

/// `backlot batch join`
#[derive(Debug, Args)]
struct JoinArgs {
    /// The plan's folder
    #[arg(value_name = "DIR", value_parser = typed::path(), value_hint = ValueHint::DirPath)]
    folder: PathBuf,
    /// The result of a single input (mp4, mkv, mov, webm, gif), or a folder for all results
    #[arg(short, long, value_name = "OUTPUT", value_parser = typed::path(), add = completing::results())]
    output: PathBuf,
    /// Write videos as small files, in good quality, or in the best: small, good or best [default:
    /// good]
    #[arg(long, value_name = "HOW", hide_possible_values = true)]
    encode: Option<Encode>,
    /// Replace files that exist
    #[arg(short, long)]
    force: bool,
    /// Keep results that exist, and make only the others
    #[arg(long, conflicts_with = "force")]
    skip_existing: bool,
    #[command(flatten)]
    place: PlaceArgs,
}

/// What differs from machine to machine.
#[derive(Debug, Args)]
struct PlaceArgs {
    /// Folder that has the inputs here [default: where they were when the plan was made]
    #[arg(long, value_name = "FOLDER", value_parser = typed::path(), value_hint = ValueHint::DirPath)]
    inputs: Option<PathBuf>,
    /// Print no summary
    #[arg(short, long)]
    quiet: bool,
    #[command(flatten)]
    intake: IntakeArgs,
}

/// Runs `backlot batch`.
///
/// # Errors
/// One sentence about what stopped it.
pub fn run(args: &BatchArgs) -> Result<Outcome> {
    match &args.step {
        Step::Plan(args) => plan(args),
        Step::Chunk(args) => {
            let PlaceArgs { inputs, quiet, intake } = &args.place;
            let (folder, numbers) = (args.folder.clone(), chunk_numbers(&args.number)?);
            let (inputs, intake) = (inputs.clone(), intake.intake());
            Ok(ChunkRequest { folder, numbers, inputs, intake, quiet: *quiet }.run()?)
        }
        Step::Join(args) => {
            let PlaceArgs { inputs, quiet, intake } = &args.place;
            let request = JoinRequest {
                folder: args.folder.clone(),
                output: args.output.clone(),
                inputs: inputs.clone(),
                quality: args.encode.map(VideoQuality::from).unwrap_or_default(),
                intake: intake.intake(),
                force: args.force,
                skip_existing: args.skip_existing,
                quiet: *quiet,
            };
            Ok(request.run()?)
        }
    }
}

fn plan(args: &PlanArgs) -> Result<Outcome> {
    let (look, cut) = (&args.look, &args.look.cut);
    let fit = cut.fit()?;
    let make = match args.kind {
        None => {
            let (program, is_transparent) = look.program(&args.scene_file)?;
            let program = Box::new(program);
            Make::Scene { program, is_transparent, is_muted: args.no_audio }
        }
        Some(_) if look.scene.is_some() || !look.in_words().iter().all(|w| w == "mirrored") => {
            bail!("--as makes no scene: leave out the options of the look, or --as")
        }
        Some(kind) => Make::Matte {
            kind: Some(kind.into()),
            decontaminate: cut.decontaminate,
            mirror: cut.mirror,
            has_fit: fit.is_some(),
        },
    };
    let PlanArgs { recursive, force, quiet, .. } = *args;
    let job = JobRequest {
        input: OsString::new(),
        output: PathBuf::new(),
        wanted: args.stream.wanted(fit.unwrap_or_default())?,
        matting: args.matte.asked(),
        intake: args.intake.intake(),
        manner: Manner { recursive, force, quiet, ..Manner::default() },
        reads: Vec::new(),
        make,
    };
    Ok(PlanRequest { inputs: args.inputs.clone(), folder: args.output.clone(), job }.run()?)
}
