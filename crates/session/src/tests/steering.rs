//! Requests while the program runs.

use super::desk::{Desk, settings, until};
use crate::session::Session;
use crate::socket::{Place, Socket};
use backlot_control::{Answer, Asked, Inbox};
use backlot_media::{FrameRate, OutputMode, Size};
use backlot_protocol::{Envelope, Mode, Origin, Request, Scenes, State, Step, What};
use backlot_scene::{LayerSource, Rgb};
use serde_json::{Value, json};
use std::net::{TcpListener, TcpStream};
use std::time::{Duration, Instant};

/// The timeout of every answer, however busy the machine is.
const PATIENCE: Duration = Duration::from_secs(60);

/// A run that is asked for things.
pub struct Asking<'a> {
    session: Session<'a>,
    inbox: Inbox,
}

impl<'a> Asking<'a> {
    pub fn new(desk: &'a Desk) -> Self {
        Self::of(desk.watched(&["/dev/one"]))
    }

    /// A run that nobody watches.
    pub fn unwatched(desk: &'a Desk) -> Self {
        Self::of(desk.watched(&[]))
    }

    fn of(mut session: Session<'a>) -> Self {
        let (inbox, asked) = Inbox::new(16);
        session.inbox.read(asked);
        Self { session, inbox }
    }

    /// Is asked through a socket from now on.
    pub fn serve(&mut self, socket: Socket) {
        self.inbox = socket.sender.clone();
        self.session.serve(socket);
    }

    /// Runs while something is so.
    pub fn run_while(&mut self, holds: impl Fn() -> bool) {
        let start = Instant::now();
        while holds() {
            assert!(start.elapsed() < PATIENCE, "it takes too long");
            self.session.step(Duration::from_millis(2));
        }
    }

    pub fn ask(&mut self, line: Value) -> Result<Value, String> {
        self.ask_all(vec![line]).remove(0)
    }

    /// Asks for several things at once.
    fn ask_all(&mut self, lines: Vec<Value>) -> Vec<Result<Value, String>> {
        let results = lines.into_iter().map(|line| {
            let envelope: Envelope = serde_json::from_value(line).unwrap();
            let (answer, result) = Answer::pair();
            self.inbox.ask(Asked { envelope, answer });
            result
        });
        let results: Vec<_> = results.collect();
        let start = Instant::now();
        let answers = results.into_iter().map(|result| {
            loop {
                assert!(start.elapsed() < PATIENCE, "no answer");
                self.session.step(Duration::from_millis(2));
                if let Ok(answer) = result.try_recv() {
                    return answer;
                }
            }
        });
        answers.collect()
    }

    pub fn state(&mut self) -> State {
        let state = self.ask(json!({ "request": "state" })).unwrap();
        serde_json::from_value(state).unwrap()
    }
}

/// The scenes of the tests.
const SCENES: &str =
    "[scene.calm]\neffects = [\"hologram:ghost=0.5\"]\n[scene.red]\nbackground = \"red\"\n";

#[test]
fn each_edit_shows_and_can_be_taken_back() {
    let desk = Desk::new(&settings(SCENES), &[]);
    let mut asking = Asking::new(&desk);
    let before = asking.state().scene;
    let edits = [
        json!({ "request": "background", "value": "green" }),
        json!({ "request": "blur", "on": true }),
        json!({ "request": "mirror", "on": true }),
        json!({ "request": "add-effect", "effect": "invert" }),
        json!({ "request": "set-effect", "effect": "hologram", "setting": "ghost", "value": 0.2 }),
        json!({ "request": "remove-effect", "effect": "0" }),
        json!({ "request": "key", "key": "chroma:color=lime" }),
        json!({ "request": "hide-layer", "layer": "background" }),
        json!({ "request": "toggle-layer", "layer": "background" }),
        json!({ "request": "set-layer", "layer": "person", "property": "opacity", "value": 0.5 }),
        json!({ "request": "place-layer", "layer": "person", "place": { "width": "40%" } }),
        json!({ "request": "insert-layer", "at": 1, "layer": { "id": "logo", "source": "aurora" } }),
        json!({ "request": "move-layer", "layer": "logo", "to": 0 }),
        json!({ "request": "remove-layer", "layer": "logo" }),
        json!({ "request": "add-effect", "effect": "invert", "layer": "*" }),
        json!({ "request": "move-effect", "effect": "invert", "to": 0, "layer": "*" }),
    ];
    let mut states = vec![before];
    for edit in &edits {
        assert_eq!(asking.ask(edit.clone()), Ok(Value::Null), "{edit}");
        let state = asking.state();
        assert!(state.history.can_undo);
        states.push(state.scene);
    }
    let is_of = |index: usize, part: &str| states[index].layers[1].effects.join(" ").contains(part);
    assert!(states[1].background.as_deref() == Some("green") && states[2].blur && states[3].mirror);
    assert!(is_of(4, "invert") && is_of(5, "ghost=0.2") && !is_of(6, "hologram"));
    assert_eq!(states[7].layers[1].key.as_deref(), Some("chroma:color=lime"));
    assert!(!states[8].layers[0].visible && states[9].layers[0].visible);
    assert_eq!((states[12].layers.len(), &*states[13].layers[0].id), (3, "logo"));
    assert_eq!(
        (&*states[15].effects.join(" "), &*states[16].effects.join(" ")),
        ("mirror invert", "invert mirror")
    );
    assert_eq!(states[10].layers[1].form["opacity"], json!(0.5));
    assert_eq!(states[11].layers[1].area.map(|area| area[2].get()), Some(40.0));
    for expected in states.iter().rev().skip(1) {
        assert_eq!(asking.ask(json!({ "request": "undo" })), Ok(Value::Null));
        assert_eq!(asking.state().scene.layers, expected.layers);
    }
    assert!(asking.ask(json!({ "request": "undo" })).unwrap_err().contains("nothing to undo"));
    for expected in &states[1..] {
        assert_eq!(asking.ask(json!({ "request": "redo" })), Ok(Value::Null));
        assert_eq!(asking.state().scene.layers, expected.layers);
    }
}

#[test]
fn scenes_are_shown_by_name_and_in_turn_and_keep_what_was_changed() {
    let desk = Desk::new(&settings(SCENES), &[]);
    let mut asking = Asking::new(&desk);
    let show = |step: Step| json!({ "request": "show-scene", "step": step.name() });
    asking.ask(json!({ "request": "background", "value": "green" })).unwrap();
    for (step, name) in [(Step::Next, "red"), (Step::Next, "calm"), (Step::Previous, "red")] {
        asking.ask(show(step)).unwrap();
        assert_eq!(asking.state().scenes.shown.as_deref(), Some(name));
    }
    let fade = json!({ "request": "show-scene", "scene": "calm", "transition": "fade:20" });
    asking.ask(fade).unwrap();
    assert_eq!(asking.state().scene.background.as_deref(), Some("green"));
    let error = asking.ask(json!({ "request": "show-scene", "scene": "clam" })).unwrap_err();
    assert!(error.contains("'clam'") && error.contains("'calm'"), "{error}");
    // What the file says anew counts more than what was asked for before.
    desk.write(&settings(SCENES).replace("navy", "blue"));
    let is_blue = |lab: &super::desk::Lab| {
        lab.scene().layers[0].source == LayerSource::Color("blue".parse::<Rgb>().unwrap())
    };
    until(&mut asking.session, "the file's background", |_| is_blue(&desk.lab));
}

#[test]
fn scenes_are_copied_and_named_anew() {
    let desk = Desk::new(&settings(SCENES), &[]);
    let mut asking = Asking::new(&desk);
    let copy = |to: &str| json!({ "request": "copy-scene", "scene": "red", "to": to });
    let rename = |scene: &str| json!({ "request": "rename-scene", "scene": scene, "to": "fire" });
    assert_eq!(asking.ask(copy("red 2")), Ok(Value::Null));
    for (request, why) in [
        (copy("calm"), "already"),
        (copy(" "), "choose another"),
        (copy("next"), "choose another"),
        (rename("hologram"), "ready"),
        (rename("rde"), "'red'"),
    ] {
        let error = asking.ask(request).unwrap_err();
        assert!(error.contains(why), "{error}");
    }
    asking.ask(json!({ "request": "show-scene", "scene": "red 2" })).unwrap();
    asking.ask(rename("red 2")).unwrap();
    let names = |asking: &mut Asking<'_>| {
        let Scenes { list, shown } = asking.state().scenes;
        let own = list.into_iter().filter(|scene| scene.origin != Origin::Ready);
        (own.map(|scene| scene.name).collect::<Vec<_>>(), shown)
    };
    for (request, name) in [("undo", "red 2"), ("redo", "fire")] {
        asking.ask(json!({ "request": request })).unwrap();
        let (own, shown) = names(&mut asking);
        assert_eq!((&own[2..], shown.as_deref()), (&[name.to_owned()][..], Some(name)));
    }
    asking.ask(json!({ "request": "show-scene", "scene": "calm" })).unwrap();
    assert!(!asking.state().scene.changed);
    asking.ask(json!({ "request": "background", "value": "green" })).unwrap();
    assert!(asking.state().scene.changed);
    asking.ask(json!({ "request": "copy-scene", "to": "mine" })).unwrap();
    let state = asking.state();
    let names: Vec<_> = state.scenes.list.iter().map(|scene| scene.name.as_str()).collect();
    assert!(names.starts_with(&["calm", "red", "fire", "mine"]), "{names:?}");
    assert_eq!(state.scene.name.as_deref(), Some("mine"));
    assert_eq!(state.scene.background.as_deref(), Some("green"));
    assert!(state.scene.changed);
    // One that takes a ready one's place is there once.
    let ready = json!({ "request": "replace-scene", "scene": "hologram", "form": {} });
    asking.ask(ready).unwrap();
    let list = asking.state().scenes.list;
    assert_eq!(list.iter().filter(|scene| scene.name == "hologram").count(), 1);
    asking.ask(json!({ "request": "save" })).unwrap();
    assert!(!asking.state().scene.changed);
}

#[test]
fn what_cannot_be_is_refused_and_changes_nothing() {
    let desk = Desk::new(&settings(SCENES), &[]);
    let mut asking = Asking::new(&desk);
    let (before, studios) = (asking.state().scene, desk.lab.studios());
    for (request, why) in [
        (json!({ "request": "background", "value": "/nowhere/at/all.png" }), "/nowhere/at/all.png"),
        (json!({ "request": "background", "value": "transparent" }), "transparency"),
        (
            json!({ "request": "set-layer", "layer": "ghost", "property": "opacity", "value": 1 }),
            "ghost",
        ),
        (
            json!({ "request": "set-layer", "layer": "person", "property": "opacity", "value": 7 }),
            "opacity",
        ),
        (json!({ "request": "add-effect", "effect": "holo" }), "hologram"),
        (json!({ "request": "remove-effect", "effect": "blur" }), "no effect 'blur'"),
        (json!({ "request": "camera", "device": "nowhere" }), "nowhere"),
        (json!({ "request": "camera-mode", "size": "large" }), "'large'"),
        (json!({ "request": "camera-mode", "fps": 0 }), "'0'"),
        (json!({ "request": "redo" }), "nothing to do again"),
        (json!({ "request": "restart-layer", "layer": "person" }), "no beginning"),
        (json!({ "request": "show-scene", "scene": "red", "output": "two" }), "'two'"),
    ] {
        let error = asking.ask(request.clone()).unwrap_err();
        assert!(error.contains(why), "{request}: {error}");
    }
    assert_eq!((asking.state().scene, desk.lab.studios()), (before, studios));
}

#[test]
fn virtual_cameras_follow_the_mode_that_the_camera_is_asked_for() {
    let desk = Desk::new(&settings(SCENES), &[]);
    let mut asking = Asking::new(&desk);
    let output = desk.lab.output("/dev/one");
    let before = output.mode().unwrap();
    output.watch(0);
    asking.ask(json!({ "request": "camera-mode", "size": "128x72", "fps": 15 })).unwrap();
    let size = Size::new(128, 72).unwrap();
    let is_so = |mode: OutputMode| (mode.size, mode.rate) == (size, FrameRate::new(15, 1).unwrap());
    until(&mut asking.session, "another mode", |_| output.mode().is_some_and(is_so));
    asking.ask(json!({ "request": "camera-mode" })).unwrap();
    until(&mut asking.session, "the settings' mode", |_| output.mode() == Some(before));
}

#[test]
fn changes_that_come_at_once_are_made_in_their_order() {
    let desk = Desk::new(&settings(SCENES), &[]);
    let mut asking = Asking::new(&desk);
    let values = ["red", "/nowhere/at/all.png", "green", "blue"];
    let lines = values.map(|value| json!({ "request": "background", "value": value }));
    let answers = asking.ask_all(lines.to_vec());
    let are_fine: Vec<_> = answers.iter().map(Result::is_ok).collect();
    assert_eq!(are_fine, [true, false, true, true], "{answers:?}");
    assert_eq!(asking.state().scene.background.as_deref(), Some("blue"));
    asking.ask(json!({ "request": "undo" })).unwrap();
    assert_eq!(asking.state().scene.background.as_deref(), Some("green"));
}

#[test]
fn pause_panic_and_off_are_ended_by_resume() {
    let desk = Desk::new(&settings(SCENES), &[]);
    let mut asking = Asking::new(&desk);
    for (name, mode) in [("pause", Mode::Paused), ("panic", Mode::Panic), ("off", Mode::Off)] {
        asking.ask(json!({ "request": name })).unwrap();
        assert_eq!(asking.state().mode, mode);
        let shows_room = desk.lab.scene().shows_at_most() == backlot_scene::Exposure::Room;
        assert_eq!(shows_room, mode == Mode::Off);
        asking.ask(json!({ "request": "resume" })).unwrap();
        assert_eq!(asking.state().mode, Mode::Running);
    }
    assert!(desk.lab.scene().shows_at_most() < backlot_scene::Exposure::Room);
    assert!(!asking.session.inbox.has_quit());
    asking.ask(json!({ "request": "quit" })).unwrap();
    assert!(asking.session.inbox.has_quit());
}

#[test]
fn a_break_shows_the_card_of_the_settings_and_panic_our_own() {
    let card = |value: &str| settings(&format!("[run]\npause_card = \"{value}\"\n"));
    let desk = Desk::new(&card("white.ppm"), &[]);
    std::fs::write(desk.folder().join("white.ppm"), b"P6 1 1 255\n\xff\xff\xff").unwrap();
    let mut asking = Asking::new(&desk);
    let output = desk.lab.output("/dev/one");
    let middle = || output.shown(0).last().unwrap().middle;
    asking.ask(json!({ "request": "pause" })).unwrap();
    until(&mut asking.session, "the user's picture", |status| {
        status.message.is_none() && middle() > 233
    });
    asking.ask(json!({ "request": "panic" })).unwrap();
    until(&mut asking.session, "our own card", |_| middle() < 230);
    asking.ask(json!({ "request": "pause" })).unwrap();
    until(&mut asking.session, "the user's picture again", |_| middle() > 233);
    // What can't be read is said, and our own card shown.
    desk.write(&card("gone.png"));
    until(&mut asking.session, "what is wrong", |status| {
        let said = status.message.clone().unwrap_or_default();
        said.contains("run.pause_card") && said.contains("gone.png") && middle() < 230
    });
    desk.write(&card("Back in five minutes"));
    until(&mut asking.session, "no complaint", |status| status.message.is_none());
}

#[test]
fn what_is_saved_is_a_file_of_its_own() {
    let desk = Desk::new(&settings(SCENES), &[]);
    let mut asking = Asking::new(&desk);
    asking.ask(json!({ "request": "background", "value": "green", "save": true })).unwrap();
    let text = std::fs::read_to_string(desk.folder().join("scenes/calm.toml")).unwrap();
    assert!(text.contains("green") && text.contains("ghost=0.5"), "{text}");
    let hand = std::fs::read_to_string(desk.folder().join("settings.toml")).unwrap();
    assert_eq!(hand, settings(SCENES));
}

#[test]
fn a_picture_of_what_viewers_see_is_written_and_nobody_is_left_who_watches() {
    let desk = Desk::new(&settings("[scene.red]\nbackground = \"red\"\n"), &[]);
    let mut asking = Asking::new(&desk);
    let file = desk.folder().join("now.png");
    let answer = asking.ask(json!({ "request": "snapshot", "file": &file })).unwrap();
    assert_eq!(answer["file"], json!(&file));
    assert_eq!(std::fs::read(&file).unwrap()[1..4], *b"PNG");
    assert_eq!(asking.state().outputs.len(), 1);
    let again = asking.ask(json!({ "request": "snapshot", "file": &file })).unwrap_err();
    assert!(again.contains("now.png"), "{again}");
}

#[test]
fn every_list_is_there_and_questions_change_nothing() {
    let desk = Desk::new(&settings(SCENES), &[]);
    let mut asking = Asking::new(&desk);
    let (before, studios) = (asking.state().scene, desk.lab.studios());
    for what in What::ALL {
        let list = asking.ask(json!({ "request": "list", "what": what.name() })).unwrap();
        let is_filled = list.as_array().is_none_or(|list| !list.is_empty());
        // What this machine has is another matter.
        let may_lack = matches!(what, What::Cameras | What::Recordings);
        assert!(is_filled && !list.is_null() || may_lack, "{what:?}: {list}");
    }
    let explained = asking.ask(json!({ "request": "explain" })).unwrap();
    assert!(!explained["steps"].as_array().unwrap().is_empty(), "{explained}");
    assert!(asking.ask(json!({ "request": "doctor" })).unwrap()["verdict"].is_string());
    assert_eq!(asking.ask(json!({ "request": "ping" })), Ok("pong".into()));
    assert_eq!((asking.state().scene, desk.lab.studios()), (before, studios));
    assert_eq!(Request::Ping.name(), "ping");
}

#[test]
fn programs_that_steer_obs_are_served_while_the_settings_say_so() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let on =
        format!("[obs_websocket]\nenabled = true\nport = {port}\npassword = \"a long secret\"\n");
    // The desktop of who runs this sees nothing of it.
    let settings = |extra: &str| {
        let off = "tray = false\nnotifications = false\npause_on_lock = false";
        settings(&format!("[desktop]\n{off}\n{extra}"))
    };
    let desk = Desk::new(&settings(""), &[]);
    let mut session = desk.watched(&["/dev/one"]);
    session.serve(Socket::open(&Place::Nowhere).unwrap());
    let connects = || TcpStream::connect(("127.0.0.1", port)).is_ok();
    assert!(!connects());
    desk.write(&settings(&on));
    until(&mut session, "a server", |_| connects());
    desk.write(&settings(&on.replace("long", "longer")));
    until(&mut session, "a server with another password", |_| connects());
    // Somebody else has the port: the message says so.
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let other = taken.local_addr().unwrap().port();
    desk.write(&settings(&on.replace(&port.to_string(), &other.to_string())));
    until(&mut session, "the reason", |status| {
        status.message.as_ref().is_some_and(|said| said.contains(&other.to_string()))
    });
    desk.write(&settings(""));
    until(&mut session, "no server", |status| !connects() && status.message.is_none());
}

/// The head of what is answered at an address of the panel.
fn entered(address: &str) -> String {
    let rest = address.strip_prefix("http://").unwrap();
    let (host, path) = rest.split_at(rest.find('/').unwrap());
    super::panel::get(host, "", path).head.lines().next().unwrap_or_default().to_owned()
}

#[test]
fn the_panel_is_served_while_the_settings_say_so() {
    let desk = Desk::new(&settings(""), &[]);
    let mut asking = Asking::new(&desk);
    let nowhere = asking.ask(json!({ "request": "panel" })).unwrap_err();
    assert_eq!(nowhere, "there is no panel, as this run has no socket");
    let socket = Socket::open(&Place::At(desk.folder().join("run/control.sock"))).unwrap();
    asking.serve(socket);
    let address = |asking: &mut Asking<'_>, fields: Value| {
        asking.ask(fields).map(|answer| answer["address"].as_str().unwrap().to_owned())
    };
    let host = |address: &str| address.split('/').nth(2).unwrap().to_owned();
    let plain = json!({ "request": "panel" });
    let first = address(&mut asking, plain.clone()).unwrap();
    assert!(entered(&first).contains(" 303 "));
    assert!(entered(&first).contains(" 403 "), "used twice");
    let second = address(&mut asking, plain.clone()).unwrap();
    assert_eq!(host(&second), host(&first));
    let moved = address(&mut asking, json!({ "request": "panel", "new": true })).unwrap();
    assert_ne!(host(&moved), host(&first));
    assert!(entered(&moved).contains(" 303 "));
    desk.write(&settings("[panel]\nenabled = false\n"));
    until(&mut asking.session, "no panel", |_| {
        let port = host(&moved).rsplit(':').next().unwrap().parse().unwrap();
        TcpStream::connect(("127.0.0.1", port)).is_err()
    });
    let off = address(&mut asking, plain.clone()).unwrap_err();
    assert!(off.starts_with("the panel is off: "), "{off}");
    // Somebody else has the port: the message says so, and so does the answer.
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    desk.write(&settings(&format!("[panel]\nport = {port}\n")));
    until(&mut asking.session, "the reason", |status| {
        status.message.as_ref().is_some_and(|said| said.contains(&port.to_string()))
    });
    let why = address(&mut asking, plain.clone()).unwrap_err();
    assert!(why.starts_with(&format!("the panel can't have port {port} ")), "{why}");
    drop(taken);
    desk.write(&settings(""));
    until(&mut asking.session, "a panel", |status| status.message.is_none());
    assert!(entered(&address(&mut asking, plain).unwrap()).contains(" 303 "));
}
