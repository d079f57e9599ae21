//! What can be read can be written back, with values as they were written.

use super::Config;
use proptest::prelude::*;

/// Values of each key of a layer, as they may be written.
const LAYER: [&[&str]; 17] = [
    &["name = \"Me\"", "name = \"ä \\\"b\\\" #\""],
    &[
        "place = { width = \"40%\" }",
        "place = { anchor = \"top-left\", height = 120, margin = \"2.5%\" }",
        "place = { width = \"33.3%\", height = \"120px\", margin = [\"-1%\", 8] }",
    ],
    &[
        "crop = { left = \"10%\" }",
        "crop = { right = \"0%\" }",
        "crop = { left = 3, top = \"4px\", right = \"0.1%\", bottom = 2 }",
    ],
    &["fit = \"contain\"", "fit = \"stretch\""],
    &["turn = 90", "turn = 270"],
    &["mirror = true"],
    &["key = \"person\""],
    &["decontaminate = 0.1"],
    &["light_wrap = 0", "light_wrap = 0.7"],
    &["effects = [\"blur:20\", \"hologram:ghost=0.5\"]"],
    &["opacity = 0.35"],
    &["blend = \"multiply\"", "blend = \"add\""],
    &["corners = \"circle\"", "corners = \"12px\"", "corners = 3"],
    &["border = {}", "border = { width = 2, color = \"#ff8800\" }"],
    &["shadow = {}", "shadow = { blur = \"1%\", x = -3, opacity = 0.25, color = \"#203040\" }"],
    &["visible = false"],
    &["play = \"once\"", "play = \"hold\""],
];

/// Sources, and whether they are cameras, which alone are cut out.
const SOURCES: [(&str, bool); 9] = [
    ("source = \"camera\"", true),
    ("source = \"#102030\"", false),
    ("source = \"gradient:#102030,#405060\"", false),
    ("source = \"~/beach.jpg\"", false),
    ("source = \"a b/c.mp4\"", false),
    ("source = \"aurora\"", false),
    ("source = \"desk\"", true),
    ("source = \"sky\"", false),
    ("source = \"scene:two of me\"", false),
];

const HEAD: &str = "\
[camera]
device = \"presenter:seed=3\"
size = \"1920x1080\"
fps = 29.97
controls = { autofocus = false, brightness = 128, power_line = \"50 Hz\" }

[[output]]
scene = \"a\"
format = \"nv12\"

[[output]]
device = \"pipewire:Studio\"
fps = 12.5
name = \"Studio\"

[run]
scene = \"two of me\"
close_after = 2.5
viewers = \"scan\"
away = \"two of me:30\"
pause_card = \"Back at 3.30\"
memory = \"1.5GB\"

[matte]
model = \"general\"
quality = \"fast\"

[desktop]
tray = false
notifications = false
pause_on_lock = false

[obs_websocket]
enabled = true
port = 4456
password = \"a # b\"

[panel]
enabled = false
port = 4457

[preview]
opens_camera = false

[source.desk]
camera = \"/dev/video2\"
size = \"640x480\"
fps = 15

[source.sky]
gradient = \"#102030,#405060\"

[scene.\"two of me\"]
background = \"blur:20\"
effects = [\"hologram:ghost=0.5\", \"mirror\"]
background_effects = [\"mosaic\"]
whole_effects = [\"mirror\"]
fit = \"contain\"
decontaminate = 0.5
light_wrap = 0.2
";

fn layers() -> impl Strategy<Value = String> {
    let picks = proptest::collection::vec(proptest::option::of(0..3_usize), LAYER.len());
    let layer = (0..SOURCES.len(), picks);
    proptest::collection::vec(layer, 1..6).prop_map(|layers| {
        let mut text = String::new();
        for (index, (source, picks)) in layers.iter().enumerate() {
            text += &format!("\n[[scene.a.layer]]\nid = \"l{index}\"\n");
            let (source, is_camera) = SOURCES[*source];
            let fits = |lines: &[&str]| is_camera || !lines[0].starts_with("key");
            let picked = picks.iter().zip(LAYER).filter(|(_, lines)| fits(lines));
            let lines = picked.filter_map(|(pick, lines)| Some(lines[(*pick)? % lines.len()]));
            let mut lines: Vec<_> = lines.collect();
            let name = usize::from(lines.first().is_some_and(|line| line.starts_with("name")));
            lines.insert(name, source);
            text += &(lines.join("\n") + "\n");
        }
        text
    })
}

#[test]
fn an_empty_file_stays_empty() {
    assert_eq!(Config::default().text(), "");
}

proptest! {
    #[test]
    fn what_is_read_is_written_as_it_was(layers in layers()) {
        let text = format!("{HEAD}{layers}");
        let config = Config::parse(&text).unwrap_or_else(|e| panic!("{e}\n{text}"));
        let written = config.text();
        prop_assert_eq!(&written, &text.replace("1.5GB", "1500MB"));
        let again = Config::parse(&written).unwrap_or_else(|e| panic!("{e}\n{written}"));
        prop_assert_eq!(again.document, config.document);
    }
}
