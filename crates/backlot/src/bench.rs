//! `backlot bench`: the pipeline from a camera's picture to a viewer's, measured.

use crate::completing;
use crate::limits::IntakeArgs;
use crate::look::SceneFileArgs;
use crate::typed;
use anyhow::{Context, Result};
use backlot_bench::{BenchRequest, BenchScene};
use backlot_media::Size;
use backlot_sources::Format;
use clap::{Args, ValueHint};
use std::ffi::OsString;
use std::path::PathBuf;

/// `backlot bench`
#[derive(Debug, Args)]
#[command(
    next_line_help = true,
    after_help = "\
Examples:
  backlot bench
  backlot bench --scene replace --size 1280x720 --threads 1 --json
  backlot bench --live --size 1280x720
  backlot bench --scene calm           a scene of your settings file
  backlot bench --input me.mp4 --background beach.jpg"
)]
pub struct BenchArgs {
    /// Measure on this video [default: the presenter]
    #[arg(long, value_name = "FILE", value_parser = typed::path(), value_hint = ValueHint::FilePath)]
    pub input: Option<PathBuf>,
    /// Picture behind the person [default: a gradient]
    #[arg(long, value_name = "FILE", value_parser = typed::path(), value_hint = ValueHint::FilePath)]
    pub background: Option<PathBuf>,
    /// Scenes to measure: replace, blur, hologram, or one of your settings file; can be repeated
    /// [default: these three]
    #[arg(long = "scene", value_name = "SCENE", add = completing::measured_scenes())]
    pub scene: Vec<String>,
    #[command(flatten)]
    pub scene_file: SceneFileArgs,
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

/// The default sizes.
const SIZES: [&str; 3] = ["640x480", "1280x720", "1920x1080"];

/// Runs the requested cases, and prints their figures.
///
/// # Errors
/// One sentence about what can't be measured.
pub fn run(args: &BenchArgs) -> Result<()> {
    let size = |text: &str| Ok(text.parse::<Format>().context("--size")?.of_a_camera());
    let given: Vec<&str> = args.sizes.iter().map(String::as_str).collect();
    let sizes = if given.is_empty() { &SIZES[..] } else { &given };
    let names: Vec<&str> = args.scene.iter().map(String::as_str).collect();
    let names = if names.is_empty() { &BenchScene::NAMES[..] } else { &names };
    // With all three, the picture is for those that show it.
    let background = args.background.as_deref();
    let scene = |name: &&str| {
        let background = background.filter(|_| *name != "blur" || names.len() == 1);
        if let Some(scene) = BenchScene::of_name(name, background)? {
            return Ok(scene);
        }
        let program = args.scene_file.program(name)?;
        Ok(BenchScene { name: (*name).to_owned(), program })
    };
    let request = BenchRequest {
        input: args.input.clone(),
        scenes: names.iter().map(scene).collect::<Result<_>>()?,
        sizes: sizes.iter().map(|text| size(text)).collect::<Result<Vec<Size>>>()?,
        threads: args.threads.clone(),
        live: args.live,
        frames: args.frames,
        model: args.model.clone(),
        quality: args.quality.clone(),
        json: args.json,
        intake: args.intake.intake(),
    };
    Ok(request.run()?)
}
