//! Bad and unusual input: each gets one sentence, or just works.

use crate::common::{Folder, assert_near, ffmpeg, flat, rgb_at};
use backlot_files::{
    FilesError, InputKind, Intake, Tools, VideoOptions, VideoOutOptions, VideoSink, VideoSource,
};
use backlot_media::{ColorSpace, Frame, FrameRate, Size, Source};
use std::path::Path;
use std::time::Duration;

fn size(width: u32, height: u32) -> Size {
    Size::new(width, height).unwrap()
}

fn sentence(error: &FilesError) -> String {
    let text = error.to_string();
    assert!(!text.contains('\n') && text.len() < 400, "{text}");
    text
}

fn frames(path: &Path, options: &VideoOptions) -> Result<(Vec<Frame>, Option<String>), FilesError> {
    let mut source = VideoSource::open(path, options)?;
    let mut frames = Vec::new();
    while let Some(frame) = source.next_video_frame()? {
        frames.push(frame);
    }
    let damage = options.intake.report.take().first().map(ToString::to_string);
    Ok((frames, damage))
}

fn read(path: &Path) -> (Vec<Frame>, Option<String>) {
    frames(path, &VideoOptions::default()).unwrap_or_else(|e| panic!("{e}"))
}

fn refused(path: &Path) -> String {
    match frames(path, &VideoOptions::default()) {
        Ok((frames, _)) => panic!("{} gave {} frames", path.display(), frames.len()),
        Err(error) => sentence(&error),
    }
}

#[test]
fn files_that_are_no_videos() {
    let folder = Folder::new();
    let write = |name: &str, bytes: &[u8]| {
        std::fs::write(folder.at(name), bytes).unwrap();
        folder.at(name)
    };
    assert!(refused(&folder.at("missing.mp4")).contains("does not exist"));
    assert!(refused(&write("text.mp4", b"Dear diary,\n")).contains("it is text"));
    assert!(refused(&write("empty.mp4", b"")).contains("it is empty"));
    assert!(
        refused(&write("list.mp4", b"ffconcat version 1.0\nfile /etc/passwd\n")).contains("text")
    );
    assert!(refused(folder.path()).contains("it is a folder"));
    let noise: Vec<u8> =
        (0..5000_u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    let message = refused(&write("noise.mp4", &noise));
    assert!(message.contains("noise.mp4' is damaged or cut short"), "{message}");
    let message = refused(&write("noise.dat", &noise));
    assert!(message.contains("noise.dat' is "), "{message}");
}

#[test]
fn sound_without_a_picture() {
    let folder = Folder::new();
    for name in ["a.mp4", "a.wav", "a.mp3"] {
        ffmpeg("-f lavfi -i sine=d=0.2", &folder.at(name));
        assert!(refused(&folder.at(name)).contains("has sound but no picture"), "{name}");
    }
}

#[test]
fn videos_that_are_cut_short() {
    let folder = Folder::new();
    let cut = |name: &str, keep: f64| {
        let bytes = std::fs::read(folder.at(name)).unwrap();
        let kept = (bytes.len() as f64 * keep) as usize;
        let path = folder.at(&format!("cut-{name}"));
        std::fs::write(&path, &bytes[..kept]).unwrap();
        path
    };
    ffmpeg("-f lavfi -i testsrc=s=64x48:r=10:d=3 -pix_fmt yuv420p", &folder.at("a.mp4"));
    let message = refused(&cut("a.mp4", 0.5));
    assert!(message.ends_with("damaged or cut short: moov atom not found"), "{message}");
    ffmpeg("-f lavfi -i testsrc=s=64x48:r=10:d=3 -c:v mjpeg -q:v 3", &folder.at("a.mkv"));
    let (frames, _) = read(&cut("a.mkv", 0.5));
    assert!((5..29).contains(&frames.len()), "{}", frames.len());
}

#[test]
fn motion_jpeg_with_a_frame_that_breaks_off() {
    let folder = Folder::new();
    for name in ["a.mjpeg", "a.avi"] {
        let path = folder.at(name);
        ffmpeg("-f lavfi -i testsrc=s=64x48:r=25:d=1 -c:v mjpeg -q:v 3", &path);
        let mut bytes = std::fs::read(&path).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle..middle + 400].fill(0xaa);
        std::fs::write(&path, &bytes).unwrap();
        let (frames, _) = read(&path);
        assert!((20..=26).contains(&frames.len()), "{name}: {}", frames.len());
        std::fs::write(&path, &bytes[..middle]).unwrap();
        let (frames, _) = read(&path);
        assert!((9..=14).contains(&frames.len()), "{name}: {}", frames.len());
    }
}

#[test]
fn a_stream_that_breaks_in_its_middle_gives_the_good_frames_and_a_warning() {
    let folder = Folder::new();
    let path = folder.at("a.ts");
    ffmpeg("-f lavfi -i testsrc2=s=64x48:r=10:d=4 -c:v mpeg2video -g 5", &path);
    let mut bytes = std::fs::read(&path).unwrap();
    let third = bytes.len() / 3;
    for (i, byte) in bytes[third..2 * third].iter_mut().enumerate() {
        *byte ^= (i % 251) as u8;
    }
    std::fs::write(&path, bytes).unwrap();
    let (frames, warning) = read(&path);
    assert!(frames.len() > 10, "{}", frames.len());
    let warning = warning.expect("a warning");
    assert!(warning.contains("is damaged") && warning.ends_with("was used"), "{warning}");
}

#[test]
fn narrow_odd_and_huge_sizes() {
    let folder = Folder::new();
    for (name, expected) in [
        ("1x64", size(1, 64)),
        ("64x1", size(64, 1)),
        ("1x1", size(1, 1)),
        ("333x77", size(333, 77)),
    ] {
        let path = folder.at(&format!("{name}.mkv"));
        let cut = name.replace('x', ":");
        ffmpeg(
            &format!(
                "-f lavfi -i color=red:s=333x77:r=5:d=1,format=yuv444p,crop={cut}:exact=1 -c:v ffv1"
            ),
            &path,
        );
        let (frames, _) = read(&path);
        assert_eq!((frames.len(), frames[0].size()), (5, expected));
        assert_near(rgb_at(&frames[0], 0, 0), [255, 0, 0], 4, name);
    }
    let huge = folder.at("huge.mkv");
    ffmpeg("-f lavfi -i color=red:s=10000x10000:r=1:d=1 -c:v png -pix_fmt gray", &huge);
    let message = refused(&huge);
    assert!(message.contains("10000x10000: at most 64 million"), "{message}");
    let smaller = VideoOptions { size: Some(size(64, 64)), ..VideoOptions::default() };
    assert!(!frames(&huge, &smaller).unwrap().0.is_empty());
}

#[test]
fn a_variable_frame_rate_becomes_steady_and_keeps_its_length() {
    let folder = Folder::new();
    let path = folder.at("a.mkv");
    // One second at 30, one at 10, one at 15 frames per second, as a phone slows down in the dark.
    let select = "select='lt(t,1)+gte(t,1)*lt(t,2)*not(mod(n,3))+gte(t,2)*not(mod(n,2))'";
    let words =
        format!("-f lavfi -i testsrc=s=64x48:r=30:d=3 -vf {select} -vsync vfr -pix_fmt yuv420p");
    ffmpeg(&words, &path);
    let mut source = VideoSource::open(&path, &VideoOptions::default()).unwrap();
    let rate = source.rate().unwrap().fps();
    let mut count = 0;
    while source.next_video_frame().unwrap().is_some() {
        count += 1;
    }
    let every = VideoOptions { as_stored: true, ..VideoOptions::default() };
    assert_eq!(frames(&path, &every).unwrap().0.len(), 30 + 10 + 15);
    let seconds = f64::from(count) / rate;
    assert!((2.9..3.1).contains(&seconds), "{count} frames at {rate}");
}

#[test]
fn rotation_range_and_depth_of_phones() {
    let folder = Folder::new();
    let (flat_video, turned) = (folder.at("a.mp4"), folder.at("b.mp4"));
    ffmpeg(
        "-f lavfi -i color=blue:s=64x32:r=5:d=1,drawbox=0:0:32:32:red:fill -pix_fmt yuv420p",
        &flat_video,
    );
    let copy = format!("-i {} -c copy -metadata:s:v rotate=90", flat_video.display());
    ffmpeg(&copy, &turned);
    let (frames, _) = read(&turned);
    assert_eq!(frames[0].size(), size(32, 64));
    let (top, bottom) = (rgb_at(&frames[0], 16, 8), rgb_at(&frames[0], 16, 56));
    assert!(top != bottom && (top[0] > 200 || bottom[0] > 200), "{top:?} {bottom:?}");
    for words in [
        "-pix_fmt yuvj420p -c:v mjpeg -q:v 2",
        "-vf scale=out_color_matrix=bt709:out_range=pc -pix_fmt yuv420p -c:v ffv1 -color_range pc -colorspace bt709",
        "-vf scale=out_color_matrix=bt601 -pix_fmt yuv420p10le -c:v ffv1 -colorspace smpte170m",
        "-pix_fmt gbrp -c:v ffv1",
        "-vf scale=out_color_matrix=bt2020 -pix_fmt yuv422p10le -c:v ffv1 -colorspace bt2020nc",
    ] {
        let path = folder.at("c.mkv");
        ffmpeg(&format!("-f lavfi -i color=0xc08040:s=64x48:r=5:d=1,format=gbrp {words}"), &path);
        let (frames, _) = read(&path);
        assert_near(rgb_at(&frames[0], 32, 24), [0xc0, 0x80, 0x40], 4, words);
    }
}

#[test]
fn high_dynamic_range_is_brought_to_ordinary_brightness() {
    let folder = Folder::new();
    let path = folder.at("a.mkv");
    // Code 520 of 1023 is about 100 candela per square metre, the white of paper.
    ffmpeg(
        "-f lavfi -i nullsrc=s=64x48:r=5:d=1,format=yuv420p10le,geq=lum=520:cb=512:cr=512 \
         -c:v ffv1 -color_trc smpte2084 -colorspace bt2020nc -color_primaries bt2020 -color_range tv",
        &path,
    );
    let (frames, warning) = read(&path);
    assert_eq!((frames.len(), warning), (5, None));
    let [r, g, b] = rgb_at(&frames[0], 32, 24);
    assert!((120..250).contains(&r) && (r - g).abs() < 6 && (g - b).abs() < 6, "{r} {g} {b}");
}

#[test]
fn names_that_look_like_options_protocols_or_patterns() {
    let folder = Folder::new();
    let plain = folder.at("plain.mkv");
    ffmpeg("-f lavfi -i color=red:s=32x32:r=5:d=1 -c:v ffv1", &plain);
    let gif = folder.at("plain.gif");
    ffmpeg("-f lavfi -i testsrc=s=32x32:r=5:d=1", &gif);
    let names = [
        "-i.mkv",
        "concat:a|b.mkv",
        "pipe:0.mkv",
        "http:x.mkv",
        "a%03d.mkv",
        "two\nlines.mkv",
        "'quoted' \"name\".mkv",
        "back\\slash.mkv",
        "ünï😀.mkv",
        "a%d.gif",
        "[v].mkv",
        "data:,x.mkv",
    ];
    for name in names {
        let path = folder.at(name);
        std::fs::copy(if name.ends_with("gif") { &gif } else { &plain }, &path).unwrap();
        assert!(matches!(Intake::default().probe(&path).unwrap(), InputKind::Video(_)), "{name}");
        let (frames, warning) = read(&path);
        assert_eq!((frames.len(), warning), (5, None), "{name}");
        let out = folder.at(&format!("{name}.out.mp4"));
        let options = VideoOutOptions::new(size(32, 32), FrameRate::FPS_30, frames[0].color);
        let mut sink = VideoSink::create(&out, &options).unwrap();
        frames.iter().for_each(|frame| sink.write(frame).unwrap());
        sink.complete().unwrap_or_else(|e| panic!("{name}: {e}"));
        assert!(out.exists(), "{name}");
    }
}

#[test]
fn without_the_programs_one_is_told_how_to_get_them() {
    let folder = Folder::new();
    let path = folder.at("a.mkv");
    ffmpeg("-f lavfi -i color=red:s=32x32:r=5:d=1 -c:v ffv1", &path);
    let tools = Tools { ffmpeg: "/nowhere/ffmpeg".into(), ffprobe: "/nowhere/ffprobe".into() };
    let intake = Intake { tools: tools.clone(), ..Intake::default() };
    let options = VideoOptions { intake, ..VideoOptions::default() };
    let message = sentence(&frames(&path, &options).unwrap_err());
    assert!(message.contains("is not installed") && message.contains("apt install ffmpeg"));
    let mut options = VideoOutOptions::new(size(32, 32), FrameRate::FPS_30, ColorSpace::BT601);
    options.tools = tools;
    let error = VideoSink::create(&folder.at("b.mp4"), &options).unwrap_err();
    assert!(sentence(&error).contains("'/nowhere/ffmpeg'"));
    assert_eq!(folder.names(), ["a.mkv"]);
}

#[test]
fn a_program_that_is_broken_or_dies() {
    let folder = Folder::new();
    let path = folder.at("a.mkv");
    ffmpeg("-f lavfi -i color=red:s=32x32:r=5:d=1 -c:v ffv1", &path);
    let script = folder.at("fails");
    std::fs::write(
        &script,
        "#!/bin/sh\necho 'libfoo.so: cannot open shared object' >&2\nexit 127\n",
    )
    .unwrap();
    let mut mode = std::fs::metadata(&script).unwrap().permissions();
    std::os::unix::fs::PermissionsExt::set_mode(&mut mode, 0o755);
    std::fs::set_permissions(&script, mode).unwrap();
    let tools = Tools { ffmpeg: script, ..Tools::default() };
    let intake = Intake { tools: tools.clone(), ..Intake::default() };
    let options = VideoOptions { intake, ..VideoOptions::default() };
    let message = sentence(&frames(&path, &options).unwrap_err());
    assert!(message.contains("libfoo.so: cannot open"), "{message}");
    let mut options = VideoOutOptions::new(size(32, 32), FrameRate::FPS_30, ColorSpace::BT601);
    options.tools = tools;
    assert!(VideoSink::create(&folder.at("b.mp4"), &options).is_err());
    assert_eq!(folder.names(), ["a.mkv", "fails"]);
}

#[test]
fn places_that_can_not_be_written() {
    let folder = Folder::new();
    let options = VideoOutOptions::new(size(32, 32), FrameRate::FPS_30, ColorSpace::BT601);
    let refused = |path: &Path| sentence(&VideoSink::create(path, &options).unwrap_err());
    assert!(refused(&folder.at("none/a.mp4")).contains("none' does not exist: make it first"));
    assert!(refused(&folder.at("a.xyz")).contains("must be one of mp4, mkv, mov, webm, gif"));
    assert!(refused(&folder.at("mp4")).contains("must be one of"));
    assert!(refused(Path::new("/proc/a.mp4")).contains("can't be written"));
    let mut sink = VideoSink::create(&folder.at("a.mp4"), &options).unwrap();
    let wrong = flat(size(64, 32), [0; 3], ColorSpace::BT601);
    assert!(
        sentence(&sink.write(&wrong).unwrap_err()).contains("the output expects I420 of 32x32")
    );
    assert!(sentence(&sink.complete().unwrap_err()).contains("it got no frame"));
    assert_eq!(folder.names(), Vec::<String>::new());
}

#[test]
fn a_full_disk() {
    let disk = Folder::new();
    let mount = std::process::Command::new("mount")
        .args(["-t", "tmpfs", "-o", "size=300k", "tmpfs"])
        .arg(disk.path())
        .output();
    if !mount.is_ok_and(|output| output.status.success()) {
        println!("skipped: only root may make a small disk to fill");
        return;
    }
    let result = std::panic::catch_unwind(|| fill_disk(&disk));
    let unmounted = std::process::Command::new("umount").arg(disk.path()).status();
    assert!(unmounted.is_ok_and(|status| status.success()), "umount {}", disk.path().display());
    result.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
}

fn fill_disk(disk: &Folder) {
    for ending in ["mp4", "mkv", "webm", "gif"] {
        let path = disk.at(&format!("a.{ending}"));
        let options = VideoOutOptions::new(size(320, 240), FrameRate::FPS_30, ColorSpace::BT601);
        let mut sink = VideoSink::create(&path, &options).unwrap();
        let written = (0..90).try_for_each(|seed| sink.write(&noise(seed)));
        let error = written.and_then(|()| sink.complete().map(|_| ())).unwrap_err();
        assert!(sentence(&error).ends_with("the disk is full"), "{ending}: {error}");
        assert_eq!(disk.names(), Vec::<String>::new(), "{ending}");
    }
}

fn noise(seed: u32) -> Frame {
    let mut frame = flat(size(320, 240), [0; 3], ColorSpace::BT601);
    let mut state = seed;
    for byte in frame.bytes_mut() {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        *byte = 16 + (state >> 24) as u8 / 2;
    }
    frame
}

#[test]
fn a_start_behind_the_end() {
    let folder = Folder::new();
    let path = folder.at("a.mkv");
    ffmpeg("-f lavfi -i color=red:s=32x32:r=5:d=1 -c:v ffv1", &path);
    let options = VideoOptions { start: Duration::from_secs(9), ..VideoOptions::default() };
    let message = sentence(&frames(&path, &options).unwrap_err());
    assert!(message.contains("no frame that can be shown"), "{message}");
}
