//! Options that users of ffmpeg expect: parts of the input, named sizes, no sound, small files.

use crate::common::{Desk, Ended, ended, pixels};
use std::os::unix::ffi::OsStrExt;
use std::process::{Command, Stdio};

/// A second of red and silence, a second of blue with a tone.
const HALVES: &str = "-f lavfi -i color=red:s=96x54:r=10:d=1 -f lavfi -i color=blue:s=96x54:r=10:d=1 \
    -f lavfi -i sine=f=500:r=48000:d=2 \
    -filter_complex [0][1]concat=n=2[v];[2]volume=enable='lt(t,1)':volume=0[a] -map [v] -map [a]";

const PLAIN: &str = "--background original --quality fast -q";

fn count(desk: &Desk, name: &str) -> u32 {
    let frames = desk.probe(name, "stream=nb_read_frames -select_streams v");
    frames.trim().trim_start_matches("nb_read_frames=").parse().unwrap()
}

fn is_blue(desk: &Desk, name: &str) -> bool {
    desk.ffmpeg(&format!("-i {name} -frames:v 1 first.png"));
    let [r, _, b, _] = pixels(desk.path("first.png")).get_pixel(48, 27).0;
    b > 150 && r < 100
}

#[test]
fn a_part_of_a_video_with_its_sound() {
    let desk = Desk::new();
    desk.ffmpeg(&format!("{HALVES} in.mkv"));
    desk.ok(&format!("render in.mkv -o part.mkv --start 1 -t 0:00.5 {PLAIN}"));
    assert!(is_blue(&desk, "part.mkv"));
    assert_eq!(count(&desk, "part.mkv"), 5);
    desk.ffmpeg("-i part.mkv -vn -f s16le -ac 1 -c:a pcm_s16le sound.raw");
    let sound = std::fs::read(desk.path("sound.raw")).unwrap();
    let loud = |bytes: &[u8]| {
        bytes.chunks(2).any(|b| i16::from_le_bytes([b[0], b[1]]).unsigned_abs() > 500)
    };
    assert!(loud(&sound[..sound.len() / 4]), "the tone begins with the part");
    let rate = sound.len() as f64 / 2.0 / 48_000.0;
    assert!((0.4..0.65).contains(&rate), "{rate} s of sound");
    desk.ok(&format!("render in.mkv -o silent.mkv --no-audio {PLAIN}"));
    assert!(!desk.probe("silent.mkv", "stream=codec_type").contains("audio"));
    let said = desk.refused(&format!("render in.mkv -o late.mkv --start 5 {PLAIN}"));
    assert!(said.contains("'in.mkv' has no frame"), "{said}");
}

#[test]
fn a_part_of_a_stream_and_of_the_presenter() {
    let desk = Desk::new();
    desk.ffmpeg(&format!("{HALVES} in.mkv"));
    desk.ffmpeg("-i in.mkv -pix_fmt yuv420p in.y4m");
    let mut program = desk.program();
    program.args(format!("render - -o part.mkv --start 1.2 {PLAIN}").split_whitespace());
    program.stdin(std::fs::File::open(desk.path("in.y4m")).unwrap());
    let Ended { code, stderr, .. } = ended(program.output());
    assert_eq!(code, Some(0), "{stderr}");
    assert!(is_blue(&desk, "part.mkv") && count(&desk, "part.mkv") == 8);
    for (name, start) in [("all.png", ""), ("late.png", "--start 2")] {
        desk.ok(&format!("render presenter:noise=0 -o {name} --size 96x54 {start} {PLAIN}"));
    }
    assert_ne!(pixels(desk.path("all.png")), pixels(desk.path("late.png")));
    let said = desk.refused("render first.png -o x.png --start 1");
    assert!(said.contains("--start is for videos"), "{said}");
}

#[test]
fn sizes_by_name_stand_upright_where_the_input_does() {
    let desk = Desk::new();
    for (name, size) in [("wide", "160x90"), ("tall", "90x160")] {
        desk.ffmpeg(&format!("-f lavfi -i testsrc2=s={size}:r=5:d=0.4 {name}.mkv"));
        desk.ffmpeg(&format!("-f lavfi -i testsrc2=s={size} -frames:v 1 {name}.png"));
    }
    for (name, width, height) in [("wide", 426, 240), ("tall", 240, 426)] {
        desk.ok(&format!("render {name}.mkv -o out-{name}.mkv --size 240p {PLAIN}"));
        let size = desk.probe(&format!("out-{name}.mkv"), "stream=width,height");
        assert!(size.contains(&format!("width={width}\nheight={height}")), "{size}");
        desk.ok(&format!("render {name}.png -o out-{name}.png --size 240p {PLAIN}"));
        assert_eq!(pixels(desk.path(&format!("out-{name}.png"))).dimensions(), (width, height));
    }
}

#[test]
fn videos_are_as_large_as_they_are_wanted() {
    let desk = Desk::new();
    desk.ffmpeg("-f lavfi -i testsrc2=s=320x180:r=10:d=1 -vf noise=alls=10 in.mkv");
    let size = |how: &str| {
        desk.ok(&format!("render in.mkv -o {how}.mp4 --encode {how} {PLAIN}"));
        std::fs::metadata(desk.path(&format!("{how}.mp4"))).unwrap().len()
    };
    let [small, good, best] = ["small", "good", "best"].map(size);
    assert!(small < good && good < best, "{small}, {good}, {best} bytes");
}

#[test]
fn names_that_are_no_text_are_read_and_written() {
    let desk = Desk::new();
    crate::common::presenter(&desk, "plain.png", "96x54");
    let name = |end: &str| {
        let name = [b"caf\xe9", end.as_bytes()].concat();
        std::ffi::OsStr::from_bytes(&name).to_owned()
    };
    std::fs::copy(desk.path("plain.png"), desk.path(".").join(name(".png"))).unwrap();
    desk.ffmpeg("-f lavfi -i testsrc2=s=96x54:r=10:d=0.3 -f lavfi -i sine=d=0.3 in.mkv");
    std::fs::rename(desk.path("in.mkv"), desk.path(".").join(name(".mkv"))).unwrap();
    for (input, output) in [(".png", "-out.png"), (".mkv", "-out.mkv"), (".mkv", "-out.png")] {
        let mut program = desk.program();
        program.arg("render").arg(name(input)).arg("-o").arg(name(output));
        program.arg("--background").arg(name(".png")).args(["--quality", "fast", "--force"]);
        let Ended { code, stderr, .. } = ended(program.output());
        assert_eq!(code, Some(0), "{stderr}");
        assert!(desk.path(".").join(name(output)).exists());
    }
    let mut program = desk.program();
    program.args(["snapshot", "-o", "me.png", "--size", "96x54"]).arg("--camera").arg(name(".png"));
    let Ended { code, stderr, .. } = ended(program.output());
    assert!(code == Some(0) && desk.path("me.png").exists(), "{stderr}");
    let mut program = desk.program();
    program.args(["run", "--output", "none", "-t", "0.1"]).arg("--camera").arg(name(".png"));
    let Ended { code, stderr, .. } = ended(program.output());
    assert_eq!(code, Some(0), "{stderr}");
    std::fs::write(desk.path(".").join(name(".tflite")), "no network").unwrap();
    let mut program = desk.program();
    program.args(["render", "presenter", "-o", "x.png", "--model"]).arg(name(".tflite"));
    let Ended { code, stderr, .. } = ended(program.output());
    assert!(code == Some(1) && stderr.contains("the network 'caf"), "{stderr}");
}

#[test]
fn backgrounds_are_files_where_their_name_says_so() {
    let desk = Desk::new();
    crate::common::presenter(&desk, "#1.jpg", "96x54");
    let args = "render presenter -o out.png --size 96x54 --quality fast --force --background";
    desk.ok(&format!("{args} #1.jpg"));
    let said = desk.refused(&format!("{args} #2.jpg"));
    assert!(said.contains("'#2.jpg' does not exist"), "{said}");
    std::fs::rename(desk.path("#1.jpg"), desk.path("beach")).unwrap();
    desk.ok(&format!("{args} beach"));
    let mut program = desk.program();
    program.env("HOME", desk.path("")).args(["render", "--background=~/beach", "--quality=fast"]);
    program.args(["presenter", "--size=96x54", "--output=~/home.png"]);
    let Ended { code, stderr, .. } = ended(program.output());
    assert_eq!(code, Some(0), "{stderr}");
    assert!(desk.path("home.png").exists());
}

#[test]
fn a_terminal_gets_no_video() {
    let desk = Desk::new();
    let line = format!("{} render presenter -o - -t 1", env!("CARGO_BIN_EXE_backlot"));
    let mut script = Command::new("script");
    script.args(["-qec", &line, "/dev/null"]).current_dir(desk.path("."));
    let Ok(output) = script.stdin(Stdio::null()).output() else {
        println!("skipped: there is no 'script' that makes a terminal");
        return;
    };
    let said = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("standard output is a terminal") && said.len() < 300, "{said}");
}
