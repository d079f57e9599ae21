//! Every way of storing pictures that is read, and those that are refused.

use crate::encoder::{Blocks, Drawing, Tables};
use crate::oracle::{Plane, everything, turbo};
use backlot_jpeg::{Decoder, Level, Refused};

const ONE: (usize, usize) = (1, 1);
/// The samplings that are read.
pub const FACTORS: [&[(usize, usize)]; 11] = [
    &[(2, 1), ONE, ONE],
    &[(2, 2), (1, 2), (1, 2)],
    &[(2, 2), ONE, ONE],
    &[ONE, ONE, ONE],
    &[(1, 2), ONE, ONE],
    &[(4, 1), ONE, ONE],
    &[ONE],
    // The same as others, expressed differently.
    &[(2, 2)],
    &[(1, 2), (1, 2), (1, 2)],
    &[(2, 2), (2, 1), (2, 1)],
    &[(2, 1), (2, 1), (2, 1)],
];

/// Whether libjpeg-turbo is an oracle for coefficients that no picture has: their sums are beyond 16 bits, and what becomes
/// of those is up to its instructions, which for x86-64 are like ours.
pub const KNOWS_ANY: bool = cfg!(target_arch = "x86_64");

/// Each level makes of a picture what libjpeg-turbo makes of it.
fn is_exact(drawing: &Drawing<'_>) {
    let (jpeg, what) = (drawing.jpeg(), format!("{drawing:?}"));
    let (wanted, warning) = turbo(&jpeg).unwrap();
    assert_eq!(warning, None, "{what}");
    let mut scalar = None;
    for level in Level::available() {
        let made = everything(level, &jpeg).unwrap_or_else(|error| panic!("{what}: {error}"));
        if KNOWS_ANY || drawing.blocks != Blocks::Wild {
            same(&made[0], &wanted, &format!("{what}, {level}"));
        }
        let scalar = scalar.get_or_insert_with(|| made.clone());
        for (made, scalar) in made.iter().zip(&*scalar) {
            same(made, scalar, &format!("{what}, {level}, as scalar"));
        }
    }
}

pub fn same(made: &[Plane], wanted: &[Plane], what: &str) {
    assert_eq!(made.len(), wanted.len(), "{what}");
    for (index, (made, wanted)) in made.iter().zip(wanted).enumerate() {
        assert_eq!((made.width, made.height), (wanted.width, wanted.height), "{what}: {index}");
        let wrong = made.bytes.iter().zip(&wanted.bytes).position(|(a, b)| a != b);
        if let Some(at) = wrong {
            let place = (at % made.width, at / made.width);
            let values = (made.bytes[at], wanted.bytes[at]);
            panic!("{what}: plane {index} at {place:?}: {values:?}");
        }
    }
}

#[test]
fn every_sampling_size_and_content() {
    for factors in FACTORS {
        for (seed, size) in
            [(64, 48), (65, 49), (200, 120), (1, 1), (7, 33), (16, 8)].iter().enumerate()
        {
            for blocks in [Blocks::Flat, Blocks::Usual, Blocks::Wild] {
                let drawing = Drawing {
                    size: *size,
                    factors,
                    blocks,
                    interval: 0,
                    tables: Tables::Standard,
                    seed: seed as u64,
                };
                is_exact(&drawing);
            }
        }
    }
}

#[test]
fn every_kind_of_table() {
    for factors in FACTORS {
        for tables in [Tables::Left, Tables::Own, Tables::One] {
            for blocks in [Blocks::Usual, Blocks::Wild] {
                let drawing =
                    Drawing { size: (320, 200), factors, blocks, interval: 0, tables, seed: 5 };
                is_exact(&drawing);
            }
        }
    }
}

#[test]
fn restart_markers() {
    for factors in FACTORS {
        for interval in [1, 2, 3, 10, 17, 1000, 65_535] {
            for blocks in [Blocks::Flat, Blocks::Usual, Blocks::Wild] {
                let tables = if interval % 2 == 0 { Tables::Left } else { Tables::Own };
                let drawing =
                    Drawing { size: (200, 88), factors, blocks, interval, tables, seed: 11 };
                is_exact(&drawing);
            }
        }
    }
}

#[test]
fn large_pictures() {
    for factors in FACTORS {
        for blocks in [Blocks::Flat, Blocks::Usual, Blocks::Wild] {
            for (interval, tables) in [(0, Tables::Left), (0, Tables::One), (40, Tables::Left)] {
                let drawing =
                    Drawing { size: (642, 478), factors, blocks, interval, tables, seed: 3 };
                is_exact(&drawing);
            }
        }
    }
}

fn refusal(jpeg: &[u8]) -> Refused {
    let refusals = Level::available().into_iter().map(|level| {
        let mut decoder = Decoder::new(level);
        decoder.read(jpeg).map(|picture| picture.size()).unwrap_err()
    });
    let refusals: Vec<_> = refusals.collect();
    assert!(refusals.iter().all(|refusal| *refusal == refusals[0]), "{refusals:?}");
    refusals[0]
}

fn usual(factors: &[(usize, usize)]) -> Vec<u8> {
    let (blocks, tables) = (Blocks::Usual, Tables::Standard);
    Drawing { size: (64, 48), factors, blocks, interval: 0, tables, seed: 1 }.jpeg()
}

fn place(jpeg: &[u8], marker: u8) -> usize {
    jpeg.windows(2).position(|pair| pair == [0xff, marker]).unwrap()
}

#[test]
fn what_is_not_read_is_said() {
    let sound = usual(FACTORS[0]);
    let with = |marker: u8, at: usize, value: u8| {
        let mut jpeg = sound.clone();
        let place = place(&jpeg, marker);
        jpeg[place + at] = value;
        refusal(&jpeg)
    };
    assert_eq!(with(0xc0, 1, 0xc2), Refused::Coding("progressive"));
    assert_eq!(with(0xc0, 1, 0xc9), Refused::Coding("coded arithmetically"));
    assert_eq!(with(0xc0, 1, 0xc3), Refused::Coding("lossless"));
    assert_eq!(with(0xc0, 4, 12), Refused::Coding("of more than 8 bits"));
    // The parameters of a progressive scan.
    assert_eq!(with(0xda, 12, 5), Refused::Coding("oddly headed"));
    assert!(matches!(with(0xc0, 12, 9), Refused::Damaged(_)), "a table of steps is missing");
    assert!(matches!(with(0xda, 6, 0x33), Refused::Damaged(_)), "a table of codes is missing");
    assert!(matches!(with(0xc0, 5, 0xff), Refused::Damaged(_)), "most is missing");
    let mut large = sound.clone();
    let frame = place(&large, 0xc0);
    large[frame + 5..frame + 9].fill(0xff);
    assert_eq!(refusal(&large), Refused::TooLarge { width: 65_535, height: 65_535 });
    assert!(matches!(refusal(&usual(&[ONE; 4])), Refused::Colours(_)));
    assert!(matches!(refusal(&usual(&[(2, 1), (2, 1), ONE])), Refused::Colours(_)));
    assert!(matches!(refusal(&usual(&[(1, 4), ONE, ONE])), Refused::Colours(_)));
    let mut adobe = sound[..2].to_vec();
    crate::encoder::segment(&mut adobe, 0xee, b"Adobe\0\x64\0\0\0\0\0");
    assert_eq!(refusal(&[&adobe, &sound[2..]].concat()), Refused::Colours("red, green and blue"));
    assert_eq!(refusal(&[]), Refused::Damaged("no picture in it"));
}

#[test]
fn one_scan_for_each_component_is_refused() {
    let sound = usual(&[ONE]);
    let mut jpeg = usual(&[ONE, ONE, ONE]);
    let scan = place(&jpeg, 0xda);
    jpeg.truncate(scan);
    for id in 1..=3 {
        crate::encoder::segment(&mut jpeg, 0xda, &[1, id, 0, 0, 63, 0]);
        jpeg.extend(&sound[place(&sound, 0xda) + 10..sound.len() - 2]);
    }
    jpeg.extend([0xff, 0xd9]);
    assert_eq!(refusal(&jpeg), Refused::Coding("in several scans"));
}
