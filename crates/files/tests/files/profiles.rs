//! Colour profiles of stills, against a reference in plain arithmetic.

use crate::common::Folder;
use backlot_files::{
    Content, Intake, Overwrite, Picture, PictureFormat, read_picture, write_picture,
};
use image::codecs::{jpeg::JpegEncoder, png::PngEncoder, tiff::TiffEncoder, webp::WebPEncoder};
use image::{DynamicImage, ExtendedColorType, ImageEncoder, Rgb, RgbImage};
use std::path::Path;

type Matrix = [[f64; 3]; 3];

/// A colour space: its primaries and white, and the power of its curve.
struct Space {
    primaries: [[f64; 2]; 3],
    white: [f64; 2],
    gamma: f64,
}

const D65: [f64; 2] = [0.3127, 0.329];
const P3: Space =
    Space { primaries: [[0.68, 0.32], [0.265, 0.69], [0.15, 0.06]], white: D65, gamma: 2.2 };
const ADOBE: Space = Space {
    primaries: [[0.64, 0.33], [0.21, 0.71], [0.15, 0.06]],
    white: D65,
    gamma: 563.0 / 256.0,
};
const PROPHOTO: Space = Space {
    primaries: [[0.7347, 0.2653], [0.1596, 0.8404], [0.0366, 0.0001]],
    white: [0.3457, 0.3585],
    gamma: 1.8,
};
const SRGB: Space =
    Space { primaries: [[0.64, 0.33], [0.3, 0.6], [0.15, 0.06]], white: D65, gamma: 2.2 };
const D50: [f64; 3] = [0.9642, 1.0, 0.8249];

fn times(m: &Matrix, v: [f64; 3]) -> [f64; 3] {
    m.map(|row| row.iter().zip(v).map(|(a, b)| a * b).sum())
}

fn product(a: &Matrix, b: &Matrix) -> Matrix {
    a.map(|row| [0, 1, 2].map(|j| (0..3).map(|k| row[k] * b[k][j]).sum()))
}

fn inverse(m: &Matrix) -> Matrix {
    let minor = |i: usize, j: usize| {
        let (a, b, c, d) = ((i + 1) % 3, (i + 2) % 3, (j + 1) % 3, (j + 2) % 3);
        m[a][c] * m[b][d] - m[a][d] * m[b][c]
    };
    let determinant: f64 = (0..3).map(|j| m[0][j] * minor(0, j)).sum();
    [0, 1, 2].map(|i| [0, 1, 2].map(|j| minor(j, i) / determinant))
}

fn xyz([x, y]: [f64; 2]) -> [f64; 3] {
    [x / y, 1.0, (1.0 - x - y) / y]
}

impl Space {
    /// To X, Y, Z under D50 (Bradford).
    fn to_d50(&self) -> Matrix {
        let [r, g, b] = self.primaries.map(xyz);
        let columns = [0, 1, 2].map(|i| [r[i], g[i], b[i]]);
        let white = xyz(self.white);
        let scale = times(&inverse(&columns), white);
        let plain = columns.map(|row| [0, 1, 2].map(|j| row[j] * scale[j]));
        let cones =
            [[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]];
        let (from, to) = (times(&cones, white), times(&cones, D50));
        let ratio =
            [0, 1, 2].map(|i| [0, 1, 2].map(|j| if i == j { to[i] / from[i] } else { 0.0 }));
        product(&product(&inverse(&cones), &product(&ratio, &cones)), &plain)
    }

    /// An ICC profile of version 2 (ICC.1:2001-04).
    fn profile(&self) -> Vec<u8> {
        let fixed = |value: f64| ((value * 65_536.0).round() as i32).to_be_bytes();
        let point = |v: [f64; 3]| [b"XYZ \0\0\0\0".to_vec(), v.map(fixed).concat()].concat();
        let gamma = ((self.gamma * 256.0).round() as u16).to_be_bytes();
        let curve = [&b"curv\0\0\0\0\0\0\0\x01"[..], &gamma, &[0, 0]].concat();
        let matrix = self.to_d50();
        let column = |j: usize| point([matrix[0][j], matrix[1][j], matrix[2][j]]);
        let tags = [
            (b"wtpt", point(D50)),
            (b"rXYZ", column(0)),
            (b"gXYZ", column(1)),
            (b"bXYZ", column(2)),
            (b"rTRC", curve.clone()),
            (b"gTRC", curve.clone()),
            (b"bTRC", curve),
        ];
        icc(*b"RGB ", &tags)
    }

    /// What a colour of this space is in sRGB.
    fn to_srgb(&self, code: [f64; 3]) -> [f64; 3] {
        let linear = code.map(|value| value.powf(self.gamma));
        times(&product(&inverse(&SRGB.to_d50()), &self.to_d50()), linear).map(srgb_code)
    }
}

fn srgb_code(light: f64) -> f64 {
    let light = light.clamp(0.0, 1.0);
    if light <= 0.003_130_8 { 12.92 * light } else { 1.055 * light.powf(1.0 / 2.4) - 0.055 }
}

fn icc(space: [u8; 4], tags: &[(&[u8; 4], Vec<u8>)]) -> Vec<u8> {
    let mut head = [0; 128];
    head[8] = 2;
    head[12..16].copy_from_slice(b"mntr");
    head[16..20].copy_from_slice(&space);
    head[20..24].copy_from_slice(b"XYZ ");
    head[36..40].copy_from_slice(b"acsp");
    head[68..80].copy_from_slice(&[0, 0, 0xf6, 0xd6, 0, 1, 0, 0, 0, 0, 0xd3, 0x2d]);
    let (mut table, mut data) = ((tags.len() as u32).to_be_bytes().to_vec(), Vec::new());
    let start = 132 + 12 * tags.len();
    for (name, body) in tags {
        table.extend_from_slice(&name[..]);
        table.extend(((start + data.len()) as u32).to_be_bytes());
        table.extend((body.len() as u32).to_be_bytes());
        data.extend_from_slice(body);
    }
    let mut profile = [&head[..], &table, &data].concat();
    let length = (profile.len() as u32).to_be_bytes();
    profile[..4].copy_from_slice(&length);
    profile
}

/// Colours to try: a grid.
fn grid() -> RgbImage {
    RgbImage::from_fn(27, 8, |x, y| {
        let step = |n: u32| [0_u8, 128, 255][(n % 3) as usize];
        let shade = (y * 31) as u8;
        Rgb([
            step(x).max(shade),
            step(x / 3).saturating_sub(shade / 2),
            step(x / 9) / 2 + shade / 2,
        ])
    })
}

fn read(path: &Path) -> (Picture, Vec<String>) {
    let intake = Intake::default();
    let picture = read_picture(path, &intake).unwrap_or_else(|e| panic!("{e}"));
    (picture, intake.report.take().iter().map(ToString::to_string).collect())
}

/// The largest difference between the read and the expected colours.
fn worst(picture: &Picture, expected: impl Fn([f64; 3]) -> [f64; 3]) -> f64 {
    let mut worst = 0.0_f64;
    for (y, row) in picture.frame().plane(0).rows().enumerate() {
        for (x, pixel) in row.as_chunks::<4>().0.iter().enumerate() {
            let code = grid().get_pixel(x as u32, y as u32).0.map(|v| f64::from(v) / 255.0);
            for (found, expected) in pixel.iter().zip(expected(code)) {
                worst = worst.max((f64::from(*found) - expected * 255.0).abs());
            }
        }
    }
    worst
}

#[test]
fn wide_gamuts_become_srgb_as_in_plain_arithmetic() {
    let folder = Folder::new();
    for (name, space) in [("p3", P3), ("adobe", ADOBE), ("prophoto", PROPHOTO)] {
        let path = folder.at(&format!("{name}.png"));
        let mut encoder = PngEncoder::new(std::fs::File::create(&path).unwrap());
        encoder.set_icc_profile(space.profile()).unwrap();
        encoder.write_image(&grid(), 27, 8, ExtendedColorType::Rgb8).unwrap();
        let (picture, warnings) = read(&path);
        let off = worst(&picture, |code| space.to_srgb(code));
        assert!(off < 1.6 && warnings.is_empty(), "{name}: {off} {warnings:?}");
    }
}

#[test]
fn every_format_and_depth_heeds_its_profile() {
    let folder = Folder::new();
    let (grid8, profile) = (grid(), P3.profile());
    let create = |name: &str| std::fs::File::create(folder.at(name)).unwrap();
    let mut png = PngEncoder::new(create("a.png"));
    png.set_icc_profile(profile.clone()).unwrap();
    let wide = DynamicImage::from(grid8.clone()).into_rgb16();
    DynamicImage::from(wide).write_with_encoder(png).unwrap();
    let mut tiff = TiffEncoder::new(create("a.tiff"));
    tiff.set_icc_profile(profile.clone()).unwrap();
    tiff.write_image(&grid8, 27, 8, ExtendedColorType::Rgb8).unwrap();
    let mut webp = WebPEncoder::new_lossless(create("a.webp"));
    webp.set_icc_profile(profile.clone()).unwrap();
    webp.write_image(&grid8, 27, 8, ExtendedColorType::Rgb8).unwrap();
    for name in ["a.png", "a.tiff", "a.webp"] {
        let off = worst(&read(&folder.at(name)).0, |code| P3.to_srgb(code));
        assert!(off < 1.6, "{name}: {off}");
    }
    let mut jpeg = JpegEncoder::new_with_quality(create("a.jpg"), 98);
    jpeg.set_icc_profile(profile).unwrap();
    let flat = RgbImage::from_pixel(32, 32, Rgb([229, 60, 49]));
    jpeg.write_image(&flat, 32, 32, ExtendedColorType::Rgb8).unwrap();
    let (picture, _) = read(&folder.at("a.jpg"));
    let expected = P3.to_srgb([229.0, 60.0, 49.0].map(|v| v / 255.0)).map(|v| v * 255.0);
    for (found, expected) in picture.frame().plane(0).row(9)[36..39].iter().zip(expected) {
        assert!((f64::from(*found) - expected).abs() < 4.0, "{found} {expected}");
    }
}

#[test]
fn grey_profiles_and_plain_gammas() {
    let folder = Folder::new();
    let path = folder.at("a.png");
    let grey = image::GrayImage::from_fn(16, 2, |x, _| image::Luma([(x * 17) as u8]));
    let check = |what: &str| {
        let (picture, warnings) = read(&path);
        assert_eq!(warnings, Vec::<String>::new(), "{what}");
        for (x, pixel) in picture.frame().plane(0).row(1).as_chunks::<4>().0.iter().enumerate() {
            let expected = srgb_code((x as f64 / 15.0).powf(1.8)) * 255.0;
            let near = pixel[..3].iter().all(|v| (f64::from(*v) - expected).abs() < 1.6);
            assert!(near, "{what} at {x}: {pixel:?} {expected}");
        }
    };
    let curve = [&b"curv\0\0\0\0\0\0\0\x01"[..], &[1, 0xcd, 0, 0]].concat();
    let white = [b"XYZ \0\0\0\0".to_vec(), P3.profile()[68..80].to_vec()].concat();
    let mut encoder = PngEncoder::new(std::fs::File::create(&path).unwrap());
    encoder.set_icc_profile(icc(*b"GRAY", &[(b"wtpt", white), (b"kTRC", curve)])).unwrap();
    encoder.write_image(&grey, 16, 2, ExtendedColorType::L8).unwrap();
    check("a profile");
    let mut encoder = png::Encoder::new(std::fs::File::create(&path).unwrap(), 16, 2);
    encoder.set_source_gamma(png::ScaledFloat::new(1.0 / 1.8));
    encoder.write_header().unwrap().write_image_data(&grey).unwrap();
    check("gAMA");
}

#[test]
fn primaries_of_png_chunks() {
    let folder = Folder::new();
    let path = folder.at("a.png");
    let mut encoder = png::Encoder::new(std::fs::File::create(&path).unwrap(), 27, 8);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_source_gamma(png::ScaledFloat::new(1.0 / 2.2));
    let [[rx, ry], [gx, gy], [bx, by]] = ADOBE.primaries.map(|p| p.map(|v| v as f32));
    let [wx, wy] = ADOBE.white.map(|v| v as f32);
    let points = png::SourceChromaticities::new((wx, wy), (rx, ry), (gx, gy), (bx, by));
    encoder.set_source_chromaticities(points);
    encoder.write_header().unwrap().write_image_data(&grid()).unwrap();
    let off = worst(&read(&path).0, |code| ADOBE.to_srgb(code));
    assert!(off < 1.8, "{off}");
}

#[test]
fn no_profile_and_srgbs_own_change_nothing_and_a_broken_one_is_told() {
    let folder = Folder::new();
    let path = folder.at("a.png");
    let with = |profile: Vec<u8>| {
        let mut encoder = PngEncoder::new(std::fs::File::create(&path).unwrap());
        encoder.set_icc_profile(profile).unwrap();
        encoder.write_image(&grid(), 27, 8, ExtendedColorType::Rgb8).unwrap();
        let (picture, warnings) = read(&path);
        (worst(&picture, |code| code), warnings)
    };
    grid().save(&path).unwrap();
    assert!(worst(&read(&path).0, |code| code) < 1e-9);
    let (off, warnings) = with(vec![1; 200]);
    assert!(off < 1e-9);
    assert!(warnings[0].contains("its colour profile is broken, so its colours are taken as sRGB"));
    let (off, warnings) = with(icc(*b"CMYK", &[]));
    assert!(off < 1e-9 && warnings.len() == 1, "{off} {warnings:?}");
    let cut = P3.profile();
    let (off, warnings) = with(cut[..cut.len() - 40].to_vec());
    assert!(off < 1e-9 && warnings.len() == 1, "{off} {warnings:?}");
}

#[test]
fn results_say_that_they_are_srgb_and_read_as_they_were() {
    let folder = Folder::new();
    let size = backlot_media::Size::new(16, 16).unwrap();
    let frame = crate::common::flat(size, [30, 160, 90], backlot_media::ColorSpace::BT709);
    for ending in PictureFormat::ENDINGS.split(", ").filter(|ending| *ending != "bmp") {
        let path = folder.at(&format!("a.{ending}"));
        write_picture(&path, Content::Frame(&frame), &Overwrite::Never.into()).unwrap();
        let bytes = std::fs::read(&path).unwrap();
        let says = |words: &[u8]| bytes.windows(words.len()).any(|window| window == words);
        assert!(says(b"acsp") || says(b"iCCP"), "{ending}");
        let (picture, warnings) = read(&path);
        assert!(warnings.is_empty());
        let near = picture.frame().plane(0).row(9).iter().zip([30, 160, 90]);
        near.for_each(|(found, expected)| assert!(found.abs_diff(expected) < 5, "{ending}"));
    }
}
