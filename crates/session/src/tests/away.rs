//! Nobody is in the picture for a while.

use super::desk::{Desk, Lab, settings, until};
use backlot_pipeline::PRESENCE;
use backlot_pipeline::live::LiveState;

const AWAY: &str = "\
[run]
away = \"gone:1\"
[[scene.white.layer]]
source = \"white\"
[[scene.open.layer]]
source = \"camera\"
";

/// The settings with a scene for while nobody is there.
fn away(scene: &str) -> String {
    settings(AWAY).replace("gone:1", &format!("{scene}:1"))
}

/// Whether what viewers get is the plain white of the scene.
fn is_white(lab: &Lab) -> bool {
    lab.output("/dev/one").shown(0).last().unwrap().middle > 230
}

#[test]
fn nobody_is_there_for_a_while_and_then_somebody_is() {
    let desk = Desk::new(&away("white"), &[]);
    desk.lab.set_somebody(true);
    let mut session = desk.watched(&["/dev/one"]);
    let camera = desk.lab.camera("one");
    until(&mut session, "somebody", |status| status.somebody == Some(true));
    assert!(!is_white(&desk.lab) && !session.is_away());
    for _ in 0..2 {
        desk.lab.set_somebody(false);
        let from = desk.lab.output("/dev/one").count();
        until(&mut session, "the other scene", |_| is_white(&desk.lab));
        assert!(session.is_away());
        // The camera is looked at all the while, for nobody to see.
        let program = desk.lab.program().unwrap();
        assert!(program.others.iter().any(|(name, _)| name == PRESENCE));
        let delivered = camera.delivered();
        until(&mut session, "pictures", |status| {
            camera.delivered() > delivered + 20 && status.somebody == Some(false)
        });
        assert!(is_white(&desk.lab) && camera.is_open());
        desk.lab.set_somebody(true);
        until(&mut session, "the look", |_| !is_white(&desk.lab));
        assert!(!session.is_away());
        let worst = desk.lab.output("/dev/one").worst(from).unwrap();
        assert!(worst.sighting.score() < 0.5, "the room shows: {worst:?}");
    }
}

#[test]
fn without_viewers_nobody_is_looked_for() {
    let desk = Desk::new(&away("white"), &[]);
    let mut session = desk.watched(&["/dev/one"]);
    until(&mut session, "the other scene", |_| is_white(&desk.lab));
    desk.lab.output("/dev/one").watch(0);
    until(&mut session, "a closed camera", |status| {
        !desk.lab.camera("one").is_open() && status.state == LiveState::Idle
    });
    until(&mut session, "no lookout", |status| status.views.is_empty());
    assert!(!session.is_away());
}

#[test]
fn a_scene_that_shows_the_room_is_never_shown_for_nobody() {
    let desk = Desk::new(&away("open"), &[]);
    let mut session = desk.watched(&["/dev/one"]);
    until(&mut session, "what is wrong", |status| {
        status.message.as_ref().is_some_and(|said| said.contains("'open' shows the room"))
    });
    let delivered = desk.lab.camera("one").delivered();
    until(&mut session, "more pictures", |_| desk.lab.camera("one").delivered() > delivered + 60);
    assert!(!session.is_away());
    // The next settings name another.
    desk.write(&away("white"));
    until(&mut session, "the other scene", |_| is_white(&desk.lab));
    // Settings without one end it.
    desk.write(&settings(""));
    until(&mut session, "the look", |_| !is_white(&desk.lab));
    let text = away("missing");
    desk.write(&text);
    until(&mut session, "what is missing", |status| {
        status.message.as_ref().is_some_and(|said| said.contains("'missing'"))
    });
}
