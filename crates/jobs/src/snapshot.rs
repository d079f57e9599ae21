//! `backlot snapshot`: one picture of the camera, as viewers would see it.

use crate::error::{JobError, Result};
use crate::output::Output;
use crate::sinks;
use crate::work::{Product, What};
use backlot_effects::Canvas;
use backlot_files::{Intake, PictureFormat, write_picture};
use backlot_guard::{ShieldReason, Verdict};
use backlot_kernels::Level;
use backlot_media::{
    CAMERA_NAME, Camera, CameraOpener, Clock, ColorSpace, Delivery, Frame, FrameRate,
    MonotonicClock, RawPicture, Size, Timestamp, Wish,
};
use backlot_networks::{Matting, MattingChoice};
use backlot_pipeline::live::Developer;
use backlot_pipeline::{CutOut, Finished, PipelineError, Program, Stages, Studio, StudioOptions};
use backlot_scene::config::Controls;
use backlot_settings::saved_controls;
use backlot_sources::camera;
use backlot_terminal::stdio;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A snapshot as it was asked for.
#[derive(Clone, Debug)]
pub struct SnapshotRequest {
    /// The camera, by its name.
    pub camera: OsString,
    /// The picture to write.
    pub output: PathBuf,
    /// Size to ask the camera for.
    pub size: Size,
    /// Whether the camera's own picture is taken, which shows the room.
    pub raw: bool,
    /// The scene, and what its names mean.
    pub program: Program,
    /// Whether the background stays transparent.
    pub is_transparent: bool,
    /// How the person is found.
    pub matting: MattingChoice,
    /// How files are read.
    pub intake: Intake,
    /// Whether a file that exists is replaced.
    pub force: bool,
    /// Whether nothing is printed.
    pub quiet: bool,
}

impl SnapshotRequest {
    /// Takes the picture.
    ///
    /// # Errors
    /// One sentence about what prevents it.
    pub fn run(&self) -> Result<()> {
        run(self)
    }
}

/// How long the camera's exposure and colours, and the matte, take to settle.
const SETTLE: Duration = Duration::from_secs(1);

/// Pictures to skip at least, however fast they arrive.
const SETTLE_PICTURES: u64 = 10;

/// How long the camera may deliver nothing, or the guard block every picture.
const PATIENCE: Duration = Duration::from_secs(5);

/// The timeout of one wait for a picture.
const WAIT: Duration = Duration::from_millis(200);

fn run(args: &SnapshotRequest) -> Result<()> {
    let SnapshotRequest { program, intake, size, .. } = args;
    if PictureFormat::of(&args.output).is_none() {
        let endings = PictureFormat::ENDINGS;
        refuse!(
            "'{}' is not the name of a picture: end it with one of {endings}",
            args.output.display()
        );
    }
    let transparent = args.is_transparent && !args.raw;
    if transparent {
        Output::Picture(args.output.clone()).need_alpha()?;
    }
    let (model, camera) = (args.matting.file(), Path::new(&args.camera));
    let files = program.files();
    let reads = files.iter().map(|file| &**file).chain(model.as_deref()).chain([camera]);
    let mut permit = sinks::permit(args.force, reads);
    if camera.is_file() {
        permit.as_private_as(camera);
    }
    permit.check(&args.output)?;
    let mut opener = camera::opener(&args.camera, &Controls::new(), saved_controls, intake)?;
    let mut camera = open(&mut *opener, &Wish { size: *size, rate: FrameRate::FPS_30 })?;
    let mode = camera.mode();
    let name = name_of(&*opener);
    let mut sitting = Sitting { camera: &mut *camera, name: &name, clock: &MonotonicClock };
    let product = if args.raw {
        sitting.take(|frame| Ok(Shot::Good(Product { frame, matte: None })))?
    } else {
        let Matting { model, settings } = Matting::new(&args.matting, false)?.at_its_word();
        let canvas = Canvas::new(mode.size, ColorSpace::BT601, Level::best());
        let options = StudioOptions::new(canvas, Some(&model), settings, intake);
        let mut studio = Studio::new(program, options)?;
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
            Some(Ok(_)) => JobError::Refused(format!(
                "{error}, or take its picture: --camera {CAMERA_NAME} --raw"
            )),
            _ => error.into(),
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
        let mut stages = Stages::default();
        loop {
            let mut developed = None;
            let mut take = |raw: RawPicture<'_>| developed = developer.develop(raw, &mut stages);
            let delivery = self.camera.next(WAIT, &mut take)?;
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
                (0, 0) => refuse!(
                    "'{name}' delivered no picture in {seconds} s: is its cover open, and is \
                     another program using it?"
                ),
                (0, n) => refuse!(
                    "'{name}' delivered no good picture in {seconds} s, but {n} damaged ones: try \
                     another cable or port"
                ),
                _ => refuse!("'{name}' stopped delivering pictures: plug it in again"),
            }
        }
        if let Some(reason) = refused
            && now.since(start) >= SETTLE + PATIENCE
        {
            refuse!(
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
