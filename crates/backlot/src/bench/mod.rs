//! `backlot bench`: the chain from a camera's MJPEG picture to a viewer's YUYV picture, in memory.

mod chain;
mod clip;
mod report;

use crate::cli::{BenchArgs, BenchScene};
use crate::models::{self, Purpose};
use anyhow::{Context, Result};
use backlot_effects::Canvas;
use backlot_kernels::Level;
use backlot_matte::MatteSettings;
use backlot_media::{ColorSpace, Size};
use backlot_scene::{Background, Replacement, Scene};
use chain::Chain;
use clip::Clip;
use report::{Case, Report};

/// Frames before the measurement begins.
const WARM_UP: u32 = 15;

/// Sizes that are measured when none is asked for.
const SIZES: [&str; 3] = ["640x480", "1280x720", "1920x1080"];

/// Runs the cases that were asked for, and prints their figures.
pub fn run(args: &BenchArgs) -> Result<()> {
    let scenes = if args.scenes.is_empty() { &BenchScene::ALL[..] } else { &args.scenes };
    let sizes: Vec<Size> = match &args.sizes[..] {
        [] => SIZES.iter().map(|size| size.parse()).collect::<Result<_, _>>()?,
        sizes => sizes.iter().map(|size| size.parse()).collect::<Result<_, _>>()?,
    };
    let threads = if args.threads.is_empty() { &[1, 2][..] } else { &args.threads };
    let model = models::load(&args.model, Purpose::Live)?;
    let matte = MatteSettings { quality: args.quality.parse()?, ..MatteSettings::default() };
    let mut report = Report::new(args.json);
    for size in sizes {
        let canvas = Canvas { size, color: ColorSpace::BT601, level: Level::best() };
        let clip = Clip::new(args.input.as_deref(), canvas)?;
        for &scene in scenes {
            let described = scene_of(scene, args.background.as_deref());
            for &threads in threads {
                let mut chain = Chain::new(&described, canvas, &model, matte)
                    .with_context(|| format!("scene {} at {size}", scene.name()))?;
                chain.run(&clip, WARM_UP, threads)?;
                let figures = chain.run(&clip, args.frames, threads)?;
                report.add(Case::new(scene.name(), size, threads, args.frames, &figures))?;
            }
        }
    }
    report.finish()
}

/// The scene that a name stands for.
fn scene_of(scene: BenchScene, background: Option<&std::path::Path>) -> Scene {
    let picture = || match background {
        Some(path) => Background::File(path.to_owned()),
        None => Background::Gradient(
            backlot_scene::Rgb([24, 40, 90]),
            backlot_scene::Rgb([200, 120, 80]),
        ),
    };
    let mut parts = Replacement::default();
    let background = match scene {
        BenchScene::Replace => picture(),
        BenchScene::Blur => Background::Room(backlot_scene::EffectSpec::plain("blur")),
        BenchScene::Hologram => {
            parts.person_effects.push(backlot_scene::EffectSpec::plain("hologram"));
            picture()
        }
    };
    Scene::replace(background, parts)
}
