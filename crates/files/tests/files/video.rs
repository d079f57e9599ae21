//! Videos in and out through the real programs.

use crate::common::{Folder, assert_near, ffmpeg, ffmpeg_says, ffprobe, flat, rgb_at};
use backlot_files::{
    Companions, Container, FilesError, Intake, Overwrite, VideoInfo, VideoOptions, VideoOutOptions,
    VideoSink, VideoSource, Within,
};
use backlot_media::{ColorSpace, Frame, FrameRate, Size, Source};
use backlot_scene::Fit;
use std::path::Path;
use std::time::Duration;

fn size(width: u32, height: u32) -> Size {
    Size::new(width, height).unwrap()
}

fn open(path: &Path, options: &VideoOptions) -> VideoSource {
    VideoSource::open(path, options).unwrap_or_else(|e| panic!("{e}"))
}

fn all_frames(source: &mut VideoSource) -> Vec<Frame> {
    std::iter::from_fn(|| source.next_video_frame().unwrap_or_else(|e| panic!("{e}"))).collect()
}

fn read(path: &Path) -> Vec<Frame> {
    all_frames(&mut open(path, &VideoOptions::default()))
}

/// Copies one file to the other, as a job does.
fn carry(from: &Path, to: &Path) -> Vec<String> {
    let mut source = open(from, &VideoOptions::default());
    let mut options = VideoOutOptions::new(source.size(), source.rate().unwrap(), source.color());
    options.companions = Some(Companions::of_video(from, source.info(), Duration::ZERO, None));
    let mut sink = VideoSink::create(to, &options).unwrap();
    while let Some(frame) = source.next_video_frame().unwrap() {
        sink.write(&frame).unwrap();
    }
    sink.complete().unwrap()
}

const BARS: [[i32; 3]; 7] = [
    [191, 191, 191],
    [191, 191, 0],
    [0, 191, 191],
    [0, 191, 0],
    [191, 0, 191],
    [191, 0, 0],
    [0, 0, 191],
];

#[test]
fn colour_bars_keep_their_colours_through_a_file() {
    let folder = Folder::new();
    for (height, matrix, space) in
        [(360, "smpte170m", ColorSpace::BT601), (720, "bt709", ColorSpace::BT709)]
    {
        let (bars, copy) = (folder.at("bars.mkv"), folder.at(&format!("{height}.mp4")));
        let width = height * 16 / 9;
        // RGB bars, so that their codes in the file are right for its matrix.
        let source = format!(
            "-f lavfi -i smptebars=s={width}x{height}:r=10:d=1 -vf \
             scale=in_color_matrix=bt601:out_range=pc,format=gbrp,scale=out_color_matrix={}:out_range=tv,format=yuv444p \
             -c:v ffv1 -colorspace {matrix} -color_range tv",
            if height == 720 { "bt709" } else { "bt601" }
        );
        ffmpeg(&source, &bars);
        carry(&bars, &copy);
        let frames = read(&copy);
        assert_eq!(frames.len(), 10);
        assert_eq!(frames[0].color, space);
        for (i, expected) in BARS.into_iter().enumerate() {
            let x = (2 * i + 1) * width / 14;
            let found = rgb_at(&frames[5], x, height / 3);
            assert_near(found, expected, 3, &format!("bar {i} at {height} rows"));
        }
    }
}

#[test]
fn sound_is_carried_over_packet_by_packet() {
    let folder = Folder::new();
    let sound = |path: &Path| {
        let path = path.to_str().unwrap();
        ffmpeg_says(&["-i", path, "-map", "0:a", "-c", "copy", "-f", "md5", "-"])
    };
    for (codec, ending) in
        [("aac", "mp4"), ("libopus", "webm"), ("libmp3lame", "mkv"), ("aac", "mov")]
    {
        let (from, to) = (folder.at(&format!("a.{ending}")), folder.at(&format!("b.{ending}")));
        let video = if ending == "webm" { "libvpx" } else { "libx264" };
        ffmpeg(
            &format!(
                "-f lavfi -i testsrc=s=64x48:r=25:d=1 -f lavfi -i sine=d=1.2 \
                 -c:v {video} -pix_fmt yuv420p -c:a {codec}"
            ),
            &from,
        );
        assert_eq!(carry(&from, &to), Vec::<String>::new());
        assert_eq!(sound(&from), sound(&to), "{ending}");
        assert!(ffprobe("stream=nb_read_frames", &to).contains("=25"), "{ending}");
    }
    assert_eq!(folder.names().len(), 8, "{:?}", folder.names());
}

#[test]
fn sound_that_the_container_does_not_take_is_encoded_anew_with_a_notice() {
    let folder = Folder::new();
    let (from, to) = (folder.at("a.mp4"), folder.at("b.webm"));
    ffmpeg(
        "-f lavfi -i testsrc=s=64x48:r=25:d=1 -f lavfi -i sine=d=1 -c:a aac -pix_fmt yuv420p",
        &from,
    );
    let notices = carry(&from, &to);
    assert!(notices[0].contains("it is encoded again"), "{notices:?}");
    assert!(VideoInfo::read(&to, &Intake::default()).unwrap().has_sound);
}

#[test]
fn sound_that_can_not_be_taken_over_does_not_cost_the_picture() {
    let folder = Folder::new();
    let (from, to) = (folder.at("a.mp4"), folder.at("b.mp4"));
    ffmpeg("-f lavfi -i testsrc=s=64x48:r=25:d=1 -f lavfi -i sine=d=1 -pix_fmt yuv420p", &from);
    let mut source = open(&from, &VideoOptions::default());
    let mut options = VideoOutOptions::new(source.size(), FrameRate::FPS_30, source.color());
    options.companions = Some(Companions::of_video(&from, source.info(), Duration::ZERO, None));
    let frames = all_frames(&mut source);
    let mut sink = VideoSink::create(&to, &options).unwrap();
    frames.iter().for_each(|frame| sink.write(frame).unwrap());
    std::fs::write(&from, "no longer a video").unwrap();
    let notices = sink.complete().unwrap();
    assert!(notices[0].ends_with("can't be read: the video is silent"), "{notices:?}");
    assert_eq!((read(&to).len(), folder.names().len()), (25, 2));
}

#[test]
fn sound_that_outlives_the_picture_is_kept_whole() {
    let folder = Folder::new();
    for from in ["a.mkv", "a.mp4", "a.mov"] {
        let source = folder.at(from);
        let made =
            "-f lavfi -i testsrc=s=64x48:r=25:d=1 -f lavfi -i sine=d=4 -c:a aac -pix_fmt yuv420p";
        ffmpeg(made, &source);
        for ending in ["mp4", "mkv", "webm", "mov"] {
            let to = folder.at(&format!("{from}.{ending}"));
            carry(&source, &to);
            let length = ffprobe("format=duration", &to);
            let seconds: f64 = length.trim().rsplit('=').next().unwrap().parse().unwrap();
            assert!((3.95..4.1).contains(&seconds), "{from} to {ending}: {length}");
            assert_eq!(read(&to).len(), 25, "{from} to {ending}");
        }
    }
}

#[test]
fn a_job_that_is_ended_early_leaves_a_playable_file_with_as_much_sound() {
    let folder = Folder::new();
    let (from, to) = (folder.at("a.mp4"), folder.at("b.mp4"));
    ffmpeg("-f lavfi -i testsrc=s=64x48:r=25:d=8 -f lavfi -i sine=d=8 -pix_fmt yuv420p", &from);
    let mut source = open(&from, &VideoOptions::default());
    let mut options = VideoOutOptions::new(size(64, 48), source.rate().unwrap(), source.color());
    options.companions = Some(Companions::of_video(&from, source.info(), Duration::ZERO, None));
    let mut sink = VideoSink::create(&to, &options).unwrap();
    for _ in 0..50 {
        sink.write(&source.next_video_frame().unwrap().unwrap()).unwrap();
    }
    sink.end_early();
    sink.complete().unwrap();
    let info = VideoInfo::read(&to, &Intake::default()).unwrap();
    assert_eq!(info.duration, Some(Duration::from_secs(2)));
    let length = ffprobe("format=duration", &to);
    let seconds: f64 = length.trim().rsplit('=').next().unwrap().parse().unwrap();
    assert!((1.9..2.1).contains(&seconds), "{length}");
}

#[test]
fn every_container_is_written_in_even_and_odd_sizes() {
    let folder = Folder::new();
    for container in Container::ALL {
        for picture in [size(64, 48), size(65, 49), size(2, 1)] {
            let path = folder.at(&format!("{picture}.{}", container.ending()));
            let color = ColorSpace::BT601;
            let options = VideoOutOptions::new(picture, FrameRate::FPS_30, color);
            let mut sink = VideoSink::create(&path, &options).unwrap();
            for _ in 0..6 {
                sink.write(&flat(picture, [200, 80, 40], color)).unwrap();
            }
            sink.complete().unwrap_or_else(|e| panic!("{}: {e}", path.display()));
            let frames = read(&path);
            assert_eq!(frames[0].size(), container.stored_size(picture), "{}", path.display());
            assert_near(rgb_at(&frames[0], 0, 0), [200, 80, 40], 4, &path.display().to_string());
            if container != Container::Gif {
                assert_eq!(frames.len(), 6, "{}", path.display());
            }
        }
    }
}

#[test]
fn frames_are_scaled_and_placed() {
    let folder = Folder::new();
    let path = folder.at("red.mkv");
    ffmpeg("-f lavfi -i color=red:s=100x50:r=5:d=1 -c:v ffv1", &path);
    let with = |fit| {
        let options = VideoOptions { size: Some(size(81, 61)), fit, ..VideoOptions::default() };
        all_frames(&mut open(&path, &options)).remove(0)
    };
    for fit in Fit::ALL {
        let frame = with(fit);
        assert_eq!(frame.size(), size(81, 61));
        assert_near(rgb_at(&frame, 40, 30), [255, 0, 0], 3, fit.name());
        let corner = if fit == Fit::Contain { [0, 0, 0] } else { [255, 0, 0] };
        assert_near(rgb_at(&frame, 80, 60), corner, 3, fit.name());
    }
}

#[test]
fn start_limit_and_rate_are_kept() {
    let folder = Folder::new();
    let path = folder.at("a.mp4");
    ffmpeg("-f lavfi -i testsrc=s=64x48:r=25:d=4 -pix_fmt yuv420p", &path);
    let options = VideoOptions {
        start: Duration::from_secs(1),
        limit: Some(Duration::from_secs(2)),
        rate: Some(FrameRate::new(10, 1).unwrap()),
        ..VideoOptions::default()
    };
    let mut source = open(&path, &options);
    assert_eq!(source.frames(), Some(20));
    let frames = all_frames(&mut source);
    assert_eq!(frames.len(), 20);
    assert_eq!(frames[19].time.nanos(), 1_900_000_000);
    assert_eq!(options.intake.report.take(), []);
}

#[test]
fn a_video_that_is_begun_within_goes_on_as_from_its_start() {
    let folder = Folder::new();
    let start = Duration::from_millis(300);
    // Groups with B frames, a picture that begins later than the file, another rate than the result's.
    let stored =
        "-f lavfi -itsoffset 0.7 -i testsrc=s=64x48:r=30000/1001:d=12 -pix_fmt yuv420p -g 40";
    for (name, rate) in [("a.mp4", None), ("b.mkv", None), ("c.webm", FrameRate::new(25, 1).ok())] {
        let path = folder.at(name);
        ffmpeg(stored, &path);
        let options = VideoOptions { rate, start, ..VideoOptions::default() };
        let whole = all_frames(&mut open(&path, &options));
        let begins = Duration::from_nanos(whole[0].time.nanos());
        for frame in [100, 217] {
            let within = Some(Within { frame, begins });
            let part = all_frames(&mut open(&path, &VideoOptions { within, ..options.clone() }));
            let first = part[0].sequence;
            assert!((1..=frame).contains(&first), "{name}: begins at {first} for {frame}");
            assert_eq!(part.len() as u64, whole.len() as u64 - first, "{name}");
            let pixels = |frame: &Frame| {
                frame.yuv().map(|plane| plane.rows().flatten().copied().collect::<Vec<_>>())
            };
            let pairs = part.iter().zip(&whole[first as usize..]);
            for (part, whole) in pairs.filter(|(part, _)| part.sequence >= frame) {
                let number = part.sequence;
                assert_eq!((number, part.time), (whole.sequence, whole.time), "{name}");
                assert!(pixels(part) == pixels(whole), "{name}: frame {number} from {frame} on");
            }
        }
    }
}

#[test]
fn nothing_is_left_of_a_sink_that_is_dropped_and_nothing_is_replaced_unasked() {
    let folder = Folder::new();
    let path = folder.at("a.mp4");
    let mut options = VideoOutOptions::new(size(64, 48), FrameRate::FPS_30, ColorSpace::BT601);
    let frame = flat(size(64, 48), [9, 9, 9], ColorSpace::BT601);
    let mut sink = VideoSink::create(&path, &options).unwrap();
    sink.write(&frame).unwrap();
    drop(sink);
    assert_eq!(folder.names(), Vec::<String>::new());
    std::fs::write(&path, "precious").unwrap();
    assert!(matches!(VideoSink::create(&path, &options), Err(FilesError::Exists(_))));
    options.permit = Overwrite::Always.into();
    let mut sink = VideoSink::create(&path, &options).unwrap();
    sink.write(&frame).unwrap();
    assert_eq!(std::fs::read(&path).unwrap(), b"precious");
    sink.complete().unwrap();
    assert_eq!(read(&path).len(), 1);
    assert_eq!(folder.names(), ["a.mp4"]);
}
