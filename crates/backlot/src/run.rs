//! `backlot run`: the camera, live, until Ctrl-C.

use crate::completing;
use crate::limits::IntakeArgs;
use crate::look::LookArgs;
use crate::matting::LineArgs;
use crate::{socket, typed};
use anyhow::{Context, Result};
use backlot_media::Size;
use backlot_session::{RunRequest, StatusForm};
use backlot_sources::Format;
use backlot_terminal::{Outcome, duration};
use clap::{Args, ValueHint};
use std::ffi::OsString;
use std::path::PathBuf;

/// `backlot run`
#[derive(Debug, Args)]
#[command(
    next_line_help = true,
    after_help = "\
Examples:
  backlot run                                  your camera, on the set used last
  backlot run --background beach.jpg
  backlot run --background blur --effect hologram
  backlot run --scene calm                     a scene of your settings file
  backlot run --camera presenter               without a real camera
  backlot run --output /dev/video10 --output pipewire --json
  backlot run --output /dev/video10 --output /dev/video11=calm

What you give here overrides the settings file, whose changes apply while the camera runs. \
'backlot validate --init' writes one. 'backlot doctor' says why a program does not find the camera."
)]
pub struct RunArgs {
    /// Take pictures from: auto, a video device (/dev/video0, or a name from 'backlot devices'),
    /// pipewire, pipewire:NAME, a video, a picture or a folder of them, or the presenter [default:
    /// auto]
    #[arg(long, value_name = "CAMERA", value_parser = typed::path_or_word(), add = completing::cameras())]
    pub camera: Option<OsString>,
    /// Show pictures on: auto, /dev/videoN, the label of a v4l2loopback device, pipewire, or none;
    /// can be repeated, and OUTPUT=SCENE shows a scene of its own there [default: auto]
    #[arg(long = "output", value_name = "OUTPUT", add = completing::outputs())]
    pub outputs: Vec<String>,
    /// Size of the pictures: WIDTHxHEIGHT, or 480p, 720p, 1080p, 4k [default: 1280x720]
    #[arg(long, value_name = "SIZE", add = completing::formats())]
    pub size: Option<String>,
    /// Pictures per second [default: 30]
    #[arg(long, value_name = "RATE", add = completing::rates())]
    pub fps: Option<String>,
    /// Network: auto, landscape, general, multiclass, a FILE (TensorFlow Lite, TensorFlow.js, ONNX), or an address (http://HOST:PORT) [default: auto]
    #[arg(long, value_name = "MODEL", value_parser = typed::path_or_word(), add = completing::networks())]
    pub model: Option<OsString>,
    /// Quality of the matte: fast, live, teacher or best [default: live]
    #[arg(long, value_name = "QUALITY", add = completing::qualities())]
    pub quality: Option<String>,
    #[command(flatten)]
    pub line: LineArgs,
    /// Settings file [default: backlot/settings.toml in your configuration folder]
    #[arg(long, value_name = "FILE", value_parser = typed::path(), value_hint = ValueHint::FilePath)]
    pub settings: Option<PathBuf>,
    /// Socket through which it is steered, or none [default: backlot/control.sock in your runtime
    /// folder, or what BACKLOT_SOCKET names]
    #[arg(long, value_name = "FILE", value_parser = typed::path(), value_hint = ValueHint::FilePath)]
    pub socket: Option<PathBuf>,
    /// Serve no control panel
    #[arg(long)]
    pub no_panel: bool,
    /// Port of the control panel; SSH may forward it [default: that of before, or any that is free]
    #[arg(long, value_name = "PORT", conflicts_with = "no_panel", value_parser = clap::value_parser!(u16).range(1..))]
    pub panel_port: Option<u16>,
    /// Stop after this time: seconds, or 1:30
    #[arg(short = 't', long, value_name = "TIME")]
    pub duration: Option<String>,
    /// Print no status
    #[arg(short, long, conflicts_with = "json")]
    pub quiet: bool,
    /// Print the status as a line of JSON each second
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub look: LookArgs,
    #[command(flatten)]
    pub intake: IntakeArgs,
}

/// Runs the command.
///
/// # Errors
/// One sentence about the first option that can't be, or what can't be opened.
pub fn run(args: &RunArgs) -> Result<Outcome> {
    let limit = args.duration.as_deref().map(duration).transpose()?;
    let size = |text: &str| -> Result<Size> { Ok(text.parse::<Format>()?.of_a_camera()) };
    let request = RunRequest {
        camera: args.camera.clone(),
        outputs: args.outputs.clone(),
        size: args.size.as_deref().map(size).transpose().context("--size")?,
        rate: args.fps.as_deref().map(str::parse).transpose().context("--fps")?,
        model: args.model.clone(),
        quality: args.quality.clone(),
        line: args.line.asked(),
        settings: args.settings.clone(),
        scene: args.look.scene.clone(),
        look: args.look.look()?,
        changed: args.look.in_words(),
        is_strict: args.intake.strict,
        socket: socket::place(args.socket.as_deref()),
        no_panel: args.no_panel,
        panel_port: args.panel_port,
        memory: args.intake.memory,
    };
    Ok(backlot_session::run(&request, limit, StatusForm::choose(args.quiet, args.json))?)
}
