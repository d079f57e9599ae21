//! Conversions of a 1280x720 picture, at each level.

use backlot_kernels::{Converter, Level};
use backlot_media::{ColorSpace, Frame, PixelFormat, Size};
use criterion::{Criterion, criterion_group, criterion_main};

const SIZE: Size = Size { width: 1280, height: 720 };

fn noise(format: PixelFormat, color: ColorSpace) -> Frame {
    let mut frame = Frame::new(format, SIZE);
    frame.color = color;
    for (i, byte) in frame.bytes_mut().iter_mut().enumerate() {
        *byte = (i * 7919 % 251) as u8;
    }
    frame
}

fn convert(c: &mut Criterion) {
    use PixelFormat::{Gray8, I420, I422, I444, Nv12, Rgb24, Rgba32, Yuyv};
    let (jpeg, sd, hd) = (ColorSpace::JPEG, ColorSpace::BT601, ColorSpace::BT709);
    let jobs = [
        ((I422, jpeg), (I420, sd)),
        ((I420, sd), (Yuyv, sd)),
        ((I420, jpeg), (I420, sd)),
        ((I420, sd), (I420, jpeg)),
        ((I420, hd), (I420, sd)),
        ((I420, hd), (Yuyv, sd)),
        ((I422, sd), (I420, sd)),
        ((I444, jpeg), (I420, sd)),
        ((Nv12, sd), (I420, sd)),
        ((Yuyv, sd), (I420, sd)),
        ((Gray8, jpeg), (I420, sd)),
        ((Rgb24, sd), (I420, sd)),
        ((Rgba32, sd), (I420, sd)),
        ((I420, sd), (Nv12, sd)),
        ((I420, sd), (I444, sd)),
        ((I420, sd), (Rgb24, sd)),
        ((I420, sd), (Rgba32, sd)),
    ];
    for (from, to) in jobs {
        let source = noise(from.0, from.1);
        let mut target = Frame::new(to.0, SIZE);
        for level in Level::available() {
            let mut converter = Converter::new(from, to, SIZE, level);
            let name = format!("{} {} to {} {}/{level}", from.0, from.1, to.0, to.1);
            c.bench_function(&name, |b| b.iter(|| converter.run(&source, &mut target)));
        }
    }
}

criterion_group!(benches, convert);
criterion_main!(benches);
