//! Several scenes, sources and cameras at once.

use super::desk::{Desk, until};
use backlot_scene::{Rgb, SourceSpec};

/// Two virtual cameras, two cameras, and a scene of sources that are declared.
const SEVERAL: &str = "\
[camera]
device = \"one\"
[source.desk]
camera = \"two\"
[source.paint]
color = \"red\"
[[scene.both.layer]]
source = \"paint\"
[[scene.both.layer]]
source = \"desk\"
place = { width = \"50%\" }
[[scene.paint.layer]]
source = \"paint\"
[scene.calm]
background = \"navy\"
[run]
scene = \"both\"
[[output]]
device = \"/dev/one\"
[[output]]
device = \"/dev/two\"
";

fn desk() -> Desk {
    let desk = Desk::new(SEVERAL, &[]);
    desk.lab.camera("two");
    desk
}

#[test]
fn an_output_gets_a_scene_of_its_own_and_loses_it_without_being_opened_anew() {
    let desk = desk();
    let mut session = desk.watched(&["/dev/one", "/dev/two"]);
    let own = format!("{SEVERAL}scene = \"paint\"\n");
    desk.write(&own);
    until(&mut session, "its own scene", |status| {
        let scenes = status.outputs.iter().map(|output| output.scene.as_deref());
        scenes.eq([None, Some("paint")])
    });
    let shows = |name: &str| {
        desk.lab.program().is_some_and(|p| p.others.iter().any(|(known, _)| known == name))
    };
    until(&mut session, "a studio of both", |_| shows("paint"));
    desk.write(&own.replace("scene = \"paint\"\n", "scene = \"calm\"\n"));
    until(&mut session, "another", |_| shows("calm") && !shows("paint"));
    desk.write(SEVERAL);
    until(&mut session, "none", |status| {
        !shows("calm") && status.outputs.iter().all(|output| output.scene.is_none())
    });
    for name in ["/dev/one", "/dev/two"] {
        assert_eq!(desk.lab.output(name).openings(), 1, "{name}");
    }
}

#[test]
fn declared_cameras_follow_the_settings() {
    let desk = desk();
    desk.lab.camera("three");
    let mut session = desk.watched(&["/dev/one"]);
    until(&mut session, "the declared one", |status| {
        status.declared.len() == 1 && status.declared[0].works
    });
    // The usual one is in no layer, so it stays closed.
    assert!(!desk.lab.camera("one").is_open());
    let asked = |name: &str, size: &str, fps: &str| {
        desk.lab.wish(name).is_some_and(|wish| {
            (wish.size.to_string(), wish.rate.to_string()) == (size.to_owned(), fps.to_owned())
        })
    };
    let with =
        |line: &str| SEVERAL.replace("camera = \"two\"\n", &format!("camera = \"two\"\n{line}\n"));
    desk.write(&with("size = \"640x360\""));
    until(&mut session, "another size", |_| asked("two", "640x360", "30"));
    desk.write(&with("fps = 15"));
    until(&mut session, "another rate", |_| asked("two", "1280x720", "15"));
    desk.write(&SEVERAL.replace("\"two\"", "\"three\""));
    until(&mut session, "another camera", |status| {
        let is_open = |name: &str| desk.lab.camera(name).is_open();
        is_open("three") && !is_open("two") && status.declared[0].name == "three"
    });
    assert_eq!(desk.lab.output("/dev/one").openings(), 1);
}

#[test]
fn declared_sources_follow_the_settings() {
    let desk = desk();
    let mut session = desk.watched(&["/dev/one"]);
    let picture = desk.folder().join("a.ppm");
    std::fs::write(&picture, b"P6 1 1 255\n\xff\x00\x00").unwrap();
    let [top, bottom] = [[0; 3], [255; 3]].map(Rgb::new);
    for (line, spec) in [
        ("color = \"#010203\"".to_owned(), SourceSpec::Color(Rgb::new([1, 2, 3]))),
        ("gradient = \"#000000,#ffffff\"".to_owned(), SourceSpec::Gradient(top, bottom)),
        ("set = \"aurora\"".to_owned(), SourceSpec::Set("aurora".to_owned())),
        (format!("file = \"{}\"", picture.display()), SourceSpec::File(picture.clone())),
    ] {
        desk.write(&SEVERAL.replace("color = \"red\"", &line));
        until(&mut session, &line, |_| {
            let program = desk.lab.program();
            program.is_some_and(|p| p.document.sources.values().any(|known| *known == spec))
        });
    }
}

#[test]
fn a_transition_is_for_another_scene_only() {
    let desk = desk();
    let mut session = desk.watched(&["/dev/one"]);
    let fading = SEVERAL.replace("[run]", "[run]\ntransition = \"fade:50\"");
    desk.write(&fading);
    desk.write(&fading.replace("50%", "40%"));
    let width = |session: &mut _, what: &str, given: &str| {
        let layered = |scene: &backlot_scene::Scene| {
            let width = scene.layers.last().and_then(|layer| layer.place.width);
            width.is_some_and(|width| width.to_string() == given)
        };
        until(session, what, |_| layered(&desk.lab.scene()));
    };
    width(&mut session, "an edit", "40%");
    assert_eq!(desk.lab.transitions(), 0);
    desk.write(&fading.replace("scene = \"both\"", "scene = \"calm\""));
    until(&mut session, "the other scene", |_| desk.lab.transitions() == 1);
    until(&mut session, "what it needs and no more", |_| {
        desk.lab.program().is_some_and(|program| program.leaving.is_none())
    });
}
