//! `backlot bench`: the pipeline from a camera's MJPEG picture to a viewer's YUYV picture, in
//! memory, and with the threads and the rate of `backlot run`.

mod chain;
mod clip;
mod live;
mod report;

use crate::cli::{BenchArgs, BenchScene};
use anyhow::{Context, Result, bail};
use backlot_effects::{Canvas, Effect};
use backlot_files::Intake;
use backlot_kernels::Level;
use backlot_matte::MatteSettings;
use backlot_media::{ColorSpace, Encoding, PixelFormat, Size};
use backlot_networks::{Purpose, load};
use backlot_nn::Model;
use backlot_scene::{Background, Replacement, Scene};
use backlot_sources::Format;
use backlot_terminal::stdio;
use chain::Chain;
use clip::Clip;
use report::{Case, LiveCase, Report};
use std::sync::Arc;

/// Frames before the measurement begins.
const WARM_UP: u32 = 15;

/// The default sizes.
const SIZES: [&str; 3] = ["640x480", "1280x720", "1920x1080"];

/// Runs the requested cases, and prints their figures.
pub fn run(args: &BenchArgs) -> Result<()> {
    let scenes = if args.scenes.is_empty() { &BenchScene::ALL[..] } else { &args.scenes };
    let size = |text: &str| Ok(text.parse::<Format>().context("--size")?.of_a_camera());
    let sizes: Vec<Size> = match &args.sizes[..] {
        [] => SIZES.iter().map(|text| size(text)).collect::<Result<_>>()?,
        sizes => sizes.iter().map(|text| size(text)).collect::<Result<_>>()?,
    };
    if args.background.is_some() && scenes == [BenchScene::Blur] {
        bail!("--background has no effect on the scene 'blur', which shows the room");
    }
    let threads = if args.threads.is_empty() { &[1, 2][..] } else { &args.threads };
    let model = load(&args.model, Purpose::Live)?;
    let matte = MatteSettings { quality: args.quality.parse()?, ..MatteSettings::default() };
    let intake = args.intake.intake();
    let mut bench =
        Bench { args, model, matte, intake: intake.clone(), report: Report::new(args.json) };
    for &size in &sizes {
        bench.in_memory(size, scenes, threads)?;
    }
    if args.live {
        for size in sizes {
            bench.live(size, scenes)?;
        }
    }
    intake.report.take().iter().for_each(stdio::warn);
    bench.report.finish()
}

/// How pictures come from the camera in the live cases.
const ENCODINGS: [Encoding; 2] = [Encoding::Raw(PixelFormat::Yuyv), Encoding::Jpeg];

struct Bench<'a> {
    args: &'a BenchArgs,
    model: Model,
    matte: MatteSettings,
    intake: Intake,
    report: Report,
}

impl Bench<'_> {
    /// As fast as possible.
    fn in_memory(&mut self, size: Size, scenes: &[BenchScene], threads: &[u8]) -> Result<()> {
        let (args, canvas) = (self.args, canvas(size));
        let clip = Clip::new(args.input.as_deref(), canvas, Encoding::Jpeg, &self.intake)?;
        for &scene in scenes {
            let described = scene_of(scene, args.background.as_deref());
            for &threads in threads {
                let mut chain =
                    Chain::new(&described, canvas, (&self.model, self.matte), &self.intake)
                        .with_context(|| format!("scene {} at {size}", scene.name()))?;
                chain.run(&clip, WARM_UP, threads)?;
                let figures = chain.run(&clip, args.frames, threads)?;
                self.report.add(Case::new(scene.name(), size, threads, args.frames, &figures))?;
            }
        }
        Ok(())
    }

    /// At a camera's rate.
    fn live(&mut self, size: Size, scenes: &[BenchScene]) -> Result<()> {
        let (args, canvas) = (self.args, canvas(size));
        for encoding in ENCODINGS {
            let clip = Arc::new(Clip::new(args.input.as_deref(), canvas, encoding, &self.intake)?);
            for &scene in scenes {
                let described = scene_of(scene, args.background.as_deref());
                let finder = (&self.model, self.matte, &self.intake);
                let figures = live::run(&described, canvas, finder, clip.clone(), args.frames)
                    .with_context(|| format!("scene {} at {size}, live", scene.name()))?;
                self.report.add_live(LiveCase::new(scene.name(), size, encoding, &figures))?;
            }
        }
        Ok(())
    }
}

fn canvas(size: Size) -> Canvas {
    Canvas::new(size, ColorSpace::BT601, Level::best())
}

/// The scene of a name.
fn scene_of(scene: BenchScene, background: Option<&std::path::Path>) -> Scene {
    let picture = || match background {
        Some(path) => Background::File(path.to_owned()),
        None => Background::Gradient(
            backlot_scene::Rgb::new([24, 40, 90]),
            backlot_scene::Rgb::new([200, 120, 80]),
        ),
    };
    let mut parts = Replacement::default();
    let background = match scene {
        BenchScene::Replace => picture(),
        BenchScene::Blur => Background::Room(Effect::plain(&backlot_effects::BLUR)),
        BenchScene::Hologram => {
            parts.person_effects.push(Effect::plain(&backlot_effects::HOLOGRAM));
            picture()
        }
    };
    Scene::replace(background, parts)
}
