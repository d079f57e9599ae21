//! `backlot snapshot`: one picture of the camera, as viewers would see it.

mod develop;

use crate::cli::MattingArgs;
use crate::completing;
use crate::job::sinks;
use crate::job::{IntakeArgs, Output, Product, What};
use crate::look::{LookArgs, SceneFileArgs};
use crate::typed;
use anyhow::{Context, Result, anyhow, bail};
use backlot_effects::Canvas;
use backlot_files::{PictureFormat, write_picture};
use backlot_guard::{ShieldReason, Verdict};
use backlot_kernels::Level;
use backlot_media::{
    CAMERA_NAME, Camera, CameraOpener, Clock, Delivery, Frame, FrameRate, MonotonicClock,
    Timestamp, Wish,
};
use backlot_networks::Matting;
use backlot_pipeline::{CutOut, Finished, PipelineError, Studio, StudioOptions};
use backlot_scene::config::Controls;
use backlot_settings::saved_controls;
use backlot_sources::{Format, camera};
use backlot_terminal::stdio;
use clap::Args;
use develop::{COLOR, Developer};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// `backlot snapshot`
#[derive(Debug, Args)]
#[command(
    next_line_help = true,
    after_help = "\
Examples:
  backlot snapshot                             snapshot.png, on the default set
  backlot snapshot -o me.jpg --background beach.jpg
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

/// How long the camera's exposure and colours, and the matte, take to settle.
const SETTLE: Duration = Duration::from_secs(1);

/// Pictures to skip at least, however fast they arrive.
const SETTLE_PICTURES: u64 = 10;

/// How long the camera may deliver nothing, or the guard block every picture.
const PATIENCE: Duration = Duration::from_secs(5);

/// The timeout of one wait for a picture.
const WAIT: Duration = Duration::from_millis(200);

/// Runs the command.
pub fn run(args: &SnapshotArgs) -> Result<()> {
    let size = args.size.parse::<Format>().context("--size")?.of_a_camera();
    let (program, is_transparent) = args.look.program(&args.scene_file)?;
    if PictureFormat::of(&args.output).is_none() {
        let endings = PictureFormat::ENDINGS;
        bail!(
            "'{}' is not the name of a picture: end it with one of {endings}",
            args.output.display()
        );
    }
    let transparent = is_transparent && !args.raw;
    if transparent {
        Output::Picture(args.output.clone()).need_alpha()?;
    }
    let (model, camera) = (args.matte.file(), Path::new(&args.camera));
    let reads = program.files().chain(model.as_deref()).chain([camera]);
    let mut permit = sinks::permit(args.force, reads);
    if camera.is_file() {
        permit.as_private_as(camera);
    }
    permit.check(&args.output)?;
    let intake = args.intake.intake();
    let mut opener = camera::opener(&args.camera, &Controls::new(), saved_controls, &intake)?;
    let mut camera = open(&mut *opener, &Wish { size, rate: FrameRate::FPS_30 })?;
    let mode = camera.mode();
    let name = name_of(&*opener);
    let mut sitting = Sitting { camera: &mut *camera, name: &name, clock: &MonotonicClock };
    let product = if args.raw {
        sitting.take(|frame| Ok(Shot::Good(Product { frame, matte: None })))?
    } else {
        let Matting { model, settings } = Matting::new(&args.matte.asked(), false)?.at_its_word();
        let canvas = Canvas::new(mode.size, COLOR, Level::best());
        let options = StudioOptions {
            canvas,
            model: Some(&model),
            matte: settings,
            intake: &intake,
            maker: None,
        };
        let mut studio = Studio::new(&program, options)?;
        sitting.take(|frame| Ok(shot(&mut studio, frame, transparent)?))?
    };
    drop(camera);
    intake.report.take().iter().for_each(stdio::warn);
    if let (Some(doubt), false) = (program.barely_hidden(), args.raw) {
        stdio::warn(doubt);
    }
    let what = if transparent { What::Person } else { What::Picture };
    write_picture(&args.output, product.content(what), &permit)?;
    if !args.quiet {
        let what = if args.raw { "the camera's own picture" } else { "as viewers see you" };
        let (output, size) = (args.output.display(), product.frame.size());
        stdio::print_line(format_args!("{output}: {size} of {name}, {what}"))?;
    }
    Ok(())
}

fn open(opener: &mut dyn CameraOpener, wish: &Wish) -> Result<Box<dyn Camera>> {
    opener.open(wish).map_err(|error| {
        let busy = matches!(error.cause().downcast_ref(), Some(backlot_v4l2::Error::Busy { .. }));
        match busy.then(|| backlot_v4l2::find(CAMERA_NAME)) {
            Some(Ok(_)) => anyhow!("{error}, or take its picture: --camera {CAMERA_NAME} --raw"),
            _ => anyhow!("{error}"),
        }
    })
}

/// The name to show for the opened camera.
fn name_of(opener: &dyn CameraOpener) -> String {
    let name = opener.name();
    match backlot_v4l2::find(&name) {
        Ok(node) if name == "auto" && !node.card.is_empty() => node.card,
        _ => name,
    }
}

/// The outcome of one picture.
enum Shot {
    /// It may be kept.
    Good(Product),
    /// The guard blocked it.
    Shielded(ShieldReason),
}

/// Processes one frame in a studio.
fn shot(studio: &mut Studio, frame: Frame, transparent: bool) -> Result<Shot, PipelineError> {
    let (picture, matte, verdict) = if transparent {
        let CutOut { picture, cut, verdict } = studio.cut_out(frame)?;
        (picture, Some(cut), verdict)
    } else {
        let Finished { picture, verdict } = studio.process(frame)?;
        (picture, None, verdict)
    };
    Ok(match verdict {
        Verdict::Shield(reason) => Shot::Shielded(reason),
        Verdict::Show => Shot::Good(Product { frame: picture.into_frame(), matte }),
    })
}

/// A camera and how long to wait for it.
struct Sitting<'a> {
    camera: &'a mut dyn Camera,
    name: &'a str,
    clock: &'a dyn Clock,
}

impl Sitting<'_> {
    /// Takes pictures until everything has settled, and returns the first good one after that.
    fn take(&mut self, mut make: impl FnMut(Frame) -> Result<Shot>) -> Result<Product> {
        let mut developer = Developer::new(self.camera.mode())?;
        let start = self.clock.now();
        let (mut seen, mut last, mut refused) = (0, start, None);
        loop {
            let mut developed = None;
            let delivery = self.camera.next(WAIT, &mut |raw| developed = developer.develop(raw))?;
            let now = self.clock.now();
            if let (Delivery::Picture, Some(frame)) = (delivery, developed) {
                (seen, last) = (seen + 1, now);
                match make(frame)? {
                    Shot::Good(product) if settled(seen, now.since(start)) => return Ok(product),
                    Shot::Good(..) => refused = None,
                    Shot::Shielded(reason) => refused = Some(reason),
                }
            }
            self.give_up(seen, now.since(last), now, start, refused)?;
        }
    }

    fn give_up(
        &self,
        seen: u64,
        silence: Duration,
        now: Timestamp,
        start: Timestamp,
        refused: Option<ShieldReason>,
    ) -> Result<()> {
        let (name, seconds) = (self.name, PATIENCE.as_secs());
        if silence >= PATIENCE {
            let damaged = self.camera.tally().damaged;
            match (seen, damaged) {
                (0, 0) => bail!(
                    "'{name}' delivered no picture in {seconds} s: is its cover open, and is \
                     another program using it?"
                ),
                (0, n) => bail!(
                    "'{name}' delivered no good picture in {seconds} s, but {n} damaged ones: try \
                     another cable or port"
                ),
                _ => bail!("'{name}' stopped delivering pictures: plug it in again"),
            }
        }
        if let Some(reason) = refused
            && now.since(start) >= SETTLE + PATIENCE
        {
            bail!(
                "no picture was written, because the room would show: {reason} (--raw takes the \
                 camera's own picture)"
            );
        }
        Ok(())
    }
}

fn settled(seen: u64, elapsed: Duration) -> bool {
    seen >= SETTLE_PICTURES && elapsed >= SETTLE
}
