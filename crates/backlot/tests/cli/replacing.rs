//! Which files results may replace, and who may read them.

use crate::common::{Desk, presenter};
use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};

fn mode(desk: &Desk, name: &str) -> u32 {
    fs::metadata(desk.path(name)).unwrap().permissions().mode() & 0o777
}

fn make_private(desk: &Desk, name: &str) {
    fs::set_permissions(desk.path(name), Permissions::from_mode(0o600)).unwrap();
}

/// A picture and a video of somebody.
fn desk() -> Desk {
    let desk = Desk::new();
    presenter(&desk, "a.png", "64x36");
    desk.ok("render presenter -o a.mp4 --size 64x36 --duration 0.2 --background navy");
    desk
}

#[test]
fn no_result_takes_the_place_of_what_it_is_made_of() {
    let desk = desk();
    fs::hard_link(desk.path("a.png"), desk.path("hard.png")).unwrap();
    symlink("a.png", desk.path("soft.png")).unwrap();
    fs::create_dir(desk.path("numbered")).unwrap();
    fs::hard_link(desk.path("a.png"), desk.path("numbered/000002.png")).unwrap();
    fs::create_dir(desk.path("in")).unwrap();
    fs::copy(desk.path("a.png"), desk.path("in/b.png")).unwrap();
    let network = concat!(env!("CARGO_MANIFEST_DIR"), "/../../models/selfie_segmentation.tflite");
    fs::copy(network, desk.path("net.png")).expect("run 'make setup'");
    let before = |name: &str| fs::read(desk.path(name)).unwrap();
    let (picture, video, network) = (before("a.png"), before("a.mp4"), before("net.png"));
    for args in [
        "render a.png -o a.png",
        "render a.png -o ./hard.png",
        "matte a.png -o soft.png",
        "render a.mp4 -o a.mp4",
        "render presenter -o a.mp4 --duration 0.1 --background a.mp4",
        "render presenter -o a.png --background hard.png",
        "render a.mp4 -o numbered --background a.png",
        "render in -o in",
        "matte a.png -o net.png --model ./net.png",
        "snapshot --camera a.mp4 -o hard.png --background a.png",
    ] {
        for force in ["", " --force"] {
            let said = desk.refused(&format!("{args}{force}"));
            assert!(said.contains("read to make"), "{args}{force}: {said}");
            assert!(said.contains("choose another name"), "{said}");
        }
    }
    assert!(picture == before("a.png") && video == before("a.mp4") && network == before("net.png"));
    assert_eq!(desk.names("numbered"), ["000002.png"]);
    assert_eq!(desk.names("in"), ["b.png"]);
}

#[test]
fn a_result_is_as_private_as_its_input_and_as_what_it_replaces() {
    let desk = desk();
    make_private(&desk, "a.png");
    make_private(&desk, "a.mp4");
    fs::create_dir(desk.path("in")).unwrap();
    fs::copy(desk.path("a.png"), desk.path("in/private.png")).unwrap();
    fs::copy(desk.path("a.png"), desk.path("in/open.png")).unwrap();
    fs::set_permissions(desk.path("in/open.png"), Permissions::from_mode(0o644)).unwrap();
    desk.ok("matte a.png -o matte.png");
    desk.ok("matte a.mp4 -o matte.mp4");
    desk.ok("render a.mp4 -o frames --background navy");
    desk.ok("render in -o out --background navy");
    desk.ok("render in -o show.mp4 --background navy");
    for name in ["matte.png", "matte.mp4", "frames/000001.png", "out/private.png", "show.mp4"] {
        assert_eq!(mode(&desk, name), 0o600, "{name}");
    }
    assert_eq!(mode(&desk, "out/open.png") & 0o600, 0o600);
    assert_eq!(
        mode(&desk, "out/open.png"),
        mode(&desk, "in/open.png") & mode(&desk, "out/open.png")
    );
    fs::write(desk.path("old.mp4"), "old").unwrap();
    make_private(&desk, "old.mp4");
    desk.ok("render presenter -o old.mp4 --size 64x36 --duration 0.2 --background navy --force");
    assert_eq!(mode(&desk, "old.mp4"), 0o600);
}

#[test]
fn a_link_as_output_stays_and_its_target_is_written() {
    let desk = desk();
    fs::create_dir(desk.path("deep")).unwrap();
    symlink("deep/new.png", desk.path("link.png")).unwrap();
    desk.ok("matte a.png -o link.png");
    let said = desk.refused("matte a.png -o link.png");
    assert!(said.contains("'link.png' exists") && said.contains("--force"), "{said}");
    desk.ok("matte a.png -o link.png --force");
    assert!(desk.path("link.png").is_symlink());
    assert_eq!(desk.names("deep"), ["new.png"]);
    symlink("deep", desk.path("folder")).unwrap();
    desk.ok("matte a.mp4 -o folder");
    assert!(desk.path("deep/000001.png").is_file() && desk.path("folder").is_symlink());
}
