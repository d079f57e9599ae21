//! `backlot render` on videos and streams.

use crate::common::{Desk, pixels, presenter, text};
use std::io::Write;
use std::process::Stdio;

const SMALL: &str = "--size 96x54 --fps 10 --duration 1 --quality fast";

fn field(probed: &str, name: &str) -> String {
    let line = probed.lines().find_map(|line| line.strip_prefix(&format!("{name}=")));
    line.unwrap_or_else(|| panic!("no {name} in {probed}")).to_owned()
}

#[test]
fn every_kind_of_video_is_written() {
    let desk = Desk::new();
    for ending in ["mp4", "mkv", "mov", "webm", "gif"] {
        let name = format!("out.{ending}");
        desk.ok(&format!("render presenter -o {name} {SMALL} --background navy"));
        let probed = desk.probe(&name, "stream=width,height,nb_read_frames,r_frame_rate");
        assert_eq!(field(&probed, "width"), "96", "{ending}");
        assert_eq!(field(&probed, "height"), "54", "{ending}");
        assert_eq!(field(&probed, "nb_read_frames"), "10", "{ending}");
        assert_eq!(field(&probed, "r_frame_rate"), "10/1", "{ending}");
    }
    assert_eq!(desk.names(".").len(), 5, "something was left behind: {:?}", desk.names("."));
}

#[test]
fn sound_is_carried_over_unchanged() {
    let desk = Desk::new();
    desk.ffmpeg(
        "-f lavfi -i testsrc=d=1:s=96x54:r=10 -f lavfi -i sine=d=1 -c:a aac -shortest in.mp4",
    );
    desk.ok("render in.mp4 -o out.mp4 --background navy --quality fast");
    let packets = |name: &str| {
        desk.probe(name, "packet=size,data_hash -show_data_hash md5 -select_streams a")
    };
    assert!(packets("in.mp4").lines().count() > 20);
    assert_eq!(packets("in.mp4"), packets("out.mp4"));
}

#[test]
fn a_stream_goes_through_frame_by_frame() {
    let desk = Desk::new();
    desk.ffmpeg("-f lavfi -i testsrc=s=96x54:r=10:d=0.5 -pix_fmt yuv420p in.y4m");
    let stream = std::fs::read(desk.path("in.y4m")).unwrap();
    let mut program = desk.program();
    program.args("render - -o - --background navy --quality fast --quiet".split(' '));
    let mut child = program
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut pipe = child.stdin.take().unwrap();
    let feeding = std::thread::spawn(move || pipe.write_all(&stream));
    let output = child.wait_with_output().unwrap();
    feeding.join().unwrap().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(output.stdout.starts_with(b"YUV4MPEG2 W96 H54 F10:1"));
    let marks = output.stdout.windows(6).filter(|w| w == b"FRAME\n").count();
    assert_eq!(marks, 5);
}

#[test]
fn broad_pixels_on_standard_input_become_square_as_by_name() {
    let desk = Desk::new();
    desk.ffmpeg("-f lavfi -i testsrc2=s=144x96:r=25:d=0.08,setsar=64/45 -pix_fmt yuv420p in.y4m");
    desk.ok("render in.y4m -o named.mp4 --background original --quality fast");
    let mut program = desk.program();
    program.args("render - -o piped.mp4 --background original --quality fast".split(' '));
    program.stdin(std::fs::File::open(desk.path("in.y4m")).unwrap());
    assert!(program.output().unwrap().status.success());
    let size = |name: &str| desk.probe(name, "stream=width,height,sample_aspect_ratio");
    assert_eq!(size("piped.mp4"), size("named.mp4"));
    assert!(size("piped.mp4").contains("width=206\nheight=96"), "{}", size("piped.mp4"));
}

#[test]
fn a_stream_that_is_none_is_refused() {
    let desk = Desk::new();
    let said = desk.refused("render - -o out.mp4");
    assert!(said.contains("Y4M"), "{said}");
}

#[test]
fn variable_frame_rates_keep_their_length() {
    let desk = Desk::new();
    desk.ffmpeg("-f lavfi -i testsrc=s=96x54:r=20:d=2 -vf select='lt(n,10)+not(mod(n,4))' -vsync vfr vfr.mkv");
    desk.ok("render vfr.mkv -o out.mp4 --background navy --quality fast");
    let duration: f64 =
        field(&desk.probe("out.mp4", "format=duration"), "duration").parse().unwrap();
    assert!((1.6..2.3).contains(&duration), "{duration} s of 2");
}

#[test]
fn the_first_frame_makes_a_picture() {
    let desk = Desk::new();
    presenter(&desk, "first.png", "128x72");
    let picture = pixels(desk.path("first.png"));
    assert_eq!(picture.dimensions(), (128, 72));
    let [r, g, b, _] = picture.get_pixel(2, 2).0;
    assert!(r < 30 && g > 225 && b < 30, "the corner is {r},{g},{b}");
    let [r, g, b, _] = picture.get_pixel(64, 60).0;
    assert!(g < 200 || r > 40 || b > 40, "nobody is in the middle: {r},{g},{b}");
}

#[test]
fn frames_go_into_a_folder() {
    let desk = Desk::new();
    desk.ok(&format!("render presenter -o frames/ {SMALL} --background navy"));
    let names = desk.names("frames");
    assert_eq!(names.len(), 10, "{names:?}");
    assert!(names.iter().all(|n| n.ends_with(".png")));
    assert_eq!(pixels(desk.path("frames").join(&names[9])).dimensions(), (96, 54));
}

#[test]
fn backgrounds_of_every_kind_and_effects_on_every_part() {
    let desk = Desk::new();
    desk.ffmpeg("-f lavfi -i testsrc=s=50x40:r=5:d=0.4 -pix_fmt yuv420p loop.mp4");
    desk.ffmpeg("-f lavfi -i testsrc=s=50x40:r=5:d=0.4 loop.gif");
    desk.ffmpeg("-f lavfi -i testsrc=s=50x40 -frames:v 1 still.jpg");
    for background in [
        "loop.mp4",
        "loop.gif",
        "still.jpg",
        "#204060",
        "gradient:navy,teal",
        "blur",
        "blur:40",
        "blur:light",
        "mosaic:12",
        "aurora",
        "bokeh",
        "hyperspace",
    ] {
        for fit in ["cover", "contain"] {
            desk.ok(&format!(
                "render presenter -o out.png --force --size 97x55 --quality fast --fit {fit} --background {background}"
            ));
        }
    }
    desk.ok(&format!(
        "render presenter -o out.mp4 {SMALL} --effect hologram:ghost=0.3 --effect mirror --background-effect blur:8 --background-effect colormap:ocean --whole-effect mosaic:6 --background bokeh"
    ));
}

#[test]
fn mirroring_swaps_you_and_what_is_behind_you_and_the_effect_you_alone() {
    let desk = Desk::new();
    desk.ffmpeg("-f lavfi -i color=red:s=160x180,pad=320:180:0:0:blue -frames:v 1 halves.png");
    let draw = |more: &str| {
        desk.ok(&format!(
            "render presenter:at=0.2,noise=0 -o out.png --force --size 320x180 --quality fast --background halves.png {more}"
        ));
        let picture = pixels(desk.path("out.png"));
        let [left, right] = [5, 314].map(|x| picture.get_pixel(x, 5).0);
        let is_red = |p: [u8; 4]| p[0] > 200 && p[2] < 60;
        let is_blue = |p: [u8; 4]| p[0] < 60 && p[2] > 200;
        let plain = |x: u32| [is_red, is_blue].iter().any(|is| is(picture.get_pixel(x, 150).0));
        (is_red(left) && is_blue(right), [plain(64), plain(256)])
    };
    assert_eq!(draw(""), (true, [false, true]), "the person is on the left");
    assert_eq!(draw("--effect mirror"), (true, [true, false]), "the person changes sides");
    assert_eq!(draw("--mirror"), (false, [true, false]), "all of it changes sides");
    assert_eq!(draw("--mirror --effect mirror"), (false, [false, true]));
}

#[test]
fn the_summary_is_json_for_scripts() {
    let desk = Desk::new();
    let ended = desk.ok(&format!("render presenter -o out.mp4 {SMALL} --json"));
    let summary: serde_json::Value = serde_json::from_slice(&ended.stdout).unwrap();
    assert_eq!(summary["frames"], 10);
    assert_eq!(summary["shielded"], 0);
    assert!(summary["frames_per_second"].as_f64().unwrap() > 0.0);
    assert!(ended.stderr.is_empty(), "{}", ended.stderr);
    let ended = desk.ok(&format!("render presenter -o quiet.mp4 {SMALL} --quiet"));
    assert!(ended.stderr.is_empty() && ended.stdout.is_empty(), "{}", text(ended.stdout));
}

#[test]
fn an_interrupt_leaves_a_playable_file() {
    let desk = Desk::new();
    let mut program = desk.program();
    program.args(
        "render presenter -o out.mp4 --size 320x180 --duration 3000 --quality fast".split(' '),
    );
    let child = program.stderr(Stdio::piped()).spawn().unwrap();
    std::thread::sleep(std::time::Duration::from_secs(2));
    let id = rustix::process::Pid::from_raw(child.id().try_into().unwrap()).unwrap();
    rustix::process::kill_process(id, rustix::process::Signal::INT).unwrap();
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(130), "{said}");
    let frames = field(&desk.probe("out.mp4", "stream=nb_read_frames"), "nb_read_frames");
    assert!(frames.parse::<u32>().unwrap() > 3, "{frames}");
    assert_eq!(desk.names("."), ["out.mp4"]);
}

#[test]
fn a_room_that_can_still_be_made_out_is_said_so() {
    let desk = Desk::new();
    let said = |background: &str| {
        let args =
            format!("render presenter -o out.png --force --size 96x54 --background {background}");
        desk.ok(&args).stderr
    };
    for open in ["blur:light", "blur:20", "mosaic:8"] {
        assert!(said(open).contains(&format!("{open} does not hide the room: use ")), "{open}");
    }
    for hiding in ["blur", "blur:strong", "mosaic", "navy", "original"] {
        assert!(!said(hiding).contains("does not hide the room"), "{hiding}");
    }
}
