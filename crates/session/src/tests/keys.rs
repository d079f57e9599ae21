//! Edits each key of the settings file during a run, with and without viewers.

use super::desk::{Desk, Lab, settings, until};
use backlot_media::{FrameRate, PixelFormat};
use backlot_networks::MattingChoice;
use backlot_pipeline::live::LiveStatus;
use backlot_scene::config::{ControlValue, MemorySize, SectionDef, sections};
use backlot_scene::{Blend, Corners, Edge, Fit, Layer, LayerSource, Play, Rgb, Scene, Turn};
use std::collections::BTreeSet;

/// The effect of editing one key.
struct Case {
    /// `section.key`, as the definition has it.
    key: &'static str,
    /// Lines added to the settings before and after the edit.
    before: &'static str,
    after: &'static str,
    /// The watched virtual camera.
    output: &'static str,
    /// Whether the edit has taken effect.
    seen: fn(&Lab, &LiveStatus) -> bool,
    /// What else it rebuilds.
    touches: Touches,
}

/// What is rebuilt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Touches {
    /// Neither the studio nor the virtual camera.
    Nothing,
    /// The studio alone.
    Studio,
    /// The virtual camera alone.
    Output,
    /// Both.
    Both,
}

const fn case(
    key: &'static str,
    before: &'static str,
    after: &'static str,
    touches: Touches,
    seen: fn(&Lab, &LiveStatus) -> bool,
) -> Case {
    Case { key, before, after, output: "/dev/one", seen, touches }
}

/// A case of the usual scene.
const fn of_scene(
    key: &'static str,
    after: &'static str,
    seen: fn(&Lab, &LiveStatus) -> bool,
) -> Case {
    case(key, "", after, Touches::Studio, seen)
}

/// A case of a scene of layers: `after` is added to the last one.
const fn of_layer(
    key: &'static str,
    after: &'static str,
    seen: fn(&Lab, &LiveStatus) -> bool,
) -> Case {
    case(key, LAYERS, after, Touches::Studio, seen)
}

const LAYERS: &str = "\
[run]
scene = \"layered\"
[[scene.layered.layer]]
source = \"navy\"
[[scene.layered.layer]]
source = \"camera\"
effects = [\"blur\"]
";

const RED: LayerSource = LayerSource::Color(Rgb::new([255, 0, 0]));

fn mode(lab: &Lab) -> Option<backlot_media::OutputMode> {
    lab.output("/dev/one").mode()
}

fn edge(scene: &Scene, layer: usize) -> Option<Edge> {
    let layer = scene.layers.get(layer)?;
    layer.key.as_ref().map(|_| layer.edge)
}

fn last_effects(lab: &Lab) -> usize {
    lab.scene().layers.last().map_or(0, |layer| layer.effects.len())
}

fn cases() -> Vec<Case> {
    let mut cases = of_sections();
    cases.extend(of_scenes());
    cases.extend(of_layers());
    cases.extend(of_placed_layers());
    cases
}

fn of_sections() -> Vec<Case> {
    use Touches::{Both, Nothing, Output, Studio};
    let mut cases = vec![
        case("camera.device", "", "[camera]\ndevice = \"two\"", Nothing, |_, status| {
            status.camera.name == "two"
        }),
        case("camera.size", "", "[camera]\nsize = \"640x360\"", Both, |lab, _| {
            mode(lab).is_some_and(|mode| mode.size.width == 640)
        }),
        case("camera.fps", "", "[camera]\nfps = 15", Both, |lab, _| {
            mode(lab).is_some_and(|mode| mode.rate == FrameRate::new(15, 1).unwrap())
        }),
        case("camera.controls", "", "[camera]\ncontrols = { gain = 3 }", Nothing, |lab, _| {
            lab.controls().is_some_and(|c| c.get("gain") == Some(&ControlValue::Number(3)))
        }),
        case("output.device", "", "[output]\ndevice = \"/dev/two\"", Nothing, |lab, _| {
            lab.output("/dev/two").is_open() && !lab.output("/dev/one").is_open()
        }),
        case("output.format", "", "[output]\nformat = \"nv12\"", Output, |lab, _| {
            mode(lab).is_some_and(|mode| mode.format == PixelFormat::Nv12)
        }),
        case("output.size", "", "[output]\nsize = \"160x90\"", Output, |lab, _| {
            mode(lab).is_some_and(|mode| mode.size.width == 160)
        }),
        case("output.fps", "", "[output]\nfps = 10", Output, |lab, _| {
            mode(lab).is_some_and(|mode| mode.rate == FrameRate::new(10, 1).unwrap())
        }),
        case(
            "run.scene",
            "[scene.other]\nbackground = \"red\"",
            "[scene.other]\nbackground = \"red\"\n[run]\nscene = \"other\"",
            Studio,
            |lab, _| lab.scene().layers[0].source == RED,
        ),
        case(
            "run.close_after",
            "[run]\nclose_after = 3600",
            "[run]\nclose_after = 0",
            Nothing,
            |lab, _| !lab.camera("one").is_open(),
        ),
        case("run.viewers", "", "[run]\nviewers = \"always\"", Output, |lab, _| {
            lab.plan().is_some_and(|plan| !plan.scan)
        }),
        case("run.memory", "", "[run]\nmemory = \"2GB\"", Studio, |lab, _| {
            lab.memory() == Some(MemorySize(2_000_000_000))
        }),
        case("matte.model", "", "[matte]\nmodel = \"general\"", Studio, |lab, _| {
            lab.matting().is_some_and(|matting| matting.model == "general")
        }),
        case("matte.quality", "", "[matte]\nquality = \"fast\"", Studio, |lab, _| {
            lab.matting().is_some_and(|matting| matting.quality.as_deref() == Some("fast"))
        }),
        case("matte.teacher_share", "", "[matte]\nteacher_share = 10", Studio, |lab, _| {
            lab.matting().is_some_and(|matting| matting.teacher_share == 0.1)
        }),
        case("matte.token_file", "", "[matte]\ntoken_file = \"/secret\"", Studio, |lab, _| {
            let file = |matting: MattingChoice| matting.line.token_file;
            lab.matting().and_then(file) == Some("/secret".into())
        }),
        case("matte.ca_file", "", "[matte]\nca_file = \"/ca.pem\"", Studio, |lab, _| {
            let file = |matting: MattingChoice| matting.line.authorities;
            lab.matting().and_then(file) == Some("/ca.pem".into())
        }),
    ];
    // A node can be renamed; a device has the name that its module gives it.
    let (before, after) =
        ("[output]\ndevice = \"pipewire\"", "[output]\ndevice = \"pipewire\"\nname = \"Me\"");
    let renamed: fn(&Lab, &LiveStatus) -> bool =
        |_, status| status.outputs[0].name == "pipewire:Me";
    let node = Case { output: "pipewire", ..case("output.name", before, after, Output, renamed) };
    let device = case("output.name", "", "[output]\nname = \"Me\"", Nothing, |_, status| {
        status.message.as_ref().is_some_and(|message| message.contains("'output.name'"))
    });
    cases.push(device);
    if cfg!(feature = "pipewire") {
        cases.push(node);
    }
    cases
}

fn of_scenes() -> Vec<Case> {
    vec![
        of_scene("scene.background", "[scene.calm]\nbackground = \"red\"", |lab, _| {
            lab.scene().layers[0].source == RED
        }),
        of_scene("scene.effects", "[scene.calm]\neffects = [\"mirror\"]", |lab, _| {
            last_effects(lab) == 1
        }),
        of_scene(
            "scene.background_effects",
            "[scene.calm]\nbackground_effects = [\"mirror\"]",
            |lab, _| lab.scene().layers[0].effects.len() == 1,
        ),
        of_scene("scene.whole_effects", "[scene.calm]\nwhole_effects = [\"mirror\"]", |lab, _| {
            lab.scene().effects.len() == 1
        }),
        of_scene("scene.fit", "[scene.calm]\nfit = \"contain\"", |lab, _| {
            lab.scene().layers[0].fit == Fit::Contain
        }),
        of_scene("scene.decontaminate", "[scene.calm]\ndecontaminate = 0.5", |lab, _| {
            edge(&lab.scene(), 1).is_some_and(|key| key.decontaminate == 0.5)
        }),
        of_scene("scene.light_wrap", "[scene.calm]\nlight_wrap = 0", |lab, _| {
            edge(&lab.scene(), 1).is_some_and(|key| key.light_wrap == 0.0)
        }),
    ]
}

fn of_layers() -> Vec<Case> {
    vec![
        of_layer("layer.source", "[[scene.layered.layer]]\nsource = \"red\"", |lab, _| {
            lab.scene().layers.last().is_some_and(|layer| layer.source == RED)
        }),
        of_layer("layer.key", "key = \"person\"", |lab, _| edge(&lab.scene(), 1).is_some()),
        of_layer("layer.effects", "effects = [\"blur\", \"mirror\"]", |lab, _| {
            last_effects(lab) == 2
        }),
        of_layer("layer.opacity", "opacity = 0.5", |lab, _| lab.scene().layers[1].opacity == 0.5),
        of_layer("layer.fit", "fit = \"stretch\"", |lab, _| {
            lab.scene().layers[1].fit == Fit::Stretch
        }),
        of_layer("layer.decontaminate", "key = \"person\"\ndecontaminate = 0.5", |lab, _| {
            edge(&lab.scene(), 1).is_some_and(|key| key.decontaminate == 0.5)
        }),
        of_layer("layer.light_wrap", "key = \"person\"\nlight_wrap = 0", |lab, _| {
            edge(&lab.scene(), 1).is_some_and(|key| key.light_wrap == 0.0)
        }),
    ]
}

/// The last layer of the scene that was built last.
fn top(lab: &Lab) -> Layer {
    lab.scene().layers.pop().unwrap()
}

fn of_placed_layers() -> Vec<Case> {
    vec![
        of_layer("layer.id", "id = \"me\"", |lab, _| top(lab).id.as_str() == "me"),
        of_layer("layer.name", "name = \"Me\"", |lab, _| top(lab).name.is_some()),
        of_layer("layer.place", "place = { width = \"40%\" }", |lab, _| {
            top(lab).place.width.is_some()
        }),
        of_layer("layer.crop", "crop = { left = \"9%\" }", |lab, _| !top(lab).crop.left.is_zero()),
        of_layer("layer.turn", "turn = 90", |lab, _| top(lab).turn == Turn::Right),
        of_layer("layer.mirror", "mirror = true", |lab, _| top(lab).mirror),
        of_layer("layer.blend", "blend = \"add\"", |lab, _| top(lab).blend == Blend::Add),
        of_layer("layer.corners", "corners = \"circle\"", |lab, _| {
            top(lab).corners == Corners::Circle
        }),
        of_layer("layer.border", "border = {}", |lab, _| top(lab).border.is_some()),
        of_layer("layer.shadow", "shadow = {}", |lab, _| top(lab).shadow.is_some()),
        of_layer("layer.visible", "visible = false", |lab, _| !top(lab).visible),
        of_layer("layer.play", "play = \"hold\"", |lab, _| top(lab).play == Play::Hold),
    ]
}

/// Keys whose cases are where more than one scene and source run at once: `several.rs`.
const ELSEWHERE: [&str; 20] = [
    "desktop.notifications",
    "desktop.pause_on_lock",
    "desktop.tray",
    "obs_websocket.enabled",
    "obs_websocket.password",
    "obs_websocket.port",
    "output.scene",
    "panel.enabled",
    "panel.port",
    "preview.opens_camera",
    "run.transition",
    "run.away",
    "run.pause_card",
    "source.camera",
    "source.size",
    "source.fps",
    "source.file",
    "source.color",
    "source.gradient",
    "source.set",
];

/// Edits the key, and checks that this takes effect and nothing else changes.
fn run(case: &Case, is_watched: bool) {
    let Case { key, before, after, output, seen, touches } = case;
    let what = format!("{key}, {}", if is_watched { "watched" } else { "unwatched" });
    let whole = match *before == LAYERS {
        true => settings(&format!("{before}{after}")),
        false => settings(after),
    };
    let desk = Desk::new(&settings(before), &[]);
    let mut session = desk.watched(&[output]);
    let (lab, output) = (&desk.lab, desk.lab.output(output));
    if !is_watched {
        output.watch(0);
        until(&mut session, &what, |status| !status.outputs[0].viewers.may_watch());
    }
    assert!(!seen(lab, &session.status()), "{what}: before");
    let (studios, openings) = (lab.studios(), output.openings());
    desk.write(&whole);
    // While somebody watches, it takes effect, or the message says when it will.
    if is_watched && *key != "run.close_after" {
        let waits = |status: &LiveStatus| {
            status.message.as_ref().is_some_and(|said| said.contains("when nobody watches"))
        };
        until(&mut session, &what, |status| seen(lab, status) || waits(status));
        if !seen(lab, &session.status()) {
            assert!(output.is_open() && output.openings() == openings, "{what}");
        }
    }
    output.watch(0);
    until(&mut session, &what, |status| seen(lab, status));
    let is_noted = *key == "output.name" && *touches == Touches::Nothing;
    until(&mut session, &format!("{what}: nothing to explain"), |status| {
        status.message.is_none() || is_noted
    });
    let (is_studio, is_output) = match touches {
        Touches::Nothing => (false, false),
        Touches::Studio => (true, false),
        Touches::Output => (false, true),
        Touches::Both => (true, true),
    };
    until(&mut session, &format!("{what}: what is made anew"), |_| {
        (!is_studio || lab.studios() > studios) && (!is_output || output.openings() > openings)
    });
    assert!(is_studio || lab.studios() == studios, "{what}: a studio was built");
    assert!(is_output || output.openings() == openings, "{what}: it was opened anew");
}

fn run_all(cases: &[Case]) {
    for case in cases {
        run(case, true);
        run(case, false);
    }
}

#[test]
fn the_sections_are_followed() {
    run_all(&of_sections());
}

#[test]
fn the_short_form_of_scenes_is_followed() {
    run_all(&of_scenes());
}

#[test]
fn the_long_form_of_scenes_is_followed() {
    run_all(&of_layers());
}

#[test]
fn where_and_how_a_layer_stands_is_followed() {
    run_all(&of_placed_layers());
}

/// `camera` of `[camera]`, `scene` of `[scene.calm]`, `layer` of `[[scene.layered.layer]]`.
fn section(def: &SectionDef) -> &'static str {
    let path = def.head.trim_matches(['[', ']']);
    if path.ends_with(".layer") { "layer" } else { path.split('.').next().unwrap_or(path) }
}

#[test]
fn every_key_that_there_is_has_a_case() {
    let of = |def: &SectionDef| {
        let section = section(def);
        def.keys.iter().map(move |key| format!("{section}.{}", key.name)).collect::<Vec<_>>()
    };
    let defined: BTreeSet<_> = sections().iter().flat_map(of).collect();
    let here = cases().into_iter().map(|case| case.key);
    let tried: BTreeSet<_> = here.chain(ELSEWHERE).map(str::to_owned).collect();
    assert_eq!(defined, tried, "give each key of the settings file a case here");
}
