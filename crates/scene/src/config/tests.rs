//! The settings file as people write it, and the mistakes they make.

use super::*;
use crate::{
    Anchor, Background, Blend, Corners, Exposure, Fit, LayerSource, Length, Look, Margin, Play,
    SceneError, SourceSpec, Turn,
};
use backlot_media::{FrameRate, PixelFormat};
use proptest::prelude::*;
use std::path::Path;
use std::time::Duration;

fn parse(text: &str) -> Config {
    Config::parse(text).unwrap_or_else(|e| panic!("{:#?}\n{text}", e.all()))
}

/// Everything that is wrong with a text, a line each.
fn wrong(text: &str) -> Vec<String> {
    let issues = Config::parse(text).expect_err(text);
    issues.all().iter().map(ToString::to_string).collect()
}

const FULL: &str = r##"
[camera]
device = "/dev/video2"
size = "1920x1080"
fps = 29.97
controls = { brightness = 128, autofocus = false, power_line = "50 Hz" }

[[output]]
format = "NV12"
size = "640x480"
[[output]]
device = "pipewire:Studio"
fps = 15

[run]
scene = "office"
close_after = 2.5
viewers = "scan"
memory = "1.5 GB"

[matte]
model = "general"
quality = "fast"

[scene.office]
background = "office.jpg"
effects = ["hologram:ghost=0.5", "mirror"]
background_effects = "blur:5"
fit = "contain"
light_wrap = 0

[scene."two of me"]
whole_effects = ["mirror"]
[[scene."two of me".layer]]
source = "#204060"
[[scene."two of me".layer]]
source = "camera"
key = "person"
opacity = 0.5
decontaminate = 0.25
"##;

#[test]
fn a_full_file_is_read_completely() {
    let config = parse(FULL);
    assert_eq!(config.camera.device, "/dev/video2");
    assert_eq!(config.camera.size.to_string(), "1920x1080");
    assert_eq!(config.camera.rate.to_string(), "30000/1001");
    assert_eq!(config.camera.controls["brightness"], ControlValue::Number(128));
    assert_eq!(config.camera.controls["autofocus"], ControlValue::Switch(false));
    assert_eq!(config.camera.controls["power_line"], ControlValue::Entry("50 Hz".into()));
    assert_eq!(config.outputs.len(), 2);
    assert_eq!(config.outputs[0].format, PixelFormat::Nv12);
    assert_eq!(config.outputs[0].device, "auto");
    assert_eq!(config.outputs[1].rate.map(|r| r.to_string()), Some("15".into()));
    assert_eq!(config.outputs[1].size, None);
    assert_eq!(config.run.scene.as_deref(), Some("office"));
    assert_eq!(config.run.close_after, Duration::from_millis(2500));
    assert_eq!(config.run.viewers, ViewersRule::Scan);
    assert_eq!(config.run.memory, MemorySize(1_500_000_000));
    assert_eq!(
        config.matte,
        MatteConfig { model: "general".into(), quality: "fast".into(), ..MatteConfig::default() }
    );
}

#[test]
fn both_forms_of_scenes_become_scenes() {
    let config = parse(FULL);
    let names: Vec<_> = config.document.scenes.iter().map(|s| s.name.as_str()).collect();
    assert_eq!(names, ["office", "two of me"]);
    let office = config.document.scenes[0].form.scene();
    assert_eq!(office.layers[0].source, LayerSource::File("office.jpg".into()));
    assert_eq!(office.layers[0].fit, Fit::Contain);
    assert_eq!(office.layers[1].effects.len(), 2);
    assert_eq!(
        (office.layers[1].key.clone(), office.layers[1].edge.light_wrap),
        (Some(backlot_keys::person()), 0.0)
    );
    let layered = config.document.scenes[1].form.scene();
    assert_eq!(layered.layers.len(), 2);
    assert_eq!(layered.effects.len(), 1);
    assert_eq!(layered.layers[1].opacity, 0.5);
    assert_eq!(
        (layered.layers[1].key.clone(), layered.layers[1].edge.decontaminate),
        (Some(backlot_keys::person()), 0.25)
    );
    assert_eq!(layered.validate(), Ok(()));
}

#[test]
fn names_for_the_program_to_check_have_their_places() {
    let names: Vec<_> =
        parse(FULL).names.iter().map(|(place, name)| format!("{place} {name:?}")).collect();
    assert_eq!(names.len(), 2, "{names:?}");
    assert_eq!(names[0], "22:9 Model(\"general\")");
    assert_eq!(names[1], "26:14 File(\"office.jpg\")");
}

#[test]
fn an_empty_file_is_the_default() {
    let config = Config::default();
    assert_eq!(config.camera.device, "auto");
    assert_eq!(config.camera.rate, FrameRate::FPS_30);
    assert_eq!(config.outputs.len(), 1);
    assert_eq!(config.outputs[0].format, PixelFormat::Yuyv);
    assert_eq!(config.outputs[0].name, "Backlot");
    assert_eq!(config.run.close_after, Duration::from_secs(1));
    assert_eq!(config.run.memory, MemorySize(600_000_000));
    assert_eq!(config, parse(&commented_defaults()));
}

/// The commented file with the lines of one `#` uncommented.
fn uncommented() -> String {
    let text = commented_defaults();
    let lines = text.lines().filter_map(|line| match line.strip_prefix('#') {
        Some(rest) if rest.starts_with('#') => None,
        Some(rest) => Some(rest),
        None => Some(line),
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn every_line_of_the_commented_file_is_good_and_a_default_is_the_default() {
    let all = parse(&uncommented());
    assert_eq!(all.document.scenes.len(), 2);
    assert_eq!(all.run.scene.as_deref(), Some("calm"));
    let sections = sections();
    let defaults = |sections: &[SectionDef]| {
        let mut text = String::new();
        for section in sections {
            text += &format!("{}\n", section.head);
            for key in section.keys.iter().filter(|key| key.example.is_none()) {
                let default = key.default.iter();
                default.for_each(|value| text += &format!("{} = {value}\n", key.name));
            }
        }
        parse(&text)
    };
    assert_eq!(defaults(&sections[..4]), Config::default());
    let scene = sections.iter().find(|section| section.head == "[scene.calm]").unwrap();
    let [calm, bare] = [defaults(std::slice::from_ref(scene)), parse("[scene.calm]")];
    assert_eq!(calm.document, bare.document);
    assert!(commented_defaults().lines().all(|line| line.chars().count() <= 100));
}

#[test]
fn every_mistake_gets_a_place_and_a_reason() {
    for (text, expected) in [
        ("[camera]\nsiez = 1", "2:1: camera has no 'siez': did you mean 'size'?"),
        (
            "[obs_websocket]\nenabled = true",
            "2:11: obs_websocket.enabled needs a password: write password = \"…\" below it",
        ),
        (
            "[matte]\nzzz = 1",
            "2:1: matte has no 'zzz': it has model, quality, teacher_share, token_file, ca_file",
        ),
        ("camra = 1", "1:1: settings have no 'camra': did you mean 'camera'?"),
        ("camera = 1", "1:10: camera must be a section, not a number"),
        ("[camera]\nsize = 720", "2:8: camera.size must be text like \"1280x720\", not a number"),
        (
            "[camera]\nsize = \"big\"",
            "2:8: camera.size: 'big' is not a size: write WIDTHxHEIGHT, for example 1280x720",
        ),
        (
            "[output]\nfps = true",
            "2:7: output.fps must be frames per second, like 30 or 29.97, not true or false",
        ),
        (
            "[output]\nformat = \"yuyw\"",
            "2:10: output.format must be one of yuyv, yu12, nv12, not 'yuyw' (did you mean 'yuyv'?)",
        ),
        ("[run]\nclose_after = -1", "2:15: run.close_after must be seconds from 0 to 3600, not -1"),
        (
            "[run]\nclose_after = nan",
            "2:15: run.close_after must be seconds from 0 to 3600, not NaN",
        ),
        (
            "[scene.a]\nlight_wrap = 2",
            "2:14: scene.a.light_wrap must be a number from 0 to 1, not 2",
        ),
        (
            "[scene.a]\neffects = [3]",
            "2:12: scene.a.effects must be a list of texts like [\"hologram\", \"mirror\"], not a number",
        ),
        (
            "[scene.a]\nbackground = \"\"",
            "2:14: scene.a.background must be text in quotes, not empty",
        ),
        (
            "[camera]\ncontrols = { gain = 1.5 }",
            "2:21: camera.controls.gain must be a whole number, true, false or an entry's name, not a number",
        ),
        ("output = []", "1:10: there must be 1 to 16 outputs, not 0"),
        (
            "[scene.a]\nbackground = \"transparent\"",
            "2:14: scene.a.background: a virtual camera can't hold transparency",
        ),
        (
            "[[scene.a.layer]]\nsource = \"original\"",
            "2:10: scene.a, layer 1.source: write source = \"camera\"",
        ),
        (
            "[[scene.a.layer]]\nsource = \"blur:9\"",
            "2:10: scene.a, layer 1.source: write source = \"camera\" and effects = [\"blur:9\"]",
        ),
        (
            "[scene.a]\nlayer = 3",
            "2:9: scene.a.layer must be written [[scene.a.layer]] for each, not a number",
        ),
        (
            "scene.a.fit = \"cover\"\n[[scene.a.layer]]\nsource = \"camera\"",
            "1:9: scene.a has layers, so 'fit' means nothing here: remove it",
        ),
    ] {
        assert_eq!(wrong(text), [expected], "{text}");
    }
}

const STUDIO: &str = r##"
[source.desk]
camera = "/dev/video2"
size = "640x480"
fps = 15
[source.sky]
gradient = "navy,#204060"
[[output]]
scene = "studio"
[scene.inner]
background = "beach.jpg"
[[scene.studio.layer]]
id = "back"
name = "The sky"
source = "sky"
[[scene.studio.layer]]
source = "scene:inner"
place = { anchor = "bottom-right", width = "40%", margin = "2%" }
crop = { left = "10%", right = 20 }
turn = 90
mirror = true
opacity = 0.9
blend = "multiply"
corners = "12px"
border = { width = "1%", color = "#ff8800" }
shadow = {}
[[scene.studio.layer]]
id = "layer-1"
source = "desk"
key = "person"
place = { height = 200.5, margin = ["-5%", "10px"] }
corners = "circle"
visible = false
play = "hold"
"##;

#[test]
fn the_long_form_says_everything_about_a_layer() {
    let config = parse(STUDIO);
    let Document { sources, .. } = &config.document;
    let desk = &sources[&"desk".parse().unwrap()];
    assert!(
        matches!(desk, SourceSpec::Camera { device, size: Some(_), rate: Some(_) } if device == "/dev/video2")
    );
    assert_eq!(config.outputs[0].scene.as_deref(), Some("studio"));
    let scene = config.document.scene("studio").unwrap().form.scene();
    let [back, inner, desk] = &scene.layers[..] else { panic!("{scene:?}") };
    assert_eq!((back.id.as_str(), back.name.as_deref()), ("back", Some("The sky")));
    assert_eq!(back.source, LayerSource::Named("sky".parse().unwrap()));
    assert_eq!(inner.source, LayerSource::Scene("inner".into()));
    assert_eq!(inner.id.as_str(), "layer-2", "what has no id gets a free one");
    assert_eq!(
        (inner.place.anchor, inner.place.width),
        (Anchor::BottomRight, Some(Length::Percent(40.0)))
    );
    assert_eq!(inner.place.margin, Margin::Both(Length::Percent(2.0)));
    assert_eq!((inner.crop.left, inner.crop.right), (Length::Percent(10.0), Length::Plain(20.0)));
    assert_eq!((inner.turn, inner.mirror, inner.blend), (Turn::Right, true, Blend::Multiply));
    assert_eq!(inner.corners, Corners::Radius(Length::Pixels(12.0)));
    assert!(inner.border.is_some() && inner.shadow.is_some());
    assert_eq!(desk.place.height, Some(Length::Plain(200.5)));
    assert_eq!(desk.place.margin, Margin::Each(Length::Percent(-5.0), Length::Pixels(10.0)));
    assert_eq!((desk.corners, desk.visible, desk.play), (Corners::Circle, false, Play::Hold));
    assert_eq!(scene.validate(), Ok(()));
}

/// A layer with one more line, which is line 3.
fn with_line(line: &str) -> String {
    format!("[[scene.a.layer]]\nsource = \"camera\"\n{line}\n")
}

#[test]
fn every_mistake_in_a_layer_gets_a_place_and_a_reason() {
    let length = "must be a length from 0.1% to 400%, or from 1px to 10000px";
    for (line, expected) in [
        ("id = \"a b\"", "3:6: scene.a, layer 1.id: 'a b' can't be the id of a layer: use 1 to 64 letters, digits and '-'".to_owned()),
        ("name = \"a\\u0007b\"", "3:8: scene.a, layer 1.name must be text of 1 to 64 letters, not 'a b'".into()),
        ("place = 3", "3:9: scene.a, layer 1.place must be a table { … } of anchor, width, height, margin, not a number".into()),
        ("place = { width = \"nan%\" }", format!("3:19: scene.a, layer 1.place.width {length}, not 'nan%'")),
        ("place = { width = nan }", format!("3:19: scene.a, layer 1.place.width {length}, not 'NaN'")),
        ("place = { height = 1000000000 }", format!("3:20: scene.a, layer 1.place.height {length}, not 1000000000")),
        ("place = { wdth = 3 }", "3:11: scene.a, layer 1.place has no 'wdth': did you mean 'width'?".into()),
        (
            "place = { margin = [1, 2, 3] }",
            "3:20: scene.a, layer 1.place.margin must be a length from -100% to 100%, or from -10000px to 10000px, or a list of two, not a list of 3".into(),
        ),
        (
            "place = { anchor = \"top left\" }",
            "3:20: scene.a, layer 1.place.anchor must be one of top-left, top, top-right, left, center, right, bottom-left, bottom, bottom-right, not 'top left' (did you mean 'top-left'?)".into(),
        ),
        ("crop = { left = \"60%\", right = \"40%\" }", "3:8: scene.a, layer 1.crop: this takes everything off: leave at least 1%".into()),
        ("turn = 45", "3:8: scene.a, layer 1.turn must be one of 0, 90, 180, 270, not 45".into()),
        ("opacity = nan", "3:11: scene.a, layer 1.opacity must be a number from 0 to 1, not NaN".into()),
        ("blend = \"burn\"", "3:9: scene.a, layer 1.blend must be one of normal, multiply, screen, add, not 'burn'".into()),
        (
            "corners = \"round\"",
            "3:11: scene.a, layer 1.corners must be one of square, circle, or a length from 0% to 100%, or from 0px to 2000px, not 'round'".into(),
        ),
        ("border = { color = \"nocolor\" }", "3:20: scene.a, layer 1.border.color: 'nocolor' is not a colour: write #rrggbb or a CSS colour name like navy".into()),
        ("shadow = { opacity = 2 }", "3:22: scene.a, layer 1.shadow.opacity must be a number from 0 to 1, not 2".into()),
        ("visible = \"yes\"", "3:11: scene.a, layer 1.visible must be true or false, not text".into()),
        ("[[scene.a.layer]]\nid = \"x\"\nsource = \"navy\"\n[[scene.a.layer]]\nid = \"x\"\nsource = \"red\"",
            "7:6: scene.a, layer 3.id: 'x' is layer 2 already: give each its own id".into()),
    ] {
        assert_eq!(wrong(&with_line(line)), [expected], "{line}");
    }
}

#[test]
fn sources_are_one_thing_under_a_name_of_their_own() {
    for (text, expected) in [
        (
            "[source.navy]\ncolor = \"red\"",
            "1:9: source.navy: 'navy' already means a colour: give the source another name",
        ),
        (
            "[source.camera]\ncamera = \"auto\"",
            "1:9: source.camera: 'camera' already means the camera of the settings: give the source another name",
        ),
        (
            "[source.blur]\nset = \"aurora\"",
            "1:9: source.blur: 'blur' already means an effect on the room: give the source another name",
        ),
        (
            "[source.\"a b\"]\nset = \"aurora\"",
            "1:9: source.a b: 'a b' can't be the id of a source: use 1 to 64 letters, digits and '-'",
        ),
        ("[source.a]", "1:9: source.a: write exactly one of camera, file, color, gradient and set"),
        (
            "[source.a]\nset = \"aurora\"\nfile = \"b.jpg\"",
            "1:9: source.a: write exactly one of camera, file, color, gradient and set",
        ),
        (
            "[source.a]\nset = \"aurora\"\nfps = 30",
            "1:9: source.a: only a camera takes a size or fps: remove them",
        ),
        (
            "[source.a]\ngradient = \"red\"",
            "2:12: source.a.gradient: 'red' is not two colours: write for example navy,black",
        ),
        ("source = 3", "1:10: source must be a section, not a number"),
    ] {
        assert_eq!(wrong(text), [expected], "{text}");
    }
}

#[test]
fn scenes_within_scenes_end() {
    let showing =
        |name: &str, inner: &str| format!("[[scene.{name}.layer]]\nsource = \"scene:{inner}\"\n");
    let chain = |names: &str| -> String {
        let pairs = names.as_bytes().windows(2);
        pairs
            .map(|pair| showing(&char::from(pair[0]).to_string(), &char::from(pair[1]).to_string()))
            .collect()
    };
    for (text, expected) in [
        (
            chain("aa"),
            "2:10: scene.a, layer 1.source: the scene 'a' would show itself: choose another scene",
        ),
        (
            chain("aba"),
            "2:10: scene.a, layer 1.source: the scene 'a' would show itself: choose another scene",
        ),
        (
            chain("abcde") + "[scene.e]",
            "2:10: scene.a, layer 1.source: scenes may lie 4 deep inside one another at most, and those in 'a' would lie deeper: show an inner scene itself",
        ),
        (
            showing("a", "b").repeat(9) + &showing("b", "c").repeat(32) + "[scene.c]",
            "2:10: scene.a, layer 1.source: with the scenes in it, the scene 'a' has 873 layers: it may have 256 at most",
        ),
    ] {
        assert_eq!(wrong(&text)[0], expected, "{text}");
    }
    parse(&(chain("abcd") + "[scene.d]\nbackground = \"navy\""));
}

#[test]
fn more_than_the_limits_is_refused() {
    let layers = "[[scene.a.layer]]\nsource = \"navy\"\n".repeat(20_000);
    assert_eq!(wrong(&layers)[0], "1:1: scene.a must have 1 to 32 layers, not 20000");
    let name = "[scene.\"a\\u001bb\"]\n";
    assert_eq!(wrong(name), ["1:8: a scene's name must have 1 to 64 letters, not 'a b'"]);
    let effects = format!("effects = [{}]", "\"mirror\",".repeat(33));
    assert_eq!(
        wrong(&with_line(&effects)),
        ["3:11: scene.a, layer 1.effects: there may be at most 32 effects"]
    );
}

#[test]
fn scenes_that_the_text_lacks_are_left_to_whoever_knows_the_others() {
    let missing = "(did you mean 'off'?): write a section [scene.of]";
    for (text, expected) in [
        (
            "[run]\nscene = \"of\"\n[scene.off]",
            format!("2:9: run.scene: there is no scene 'of' {missing}"),
        ),
        (
            "[[output]]\n[[output]]\nscene = \"of\"\n[scene.off]",
            format!("3:9: output 2.scene: there is no scene 'of' {missing}"),
        ),
        (
            "[[scene.a.layer]]\nsource = \"scene:b\"",
            "2:10: scene.a, layer 1.source: there is no scene 'b': write a section [scene.b]"
                .into(),
        ),
    ] {
        let [(place, Name::Scene { said, .. })] = &parse(text).names[..] else { panic!("{text}") };
        assert_eq!(format!("{place}: {said}"), expected);
    }
    let ready = "[run]\nscene = \"lecture\"\n[output]\nscene = \"news\"\n[[scene.a.layer]]\nsource = \"scene:hologram\"";
    assert_eq!(parse(ready).names, []);
}

#[test]
fn ones_own_scenes_and_sources_come_before_the_ready_ones() {
    let plain = parse("");
    let news = plain.document.scene("news").unwrap().form.scene();
    assert_eq!((plain.document.own_scene("news"), plain.document.text().as_str()), (None, ""));
    let own = parse("[source.news]\ncamera = \"b\"\n[scene.lecture]\nbackground = \"navy\"");
    assert!(own.document.scene("lecture").unwrap().form.short_parts().is_some());
    assert_eq!(plain.document.shows_at_most(&news), Exposure::Person);
    assert_eq!(own.document.shows_at_most(&news), Exposure::Room, "its picture is a camera's now");
    let chosen = plain.choose(&Overrides::default(), Before::Nothing).unwrap().chosen;
    assert!(!chosen.is_named, "none is chosen unasked: {}", chosen.name);
}

#[test]
fn all_mistakes_are_reported_at_once_in_the_order_of_the_file() {
    let found = wrong("[run]\nviewers = 3\n[camera]\nfps = 0\nnope = 1\n[matte\nmodel = 5\n");
    let lines: Vec<_> = found.iter().map(|s| s.split(':').next().unwrap_or_default()).collect();
    assert!(lines.is_sorted() && lines.len() >= 4, "{found:#?}");
    assert!(lines.contains(&"2") && lines.contains(&"4") && lines.contains(&"6"), "{found:#?}");
}

#[test]
fn grammar_is_explained_in_one_line() {
    for text in ["[", "a = ", "a = 1\na = 2", "a = \"\n", "\u{0}", "a = 1e", "[a]\n[a]"] {
        for line in wrong(text) {
            assert!(!line.contains('\n') && line.len() < 300, "{line}");
        }
    }
}

#[test]
fn more_than_a_mebibyte_is_not_read() {
    let found = wrong(&"#".repeat(MOST_BYTES + 1));
    assert!(found[0].contains("1048577 bytes"), "{found:?}");
    assert_eq!(wrong(&"a=1\n".repeat(100_000)).len(), 100);
}

#[test]
fn files_are_relative_to_the_settings() {
    let text = "[matte]\nmodel = \"m.tflite\"\n[run]\npause_card = \"~/p.png\"\n[scene.a]\nbackground = \"a.jpg\"\n[[scene.b.layer]]\nsource = \"~/b.png\"\n[[scene.b.layer]]\nsource = \"/c.png\"";
    let config = parse(text).with_files_from(Path::new("/etc/b"), Some(Path::new("/users/me")));
    let files: Vec<_> = config
        .names
        .iter()
        .map(|(_, name)| match name {
            Name::File(path) | Name::Picture(path) => path.display().to_string(),
            Name::Model(model) => model.clone(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(
        files,
        ["/etc/b/m.tflite", "/users/me/p.png", "/etc/b/a.jpg", "/users/me/b.png", "/c.png"]
    );
    assert_eq!(config.matte.model, files[0]);
    for address in ["http://10.0.0.2:9000", "oip+grpc://pi:9001/v2/models/general"] {
        let text = format!("[matte]\nmodel = \"{address}\"");
        let config = parse(&text).with_files_from(Path::new("/etc/b"), None);
        assert_eq!(config.matte.model, address);
    }
    let source = |document: &Document| document.scenes[0].form.scene().layers[0].source.clone();
    assert_eq!(source(&config.placed_document()), LayerSource::File("/etc/b/a.jpg".into()));
    assert_eq!(source(&config.document), LayerSource::File("a.jpg".into()), "as it is written");
    let chosen = config.choose(&named("a"), Before::Nothing).unwrap().chosen;
    assert_eq!(chosen.scene.layers[0].source, LayerSource::File("/etc/b/a.jpg".into()));
    let look = Look { background: "b.jpg".parse().ok(), ..Look::default() };
    let given = Overrides { look, ..named("a") };
    let chosen = config.choose(&given, Before::Nothing).unwrap().chosen;
    let expected = LayerSource::File("b.jpg".into());
    assert_eq!(chosen.scene.layers[0].source, expected, "that of the command line is its own");
}

#[test]
fn the_command_line_comes_first() {
    let given = Overrides {
        camera: Some("presenter".into()),
        outputs: vec!["pipewire:Studio".into(), "/dev/video10".into()],
        size: Some("320x240".parse().unwrap()),
        scene: Some("two of me".into()),
        look: Look { person_effects: vec!["mirror".parse().unwrap()], ..Look::default() },
        ..Overrides::default()
    };
    let config = parse(FULL).overridden_by(&given);
    assert_eq!(config.camera.device, "presenter");
    assert_eq!(config.camera.size.to_string(), "320x240");
    assert_eq!(config.outputs[0].rate.map(|r| r.to_string()), Some("15".into()));
    assert_eq!(config.outputs[1].size.map(|s| s.to_string()), Some("320x240".into()));
    let chosen = config.choose(&given, Before::Nothing).unwrap().chosen;
    assert_eq!(chosen.name, "two of me");
    assert_eq!(chosen.scene.layers[1].effects, given.look.person_effects);
    assert_eq!(parse(FULL).overridden_by(&Overrides::default()), parse(FULL));
}

/// The name of the scene that a file's text leads to, or the error, and whether that is explained.
fn choice(text: &str, given: &Overrides, before: Before<'_>) -> (String, bool) {
    match parse(text).choose(given, before) {
        Ok(choice) => (choice.chosen.name, choice.note.is_some()),
        Err(error) => (error.to_string(), false),
    }
}

fn named(name: &str) -> Overrides {
    Overrides { scene: Some(name.to_owned()), ..Overrides::default() }
}

fn look(look: Look) -> Overrides {
    Overrides { look, ..Overrides::default() }
}

#[test]
fn the_scene_is_the_named_one_or_the_last_or_the_first() {
    let two = "[scene.b]\n[scene.a]";
    let told = format!("[run]\nscene = \"b\"\n{two}");
    let (none, last) = (Overrides::default(), Before::Used("a", None));
    for (text, given, before, name) in [
        ("", &none, Before::Nothing, "default"),
        (two, &none, Before::Nothing, "b"),
        (two, &none, last, "a"),
        (&told, &none, last, "b"),
        (&told, &named("a"), last, "a"),
        (two, &named("default"), last, "default"),
    ] {
        assert_eq!(choice(text, given, before), (name.to_owned(), false), "{text}");
    }
    let (error, _) = choice(two, &named("c"), last);
    assert!(error.starts_with("there is no scene 'c'"), "{error}");
}

const ROOM: &str = "[[scene.room.layer]]\nsource = \"camera\"\n";
const CARD: &str = "[[scene.card.layer]]\nsource = \"navy\"\n";

#[test]
fn a_scene_that_shows_the_room_is_never_fallen_back_to() {
    let none = Overrides::default();
    let told = format!("[run]\nscene = \"room\"\n{ROOM}");
    let both = format!("{ROOM}[scene.b]\nbackground = \"blur\"\n[scene.a]\n");
    for (text, before, name, explained) in [
        // By its name it is.
        (&told, Before::Nothing, "room", false),
        (&both, Before::Used("room", None), "room", false),
        // By its place it is not.
        (&ROOM.to_owned(), Before::Nothing, "default", true),
        (&both, Before::Nothing, "b", true),
        (&ROOM.to_owned(), Before::Used("gone", None), "default", true),
        (&ROOM.to_owned(), Before::Used("gone", Some(Exposure::Veiled)), "default", true),
        (&both, Before::Used("gone", None), "a", true),
        (&both, Before::Used("gone", Some(Exposure::Person)), "a", true),
        (&both, Before::Used("gone", Some(Exposure::Veiled)), "b", true),
        (&String::new(), Before::Used("gone", None), "default", true),
    ] {
        assert_eq!(choice(text, &none, before), (name.to_owned(), explained), "{before:?} {text}");
    }
    assert_eq!(choice(ROOM, &named("room"), Before::Nothing).0, "room");
}

#[test]
fn the_last_scene_is_replaced_by_nothing_that_shows_more() {
    let none = Overrides::default();
    for shown in [Exposure::Nothing, Exposure::Person, Exposure::Veiled] {
        let files = ["", ROOM, "[scene.b]\nbackground = \"blur\"", "[scene.a]", CARD];
        for text in files.iter().flat_map(|a| files.map(|b| format!("{a}\n{b}"))) {
            let Ok(config) = Config::parse(&text) else { continue };
            let chosen = config.choose(&none, Before::Used("gone", Some(shown))).unwrap().chosen;
            assert!(chosen.scene.shows_at_most() <= shown, "{shown:?}: {chosen:?}\n{text}");
        }
    }
}

#[test]
fn a_running_scene_that_vanished_stays_until_another_is_chosen() {
    let given = Overrides::default();
    let choose = |text: &str, before: Before<'_>| parse(text).choose(&given, before).unwrap();
    let calm = choose("[scene.calm]\nbackground = \"navy\"", Before::Nothing).chosen;
    let renamed = format!("{ROOM}[scene.quiet]\nbackground = \"navy\"");
    for text in [&renamed, ROOM, "", "[scene.quiet]\nbackground = \"red\""] {
        let choice = choose(text, Before::Running(&calm));
        assert_eq!(choice.chosen, calm, "{text}");
        assert!(choice.note.unwrap().contains("'calm' is gone"), "{text}");
    }
    // Under a name on the command line too.
    let given = named("calm");
    let choice = parse(ROOM).choose(&given, Before::Running(&calm)).unwrap();
    assert_eq!(choice.chosen, calm);
    // Another is chosen by its name, and the old one may come back.
    let other = choose(&format!("[run]\nscene = \"quiet\"\n{renamed}"), Before::Running(&calm));
    assert_eq!((other.chosen.name.as_str(), other.note), ("quiet", None));
    let back = choose("[scene.calm]\nbackground = \"red\"", Before::Running(&calm));
    assert_eq!((back.chosen.scene == calm.scene, back.note), (false, None));
}

#[test]
fn the_built_in_scene_gives_way_to_what_shows_no_more() {
    let given = Overrides::default();
    let choose = |text: &str, before: Before<'_>| parse(text).choose(&given, before).unwrap();
    let built_in = choose("", Before::Nothing).chosen;
    let choice = choose(&format!("{ROOM}[scene.a]"), Before::Running(&built_in));
    assert_eq!((choice.chosen.name.as_str(), choice.note), ("a", None));
    for text in [ROOM, "[scene.a]\nbackground = \"blur\"", &ROOM.replace("room", "default")] {
        let choice = choose(text, Before::Running(&built_in));
        assert_eq!(choice.chosen, built_in, "{text}");
        assert!(choice.note.unwrap().contains("shows more"), "{text}");
    }
    assert_eq!(choose("", Before::Running(&built_in)).note, None);
}

#[test]
fn the_command_line_changes_a_scene() {
    let background = Some(Background::Set("bokeh".into()));
    let given = look(Look { background, ..Look::default() });
    let scene = parse(FULL).choose(&given, Before::Nothing).unwrap().chosen.scene;
    assert_eq!(scene.layers[0].source, LayerSource::Set("bokeh".into()));
    assert_eq!(scene.layers[1].effects.len(), 2);
    // Effects go to whoever appears, and are refused where nobody does.
    let person_effects = vec!["mirror".parse().unwrap()];
    let given =
        Overrides { look: Look { person_effects, ..Look::default() }, ..named("two of me") };
    let scene = parse(FULL).choose(&given, Before::Nothing).unwrap().chosen.scene;
    assert_eq!(scene.layers[0].source.clone(), LayerSource::Color("#204060".parse().unwrap()));
    assert_eq!(scene.layers[1].effects, given.look.person_effects);
    let given = Overrides { scene: Some("card".into()), ..given };
    let error = parse(CARD).choose(&given, Before::Nothing).unwrap_err();
    assert_eq!(error, SceneError::NoPerson);
}

#[test]
fn mirroring_is_of_the_whole_picture_and_leaves_the_scene_as_it_is() {
    for scene in ["office", "two of me"] {
        let given = Overrides { scene: Some(scene.into()), ..Overrides::default() };
        let choose =
            |given: &Overrides| parse(FULL).choose(given, Before::Nothing).unwrap().chosen.scene;
        let (plain, mirrored) = (
            choose(&given),
            choose(&Overrides { look: Look { mirror: true, ..Look::default() }, ..given.clone() }),
        );
        assert_eq!(mirrored.layers, plain.layers, "{scene}");
        let (last, before) = mirrored.effects.split_last().unwrap();
        assert_eq!((last.def().name, before), ("mirror", &plain.effects[..]), "{scene}");
    }
}

#[test]
fn the_original_room_is_shown_when_the_command_line_names_it() {
    for text in ["", "[scene.a]\nbackground = \"navy\""] {
        let background = Some(Background::Original);
        let given = look(Look { background: background.clone(), ..Look::default() });
        let choice = parse(text).choose(&given, Before::Nothing).unwrap();
        assert_eq!(choice.chosen.scene.shows_at_most(), Exposure::Room, "{text}");
        assert_eq!(choice.note, None, "{text}");
        let person_effects = vec!["hologram".parse().unwrap()];
        let given = look(Look { background, person_effects, ..Look::default() });
        let scene = parse(text).choose(&given, Before::Nothing).unwrap().chosen.scene;
        assert_eq!(scene.layers[1].effects, given.look.person_effects, "the person in the room");
    }
}

#[test]
fn what_is_remembered_survives_being_written() {
    let scene = Some("a \"b\"\n".to_owned());
    let mut state = State { scene, shows: Some(Exposure::Veiled), ..State::default() };
    let controls = Controls::from([
        ("gain".to_owned(), ControlValue::Number(-3)),
        ("focus".to_owned(), ControlValue::Switch(true)),
        ("power".to_owned(), ControlValue::Entry("50 Hz".into())),
    ]);
    state.cameras.insert("usb-046d [x]".into(), controls);
    assert_eq!(State::parse(&state.text()), Ok(state.clone()));
    assert_eq!(State::parse(&State::default().text()), Ok(State::default()));
    assert_eq!(State::parse("later = 1"), Ok(State::default()));
    assert!(State::parse("scene = 3").is_err());
}

/// Scraps of settings files, right and wrong.
fn scraps() -> impl Strategy<Value = String> {
    let words = [
        "[camera]\n",
        "[[output]]\n",
        "[output]\n",
        "[run]\n",
        "[scene.a]\n",
        "[[scene.a.layer]]\n",
        "[scene]\n",
        "size",
        "fps",
        "effects",
        "source",
        "layer",
        "controls",
        " = ",
        "\"",
        "'",
        "[",
        "]",
        "{",
        "}",
        ",",
        "\n",
        "3",
        "-1.5e9",
        "nan",
        "true",
        "\"camera\"",
        "\"blur:2\"",
        "0x",
        "1979-05-27",
        "\"\"\"",
        "ä",
        "\u{0}",
        "#",
        ".",
        "scene.a.layer.b = 1\n",
        "\r",
    ];
    proptest::collection::vec(proptest::sample::select(words.to_vec()), 0..40)
        .prop_map(|words| words.concat())
}

proptest! {
    #[test]
    fn no_text_panics_and_every_issue_lies_in_it(text in prop_oneof![scraps(), ".{0,200}", "(?s).{0,200}"]) {
        if let Err(issues) = Config::parse(&text) {
            let lines = text.split('\n').count() as u32;
            for issue in issues.all() {
                prop_assert!((1..=lines).contains(&issue.place.line), "{issue}");
                prop_assert!(!issue.message.contains('\n'), "{issue}");
            }
        }
        let _ = State::parse(&text);
    }
}
