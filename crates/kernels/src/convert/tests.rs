//! Colour bars and noise through every conversion, against double precision.

use super::*;
use backlot_media::{Matrix, Range, Timestamp};

const FORMATS: [PixelFormat; 8] = [
    PixelFormat::I420,
    PixelFormat::I422,
    PixelFormat::I444,
    PixelFormat::Nv12,
    PixelFormat::Yuyv,
    PixelFormat::Gray8,
    PixelFormat::Rgb24,
    PixelFormat::Rgba32,
];

const SPACES: [ColorSpace; 4] = [
    ColorSpace::BT601,
    ColorSpace::BT709,
    ColorSpace::JPEG,
    ColorSpace { matrix: Matrix::Bt709, range: Range::Full },
];

/// Half a code value of rounding, plus the error of fixed point.
const TOLERANCE: f64 = 0.55;

fn size(width: u32, height: u32) -> Size {
    Size::new(width, height).unwrap()
}

/// White, yellow, cyan, green, magenta, red, blue, black: two columns each.
fn bar(x: usize, amplitude: f64) -> [f64; 3] {
    let bar = x / 2 % 8;
    [bar & 2, bar & 4, bar & 1].map(|off| if off == 0 { amplitude } else { 0.0 })
}

/// The code value of the bars at byte `x` of a plane's row.
fn bar_code(format: PixelFormat, space: ColorSpace, plane: usize, x: usize, amplitude: f64) -> f64 {
    let yuv = |pixel: usize, i: usize| space.encode(bar(pixel, amplitude))[i];
    let rgb = |pixel: usize, i: usize| bar(pixel, amplitude)[i] * 255.0;
    match (format, plane) {
        (PixelFormat::Rgb24, _) => rgb(x / 3, x % 3),
        (PixelFormat::Rgba32, _) if x % 4 == 3 => 255.0,
        (PixelFormat::Rgba32, _) => rgb(x / 4, x % 4),
        (PixelFormat::Yuyv, _) => yuv(x / 4 * 2 + x % 4 / 2, [0, 1, 0, 2][x % 4]),
        (PixelFormat::Nv12, 1) => yuv(x / 2 * 2, 1 + x % 2),
        (_, 0) => yuv(x, 0),
        (PixelFormat::I444, _) => yuv(x, plane),
        _ => yuv(2 * x, plane),
    }
}

fn bars(format: PixelFormat, color: ColorSpace, size: Size, amplitude: f64) -> Frame {
    let mut frame = Frame::new(format, size);
    frame.color = color;
    for plane in 0..frame.plane_count() {
        for row in frame.plane_mut(plane).rows_mut() {
            for (x, v) in row.iter_mut().enumerate() {
                *v = bar_code(format, color, plane, x, amplitude).round() as u8;
            }
        }
    }
    frame
}

fn noise(format: PixelFormat, color: ColorSpace, size: Size) -> Frame {
    let mut frame = Frame::new(format, size);
    frame.color = color;
    let mut state = 1_u32;
    for byte in frame.bytes_mut() {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        *byte = (state >> 24) as u8;
    }
    frame
}

fn converted(source: &Frame, to: (PixelFormat, ColorSpace), level: Level) -> Frame {
    let mut target = Frame::new(to.0, source.size());
    target.bytes_mut().fill(0xa5);
    let from = (source.format(), source.color);
    Converter::new(from, to, source.size(), level).run(source, &mut target);
    target
}

/// Component `i` (Y, Cb, Cr or R, G, B) of a pixel, as it is stored.
fn stored(frame: &Frame, i: usize, x: usize, y: usize) -> f64 {
    let at = |plane: usize, x: usize, y: usize| f64::from(frame.plane(plane).row(y)[x]);
    match (frame.format(), i) {
        (PixelFormat::Rgb24, _) => at(0, 3 * x + i, y),
        (PixelFormat::Rgba32, _) => at(0, 4 * x + i, y),
        (PixelFormat::Yuyv, 0) => at(0, 2 * x, y),
        (PixelFormat::Yuyv, _) => at(0, x / 2 * 4 + 2 * i - 1, y),
        (PixelFormat::Gray8, 1 | 2) => 128.0,
        (PixelFormat::I444, _) | (_, 0) => at(i, x, y),
        (PixelFormat::I422, _) => at(i, x / 2, y),
        (PixelFormat::Nv12, _) => at(1, x / 2 * 2 + i - 1, y / 2),
        _ => at(i, x / 2, y / 2),
    }
}

/// Component `i`, averaged over the pixels that share a chroma sample.
fn shared(frame: &Frame, i: usize, x: usize, y: usize) -> f64 {
    let (w, h) = (frame.size().width as usize, frame.size().height as usize);
    let at =
        |k: usize| stored(frame, i, (x / 2 * 2 + k % 2).min(w - 1), (y / 2 * 2 + k / 2).min(h - 1));
    (0..4).map(at).sum::<f64>() / 4.0
}

/// The expected component `i` of a pixel of the target.
fn expected(source: &Frame, to: (PixelFormat, ColorSpace), i: usize, x: usize, y: usize) -> f64 {
    let value = match (source.format().is_yuv(), to.0.is_yuv()) {
        (true, _) => {
            let yuv = [stored(source, 0, x, y), shared(source, 1, x, y), shared(source, 2, x, y)];
            let rgb = source.color.decode(yuv);
            if to.0.is_yuv() { to.1.encode(rgb)[i] } else { rgb[i] * 255.0 }
        }
        (false, _) if i == 0 => to.1.encode([0, 1, 2].map(|c| stored(source, c, x, y) / 255.0))[0],
        (false, _) => to.1.encode([0, 1, 2].map(|c| shared(source, c, x, y) / 255.0))[i],
    };
    value.clamp(0.0, 255.0)
}

fn check(source: &Frame, to: (PixelFormat, ColorSpace), level: Level) -> Frame {
    let target = converted(source, to, level);
    assert_eq!(target.color, to.1);
    let components = if to.0 == PixelFormat::Gray8 { 1 } else { 3 };
    for y in 0..source.size().height as usize {
        for x in 0..source.size().width as usize {
            for i in 0..components {
                let (found, wanted) = (stored(&target, i, x, y), expected(source, to, i, x, y));
                assert!(
                    (found - wanted).abs() <= TOLERANCE,
                    "{level}: {} {} {} to {} {}, component {i} at {x},{y}: {found} for {wanted}",
                    source.size(),
                    source.format(),
                    source.color,
                    to.0,
                    to.1
                );
            }
        }
    }
    target
}

/// Every pair of formats that includes I420.
fn pairs() -> impl Iterator<Item = (PixelFormat, PixelFormat)> {
    let from = FORMATS.into_iter().map(|f| (f, PixelFormat::I420));
    from.chain(FORMATS.into_iter().map(|f| (PixelFormat::I420, f)))
}

#[test]
fn colour_bars_go_through_every_conversion() {
    for (from, to) in pairs() {
        for (from_space, to_space) in SPACES.into_iter().flat_map(|a| SPACES.map(|b| (a, b))) {
            for amplitude in [1.0, 0.75] {
                let source = bars(from, from_space, size(16, 5), amplitude);
                check(&source, (to, to_space), Level::best());
            }
        }
    }
}

/// The bars come out as the bars of the other colour space, not only as a consistent change.
#[test]
fn colour_bars_come_out_as_colour_bars() {
    for (from, to) in pairs().filter(|(from, _)| *from != PixelFormat::Gray8) {
        for (from_space, to_space) in SPACES.into_iter().flat_map(|a| SPACES.map(|b| (a, b))) {
            let source = bars(from, from_space, size(16, 4), 0.75);
            let found = converted(&source, (to, to_space), Level::best());
            let ideal = bars(to, to_space, size(16, 4), 0.75);
            // The source's codes are rounded, and blue is twice as far from grey as its chroma.
            let tolerance = if to.is_yuv() { 1 } else { 2 };
            for (a, b) in found.bytes().iter().zip(ideal.bytes()) {
                let gap = *a == 0xa5;
                assert!(
                    gap || a.abs_diff(*b) <= tolerance,
                    "{from} {from_space} to {to} {to_space}"
                );
            }
        }
    }
}

#[test]
fn noise_of_every_width_is_converted_alike_on_every_level() {
    let spaces = [(SPACES[0], SPACES[0]), (SPACES[2], SPACES[0]), (SPACES[1], SPACES[0])];
    for (from, to) in pairs() {
        for width in 1..=130 {
            let (from_space, to_space) = spaces[width as usize % 3];
            let source = noise(from, from_space, size(width, 1 + width % 4));
            let reference = check(&source, (to, to_space), Level::SCALAR);
            for level in Level::available() {
                let target = converted(&source, (to, to_space), level);
                assert_eq!(target.bytes(), reference.bytes(), "{level}: {width}, {from} to {to}");
            }
        }
    }
}

#[test]
fn bytes_beside_the_rows_stay() {
    for (from, to) in pairs() {
        let source = noise(from, ColorSpace::JPEG, size(37, 5));
        let mut target = converted(&source, (to, ColorSpace::BT601), Level::best());
        for plane in 0..target.plane_count() {
            let mut plane = target.plane_mut(plane);
            let (width, stride) = (plane.width(), plane.stride());
            for row in plane.data_mut().chunks(stride) {
                assert!(row[width..].iter().all(|&v| v == 0xa5), "{from} to {to}");
            }
        }
    }
}

#[test]
fn chroma_of_420_survives_a_trip_through_every_yuv_format() {
    let source = noise(PixelFormat::I420, ColorSpace::BT709, size(35, 7));
    for format in FORMATS.into_iter().filter(|f| f.is_yuv() && *f != PixelFormat::Gray8) {
        let there = converted(&source, (format, ColorSpace::BT709), Level::best());
        let back = converted(&there, (PixelFormat::I420, ColorSpace::BT709), Level::best());
        for plane in 0..3 {
            assert!(back.plane(plane).rows().eq(source.plane(plane).rows()), "{format}");
        }
    }
}

#[test]
fn time_and_sequence_go_along_and_a_matte_becomes_alpha() {
    let size = size(5, 3);
    let mut source = noise(PixelFormat::I420, ColorSpace::BT709, size);
    (source.time, source.sequence) = (Timestamp::from_nanos(7), 9);
    let matte: Vec<u8> = (0..15).map(|i| i * 17).collect();
    let mut target = Frame::new(PixelFormat::Rgba32, size);
    let (from, to) = ((PixelFormat::I420, ColorSpace::BT709), PixelFormat::Rgba32);
    let mut converter = Converter::new(from, (to, ColorSpace::JPEG), size, Level::best());
    converter.run(&source, &mut target);
    assert_eq!((target.time, target.sequence), (source.time, source.sequence));
    assert!(target.plane(0).rows().all(|row| row.iter().skip(3).step_by(4).all(|&a| a == 255)));
    let opaque = target.clone();
    converter.run_with_matte(&source, size.plane(&matte), &mut target);
    for (y, row) in target.plane(0).rows().enumerate() {
        for (x, pixel) in row.chunks(4).enumerate() {
            assert_eq!(pixel[..3], opaque.plane(0).row(y)[4 * x..4 * x + 3]);
            assert_eq!(pixel[3], matte[5 * y + x]);
        }
    }
}

#[test]
#[should_panic(expected = "one of both must be I420")]
fn pairs_without_i420_are_refused() {
    let color = ColorSpace::BT601;
    let (from, to) = ((PixelFormat::Yuyv, color), (PixelFormat::Rgb24, color));
    Converter::new(from, to, size(2, 2), Level::best());
}

#[test]
#[should_panic(expected = "for a converter of")]
fn a_frame_of_another_colour_space_is_refused() {
    let frame = noise(PixelFormat::I422, ColorSpace::BT601, size(4, 4));
    let (from, to) = ((PixelFormat::I422, ColorSpace::JPEG), PixelFormat::I420);
    Converter::new(from, (to, ColorSpace::BT601), size(4, 4), Level::best())
        .run(&frame, &mut Frame::new(to, size(4, 4)));
}
