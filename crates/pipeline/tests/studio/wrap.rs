//! The background's light falls on the edge of the person as the effects left them, and nowhere
//! inside.

use crate::truth::{Truth, drawn};
use backlot_effects::{Canvas, Chain, Effect, Layer, all};
use backlot_generators::{Presenter, PresenterSpec};
use backlot_kernels::Level;
use backlot_media::{ColorSpace, Frame, FrameRate, Matte, Size};
use backlot_pipeline::{Studio, Verdict};
use backlot_scene::{Edge, Replacement, Scene};

const CANVAS: Canvas =
    Canvas::new(Size { width: 640, height: 360 }, ColorSpace::BT601, Level::SCALAR);

/// The distance from the edge of a matte that light can't reach, in pixels: two of its cells, and
/// the one it is in.
const REACH: usize = 24;

fn presenter(text: &str) -> Presenter {
    let spec: PresenterSpec = text.parse().unwrap();
    Presenter::new(&spec, CANVAS.size, FrameRate::FPS_30, CANVAS.color)
}

fn scene(background: &str, effects: &[Effect], light_wrap: f32) -> Scene {
    let edge = Edge { light_wrap, ..Edge::default() };
    let person_effects = effects.to_vec();
    let parts = Replacement { edge, person_effects, ..Replacement::default() };
    Scene::replace(background.parse().unwrap(), parts)
}

/// The matte as effects leave it.
fn reshaped(effects: &[Effect], frame: &mut Frame, matte: &mut Matte) {
    let (time, cut) = (frame.time, Some(matte.plane_mut()));
    let mut layer = Layer { picture: frame.yuv_mut(), matte: cut, person: None, time };
    Chain::new(effects, &CANVAS).apply(&mut layer);
}

/// The pixels that have only the person around them as far as light reaches.
fn inside(matte: &Matte) -> Vec<bool> {
    let (plane, size) = (matte.plane(), CANVAS.size);
    let (width, height) = (size.width as usize, size.height as usize);
    let around = |at: usize, end: usize| at.saturating_sub(REACH)..(at + REACH + 1).min(end);
    let across: Vec<bool> = (0..width * height)
        .map(|i| plane.row(i / width)[around(i % width, width)].iter().all(|&a| a == 255))
        .collect();
    let down = |i: usize| around(i / width, height).all(|y| across[y * width + i % width]);
    (0..width * height).map(down).collect()
}

/// Runs the scene with and without light on some frames: returns the lit pixels inside the person,
/// the size of that inside, and all lit pixels.
fn lit(background: &str, at: &str, effects: &[Effect]) -> [usize; 3] {
    let text = format!("presenter:noise=0,gesture=off,at={at}");
    let mut camera = presenter(&text);
    let mut studios = [0.0, 1.0].map(|wrap| {
        let finder = Box::new(Truth(presenter(&text)));
        Studio::with_finder(scene(background, effects, wrap), CANVAS, Some(finder)).unwrap()
    });
    let mut counts = [0; 3];
    for index in [0, 20] {
        let (mut frame, mut matte) = drawn(&mut camera, index);
        let [plain, lit] = studios.each_mut().map(|studio| {
            let finished = studio.process(frame.clone()).unwrap();
            assert_eq!(finished.verdict, Verdict::Show);
            finished.picture
        });
        reshaped(effects, &mut frame, &mut matte);
        let inside = inside(&matte);
        let rows = plain.plane(0).rows().zip(lit.plane(0).rows());
        let pixels = rows.flat_map(|(plain, lit)| plain.iter().zip(lit));
        for ((plain, lit), inside) in pixels.zip(inside) {
            counts[0] += usize::from(inside && plain != lit);
            counts[1] += usize::from(inside);
            counts[2] += usize::from(plain != lit);
        }
    }
    counts
}

#[test]
fn inside_the_person_no_light_falls_whatever_effects_do() {
    let effects = all().iter().map(|def| vec![Effect::plain(def)]);
    let twice = ["hologram", "mirror"].map(|name| name.parse().unwrap()).to_vec();
    for effects in effects.chain([Vec::new(), twice]) {
        for (background, at) in [("white", "0.2"), ("aurora", "0.8"), ("blur", "0.2")] {
            let [wrong, inside, lit] = lit(background, at, &effects);
            let names: Vec<_> = effects.iter().map(|effect| effect.def().name).collect();
            let what = format!("{names:?} before {background}, standing at {at}");
            assert!(inside > 2000, "{what}: only {inside} pixels are inside");
            assert_eq!(wrong, 0, "{what}: of {inside} pixels inside");
            assert!(lit > 500 || background != "white", "{what}: only {lit} pixels are lit");
        }
    }
}
