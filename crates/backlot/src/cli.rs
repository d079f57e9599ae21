//! The command line, defined once: help, completions and the man page all come from here.

use crate::completing;
use crate::devices::DevicesArgs;
use crate::install::InstallArgs;
use crate::job::IntakeArgs;
use crate::look::{CutArgs, LookArgs, SceneFileArgs};
use crate::run::RunArgs;
use crate::snapshot::SnapshotArgs;
use crate::times::{duration, time};
use crate::typed;
use crate::validate::ValidateArgs;
use anyhow::{Context, Result};
use backlot_files::VideoQuality;
use backlot_networks::{Asked, Mattings};
use backlot_scene::Fit;
use backlot_sources::{Input, Wanted};
use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum, ValueHint};
use std::ffi::OsString;
use std::path::PathBuf;

/// Puts you on another set: cuts the person out of a video and places them in front of a
/// picture, a video, the blurred room or a drawn set.
#[derive(Debug, Parser)]
#[command(name = "backlot", version, max_term_width = 80, propagate_version = true)]
#[command(after_help = "\
Examples:
  backlot run
  backlot run --background beach.jpg --effect hologram
  backlot render me.mp4 -o beach.mp4 --background beach.jpg
  backlot render presenter -o demo.mp4 --effect hologram --background hyperspace
  backlot matte me.mp4 -o me.webm
  backlot effects

'backlot COMMAND --help' explains a command and its options.")]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// Print a log to standard error; -vv prints more (BACKLOT_LOG=LEVEL does the same)
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub verbose: u8,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the virtual camera: you on another set, live
    Run(RunArgs),
    /// Put the person of a video or picture on another set
    Render(RenderArgs),
    /// Cut the person out: mattes, or the person with a transparent background
    Matte(MatteArgs),
    /// List the effects and their settings
    Effects(ListArgs),
    /// List the built-in sets
    Sets(ListArgs),
    /// List the networks, with their licences
    Models(ModelsArgs),
    /// List cameras and virtual cameras, and set a camera's controls
    Devices(DevicesArgs),
    /// Take one picture of the camera, as viewers would see it
    Snapshot(SnapshotArgs),
    /// Find out what would fail when other programs open the virtual camera
    Doctor(DoctorArgs),
    /// Make the virtual camera start by itself, or undo that
    Install(InstallArgs),
    /// Check the settings file, or write a first one
    Validate(ValidateArgs),
    /// Measure the pipeline, from camera picture to viewer's picture
    Bench(BenchArgs),
    /// Make the demonstration video and picture, without a camera or a file
    Demo(DemoArgs),
    /// Print the completions for a shell
    Completions {
        /// Which shell: bash, elvish, fish, powershell or zsh
        #[arg(hide_possible_values = true)]
        shell: clap_complete::Shell,
    },
    /// Print the licences of the third-party code in the program
    #[command(
        alias = "licenses",
        after_help = "The text is long: 'backlot licences | less' shows it page by page."
    )]
    Licences,
    /// Write the manual pages
    Man {
        /// Folder to write them to; without it the main page goes to standard output
        #[arg(long, value_name = "FOLDER", value_parser = typed::path(), value_hint = ValueHint::DirPath)]
        folder: Option<PathBuf>,
    },
}

impl Command {
    /// Whether the output is JSON, so that messages are JSON too.
    pub fn answers_in_json(&self) -> bool {
        match self {
            Self::Run(args) => args.json,
            Self::Render(args) => args.run.json,
            Self::Matte(args) => args.run.json,
            Self::Effects(args) | Self::Sets(args) => args.json,
            Self::Models(args) => args.json,
            Self::Devices(args) => args.json,
            Self::Doctor(args) => args.json,
            Self::Validate(args) => args.json,
            Self::Bench(args) => args.json,
            Self::Snapshot(_)
            | Self::Install(_)
            | Self::Demo(_)
            | Self::Completions { .. }
            | Self::Licences
            | Self::Man { .. } => false,
        }
    }
}

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
    pub stream: StreamArgs,
    #[command(flatten)]
    pub matte: MattingArgs,
    #[command(flatten)]
    pub intake: IntakeArgs,
    #[command(flatten)]
    pub run: JobArgs,
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
    pub kind: Option<MatteKind>,
    #[command(flatten)]
    pub cut: CutArgs,
    #[command(flatten)]
    pub stream: StreamArgs,
    #[command(flatten)]
    pub matte: MattingArgs,
    #[command(flatten)]
    pub intake: IntakeArgs,
    #[command(flatten)]
    pub run: JobArgs,
}

/// What `backlot matte` writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum MatteKind {
    /// White where the person is
    Matte,
    /// The person, transparent elsewhere
    Person,
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

/// How the matte is made.
#[derive(Clone, Debug, PartialEq, Eq, Args)]
#[command(next_help_heading = "Matte")]
pub struct MattingArgs {
    /// Network: auto, landscape, general, or a TensorFlow Lite FILE
    #[arg(long, value_name = "MODEL", default_value = "auto", value_parser = typed::path_or_word(), add = completing::networks())]
    pub model: OsString,
    /// Quality of the matte: fast, live or best [default: best for pictures, live for videos]
    #[arg(long, value_name = "QUALITY", add = completing::qualities())]
    pub quality: Option<String>,
}

impl MattingArgs {
    /// The network and the quality that were asked for.
    pub fn asked(&self) -> Asked {
        Asked { model: self.model.clone(), quality: self.quality.clone() }
    }

    /// The networks for what an input gives.
    ///
    /// # Errors
    /// One sentence when one can't be used.
    pub fn mattings(&self, input: &Input) -> Result<Mattings> {
        let is_folder = matches!(input, Input::Folder(_));
        Ok(Mattings::new(&self.asked(), input.is_stills(), is_folder)?)
    }

    /// The network's file, if the name is that of an existing file.
    pub fn file(&self) -> Option<PathBuf> {
        self.asked().file()
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

/// Options of the lists.
#[derive(Clone, Copy, Debug, Args)]
pub struct ListArgs {
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// `backlot models`
#[derive(Clone, Copy, Debug, Args)]
pub struct ModelsArgs {
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    /// Print the text of the networks' licence
    #[arg(long, conflicts_with = "json")]
    pub licence: bool,
}

/// `backlot bench`
#[derive(Debug, Args)]
#[command(
    next_line_help = true,
    after_help = "\
Examples:
  backlot bench
  backlot bench --scene replace --size 1280x720 --threads 1 --json
  backlot bench --live --size 1280x720
  backlot bench --input me.mp4 --background beach.jpg"
)]
pub struct BenchArgs {
    /// Measure on this video [default: the presenter]
    #[arg(long, value_name = "FILE", value_parser = typed::path(), value_hint = ValueHint::FilePath)]
    pub input: Option<PathBuf>,
    /// Picture behind the person [default: a gradient]
    #[arg(long, value_name = "FILE", value_parser = typed::path(), value_hint = ValueHint::FilePath)]
    pub background: Option<PathBuf>,
    /// Scenes to measure: replace, blur or hologram; can be repeated [default: all]
    #[arg(long = "scene", value_name = "SCENE", hide_possible_values = true)]
    pub scenes: Vec<BenchScene>,
    /// Sizes to measure [default: 640x480, 1280x720 and 1920x1080]
    #[arg(long = "size", value_name = "WIDTHxHEIGHT", add = completing::formats())]
    pub sizes: Vec<String>,
    /// Numbers of threads, 1 or 2 [default: both]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=2))]
    pub threads: Vec<u8>,
    /// Also measure the whole camera, at 30 frames per second, from YUYV and from MJPEG
    #[arg(long)]
    pub live: bool,
    /// Measure this many frames in each case
    #[arg(long, value_name = "N", default_value_t = 150, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub frames: u32,
    /// Network: auto, landscape, general, or a TensorFlow Lite FILE
    #[arg(long, value_name = "MODEL", default_value = "auto", value_parser = typed::path_or_word(), add = completing::networks())]
    pub model: OsString,
    /// Quality of the matte: fast, live or best
    #[arg(long, value_name = "QUALITY", default_value = "live", add = completing::qualities())]
    pub quality: String,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub intake: IntakeArgs,
}

/// The scenes that are measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum BenchScene {
    /// The person in front of a picture
    Replace,
    /// The person in front of the blurred room
    Blur,
    /// The person as a hologram in front of a picture
    Hologram,
}

impl BenchScene {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Replace, Self::Blur, Self::Hologram];

    /// Its name on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Replace => "replace",
            Self::Blur => "blur",
            Self::Hologram => "hologram",
        }
    }
}

/// `backlot doctor`
#[derive(Debug, Args)]
#[command(
    next_line_help = true,
    after_help = "\
It checks the kernel module, the devices, PipeWire and permissions against the rules by which \
browsers and meeting programs list cameras. It changes nothing, and prints the commands that fix a \
problem. The exit status is 0 if everything would work, and 1 if something would fail."
)]
pub struct DoctorArgs {
    /// Print everything that was found as JSON
    #[arg(long)]
    pub json: bool,
    /// Check the system whose files are in this folder
    #[arg(long, value_name = "FOLDER", value_parser = typed::path(), hide = true)]
    pub root: Option<PathBuf>,
}

/// `backlot demo`
#[derive(Debug, Args)]
pub struct DemoArgs {
    /// Folder for demo.mp4 and demo.png
    #[arg(short, long, value_name = "FOLDER", default_value = "out", value_parser = typed::path(), value_hint = ValueHint::DirPath)]
    pub output: PathBuf,
    /// Length of each scene: seconds, or 1:30
    #[arg(short = 't', long, value_name = "TIME", default_value = "10")]
    pub duration: String,
    /// Replace files that exist
    #[arg(short, long)]
    pub force: bool,
}
