//! Times effects on one picture, on a person and on the room behind them, by level; and three that
//! change colours against one, in turn.

use backlot_effects::{Canvas, Chain, Layer, Person};
use backlot_kernels::Level;
use backlot_media::{ColorSpace, Frame, PixelFormat, Size, Timestamp};
use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use std::time::Instant;

/// An effect and the part of the picture that it changes.
const CASES: [(&str, Part); 18] = [
    ("blur:20", Part::Room),
    ("blur:20", Part::Whole),
    ("blur:5", Part::Room),
    ("blur:100", Part::Room),
    ("colormap", Part::Person),
    ("colormap", Part::Whole),
    ("colormap+gain+invert", Part::Whole),
    ("gain", Part::Whole),
    ("gain:warmth=0.5", Part::Whole),
    ("gain+colormap+invert", Part::Whole),
    ("hologram", Part::Person),
    ("hologram", Part::Room),
    ("hologram", Part::Whole),
    ("invert", Part::Whole),
    ("mirror", Part::Whole),
    ("mosaic", Part::Person),
    ("mosaic", Part::Room),
    ("mosaic", Part::Whole),
];

#[derive(Clone, Copy, Debug, PartialEq)]
enum Part {
    Person,
    Room,
    Whole,
}

/// A person who covers about 30 % of the picture, as in a call.
fn person(size: Size) -> Frame {
    let mut matte = Frame::new(PixelFormat::Gray8, size);
    let (w, h) = (f64::from(size.width), f64::from(size.height));
    for (y, row) in matte.plane_mut(0).rows_mut().enumerate() {
        let half = if (y as f64) < 0.6 * h { 0.11 * w } else { 0.28 * w };
        let top = y as f64 - 0.12 * h;
        for (x, value) in row.iter_mut().enumerate() {
            let inside = (half - (x as f64 - 0.5 * w).abs()).min(top);
            *value = (inside * 30.0 + 128.0).clamp(0.0, 255.0) as u8;
        }
    }
    matte
}

fn picture(size: Size) -> Frame {
    let mut frame = Frame::new(PixelFormat::I420, size);
    for mut plane in frame.yuv_mut() {
        for (y, row) in plane.rows_mut().enumerate() {
            row.iter_mut().enumerate().for_each(|(x, v)| *v = (60 + (x * 3 + y * 5) % 120) as u8);
        }
    }
    frame
}

fn chain(effects: &str, size: Size, level: Level) -> Chain {
    let effects: Vec<_> = effects.split('+').map(|effect| effect.parse().unwrap()).collect();
    Chain::new(&effects, &Canvas::new(size, ColorSpace::BT601, level))
}

/// Three effects that are one pass against one of them, in turn: the median of 201 pairs.
fn three_for_one(_: &mut Criterion) {
    let size = Size { width: 1280, height: 720 };
    for level in Level::available() {
        for three in
            ["colormap+gain+invert", "gain+colormap+invert", "colormap+gain:warmth=0.5+invert"]
        {
            let mut chains = [chain("colormap", size, level), chain(three, size, level)];
            let source = picture(size);
            let mut times = [Vec::new(), Vec::new()];
            for round in 0..402 {
                let mut frame = source.clone();
                let start = Instant::now();
                chains[round % 2].apply(&mut Layer {
                    picture: frame.yuv_mut(),
                    matte: None,
                    person: None,
                    time: Timestamp::from_nanos(0),
                });
                times[round % 2].push(start.elapsed().as_secs_f64() * 1e3);
            }
            let [one, all] = times.map(|mut times| {
                times.sort_by(f64::total_cmp);
                times[times.len() / 2]
            });
            println!("{level}: colormap {one:.3} ms, {three} {all:.3} ms: {:.2} times", all / one);
        }
    }
}

fn effects(c: &mut Criterion) {
    let size = Size { width: 1280, height: 720 };
    for (spec, part) in CASES {
        let mut group = c.benchmark_group(format!("{spec} on {part:?}"));
        for level in Level::available() {
            let mut chain = chain(spec, size, level);
            let (source, matte) = (picture(size), person(size));
            let (mut frame, mut mask) = (picture(size), person(size));
            group.bench_function(BenchmarkId::from_parameter(level), |b| {
                b.iter(|| {
                    if part == Part::Person {
                        mask.copy_from(&matte);
                        frame.copy_from(&source);
                    }
                    let plane = Some(mask.plane_mut(0));
                    let (matte, person) = match part {
                        Part::Person => (plane, None),
                        Part::Room => (None, plane),
                        Part::Whole => (None, None),
                    };
                    let picture = frame.yuv_mut();
                    chain.apply(&mut Layer {
                        picture,
                        matte,
                        person: person.map(Person::Own),
                        time: Timestamp::from_nanos(0),
                    });
                });
            });
        }
        group.finish();
    }
}

criterion_group!(benches, three_for_one, effects);
criterion_main!(benches);
