//! Blending 1280x720 pictures by the matte of a person, and by one that is soft everywhere.

use backlot_kernels::{
    Blender, Level, Mode, blend, blend_chroma, blend_frames, blend_opacity, compose, paint_planes,
};
use backlot_media::{ColorSpace, Frame, Matte, PixelFormat, Size};
use criterion::{Criterion, criterion_group, criterion_main};

const SIZE: Size = Size { width: 1280, height: 720 };

fn noise(seed: usize) -> Frame {
    let mut frame = Frame::new(PixelFormat::I420, SIZE);
    for (i, byte) in frame.bytes_mut().iter_mut().enumerate() {
        *byte = ((i + seed) * 7919 % 251) as u8;
    }
    frame
}

/// A head and shoulders with an edge of so many pixels.
fn person(softness: f32) -> Matte {
    let mut matte = Matte::new(SIZE);
    for (y, row) in matte.plane_mut().rows_mut().enumerate() {
        for (x, value) in row.iter_mut().enumerate() {
            let (x, y) = (x as f32, y as f32);
            let head = 160.0 - (x - 640.0).hypot(y - 260.0);
            let body = 360.0 - (x - 640.0).hypot((y - 760.0) * 0.9);
            *value = (head.max(body) / softness * 255.0 + 127.5).clamp(0.0, 255.0) as u8;
        }
    }
    matte
}

fn bench(c: &mut Criterion) {
    let (top, bottom, mut out) = (noise(0), noise(99), noise(7));
    for (name, softness) in [("person", 12.0), ("soft everywhere", 2000.0)] {
        let matte = person(softness);
        let matte = matte.plane();
        for level in Level::available() {
            let name = |kernel: &str| format!("{kernel}, {name}/{level}");
            c.bench_function(&name("compose"), |b| {
                b.iter(|| compose(level, &mut out, &bottom, &top, matte));
            });
            c.bench_function(&name("blend frames"), |b| {
                b.iter(|| blend_frames(level, &mut out, &top, Some(matte), 1.0));
            });
            c.bench_function(&name("blend frames at 50 %"), |b| {
                b.iter(|| blend_frames(level, &mut out, &top, Some(matte), 0.5));
            });
            c.bench_function(&name("paint"), |b| {
                b.iter(|| paint_planes(level, out.yuv_mut(), [90, 100, 150], matte, 255));
            });
            for mode in [Mode::Multiply, Mode::Screen, Mode::Add] {
                let blender = Blender::new(mode, ColorSpace::BT709);
                c.bench_function(&name(&format!("{mode:?}")), |b| {
                    b.iter(|| blender.blend(level, out.yuv_mut(), top.yuv(), Some(matte), 255));
                });
            }
            c.bench_function(&name("blend luma"), |b| {
                b.iter(|| blend(level, out.plane_mut(0), top.plane(0), matte));
            });
            c.bench_function(&name("blend chroma"), |b| {
                b.iter(|| blend_chroma(level, out.plane_mut(1), top.plane(1), matte));
            });
        }
    }
    for level in Level::available() {
        c.bench_function(&format!("blend opacity, luma/{level}"), |b| {
            b.iter(|| blend_opacity(level, out.plane_mut(0), top.plane(0), 99));
        });
    }
}

criterion_group!(benches, bench);
criterion_main!(benches);
