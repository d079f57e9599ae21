//! Edits, their inverses, and what they change.

use super::*;
use crate::{Blend, Config, Document, LayerSource, Length};
use proptest::prelude::*;
use std::time::{Duration, Instant};

const TEXT: &str = r##"
[source.desk]
camera = "/dev/video2"
[scene.short]
background = "blur:20"
effects = ["hologram:ghost=0.5"]
[scene.other]
background = "navy"
[scene.long]
whole_effects = ["mosaic:8"]
[[scene.long.layer]]
id = "back"
source = "beach.jpg"
border = { width = "2%" }
[[scene.long.layer]]
id = "me"
source = "desk"
key = "person"
opacity = 0.7
effects = ["blur:20", "mirror"]
place = { anchor = "left", width = "40%" }
[[scene.long.layer]]
id = "top"
source = "scene:other"
[[scene.green.layer]]
id = "me"
source = "desk"
key = "chroma:softness=0.20,spill=0.5"
"##;

fn document() -> Document {
    Config::parse(TEXT).unwrap_or_else(|e| panic!("{e}")).document
}

fn id(text: &str) -> LayerId {
    text.parse().unwrap()
}

fn property(layer: &str, property: &str, value: Option<Value>) -> Edit {
    let target = Target::Property { layer: id(layer), property: property.into() };
    Edit::Set { scene: "long".into(), target, value }
}

fn key(layer: &str, setting: &str, value: Option<Value>) -> Edit {
    let target = Target::Key { layer: id(layer), setting: setting.into() };
    Edit::Set { scene: "green".into(), target, value }
}

fn number(value: f64) -> Option<Value> {
    Some(Value::Number(value))
}

fn layer(document: &Document, index: usize) -> Layer {
    document.scene("long").unwrap().form.scene().layers[index].clone()
}

#[test]
fn each_edit_does_what_it_says() {
    let mut document = document();
    let mut apply = |edit: &Edit| document.apply(edit).map(|_| document.clone());
    let after = apply(&property("me", "opacity", number(0.25))).unwrap();
    assert_eq!(layer(&after, 1).opacity, 0.25);
    let after = apply(&property("me", "opacity", None)).unwrap();
    assert_eq!(layer(&after, 1).opacity, 1.0, "without a value it is the default");
    let after = apply(&property("back", "border", None)).unwrap();
    assert_eq!(layer(&after, 0).border, None);
    assert_eq!(layer(&after, 0).source, LayerSource::File("beach.jpg".into()));
    let place = Place { width: Some(Length::Pixels(90.0)), ..Place::default() };
    let scene = || "long".to_owned();
    let after = apply(&Edit::Place { scene: scene(), layer: id("me"), place }).unwrap();
    assert_eq!(layer(&after, 1).place, place);
    let new = Layer::new(id("new"), LayerSource::Set("desk".into()));
    let after = apply(&Edit::Insert { scene: scene(), at: 1, layer: Box::new(new) }).unwrap();
    let source = layer(&after, 1).source;
    assert_eq!(source, LayerSource::Named("desk".parse().unwrap()), "a declared name is no set");
    let after = apply(&Edit::Move { scene: scene(), layer: id("new"), to: 3 }).unwrap();
    assert_eq!((layer(&after, 1).id, layer(&after, 3).id), (id("me"), id("new")));
    let after = apply(&Edit::Remove { scene: scene(), layer: id("new") }).unwrap();
    assert_eq!(after.scene("long").unwrap().form.layers().len(), 3);
    let target = Target::Effect { layer: Some(id("me")), index: 0, setting: "radius".into() };
    let after = apply(&Edit::Set { scene: scene(), target, value: number(30.0) }).unwrap();
    assert!(layer(&after, 1).effects[0].to_string().contains("30"));
    let after = apply(&Edit::Show { scene: Some("short".into()) }).unwrap();
    assert_eq!(after.shown.as_deref(), Some("short"));
}

#[test]
fn settings_of_keys_change_one_by_one() {
    let mut document = document();
    let mut is = |edit: &Edit, expected: &str| {
        let undo = document.apply(edit).unwrap_or_else(|e| panic!("{expected}: {e}"));
        let found =
            document.scene("green").unwrap().form.layers()[0].key.as_ref().unwrap().to_string();
        assert_eq!(found, expected);
        undo
    };
    let undo = is(&key("me", "spill", number(0.25)), "chroma:softness=0.20,spill=0.25");
    is(&undo, "chroma:softness=0.20,spill=0.5");
    is(
        &key("me", "color", Some(Value::Text("lime".into()))),
        "chroma:softness=0.20,spill=0.5,color=lime",
    );
    is(&key("me", "spill", None), "chroma:softness=0.20,spill=1,color=lime");
    for (edit, said) in [
        (key("me", "spill", number(2.0)), "spill must be 0 to 1, not '2'"),
        (key("me", "spil", number(1.0)), "did you mean 'spill'?"),
        (key("you", "spill", None), "has no layer 'you'"),
    ] {
        let error = document.apply(&edit).expect_err(said).to_string();
        assert!(error.contains(said), "{error}");
    }
    let target = Target::Key { layer: id("back"), setting: "spill".into() };
    let edit = Edit::Set { scene: "long".into(), target, value: None };
    let error = document.apply(&edit).unwrap_err().to_string();
    assert_eq!(error, "nothing cuts the layer 'back' out: give it a key first");
}

#[test]
fn what_is_cut_out_stays_a_camera() {
    let mut document = document();
    let colour = SourceSpec::Color("navy".parse().unwrap());
    let declare = Edit::Declare { source: "desk".parse().unwrap(), spec: Some(colour) };
    let insert = |source: &str| {
        let source = source.parse().unwrap();
        let layer = Box::new(Layer::new(id("new"), source).keyed(backlot_keys::person()));
        Edit::Insert { scene: "long".into(), at: 0, layer }
    };
    let shown = |layer: &str, source: &str| {
        format!(
            "only a camera is cut out, and the layer '{layer}' shows '{source}': remove its key"
        )
    };
    for (edit, said) in [
        (declare, shown("me", "desk")),
        (property("back", "key", Some(Value::Text("person".into()))), shown("back", "beach.jpg")),
        (
            property("me", "source", Some(Value::Text("scene:other".into()))),
            shown("me", "scene:other"),
        ),
        (insert("aurora"), shown("new", "aurora")),
    ] {
        assert_eq!(document.apply(&edit).unwrap_err().to_string(), said);
        assert_eq!(document, self::document(), "{said}");
    }
    document.apply(&insert("desk")).unwrap();
}

#[test]
fn scenes_around_one_that_changes_stay_within_their_depth() {
    let names = ["a", "b", "c", "d", "e"];
    let scene = |shows: &str, name: &str| format!("[[scene.{name}.layer]]\nsource = \"{shows}\"\n");
    let text = scene("scene:b", "a")
        + &scene("scene:c", "b")
        + &scene("scene:d", "c")
        + &names[3..].iter().map(|name| scene("navy", name)).collect::<String>();
    let mut document = Config::parse(&text).unwrap_or_else(|e| panic!("{e}")).document;
    let before = document.clone();
    let target = Target::Property { layer: LayerId::numbered(1), property: "source".into() };
    let value = Some(Value::Text("scene:e".into()));
    let edit = Edit::Set { scene: "d".into(), target, value };
    let error = document.apply(&edit).unwrap_err().to_string();
    assert!(error.contains("and those in 'a' would lie deeper"), "{error}");
    assert_eq!(document, before);
}

#[test]
fn a_short_scene_becomes_layers_and_short_again() {
    let (mut document, before) = (document(), document());
    let target = Target::Property { layer: LayerId::person(), property: "mirror".into() };
    let value = Some(Value::Switch(true));
    let edit = Edit::Set { scene: "short".into(), target, value };
    assert_eq!(edit.change(&document), Ok(Change::Values));
    let undo = document.apply(&edit).unwrap();
    let scene = document.scene("short").unwrap().form.layers().to_vec();
    assert!(scene.len() == 2 && scene[1].mirror);
    let redo = document.apply(&undo).unwrap();
    assert_eq!(document, before);
    document.apply(&redo).unwrap();
    assert_eq!(document.scene("short").unwrap().form.layers(), scene);
}

#[test]
fn a_ready_scene_becomes_ones_own_and_ready_again() {
    let mut document = document();
    let ready = document.scene("two-of-me").unwrap().form.clone();
    let target = Target::Property { layer: id("left"), property: "mirror".into() };
    let edit = Edit::Set { scene: "two-of-me".into(), target, value: Some(Value::Switch(true)) };
    let before = document.clone();
    let undo = document.apply(&edit).unwrap();
    assert_ne!(document.own_scene("two-of-me").unwrap().form, ready);
    assert_eq!((document.apply(&undo).is_ok(), &document), (true, &before));
}

#[test]
fn what_cannot_be_done_is_said_and_changes_nothing() {
    let mut document = document();
    let long = || "long".to_owned();
    let plain = |id: &str, source: LayerSource| Box::new(Layer::new(self::id(id), source));
    let target = Target::Effect { layer: None, index: 7, setting: "size".into() };
    let camera = LayerSource::Camera;
    for (edit, said) in [
        (
            property("me", "opacity", number(f64::NAN)),
            "opacity must be a number from 0 to 1, not NaN",
        ),
        (property("me", "blend", Some(Value::Text("ad".into()))), "blend must be one of normal"),
        (property("me", "opacty", number(1.0)), "a layer has no 'opacty': did you mean 'opacity'?"),
        (property("you", "opacity", number(1.0)), "the scene 'long' has no layer 'you'"),
        (property("me", "id", Some(Value::Text("back".into()))), "has a layer 'back' already"),
        (property("me", "source", Some(Value::Text("scene:long".into()))), "would show itself"),
        (
            property("me", "source", Some(Value::Text("scene:gone".into()))),
            "there is no scene 'gone'",
        ),
        (Edit::Remove { scene: "gone".into(), layer: id("me") }, "there is no scene 'gone'"),
        (
            Edit::Insert { scene: long(), at: 9, layer: plain("a", camera.clone()) },
            "so none can have 9",
        ),
        (
            Edit::Insert { scene: long(), at: 0, layer: plain("me", camera) },
            "has a layer 'me' already",
        ),
        (Edit::Move { scene: long(), layer: id("me"), to: 3 }, "so none can have 3"),
        (Edit::Show { scene: Some("gone".into()) }, "there is no scene 'gone'"),
        (Edit::Replace { scene: "other".into(), form: None }, "is used by the scene 'long'"),
        (
            Edit::Declare { source: "desk".parse().unwrap(), spec: None },
            "is used by the scene 'long'",
        ),
        (Edit::Set { scene: long(), target, value: None }, "there is no effect 7"),
    ] {
        let error = document.apply(&edit).expect_err(said).to_string();
        assert!(error.contains(said), "{error}");
        assert_eq!(document, self::document(), "{said}");
    }
    let source = Edit::Insert {
        scene: long(),
        at: 0,
        layer: plain("x", LayerSource::Named("gone".parse().unwrap())),
    };
    assert!(document.apply(&source).unwrap_err().to_string().contains("no source 'gone'"));
}

#[test]
fn values_and_structure_are_told_apart() {
    let document = document();
    let change = |edit: &Edit| edit.change(&document).unwrap();
    assert_eq!(change(&property("me", "opacity", number(0.7))), Change::Nothing);
    assert_eq!(change(&property("me", "opacity", number(0.5))), Change::Values);
    assert_eq!(change(&property("me", "place", None)), Change::Values);
    let effects = |text: &str| {
        property("me", "effects", Some(Value::texts(&text.split(' ').collect::<Vec<_>>())))
    };
    assert_eq!(change(&effects("blur:30 mirror")), Change::Values);
    assert_eq!(change(&effects("mirror blur:20")), Change::Structure);
    assert_eq!(change(&property("me", "key", None)), Change::Structure);
    assert_eq!(change(&key("me", "softness", number(0.5))), Change::Structure);
    assert_eq!(
        change(&property("back", "source", Some(Value::Text("navy".into())))),
        Change::Structure
    );
    let scene = Some("short".to_owned());
    assert_eq!(change(&Edit::Show { scene }), Change::Scene);
    let remove = Edit::Remove { scene: "long".into(), layer: id("top") };
    assert_eq!(change(&remove), Change::Structure);
}

fn scenes() -> impl Strategy<Value = String> {
    proptest::sample::select(vec!["short", "other", "long", "green", "gone", "two-of-me"])
        .prop_map(str::to_owned)
}

fn ids() -> impl Strategy<Value = LayerId> {
    let known = ["back", "me", "top", "background", "person", "new", "layer-1"];
    proptest::sample::select(known.to_vec()).prop_map(id)
}

fn values() -> impl Strategy<Value = Option<Value>> {
    let texts = [
        "navy",
        "desk",
        "scene:other",
        "scene:short",
        "beach.jpg",
        "10%",
        "contain",
        "add",
        "circle",
        "person",
        "hold",
        "a-b",
        "blur:3",
    ];
    let value = prop_oneof![
        proptest::sample::select(texts.to_vec()).prop_map(|text| Value::Text(text.into())),
        (0..=10).prop_map(|n| Value::Number(f64::from(n) / 10.0)),
        any::<bool>().prop_map(Value::Switch),
        Just(Value::Number(90.0)),
        Just(Value::texts(&["mirror", "blur:9"])),
        Just(Value::table([("width", Some(Value::Text("30%".into())))])),
    ];
    proptest::option::of(value)
}

fn targets() -> impl Strategy<Value = Target> {
    let names: Vec<_> = crate::LAYER_PROPERTIES.iter().map(|property| property.name).collect();
    let layer = || proptest::option::of(ids());
    prop_oneof![
        4 => (ids(), proptest::sample::select(names))
            .prop_map(|(layer, name)| Target::Property { layer, property: name.into() }),
        1 => (layer(), 0..3_usize).prop_map(|(layer, index)| {
            Target::Effect { layer, index, setting: "radius".into() }
        }),
        1 => (layer(), 0..3_usize).prop_map(|(layer, index)| Target::WholeEffect { layer, index }),
        1 => (ids(), proptest::sample::select(vec!["spill", "color"]))
            .prop_map(|(layer, name)| Target::Key { layer, setting: name.into() }),
        1 => Just(Target::WholeEffects),
    ]
}

fn layers() -> impl Strategy<Value = Layer> {
    (ids(), 0..4).prop_map(|(id, kind)| {
        let source = match kind {
            0 => LayerSource::Camera,
            1 => LayerSource::Set("desk".into()),
            2 => LayerSource::Scene("other".into()),
            _ => LayerSource::File("a.png".into()),
        };
        Layer { blend: Blend::Screen, ..Layer::new(id, source) }
    })
}

fn edits() -> impl Strategy<Value = Edit> {
    prop_oneof![
        6 => (scenes(), targets(), values())
            .prop_map(|(scene, target, value)| Edit::Set { scene, target, value }),
        1 => (scenes(), ids()).prop_map(|(scene, layer)| {
            Edit::Place { scene, layer, place: Place { height: Some(Length::ZERO), ..Place::default() } }
        }),
        2 => (scenes(), 0..5_usize, layers()).prop_map(|(scene, at, layer)| {
            Edit::Insert { scene, at, layer: Box::new(layer) }
        }),
        2 => (scenes(), ids(), 0..5_usize)
            .prop_map(|(scene, layer, to)| Edit::Move { scene, layer, to }),
        2 => (scenes(), ids()).prop_map(|(scene, layer)| Edit::Remove { scene, layer }),
        1 => (scenes(), scenes()).prop_map(|(scene, like)| {
            let form = document().scene(&like).map(|scene| scene.form.clone());
            Edit::Replace { scene, form }
        }),
        1 => (scenes(), proptest::sample::select(vec!["new", "other", "long"]))
            .prop_map(|(scene, to)| Edit::Rename { scene, to: to.to_owned() }),
        1 => proptest::option::of(scenes()).prop_map(|scene| Edit::Show { scene }),
        1 => (proptest::sample::select(vec!["desk", "new"]), any::<bool>()).prop_map(|(name, is)| {
            let spec = is.then(|| SourceSpec::Set("aurora".into()));
            Edit::Declare { source: name.parse().unwrap(), spec }
        }),
    ]
}

#[test]
fn what_was_shown_and_renamed_is_undone() {
    let (mut document, mut history) = (document(), History::default());
    let before = document.clone();
    let show = |scene: Option<&str>| Edit::Show { scene: scene.map(str::to_owned) };
    let rename = Edit::Rename { scene: "short".into(), to: "renamed".into() };
    for edit in [show(Some("short")), rename, show(None)] {
        history.apply(&mut document, &edit).unwrap();
    }
    while history.undo(&mut document).unwrap().is_some() {}
    assert_eq!(document, before);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn undoing_restores_exactly(edits in proptest::collection::vec(edits(), 1..12)) {
        let (mut document, mut history) = (document(), History::default());
        let mut before = vec![document.clone()];
        for edit in &edits {
            let was = document.clone();
            match history.apply(&mut document, edit) {
                Ok(()) => before.push(document.clone()),
                Err(_) => prop_assert_eq!(&document, &was),
            }
        }
        let done = document.clone();
        before.pop();
        while let Some(expected) = before.pop() {
            prop_assert!(history.undo(&mut document).unwrap().is_some());
            prop_assert_eq!(&document, &expected);
        }
        prop_assert_eq!(history.undo(&mut document), Ok(None));
        while history.redo(&mut document).unwrap().is_some() {}
        prop_assert_eq!(document, done);
    }
}

#[test]
fn a_value_that_is_set_again_at_once_is_one_step() {
    let (mut document, mut history) = (document(), History::default());
    let before = document.clone();
    let target = |layer: usize| Target::Property {
        layer: document.scenes[0].form.scene().layers[layer].id.clone(),
        property: "opacity".to_owned(),
    };
    let scene = document.scenes[0].name.clone();
    let set = |target: &Target, value: f64| Edit::Set {
        scene: scene.clone(),
        target: target.clone(),
        value: Some(Value::Number(value)),
    };
    let (back, front) = (target(0), target(1));
    let start = Instant::now();
    let mut apply = |document: &mut Document, edit: &Edit, ms: u64| {
        history.apply_at(document, edit, start + Duration::from_millis(ms)).unwrap();
    };
    apply(&mut document, &set(&back, 0.5), 0);
    apply(&mut document, &set(&back, 0.4), 900);
    let first = document.clone();
    apply(&mut document, &set(&front, 0.5), 1000);
    apply(&mut document, &set(&back, 0.3), 1100);
    apply(&mut document, &set(&back, 0.2), 5000);
    for _ in 0..3 {
        assert!(history.undo(&mut document).unwrap().is_some());
    }
    assert_eq!(document, first);
    assert!(history.undo(&mut document).unwrap().is_some());
    assert_eq!((document, history.can_undo()), (before, false));
}
