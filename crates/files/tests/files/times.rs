//! When frames show in videos that begin late, change, pause or stand still.

use crate::common::{Folder, ffmpeg, ffprobe, rgb_at};
use backlot_files::{
    Companions, Intake, LoopOptions, LoopedVideo, VideoInfo, VideoOptions, VideoOutOptions,
    VideoQuality, VideoSink, VideoSource,
};
use backlot_media::{Frame, Matrix, Size, Source, Timestamp};
use backlot_scene::Fit;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

fn read(path: &Path, options: &VideoOptions) -> (Vec<Frame>, f64) {
    let mut source = VideoSource::open(path, options).unwrap_or_else(|e| panic!("{e}"));
    let rate = source.rate().unwrap().fps();
    let mut frames = Vec::new();
    while let Some(frame) = source.next_video_frame().unwrap() {
        frames.push(frame);
    }
    (frames, rate)
}

/// When the picture turns from black to white, by the times of its frames.
fn flashes(frames: &[Frame]) -> Vec<f64> {
    let is_white = |frame: &Frame| rgb_at(frame, 8, 8)[0] > 128;
    let turns = frames.windows(2).filter(|pair| !is_white(&pair[0]) && is_white(&pair[1]));
    turns.map(|pair| pair[1].time.secs_f64()).collect()
}

/// When the sound begins to beep, counted from the beginning of the file.
fn beeps(path: &Path) -> Vec<f64> {
    let mut command = Command::new("ffmpeg");
    // ffmpeg's idea of the start depends on the streams read, so it isn't used.
    command
        .args(["-v", "error", "-nostdin", "-copyts", "-i"])
        .arg(path)
        .args(["-map", "0:a:0", "-af"]);
    command.args(["aresample=8000:async=1:first_pts=0", "-ac", "1", "-f", "s16le", "-"]);
    let pcm = command.output().unwrap().stdout;
    let loud: Vec<bool> = pcm
        .chunks_exact(160)
        .map(|part| part.chunks_exact(2).any(|s| i16::from_le_bytes([s[0], s[1]]).abs() > 6000))
        .collect();
    let turns = loud.windows(2).enumerate().filter(|(_, pair)| !pair[0] && pair[1]);
    let origin = ffprobe("format=start_time", path);
    let origin: f64 = origin.trim_start_matches("start_time=").trim().parse().unwrap();
    turns.map(|(index, _)| (index + 1) as f64 * 0.01 - origin).collect()
}

/// Flash and beep at 1, 2 and 3 s of four, in the picture's own time and the sound's.
fn flash_and_beep(folder: &Folder) -> [PathBuf; 2] {
    let [picture, sound] = [folder.at("flash.mkv"), folder.at("beep.mkv")];
    let white = "drawbox=c=white:t=fill:enable='lt(mod(t,1),0.099)*gt(t,0.5)'";
    ffmpeg(
        &format!(
            "-f lavfi -i color=black:s=32x16:r=30:d=4,{} -c:v libx264 -g 45 -keyint_min 45 -sc_threshold 0 -bf 2 -pix_fmt yuv420p",
            white.replace("),0.099", ")\\,0.099").replace("(t,", "(t\\,")
        ),
        &picture,
    );
    let tone = "aevalsrc=0.8*sin(2*PI*1000*t)*lt(mod(t\\,1)\\,0.1)*gt(t\\,0.5):d=4:s=48000";
    ffmpeg(&format!("-f lavfi -i {tone} -c:a pcm_s16le"), &sound);
    [picture, sound]
}

/// The codecs for a container.
fn codecs(ending: &str) -> &'static str {
    match ending {
        "webm" => "-c:v libvpx -deadline realtime -cpu-used 8 -b:v 300k -c:a libopus",
        "avi" => "-c:v mpeg4 -q:v 4 -c:a mp3",
        _ => "-c:v copy -c:a aac",
    }
}

fn near(found: f64, expected: f64, what: &str) {
    assert!((found - expected).abs() < 1.0 / 30.0, "{what}: {found} instead of {expected}");
}

#[test]
fn picture_and_sound_stay_together_in_all_containers() {
    let folder = Folder::new();
    let [picture, sound] = flash_and_beep(&folder);
    let (picture, sound) = (picture.display(), sound.display());
    // How much later each begins, and how long each is.
    let cases = [
        ("together", 0.0, 0.0, "-t 4", "-t 4"),
        ("late picture, long sound", 0.4, 0.0, "-t 3.4", "-t 4"),
        ("late sound, long picture", 0.0, 0.7, "-t 4", "-t 3.4"),
    ];
    for ending in ["mp4", "mkv", "webm", "mov", "avi", "ts", "flv"] {
        for (name, later, sound_later, length, sound_length) in cases {
            if ending == "avi" && sound_later > 0.0 {
                // AVI can't delay sound.
                continue;
            }
            let path = folder.at(&format!("{name}.{ending}"));
            let words = format!(
                "{length} -itsoffset {later} -i {picture} {sound_length} -itsoffset {sound_later} \
                 -i {sound} -map 0:v -map 1:a {}",
                codecs(ending)
            );
            ffmpeg(&words, &path);
            let what = path.display().to_string();
            let (frames, _) = read(&path, &VideoOptions::default());
            let (flashes, beeps) = (flashes(&frames), beeps(&path));
            assert!(flashes.len() >= 3 && beeps.len() >= 3, "{what}: {flashes:?} {beeps:?}");
            for (flash, beep) in flashes.iter().zip(&beeps) {
                near(flash - beep, later - sound_later, &what);
            }
            let end = frames[frames.len() - 1].time.secs_f64() - frames[0].time.secs_f64();
            let stored = ffprobe("stream=nb_read_frames", &path);
            let stored = stored.lines().next().unwrap().trim_start_matches("nb_read_frames=");
            let lasts: f64 = stored.parse().unwrap();
            let lasts = lasts / 30.0;
            // AVI can't delay the picture: its first frame shows from the start.
            let most = lasts + if ending == "avi" { later } else { 0.0 };
            let is_right = lasts - 0.05 < end && end < most + 0.05;
            assert!(is_right, "{what}: {end} instead of {lasts}");
        }
    }
}

#[test]
fn what_begins_inside_a_group_of_pictures_keeps_its_time() {
    let folder = Folder::new();
    let [picture, sound] = flash_and_beep(&folder);
    let whole = folder.at("whole.ts");
    let words = format!("-i {} -i {} -c:v copy -c:a mp2", picture.display(), sound.display());
    ffmpeg(&words, &whole);
    let bytes = std::fs::read(&whole).unwrap();
    let path = folder.at("cut.ts");
    std::fs::write(&path, &bytes[bytes.len() / 5 / 188 * 188..]).unwrap();
    let options = VideoOptions::default();
    let (frames, _) = read(&path, &options);
    assert_eq!(options.intake.report.take(), [], "that something came before is no damage");
    let (flashes, beeps) = (flashes(&frames), beeps(&path));
    assert!(frames[0].time.nanos() > 100_000_000, "the picture begins late: {:?}", frames[0].time);
    assert!(!flashes.is_empty() && beeps.len() >= flashes.len(), "{flashes:?} {beeps:?}");
    for (flash, beep) in flashes.iter().rev().zip(beeps.iter().rev()) {
        near(*flash, *beep, "cut.ts");
    }
    // Later damage still counts.
    let (broken, mut bytes) = (folder.at("broken.ts"), std::fs::read(&path).unwrap());
    let place = bytes.len() * 3 / 4 / 188 * 188;
    for packet in bytes[place..place + 188 * 40].chunks_mut(188) {
        packet[60..].iter_mut().for_each(|byte| *byte ^= 0x5a);
    }
    std::fs::write(&broken, bytes).unwrap();
    read(&broken, &options);
    assert_eq!(options.intake.report.take().len(), 1);
    for ending in ["mkv", "mp4", "mov", "webm"] {
        let out = folder.at(&format!("out.{ending}"));
        carry(&path, &out);
        check_together(&out, 0.0);
    }
}

/// Copies one file to the other, as a job does.
fn carry(from: &Path, to: &Path) {
    let mut source = VideoSource::open(from, &VideoOptions::default()).unwrap();
    let form = (source.size(), source.rate().unwrap(), source.color());
    let mut options = VideoOutOptions::new(form.0, form.1, form.2);
    options.quality = VideoQuality::Small;
    options.companions = Some(Companions::of_video(from, source.info(), Duration::ZERO, None));
    let mut sink = VideoSink::create(to, &options).unwrap();
    while let Some(frame) = source.next_video_frame().unwrap() {
        sink.write(&frame).unwrap();
    }
    sink.complete().unwrap();
}

/// The flashes come `later` than the beeps.
fn check_together(path: &Path, later: f64) {
    let what = path.display().to_string();
    let (frames, _) = read(path, &VideoOptions::default());
    let (flashes, beeps) = (flashes(&frames), beeps(path));
    assert!(!flashes.is_empty() && beeps.len() >= flashes.len(), "{what}: {flashes:?} {beeps:?}");
    for (flash, beep) in flashes.iter().rev().zip(beeps.iter().rev()) {
        near(flash - beep, later, &what);
    }
}

#[test]
fn what_is_written_keeps_picture_and_sound_together() {
    let folder = Folder::new();
    let [picture, sound] = flash_and_beep(&folder);
    let (picture, sound) = (picture.display(), sound.display());
    // The input container, and the output containers.
    let late_picture =
        [("mp4", &["webm"][..]), ("mkv", &["mp4"]), ("webm", &["mov"]), ("ts", &["mkv"])];
    let late_sound =
        [("mp4", &["mkv"][..]), ("mov", &["webm"]), ("ts", &["mp4", "mkv", "webm", "mov"])];
    let cases = [("picture", 0.4, 0.0, &late_picture[..]), ("sound", 0.0, 0.7, &late_sound)];
    for (name, later, sound_later, containers) in cases {
        for (ending, results) in containers {
            let from = folder.at(&format!("{name}.{ending}"));
            let words = format!(
                "-t 2.4 -itsoffset {later} -i {picture} -t 2.4 -itsoffset {sound_later} \
                 -i {sound} -map 0:v -map 1:a {}",
                codecs(ending)
            );
            ffmpeg(&words, &from);
            for result in *results {
                let to = folder.at(&format!("{name} late, {ending}.{result}"));
                carry(&from, &to);
                check_together(&to, later - sound_later);
            }
        }
    }
}

/// Two concatenated recordings: the times start again.
#[test]
fn times_that_jump_back_go_on() {
    let folder = Folder::new();
    let [picture, _] = flash_and_beep(&folder);
    let [one, path] = [folder.at("one.ts"), folder.at("two.ts")];
    ffmpeg(&format!("-i {} -c copy -output_ts_offset 100", picture.display()), &one);
    let first = std::fs::read(&one).unwrap();
    ffmpeg(&format!("-i {} -c copy", picture.display()), &one);
    std::fs::write(&path, [first, std::fs::read(&one).unwrap()].concat()).unwrap();
    let (frames, rate) = read(&path, &VideoOptions::default());
    assert!((frames.len() as f64 / rate - 8.0).abs() < 0.1, "{} at {rate}", frames.len());
    assert_eq!(flashes(&frames).len(), 6);
}

#[test]
fn frames_of_every_size_are_fitted_to_the_first() {
    let folder = Folder::new();
    let path = folder.at("sizes.webm");
    let list = folder.at("list");
    let parts = [("a.webm", "red", "64x48", "yuv420p"), ("b.webm", "blue", "96x54", "yuv420p")];
    for (name, color, size, format) in parts {
        let words = "-pix_fmt yuv420p -c:v libvpx -deadline realtime";
        ffmpeg(
            &format!("-f lavfi -i color={color}:s={size}:r=30:d=1,format={format} {words}"),
            &folder.at(name),
        );
    }
    std::fs::write(&list, "file a.webm\nfile b.webm\n").unwrap();
    ffmpeg(&format!("-f concat -i {} -c copy", list.display()), &path);
    let red = |frame: &Frame| rgb_at(frame, 32, 24)[0] > 128;
    for fit in Fit::ALL {
        let options = VideoOptions { fit, ..VideoOptions::default() };
        let (frames, _) = read(&path, &options);
        assert_eq!(frames.len(), 60, "{fit}");
        assert_eq!(frames.iter().position(|f| !red(f)), Some(30), "{fit}");
        let top = rgb_at(&frames[59], 32, 2);
        assert_eq!(top[2] < 64, fit == Fit::Contain, "bars above: {fit} {top:?}");
    }
    let options = LoopOptions::new(Size::new(64, 48).unwrap(), Matrix::Bt601);
    let mut video = LoopedVideo::open(&path, &options).unwrap();
    let mut is_red =
        |millis: u64| red(video.frame_at(Timestamp::from_nanos(millis * 1_000_000)).unwrap());
    assert_eq!([500, 1500, 2500, 3500].map(&mut is_red), [true, false, true, false]);
}

#[test]
fn a_picture_that_stands_at_the_end_stands_and_none_before_it_is_lost() {
    let folder = Folder::new();
    let [moving, path] = [folder.at("a.mp4"), folder.at("b.mp4")];
    ffmpeg(
        "-f lavfi -i testsrc2=s=320x180:r=30:d=1 -c:v libx264 -qp 10 -bf 0 -pix_fmt yuv420p",
        &moving,
    );
    let still = "-c copy -bsf:v setts=duration='if(eq(N\\,29)\\,61952\\,512)'";
    ffmpeg(&format!("-i {} {still}", moving.display()), &path);
    let (frames, rate) = read(&path, &VideoOptions::default());
    assert!((rate - 30.0).abs() < 0.1, "{rate}");
    assert_eq!(frames.len(), 29 + 121);
    let differ = |pair: &[Frame]| pair[0].bytes() != pair[1].bytes();
    assert_eq!(frames.windows(2).filter(|pair| differ(pair)).count(), 29);
    // Reading may begin in the still part.
    let start = Duration::from_secs(2);
    let (frames, _) = read(&path, &VideoOptions { start, ..VideoOptions::default() });
    assert_eq!((frames.len(), frames[0].time.nanos()), (90, 0));
}

#[test]
fn a_recorded_screen_loses_no_picture() {
    let folder = Folder::new();
    let path = folder.at("screen.mkv");
    // A second at 30, seven still, half a second at 30.
    let select = "select='lt(t\\,1)+gte(t\\,8)*lt(t\\,8.5)'";
    let words = "-vsync vfr -enc_time_base 1/1000 -c:v libx264 -qp 10 -pix_fmt yuv420p";
    ffmpeg(&format!("-f lavfi -i testsrc2=s=320x180:r=30:d=9,{select} {words}"), &path);
    let (frames, rate) = read(&path, &VideoOptions::default());
    assert!((29.0..61.0).contains(&rate), "{rate}");
    let changes = frames.windows(2).filter(|pair| pair[0].bytes() != pair[1].bytes()).count();
    assert_eq!(changes, 44);
    let every = VideoOptions { as_stored: true, ..VideoOptions::default() };
    assert_eq!(read(&path, &every).0.len(), 45);
}

#[test]
fn fields_become_whole_frames() {
    let folder = Folder::new();
    let path = folder.at("fields.mp4");
    // A white bar that moves by 8 pixels from field to field.
    let words = "-f lavfi -i color=black:s=128x96:r=50:d=1 -f lavfi -i color=white:s=24x96:r=50:d=1 \
        -filter_complex overlay=x=mod(n*8\\,96):shortest=1,format=yuv420p,tinterlace=interleave_top,setfield=tff \
        -c:v libx264 -crf 12 -flags +ilme+ildct -x264opts tff=1 -pix_fmt yuv420p";
    ffmpeg(words, &path);
    let (frames, rate) = read(&path, &VideoOptions::default());
    assert_eq!((frames.len(), rate), (25, 25.0));
    let combs = |frame: &Frame| {
        let luma = frame.plane(0);
        let [a, b, c] = [40, 41, 42].map(|y| luma.row(y).to_vec());
        let comb = |x: &usize| {
            let (up, down) =
                (i32::from(b[*x]) - i32::from(a[*x]), i32::from(b[*x]) - i32::from(c[*x]));
            up.abs() > 60 && down.abs() > 60 && up.signum() == down.signum()
        };
        (0..luma.width()).filter(comb).count()
    };
    let worst = frames.iter().map(combs).max().unwrap();
    assert!(worst <= 2, "{worst} columns have combs");
}

#[test]
fn the_default_stream_is_shown_and_no_cover() {
    let folder = Folder::new();
    let path = folder.at("two.mp4");
    let two = "-f lavfi -i color=red:s=64x36:r=10:d=0.5 -f lavfi -i color=blue:s=128x72:r=10:d=0.5 \
        -map 0 -map 1 -c:v libx264 -pix_fmt yuv420p";
    ffmpeg(&format!("{two} -disposition:v:0 0 -disposition:v:1 default"), &path);
    let info = |path: &Path| VideoInfo::read(path, &Intake::default()).unwrap();
    assert_eq!(info(&path).size.to_string(), "128x72");
    assert!(rgb_at(&read(&path, &VideoOptions::default()).0[0], 9, 9)[2] > 200);
    ffmpeg(&format!("{two} -disposition:v:0 default -disposition:v:1 0"), &path);
    assert_eq!(info(&path).size.to_string(), "64x36");
}

/// A line of a loader or a script is not damage.
#[test]
fn what_others_print_is_no_damage() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new();
    let path = folder.at("a.mp4");
    ffmpeg("-f lavfi -i testsrc=s=64x48:r=10:d=1 -pix_fmt yuv420p", &path);
    let noisy = |name: &str| {
        let script = format!(
            "#!/bin/sh\necho \"ERROR: ld.so: object 'x' ignored.\" >&2\nexec {name} \"$@\"\n"
        );
        let path = folder.at(name);
        std::fs::write(&path, script).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        path
    };
    let mut intake = Intake { strict: true, ..Intake::default() };
    (intake.tools.ffmpeg, intake.tools.ffprobe) = (noisy("ffmpeg"), noisy("ffprobe"));
    let (frames, _) =
        read(&path, &VideoOptions { intake: intake.clone(), ..VideoOptions::default() });
    assert_eq!((frames.len(), intake.report.take()), (10, vec![]));
}
