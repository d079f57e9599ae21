//! `backlot explain`: what a scene costs, step by step.

use crate::completing;
use crate::limits::IntakeArgs;
use crate::look::SceneFileArgs;
use crate::{steer, typed};
use anyhow::{Context, Result};
use backlot_bench::{BenchScene, ExplainRequest};
use backlot_sources::Format;
use clap::Args;
use std::ffi::OsString;

/// `backlot explain`
#[derive(Debug, Args)]
#[command(
    next_line_help = true,
    after_help = "\
Examples:
  backlot explain calm                 a scene of your settings file
  backlot explain blur --size 1080p
  backlot explain calm --json
  backlot explain --running            the scene that is shown now

Each step has the part of its picture that is wanted ('cut': only where the matte is above zero), \
the pixels that it makes for one that it reads, and the median of what it took."
)]
pub struct ExplainArgs {
    /// The scene: one of your settings file, or replace, blur or hologram, as in 'backlot bench'
    #[arg(value_name = "SCENE", required_unless_present = "running", add = completing::measured_scenes())]
    pub scene: Option<String>,
    /// Ask the running program about the scene that it shows
    #[arg(long, conflicts_with_all = ["scene", "size", "model", "quality"])]
    pub running: bool,
    #[command(flatten)]
    pub scene_file: SceneFileArgs,
    /// Size of the pictures: WIDTHxHEIGHT, or 480p, 720p, 1080p, 4k
    #[arg(long, value_name = "SIZE", default_value = "1280x720", add = completing::formats())]
    pub size: String,
    /// Network: auto, landscape, general, multiclass, or a FILE (TensorFlow Lite, TensorFlow.js, ONNX)
    #[arg(long, value_name = "MODEL", default_value = "auto", value_parser = typed::path_or_word(), add = completing::networks())]
    pub model: OsString,
    /// Quality of the matte: fast, live, teacher or best
    #[arg(long, value_name = "QUALITY", default_value = "live", add = completing::qualities())]
    pub quality: String,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub intake: IntakeArgs,
}

/// Runs the command.
pub fn run(args: &ExplainArgs) -> Result<()> {
    let Some(scene) = &args.scene else { return steer::explain(args.json) };
    let program = match args.scene_file.program(scene) {
        Err(error) => match BenchScene::of_name(scene, None)? {
            Some(scene) => scene.program,
            None => return Err(error),
        },
        Ok(program) => program,
    };
    let request = ExplainRequest {
        name: scene.clone(),
        program,
        size: args.size.parse::<Format>().context("--size")?.of_a_camera(),
        model: args.model.clone(),
        quality: args.quality.clone(),
        json: args.json,
        intake: args.intake.intake(),
    };
    Ok(request.run()?)
}
