//! Damaged stills: the part that can be decoded is used, and the damage is reported.

use crate::common::{Folder, ffmpeg};
use backlot_files::{FilesError, Intake, Picture, read_picture};
use image::{ImageFormat, RgbImage};
use std::io::Cursor;
use std::path::{Path, PathBuf};

/// A picture with detail everywhere, so that a part of the file is a part of the picture.
fn busy() -> RgbImage {
    let mut state = 1_u32;
    RgbImage::from_fn(320, 240, |x, y| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let noise = (state >> 26) as u8;
        image::Rgb([(x / 2) as u8 + noise, noise + y as u8 / 2, 200 - y as u8 / 2 + noise / 2])
    })
}

fn encoded(format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    busy().write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

fn made_by_ffmpeg(folder: &Folder, name: &str, words: &str) -> Vec<u8> {
    let (source, path) = (folder.at("source.png"), folder.at(name));
    busy().save(&source).unwrap();
    ffmpeg(&format!("-i {} {words}", source.display()), &path);
    std::fs::read(&path).unwrap()
}

/// The picture that is read from these bytes, and the warning.
fn read(path: &Path, bytes: &[u8]) -> (Result<Picture, FilesError>, Option<String>) {
    std::fs::write(path, bytes).unwrap();
    let intake = Intake::default();
    let picture = read_picture(path, &intake);
    let strict = read_picture(path, &Intake { strict: true, ..Intake::default() });
    let warning = intake.report.take().first().map(ToString::to_string);
    assert_eq!(strict.is_err(), picture.is_err() || warning.is_some());
    (picture, warning)
}

fn top_left(picture: &Picture) -> Vec<u8> {
    picture.frame().plane(0).rows().take(8).flat_map(|row| row[..32].to_vec()).collect()
}

/// The beginning of files that are cut short is used, with a warning.
fn check_cuts(name: &str, whole: &[u8], usable_from: usize) {
    let folder = Folder::new();
    let path: PathBuf = folder.at(name);
    let (picture, warning) = read(&path, whole);
    assert_eq!(warning, None, "{name}");
    let sound = picture.unwrap_or_else(|e| panic!("{name}: {e}"));
    for percent in [5, 20, 40, 60, 80, 95] {
        let (picture, warning) = read(&path, &whole[..whole.len() * percent / 100]);
        match picture {
            Ok(picture) => {
                let warning = warning.unwrap_or_else(|| panic!("{name} at {percent} %: no word"));
                assert!(warning.contains("is damaged or cut short"), "{warning}");
                assert_eq!(picture.size(), sound.size());
                if percent >= 40 && !name.contains("progressive") && !name.contains("interlaced") {
                    assert_eq!(top_left(&picture), top_left(&sound), "{name} at {percent} %");
                }
            }
            Err(error) => {
                assert!(percent < usable_from, "{name} at {percent} %: {error}");
                assert!(error.to_string().contains("is damaged or cut short"), "{error}");
            }
        }
    }
}

#[test]
fn pictures_that_are_cut_off() {
    let folder = Folder::new();
    let adobe = std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/cmyk.jpg"));
    check_cuts("baseline.jpg", &encoded(ImageFormat::Jpeg), 20);
    check_cuts("progressive.jpg", PROGRESSIVE, 40);
    check_cuts("adobe.jpg", &adobe.unwrap(), 101);
    check_cuts("a.png", &encoded(ImageFormat::Png), 20);
    check_cuts("interlaced.png", &interlaced(), 20);
    check_cuts("a.gif", &made_by_ffmpeg(&folder, "a.gif", "-frames:v 1"), 20);
    // Its directory is at the end.
    check_cuts("plain.tiff", &encoded(ImageFormat::Tiff), 101);
    check_cuts("a.bmp", &upside_down(encoded(ImageFormat::Bmp)), 20);
    check_cuts("lossy.webp", &made_by_ffmpeg(&folder, "a.webp", "-quality 80"), 101);
    check_cuts("lossless.webp", &encoded(ImageFormat::WebP), 101);
}

const PROGRESSIVE: &[u8] = include_bytes!("../data/progressive.jpg");

fn interlaced() -> Vec<u8> {
    include_bytes!("../data/interlaced.png").to_vec()
}

/// Its rows go from top to bottom, as its height is negative.
fn upside_down(mut bmp: Vec<u8>) -> Vec<u8> {
    bmp[22..26].copy_from_slice(&(-240_i32).to_le_bytes());
    bmp
}

#[test]
fn a_tiff_of_strips_is_used_as_far_as_it_goes() {
    let folder = Folder::new();
    // ffmpeg writes the directory last; the lost part is before it.
    let mut bytes = made_by_ffmpeg(&folder, "a.tiff", "-compression_algo lzw");
    let (start, end) = (bytes.len() / 3, bytes.len() / 3 + 300);
    bytes[start..end].fill(0xff);
    let (picture, warning) = read(&folder.at("b.tiff"), &bytes);
    let picture = picture.map(|picture| picture.size());
    assert!(picture.is_ok() && warning.is_some(), "{picture:?} {warning:?}");
}

#[test]
fn pictures_with_a_hole_in_their_middle() {
    let folder = Folder::new();
    for (name, whole) in [
        ("baseline.jpg", encoded(ImageFormat::Jpeg)),
        ("progressive.jpg", PROGRESSIVE.to_vec()),
        ("a.png", encoded(ImageFormat::Png)),
    ] {
        for (start, value) in [(0.5, 0x55), (0.7, 0), (0.6, 0xff)] {
            if name.starts_with("progressive") && value == 0 {
                // Among the last bits of coefficients every bit is valid.
                continue;
            }
            let mut bytes = whole.clone();
            let start = (bytes.len() as f64 * start) as usize;
            bytes[start..start + 60].fill(value);
            let (picture, warning) = read(&folder.at(name), &bytes);
            assert!(picture.is_ok(), "{name}: {:?}", picture.err());
            assert!(warning.is_some_and(|w| w.contains("is damaged")), "{name} {start} {value}");
        }
    }
}

#[test]
fn what_cameras_do_is_no_damage() {
    let folder = Folder::new();
    let whole = encoded(ImageFormat::Jpeg);
    let behind = [&whole[..], b"a film of the moment, as phones append it"].concat();
    let (picture, warning) = read(&folder.at("a.jpg"), &behind);
    assert!(picture.is_ok() && warning.is_none(), "{warning:?}");
    let (picture, warning) = read(&folder.at("a.jpg"), &whole[..whole.len() - 2]);
    assert!(picture.is_ok() && warning.is_some());
}

#[test]
fn what_nothing_is_left_of_is_named_with_what_to_do_in_words_of_ours() {
    let folder = Folder::new();
    let cut = |bytes: &[u8], most: usize| bytes[..bytes.len().min(most)].to_vec();
    let mut spoilt = encoded(ImageFormat::Jpeg);
    let middle = spoilt.len() / 2;
    spoilt[200..middle].fill(0xff);
    for (name, bytes) in [
        ("cut.jpg", cut(&encoded(ImageFormat::Jpeg), 300)),
        ("spoilt.jpg", spoilt),
        ("cut.png", cut(&encoded(ImageFormat::Png), 30)),
        ("cut.webp", cut(&encoded(ImageFormat::WebP), 60)),
        ("cut.bmp", cut(&encoded(ImageFormat::Bmp), 30)),
        ("cut.tiff", cut(&encoded(ImageFormat::Tiff), 600)),
        ("cut.gif", cut(&made_by_ffmpeg(&folder, "a.gif", "-frames:v 1"), 20)),
    ] {
        let (picture, _) = read(&folder.at(name), &bytes);
        let Err(error) = picture else { continue };
        let said = error.to_string();
        assert!(said.contains(&format!("{name}' is damaged or cut short: ")), "{said}");
        assert!(said.ends_with("can be shown: copy it again from where it came"), "{said}");
        for raw in ["I/O", "error", "Jpeg", "decod", "0x", "fill"] {
            assert!(!said.contains(raw), "{name}: {said}");
        }
    }
}
