//! What was painted on the camera's picture: exactly that shows, or never shows.

use crate::common::{
    Behaviour, HEIGHT, PERSON, ROOM, Scripted, WIDTH, camera, canvas, is_person, luma, replace,
    studio,
};
use backlot_matte::MatteError;
use backlot_media::{Frame, Matte};
use backlot_pipeline::{Keyer, Studio, Verdict};
use backlot_scene::{Anchor, Place, Scene};
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

const BLACK: u8 = 16;
/// Left of the person.
const KEPT: [Range<usize>; 2] = [8..24, 16..48];
/// In the person.
const HIDDEN: [Range<usize>; 2] = [40..56, 16..48];

/// Both regions as people write them, with hard edges.
fn painted(background: &str) -> Scene {
    let mut scene = replace(background);
    let area = |[x, y]: &[Range<usize>; 2]| {
        let x = [x.start, x.end].map(|x| 100.0 * x as f64 / WIDTH as f64);
        let y = [y.start, y.end].map(|y| 100.0 * y as f64 / HEIGHT as f64);
        format!("{0}x{2}-{1}x{2}-{1}x{3}-{0}x{3}", x[0], x[1], y[0], y[1])
    };
    let key = format!("person:keep={},hide={},feather=0", area(&KEPT), area(&HIDDEN));
    scene.layers[1].key = Some(key.parse().unwrap());
    scene
}

fn holds([columns, rows]: &[Range<usize>; 2], x: usize, y: usize) -> bool {
    columns.contains(&x) && rows.contains(&y)
}

#[test]
fn exactly_what_is_kept_shows_and_what_is_hidden_never_does() {
    let mut studio = studio(&painted("black"), &[Behaviour::Right]);
    let finished = studio.process(camera(0)).unwrap();
    assert_eq!(finished.verdict, Verdict::Show);
    for (x, y) in (0..WIDTH).flat_map(|x| (0..HEIGHT).map(move |y| (x, y))) {
        let expected = match () {
            () if holds(&KEPT, x, y) => ROOM + 30 * (x as u8 & 1),
            () if is_person(x) && !holds(&HIDDEN, x, y) => PERSON,
            () => BLACK,
        };
        assert_eq!(luma(&finished.picture, x, y), expected, "at {x},{y}");
    }
}

#[test]
fn the_shield_hides_what_is_kept_too() {
    use Behaviour::{Fails, LetsAllThrough, Right, SaysOtherFrame};
    let script = [Right, Fails, Right, SaysOtherFrame, Right, LetsAllThrough];
    let mut studio = studio(&painted("black"), &script);
    for sequence in 0..12 {
        let behaviour = script[sequence as usize % script.len()];
        let finished = studio.process(camera(sequence)).unwrap();
        assert_eq!(finished.verdict == Verdict::Show, behaviour == Right, "{behaviour:?}");
        let brightest = finished.picture.plane(0).rows().flatten().max().copied();
        let expected = if behaviour == Right { ROOM + 30 } else { BLACK };
        assert_eq!(brightest, Some(expected), "{behaviour:?}");
    }
}

#[test]
fn before_the_blurred_room_what_is_kept_stays_sharp() {
    let mut studio = studio(&painted("blur"), &[Behaviour::Right]);
    let finished = studio.process(camera(0)).unwrap();
    let steps = |columns: Range<usize>| {
        let row = &finished.picture.plane(0).row(32)[columns];
        row.windows(2).map(|pair| pair[0].abs_diff(pair[1])).min().unwrap()
    };
    assert_eq!(steps(KEPT[0].clone()), 30);
    assert!(steps(72..90) < 10, "the rest of the room is blurred");
}

#[test]
fn a_small_layer_shows_what_is_kept_in_its_place() {
    let mut scene = painted("black");
    let width = Some("50%".parse().unwrap());
    scene.layers[1].place = Place { anchor: Anchor::TopLeft, width, ..Place::default() };
    let mut studio = studio(&scene, &[Behaviour::Right]);
    for sequence in 0..2 {
        let finished = studio.process(camera(sequence)).unwrap();
        let (x, y) = ((KEPT[0].start + KEPT[0].end) / 4, (KEPT[1].start + KEPT[1].end) / 4);
        assert!(luma(&finished.picture, x, y) > 150, "{}", luma(&finished.picture, x, y));
        assert_eq!(luma(&finished.picture, 2, 2), BLACK);
    }
}

/// Counts how often it looks.
struct Counting(Arc<AtomicU32>, Scripted);

impl Keyer for Counting {
    fn find(&mut self, frame: &Frame, matte: &mut Matte) -> Result<(), MatteError> {
        self.0.fetch_add(1, Ordering::Relaxed);
        self.1.find(frame, matte)
    }
}

#[test]
fn layers_with_other_regions_share_one_look() {
    let mut scene = painted("black");
    let mut second = scene.layers[1].clone();
    second.key = Some("person:hide=0x0-100x0-100x100-0x100".parse().unwrap());
    second.id = "second".parse().unwrap();
    scene.layers.push(second);
    let looks = Arc::new(AtomicU32::new(0));
    let finder = Box::new(Counting(Arc::clone(&looks), Scripted(vec![Behaviour::Right])));
    let mut studio = Studio::with_finder(&scene, canvas(), Some(finder)).unwrap();
    for sequence in 0..3 {
        let finished = studio.process(camera(sequence)).unwrap();
        assert_eq!(luma(&finished.picture, 10, 20), ROOM, "the second layer hides nothing below");
    }
    assert_eq!(looks.load(Ordering::Relaxed), 3);
}
