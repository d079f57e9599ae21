//! The settings file as people write it, and the mistakes they make.

use super::*;
use crate::{Background, Exposure, Fit, Key, LayerSource, Look, SceneError};
use proptest::prelude::*;

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
    assert_eq!(config.matte, MatteConfig { model: "general".into(), quality: "fast".into() });
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
    assert_eq!((office.layers[1].key, office.layers[1].edge.light_wrap), (Some(Key::Person), 0.0));
    let layered = config.document.scenes[1].form.scene();
    assert_eq!(layered.layers.len(), 2);
    assert_eq!(layered.effects.len(), 1);
    assert_eq!(layered.layers[1].opacity, 0.5);
    assert_eq!(
        (layered.layers[1].key, layered.layers[1].edge.decontaminate),
        (Some(Key::Person), 0.25)
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
    let defaults = |sections: &[&define::SectionDef]| {
        let mut text = String::new();
        for section in sections {
            text += &format!("{}\n", section.head);
            for key in section.keys.iter().filter(|key| key.is_default) {
                text += &format!("{} = {}\n", key.name, key.value);
            }
        }
        parse(&text)
    };
    assert_eq!(defaults(&define::SECTIONS[..4]), Config::default());
    let [calm, bare] = [defaults(&[&define::SCENE]), parse("[scene.calm]")];
    assert_eq!(calm.document, bare.document);
    assert!(commented_defaults().lines().all(|line| line.chars().count() <= 100));
}

#[test]
fn every_mistake_gets_a_place_and_a_reason() {
    for (text, expected) in [
        ("[camera]\nsiez = 1", "2:1: camera has no 'siez': did you mean 'size'?"),
        ("[matte]\nzzz = 1", "2:1: matte has no 'zzz': it has model, quality"),
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
            "[run]\nscene = \"of\"\n[scene.off]",
            "2:9: run.scene: there is no scene 'of' (did you mean 'off'?): write a section [scene.of]",
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
            "2:21: camera.controls: 'gain' must be a whole number, true, false or an entry's name, not a number",
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
    let text = "[matte]\nmodel = \"m.tflite\"\n[scene.a]\nbackground = \"a.jpg\"\n[[scene.b.layer]]\nsource = \"~/b.png\"\n[[scene.b.layer]]\nsource = \"/c.png\"";
    let config = parse(text).with_files_from(Path::new("/etc/b"), Some(Path::new("/users/me")));
    let files: Vec<_> = config
        .names
        .iter()
        .map(|(_, name)| match name {
            Name::File(path) => path.display().to_string(),
            Name::Model(model) => model.clone(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(files, ["/etc/b/m.tflite", "/etc/b/a.jpg", "/users/me/b.png", "/c.png"]);
    assert_eq!(config.matte.model, files[0]);
    let scene = config.document.scenes[0].form.scene();
    assert_eq!(scene.layers[0].source, LayerSource::File("/etc/b/a.jpg".into()));
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
