//! Parts of pictures, and small pictures.

use crate::encoder::{Blocks, Chance, Drawing, Tables};
use crate::kinds::{FACTORS, KNOWS_ANY, same};
use crate::oracle::{Plane, eighth, lend, masked, quarter, whole};
use backlot_jpeg::{Decoder, Level, McuMask, PlaneMut, Refused, Scale};

fn drawing<'a>(factors: &'a [(usize, usize)], blocks: Blocks) -> Drawing<'a> {
    Drawing { size: (203, 117), factors, blocks, interval: 0, tables: Tables::Left, seed: 21 }
}

#[test]
fn only_the_units_of_the_mask_are_written() {
    let mut chance = Chance::new(8);
    for level in Level::available() {
        let mut decoder = Decoder::new(level);
        for factors in FACTORS {
            let jpeg = drawing(factors, Blocks::Wild).jpeg();
            let picture = decoder.read(&jpeg).unwrap();
            let (across, down) = picture.units();
            for scale in [Scale::Full, Scale::Half] {
                let all = whole(&picture, scale);
                for share in [0, 1, 5, 9] {
                    let mut mask = McuMask::new(across, down);
                    for place in 0..across * down {
                        mask.set(place % across, place / across, chance.below(10) < share);
                    }
                    let part = masked(&picture, &mask, scale);
                    check(&part, &all, &mask, &picture, scale);
                }
            }
        }
    }
}

fn check(
    part: &[Plane],
    all: &[Plane],
    mask: &McuMask,
    picture: &backlot_jpeg::Picture<'_>,
    scale: Scale,
) {
    let unit = picture.unit();
    for (index, (part, all)) in part.iter().zip(all).enumerate() {
        let shared = if index == 0 { (1, 1) } else { picture.subsampling() };
        let side = (unit.0 / shared.0 / scale.divisor(), unit.1 / shared.1 / scale.divisor());
        for at in 0..part.bytes.len() {
            let (x, y) = (at % part.width, at / part.width);
            let wanted = if mask.is_set(x / side.0, y / side.1) { all.bytes[at] } else { 99 };
            assert_eq!(part.bytes[at], wanted, "{scale:?}, plane {index} at {x}, {y}");
        }
    }
}

#[test]
fn rows_may_be_further_apart_and_nothing_between_them_is_written() {
    for level in Level::available() {
        let mut decoder = Decoder::new(level);
        for factors in FACTORS {
            let jpeg = drawing(factors, Blocks::Usual).jpeg();
            let picture = decoder.read(&jpeg).unwrap();
            let (across, down) = picture.units();
            let mut mask = McuMask::new(across, down);
            mask.fill();
            for (divisor, wanted) in [
                (1, whole(&picture, Scale::Full)),
                (2, whole(&picture, Scale::Half)),
                (4, quarter(&picture)),
                (8, eighth(&picture)),
            ] {
                let stride = wanted[0].width + 13;
                let mut bytes: Vec<_> = wanted
                    .iter()
                    .map(|plane| vec![77; stride * (plane.height - 1) + plane.width])
                    .collect();
                let mut planes: Vec<_> =
                    bytes.iter_mut().map(|bytes| PlaneMut { bytes, stride }).collect();
                match divisor {
                    1 => picture.blocks(&mask, Scale::Full, &mut planes),
                    2 => picture.blocks(&mask, Scale::Half, &mut planes),
                    4 => picture.quarter(&mut planes),
                    _ => picture.eighth(&mut planes),
                }
                .unwrap();
                for (bytes, wanted) in bytes.iter().zip(&wanted) {
                    for (at, &byte) in bytes.iter().enumerate() {
                        let (x, y) = (at % stride, at / stride);
                        let inside = x < wanted.width;
                        let value = if inside { wanted.bytes[y * wanted.width + x] } else { 77 };
                        assert_eq!(byte, value, "1/{divisor} at {x}, {y}");
                    }
                }
            }
        }
    }
}

#[test]
fn planes_that_do_not_fit_are_refused() {
    let jpeg = drawing(FACTORS[0], Blocks::Flat).jpeg();
    let mut decoder = Decoder::new(Level::best());
    let picture = decoder.read(&jpeg).unwrap();
    let (width, height) = picture.plane_size(0, 4);
    let mut bytes = vec![0; width * height];
    let refused = Err(Refused::Planes("planes"));
    let mut small = [PlaneMut { stride: width, bytes: &mut bytes[1..] }];
    assert_eq!(picture.quarter(&mut small), refused);
    let mut narrow = [PlaneMut { stride: width - 1, bytes: &mut bytes }];
    assert_eq!(picture.quarter(&mut narrow), refused);
    let mut endless = [PlaneMut { stride: usize::MAX, bytes: &mut bytes }];
    assert_eq!(picture.quarter(&mut endless), refused);
    let mut luma = [PlaneMut { stride: width, bytes: &mut bytes }];
    assert_eq!(picture.quarter(&mut luma), Ok(()));
    let mut planes = whole(&picture, Scale::Full);
    let other = McuMask::new(3, 3);
    let refused = picture.blocks(&other, Scale::Full, &mut lend(&mut planes));
    assert_eq!(refused, Err(Refused::Planes("units")));
}

/// How far pixels are from the means of the full picture, in the root of the mean square.
fn off(small: &[Plane], full: &[Plane], side: usize) -> f64 {
    let (mut sum, mut count) = (0.0, 0);
    for (small, full) in small.iter().zip(full) {
        for (x, y, mean) in full.means(side) {
            let off = f64::from(small.bytes[y * small.width + x]) - mean;
            (sum, count) = (sum + off * off, count + 1);
        }
    }
    (sum / f64::from(count)).sqrt()
}

#[test]
fn small_pictures_are_means_of_large_ones() {
    for factors in FACTORS {
        for blocks in [Blocks::Flat, Blocks::Usual] {
            let jpeg = drawing(factors, blocks).jpeg();
            let mut decoder = Decoder::new(Level::best());
            let picture = decoder.read(&jpeg).unwrap();
            let full = whole(&picture, Scale::Full);
            let rms = off(&whole(&picture, Scale::Half), &full, 2);
            assert!(rms < 1.0, "half: {rms}");
            let rms = off(&eighth(&picture), &full, 8);
            assert!(rms < 1.0, "eighth: {rms}");
        }
    }
}

#[test]
fn one_decoder_reads_any_picture_after_any_other() {
    let mut decoders: Vec<_> = Level::available().into_iter().map(Decoder::new).collect();
    for round in 0..60 {
        let tables = [Tables::Left, Tables::Own, Tables::One, Tables::Standard][round % 4];
        let blocks = [Blocks::Usual, Blocks::Wild, Blocks::Flat][round % 3];
        let size = (40 + 37 * (round % 9), 30 + 29 * (round % 7));
        let factors = FACTORS[round % FACTORS.len()];
        let interval = [0, 0, 5][round % 3];
        let jpeg = Drawing { size, factors, blocks, interval, tables, seed: round as u64 }.jpeg();
        let (wanted, _) = crate::oracle::turbo(&jpeg).unwrap();
        for decoder in &mut decoders {
            let picture = decoder.read(&jpeg).unwrap();
            if KNOWS_ANY || blocks != Blocks::Wild {
                same(&whole(&picture, Scale::Full), &wanted, &format!("{round}"));
            }
        }
    }
}
