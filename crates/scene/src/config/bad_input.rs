//! Scenes of layers as nobody should write them: each is refused in a sentence with its place.

use super::{Config, MOST_BYTES, Name, SceneFile};
use crate::form::Takes;
use crate::{LAYER_PROPERTIES, LayerSource, Scene};
use backlot_media::Size;

/// Everything that is wrong with settings, a line each.
fn wrong(text: &str) -> Vec<String> {
    let issues = Config::parse(text).expect_err(text);
    issues.all().iter().map(ToString::to_string).collect()
}

/// Everything that is wrong with a scene's file.
fn wrong_file(text: &str) -> Vec<String> {
    let issues = SceneFile::parse(text).expect_err(text);
    issues.all().iter().map(ToString::to_string).collect()
}

#[test]
fn far_too_many_layers_are_one_mistake() {
    let most = "must have 1 to 32 layers, not";
    let tables = |count: usize| "[[scene.a.layer]]\nsource = \"navy\"\nid = \"x\"\n".repeat(count);
    let found = wrong(&tables(20_000));
    assert_eq!(found[0], format!("1:1: scene.a {most} 20000"));
    assert!(found.len() <= 100, "{}", found.len());
    let inline =
        |count: usize| format!("scene.a.layer = [{}]", "{source=\"camera\"},".repeat(count));
    assert_eq!(wrong(&inline(50_000)), [format!("1:17: scene.a {most} 50000")]);
    assert_eq!(wrong(&inline(33)), [format!("1:17: scene.a {most} 33")]);
    let file = format!("name = \"a\"\n{}", "[[layer]]\nsource = \"navy\"\n".repeat(40_000));
    assert_eq!(wrong_file(&file), [format!("2:1: the scene {most} 40000")]);
    let million = inline(1_000_000);
    let bytes = format!(
        "1:1: the file has {} bytes: a settings file may have {MOST_BYTES} at most",
        million.len()
    );
    assert_eq!(wrong(&million), [bytes]);
    assert_eq!(wrong_file(&million).len(), 1);
    let deep = format!("scene.a.layer = {}{}", "[".repeat(200_000), "]".repeat(200_000));
    assert!(wrong(&deep).iter().all(|said| said.len() < 500), "brackets");
}

/// What a property of a layer may be given, with `value` in each place that takes one.
fn with_value(name: &str, takes: &Takes, value: &str) -> Vec<String> {
    let mut lines = vec![format!("{name} = {value}"), format!("{name} = [{value}, {value}]")];
    let mut fields = |takes: &Takes| {
        if let Takes::Table(fields) = takes {
            for field in *fields {
                lines.push(format!("{name} = {{ {} = {value} }}", field.name));
                lines.push(format!("{name} = {{ {} = [{value}, 1] }}", field.name));
            }
        }
    };
    fields(takes);
    if let Takes::Either(several) = takes {
        several.iter().for_each(fields);
    }
    lines
}

#[test]
fn numbers_beyond_reason_are_refused_or_harmless() {
    let values = [
        "nan",
        "-nan",
        "inf",
        "-inf",
        "1000000000",
        "-1000000000",
        "1e400",
        "-1e-400",
        "\"nan\"",
        "\"inf%\"",
        "\"1e9px\"",
        "\"1000000000%\"",
        "\"-1e38\"",
        "99999999999999999999999",
        "0x7fffffffffffffff",
        "0",
        "1e-45",
        "\"1e-45%\"",
    ];
    let sizes = [(2, 2), (7, 3), (1280, 720), (7680, 4320)];
    let sizes = sizes.map(|(width, height)| Size::new(width, height).unwrap());
    for property in LAYER_PROPERTIES {
        let lines =
            values.iter().flat_map(|value| with_value(property.name, &property.takes, value));
        for line in lines {
            let text = format!("[[scene.a.layer]]\n{line}\nsource = \"camera\"\n");
            match Config::parse(&text) {
                Err(issues) => {
                    let lies_here = |issue: &super::Issue| [2, 3].contains(&issue.place.line);
                    assert!(issues.all().iter().all(lies_here), "{line}: {issues}");
                }
                Ok(config) => {
                    let scene = config.document.scenes[0].form.scene();
                    assert_eq!(scene.validate(), Ok(()), "{line}");
                    sizes.iter().for_each(|canvas| placed(&scene, *canvas, &line));
                }
            }
        }
    }
}

/// Boxes stay boxes, wherever they lie.
fn placed(scene: &Scene, canvas: Size, line: &str) {
    for source in [canvas, Size { width: 64, height: 2 }] {
        let placement = scene.layers[0].placement(source, canvas);
        let (frame, window) = (placement.frame, placement.window);
        let most = 4 * canvas.width.max(canvas.height) + 8;
        assert!(
            (1..=most).contains(&frame.width) && (1..=most).contains(&frame.height),
            "{line}: {frame:?}"
        );
        assert!(
            frame.x.unsigned_abs() < 1 << 24 && frame.y.unsigned_abs() < 1 << 24,
            "{line}: {frame:?}"
        );
        let sides = [window.x, window.y, window.width, window.height];
        assert!(sides.iter().all(|side| side.is_finite() && *side >= 0.0), "{line}: {window:?}");
        let all = [placement.unit, placement.source_unit];
        assert!(all.iter().all(|unit| unit.is_finite() && *unit > 0.0), "{line}: {placement:?}");
    }
}

#[test]
fn what_controls_a_terminal_is_never_in_a_sentence() {
    let name = "a\\u001b]0;b\\u0007\\u009b31m\\u0000\\n";
    for text in [
        format!("[scene.\"{name}\"]\n"),
        format!("[source.\"{name}\"]\ncolor = \"navy\"\n"),
        format!("\"{name}\" = 1\n"),
        format!("[scene.a]\n\"{name}\" = 1\n"),
        format!("[scene.a]\neffects = [\"{name}\", \"blur:{name}=1\", \"blur:radius={name}\"]\n"),
        format!("[run]\nscene = \"{name}\"\n"),
        format!("[[scene.a.layer]]\nsource = \"scene:{name}\"\n"),
        format!(
            "[[scene.a.layer]]\nsource = \"{name}\"\nkey = \"{name}\"\nid = \"{name}\"\nname = \"{name}\"\n"
        ),
        format!(
            "[[scene.a.layer]]\nsource = \"navy\"\nplace = {{ \"{name}\" = 1, anchor = \"{name}\" }}\n"
        ),
        format!("[[scene.a.layer]]\nsource = \"./{name}.png\"\nkey = \"chroma\"\n"),
        format!("[[scene.\"{name}\".layer]]\nsource = \"scene:{name}\"\n"),
    ] {
        let (config, issues) = Config::read(&text);
        let mut said: Vec<_> =
            issues.iter().flat_map(|issues| issues.all()).map(ToString::to_string).collect();
        said.extend(config.names.into_iter().filter_map(|(_, name)| match name {
            Name::Scene { said, .. } | Name::Keyed { said, .. } => Some(said),
            _ => None,
        }));
        assert!(!said.is_empty(), "{text}");
        for said in said {
            assert!(!said.contains(char::is_control), "{said:?}");
        }
    }
}

#[test]
fn only_cameras_are_cut_out() {
    let shown = |layer: &str, source: &str| {
        format!(
            "only a camera is cut out, and the layer '{layer}' shows '{source}': remove its key"
        )
    };
    let sources = "[source.desk]\ncamera = \"b\"\n[source.sky]\ncolor = \"navy\"\n[scene.inner]\n";
    for (source, is_fine) in [
        ("camera", true),
        ("desk", true),
        ("navy", false),
        ("gradient:navy,black", false),
        ("beach.jpg", false),
        ("sky", false),
        ("scene:inner", false),
    ] {
        let layer =
            format!("[[scene.a.layer]]\nid = \"me\"\nsource = \"{source}\"\nkey = \"chroma\"\n");
        let (before, after) = (format!("{sources}{layer}"), format!("{layer}{sources}"));
        for (text, line) in [(before, 9), (after, 4)] {
            let expected = format!("{line}:7: scene.a, layer 1.key: {}", shown("me", source));
            let found = Config::parse(&text).err().map(|issues| issues.to_string());
            assert_eq!(found, (!is_fine).then_some(expected), "{text}");
        }
        let none = layer.replace("chroma", "none");
        assert!(Config::parse(&format!("{none}{sources}")).is_ok(), "{source}");
    }
    // A set, or a source that is declared elsewhere: the program knows.
    let layer = "[[layer]]\nsource = \"desk\"\nkey = \"person\"\n";
    let file = SceneFile::parse(&format!("name = \"a\"\n{layer}")).unwrap();
    let Some((place, Name::Keyed { source, said })) = file.names.last() else { panic!("{file:?}") };
    assert_eq!((place.to_string(), source), ("4:7".into(), &LayerSource::Set("desk".into())));
    assert_eq!(*said, format!("the scene, layer 1.key: {}", shown("layer-1", "desk")));
    let own = format!("name = \"a\"\n{layer}[source.desk]\nset = \"aurora\"\n");
    assert_eq!(wrong_file(&own), [format!("4:7: {said}")]);
}

#[test]
fn what_is_wrong_with_a_layer_is_said_of_that_layer_alone() {
    let text = "\
[source.me]
camera = \"a\"
camera2 = \"b\"
[[scene.a.layer]]
id = \"x\"
source = \"me\"
key = \"persn\"
[[scene.a.layer]]
id = \"x\"
source = \"scene:a\"
[[scene.b.layer]]
source = \"scene:a\"
[[scene.a.layer]]
source = \"scene:b\"
";
    let places: Vec<_> = wrong(text)
        .iter()
        .map(|said| said.split(": ").next().unwrap_or_default().to_owned())
        .collect();
    assert_eq!(places, ["3:1", "7:7", "9:6", "10:10", "12:10", "14:10"]);
}
