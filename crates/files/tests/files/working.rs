//! Stills as they are worked on: straight from the planes that JPEG pictures are stored in, and yet what the picture
//! becomes that every decoder shows.

use backlot_files::{Intake, STILL_COLOR, StillReader, picture_from_bytes};
use backlot_media::{Frame, PixelFormat};
use moxcms::ColorProfile;
use std::path::Path;
use turbojpeg::{Compressor, Image, PixelFormat as Pixels, Subsamp};

const NAME: &str = "the picture";

/// A picture with slopes, an edge and colours.
fn jpeg((width, height): (usize, usize), subsamp: Subsamp, progressive: bool) -> Vec<u8> {
    let pixel = |i: usize| {
        let (x, y) = (i % width, i / width);
        let bright = if x + y > (width + height) / 2 { 90 } else { 0 };
        [(2 * x) as u8 % 160 + bright, (3 * y) as u8 % 150 + bright, 60 + (x / 2) as u8 % 120]
    };
    let pixels: Vec<u8> = (0..width * height).flat_map(pixel).collect();
    let mut codec = Compressor::new().unwrap();
    codec.set_quality(92).unwrap();
    codec.set_subsamp(subsamp).unwrap();
    codec.set_progressive(progressive).unwrap();
    let image = Image { pixels: &pixels[..], width, pitch: 3 * width, height, format: Pixels::RGB };
    codec.compress_to_vec(image).unwrap()
}

/// The picture with Exif data that says so.
fn turned(jpeg: &[u8], orientation: u8) -> Vec<u8> {
    let exif =
        [b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0", &[orientation][..], &[0; 6]]
            .concat();
    let length = (exif.len() as u16 + 2).to_be_bytes();
    [&jpeg[..2], b"\xff\xe1", &length, &exif, &jpeg[2..]].concat()
}

/// The picture with an ICC profile.
fn profiled(jpeg: &[u8], profile: &[u8]) -> Vec<u8> {
    let length = (profile.len() as u16 + 16).to_be_bytes();
    [&jpeg[..2], b"\xff\xe2", &length, b"ICC_PROFILE\0\x01\x01", profile, &jpeg[2..]].concat()
}

/// The mean and the largest difference from the longer way, over all planes.
fn differ(jpeg: &[u8]) -> (f64, u8) {
    let (name, intake) = (Path::new(NAME), Intake::default());
    let expected = picture_from_bytes(name, jpeg, &intake).unwrap().to_still();
    let mut reader = StillReader::default();
    let found = reader.read_bytes(name, jpeg, &intake).unwrap();
    assert_eq!((found.size(), found.color), (expected.size(), STILL_COLOR));
    assert_eq!(found.format(), PixelFormat::I420);
    let bytes = |frame: &Frame| -> Vec<u8> {
        frame
            .yuv()
            .into_iter()
            .flat_map(|plane| plane.rows().flatten().copied().collect::<Vec<_>>())
            .collect()
    };
    let (found, expected) = (bytes(found), bytes(&expected));
    let gaps = || found.iter().zip(&expected).map(|(a, b)| a.abs_diff(*b));
    let mean = gaps().map(f64::from).sum::<f64>() / found.len() as f64;
    (mean, gaps().max().unwrap())
}

#[test]
fn planes_that_are_stored_are_those_of_the_longer_way() {
    for size in [(3, 2), (17, 9), (64, 48), (101, 77), (320, 180)] {
        for subsamp in [Subsamp::Sub2x2, Subsamp::Sub2x1, Subsamp::None, Subsamp::Gray] {
            assert_eq!(differ(&jpeg(size, subsamp, false)), (0.0, 0), "{size:?} {subsamp:?}");
        }
    }
}

#[test]
fn what_is_stored_otherwise_goes_the_longer_way() {
    let plain = jpeg((64, 48), Subsamp::Sub2x2, false);
    for orientation in 2..=8 {
        assert_eq!(differ(&turned(&plain, orientation)), (0.0, 0));
    }
    for other in [Subsamp::Sub1x2, Subsamp::Sub4x1] {
        assert_eq!(differ(&jpeg((64, 48), other, false)), (0.0, 0));
    }
    assert_eq!(differ(&jpeg((64, 48), Subsamp::Sub2x2, true)), (0.0, 0));
    let panorama = jpeg((17_000, 8), Subsamp::Sub2x2, false);
    assert_eq!(differ(&panorama), (0.0, 0));
    let cut = &plain[..plain.len() * 9 / 10];
    assert_eq!(differ(cut), (0.0, 0));
}

#[test]
fn pictures_in_srgb_are_taken_as_stored_and_others_are_converted() {
    let plain = jpeg((64, 48), Subsamp::Sub2x2, false);
    let srgb = ColorProfile::new_srgb().encode().unwrap();
    assert_eq!(differ(&profiled(&plain, &srgb)), (0.0, 0));
    let wide = ColorProfile::new_display_p3().encode().unwrap();
    assert_eq!(differ(&profiled(&plain, &wide)), (0.0, 0));
    // Grey ones with a profile for colours are as the longer way has them.
    assert_eq!(differ(&profiled(&jpeg((64, 48), Subsamp::Gray, false), &srgb)), (0.0, 0));
}

#[test]
fn of_several_pictures_the_first_counts() {
    let first = jpeg((64, 48), Subsamp::Sub2x2, false);
    let grey = jpeg((64, 48), Subsamp::Gray, false);
    assert_eq!(differ(&[&first[..], &grey].concat()), (0.0, 0));
}

#[test]
fn damage_and_limits_are_told_as_ever() {
    let bytes = jpeg((64, 48), Subsamp::Sub2x2, false);
    let read = |bytes: &[u8], intake: &Intake| {
        StillReader::default().read_bytes(Path::new(NAME), bytes, intake).cloned()
    };
    let strict = Intake { strict: true, ..Intake::default() };
    let said = read(&bytes[..bytes.len() / 2], &strict).unwrap_err().to_string();
    assert!(said.contains("it ends too early"), "{said}");
    let few = Intake { most_pixels: Some(64 * 48 - 1), ..Intake::default() };
    let said = read(&bytes, &few).unwrap_err().to_string();
    assert!(said.contains("is 64x48: at most 3071 pixels"), "{said}");
    // 30 000 by 30 000 in few bytes.
    let mut bomb = bytes.clone();
    let frame = bomb.windows(2).position(|w| w == [0xff, 0xc0]).unwrap();
    bomb[frame + 5..frame + 9].copy_from_slice(&[0x75, 0x30, 0x75, 0x30]);
    assert!(read(&bomb, &strict).is_err());
}
