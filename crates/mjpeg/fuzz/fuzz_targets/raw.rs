//! Any bytes as a camera's raw picture: refused, or converted to the working format.

#![no_main]

use backlot_kernels::{Converter, Level};
use backlot_media::{ColorSpace, Frame, Picture, PixelFormat, Size};
use libfuzzer_sys::fuzz_target;

const FORMATS: [PixelFormat; 6] = [
    PixelFormat::Yuyv,
    PixelFormat::Nv12,
    PixelFormat::I420,
    PixelFormat::I422,
    PixelFormat::Gray8,
    PixelFormat::Rgb24,
];

fuzz_target!(|bytes: &[u8]| {
    let [format, width, height, low, high, picture @ ..] = bytes else { return };
    let format = FORMATS[usize::from(*format) % FORMATS.len()];
    let Ok(size) = Size::new(u32::from(*width), u32::from(*height)) else { return };
    let stride = usize::from(u16::from_le_bytes([*low, *high]));
    let color = ColorSpace::BT601;
    if let Some(picture) = Picture::in_bytes(format, size, color, picture, stride) {
        let mut frame = Frame::new(PixelFormat::I420, size);
        Converter::new((format, color), (PixelFormat::I420, color), size, Level::best())
            .run(picture, &mut frame);
    }
});
