//! `backlot snapshot`: one picture of the camera, as viewers would see it.

use crate::completing;
use crate::limits::IntakeArgs;
use crate::look::{LookArgs, SceneFileArgs};
use crate::matting::MattingArgs;
use crate::{steer, typed};
use anyhow::{Context, Result};
use backlot_jobs::SnapshotRequest;
use backlot_sources::Format;
use clap::Args;
use std::ffi::OsString;
use std::path::PathBuf;

/// `backlot snapshot`
#[derive(Debug, Args)]
#[command(
    next_line_help = true,
    after_help = "\
Examples:
  backlot snapshot                             snapshot.png, on the default set
  backlot snapshot -o me.jpg --background beach.jpg
  backlot snapshot --running                   what viewers see now
  backlot snapshot --running --scene desk      the same of another scene
  backlot snapshot --raw                       the camera's own picture
  backlot snapshot --camera presenter --background aurora"
)]
pub struct SnapshotArgs {
    /// Picture to write: png, jpg, webp, bmp or tif
    #[arg(short, long, value_name = "FILE", default_value = "snapshot.png", value_parser = typed::path(), add = completing::results())]
    pub output: PathBuf,
    /// Take the picture from: auto, a video device (/dev/video0, or a name from 'backlot devices'),
    /// pipewire, pipewire:NAME, a video, a picture, or the presenter
    #[arg(long, value_name = "CAMERA", default_value = "auto", value_parser = typed::path_or_word(), add = completing::cameras())]
    pub camera: OsString,
    /// Take the camera's own picture, which shows the room
    #[arg(long, conflicts_with_all = ["scene", "background", "effects", "background_effects", "whole_effects", "light_wrap", "fit", "decontaminate", "mirror", "model", "quality"])]
    pub raw: bool,
    /// Take what viewers of the running program see, or would see of --scene
    #[arg(long, conflicts_with_all = ["raw", "camera", "size", "background", "effects", "background_effects", "whole_effects", "light_wrap", "fit", "decontaminate", "mirror", "model", "quality"])]
    pub running: bool,
    /// Size to ask the camera for: WIDTHxHEIGHT, or 480p, 720p, 1080p, 4k
    #[arg(long, value_name = "SIZE", default_value = "1280x720", add = completing::formats())]
    pub size: String,
    /// Replace the file if it exists
    #[arg(short, long)]
    pub force: bool,
    /// Print nothing
    #[arg(short, long)]
    pub quiet: bool,
    #[command(flatten)]
    pub look: LookArgs,
    #[command(flatten)]
    pub scene_file: SceneFileArgs,
    #[command(flatten)]
    pub matte: MattingArgs,
    #[command(flatten)]
    pub intake: IntakeArgs,
}

/// Runs the command.
pub fn run(args: &SnapshotArgs) -> Result<()> {
    if args.running {
        let scene = args.look.scene.clone();
        return steer::snapshot(&args.output, args.force, scene, args.quiet);
    }
    let (program, is_transparent) = args.look.program(&args.scene_file)?;
    let request = SnapshotRequest {
        camera: args.camera.clone(),
        output: args.output.clone(),
        size: args.size.parse::<Format>().context("--size")?.of_a_camera(),
        raw: args.raw,
        program,
        is_transparent,
        matting: args.matte.asked(),
        intake: args.intake.intake(),
        force: args.force,
        quiet: args.quiet,
    };
    Ok(request.run()?)
}
