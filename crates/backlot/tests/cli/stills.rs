//! Pictures and folders of pictures, processed separately.

use crate::common::{Desk, pixels, presenter};
use std::fs;

/// A folder with pictures of several sizes, one of them of somebody.
fn folder(desk: &Desk) {
    fs::create_dir(desk.path("in")).unwrap();
    presenter(desk, "in/b.png", "160x90");
    presenter(desk, "in/a.jpg", "99x61");
    desk.ffmpeg("-f lavfi -i testsrc=s=40x30 -frames:v 1 in/c.png");
    fs::write(desk.path("in/notes.txt"), "no picture").unwrap();
}

#[test]
fn a_folder_keeps_its_names_and_sizes() {
    let desk = Desk::new();
    folder(&desk);
    desk.ok("matte in -o mattes");
    assert_eq!(desk.names("mattes"), ["a.png", "b.png", "c.png"]);
    for (name, size) in [("a", (99, 61)), ("b", (160, 90)), ("c", (40, 30))] {
        assert_eq!(pixels(desk.path(&format!("mattes/{name}.png"))).dimensions(), size);
    }
    desk.ok("render in -o out/ --background navy");
    assert_eq!(desk.names("out"), ["a.jpg", "b.png", "c.png"]);
    assert_eq!(pixels(desk.path("out/a.jpg")).dimensions(), (99, 61));
}

#[test]
fn pictures_have_no_memory_of_each_other() {
    let desk = Desk::new();
    folder(&desk);
    desk.ok("matte in -o together");
    for (name, ending) in [("a", "jpg"), ("b", "png"), ("c", "png")] {
        desk.ok(&format!("matte in/{name}.{ending} -o alone-{name}.png"));
        let read = |path: String| fs::read(desk.path(&path)).unwrap();
        let (alone, together) =
            (read(format!("alone-{name}.png")), read(format!("together/{name}.png")));
        assert!(alone == together, "{name} depends on its neighbours");
    }
}

#[test]
fn nothing_in_a_folder_is_overwritten_unless_forced() {
    let desk = Desk::new();
    folder(&desk);
    fs::create_dir(desk.path("mattes")).unwrap();
    fs::write(desk.path("mattes/b.png"), "precious").unwrap();
    let said = desk.refused("matte in -o mattes");
    assert!(said.contains("b.png") && said.contains("--force"), "{said}");
    assert_eq!(desk.names("mattes"), ["b.png"], "nothing is written before it is known to fit");
    desk.ok("matte in -o mattes --force");
    assert_eq!(desk.names("mattes").len(), 3);
}

#[test]
fn a_picture_becomes_a_video_and_a_folder_too() {
    let desk = Desk::new();
    folder(&desk);
    desk.ok("render in/b.png -o still.mp4 --duration 0.5 --fps 10 --background hyperspace");
    let frames = desk.probe("still.mp4", "stream=nb_read_frames");
    assert_eq!(frames.trim(), "nb_read_frames=5");
    desk.ok("render in -o show.mp4 --fps 5 --size 64x48 --background navy");
    let frames = desk.probe("show.mp4", "stream=nb_read_frames");
    assert_eq!(frames.trim(), "nb_read_frames=3");
}

#[test]
fn a_folder_into_one_picture_is_refused() {
    let desk = Desk::new();
    folder(&desk);
    let said = desk.refused("render in -o one.png");
    assert!(said.contains("one.png") && said.contains("folder"), "{said}");
}

#[test]
fn a_photo_is_turned_upright() {
    let desk = Desk::new();
    presenter(&desk, "upright.jpg", "64x48");
    let jpeg = fs::read(desk.path("upright.jpg")).unwrap();
    // An EXIF block for a clockwise turn by 90 degrees (orientation 6).
    let exif = b"\xff\xe1\x00\x22Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
    let turned = [&jpeg[..2], &exif[..], &jpeg[2..]].concat();
    fs::write(desk.path("turned.jpg"), turned).unwrap();
    desk.ok("matte turned.jpg -o matte.png --quality fast");
    assert_eq!(pixels(desk.path("matte.png")).dimensions(), (48, 64));
}

#[test]
fn one_that_fails_does_not_keep_the_others_from_being_done() {
    let desk = Desk::new();
    folder(&desk);
    let whole = fs::read(desk.path("in/a.jpg")).unwrap();
    fs::write(desk.path("in/bad.jpg"), &whole[..20]).unwrap();
    fs::copy(desk.path("in/b.png"), desk.path("in/named.jfif")).unwrap();
    desk.ok("render presenter -o in/d.webm --size 64x36 --duration 0.2 --background navy");
    let ended = desk.run("render in -o out --background navy");
    assert_eq!(ended.code, Some(1), "{}", ended.stderr);
    assert!(
        ended.stderr.contains("wrote 4 pictures and 1 video to out, 1 failed"),
        "{}",
        ended.stderr
    );
    assert!(ended.stderr.contains("error: 'in/bad.jpg'"), "{}", ended.stderr);
    assert!(ended.stderr.contains("notes.txt"), "{}", ended.stderr);
    assert_eq!(desk.names("out"), ["a.jpg", "b.png", "c.png", "d.webm", "named.png"]);
    let before = fs::metadata(desk.path("out/a.jpg")).unwrap().modified().unwrap();
    fs::write(desk.path("in/bad.jpg"), &whole).unwrap();
    let ended = desk.ok("render in -o out --background navy --skip-existing --json");
    let json: serde_json::Value = serde_json::from_slice(&ended.stdout).unwrap();
    assert_eq!((&json["pictures"], &json["skipped"]), (&1.into(), &5.into()), "{json}");
    assert_eq!(json["failed"], serde_json::json!([]));
    assert_eq!(fs::metadata(desk.path("out/a.jpg")).unwrap().modified().unwrap(), before);
    assert_eq!(desk.names("out").len(), 6);
}

#[test]
fn folders_in_a_folder_keep_their_places_and_results_are_no_input() {
    let desk = Desk::new();
    folder(&desk);
    fs::create_dir_all(desk.path("in/deep/er")).unwrap();
    fs::copy(desk.path("in/c.png"), desk.path("in/deep/er/c.png")).unwrap();
    let ended = desk.ok("render in -o in/out --background navy --recursive");
    assert!(ended.stderr.contains("wrote 4 pictures to in/out"), "{}", ended.stderr);
    assert_eq!(desk.names("in/out"), ["a.jpg", "b.png", "c.png", "deep"]);
    assert_eq!(desk.names("in/out/deep/er"), ["c.png"]);
    desk.ok("render in -o in/out --background navy --recursive --force");
    assert_eq!(desk.names("in/out"), ["a.jpg", "b.png", "c.png", "deep"]);
    fs::copy(desk.path("in/c.png"), desk.path("in/a.png")).unwrap();
    desk.ok("matte in -o mattes");
    assert_eq!(desk.names("mattes"), ["a.jpg.png", "a.png.png", "b.png", "c.png"]);
}

#[test]
fn a_picture_that_fails_is_left_out_of_the_video_of_a_folder() {
    let desk = Desk::new();
    folder(&desk);
    let whole = fs::read(desk.path("in/a.jpg")).unwrap();
    fs::write(desk.path("in/bad.jpg"), &whole[..20]).unwrap();
    desk.ffmpeg("-f lavfi -i testsrc2=s=64x48 -frames:v 1 cut.png");
    let picture = fs::read(desk.path("cut.png")).unwrap();
    // Its header is fine, so that only reading shows what is wrong.
    fs::write(desk.path("in/aa.png"), &picture[..60]).unwrap();
    desk.ok("render presenter -o in/d.webm --size 64x36 --duration 0.2 --background navy");
    let ended = desk.run("render in -o show.mp4 --fps 5 --background navy --quality fast --strict");
    assert_eq!(ended.code, Some(1), "{}", ended.stderr);
    for words in [
        "wrote 3 pictures to show.mp4, 2 failed",
        "error: 'in/bad.jpg'",
        "error: 'in/aa.png'",
        "left out (only pictures become one video): d.webm",
        "notes.txt",
    ] {
        assert!(ended.stderr.contains(words), "'{words}' is not in: {}", ended.stderr);
    }
    let frames = desk.probe("show.mp4", "stream=nb_read_frames");
    assert_eq!(frames.trim(), "nb_read_frames=3");
}
