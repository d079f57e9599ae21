//! Scaling I420 pictures from and to 1280x720, at each level.

use backlot_kernels::{Level, Scaler};
use backlot_media::{Frame, PixelFormat, Size};
use criterion::{Criterion, criterion_group, criterion_main};

fn noise(size: Size) -> Frame {
    let mut frame = Frame::new(PixelFormat::I420, size);
    for (i, byte) in frame.bytes_mut().iter_mut().enumerate() {
        *byte = (i * 7919 % 251) as u8;
    }
    frame
}

fn scale(c: &mut Criterion) {
    let sizes = [(1920, 1080), (640, 360), (640, 480), (1280, 720), (2560, 1440), (3840, 2160)];
    for (width, height) in sizes {
        let (from, to) = (Size { width, height }, Size { width: 1280, height: 720 });
        let (source, mut target) = (noise(from), Frame::new(PixelFormat::I420, to));
        for level in Level::available() {
            let mut scaler = Scaler::new(from, to, level);
            c.bench_function(&format!("scale {from} to {to}/{level}"), |b| {
                b.iter(|| scaler.run(&source, &mut target));
            });
        }
    }
}

criterion_group!(benches, scale);
criterion_main!(benches);
