//! Scenes of layers that can't be: refused in one sentence with its place, or shown as far as they go.

use crate::common::{Desk, pixels};
use std::fs;

/// What is wrong with settings, and where.
const REFUSED: &[(&str, &str, &str)] = &[
    ("[[scene.a.layer]]\nsource = \"scene:a\"", "2:10", "would show itself"),
    (
        "[[scene.a.layer]]\nsource = \"scene:b\"\n[scene.b]\nlayer = [{ source = \"scene:c\" }]\n[scene.c]\n\
         layer = [{ source = \"scene:a\" }]",
        "2:10",
        "the scene 'a' would show itself",
    ),
    ("[[scene.a.layer]]\nsource = \"scene:nowhere\"", "2:10", "there is no scene 'nowhere'"),
    ("[[scene.a.layer]]\nsource = \"hyperspaec\"", "2:10", "did you mean 'hyperspace'?"),
    (
        "[[scene.a.layer]]\nsource = \"camera\"\nplace = { width = 1000000000 }",
        "3:19",
        "not 1000000000",
    ),
    ("[[scene.a.layer]]\nsource = \"camera\"\ncrop = { left = \"nan%\" }", "3:17", "not 'nan%'"),
    ("[[scene.a.layer]]\nsource = \"camera\"\nopacity = inf", "3:11", "not inf"),
    (
        "[[scene.a.layer]]\nid = \"x\"\nsource = \"red\"\n[[scene.a.layer]]\nid = \"x\"\nsource = \"navy\"",
        "5:6",
        "'x' is layer 1 already",
    ),
    (
        "[[scene.a.layer]]\nsource = \"aurora\"\nkey = \"person\"",
        "3:7",
        "only a camera is cut out, and the layer 'layer-1' shows 'aurora': remove its key",
    ),
    (
        "[[scene.a.layer]]\nsource = \"sky\"\nkey = \"chroma\"\n[source.sky]\nset = \"aurora\"",
        "3:7",
        "shows 'sky': remove its key",
    ),
    ("[[scene.a.layer]]\nsource = \"x\\u001b[31m\\u009b7m\"", "2:10", "no source 'x [31m 7m'"),
    ("[scene.\"a\\u001b]0;b\\u0007\"]", "1:8", "not 'a ]0;b '"),
    ("[source.\"a\\u001b[31m\"]\ncamera = \"a\"", "1:9", "can't be the id of a source"),
    ("[[scene.a.layer]]\nsource = \"./\\u001b[31m.png\"", "2:10", ".png' does not exist"),
];

#[test]
fn each_is_refused_in_a_sentence_with_its_place() {
    let desk = Desk::new();
    for (settings, place, words) in REFUSED {
        fs::write(desk.path("s.toml"), settings).unwrap();
        let ended = desk.run("validate s.toml");
        let said = ended.stderr.lines().next().unwrap_or_default();
        assert_eq!(ended.code, Some(1), "{said}");
        assert!(said.starts_with(&format!("s.toml:{place}: ")) && said.contains(words), "{said}");
        assert!(!said.contains(char::is_control), "{said:?}");
        for command in ["snapshot --camera presenter", "render presenter"] {
            let said = desk
                .refused(&format!("{command} -o out.png --size 64x36 --scene a --settings s.toml"));
            assert!(said.contains(words), "{command}: {said}");
            assert!(!said.contains(char::is_control), "{said:?}");
        }
        assert_eq!(desk.names("."), ["s.toml"], "{words}");
    }
}

#[test]
fn a_million_layers_are_refused_at_once() {
    let desk = Desk::new();
    let layer = "[[scene.a.layer]]\nsource = \"navy\"\n";
    let head = "version = 1\nname = \"a\"\n";
    fs::create_dir(desk.path("scenes")).unwrap();
    for (count, words) in [(1_000_000, "1048576"), (30_000, "1 to 32 layers, not 30000")] {
        fs::write(desk.path("s.toml"), layer.repeat(count)).unwrap();
        let said = desk.refused("validate s.toml");
        assert!(said.starts_with("s.toml:1:1: ") && said.contains(words), "{said}");
        let file = layer.replace("scene.a.", "").repeat(count);
        fs::write(desk.path("s.toml"), "").unwrap();
        fs::write(desk.path("scenes/a.toml"), format!("{head}{file}")).unwrap();
        let said = desk.refused("validate s.toml");
        assert!(said.starts_with("scenes/a.toml:") && said.contains(words), "{said}");
        fs::remove_file(desk.path("scenes/a.toml")).unwrap();
    }
}

#[test]
fn a_key_is_known_to_be_wrong_where_the_source_is_declared_elsewhere() {
    let desk = Desk::new();
    fs::create_dir(desk.path("scenes")).unwrap();
    let scene = "version = 1\nname = \"a\"\n[[layer]]\nsource = \"desk\"\nkey = \"person\"\n";
    fs::write(desk.path("scenes/a.toml"), scene).unwrap();
    fs::write(desk.path("s.toml"), "[source.desk]\ncamera = \"presenter\"\n").unwrap();
    desk.ok("validate s.toml");
    fs::write(desk.path("s.toml"), "[source.desk]\ncolor = \"navy\"\n").unwrap();
    let said = desk.refused("validate s.toml");
    assert!(said.starts_with("scenes/a.toml:5:7: the scene, layer 1.key: only a camera"), "{said}");
}

#[test]
fn a_camera_that_is_not_there_is_a_card_in_its_layer() {
    let desk = Desk::new();
    let scene = |source: &str| {
        let back = format!("[[scene.{source}.layer]]\nsource = \"navy\"\n");
        let place = "place = { anchor = \"right\", width = \"50%\" }";
        format!("{back}[[scene.{source}.layer]]\nsource = \"{source}\"\n{place}\n")
    };
    let scenes = scene("desk") + &scene("camera");
    fs::write(desk.path("s.toml"), format!("[source.desk]\ncamera = \"/dev/video99\"\n{scenes}"))
        .unwrap();
    desk.ok("validate s.toml");
    desk.ok("run --camera presenter --settings s.toml --scene desk --output none -t 1");
    for command in ["render presenter", "snapshot --camera presenter"] {
        let drawn = |scene: &str| {
            let name = format!("{scene}.png");
            desk.ok(&format!(
                "{command} -o {name} --size 320x180 --scene {scene} --settings s.toml --force"
            ));
            pixels(desk.path(&name))
        };
        let [card, camera] = ["desk", "camera"].map(drawn);
        let is_navy = |x: u32, y: u32| {
            card.get_pixel(x, y).0[..3].iter().zip([0, 0, 128]).all(|(a, b)| a.abs_diff(b) < 8)
        };
        assert!((0..160).step_by(7).all(|x| is_navy(x, 90)), "{command}: the rest goes on");
        let differs = |(x, y): (u32, u32)| card.get_pixel(x, y) != camera.get_pixel(x, y);
        assert!(
            !is_navy(240, 60) && [(200, 60), (240, 90), (300, 120)].into_iter().any(differs),
            "{command}: a card"
        );
    }
}
