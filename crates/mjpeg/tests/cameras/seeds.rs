//! Pictures to damage.

use crate::tiny::Tiny;
use backlot_media::{Frame, PixelFormat};
use backlot_mjpeg::encode;

/// A picture with something to see everywhere, so that no part of it passes for another.
pub fn picture(format: PixelFormat, size: &str) -> Frame {
    let mut frame = Frame::new(format, size.parse().expect("a size"));
    for index in 0..frame.plane_count() {
        for (y, row) in frame.plane_mut(index).rows_mut().enumerate() {
            for (x, value) in row.iter_mut().enumerate() {
                let grain = (x * 7919 + y * 104_729 + index * 31) % 23;
                *value = (40 + 50 * index + x / 3 + y / 2 + grain) as u8;
            }
        }
    }
    frame
}

/// One of each kind, small: cameras' own, and some rare ones.
pub fn pictures() -> Vec<Vec<u8>> {
    let formats = [PixelFormat::I422, PixelFormat::I420, PixelFormat::I444, PixelFormat::Gray8];
    let coded = |&format| encode(&picture(format, "48x40"), 80).expect("planes can be encoded");
    let mut all: Vec<_> = formats.iter().map(coded).collect();
    let factors: [&[(usize, usize)]; 5] = [
        &[(4, 1), (1, 1), (1, 1)],
        &[(1, 4), (1, 1), (1, 1)],
        &[(2, 1), (2, 1), (1, 1)],
        &[(1, 1); 4],
        &[(2, 2)],
    ];
    for (factors, interval) in factors.iter().zip([2, 0, 3, 1, 4]) {
        let tiny = Tiny { size: (48, 40), factors, interval, adobe: Some(1) };
        all.push(tiny.jpeg(|component, (x, y)| (90 + 20 * component + 5 * x + y) as u8));
    }
    all
}
