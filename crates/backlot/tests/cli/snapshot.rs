//! `backlot snapshot` with the presenter, and without a camera.

use crate::common::{Desk, pixels, text};
use std::fs;

const CAMERA: &str = "--camera presenter:noise=0 --size 320x180";
const QUICK: &str = "--camera presenter:noise=0 --size 320x180 --quality fast";

#[test]
fn the_person_is_there_and_the_room_is_not() {
    let desk = Desk::new();
    let said = desk.ok(&format!("snapshot {QUICK} --background #00ff00 -o me.png"));
    assert!(text(said.stdout).starts_with("me.png: 320x180 of presenter"));
    let picture = pixels(desk.path("me.png"));
    assert_eq!(picture.dimensions(), (320, 180));
    let is_green = |x, y| {
        let [r, g, b, _] = picture.get_pixel(x, y).0;
        g > 200 && r < 60 && b < 60
    };
    assert!(is_green(5, 5) && is_green(314, 5), "the background in the corners");
    assert!(!is_green(160, 90), "the person in the middle");
}

#[test]
fn the_raw_picture_shows_the_room_and_no_file_is_replaced() {
    let desk = Desk::new();
    desk.ok(&format!("snapshot {CAMERA} --raw -o raw.jpg --quiet"));
    let before = fs::read(desk.path("raw.jpg")).unwrap();
    let said = desk.refused(&format!("snapshot {CAMERA} --raw -o raw.jpg"));
    assert!(said.contains("raw.jpg") && said.contains("--force"), "{said}");
    assert_eq!(fs::read(desk.path("raw.jpg")).unwrap(), before);
    let picture = pixels(desk.path("raw.jpg"));
    let [r, g, b, _] = picture.get_pixel(5, 5).0;
    assert!(!(g > 200 && r < 60 && b < 60));
}

#[test]
fn a_snapshot_can_be_mirrored() {
    let desk = Desk::new();
    desk.ffmpeg("-f lavfi -i color=red:s=160x180,pad=320:180:0:0:blue -frames:v 1 halves.png");
    for (more, first) in [("", 0), ("--mirror", 2)] {
        desk.ok(&format!("snapshot {QUICK} --background halves.png -o me.png --force {more}"));
        let pixel = pixels(desk.path("me.png")).get_pixel(5, 5).0;
        assert!(pixel[first] > 200 && pixel[2 - first] < 60, "'{more}': {pixel:?}");
    }
    let said = desk.run(&format!("snapshot {CAMERA} --raw --mirror -o raw.png")).stderr;
    assert!(said.contains("--mirror"), "{said}");
}

#[test]
fn what_can_not_be_gets_one_sentence() {
    let desk = Desk::new();
    for (args, words) in [
        ("-o picture.txt", &["picture.txt", "png"][..]),
        ("--size 0x0 --camera presenter", &["0x0"]),
        ("--camera nowhere.mp4", &["nowhere.mp4"]),
        ("--camera presenter:hiar=long", &["did you mean 'hair'?"]),
        ("--camera /dev/video99", &["/dev/video99"]),
        ("--camera presenter --background hyperspaec", &["did you mean 'hyperspace'?"]),
        ("--camera presenter -o nowhere/me.png", &["nowhere"]),
    ] {
        let said = desk.refused(&format!("snapshot {args}"));
        for word in words {
            assert!(said.contains(word), "{args}: '{word}' is not in: {said}");
        }
    }
    assert!(desk.names(".").is_empty());
}
