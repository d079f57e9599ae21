//! Empty rooms, cut out of real clips, don't show; and people who are there stay. Needs the test
//! footage and ffmpeg.

mod network;

use backlot_kernels::Level;
use backlot_matte::{MatteSettings, PersonMatte};
use backlot_media::{Frame, Matte, PixelFormat, Size, Timestamp};
use backlot_segmenter::SegmentationModel;
use network::model;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// From this value a pixel of the matte shows in front of a green background.
const SEEN: u8 = 50;
/// Frames per second of these clips.
const RATE: usize = 30;
/// Parts of clips that do show a piece of a person: a shoulder in the corner.
const SHOULDER: &str = "kitchen-man-720x1280 194:108:0:404";

fn footage() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..");
    let shared = std::env::var_os("BACKLOT_SHARED").map_or(root.join("shared"), PathBuf::from);
    let footage = shared.join("footage");
    if footage.join("empty-rooms.txt").is_file() {
        return Some(footage);
    }
    println!("skipped: there is no test footage in {}", footage.display());
    None
}

fn clip(footage: &Path, name: &str) -> PathBuf {
    let files = std::fs::read_dir(footage.join("clips")).expect("clips").flatten();
    let mut paths = files.map(|file| file.path());
    paths.find(|path| path.file_stem().is_some_and(|stem| stem == name)).expect("a clip")
}

/// Pictures of a clip through an ffmpeg filter.
fn play(clip: &Path, filter: &str) -> Child {
    let filter = format!("fps={RATE},{filter},format=yuv420p");
    let mut command = Command::new("ffmpeg");
    command.args(["-v", "error", "-nostdin", "-i"]).arg(clip).args(["-an", "-vf", &filter]);
    command.args(["-f", "rawvideo", "-"]).stdout(Stdio::piped()).spawn().expect("ffmpeg")
}

/// The share of each picture that shows, in per cent.
fn shown(model: &SegmentationModel, size: Size, mut player: Child) -> Vec<f64> {
    let mut maker = PersonMatte::new(model, size, MatteSettings::default(), Level::best())
        .expect("the default settings");
    let (mut frame, mut matte) = (Frame::new(PixelFormat::I420, size), Matte::new(size));
    let mut pictures = player.stdout.take().expect("a pipe");
    let mut shown = Vec::new();
    while read(&mut pictures, &mut frame) {
        frame.sequence = shown.len() as u64;
        frame.time = Timestamp::from_secs_f64(shown.len() as f64 / RATE as f64);
        maker.segment(&frame).expect("a mask");
        maker.refine(&frame, &mut matte).expect("a matte");
        let count = |row: &[u8]| row.iter().filter(|&&v| v > SEEN).count();
        let seen: usize = matte.plane().rows().map(count).sum();
        shown.push(100.0 * seen as f64 / size.pixels() as f64);
    }
    assert!(player.wait().expect("ffmpeg").success());
    shown
}

fn read(pictures: &mut impl Read, frame: &mut Frame) -> bool {
    (0..3).all(|plane| {
        let mut plane = frame.plane_mut(plane);
        plane.rows_mut().all(|row| pictures.read_exact(row).is_ok())
    })
}

#[test]
fn empty_rooms_are_not_shown() {
    let Some(footage) = footage() else { return };
    let (model, size) = (model(), Size::new(1280, 720).expect("a size"));
    let list = std::fs::read_to_string(footage.join("empty-rooms.txt")).expect("a list");
    let mut failures = Vec::new();
    for line in list.lines().filter(|line| !line.starts_with('#')) {
        let [name, crop] = [0, 1].map(|i| line.split(' ').nth(i).expect("name and crop"));
        if format!("{name} {crop}") == SHOULDER {
            continue;
        }
        let filter = format!("crop={crop},scale=1280:720:flags=bicubic,trim=0:4");
        let shown = shown(&model, size, play(&clip(&footage, name), &filter));
        let later = &shown[RATE..];
        let mean = later.iter().sum::<f64>() / later.len() as f64;
        let worst = later.iter().copied().fold(0.0, f64::max);
        let moves = name.starts_with("livingroom");
        println!("{name} {crop}: mean {mean:.2} %, worst {worst:.2} %");
        if mean >= 1.0 || (worst > 3.0 && !moves) {
            failures.push(format!("{name} {crop}: mean {mean:.2} %, worst {worst:.2} %"));
        }
    }
    assert!(failures.is_empty(), "{failures:#?}");
}

#[test]
fn who_sits_still_stays() {
    let Some(footage) = footage() else { return };
    let model = model();
    for (name, width, height) in
        [("webcam-man-desk-400x300", 400, 300), ("webcam-man-laptop-640x480", 640, 480)]
    {
        let size = Size::new(width, height).expect("a size");
        // Five seconds of the clip, then its last picture with a sensor's noise.
        let filter = "trim=0:4.8,tpad=stop_mode=clone:stop_duration=25,noise=alls=6:allf=t";
        let shown = shown(&model, size, play(&clip(&footage, name), filter));
        let least = shown.iter().copied().fold(100.0, f64::min);
        let hidden: Vec<_> = (0..shown.len()).filter(|&i| shown[i] <= 15.0).collect();
        println!(
            "{name}: {} pictures, at least {least:.1} % shown, hidden {hidden:?}",
            shown.len()
        );
        assert!(shown.len() > 25 * RATE && least > 15.0, "{name}: {least}");
    }
}
