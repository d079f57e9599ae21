//! `backlot render` and `backlot matte`: every frame on another set, or its matte.

use crate::completing;
use crate::limits::IntakeArgs;
use crate::look::{CutArgs, LookArgs, SceneFileArgs};
use crate::matting::MattingArgs;
use crate::typed;
use anyhow::{Context, Result};
use backlot_files::VideoQuality;
use backlot_jobs::{JobRequest, Make, Manner, MatteKind};
use backlot_scene::Fit;
use backlot_sources::Wanted;
use backlot_terminal::{Outcome, duration, time};
use clap::{Args, ValueEnum};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

// Not a documentation comment, where brackets would be links.
const INPUT_HELP: &str =
    "Video, picture, folder of them, '-' for Y4M on standard input, or presenter[:SETTINGS]";

/// `backlot render`
#[derive(Debug, Args)]
#[command(
    next_line_help = true,
    after_help = "\
Examples:
  backlot render me.mp4 -o out.mp4 --background blur
  backlot render me.mp4 -o out.webm --background transparent
  backlot render me.jpg -o out.png --background '#204060'
  backlot render me.mp4 -o out.mp4 --effect hologram:ghost=0.5 --effect mirror
  backlot render me.mp4 -o out.mp4 --scene calm --start 1:30 -t 10 --size 720p
  backlot render presenter:hair=curly -o out.mp4 --duration 5
  ffmpeg -i me.mp4 -f yuv4mpegpipe - | backlot render - -o - -b blur | mpv -"
)]
pub struct RenderArgs {
    #[arg(help = INPUT_HELP, value_parser = typed::path_or_word(), add = completing::inputs())]
    pub input: OsString,
    /// Video (mp4, mkv, mov, webm, gif), picture, folder, or '-' for Y4M on standard output
    #[arg(short, long, value_name = "OUTPUT", value_parser = typed::path(), add = completing::results())]
    pub output: PathBuf,
    /// Leave out the input's sound
    #[arg(long)]
    pub no_audio: bool,
    #[command(flatten)]
    pub look: LookArgs,
    #[command(flatten)]
    pub scene_file: SceneFileArgs,
    #[command(flatten)]
    pub work: WorkArgs,
}

/// `backlot matte`
#[derive(Debug, Args)]
#[command(
    next_line_help = true,
    after_help = "\
Examples:
  backlot matte photos/ -o mattes/             one grey PNG per picture
  backlot matte me.mp4 -o mattes/              one grey PNG per frame
  backlot matte me.mp4 -o matte.mp4            a grey video
  backlot matte me.mp4 -o me.webm              the person alone (VP9)
  backlot matte me.mp4 -o me.mov               for editors (ProRes 4444)
  backlot matte me.jpg -o me.png --as person   the person alone"
)]
pub struct MatteArgs {
    #[arg(help = INPUT_HELP, value_parser = typed::path_or_word(), add = completing::inputs())]
    pub input: OsString,
    /// Folder (one PNG per frame or picture), picture, or video
    #[arg(short, long, value_name = "OUTPUT", value_parser = typed::path(), add = completing::results())]
    pub output: PathBuf,
    /// What to write: matte (in grey) or person (with transparency) [default: person for webm and
    /// mov, matte for everything else]
    #[arg(long = "as", value_name = "WHAT", hide_possible_values = true)]
    pub kind: Option<Cut>,
    #[command(flatten)]
    pub cut: CutArgs,
    #[command(flatten)]
    pub work: WorkArgs,
}

/// What `backlot matte` writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Cut {
    /// White where the person is
    Matte,
    /// The person, transparent elsewhere
    Person,
}

impl From<Cut> for MatteKind {
    fn from(cut: Cut) -> Self {
        match cut {
            Cut::Matte => Self::Matte,
            Cut::Person => Self::Person,
        }
    }
}

/// What both jobs take: the result's form, how people are found, and how the job is run.
#[derive(Debug, Args)]
pub struct WorkArgs {
    #[command(flatten)]
    pub stream: StreamArgs,
    #[command(flatten)]
    pub matte: MattingArgs,
    #[command(flatten)]
    pub intake: IntakeArgs,
    #[command(flatten)]
    pub run: JobArgs,
}

impl WorkArgs {
    /// What is asked for, to make one thing of another.
    fn request(
        &self,
        (input, output): (&OsString, &Path),
        fit: Option<Fit>,
        make: Make,
    ) -> Result<JobRequest> {
        Ok(JobRequest {
            input: input.clone(),
            output: output.to_owned(),
            wanted: self.stream.wanted(fit.unwrap_or_default())?,
            matting: self.matte.asked(),
            intake: self.intake.intake(),
            manner: self.run.manner(),
            reads: Vec::new(),
            make,
        })
    }
}

/// Size, rate and part of the result.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Result")]
pub struct StreamArgs {
    /// Size of the result: WIDTHxHEIGHT, or 480p, 720p, 1080p, 4k (16:9, portrait if the input
    /// is) [default: as the input; 1280x720 for the presenter]
    #[arg(long, value_name = "SIZE", add = completing::formats())]
    pub size: Option<String>,
    /// Frames per second of the result [default: as the input; 30 for the presenter]
    #[arg(long, value_name = "RATE", add = completing::rates())]
    pub fps: Option<String>,
    /// Start at this time of the input: seconds, or 1:30
    #[arg(long, value_name = "TIME")]
    pub start: Option<String>,
    /// Stop after this time: seconds, or 1:30 [default: all of the input; 10 for the presenter]
    #[arg(short = 't', long, value_name = "TIME")]
    pub duration: Option<String>,
}

impl StreamArgs {
    /// Parses the options.
    ///
    /// # Errors
    /// One sentence about the first option that can't be.
    pub fn wanted(&self, fit: Fit) -> Result<Wanted> {
        let start = self.start.as_deref().map(|text| time("--start", text)).transpose()?;
        Ok(Wanted {
            size: self.size.as_deref().map(str::parse).transpose().context("--size")?,
            rate: self.fps.as_deref().map(str::parse).transpose().context("--fps")?,
            start: start.unwrap_or_default(),
            duration: self.duration.as_deref().map(duration).transpose()?,
            fit,
        })
    }
}

/// The trade-off between quality and file size.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Encode {
    /// Small files
    Small,
    /// Hard to tell from the original
    #[default]
    Good,
    /// For further editing: large files, slow
    Best,
}

impl From<Encode> for VideoQuality {
    fn from(encode: Encode) -> Self {
        match encode {
            Encode::Small => Self::Small,
            Encode::Good => Self::Good,
            Encode::Best => Self::Best,
        }
    }
}

/// How the job is run.
#[derive(Clone, Copy, Debug, Args)]
#[command(next_help_heading = "Job")]
pub struct JobArgs {
    /// Write videos and JPEG pictures as small files, in good quality, or in the best, for further
    /// editing: small, good or best [default: good]
    #[arg(long, value_name = "HOW", hide_possible_values = true)]
    pub encode: Option<Encode>,
    /// Replace files that exist
    #[arg(short, long)]
    pub force: bool,
    /// Keep results that exist, and make only the others
    #[arg(long, conflicts_with = "force")]
    pub skip_existing: bool,
    /// Read folders within the folder too; OUTPUT gets the same structure
    #[arg(short, long)]
    pub recursive: bool,
    /// Print no progress bar and no summary
    #[arg(short, long)]
    pub quiet: bool,
    /// Print the summary as JSON on standard output, with all warnings and failures; an error that
    /// ends the job is JSON on standard error
    #[arg(long)]
    pub json: bool,
}

impl JobArgs {
    fn manner(self) -> Manner {
        let Self { encode, force, skip_existing, recursive, quiet, json } = self;
        let encode = encode.map(VideoQuality::from);
        Manner { encode, force, skip_existing, recursive, quiet, json }
    }
}

/// Runs `backlot render`.
///
/// # Errors
/// One sentence about what stopped it.
pub fn render(args: &RenderArgs) -> Result<Outcome> {
    let (program, is_transparent) = args.look.program(&args.scene_file)?;
    let program = Box::new(program);
    let make = Make::Scene { program, is_transparent, is_muted: args.no_audio };
    let files = (&args.input, &*args.output);
    let request = args.work.request(files, args.look.cut.fit()?, make)?;
    let reads = args.scene_file.settings.iter().cloned().collect();
    Ok(JobRequest { reads, ..request }.run()?)
}

/// Runs `backlot matte`.
///
/// # Errors
/// One sentence about what stopped it.
pub fn matte(args: &MatteArgs) -> Result<Outcome> {
    let CutArgs { decontaminate, mirror, .. } = args.cut;
    let fit = args.cut.fit()?;
    let (kind, has_fit) = (args.kind.map(MatteKind::from), fit.is_some());
    let make = Make::Matte { kind, decontaminate, mirror, has_fit };
    let files = (&args.input, &*args.output);
    Ok(args.work.request(files, fit, make)?.run()?)
}
