//! `--background transparent` and `--background original`.

use crate::common::{Desk, pixels, text};

const SMALL: &str = "--size 128x72 --fps 10 --duration 0.5 --quality fast";
const PICTURE: &str = "--size 128x72 --quality fast";

/// Alpha at the chest of a person who stands at a share of the width, and in the upper corner on
/// the other side.
fn chest_and_corner(picture: &image::RgbaImage, at: f32) -> [u8; 2] {
    let (w, h) = picture.dimensions();
    let corner = if at < 0.5 { w - w / 32 } else { w / 32 };
    [picture.get_pixel((w as f32 * at) as u32, h - h / 8), picture.get_pixel(corner, h / 32)]
        .map(|pixel| pixel.0[3])
}

fn stands(picture: &image::RgbaImage, at: f32) -> bool {
    let [chest, corner] = chest_and_corner(picture, at);
    chest > 235 && corner < 20
}

#[test]
fn the_person_alone_goes_where_transparency_can_be_held() {
    let desk = Desk::new();
    for (name, decoder) in [("me.webm", "-c:v libvpx-vp9"), ("me.mov", "")] {
        desk.ok(&format!("render presenter -o {name} {SMALL} --background transparent"));
        desk.ffmpeg(&format!("{decoder} -i {name} -frames:v 1 -pix_fmt rgba first.png"));
        assert!(stands(&pixels(desk.path("first.png")), 0.5), "{name}");
    }
    desk.ok(&format!("render presenter -o stills/ {SMALL} --background transparent"));
    assert_eq!(desk.names("stills").len(), 5);
    assert!(stands(&pixels(desk.path("stills/000005.png")), 0.5));
    desk.ok("render presenter -o photo.jpg --size 128x72 --background original --quality fast");
    desk.ok("render photo.jpg -o me.webp --background transparent");
    assert!(stands(&pixels(desk.path("me.webp")), 0.5));
    std::fs::create_dir(desk.path("photos")).unwrap();
    std::fs::rename(desk.path("photo.jpg"), desk.path("photos/photo.jpg")).unwrap();
    desk.ok("render photos -o cut/ --background transparent");
    assert!(stands(&pixels(desk.path("cut/photo.png")), 0.5));
    desk.ok("snapshot --camera presenter --size 128x72 --background transparent -o snap.png");
    assert!(stands(&pixels(desk.path("snap.png")), 0.5));
}

#[test]
fn nothing_of_the_room_is_in_what_is_not_seen() {
    let desk = Desk::new();
    desk.ok("render presenter -o me.png --size 320x180 --background transparent");
    let picture = pixels(desk.path("me.png"));
    assert!(picture.pixels().filter(|p| p.0[3] == 0).all(|p| p.0 == [0; 4]));
    assert!(picture.pixels().filter(|p| p.0[3] == 0).count() > 320 * 180 / 4);
}

#[test]
fn effects_reach_the_cut_and_sound_is_kept() {
    let desk = Desk::new();
    let render = |more: &str| {
        desk.ok(&format!(
            "render presenter:at=0.2 -o me.png --force {PICTURE} --background transparent {more}"
        ));
        pixels(desk.path("me.png"))
    };
    let plain = render("");
    assert!(stands(&plain, 0.2));
    for mirrored in ["--mirror", "--effect mirror", "--whole-effect mirror"] {
        assert!(stands(&render(mirrored), 0.8), "{mirrored}");
    }
    let seen = |picture: &image::RgbaImage| picture.pixels().filter(|p| p.0[3] > 0).count();
    assert!(seen(&render("--effect hologram")) > seen(&plain) * 11 / 10, "the glow is around you");
    let said = desk.refused(&format!(
        "render presenter -o no.png {PICTURE} --background transparent --background-effect blur"
    ));
    assert!(said.contains("--background-effect"), "{said}");
    desk.ffmpeg(
        "-f lavfi -i testsrc=d=0.5:s=96x54:r=10 -f lavfi -i sine=d=0.5 -c:a libopus -shortest in.mkv",
    );
    desk.ok("render in.mkv -o out.webm --background transparent --quality fast");
    assert!(desk.probe("out.webm", "stream=codec_name").contains("opus"));
}

#[test]
fn what_can_not_hold_transparency_says_so() {
    let desk = Desk::new();
    for name in ["out.mp4", "out.mkv", "out.gif", "out.jpg", "out.bmp", "-"] {
        let said = desk.refused(&format!("render presenter -o {name} --background transparent"));
        assert!(said.contains("can't hold transparency") && said.contains(name), "{said}");
    }
    let said = desk.refused("snapshot --camera presenter -o out.jpg --background transparent");
    assert!(said.contains("can't hold transparency"), "{said}");
    let said = desk.refused("run --camera presenter --output none --background transparent");
    assert!(said.contains("a virtual camera can't hold transparency"), "{said}");
    for glass in ["#00000000", "#20406080"] {
        let said = desk.refused(&format!("render presenter -o out.png --background {glass}"));
        assert!(said.contains(glass) && said.contains("seen through"), "{said}");
    }
    assert!(desk.names(".").is_empty(), "{:?}", desk.names("."));
}

#[test]
fn the_original_room_has_to_be_asked_for() {
    let desk = Desk::new();
    let corner = |args: &str, name: &str| {
        let quality = if args.contains("--raw") { "" } else { "--quality fast" };
        desk.ok(&format!("{args} -o {name} --force {quality}"));
        pixels(desk.path(name)).get_pixel(5, 5).0
    };
    let camera = "--camera presenter:noise=0 --size 320x180";
    let raw = corner(&format!("snapshot {camera} --raw"), "raw.png");
    let snapshot = corner(&format!("snapshot {camera} --background original"), "same.png");
    assert_eq!(snapshot, raw);
    let render = "render presenter:noise=0 --size 320x180 --background original";
    let difference = |pixel: [u8; 4]| pixel.iter().zip(raw).map(|(a, b)| a.abs_diff(b)).max();
    assert!(difference(corner(render, "out.png")) <= Some(6));
    assert!(difference(corner(&format!("{render} --effect hologram"), "out.png")) <= Some(6));
    let hidden = corner(&format!("{render} --whole-effect mosaic:200"), "out.png");
    assert!(difference(hidden) > Some(6), "the mosaic is on all of it");
    let said = text(desk.ok("render --help").stdout);
    assert!(said.contains("original") && said.contains("transparent"), "{said}");
}
