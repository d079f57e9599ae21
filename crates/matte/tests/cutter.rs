//! Persons cut out of RGB bytes, as other programs do it.

#[path = "../examples/cut_out.rs"]
#[expect(dead_code, reason = "its 'main' is for the command line")]
mod cut_out;

use backlot_generators::{PresenterSource, PresenterSpec};
use backlot_kernels::Converter;
use backlot_matte::{Cutter, Level};
use backlot_media::{ColorSpace, Frame, FrameRate, Matte, PixelFormat, Size};
use std::path::{Path, PathBuf};

const SIZE: Size = Size { width: 640, height: 360 };

fn network() -> Vec<u8> {
    let path = network_file();
    std::fs::read(&path).unwrap_or_else(|e| {
        panic!("{} can't be read ({e}): run `make setup`, which brings the models", path.display())
    })
}

fn network_file() -> PathBuf {
    let folder = std::env::var_os("BACKLOT_MODELS").map(PathBuf::from);
    let folder =
        folder.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models"));
    folder.join("selfie_segmentation.tflite")
}

/// Pictures of the presenter in RGB, and the exact matte of the last.
fn pictures(count: usize) -> (Vec<Vec<u8>>, Vec<u8>) {
    let (spec, color) = (PresenterSpec::default(), ColorSpace::JPEG);
    let mut source = PresenterSource::new(&spec, SIZE, FrameRate::FPS_30, color, None);
    let to = (PixelFormat::Rgb24, color);
    let mut converter = Converter::new((PixelFormat::I420, color), to, SIZE, Level::best());
    let (mut rgb, mut truth) = (Frame::new(PixelFormat::Rgb24, SIZE), Matte::new(SIZE));
    let mut picture = || {
        let frame = source.next_with_truth(Some(&mut truth)).expect("it never ends");
        converter.run(&frame, &mut rgb);
        let mut bytes = Vec::new();
        rgb.write_packed(&mut bytes);
        bytes
    };
    let pictures = (0..count).map(|_| picture()).collect();
    (pictures, truth.plane().rows().flatten().copied().collect())
}

/// Intersection over union of two mattes, as areas.
fn agreement(a: &[u8], b: &[u8]) -> f64 {
    let sum = |each: fn((&u8, &u8)) -> u8| a.iter().zip(b).map(each).map(f64::from).sum::<f64>();
    sum(|(a, b)| *a.min(b)) / sum(|(a, b)| *a.max(b))
}

#[test]
fn a_picture_and_a_video_are_cut_out_of_bytes() {
    let (pictures, truth) = pictures(4);
    let network = network();
    let mut of_pictures = Cutter::for_pictures(&network, SIZE.width, SIZE.height).unwrap();
    let mut of_video = Cutter::for_video(&network, SIZE.width, SIZE.height).unwrap();
    let last = pictures.last().unwrap();
    let still = of_pictures.matte(last).unwrap().to_vec();
    let live = pictures.iter().map(|p| of_video.matte(p).unwrap().to_vec()).last().unwrap();
    for matte in [&still, &live] {
        assert_eq!(matte.len(), SIZE.pixels());
        let found = agreement(matte, &truth);
        assert!(found > 0.95, "it agrees with the exact matte by {found:.3} only");
    }
    let cut = of_pictures.cut_out(last).unwrap();
    let alpha: Vec<u8> = cut.chunks_exact(4).map(|pixel| pixel[3]).collect();
    assert!(alpha == still, "alpha is the same picture's matte, whatever came before");
    for (pixel, rgb) in cut.chunks_exact(4).zip(last.chunks_exact(3)).filter(|(p, _)| p[3] == 255) {
        let far = (0..3).map(|i| pixel[i].abs_diff(rgb[i])).max().unwrap();
        assert!(far < 100, "within the person colours stay, but for chroma's resolution: {far}");
    }
}

#[test]
fn a_video_that_was_forgotten_begins_anew() {
    let (pictures, _) = pictures(2);
    let mut cutter = Cutter::for_video(&network(), SIZE.width, SIZE.height).unwrap();
    let first = cutter.matte(&pictures[0]).unwrap().to_vec();
    cutter.matte(&pictures[1]).unwrap();
    cutter.reset();
    assert!(cutter.matte(&pictures[0]).unwrap() == first);
}

#[test]
fn what_is_no_picture_and_no_network_gets_a_sentence() {
    let network = network();
    let error = |network: &[u8], width, height| {
        Cutter::for_pictures(network, width, height).unwrap_err().to_string()
    };
    assert!(error(&network, 0, 360).contains("a size of 0x360 is not possible"));
    assert!(!error(b"no network", 640, 360).is_empty());
    let mut cutter = Cutter::for_pictures(&network, 640, 360).unwrap();
    let error = cutter.matte(&[0; 100]).unwrap_err().to_string();
    assert!(error.contains("takes 691200 bytes, not 100"), "{error}");
}

#[test]
fn the_example_cuts_a_picture_out() {
    let folder = tempfile::tempdir().unwrap();
    let (from, to) = (folder.path().join("me.png"), folder.path().join("cut.png"));
    let (pictures, _) = pictures(1);
    let (width, height) = (SIZE.width, SIZE.height);
    image::save_buffer(&from, &pictures[0], width, height, image::ColorType::Rgb8).unwrap();
    cut_out::cut_out(&network_file(), &from, &to).unwrap();
    let cut = image::open(&to).unwrap().to_rgba8();
    assert_eq!(cut.dimensions(), (width, height));
    let alphas = || cut.pixels().map(|pixel| pixel.0[3]);
    assert!(alphas().any(|a| a == 255) && alphas().any(|a| a == 0));
}
