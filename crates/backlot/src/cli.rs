//! The command line, defined once: help, completions and the man page all come from here.

use crate::batch::BatchArgs;
use crate::bench::BenchArgs;
use crate::demo::DemoArgs;
use crate::devices::DevicesArgs;
use crate::doctor::DoctorArgs;
use crate::explain::ExplainArgs;
use crate::install::InstallArgs;
use crate::jobs::{MatteArgs, RenderArgs};
use crate::lists::ListArgs;
use crate::models::ModelsArgs;
use crate::panel::PanelArgs;
use crate::run::RunArgs;
use crate::scene::SceneArgs;
use crate::serve::ServeArgs;
use crate::snapshot::SnapshotArgs;
use crate::steer::Steer;
use crate::typed;
use crate::validate::ValidateArgs;
use clap::{ArgAction, Parser, Subcommand, ValueHint};
use std::path::PathBuf;

/// Puts you on another set: cuts the person out of a video and places them in front of a
/// picture, a video, the blurred room or a drawn set.
#[derive(Debug, Parser)]
#[command(name = "backlot", version, max_term_width = 80, propagate_version = true)]
#[command(after_help = "\
Examples:
  backlot                  start it, and open the control panel
  backlot run
  backlot run --background beach.jpg --effect hologram
  backlot render me.mp4 -o beach.mp4 --background beach.jpg
  backlot render presenter -o demo.mp4 --effect hologram --background hyperspace
  backlot matte me.mp4 -o me.webm
  backlot effects

'backlot COMMAND --help' explains a command and its options.")]
pub struct Cli {
    /// What to do; without a command, the control panel opens, and Backlot starts if it has to
    #[command(subcommand)]
    pub command: Option<Command>,
    /// Print a log to standard error; -vv prints more (BACKLOT_LOG=LEVEL does the same)
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub verbose: u8,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the virtual camera: you on another set, live
    Run(RunArgs),
    /// Open the control panel in your browser
    Panel(PanelArgs),
    /// Put the person of a video or picture on another set
    Render(RenderArgs),
    /// Cut the person out: mattes, or the person with a transparent background
    Matte(MatteArgs),
    /// Serve mattes to other programs and machines: a picture in, where the person is out
    Serve(ServeArgs),
    /// Make many videos in chunks, on one machine or on many
    Batch(BatchArgs),
    /// List the effects and their settings
    Effects(ListArgs),
    /// List the keys, which cut you out, and their settings
    Keys(ListArgs),
    /// List the built-in sets
    Sets(ListArgs),
    /// List the ready scenes
    Scenes(ListArgs),
    /// List the networks, with their licences, and fetch more
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
    /// Show another scene; hand scenes on with their pictures, take them in, or undo edits
    Scene(SceneArgs),
    /// Measure the pipeline, from camera picture to viewer's picture
    Bench(BenchArgs),
    /// Show what a scene costs, step by step
    Explain(ExplainArgs),
    /// Make the demonstration video and picture, without a camera or a file
    Demo(DemoArgs),
    #[command(flatten)]
    Steer(Steer),
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
            Self::Render(args) => args.work.run.json,
            Self::Matte(args) => args.work.run.json,
            Self::Effects(args) | Self::Keys(args) | Self::Sets(args) | Self::Scenes(args) => {
                args.json
            }
            Self::Models(args) => args.json,
            Self::Devices(args) => args.json,
            Self::Doctor(args) => args.json,
            Self::Validate(args) => args.json,
            Self::Bench(args) => args.json,
            Self::Explain(args) => args.json,
            Self::Steer(steer) => steer.answers_in_json(),
            Self::Snapshot(_)
            | Self::Scene(_)
            | Self::Serve(_)
            | Self::Panel(_)
            | Self::Batch(_)
            | Self::Install(_)
            | Self::Demo(_)
            | Self::Completions { .. }
            | Self::Licences
            | Self::Man { .. } => false,
        }
    }
}
