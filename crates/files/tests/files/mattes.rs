//! Mattes as videos, and videos in a loop.

use crate::common::{Folder, assert_near, ffmpeg, ffprobe, flat, rgb_at};
use backlot_files::{
    AlphaVideoSink, GreySink, InputKind, Intake, LoopOptions, LoopedVideo, VideoOptions,
    VideoOutOptions, VideoSource,
};
use backlot_media::{ColorSpace, FrameRate, Matrix, Matte, Size, Timestamp};
use backlot_scene::Play;
use std::process::Command;

fn size(width: u32, height: u32) -> Size {
    Size::new(width, height).unwrap()
}

/// A matte whose left half is person.
fn half(shape: Size) -> Matte {
    let mut matte = Matte::new(shape);
    let width = shape.width as usize / 2;
    matte.plane_mut().rows_mut().for_each(|row| row[..width].fill(255));
    matte
}

#[test]
fn people_keep_their_transparency() {
    let folder = Folder::new();
    let shape = size(64, 48);
    let frame = flat(shape, [200, 100, 50], ColorSpace::BT601);
    for (ending, decoder, pixels) in
        [("webm", "libvpx-vp9", "yuva420p"), ("mov", "prores", "yuva444p")]
    {
        let path = folder.at(&format!("a.{ending}"));
        let options = VideoOutOptions::new(shape, FrameRate::FPS_30, frame.color);
        let mut sink = AlphaVideoSink::create(&path, &options).unwrap();
        (0..5).for_each(|_| sink.write(&frame, &half(shape)).unwrap());
        sink.complete().unwrap();
        let output = Command::new("ffmpeg")
            .args(["-v", "error", "-c:v", decoder, "-i", path.to_str().unwrap()])
            .args(["-pix_fmt", "rgba", "-f", "rawvideo", "-"])
            .output()
            .unwrap();
        let rgba = output.stdout;
        assert_eq!(
            rgba.len(),
            64 * 48 * 4 * 5,
            "{ending}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        let at = |x: usize| rgba[(24 * 64 + x) * 4..][..4].to_vec();
        let person = at(8);
        let found = [person[0], person[1], person[2]].map(i32::from);
        assert_near(found, [200, 100, 50], 5, ending);
        assert!(person[3] >= 254, "{ending}: {person:?}");
        assert!(at(56)[3] <= 1, "{ending}: {:?}", at(56));
        if ending == "mov" {
            assert!(ffprobe("stream=pix_fmt", &path).contains(pixels));
        } else {
            assert!(ffprobe("stream_tags=alpha_mode", &path).contains("=1"));
        }
    }
    let options = VideoOutOptions::new(shape, FrameRate::FPS_30, frame.color);
    let error = AlphaVideoSink::create(&folder.at("a.mp4"), &options).unwrap_err().to_string();
    assert!(error.ends_with("its ending must be one of webm, mov"), "{error}");
}

#[test]
fn transparency_is_read_back_where_it_is_asked_for() {
    let folder = Folder::new();
    let shape = size(64, 48);
    let frame = flat(shape, [200, 100, 50], ColorSpace::BT601);
    for ending in ["webm", "mov"] {
        let path = folder.at(&format!("a.{ending}"));
        let options = VideoOutOptions::new(shape, FrameRate::FPS_30, frame.color);
        let mut sink = AlphaVideoSink::create(&path, &options).unwrap();
        (0..3).for_each(|_| sink.write(&frame, &half(shape)).unwrap());
        sink.complete().unwrap();
        for shape in [shape, size(32, 24), size(160, 120)] {
            let what = format!("{ending} {shape}");
            let options =
                VideoOptions { size: Some(shape), keeps_alpha: true, ..VideoOptions::default() };
            let mut source = VideoSource::open(&path, &options).unwrap();
            let shot = source.next_shot().unwrap().unwrap();
            let alpha = shot.alpha.unwrap();
            let (across, y) = (shape.width as usize, shape.height as usize / 2);
            let (person, beside) = (across / 4, 3 * across / 4);
            assert_near(rgb_at(&shot.picture, person, y), [200, 100, 50], 5, &what);
            assert!(alpha.plane().row(y)[person] >= 253, "{what}");
            assert!(alpha.plane().row(y)[beside] <= 2, "{what}");
            // Where the edge is soft, the colours are the person's, not mixed with black.
            let soft = alpha.plane().row(y).iter().position(|v| (100..200).contains(v));
            if let Some(x) = soft {
                assert_near(rgb_at(&shot.picture, x, y), [200, 100, 50], 40, &what);
            }
        }
        let mut source = VideoSource::open(&path, &VideoOptions::default()).unwrap();
        assert!(source.next_shot().unwrap().unwrap().alpha.is_none());
    }
}

#[test]
fn mattes_are_black_and_white_videos() {
    let folder = Folder::new();
    let path = folder.at("a.mp4");
    let shape = size(65, 47);
    let options = VideoOutOptions::new(shape, FrameRate::FPS_30, ColorSpace::BT709);
    let mut sink = GreySink::create(&path, &options).unwrap();
    let time = Timestamp::default();
    (0..3).for_each(|_| sink.write(&half(shape), time).unwrap());
    assert!(sink.write(&Matte::new(size(2, 2)), time).is_err());
    sink.complete().unwrap();
    let mut source = VideoSource::open(&path, &VideoOptions::default()).unwrap();
    let frame = source.next_video_frame().unwrap().unwrap();
    assert_near(rgb_at(&frame, 4, 20), [255; 3], 2, "person");
    assert_near(rgb_at(&frame, 60, 20), [0; 3], 2, "room");
}

#[test]
fn a_background_video_runs_in_a_loop_at_its_own_rate() {
    let folder = Folder::new();
    for (ending, codec) in [("mkv", "ffv1"), ("gif", "gif"), ("webp", "libwebp_anim -lossless 1")] {
        let path = folder.at(&format!("a.{ending}"));
        // Five frames of growing brightness, 5 per second.
        ffmpeg(
            &format!(
                "-f lavfi -i nullsrc=s=32x32:r=5:d=1,geq=lum=40+40*N:cb=128:cr=128 -c:v {codec}"
            ),
            &path,
        );
        assert!(matches!(Intake::default().probe(&path).unwrap(), InputKind::Video(_)));
        let mut options = LoopOptions::new(size(32, 32), Matrix::Bt601);
        for memory in [usize::MAX, 0] {
            options.memory = memory;
            let mut video = LoopedVideo::open(&path, &options).unwrap();
            let mut luma = |seconds: f64| {
                let frame = video.frame_at(Timestamp::from_secs_f64(seconds)).unwrap();
                i32::from(frame.plane(0).row(16)[16])
            };
            let first: Vec<_> = (0..5).map(|i| luma(0.2 * f64::from(i) + 0.1)).collect();
            let steps: Vec<_> = first.windows(2).map(|w| w[1] - w[0]).collect();
            assert!(steps.iter().all(|step| (25..60).contains(step)), "{ending} {first:?}");
            for (time, expected) in [(1.1, 0), (1.5, 2), (7.3, 1), (7.5, 2), (100.9, 4), (0.3, 1)] {
                assert_eq!(luma(time), first[expected], "{ending} {memory} {time}");
            }
        }
    }
}

#[test]
fn a_video_plays_once_or_holds_its_last_picture() {
    let folder = Folder::new();
    let path = folder.at("a.mkv");
    let words = "-f lavfi -i nullsrc=s=32x32:r=5:d=1,geq=lum=40+40*N:cb=128:cr=128 -c:v ffv1";
    ffmpeg(words, &path);
    for (play, memory) in
        [(Play::Once, 0), (Play::Once, usize::MAX), (Play::Hold, 0), (Play::Hold, usize::MAX)]
    {
        let options = LoopOptions { play, memory, ..LoopOptions::new(size(32, 32), Matrix::Bt601) };
        let mut video = LoopedVideo::open(&path, &options).unwrap();
        let mut luma =
            |number| video.shot(number).unwrap().map(|shot| shot.picture.plane(0).row(16)[16]);
        let shown: Vec<_> = (0..5).map(|number| luma(number).unwrap()).collect();
        assert!(shown.is_sorted() && shown[0] + 100 < shown[4], "{shown:?}");
        let after = (play == Play::Hold).then_some(shown[4]);
        assert_eq!([5, 6, 99].map(&mut luma), [after; 3], "{play} {memory}");
        assert_eq!([0, 3, 4].map(luma), [0, 3, 4].map(|n| Some(shown[n])), "{play} {memory}");
        assert!(video.is_over_at(5) && !video.is_over_at(4));
    }
}
