//! The steady state allocates nothing.

use crate::common::{Behaviour, Scripted, camera, canvas, replace, studio};
use backlot_pipeline::{Program, Studio};
use backlot_scene::Config;

/// How many times something is allocated for frames after the first.
fn allocations(studio: &mut Studio) -> u64 {
    let mut frames: Vec<_> = (0..8).map(camera).collect();
    let later = frames.split_off(3);
    for frame in frames {
        studio.process(frame).unwrap();
    }
    let counted = allocation_counter::measure(|| {
        for frame in later {
            studio.process(frame).unwrap();
        }
    });
    counted.count_total
}

#[test]
fn frames_are_made_without_allocating() {
    for background in ["navy", "gradient:navy,white", "aurora", "blur:20", "mosaic:16"] {
        for effect in [None, Some("hologram"), Some("mirror")] {
            let mut scene = replace(background);
            scene.layers[1].key = Some(backlot_keys::person());
            scene.layers[1].effects.extend(effect.map(|e| e.parse().unwrap()));
            scene.layers[1].shadow = effect.map(|_| backlot_scene::Shadow::default());
            let mut studio = studio(&scene, &[Behaviour::Right]);
            assert_eq!(allocations(&mut studio), 0, "{background} {effect:?}");
        }
    }
}

/// Everything that layers can be, a dozen at once; `logo.png` is partly transparent.
const DOZEN: &str = r#"
[source.desk]
camera = "no picture ever comes"
[source.sky]
gradient = "navy,#204060"
[scene.a]
whole_effects = ["gain:0.9", "mirror", "blur:2"]
[[scene.a.layer]]
source = "aurora"
effects = ["colormap"]
[[scene.a.layer]]
source = "camera"
effects = ["blur:20"]
opacity = 0.8
[[scene.a.layer]]
source = "sky"
blend = "multiply"
[[scene.a.layer]]
source = "logo.png"
place = { anchor = "top-left", width = "30%", margin = "5%" }
border = { width = "2%" }
shadow = {}
[[scene.a.layer]]
source = "logo.png"
effects = ["invert", "mosaic:4"]
blend = "add"
turn = 90
mirror = true
[[scene.a.layer]]
source = "camera"
key = "person"
effects = ["hologram"]
corners = "20%"
shadow = { blur = "2%" }
place = { anchor = "right", width = "70%", margin = ["-10%", "3%"] }
[[scene.a.layer]]
source = "scene:inner"
place = { anchor = "bottom-left", width = "40%", margin = "3%" }
corners = "12px"
border = { width = "1%" }
shadow = {}
[[scene.a.layer]]
source = "scene:inner"
effects = ["blur:8"]
opacity = 0.3
blend = "screen"
[[scene.a.layer]]
source = "hyperspace"
place = { anchor = "top-right", height = "50%" }
crop = { left = "10%", bottom = "20%" }
corners = "circle"
[[scene.a.layer]]
source = "desk"
place = { anchor = "bottom-right", width = "25%" }
corners = "circle"
border = {}
[[scene.a.layer]]
source = "white"
visible = false
[[scene.a.layer]]
source = "gradient:navy,black"
opacity = 0.1
crop = { right = "50%" }
[[scene.inner.layer]]
source = "bokeh"
[[scene.inner.layer]]
source = "scene:innermost"
place = { width = "80%" }
shadow = {}
[[scene.innermost.layer]]
source = "camera"
key = "person"
light_wrap = 1
[[scene.innermost.layer]]
source = "logo.png"
place = { height = "20%" }
"#;

#[test]
fn scenes_of_many_layers_are_drawn_without_allocating() {
    let folder = tempfile::tempdir().unwrap();
    let logo = image::RgbaImage::from_fn(60, 40, |x, y| {
        image::Rgba([4 * x as u8, 6 * y as u8, 90, (3 * x + y) as u8])
    });
    let path = folder.path().join("logo.png");
    logo.save(&path).unwrap();
    let text = DOZEN.replace("logo.png", path.to_str().unwrap());
    let Config { document, .. } = Config::parse(&text).unwrap_or_else(|e| panic!("{e}"));
    let scene = document.scene("a").unwrap().form.scene();
    assert_eq!(scene.layers.len(), 12);
    let finder = Box::new(Scripted(vec![Behaviour::Right]));
    let program = Program::new(scene, &document);
    let mut studio = Studio::with_finder(program, canvas(), Some(finder)).unwrap();
    assert_eq!(allocations(&mut studio), 0);
    assert_eq!(studio.guard().shielded, 0);
    assert!(studio.fault().is_none());
}
