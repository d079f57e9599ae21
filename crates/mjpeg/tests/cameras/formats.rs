//! Every way in which cameras store colours.

use crate::tiny::Tiny;
use backlot_media::{Frame, PixelFormat, Recovery};
use backlot_mjpeg::{Decoder, MjpegError};

const SIZES: [(usize, usize); 4] = [(64, 48), (65, 49), (16, 8), (1, 1)];

/// A picture of one colour.
fn colour(factors: &[(usize, usize)], size: (usize, usize)) -> Vec<u8> {
    let tiny = Tiny { size, factors, interval: 0, adobe: None };
    tiny.jpeg(|component, _| [90, 100, 160][component])
}

fn planes_are(frame: &Frame, values: &[u8]) -> bool {
    assert_eq!(frame.plane_count(), values.len());
    values.iter().enumerate().all(|(index, &value)| {
        frame.plane(index).rows().all(|row| row.iter().all(|&v| v.abs_diff(value) <= 3))
    })
}

#[test]
fn every_subsampling_comes_out_with_its_colours() {
    use PixelFormat::{Gray8, I420, I422, I444, Rgb24};
    const ONE: (usize, usize) = (1, 1);
    let table: [(&[(usize, usize)], PixelFormat); 14] = [
        (&[ONE, ONE, ONE], I444),
        (&[(2, 1), ONE, ONE], I422),
        (&[(2, 2), ONE, ONE], I420),
        (&[(4, 1), ONE, ONE], I422),
        (&[(1, 2), ONE, ONE], I420),
        (&[(1, 4), ONE, ONE], I420),
        (&[(4, 2), ONE, ONE], Rgb24),
        // The same as others, expressed differently.
        (&[(2, 2), (1, 2), (1, 2)], I422),
        (&[(2, 2), (2, 1), (2, 1)], I420),
        (&[(1, 2), (1, 2), (1, 2)], I444),
        // Each of its own.
        (&[(2, 1), (2, 1), ONE], Rgb24),
        (&[(2, 2), (2, 1), ONE], Rgb24),
        (&[ONE], Gray8),
        (&[(2, 2)], Gray8),
    ];
    let mut decoder = Decoder::new().unwrap();
    for (factors, format) in table {
        for size in SIZES {
            let decoded = decoder.decode(&colour(factors, size)).unwrap();
            let (frame, what) = (decoded.frame, format!("{factors:?} {size:?}"));
            assert!(!decoded.is_damaged, "{what}");
            assert_eq!(frame.format(), format, "{what}");
            let (width, height) = (frame.size().width as usize, frame.size().height as usize);
            assert_eq!((width, height), size, "{what}");
            match format {
                Rgb24 => {
                    let pixel = &frame.plane(0).row(0)[..3];
                    // BT.601: 90 + 1.402 * 32, 90 + 0.344 * 28 - 0.714 * 32, 90 - 1.772 * 28.
                    let near = |value: u8, wanted: u8| value.abs_diff(wanted) <= 3;
                    assert!(
                        pixel.iter().zip([135, 77, 40]).all(|(&v, w)| near(v, w)),
                        "{what}: {pixel:?}"
                    );
                }
                Gray8 => assert!(planes_are(&frame, &[90]), "{what}"),
                _ => assert!(planes_are(&frame, &[90, 100, 160]), "{what}"),
            }
        }
    }
}

#[test]
fn chroma_stays_where_it_was() {
    // Left half blue, right half red; or upper and lower.
    for (factors, upright) in [((4, 1), true), ((1, 2), true), ((1, 4), false), ((1, 2), false)] {
        let (wide, high) = (64 / 8 / factors.0, 64 / 8 / factors.1);
        let tiny =
            Tiny { size: (64, 64), factors: &[factors, (1, 1), (1, 1)], interval: 0, adobe: None };
        let jpeg = tiny.jpeg(|component, (x, y)| match (component, upright) {
            (0, _) => 100,
            (_, true) if x < wide / 2 => 60,
            (_, false) if y < high / 2 => 60,
            _ => 200,
        });
        let frame = Decoder::new().unwrap().decode(&jpeg).unwrap().frame;
        let plane = frame.plane(1);
        for (y, row) in plane.rows().enumerate() {
            for (x, &value) in row.iter().enumerate() {
                let first = if upright { 2 * x < row.len() } else { 2 * y < plane.height() };
                let wanted: u8 = if first { 60 } else { 200 };
                assert!(value.abs_diff(wanted) <= 3, "{factors:?} at {x}, {y}: {value}");
            }
        }
    }
}

#[test]
fn red_green_and_blue_are_colours_too() {
    let tiny = Tiny { size: (32, 16), factors: &[(1, 1); 3], interval: 0, adobe: Some(0) };
    let frame = Decoder::new().unwrap().decode(&tiny.jpeg(|c, _| [200, 30, 90][c])).unwrap().frame;
    assert_eq!(frame.format(), PixelFormat::Rgb24);
    assert_eq!(frame.plane(0).row(15)[93..], [200, 30, 90]);
}

#[test]
fn unusual_pictures_are_refused_with_advice() {
    let four = [(1, 1); 4];
    for adobe in [None, Some(0), Some(2)] {
        let tiny = Tiny { size: (32, 16), factors: &four, interval: 0, adobe };
        let mut decoder = Decoder::new().unwrap();
        let error = decoder.decode(&tiny.jpeg(|_, _| 100)).unwrap_err();
        assert!(matches!(error, MjpegError::Subsampling(_)), "{adobe:?}: {error}");
        assert_eq!(error.recovery(), Recovery::Reconfigure);
        decoder.decode(&colour(&[(2, 1), (1, 1), (1, 1)], (64, 48))).unwrap();
    }
    // Twelve bits a sample.
    let mut deep = colour(&[(1, 1); 3], (64, 48));
    let frame = deep.windows(2).position(|w| w == [0xff, 0xc0]).unwrap();
    deep[frame + 4] = 12;
    let error = Decoder::new().unwrap().decode(&deep).unwrap_err();
    assert_eq!(error.recovery(), Recovery::Reconfigure, "{error}");
}
