//! A larger network that looks now and then: what it takes away, and the parts of a person that it
//! tells apart. Both networks are made up: they read the picture's colours.

mod colors;

use allocation_counter::measure;
use backlot_kernels::Level;
use backlot_matte::{MatteError, MatteSettings, PersonMatte, Quality};
use backlot_media::{Frame, Matte};
use backlot_segmenter::{Parts, Role, SegmentationModel, SegmenterError};
use colors::{GREEN, RED, SQUARE, frame, sees, size};

/// Red is a person; the larger network sees green ones, and tells hair, which is blue, from the rest.
fn taught(fails: bool) -> SegmentationModel {
    let names = ["hair", "clothes"].map(str::to_owned).to_vec();
    let parts = Parts { output: 0, names, channels: vec![2, 0], sharpness: 30.0 };
    let teacher = sees(1, Some(parts), move |picture| {
        if fails {
            picture.fill(f32::NAN);
        }
        Ok(())
    });
    sees(0, None, |_| Ok(())).with_second(Role::Teacher, move || Ok(teacher.clone()))
}

const YELLOW: [u8; 3] = [210, 16, 146];
const WHITE: [u8; 3] = [235, 128, 128];

fn settings() -> MatteSettings {
    let quality = Quality::Teacher;
    MatteSettings { quality, presence: false, is_exact: true, ..MatteSettings::default() }
}

/// The matte's value in the middle of a square.
fn at(matte: &Matte, left: usize) -> u8 {
    matte.plane().row(90)[left + SQUARE / 2]
}

fn next(maker: &mut PersonMatte, frame: &Frame) -> Result<Matte, MatteError> {
    let mut matte = Matte::new(size());
    maker.segment(frame)?;
    maker.refine(frame, &mut matte)?;
    Ok(matte)
}

#[test]
fn what_it_calls_room_fades_and_it_adds_nobody() {
    let mut maker = PersonMatte::new(&taught(false), size(), settings(), Level::best()).unwrap();
    let squares = [(20, YELLOW), (130, RED), (240, GREEN)];
    let first = next(&mut maker, &frame(0, &squares)).unwrap();
    assert!(at(&first, 20) > 250 && at(&first, 130) > 250 && at(&first, 240) < 5);
    let mut before = 255;
    for number in 1..60 {
        let matte = next(&mut maker, &frame(number, &squares)).unwrap();
        let value = at(&matte, 130);
        assert!(value <= before, "it fades: {before} to {value}");
        assert!(at(&matte, 20) > 250 && at(&matte, 240) < 5, "at {number}");
        before = value;
    }
    assert!(before < 5, "{before}");
}

#[test]
fn whoever_comes_to_a_place_that_was_room_is_there_at_once() {
    let mut maker = PersonMatte::new(&taught(false), size(), settings(), Level::best()).unwrap();
    for number in 0..60 {
        next(&mut maker, &frame(number, &[(20, YELLOW), (130, RED)])).unwrap();
    }
    let mut shown = Vec::new();
    for number in 60..72 {
        let matte = next(&mut maker, &frame(number, &[(20, YELLOW), (130, YELLOW)])).unwrap();
        shown.push(at(&matte, 130));
    }
    println!("{shown:?}");
    assert!(shown[6..].iter().all(|value| *value > 250), "{shown:?}");
}

#[test]
fn parts_are_the_whole_person_until_they_are_known() {
    let of = |parts: &[&str]| {
        PersonMatte::of_parts(&taught(false), parts, size(), settings(), Level::best())
    };
    let mut maker = of(&["hair"]).unwrap();
    let squares = [(20, WHITE), (80, YELLOW)];
    let first = next(&mut maker, &frame(0, &squares)).unwrap();
    assert!(at(&first, 20) > 250 && at(&first, 80) > 250);
    let last = (1..30).map(|n| next(&mut maker, &frame(n, &squares)).unwrap()).last().unwrap();
    // White is as blue as red, so half hair; yellow has no blue.
    assert!((110..145).contains(&at(&last, 20)), "{}", at(&last, 20));
    assert!(at(&last, 80) < 5, "{}", at(&last, 80));
    let alone = sees(0, None, |_| Ok(()));
    let of_alone = PersonMatte::of_parts(&alone, &["hair"], size(), settings(), Level::best());
    for (error, part) in [(of(&["tail"]), "tail"), (of_alone, "hair")] {
        assert_eq!(error.unwrap_err(), MatteError::UnknownPart(part.into()));
    }
    let error = PersonMatte::new(&alone, size(), settings(), Level::best()).unwrap_err();
    assert_eq!(error, MatteError::Segmenter(SegmenterError::Alone));
}

#[test]
fn a_teacher_that_fails_is_an_error_and_no_matte() {
    let mut maker = PersonMatte::new(&taught(true), size(), settings(), Level::best()).unwrap();
    let faults = (0..30).filter_map(|n| next(&mut maker, &frame(n, &[(20, YELLOW)])).err()).count();
    assert!(faults > 0);
}

#[test]
fn it_takes_no_memory_in_the_steady_state() {
    let mut maker = PersonMatte::new(&taught(false), size(), settings(), Level::best()).unwrap();
    let frames: Vec<_> = (0..60).map(|n| frame(n, &[(20, YELLOW), (130, RED)])).collect();
    let mut matte = Matte::new(size());
    for (number, frame) in frames.iter().enumerate() {
        let taken = measure(|| {
            maker.segment(frame).unwrap();
            maker.refine(frame, &mut matte).unwrap();
        });
        assert!(number < 30 || taken.count_total == 0, "frame {number}: {}", taken.count_total);
    }
}
