//! `backlot run`: the camera, live, until Ctrl-C.

mod report;
mod usage;

pub use usage::spent as processor_time;

use crate::cli::MattingArgs;
use crate::matting::Matting;
use crate::outputs;
use crate::replace::SceneArgs;
use crate::{Outcome, camera, interrupt};
use anyhow::{Context, Result};
use backlot_media::{FrameRate, MonotonicClock, Size, Wish};
use backlot_pipeline::live::{Live, LiveSetup, studio_builder};
use clap::{Args, ValueHint};
use report::{Form, Moment, Reporter};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use usage::Meter;

/// `backlot run`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  backlot run                                  your camera, on the last set
  backlot run --background beach.jpg
  backlot run --background blur --effect hologram
  backlot run --camera presenter               without a camera
  backlot run --camera pipewire --output pipewire
  backlot run --output /dev/video10 --output pipewire --json")]
pub struct RunArgs {
    /// auto, a video device (/dev/video0, or a name that 'backlot devices' lists), pipewire[:NAME],
    /// a video or picture, or presenter[:SETTINGS]
    #[arg(long, value_name = "CAMERA", value_hint = ValueHint::AnyPath)]
    pub camera: Option<String>,
    /// auto, /dev/videoN, the label of a v4l2loopback device, pipewire[:NAME], or none; may be
    /// repeated
    #[arg(long = "output", value_name = "OUTPUT")]
    pub outputs: Vec<String>,
    #[command(flatten)]
    pub scene: SceneArgs,
    /// A scene of the settings file, by its name
    #[arg(long = "scene", value_name = "NAME", conflicts_with = "background")]
    pub named: Option<String>,
    /// Size of the pictures [default: 1280x720]
    #[arg(long, value_name = "WIDTHxHEIGHT")]
    pub size: Option<String>,
    /// Pictures per second [default: 30]
    #[arg(long, value_name = "RATE")]
    pub fps: Option<String>,
    #[command(flatten)]
    pub matte: MattingArgs,
    /// Settings file [default: backlot/settings.toml where your settings are]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub settings: Option<PathBuf>,
    /// Ends after so many seconds
    #[arg(long, value_name = "SECONDS")]
    pub duration: Option<f64>,
    /// No status
    #[arg(short, long)]
    pub quiet: bool,
    /// The status as a line of JSON each second
    #[arg(long)]
    pub json: bool,
}

/// Size of the pictures, unless another is asked for.
const SIZE: Size = Size { width: 1280, height: 720 };

/// How long the camera stays open after the last viewer has left.
const CLOSE_AFTER: Duration = Duration::from_secs(1);

/// How often the status is told.
const TELL_EVERY: Duration = Duration::from_secs(1);

/// Runs the command.
pub fn run(args: &RunArgs) -> Result<Outcome> {
    let wish = wish(args)?;
    let limit = args.duration.map(crate::input::seconds).transpose()?;
    let scene = args.scene.scene()?;
    let matting = Matting::parse(&args.matte, false)?;
    let stop = interrupt::watch()?;
    let camera = camera::opener(args.camera.as_deref().unwrap_or("auto"))?;
    let outputs = outputs::openers(&args.outputs)?;

    let mut reporter = Reporter::new(Form::choose(args.quiet, args.json));
    reporter.say(&format!("Camera    {}", camera.name()));
    let names: Vec<_> = outputs.iter().map(|output| output.name()).collect();
    reporter.say(&format!("Output    {}", names.join(", ")));
    reporter.say(&format!("Scene     {}", args.scene.summary()));
    reporter.say(&format!("Pictures  {} at {} fps", wish.size, wish.rate));

    let live = Live::start(LiveSetup {
        camera,
        outputs,
        scene,
        build: studio_builder(Some(matting.model), matting.settings),
        wish,
        close_after: CLOSE_AFTER,
        clock: Arc::new(MonotonicClock),
    })?;
    watch(live, &mut reporter, stop, limit)
}

/// Tells the status until the end.
fn watch(
    mut live: Live,
    reporter: &mut Reporter,
    stop: &AtomicBool,
    limit: Option<Duration>,
) -> Result<Outcome> {
    let start = Instant::now();
    let (mut meter, mut finished, mut told) = (Meter::new(), 0, start);
    while !stop.load(Ordering::Relaxed) && limit.is_none_or(|limit| start.elapsed() < limit) {
        let next = told + TELL_EVERY;
        let end = limit.map_or(next, |limit| next.min(start + limit));
        // A signal ends the sleep at once or is seen after it.
        std::thread::park_timeout(end.saturating_duration_since(Instant::now()));
        let now = Instant::now();
        if now < next {
            continue;
        }
        let status = live.status();
        let fps = (status.finished - finished) as f64 / (now - told).as_secs_f64();
        (finished, told) = (status.finished, now);
        let seconds = start.elapsed().as_secs_f64();
        reporter.tell(&status, Moment { seconds, fps, usage: meter.look() })?;
    }
    reporter.end();
    drop(live);
    Ok(if stop.load(Ordering::Relaxed) { Outcome::Interrupted } else { Outcome::Done })
}

fn wish(args: &RunArgs) -> Result<Wish> {
    let size = args.size.as_deref().map(str::parse).transpose().context("--size")?.unwrap_or(SIZE);
    let rate = args.fps.as_deref().map(str::parse).transpose().context("--fps")?;
    Ok(Wish { size, rate: rate.unwrap_or(FrameRate::FPS_30) })
}
