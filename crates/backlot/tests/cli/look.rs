//! The options of a look are the same for `run`, `render`, `snapshot` and, as far as they change a
//! matte, `matte`; options override the scene.

use crate::common::{Desk, pixels};
use std::fs;

const SETTINGS: &str = "\
[scene.plain]
background = \"#ff0000\"
[scene.picture]
background = \"wall.png\"
whole_effects = \"mirror\"
[[scene.layers.layer]]
source = \"#0000ff\"
[[scene.layers.layer]]
source = \"camera\"
key = \"person\"
";

/// A desk with settings in a folder of their own, and a picture beside them.
fn desk() -> Desk {
    let desk = Desk::new();
    fs::create_dir(desk.path("etc")).unwrap();
    fs::write(desk.path("etc/s.toml"), SETTINGS).unwrap();
    desk.ffmpeg("-f lavfi -i color=lime:s=48x27 -frames:v 1 etc/wall.png");
    desk.ffmpeg("-f lavfi -i color=0x00c8c8:s=27x48 -frames:v 1 tall.png");
    desk
}

/// The colour in the upper left corner, beside the person.
fn corner(desk: &Desk, args: &str) -> [u8; 3] {
    let args = format!("{args} -o out.png --quality fast --force -q");
    desk.ok(&args);
    let [r, g, b, _] = pixels(desk.path("out.png")).get_pixel(3, 3).0;
    [r, g, b]
}

fn is_near(color: [u8; 3], wanted: [u8; 3]) {
    let far = color.iter().zip(wanted).any(|(a, b)| a.abs_diff(b) > 40);
    assert!(!far, "{color:?} is not {wanted:?}");
}

const RENDER: &str = "render presenter:noise=0 --size 96x54";

#[test]
fn a_scene_of_the_settings_file_is_rendered() {
    let desk = desk();
    let scene = |rest: &str| corner(&desk, &format!("{RENDER} --settings etc/s.toml {rest}"));
    is_near(scene("--scene plain"), [255, 0, 0]);
    is_near(scene("--scene picture"), [0, 255, 0]);
    is_near(scene("--scene layers"), [0, 0, 255]);
    // Options override the scene.
    is_near(scene("--scene plain --background #00ff00"), [0, 255, 0]);
    is_near(scene("--scene layers --background etc/wall.png"), [0, 255, 0]);
    is_near(scene("--scene layers --background tall.png --fit contain"), [0, 0, 0]);
    let said = desk.refused(&format!("{RENDER} -o x.png --settings etc/s.toml --scene plan"));
    assert!(said.contains("there is no scene 'plan' (did you mean 'plain'?)"), "{said}");
    let ended = desk.run(&format!("{RENDER} -o x.png --settings etc/s.toml"));
    assert!(ended.code == Some(2) && ended.stderr.contains("--scene"), "{}", ended.stderr);
}

#[test]
fn a_snapshot_takes_the_same_options() {
    let desk = desk();
    let args =
        "snapshot --camera presenter:noise=0 --size 320x180 --settings etc/s.toml --scene plain";
    is_near(corner(&desk, args), [255, 0, 0]);
    is_near(corner(&desk, &format!("{args} --background #0000ff")), [0, 0, 255]);
}

#[test]
fn all_commands_know_the_options() {
    let desk = desk();
    let parts = "--background navy --effect hologram --background-effect blur --whole-effect mirror \
                 --fit contain --light-wrap 0 --decontaminate 0 --mirror";
    desk.ok(&format!(
        "run --camera presenter --output none -t 0.3 --settings etc/s.toml --scene plain {parts}"
    ));
    desk.ok(&format!("{RENDER} -o a.png --settings etc/s.toml --scene plain {parts}"));
    desk.ok(&format!("snapshot --camera presenter -o b.png --size 160x90 --quality fast {parts}"));
    desk.ok("matte tall.png -o c.png --as person --fit contain --decontaminate 0.5 --mirror --size 96x54");
    for option in ["--background navy", "--effect blur", "--light-wrap 0", "--scene plain"] {
        let ended = desk.run(&format!("matte tall.png -o d.png {option}"));
        let said = ended.stderr;
        assert!(ended.code == Some(2) && said.contains("puts nothing behind"), "{option}: {said}");
    }
}

#[test]
fn a_mirrored_matte_is_the_matte_mirrored() {
    let desk = desk();
    desk.ok("render presenter:noise=0,at=0.25 -o in.png --size 192x108 --background original -q");
    desk.ok("matte in.png -o matte.png --quality fast");
    desk.ok("matte in.png -o mirrored.png --quality fast --mirror");
    let sum = |name: &str, left: bool| -> u64 {
        let picture = pixels(desk.path(name));
        let half = picture.enumerate_pixels().filter(|(x, ..)| (*x < 96) == left);
        half.map(|(.., pixel)| u64::from(pixel.0[0])).sum()
    };
    assert!(sum("matte.png", true) > sum("matte.png", false));
    assert!(sum("mirrored.png", true) < sum("mirrored.png", false));
}
