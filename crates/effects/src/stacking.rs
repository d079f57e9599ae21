//! Tests that are the same for all effects: on every part of a picture, in every order, at any size
//! and level.

use crate::all;
use crate::testing::Picture;
use backlot_kernels::Level;
use backlot_media::ColorSpace;

/// Every effect, and settings at the ends of their ranges.
const SPECS: [&str; 16] = [
    "blur",
    "blur:1",
    "blur:100",
    "colormap",
    "colormap:jet,strength=0.5",
    "gain",
    "gain:0.5,contrast=3,saturation=0,warmth=-1",
    "hologram",
    "hologram:shift=40,grow=0,soften=0",
    "hologram:tint=0,light=1,original=1,scanlines=0,ghost=0,shift=0,grow=40,soften=100",
    "invert",
    "invert:0.25",
    "mirror",
    "mosaic",
    "mosaic:2",
    "mosaic:200",
];

const SIZES: [(u32, u32); 6] = [(1, 1), (2, 2), (3, 5), (61, 47), (64, 1), (7, 720)];

#[derive(Clone, Copy, Debug)]
enum Part {
    Person,
    Room,
    Whole,
}

const PARTS: [Part; 3] = [Part::Person, Part::Room, Part::Whole];

fn noise(x: usize, y: usize) -> [f64; 3] {
    [x * 7 + y * 13, x * 5 + y * 3, x * 11 + y * 29].map(|v| (v % 97) as f64 / 96.0)
}

/// A person with a soft outline on the left, who doesn't reach the last column.
fn somebody(width: u32) -> impl Fn(usize, usize) -> u8 {
    let width = f64::from(width);
    move |x, y| {
        let inside = 0.6 * width - x as f64 - (y % 5) as f64 * 0.2;
        (inside * 80.0).clamp(0.0, 255.0) as u8
    }
}

fn picture(size: (u32, u32), part: Part, level: Level) -> Picture {
    let mut picture = Picture::new(size, ColorSpace::BT601, noise);
    (picture.canvas.level, picture.seconds) = (level, 2.5);
    match part {
        Part::Person => picture.with_matte(somebody(size.0)),
        Part::Room => picture.with_person(somebody(size.0)),
        Part::Whole => picture,
    }
}

#[test]
fn every_effect_is_among_those_tested() {
    for def in all() {
        assert!(SPECS.contains(&def.name), "{} is not tested", def.name);
    }
}

#[test]
fn every_effect_changes_every_part() {
    for spec in all().iter().map(|def| def.name) {
        for part in PARTS {
            let before = picture((61, 47), part, Level::best());
            assert!(before.after(spec).yuv != before.yuv, "{spec} does nothing to {part:?}");
        }
    }
}

/// Every step checks the guard bytes beside the rows.
#[test]
fn every_two_effects_stack_in_both_orders_at_every_size_and_level() {
    println!("levels: {:?}", Level::available());
    for (first, second) in SPECS.iter().flat_map(|a| SPECS.map(|b| (a, b))) {
        for (size, part) in SIZES.iter().flat_map(|&size| PARTS.map(|part| (size, part))) {
            let run = |level| picture(size, part, level).after(first).after(second);
            let expected = run(Level::SCALAR);
            for level in Level::available() {
                let found = run(level);
                let same = found.yuv == expected.yuv
                    && found.matte == expected.matte
                    && found.person == expected.person;
                assert!(same, "{first} and {second} on {part:?} at {size:?}: {level} differs");
            }
        }
    }
}

#[test]
fn earlier_pictures_do_not_matter() {
    for spec in SPECS {
        for size in [(61, 47), (3, 5)] {
            let mut used = picture(size, Part::Whole, Level::best()).chain(&[spec]);
            for part in PARTS.into_iter().chain(PARTS) {
                let mut found = picture(size, part, Level::best());
                let expected = found.after(spec);
                found.apply(&mut used);
                assert!(found == expected, "{spec} on {part:?} at {size:?} remembers");
            }
        }
    }
}

#[test]
fn no_effects_smear_the_person_into_the_room() {
    let person = |x: usize, y: usize| if x > 60 && x < 120 && y > 50 { 255 } else { 0 };
    let dark = [0.1, 0.1, 0.15];
    let bright = move |x, y| if person(x, y) > 0 { [1.0, 0.9, 0.5] } else { dark };
    let room = |rgb: &dyn Fn(usize, usize) -> [f64; 3]| {
        Picture::new((181, 181), ColorSpace::BT601, rgb).with_person(person)
    };
    let names = || all().iter().map(|def| def.name);
    for (first, second) in names().flat_map(|a| names().map(move |b| (a, b))) {
        let found = room(&bright).after(first).after(second);
        let empty = room(&|_, _| dark).after(first).after(second);
        let (mask, luma) = (empty.person.as_ref().unwrap(), &empty.yuv[0]);
        for (x, y) in (0..181).flat_map(|x| (0..181).map(move |y| (x, y))) {
            if mask.at(x, y) == 0 {
                let error = found.yuv[0].at(x, y).abs_diff(luma.at(x, y));
                assert!(error <= 1, "{first}, {second}: off by {error} at {x},{y}");
            }
        }
    }
}

#[test]
fn applying_allocates_nothing() {
    for spec in SPECS {
        for part in PARTS {
            let mut picture = picture((161, 121), part, Level::best());
            let mut chain = None;
            let made =
                allocation_counter::measure(|| chain = Some(picture.chain(&[spec, "mirror"])));
            assert!(made.count_total > 0, "the counter counts nothing");
            let mut chain = chain.unwrap();
            let taken = allocation_counter::measure(|| {
                (0..3).for_each(|_| picture.apply(&mut chain));
            });
            assert_eq!(taken.count_total, 0, "{spec} on {part:?}");
        }
    }
}
