//! Colours of wide gamut and high dynamic range, and transparency, against a reference in double
//! precision that shares no code with the program.

use crate::common::{Folder, assert_near, ffmpeg, rgb_at};
use backlot_files::{LoopOptions, LoopedVideo, VideoOptions, VideoSource};
use backlot_media::{Matrix, Size, Timestamp};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

const BARS: [[u8; 3]; 8] = [
    [230, 60, 50],
    [60, 200, 70],
    [50, 80, 220],
    [200, 140, 110],
    [30, 30, 30],
    [128, 128, 128],
    [235, 235, 235],
    [250, 220, 60],
];

/// From linear light in BT.709 to that in other primaries, by rows (ITU-R BT.2087; SMPTE EG 432-1).
const TO_2020: [[f64; 3]; 3] = [
    [0.627_404, 0.329_283, 0.043_313],
    [0.069_097, 0.919_540, 0.011_362],
    [0.016_391, 0.088_013, 0.895_595],
];
const TO_P3: [[f64; 3]; 3] =
    [[0.822_462, 0.177_538, 0.0], [0.033_194, 0.966_806, 0.0], [0.017_083, 0.072_397, 0.910_520]];

fn mixed(matrix: [[f64; 3]; 3], bar: [u8; 3]) -> [f64; 3] {
    let light = bar.map(|v| (f64::from(v) / 255.0).powf(2.4));
    matrix.map(|row| row.iter().zip(light).map(|(a, b)| a * b).sum())
}

fn pq(light: f64) -> f64 {
    let root = (light * 203.0 / 10_000.0).powf(0.159_301_757_812_5);
    ((0.835_937_5 + 18.851_562_5 * root) / (1.0 + 18.687_5 * root)).powf(78.843_75)
}

/// A lossless video of the bars, each 16 pixels wide, in the numbers that `code` gives.
fn bars(folder: &Folder, name: &str, tags: &str, code: impl Fn([u8; 3]) -> [f64; 3]) -> PathBuf {
    let raw = folder.at(&format!("{name}.rgb"));
    let mut row = Vec::new();
    for bar in BARS {
        let bytes = code(bar).map(|v| ((v * 65_535.0).round() as u16).to_le_bytes()).concat();
        row.extend(bytes.repeat(16));
    }
    std::fs::write(&raw, row.repeat(32 * 2)).unwrap();
    let path = folder.at(&format!("{name}.mkv"));
    let mut args = format!("-f rawvideo -pix_fmt rgb48le -s 128x32 -r 10 -i {}", raw.display());
    let _ = write!(args, " -c:v ffv1 -pix_fmt gbrp16le {tags}");
    ffmpeg(&args, &path);
    path
}

fn assert_shows(path: &Path, most: i32) {
    let mut source = VideoSource::open(path, &VideoOptions::default()).unwrap();
    let frame = source.next_video_frame().unwrap().unwrap();
    for (index, bar) in BARS.into_iter().enumerate() {
        let found = rgb_at(&frame, index * 16 + 8, 16);
        assert_near(found, bar.map(i32::from), most, &path.display().to_string());
    }
}

#[test]
fn wide_gamut_is_converted() {
    let folder = Folder::new();
    let screen = |matrix| move |bar| mixed(matrix, bar).map(|v| v.powf(1.0 / 2.4));
    let tags = "-color_primaries bt2020 -color_trc bt2020-10";
    assert_shows(&bars(&folder, "2020", tags, screen(TO_2020)), 3);
    let tags = "-color_primaries smpte432 -color_trc bt709";
    assert_shows(&bars(&folder, "p3", tags, screen(TO_P3)), 3);
    let plain = |bar: [u8; 3]| bar.map(|v| f64::from(v) / 255.0);
    assert_shows(&bars(&folder, "709", "-color_primaries bt709 -color_trc bt709", plain), 3);
    assert_shows(&bars(&folder, "untagged", "", plain), 3);
}

#[test]
fn reference_white_of_high_dynamic_range_is_white() {
    let folder = Folder::new();
    let tags = "-color_primaries bt2020 -color_trc smpte2084";
    let code = |bar| mixed(TO_2020, bar).map(pq);
    assert_shows(&bars(&folder, "pq", tags, code), 8);
}

/// Transparent parts of a picture are black, whatever colour is hidden there.
#[test]
fn what_is_transparent_shows_black_in_every_kind_of_moving_picture() {
    let folder = Folder::new();
    let drawn = "-f lavfi -i color=red:s=64x48:r=10:d=0.3,format=rgba,\
        geq=r=255:g=0:b=0:a='if(gt(X,31),255,0)'";
    for (name, codec) in [
        ("vp9.webm", "-c:v libvpx-vp9 -pix_fmt yuva420p -auto-alt-ref 0"),
        ("vp8.webm", "-c:v libvpx -pix_fmt yuva420p -auto-alt-ref 0 -b:v 1M"),
        ("prores.mov", "-c:v prores_ks -profile:v 4444 -pix_fmt yuva444p10le"),
        ("animated.png", "-f apng -plays 0"),
        ("animated.gif", "-filter_complex split[a][b];[a]palettegen[p];[b][p]paletteuse"),
    ] {
        let path = folder.at(name);
        ffmpeg(&format!("{drawn} {codec}"), &path);
        let mut source = VideoSource::open(&path, &VideoOptions::default()).unwrap();
        let mut frame = source.next_video_frame().unwrap().unwrap();
        for _ in 0..2 {
            let (clear, solid) = (rgb_at(&frame, 16, 24), rgb_at(&frame, 48, 24));
            assert!(clear.iter().all(|&v| v < 12), "{name}: {clear:?}");
            assert!(solid[0] > 230 && solid[1] < 20 && solid[2] < 20, "{name}: {solid:?}");
            let options = LoopOptions::new(Size::new(64, 48).unwrap(), Matrix::Bt601);
            let mut looped = LoopedVideo::open(&path, &options).unwrap();
            frame = looped.frame_at(Timestamp::from_nanos(100_000_000)).unwrap().clone();
        }
    }
}
