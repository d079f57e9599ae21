//! Pictures as cameras really send them: with too much or too little around them, cut short, damaged in any way.

use crate::encoder::{Blocks, Chance, Drawing, Tables};
use crate::kinds::{FACTORS, KNOWS_ANY, same};
use crate::oracle::{Plane, everything, turbo, whole};
use backlot_jpeg::{Decoder, Extent, Level, Refused, Scale, find};

const END: [u8; 2] = [0xff, 0xd9];

fn drawing<'a>(
    factors: &'a [(usize, usize)],
    size: (usize, usize),
    interval: usize,
) -> Drawing<'a> {
    Drawing { size, factors, blocks: Blocks::Usual, interval, tables: Tables::Standard, seed: 9 }
}

/// What every level makes of bytes, which is the same.
fn made(bytes: &[u8]) -> Result<(Vec<Plane>, Extent), Refused> {
    let results = Level::available().into_iter().map(|level| {
        let mut decoder = Decoder::new(level);
        decoder.read(bytes).map(|picture| (whole(&picture, Scale::Full), picture.extent()))
    });
    let results: Vec<_> = results.collect();
    assert!(results.iter().all(|result| *result == results[0]), "levels differ");
    let all: Vec<_> =
        Level::available().into_iter().map(|level| everything(level, bytes)).collect();
    assert!(all.iter().all(|made| *made == all[0]), "levels differ");
    results.into_iter().next().unwrap()
}

#[test]
fn too_much_or_too_little_around_a_picture_does_no_harm() {
    for interval in [0, 4] {
        let whole = drawing(FACTORS[0], (96, 80), interval).jpeg();
        let (wanted, _) = turbo(&whole).unwrap();
        let check = |bytes: &[u8], what: &str| {
            let (planes, extent) = made(bytes).unwrap_or_else(|error| panic!("{what}: {error}"));
            assert!(extent.is_whole(), "{what}");
            same(&planes, &wanted, what);
        };
        let (start, rest) = whole.split_at(2);
        let without_end = &whole[..whole.len() - 2];
        check(without_end, "no end marker");
        check(&[without_end, &[0xff]].concat(), "half an end marker");
        check(&[&whole, &[0; 5000][..]].concat(), "padding");
        check(&[without_end, &[0; 5000]].concat(), "padding in place of the end");
        check(&[without_end, &[0; 50], &END].concat(), "padding before the end");
        check(&[without_end, &[0x11; 4], &END].concat(), "stray bytes before the end");
        check(&[&whole, &[0x55; 5000][..]].concat(), "rubbish behind");
        check(&[start, start, start, &whole].concat(), "four start markers");
        check(&[start, &[0xff, 0xff], rest].concat(), "fill bytes");
        for before in [&[0, 0][..], &[0xff], &[0x55; 999], b"\r\n--frame\r\n\r\n"] {
            check(&[before, &whole].concat(), "bytes before");
        }
        for rest in [3, 50, whole.len() / 2] {
            check(&[&whole[whole.len() - rest..], &whole].concat(), "the rest of another");
            check(&[&whole[..rest], &whole].concat(), "the beginning of another");
        }
    }
}

#[test]
fn pictures_that_end_too_early_show_what_is_there() {
    for (factors, interval) in
        [(FACTORS[0], 0), (FACTORS[2], 0), (FACTORS[3], 3), (FACTORS[6], 0), (FACTORS[1], 1)]
    {
        let jpeg = drawing(factors, (125, 91), interval).jpeg();
        let (wanted, extent) = made(&jpeg).unwrap();
        assert!(extent.is_whole());
        let (mut shown, mut refused, mut before) = (0, 0, 0);
        for cut in (0..jpeg.len() - 2).step_by(3) {
            let Ok((planes, extent)) = made(&jpeg[..cut]) else {
                assert_eq!(shown, 0, "{factors:?}: cut at {cut}: more was there, and less shown");
                refused += 1;
                continue;
            };
            assert!(extent.present >= before && extent.is_mostly_there());
            before = extent.present;
            shown += usize::from(!extent.is_whole());
            ends_well(&planes, &wanted, &extent);
        }
        assert!(shown > 20 && refused > 20, "{factors:?}: {shown} shown, {refused} refused");
    }
}

/// Units that are there are as in the whole picture; behind them, the rows above continue.
fn ends_well(planes: &[Plane], wanted: &[Plane], extent: &Extent) {
    let down = extent.total / extent.across;
    for (index, (plane, wanted)) in planes.iter().zip(wanted).enumerate() {
        let share = if index == 0 { 1 } else { (planes[0].width).div_ceil(planes[index].width) };
        let share = (share, if index == 0 { 1 } else { planes[0].height.div_ceil(plane.height) });
        let unit = (extent.unit.0 / share.0, extent.unit.1 / share.1);
        assert!(unit.1 * down >= plane.height);
        for at in 0..plane.bytes.len() {
            let (x, y) = (at % plane.width, at / plane.width);
            let is_there = y / unit.1 * extent.across + x / unit.0 < extent.end;
            let value =
                if is_there || y == 0 { wanted.bytes[at] } else { plane.bytes[at - plane.width] };
            assert_eq!(plane.bytes[at], value, "plane {index} at {x}, {y} of {extent:?}");
        }
    }
}

#[test]
fn a_loss_in_the_middle_costs_only_itself() {
    let jpeg = drawing(FACTORS[0], (64, 128), 4).jpeg();
    let (wanted, _) = made(&jpeg).unwrap();
    let marker = |number: u8| jpeg.windows(2).position(|w| w == [0xff, 0xd0 + number]).unwrap();
    let lost = [&jpeg[..marker(3) + 5], &jpeg[marker(4)..]].concat();
    let (planes, extent) = made(&lost).unwrap();
    assert_eq!((extent.total, extent.end), (64, 64));
    assert!((60..64).contains(&extent.present), "{extent:?}");
    for row in (0..32).chain(40..128) {
        let pixels = 64 * row..64 * (row + 1);
        assert_eq!(planes[0].bytes[pixels.clone()], wanted[0].bytes[pixels], "row {row}");
    }
}

/// The pictures on which the program once failed, where they are available.
#[test]
fn pictures_of_real_kinds() {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared");
    let shared = std::env::var_os("BACKLOT_SHARED").unwrap_or_else(|| beside.into());
    let folder = std::path::Path::new(&shared).join("field");
    let read = |name: &str| std::fs::read(folder.join(name));
    let Ok(whole) = read("jpeg-whole.jpg") else {
        eprintln!("skipped: no {} here", folder.display());
        return;
    };
    let (wanted, _) = turbo(&whole).unwrap();
    for name in ["jpeg-whole.jpg", "jpeg-no-eoi.jpg", "jpeg-two-soi.jpg", "jpeg-zeros-before.jpg"] {
        let (planes, extent) = made(&read(name).unwrap()).unwrap();
        assert!(extent.is_whole(), "{name}");
        same(&planes, &wanted, name);
    }
    let (_, extent) = made(&read("jpeg-last-bytes-lost.jpg").unwrap()).unwrap();
    assert!(!extent.is_whole());
    let other = read("jpeg-411.jpg").unwrap();
    same(&made(&other).unwrap().0, &turbo(&other).unwrap().0, "4:1:1");
    assert!(made(&read("hostile/truncated-40-percent.jpg").unwrap()).is_err());
}

/// A picture with some damage, sometimes followed by another one.
fn damaged(chance: &mut Chance, pictures: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = pictures[chance.below(pictures.len())].clone();
    if chance.below(8) == 0 {
        bytes.extend(&pictures[chance.below(pictures.len())]);
    }
    for _ in 0..1 + chance.below(3) {
        let (at, length) = (chance.below(bytes.len()), 1 + chance.below(40));
        let end = (at + length).min(bytes.len());
        match chance.below(7) {
            0 => bytes[at] = chance.below(256) as u8,
            1 | 2 => bytes[at] ^= 1 << chance.below(8),
            3 => bytes[at..end].fill([0, 0xff, 0xd8, 0xda][length % 4]),
            4 if chance.below(4) == 0 => bytes.truncate(at.max(1)),
            4 => drop(bytes.drain(at..end)),
            5 => drop(bytes.splice(at..at, [0xff, 0xd0 + (length % 8) as u8])),
            _ => {
                let part = bytes[at..end].to_vec();
                let to = chance.below(bytes.len());
                drop(bytes.splice(to..to, part));
            }
        }
        if bytes.is_empty() {
            bytes.push(0xff);
        }
    }
    bytes
}

const ROUNDS: usize = 1500;

#[test]
fn damage_of_any_kind_is_seen_by_both_or_changes_nothing() {
    let mut pictures = Vec::new();
    for (index, factors) in FACTORS.iter().enumerate() {
        for (size, interval) in [((48, 40), 0), ((120, 88), 0), ((96, 64), 3)] {
            let blocks = [Blocks::Usual, Blocks::Wild][index % 2];
            let tables = [Tables::Left, Tables::Own][index / 2 % 2];
            let seed = index as u64;
            pictures.push(Drawing { size, factors, blocks, interval, tables, seed }.jpeg());
        }
    }
    let mut chance = Chance::new(4);
    let (mut whole, mut partly, mut refused, mut unseen) = (0, 0, 0, 0);
    for round in 0..ROUNDS {
        let bytes = damaged(&mut chance, &pictures);
        let ours = made(&bytes);
        // What libjpeg-turbo makes of the one that was taken.
        let Some(found) = find::pictures(&bytes).next() else {
            assert!(ours.is_err());
            continue;
        };
        let theirs = turbo(&[found.bytes, &END].concat());
        let is_clean = matches!(&theirs, Ok((_, None)));
        match (made(found.bytes), theirs) {
            (Ok((planes, extent)), Ok((wanted, warning)))
                if extent.is_whole() && extent.in_order =>
            {
                if KNOWS_ANY {
                    same(&planes, &wanted, &format!("round {round}: {warning:?}"));
                }
                whole += 1;
            }
            // The binding gives up a picture after any warning about its header, however harmless.
            (Ok((_, extent)), Err(error)) if extent.is_whole() => {
                let harmless = ["extraneous bytes", "unknown JFIF revision", "Unknown Adobe"];
                assert!(harmless.iter().any(|text| error.contains(text)), "round {round}: {error}");
            }
            (Ok(_), _) => {
                partly += 1;
                unseen += usize::from(is_clean);
            }
            (Err(_), _) => {
                refused += 1;
                unseen += usize::from(is_clean);
            }
        }
    }
    println!("{whole} whole, {partly} in part, {refused} refused; {unseen} seen by us alone");
    assert!(whole > 100 && partly > 100 && refused > 100, "{whole} {partly} {refused}");
}
