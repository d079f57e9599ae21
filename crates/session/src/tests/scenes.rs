//! Scenes that vanish, wrong settings, and overrides of the command line.

use super::desk::{Desk, message, settings, until};
use backlot_scene::Exposure;
use backlot_scene::config::State;

const ROOM: &str = "[[scene.room.layer]]\nsource = \"camera\"\n";

#[test]
fn a_running_scene_that_is_renamed_stays_and_the_status_says_so() {
    let desk = Desk::new(&settings(""), &[]);
    let mut session = desk.watched(&["/dev/one"]);
    let (scene, studios) = (desk.lab.scene(), desk.lab.studios());
    // The first scene of the file now shows the room.
    let renamed = settings("").replace("[scene.calm]", &format!("{ROOM}[scene.quiet]"));
    desk.write(&renamed);
    until(&mut session, "a note", |status| {
        status.message.as_ref().is_some_and(|said| said.contains("'calm' is gone"))
    });
    assert_eq!((desk.lab.scene(), desk.lab.studios()), (scene.clone(), studios));
    // Later edits do not change that.
    desk.write(&renamed.replace("0.05", "0.06"));
    let studio = desk.lab.studios();
    until(&mut session, "the note stays", |_| true);
    assert_eq!((desk.lab.scene(), desk.lab.studios()), (scene, studio));
    // A scene that is chosen by name is shown.
    desk.write(&renamed.replace("[run]", "[run]\nscene = \"room\""));
    until(&mut session, "the chosen scene", |status| status.message.is_none());
    until(&mut session, "the chosen scene", |_| desk.lab.scene().shows_at_most() == Exposure::Room);
    let output = desk.lab.output("/dev/one");
    assert_eq!(output.openings(), 1);
}

#[test]
fn a_remembered_scene_that_is_gone_gives_way_to_none_that_shows_more() {
    for (shows, text) in [
        (None, ROOM.to_owned()),
        (Some(Exposure::Person), ROOM.to_owned()),
        (Some(Exposure::Veiled), format!("{ROOM}[scene.b]\nbackground = \"blur\"\n")),
    ] {
        let desk = Desk::new(&text, &["--output", "none"]);
        let state = State { scene: Some("gone".into()), shows, ..State::default() };
        desk.state().save(&state).unwrap();
        let mut session = desk.open().unwrap();
        let said = message(&mut session);
        assert!(said.contains("'gone', used last, is gone"), "{said}");
        let limit = shows.unwrap_or(Exposure::Person);
        assert!(desk.lab.scene().shows_at_most() <= limit, "{text}");
    }
}

#[test]
fn wrong_settings_change_nothing_and_the_message_says_why() {
    let desk = Desk::new(&settings(""), &[]);
    let mut session = desk.watched(&["/dev/one"]);
    let (scene, studios) = (desk.lab.scene(), desk.lab.studios());
    for (edit, why) in [
        ("[camera]\nsize = \"big\"", "'big' is not a size"),
        ("[run]\nscene = \"nowhere\"", "there is no scene 'nowhere'"),
        ("[scene.calm]\nbackground = \"/nowhere/at/all.png\"", "/nowhere/at/all.png"),
        ("[scene.calm]\neffects = [\"miror\"]", "did you mean 'mirror'"),
        ("[camera]\ndevice = ", "settings.toml:"),
    ] {
        desk.write(&settings(edit));
        until(&mut session, edit, |status| {
            // Before that it may say that the file is being opened.
            let says = |part| status.message.as_ref().is_some_and(|said| said.contains(part));
            says(why) && says("the last good settings stay")
        });
        assert!(desk.lab.scene() == scene && desk.lab.studios() == studios, "{edit}");
        desk.write(&settings(""));
        until(&mut session, "all is well again", |status| status.message.is_none());
    }
    assert_eq!(desk.lab.output("/dev/one").openings(), 1);
}

#[test]
fn a_setting_that_the_command_line_has_decided_says_so() {
    let line = ["--camera", "two", "--size", "320x180", "--fps", "30", "--output", "/dev/two"];
    let line = [&line[..], &["--background", "red", "--effect", "mirror"]].concat();
    let line = [&line[..], &["--model", "landscape", "--quality", "fast"]].concat();
    let desk = Desk::new(&settings(""), &line);
    desk.lab.camera("two");
    desk.lab.output("/dev/two");
    let mut session = desk.watched(&["/dev/two"]);
    let studios = desk.lab.studios();
    for (edit, key, option) in [
        ("[camera]\ndevice = \"three\"", "camera.device", "--camera"),
        ("[camera]\nsize = \"640x360\"", "camera.size", "--size"),
        ("[camera]\nfps = 5", "camera.fps", "--fps"),
        ("[output]\ndevice = \"/dev/three\"", "output.device", "--output"),
        ("[output]\nsize = \"64x36\"", "output.size", "--size"),
        ("[output]\nfps = 5", "output.fps", "--fps"),
        ("[matte]\nmodel = \"general\"", "matte.model", "--model"),
        ("[matte]\nquality = \"best\"", "matte.quality", "--quality"),
        ("[scene.calm]\nbackground = \"white\"", "background", "--background"),
        ("[scene.calm]\neffects = [\"blur\"]", "effects", "--effect"),
    ] {
        desk.write(&settings(edit));
        let sentence = format!("'{key}' has no effect: {option} on the command line");
        until(&mut session, &sentence, |status| {
            status.message.as_ref().is_some_and(|said| said.contains(&sentence))
        });
    }
    assert_eq!(desk.lab.studios(), studios, "nothing was built");
    assert_eq!(desk.lab.output("/dev/two").openings(), 1);
}
