//! No option is ignored silently: one without an effect is refused by name.

use crate::common::{Desk, Ended};
use std::fs;

/// The inputs and the outputs.
const KINDS: [&str; 12] = [
    "still.png -o out.png",
    "still.png -o out.jpg",
    "still.png -o out.mp4",
    "still.png -o folder/",
    "clip.mkv -o out.png",
    "clip.mkv -o out.mp4",
    "clip.mkv -o out.gif",
    "clip.mkv -o folder/",
    "clip.mkv -o -",
    "photos/ -o folder/",
    "mixed/ -o folder/",
    "photos/ -o out.mp4",
];

/// Options, with a '+' for each kind where it has an effect and a '-' where it is refused.
#[rustfmt::skip]
const RENDER: [(&str, &str); 8] = [
    ("--encode small",  "-++- -+--- -++"),
    ("--no-audio",      "---- -+--- -+-"),
    ("--start 0.04",    "---- +++++ -++"),
    ("--duration 0.1",  "--+- -++++ -++"),
    ("--fps 5",         "--+- -++++ -++"),
    ("--recursive",     "---- ----- +++"),
    ("--skip-existing", "++++ +++-- +++"),
    ("--json",          "++++ ++++- +++"),
];

/// The same for mattes: those of pictures are always PNGs.
#[rustfmt::skip]
const MATTE: [(&str, &str); 6] = [
    ("--encode small",    "-++- -+--- -++"),
    ("--as person --encode small", "-..- -..-. -+."),
    ("--duration 0.1",    "--+- -+++. -++"),
    ("--fps 5",           "--+- -+++. -++"),
    ("--fit contain",     "---- +++++ --+"),
    ("--decontaminate 1", "---- ----- ---"),
];

fn inputs(desk: &Desk) {
    let still = "-f lavfi -i testsrc2=s=64x36 -frames:v 1";
    desk.ffmpeg(&format!("{still} still.png"));
    desk.ffmpeg("-f lavfi -i testsrc2=s=64x36:r=10:d=0.4 -f lavfi -i sine=d=0.4 clip.mkv");
    for folder in ["photos", "mixed", "folder"] {
        fs::create_dir(desk.path(folder)).unwrap();
    }
    for copy in ["photos/a.png", "mixed/a.png"] {
        fs::copy(desk.path("still.png"), desk.path(copy)).unwrap();
    }
    fs::copy(desk.path("clip.mkv"), desk.path("mixed/b.mkv")).unwrap();
    // All results exist already, so that accepted commands end soon.
    for name in
        ["out.png", "out.jpg", "out.mp4", "out.gif", "folder/still.png", "folder/000001.png"]
            .into_iter()
            .chain(["folder/a.png", "folder/b.mkv"])
    {
        fs::write(desk.path(name), "there").unwrap();
    }
}

fn walk(desk: &Desk, command: &str, table: &[(&str, &str)]) {
    for (option, row) in table {
        let name = option.rsplit("--").next().unwrap().split(' ').next().unwrap();
        for (kind, mark) in KINDS.iter().zip(row.chars().filter(|mark| *mark != ' ')) {
            if mark == '.' {
                continue;
            }
            let args = format!("{command} {kind} {option} --quality fast");
            let Ended { stderr, code, .. } = desk.run(&args);
            let is_refused = code == Some(1) && stderr.contains(&format!("--{name}"));
            assert_eq!(is_refused, mark == '-', "{args}: {code:?} {stderr}");
            assert!(!is_refused || stderr.lines().count() == 1, "{args}: {stderr}");
        }
    }
}

#[test]
fn options_of_render_work_or_are_refused() {
    let desk = Desk::new();
    inputs(&desk);
    walk(&desk, "render", &RENDER);
}

#[test]
fn options_of_matte_work_or_are_refused() {
    let desk = Desk::new();
    inputs(&desk);
    walk(&desk, "matte", &MATTE);
}

#[test]
fn options_of_other_commands_work_or_are_refused() {
    let desk = Desk::new();
    let said = desk.refused("bench --scene blur --background x.png");
    assert!(said.contains("--background"), "{said}");
    for option in ["--fit cover", "--light-wrap 0.5", "--decontaminate 1", "--quality fast"] {
        let ended = desk.run(&format!("snapshot --raw --camera presenter {option}"));
        let name = option.split(' ').next().unwrap();
        assert!(ended.code == Some(2) && ended.stderr.contains(name), "{}", ended.stderr);
    }
    let ended = desk.run("run --camera presenter --output none -t 0.1 --quiet --json");
    assert!(ended.code == Some(2) && ended.stderr.contains("--quiet"), "{}", ended.stderr);
}

#[test]
fn jpeg_pictures_are_as_large_as_they_are_wanted() {
    let desk = Desk::new();
    desk.ffmpeg("-f lavfi -i testsrc2=s=320x180 -vf noise=alls=10 -frames:v 1 in.png");
    let size = |how: &str| {
        desk.ok(&format!("render in.png -o {how}.jpg --encode {how} --background original"));
        fs::metadata(desk.path(&format!("{how}.jpg"))).unwrap().len()
    };
    let [small, good, best] = ["small", "good", "best"].map(size);
    assert!(small < good && good < best, "{small}, {good}, {best} bytes");
}

#[test]
fn a_picture_that_is_in_the_folder_already_is_left_as_it_is() {
    let desk = Desk::new();
    inputs(&desk);
    let ended = desk.ok("render still.png -o folder/ --skip-existing --background navy");
    assert!(ended.stderr.contains("folder/still.png already exists"), "{}", ended.stderr);
    assert_eq!(fs::read(desk.path("folder/still.png")).unwrap(), b"there");
}
