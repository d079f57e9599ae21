//! The ready scenes: each is drawn, and gives way to one's own.

use crate::common::{Desk, pixels, text};
use std::fs;

fn names(desk: &Desk) -> Vec<String> {
    let listed = desk.ok("scenes --json").stdout;
    let listed: serde_json::Value = serde_json::from_slice(&listed).expect("JSON");
    let scenes = listed.as_array().expect("a list").iter();
    scenes.map(|scene| scene["name"].as_str().expect("a name").to_owned()).collect()
}

#[test]
fn each_ready_scene_is_drawn() {
    let (desk, said) = (Desk::new(), text(Desk::new().ok("scenes").stdout));
    let names = names(&desk);
    assert_eq!(said.lines().count(), names.len());
    for wanted in [
        "weather-map",
        "picture-in-picture",
        "head-in-circle",
        "two-cameras",
        "be-right-back",
        "green-screen",
    ] {
        assert!(names.iter().any(|name| name == wanted), "{wanted}");
    }
    fs::write(desk.path("s.toml"), "").unwrap();
    let mut pictures = Vec::new();
    for name in &names {
        assert!(said.lines().any(|line| line.starts_with(name)), "{name}: {said}");
        desk.ok(&format!(
            "render presenter:noise=0 -o {name}.png --scene {name} --size 320x180 --settings s.toml"
        ));
        let picture = pixels(desk.path(&format!("{name}.png")));
        assert!(!pictures.contains(&picture), "{name} looks like another");
        let (darkest, lightest) = picture
            .pixels()
            .fold((255, 0), |(low, high), pixel| (low.min(pixel.0[1]), high.max(pixel.0[1])));
        assert!(lightest > darkest + 80, "{name} is empty: {darkest} to {lightest}");
        pictures.push(picture);
    }
}

#[test]
fn ones_own_come_first_and_begin_with_a_ready_one() {
    let desk = Desk::new();
    fs::create_dir(desk.path("scenes")).unwrap();
    fs::write(desk.path("s.toml"), "[source.film]\ncolor = \"red\"\n").unwrap();
    let corner = |name: &str| {
        desk.ok(&format!("render presenter:noise=0 -o {name}.png --scene {name} --size 320x180 --settings s.toml --force"));
        pixels(desk.path(&format!("{name}.png"))).get_pixel(2, 2).0
    };
    let red = corner("picture-in-picture");
    assert!(red[0] > 200 && red[1] < 60, "one's own source: {red:?}");

    let shown = text(desk.ok("scene show picture-in-picture --settings s.toml").stdout);
    assert!(shown.contains("color = \"red\"") && shown.contains("[[layer]]"), "{shown}");
    let mine = shown
        .replace("\"picture-in-picture\"", "\"mine\"")
        .replace("source = \"film\"", "source = \"lime\"");
    fs::write(desk.path("scenes/mine.toml"), mine).unwrap();
    assert_eq!(corner("mine")[0..3], [0, 255, 0], "a copy");
    fs::write(
        desk.path("scenes/pip.toml"),
        shown.replace("source = \"film\"", "source = \"blue\""),
    )
    .unwrap();
    let blue = corner("picture-in-picture");
    assert!(blue[2] > 200 && blue[0] < 60, "one's own scene of its name: {blue:?}");
    let said = text(desk.ok("validate s.toml").stdout);
    assert!(!said.contains("was edited"), "nothing of the settings is shadowed: {said}");
    desk.ok("scene revert picture-in-picture --settings s.toml");
    assert_eq!(corner("picture-in-picture"), red);

    let all = "[run]\nscene = \"mine\"\n[output]\nscene = \"news\"\n[[scene.a.layer]]\nsource = \"scene:mine\"\n\
        [[scene.a.layer]]\nsource = \"scene:be-right-back\"\nplace = { width = \"20%\" }\n";
    fs::write(desk.path("s.toml"), all).unwrap();
    desk.ok("validate s.toml");
    assert_eq!(corner("a")[0..3], [0, 255, 0], "a scene of a file in one of the settings");
    desk.ok("scene export a a.tar --settings s.toml");
    desk.ok("scene export green-screen g.tar --settings s.toml");
    fs::create_dir(desk.path("other")).unwrap();
    fs::write(desk.path("other/s.toml"), "").unwrap();
    desk.ok("scene import a.tar --settings other/s.toml");
    assert_eq!(desk.names("other/scenes"), ["a.toml", "be-right-back.toml", "mine.toml"]);
    desk.ok("scene import g.tar --settings other/s.toml");
    fs::remove_file(desk.path("scenes/mine.toml")).unwrap();
    let ended = desk.run("validate s.toml");
    let lines: Vec<_> = ended.stderr.lines().collect();
    assert!(lines[0].starts_with("s.toml:2:9: run.scene: there is no scene 'mine'"), "{lines:?}");
    assert!(
        lines[1].starts_with("s.toml:6:10: scene.a, layer 1.source: there is no scene 'mine'"),
        "{lines:?}"
    );
}
