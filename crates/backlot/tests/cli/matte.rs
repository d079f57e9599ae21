//! `backlot matte`: mattes and people with transparency.

use crate::common::{Desk, pixels};

const SMALL: &str = "--size 128x72 --fps 10 --duration 0.5";

/// Mean of a channel in the middle of the lower edge, where the presenter's chest is, and in the
/// upper left corner, where the room is.
fn chest_and_corner(picture: &image::RgbaImage, channel: usize) -> [u8; 2] {
    let (w, h) = picture.dimensions();
    [picture.get_pixel(w / 2, h - h / 8), picture.get_pixel(w / 32, h / 32)].map(|p| p.0[channel])
}

#[test]
fn a_folder_of_grey_pictures_a_frame_each() {
    let desk = Desk::new();
    desk.ok(&format!("matte presenter -o mattes {SMALL}"));
    let names = desk.names("mattes");
    assert_eq!(names.len(), 5, "{names:?}");
    let path = desk.path("mattes").join(&names[0]);
    assert_eq!(image::open(&path).unwrap().color(), image::ColorType::L8);
    let [chest, corner] = chest_and_corner(&pixels(path), 0);
    assert!(chest > 240 && corner < 15, "{chest} {corner}");
}

#[test]
fn a_grey_video() {
    let desk = Desk::new();
    desk.ok(&format!("matte presenter -o matte.mp4 {SMALL}"));
    desk.ffmpeg("-i matte.mp4 -frames:v 1 first.png");
    let [chest, corner] = chest_and_corner(&pixels(desk.path("first.png")), 0);
    assert!(chest > 235 && corner < 20, "{chest} {corner}");
}

#[test]
fn the_person_with_real_transparency_in_every_container() {
    let desk = Desk::new();
    for (name, decoder) in [("me.webm", "-c:v libvpx-vp9"), ("me.mov", "")] {
        desk.ok(&format!("matte presenter -o {name} {SMALL}"));
        desk.ffmpeg(&format!("{decoder} -i {name} -frames:v 1 -pix_fmt rgba first.png"));
        let first = pixels(desk.path("first.png"));
        assert_eq!(first.dimensions(), (128, 72), "{name}");
        let [chest, corner] = chest_and_corner(&first, 3);
        assert!(chest > 235 && corner < 20, "{name}: {chest} {corner}");
    }
    desk.ok("matte presenter -o me.png --as person --size 128x72");
    let [chest, corner] = chest_and_corner(&pixels(desk.path("me.png")), 3);
    assert!(chest > 240 && corner < 15, "{chest} {corner}");
}

#[test]
fn an_odd_size_goes_through_every_container() {
    let desk = Desk::new();
    for name in ["me.webm", "me.mov", "matte.mp4", "me.gif"] {
        desk.ok(&format!("matte presenter -o {name} --size 97x55 --fps 5 --duration 0.4"));
    }
}

#[test]
fn every_stored_frame_of_an_uneven_video_gets_a_matte() {
    let desk = Desk::new();
    desk.ffmpeg(
        "-f lavfi -i testsrc=s=96x54:r=20:d=1 -vf select='not(mod(n,3))' -vsync vfr vfr.mkv",
    );
    desk.ok("matte vfr.mkv -o mattes --quality fast");
    assert_eq!(desk.names("mattes").len(), 7);
}
