//! Random scenes look as a plain renderer draws them, which knows nothing of the engine.
//!
//! `BACKLOT_SCENE_SEED=N` draws the scene of a seed that a failure named, and others after it.

mod draw;
mod grid;
mod outline;
mod random;
mod sources;

use backlot_guard::Verdict;
use backlot_media::Frame;
use backlot_pipeline::{Program, Studio};
use backlot_scene::{LayerSource, NamedScene, Scene, SceneForm};
use draw::Planes;
use random::Case;
use sources::{Brightness, Still, camera};

/// How far a picture may be off, in luma and in chroma.
type Bounds = [f32; 2];

const FEW: Bounds = [2.0, 3.0];
const MANY: Bounds = [6.0, 6.0];

/// How far off the engine's picture is, and where.
struct Off {
    by: f32,
    what: String,
}

/// The engine's picture of the second frame; `None` if the guard doesn't let the scene through.
fn engine(case: &Case) -> Option<Frame> {
    let program = Program::new(case.scene.clone(), &case.document);
    let mut studio = Studio::with_finder(program, case.canvas, Some(Box::new(Brightness))).unwrap();
    studio.process(camera(&case.canvas, case.camera, 0)).unwrap();
    let finished = studio.process(camera(&case.canvas, case.camera, 1)).unwrap();
    (finished.verdict == Verdict::Show).then(|| finished.picture.into_frame())
}

/// The place that is furthest beyond its bound.
fn off(found: &Frame, wanted: &Planes, bounds: Bounds) -> Option<Off> {
    let mut worst: Option<Off> = None;
    for (index, (plane, wanted)) in found.yuv().iter().zip(wanted).enumerate() {
        for (y, row) in plane.rows().enumerate() {
            for (x, &value) in row.iter().enumerate() {
                let expected = wanted.at(x, y).round();
                let by = (f32::from(value) - expected).abs() - bounds[index.min(1)];
                if by > worst.as_ref().map_or(0.0, |worst| worst.by) {
                    let name = ["luma", "cb", "cr"][index];
                    let what = format!("{name} at {x},{y} is {value} instead of {expected}");
                    worst = Some(Off { by, what });
                }
            }
        }
    }
    worst
}

/// Whether what is hidden in a scene is drawn as itself: nested scenes show cameras whole only if the
/// scene on show does.
fn is_allowed(case: &Case) -> bool {
    let is_whole =
        |layer: &backlot_scene::Layer| layer.source == LayerSource::Camera && layer.key.is_none();
    let is_granted = case
        .scene
        .layers
        .iter()
        .any(|layer| is_whole(layer) && layer.visible && layer.opacity > 0.0);
    is_granted || !case.scenes().skip(1).any(|scene| scene.layers.iter().any(is_whole))
}

/// What became of a case.
enum Outcome {
    Alike,
    Off(Off),
    /// Cameras are hidden in it.
    Hidden,
}

fn check(case: &Case, stills: &[Still], bounds: Bounds) -> Outcome {
    if !is_allowed(case) {
        return Outcome::Hidden;
    }
    let Some(found) = engine(case) else { return Outcome::Hidden };
    off(&found, &draw::draw(case, stills, 1), bounds).map_or(Outcome::Alike, Outcome::Off)
}

/// What a failing case says, with as little in it as fails.
fn said(case: Case, stills: &[Still], bounds: Bounds) -> String {
    let is_off = |case: &Case| match check(case, stills, bounds) {
        Outcome::Off(off) => Some(off.what),
        _ => None,
    };
    let small = shrunk(case, |case| is_off(case).is_some());
    let (size, color) = (small.canvas.size, small.canvas.color);
    let what = is_off(&small).unwrap_or_default();
    format!("{what}, on {size} in {color}:\n{}", written(&small))
}

/// Leaves out what can be left out while the case still fails.
fn shrunk(mut case: Case, fails: impl Fn(&Case) -> bool) -> Case {
    let mut goes_on = true;
    while std::mem::take(&mut goes_on) {
        for smaller in smaller(&case) {
            if fails(&smaller) {
                (case, goes_on) = (smaller, true);
                break;
            }
        }
    }
    case
}

/// The case with a layer less, or with a property as it usually is.
fn smaller(case: &Case) -> Vec<Case> {
    let mut all = Vec::new();
    let changed = |change: &dyn Fn(&mut Case)| {
        let mut smaller = case.clone();
        change(&mut smaller);
        smaller
    };
    let scenes = case.scenes().map(|scene| (scene.layers.len(), scene.effects.len()));
    for (number, (layers, effects)) in scenes.enumerate() {
        let of = |change: &dyn Fn(&mut Scene)| {
            changed(&|case| case.scenes_mut().nth(number).into_iter().for_each(change))
        };
        if layers > 1 {
            all.extend((0..layers).map(|at| of(&|scene| drop(scene.layers.remove(at)))));
        }
        if effects > 0 {
            all.push(of(&|scene| scene.effects.clear()));
        }
        for at in 0..layers {
            let plain = |change: &dyn Fn(&mut backlot_scene::Layer)| {
                of(&|scene| change(&mut scene.layers[at]))
            };
            all.extend([
                plain(&|layer| layer.effects.clear()),
                plain(&|layer| layer.border = None),
                plain(&|layer| layer.corners = Default::default()),
                plain(&|layer| layer.blend = Default::default()),
                plain(&|layer| layer.opacity = 1.0),
                plain(&|layer| layer.crop = Default::default()),
                plain(&|layer| layer.turn = Default::default()),
                plain(&|layer| layer.mirror = false),
                plain(&|layer| layer.fit = Default::default()),
                plain(&|layer| layer.place = Default::default()),
            ]);
        }
    }
    let text = written(case);
    all.retain(|smaller| written(smaller) != text);
    all
}

/// The case as it would stand in a file.
fn written(case: &Case) -> String {
    let mut document = case.document.clone();
    let form = SceneForm::Layers(case.scene.clone());
    document.scenes.push(NamedScene { name: "shown".into(), place: random::AT, form });
    document.text()
}

/// Draws the scenes of many seeds, of so many layers each.
fn compare(cases: u64, layers: std::ops::RangeInclusive<usize>, bounds: Bounds) {
    let folder = tempfile::tempdir().unwrap();
    let stills = Still::all(folder.path());
    let first = std::env::var("BACKLOT_SCENE_SEED").ok().map_or(1, |seed| seed.parse().unwrap());
    let mut hidden = 0;
    for seed in first..first + cases {
        let count = layers.start() + seed as usize % layers.clone().count();
        let case = Case::random(seed, count, &stills);
        match check(&case, &stills, bounds) {
            Outcome::Alike => {}
            Outcome::Hidden => hidden += 1,
            Outcome::Off(_) => {
                panic!("BACKLOT_SCENE_SEED={seed}: {}", said(case, &stills, bounds))
            }
        }
    }
    assert!(hidden * 4 <= cases, "the guard hides the camera in {hidden} of {cases}");
}

#[test]
fn scenes_of_few_layers_look_as_drawn_plainly() {
    compare(400, 1..=4, FEW);
}

#[test]
fn scenes_of_many_layers_look_as_drawn_plainly() {
    compare(40, 5..=32, MANY);
}
