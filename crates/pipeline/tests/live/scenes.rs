//! Scene changes at run time.

use crate::finder::Conduct;
use crate::stand::{Stand, hiding, showing};
use backlot_pipeline::live::Change;
use backlot_pipeline::{Passage, Transition};
use backlot_testkit::CameraFault;
use std::time::Duration;

#[test]
fn from_one_hiding_scene_to_the_next_nothing_shows() {
    let mut stand = Stand::watched(&hiding("navy"));
    for background in ["blur", "aurora", "blur:80", "white", "mosaic", "navy"] {
        stand.show(hiding(background)).unwrap();
        stand.until_pictures(3);
    }
    stand.until_the_scene_is_seen();
    stand.assert_hidden("scene changes");
}

#[test]
fn a_change_during_faults_shows_nothing() {
    let mut stand = Stand::watched(&hiding("navy"));
    for (conduct, background) in Conduct::WRONG.into_iter().zip(["blur", "navy"].iter().cycle()) {
        stand.finder.set(conduct);
        stand.show(hiding(background)).unwrap();
        stand.until_pictures(3);
        stand.finder.set(Conduct::Right);
    }
    stand.until_the_scene_is_seen();
    stand.assert_hidden("changes during faults");
}

#[test]
fn a_scene_that_cannot_be_shown_changes_nothing() {
    let mut stand = Stand::watched(&hiding("navy"));
    assert!(stand.show(hiding("nowhere/at/all.png")).is_err());
    stand.until_pictures(5);
    stand.assert_hidden("a bad scene");
}

#[test]
fn a_room_that_was_shown_is_gone_with_its_scene() {
    let mut stand = Stand::new(&showing(), Conduct::Right);
    stand.output.watch(1);
    stand.until("the room", |stand| {
        stand.output.worst(0).is_some_and(|worst| worst.sighting.score() >= 1.0)
    });
    stand.show(hiding("navy")).unwrap();
    // A picture under way may still arrive.
    stand.until("the new scene", |stand| {
        stand.output.shown(0).last().is_some_and(|last| last.sighting.score() < 1.0)
    });
    let from = stand.output.count();
    stand.until_pictures(10);
    stand.camera.set_fault(CameraFault::Silent);
    stand.until_pictures(5);
    stand.assert_hidden_from(from, "after the change");
}

#[test]
fn no_transition_shows_the_room() {
    let mut stand = Stand::watched(&hiding("navy"));
    for (transition, background) in
        [(Transition::Fade, "white"), (Transition::Slide, "blur"), (Transition::Wipe, "navy")]
    {
        let passage = Some(Passage { transition, length: Duration::from_millis(300) });
        let program = Some(hiding(background).into());
        stand.live.change(Change { program, passage, ..Change::default() }).wait().unwrap();
        stand.until_status("pictures", |before, now| now.finished > before.finished + 15);
    }
    stand.until_the_scene_is_seen();
    // To the room and back: it shows only between the two.
    let passage = Some(Passage { transition: Transition::Fade, length: Duration::from_secs(60) });
    for scene in [showing(), hiding("navy")] {
        let program = Some(scene.into());
        stand.live.change(Change { program, passage, ..Change::default() }).wait().unwrap();
        stand.until_status("pictures", |before, now| now.finished > before.finished + 15);
    }
    stand.assert_hidden("transitions");
}

#[test]
fn a_room_that_was_shown_is_not_repeated_when_the_camera_falls_silent() {
    let mut stand = Stand::new(&showing(), Conduct::Right);
    stand.output.watch(1);
    stand.until("the room", |stand| {
        stand.output.worst(0).is_some_and(|worst| worst.sighting.score() >= 1.0)
    });
    stand.camera.set_fault(CameraFault::Silent);
    stand.show(hiding("navy")).unwrap();
    let from = stand.output.count();
    stand.until("a calm picture", |stand| {
        stand.output.shown(from).last().is_some_and(|last| last.sighting.score() < 1.0)
    });
    let room = |shown: &&backlot_testkit::Shown| shown.sighting.score() >= 1.0;
    let repeated = stand.output.shown(from).iter().filter(room).count();
    assert!(repeated <= 1, "the room was shown {repeated} times after its scene was gone");
    stand.camera.set_fault(CameraFault::None);
    stand.until_the_scene_is_seen();
}
