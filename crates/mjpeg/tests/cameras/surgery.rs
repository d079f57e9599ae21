//! Whole pictures with too much or too little around them.

use crate::tiny::segment;
use crate::{bytes_of, picture};
use backlot_media::PixelFormat;
use backlot_mjpeg::{Decoder, END_MARKER, encode};

fn jpeg(size: &str) -> Vec<u8> {
    encode(&picture(PixelFormat::I422, size), 90).unwrap()
}

/// The whole picture comes out, without a warning.
fn is_whole(bytes: &[u8], whole: &[u8], what: &str) {
    let mut decoder = Decoder::new().unwrap();
    let wanted = bytes_of(&decoder.decode(whole).unwrap().frame);
    for _ in 0..2 {
        let decoded = decoder.decode(bytes).unwrap_or_else(|error| panic!("{what}: {error}"));
        assert!(!decoded.is_damaged, "{what}");
        assert!(bytes_of(&decoded.frame) == wanted, "{what}");
    }
}

#[test]
fn missing_and_surrounding_bytes_do_no_harm() {
    let whole = jpeg("96x80");
    let (start, rest) = whole.split_at(2);
    let without_end = &whole[..whole.len() - 2];
    is_whole(without_end, &whole, "no end marker");
    is_whole(&[without_end, &[0xff]].concat(), &whole, "half an end marker");
    is_whole(&[&whole, &[0; 5000][..]].concat(), &whole, "padding");
    is_whole(&[without_end, &[0; 5000]].concat(), &whole, "padding in place of the end");
    is_whole(&[without_end, &[0; 50], &END_MARKER].concat(), &whole, "padding before the end");
    is_whole(&[&whole, &[0x55; 5000][..]].concat(), &whole, "rubbish behind");
    is_whole(&[start, &whole].concat(), &whole, "two start markers");
    is_whole(&[start, start, start, &whole].concat(), &whole, "four start markers");
    is_whole(&[start, &[0xff, 0xff], rest].concat(), &whole, "fill bytes");
    for before in [&[0, 0][..], &[0xff], &[0xff, 0xff, 0], &[0x55; 999], b"\r\n--frame\r\n\r\n"] {
        is_whole(&[before, &whole].concat(), &whole, "bytes before");
    }
    // The end of the picture before.
    for rest in [3, 50, whole.len() / 2] {
        is_whole(&[&whole[whole.len() - rest..], &whole].concat(), &whole, "the rest of another");
        is_whole(&[&whole[..rest], &whole].concat(), &whole, "the beginning of another");
    }
}

#[test]
fn a_preview_is_not_the_picture() {
    let (whole, preview) = (jpeg("96x80"), jpeg("32x16"));
    let (start, rest) = whole.split_at(2);
    let mut application = Vec::new();
    segment(&mut application, 0xe1, &[b"Exif\0\0", &preview[..]].concat());
    is_whole(&[start, &application, rest].concat(), &whole, "a preview");
    let mut comment = Vec::new();
    segment(&mut comment, 0xfe, &preview);
    is_whole(&[start, &comment, rest].concat(), &whole, "a preview in a comment");
    let cut = [start, &application[..application.len() - 1]].concat();
    assert!(Decoder::new().unwrap().decode(&cut).is_err());
}

#[test]
fn stray_bytes_between_segments_do_no_harm() {
    let whole = jpeg("96x80");
    let mut at = 2;
    while whole[at + 1] != 0xda {
        at += 2 + usize::from(u16::from_be_bytes([whole[at + 2], whole[at + 3]]));
        let stray = [&whole[..at], &[0x11, 0x22, 0x33], &whole[at..]].concat();
        is_whole(&stray, &whole, &format!("stray bytes at {at}"));
    }
    let end = whole.len() - 2;
    is_whole(&[&whole[..end], &[0x11; 4], &END_MARKER].concat(), &whole, "before the end");
    let mut other = whole.clone();
    let version = whole.windows(5).position(|w| w == b"JFIF\0").unwrap() + 5;
    other[version] = 7;
    is_whole(&other, &whole, "an unknown version of JFIF");
}

/// The pictures on which the program once failed, where they are available.
#[test]
fn pictures_of_real_kinds() {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared");
    let shared = std::env::var_os("BACKLOT_SHARED").unwrap_or_else(|| beside.into());
    let folder = std::path::Path::new(&shared).join("field");
    let read = |name: &str| std::fs::read(folder.join(name));
    let Ok(whole) = read("jpeg-whole.jpg") else {
        eprintln!("skipped: no {} here", folder.display());
        return;
    };
    for name in ["jpeg-no-eoi.jpg", "jpeg-two-soi.jpg", "jpeg-zeros-before.jpg"] {
        is_whole(&read(name).unwrap(), &whole, name);
    }
    let mut decoder = Decoder::new().unwrap();
    assert!(decoder.decode(&read("jpeg-last-bytes-lost.jpg").unwrap()).unwrap().is_damaged);
    let other = decoder.decode(&read("jpeg-411.jpg").unwrap()).unwrap();
    assert!(!other.is_damaged && other.frame.format() == PixelFormat::I422);
}
