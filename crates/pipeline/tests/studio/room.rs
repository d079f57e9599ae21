//! The studio with an unmistakable room: every wrong matte in scenes of every build.

#[path = "../live/finder.rs"]
mod finder;

use backlot_effects::Canvas;
use backlot_guard::Verdict;
use backlot_kernels::Level;
use backlot_media::{ColorSpace, Frame, FrameRate, PixelFormat, Size, Timestamp};
use backlot_pipeline::Studio;
use backlot_scene::{Background, Replacement, Scene};
use backlot_testkit::{draw_room, room_shows};
use finder::{Conduct, FaultyFinder, FinderHandle};

const SIZE: Size = Size { width: 640, height: 360 };

fn camera(sequence: u64, time: Timestamp) -> Frame {
    let mut frame = Frame::new(PixelFormat::I420, SIZE);
    (frame.color, frame.sequence, frame.time) = (ColorSpace::BT601, sequence, time);
    draw_room(&mut frame);
    frame
}

fn scene(background: &str, [person, whole]: [Option<&str>; 2]) -> Scene {
    let background: Background = background.parse().unwrap();
    let mut scene = Scene::replace(background, Replacement::default());
    let effect = |text: &str| text.parse().unwrap();
    scene.layers[1].effects.extend(person.map(effect));
    scene.effects.extend(whole.map(effect));
    scene
}

fn studio(scene: &Scene) -> (Studio, FinderHandle) {
    let (handle, canvas) =
        (FinderHandle::default(), Canvas::new(SIZE, ColorSpace::BT601, Level::best()));
    let finder = Box::new(FaultyFinder(handle.clone()));
    (Studio::with_finder(scene, canvas, Some(finder)).unwrap(), handle)
}

#[test]
fn no_wrong_matte_shows_the_room_in_any_scene() {
    let scenes = [
        ("navy", [None, None]),
        ("gradient:navy,white", [Some("hologram"), None]),
        ("aurora", [None, Some("mirror")]),
        ("blur", [None, Some("colormap")]),
        ("blur:50", [Some("blur:10"), None]),
        ("mosaic", [None, Some("hologram")]),
    ];
    for (background, effects) in scenes {
        for network_every in [1, 3] {
            let (mut studio, finder) = studio(&scene(background, effects));
            studio.set_network_every(network_every);
            let script =
                Conduct::WRONG.into_iter().flat_map(|wrong| [wrong, wrong, Conduct::Right]);
            for (sequence, conduct) in (0..).zip(script.filter(|c| *c != Conduct::Panics)) {
                finder.set(conduct);
                let frame = camera(sequence, FrameRate::FPS_30.time_of(sequence));
                let finished = studio.process(frame).unwrap();
                let shows = room_shows(&finished.picture);
                let what = format!("{background} {effects:?} {network_every} {conduct:?}");
                assert!(shows < 1.0, "{what}: the room shows: {shows}");
                assert_eq!(finished.verdict == Verdict::Show, conduct == Conduct::Right, "{what}");
            }
        }
    }
}

#[test]
fn the_same_scenes_without_a_guard_would_show_the_room() {
    // Nobody cut out, and only the effect on the whole.
    for effect in [None, Some("mirror"), Some("hologram")] {
        let mut scene = scene("navy", [None, effect]);
        scene.layers[1].key = None;
        let finished = studio(&scene).0.process(camera(0, Timestamp::default())).unwrap();
        assert!(room_shows(&finished.picture) > 1.0, "{effect:?}");
    }
}

#[test]
fn a_camera_of_few_pictures_is_not_shielded_for_mattes_that_were_carried() {
    let (mut studio, finder) = studio(&scene("navy", [None, None]));
    studio.set_network_every(8);
    let slow = FrameRate::new(5, 1).unwrap();
    for (sequence, conduct) in (0..12).zip(Conduct::HARMLESS.into_iter().cycle()) {
        finder.set(conduct);
        let finished = studio.process(camera(sequence, slow.time_of(sequence))).unwrap();
        assert_eq!(finished.verdict, Verdict::Show, "{sequence}");
    }
    assert_eq!(studio.guard().shielded, 0);
}
