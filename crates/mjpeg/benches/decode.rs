//! Decoding one 1280x720 picture as cameras encode it (4:2:2, quality 90).

use backlot_media::{Frame, PixelFormat, Size};
use backlot_mjpeg::{Decoder, encode};
use criterion::{Criterion, criterion_group, criterion_main};
use std::hint::black_box;

/// A picture with structure at every scale, so that no block is trivial.
fn picture(size: Size) -> Frame {
    let mut frame = Frame::new(PixelFormat::I422, size);
    for index in 0..3 {
        for (y, row) in frame.plane_mut(index).rows_mut().enumerate() {
            for (x, value) in row.iter_mut().enumerate() {
                let wave = (x as f32 / 23.0).sin() * (y as f32 / 17.0).cos() * 60.0;
                let grain = (x * 7919 + y * 104_729) % 13;
                *value = (128.0 + wave + grain as f32) as u8;
            }
        }
    }
    frame
}

fn decode(c: &mut Criterion) {
    let size = Size { width: 1280, height: 720 };
    let jpeg = encode(&picture(size), 90).expect("an I422 frame can be encoded");
    let mut decoder = Decoder::new().expect("the codec can be set up");
    c.bench_function("mjpeg decode 1280x720 4:2:2", |b| {
        b.iter(|| decoder.decode(black_box(&jpeg)).expect("the picture is whole"));
    });
}

criterion_group!(benches, decode);
criterion_main!(benches);
