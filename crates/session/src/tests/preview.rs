//! Previews that may not open the camera.

use super::desk::{Desk, settings, until};
use crate::preview::{Facts, Previews};
use backlot_guard::Seen;
use backlot_media::FrameRate;
use backlot_panel::{View, ViewKind, ViewWish, Views};
use backlot_pipeline::live::LiveState;
use backlot_scene::Config;
use std::sync::Arc;
use std::time::Duration;

const CLOSED: &str = "[preview]\nopens_camera = false\n";

/// Whether a preview shows the camera's picture, and no card.
fn shows(preview: &mut dyn View) -> bool {
    let seen = preview.next(Duration::from_millis(50));
    matches!(seen, Seen::Picture { picture, .. } if picture.sequence > 0)
}

#[test]
fn one_that_may_not_open_the_camera_shows_nothing_until_it_is_open_or_asked_for() {
    let desk = Desk::new(&settings(CLOSED), &[]);
    let mut session = desk.open().unwrap();
    let (camera, output) = (desk.lab.camera("one"), desk.lab.output("/dev/one"));
    let config = Config::parse(&settings(CLOSED)).unwrap();
    let facts = Arc::new(Facts::new(config));
    let previews = Previews { viewing: session.viewing(), facts: Arc::clone(&facts) };
    let wish = |is_asked_for: bool| {
        let (kind, rate) = (ViewKind::Viewers, FrameRate::FPS_30);
        let (scene, layer, width) = (None, None, 160);
        let wish = ViewWish { kind, scene, layer, width, rate, is_asked_for };
        previews.look(&wish).unwrap()
    };
    let mut preview = wish(false);
    for _ in 0..10 {
        assert!(matches!(preview.next(Duration::from_millis(20)), Seen::Nothing));
    }
    assert_eq!((camera.delivered(), session.status().views.len()), (0, 0));
    // 'look now' opens it, for as long as that preview is open.
    let mut asked_for = wish(true);
    until(&mut session, "the camera's picture", |_| shows(&mut *asked_for));
    assert!(!shows(&mut *preview), "the other one stays as it is");
    drop(asked_for);
    until(&mut session, "a closed camera", |status| {
        !camera.is_open() && status.state == LiveState::Idle
    });
    // Somebody watches: the camera is open anyway.
    until(&mut session, "an open output", |_| output.is_open());
    output.watch(1);
    facts.watched(true);
    until(&mut session, "the camera's picture", |_| shows(&mut *preview));
    output.watch(0);
    facts.watched(false);
    until(&mut session, "a closed camera", |_| !shows(&mut *preview) && !camera.is_open());
}
