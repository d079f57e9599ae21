//! Times each effect on one picture, on a person and on the room behind them, by level.

use backlot_effects::{Canvas, Layer, build};
use backlot_kernels::Level;
use backlot_media::{ColorSpace, Frame, PixelFormat, Size, Timestamp};
use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};

/// An effect and the part of the picture that it changes.
const CASES: [(&str, Part); 13] = [
    ("blur:20", Part::Room),
    ("blur:20", Part::Whole),
    ("blur:5", Part::Room),
    ("blur:100", Part::Room),
    ("colormap", Part::Person),
    ("colormap", Part::Whole),
    ("hologram", Part::Person),
    ("hologram", Part::Room),
    ("hologram", Part::Whole),
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

fn effects(c: &mut Criterion) {
    let size = Size { width: 1280, height: 720 };
    for (spec, part) in CASES {
        let mut group = c.benchmark_group(format!("{spec} on {part:?}"));
        for level in Level::available() {
            let mut effect = build(&spec.parse().unwrap()).unwrap();
            effect.prepare(Canvas { size, color: ColorSpace::BT601, level }).unwrap();
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
                    effect.apply(&mut Layer {
                        picture,
                        matte,
                        person,
                        time: Timestamp::from_nanos(0),
                    });
                });
            });
        }
        group.finish();
    }
}

criterion_group!(benches, effects);
criterion_main!(benches);
