//! Whatever goes wrong with the matte, the room doesn't show.

use crate::common::{
    Behaviour, HEIGHT, PERSON, Scripted, WIDTH, camera, canvas, is_person, luma, replace, studio,
};
use backlot_matte::MatteError;
use backlot_media::{Frame, Matte};
use backlot_pipeline::{Keyer, ShieldReason, Studio, Verdict};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

const BLACK: u8 = 16;

/// The greatest step between neighbours left of the person, where the room's stripes have 30.
fn contrast(frame: &Frame) -> u8 {
    let rows = frame.plane(0).rows();
    let steps = rows.flat_map(|r| r[..WIDTH / 6].windows(2)).map(|w| w[0].abs_diff(w[1]));
    steps.max().unwrap()
}

#[test]
fn a_replaced_room_never_shows() {
    use Behaviour::{Fails, LetsAllThrough, Right, SaysOtherFrame};
    let script = [Fails, Right, SaysOtherFrame, Right, LetsAllThrough, Right];
    let mut studio = studio(&replace("black"), &script);
    for sequence in 0..12 {
        let behaviour = script[sequence as usize % script.len()];
        let finished = studio.process(camera(sequence)).unwrap();
        let shows = behaviour == Right;
        assert_eq!(finished.verdict == Verdict::Show, shows, "{behaviour:?}");
        for (x, y) in (0..WIDTH).flat_map(|x| (0..HEIGHT).map(move |y| (x, y))) {
            let expected = if shows && is_person(x) { PERSON } else { BLACK };
            assert_eq!(luma(&finished.picture, x, y), expected, "{behaviour:?} at {x},{y}");
        }
    }
    assert_eq!((studio.guard().shown, studio.guard().shielded), (6, 6));
    assert_eq!(studio.guard().last_reason, Some(ShieldReason::Implausible));
    assert!(studio.fault().is_some());
}

#[test]
fn a_blurred_room_is_shielded_by_a_heavier_blur() {
    for behaviour in [Behaviour::Fails, Behaviour::SaysOtherFrame, Behaviour::LetsAllThrough] {
        let mut studio = studio(&replace("blur"), &[behaviour]);
        let finished = studio.process(camera(0)).unwrap();
        assert!(matches!(finished.verdict, Verdict::Shield(_)));
        assert!(contrast(&camera(0)) >= 30, "the room has stripes");
        assert!(contrast(&finished.picture) <= 6, "{behaviour:?}: {}", contrast(&finished.picture));
    }
}

#[test]
fn effects_on_the_whole_still_apply_to_the_shield() {
    let mut scene = replace("gradient:black,white");
    scene.effects.push("mirror".parse().unwrap());
    let mut studio = studio(&scene, &[Behaviour::Fails]);
    let finished = studio.process(camera(0)).unwrap();
    assert!(luma(&finished.picture, 0, 0) < 30 && luma(&finished.picture, 0, HEIGHT - 1) > 220);
}

/// Counts how often it finds, and can't carry to frame 7.
struct Counting(Arc<AtomicU32>, Scripted);

impl Keyer for Counting {
    fn find(&mut self, frame: &Frame, matte: &mut Matte) -> Result<(), MatteError> {
        self.0.fetch_add(1, Ordering::Relaxed);
        self.1.find(frame, matte)
    }

    fn carry(&mut self, frame: &Frame, matte: &mut Matte) -> Result<(), MatteError> {
        match frame.sequence {
            7 => Err(MatteError::NothingToCarry { frame: 7 }),
            _ => self.1.find(frame, matte),
        }
    }
}

#[test]
fn the_network_looks_at_each_nth_frame_and_whenever_nothing_can_be_carried() {
    let looks = Arc::new(AtomicU32::new(0));
    let finder = Box::new(Counting(looks.clone(), Scripted(vec![Behaviour::Right])));
    let scene = replace("navy");
    let mut studio = Studio::with_finder(&scene, canvas(), Some(finder)).unwrap();
    studio.set_network_every(3);
    let mut ages = Vec::new();
    for sequence in 0..12 {
        let made = studio.process(camera(sequence)).unwrap();
        assert_eq!(made.verdict, Verdict::Show, "{sequence}");
        ages.push(studio.matte_age().unwrap().as_millis());
    }
    // Frame 7 is another scene: the network looks at it, and counts from there.
    assert_eq!(ages, [0, 33, 66, 0, 33, 66, 0, 0, 33, 66, 0, 33]);
    assert_eq!(looks.load(Ordering::Relaxed), 5);
    studio.reset();
    studio.process(camera(12)).unwrap();
    assert_eq!(studio.matte_age(), Some(Duration::ZERO));
}
