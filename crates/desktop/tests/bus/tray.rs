//! The tray, with a StatusNotifierWatcher of the test's own.

use crate::kit::{LONG, Requests, SHORT, on_private_bus, until};
use backlot_desktop::{Desktop, Options};
use backlot_protocol::{Activity, Mode, Origin, Output, Request, SceneEntry, Scenes, State};
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use zbus::blocking::{Connection, Proxy, connection};
use zbus::interface;
use zbus::zvariant::{OwnedValue, Value};

const ONLY_TRAY: Options = Options { tray: true, notifications: false, pause_on_lock: false };
const ITEM: &str = "org.kde.StatusNotifierItem";
const MENU: &str = "com.canonical.dbusmenu";

struct Watcher(Sender<String>);

#[interface(name = "org.kde.StatusNotifierWatcher")]
impl Watcher {
    fn register_status_notifier_item(&self, service: String) {
        self.0.send(service).unwrap();
    }

    #[zbus(property)]
    fn is_status_notifier_host_registered(&self) -> bool {
        true
    }
}

fn watcher() -> (Connection, Receiver<String>) {
    let (items, receiver) = channel();
    let builder = connection::Builder::session().unwrap();
    let builder = builder.serve_at("/StatusNotifierWatcher", Watcher(items)).unwrap();
    (builder.name("org.kde.StatusNotifierWatcher").unwrap().build().unwrap(), receiver)
}

/// An entry of the menu.
#[derive(Clone, Debug)]
struct Entry {
    id: i32,
    label: String,
    is_enabled: bool,
    is_chosen: bool,
}

/// The icon, as the desktop sees it.
struct Item {
    connection: Connection,
    name: String,
}

impl Item {
    fn proxy(&self, path: &'static str, interface: &'static str) -> Proxy<'_> {
        let builder = zbus::blocking::proxy::Builder::new(&self.connection);
        let builder = builder.destination(&*self.name).unwrap().path(path).unwrap();
        let builder = builder.interface(interface).unwrap();
        builder.cache_properties(zbus::proxy::CacheProperties::No).build().unwrap()
    }

    fn pixels(&self) -> Vec<(i32, i32, Vec<u8>)> {
        self.proxy("/StatusNotifierItem", ITEM).get_property("IconPixmap").unwrap()
    }

    fn menu(&self) -> Vec<Entry> {
        type Layout = (i32, HashMap<String, OwnedValue>, Vec<OwnedValue>);
        let names: [&str; 0] = [];
        let menu = self.proxy("/MenuBar", MENU);
        let (_, (_, _, children)): (u32, Layout) =
            menu.call("GetLayout", &(0, -1, &names[..])).unwrap();
        let entries = children.into_iter().map(|child| {
            let (id, about, _): Layout = Value::from(child).try_into().unwrap();
            let flag = |name: &str| about.get(name).map(|value| bool::try_from(value).unwrap());
            let state = about.get("toggle-state").map(|value| i32::try_from(value).unwrap());
            let label = about.get("label").map(|value| <&str>::try_from(value).unwrap());
            Entry {
                id,
                label: label.unwrap_or_default().to_owned(),
                is_enabled: flag("enabled") != Some(false),
                is_chosen: state == Some(1),
            }
        });
        entries.collect()
    }

    fn entry(&self, label: &str) -> Option<Entry> {
        self.menu().into_iter().find(|entry| entry.label == label)
    }

    fn click(&self, label: &str) {
        let entry = self.entry(label).unwrap_or_else(|| panic!("no '{label}': {:?}", self.menu()));
        let nothing = Value::from(0);
        let () = self
            .proxy("/MenuBar", MENU)
            .call("Event", &(entry.id, "clicked", nothing, 0_u32))
            .unwrap();
    }
}

fn item(items: &Receiver<String>) -> Item {
    let name = items.recv_timeout(LONG).unwrap();
    Item { connection: Connection::session().unwrap(), name }
}

fn state(mode: Mode, shown: Option<&str>) -> Arc<State> {
    let entry = |name: &str| SceneEntry { name: name.to_owned(), origin: Origin::Ready };
    let list = vec![entry("calm"), entry("my_desk")];
    let programs = vec!["firefox".to_owned()];
    Arc::new(State {
        scenes: Scenes { list, shown: shown.map(str::to_owned) },
        mode,
        activity: Activity::Live,
        outputs: vec![Output { programs, ..Output::default() }],
        ..State::default()
    })
}

fn shown(scene: &str) -> Request {
    let scene = Some(scene.to_owned());
    Request::ShowScene { scene, step: None, output: None, transition: None }
}

#[test]
fn the_tray_shows_the_state_and_steers() {
    on_private_bus("tray::the_tray_shows_the_state_and_steers", || {
        let (_watcher, items) = watcher();
        let (inbox, requests) = Requests::new();
        let desktop = Desktop::start(ONLY_TRAY, inbox);
        desktop.publish(&state(Mode::Running, Some("calm")));
        let item = item(&items);
        let first = item.menu().remove(0);
        assert!(first.label.ends_with(", watched by firefox") && !first.is_enabled, "{first:?}");
        assert!(item.entry("calm").unwrap().is_chosen);
        item.click("my__desk");
        assert_eq!(requests.next(), shown("my_desk"));
        desktop.publish(&state(Mode::Running, Some("my_desk")));
        until("the other scene is chosen", || item.entry("my__desk").unwrap().is_chosen);
        assert!(!item.entry("calm").unwrap().is_chosen);
        let live = item.pixels();
        assert!(live.iter().all(|(w, h, data)| usize::try_from(w * h * 4) == Ok(data.len())));
        for (label, request) in [
            ("Pause", Request::Pause),
            ("Panic: hide everything", Request::Panic),
            ("Off: the camera as it is", Request::Off),
            ("Quit", Request::Quit),
        ] {
            item.click(label);
            assert_eq!(requests.next(), request);
        }
        desktop.publish(&state(Mode::Panic, None));
        until("it can be resumed", || item.entry("Resume").is_some());
        assert!(!item.menu().iter().any(|entry| entry.is_chosen));
        assert_ne!(item.pixels(), live);
        item.click("Resume");
        assert_eq!(requests.next(), Request::Resume);
        drop(desktop);
        let bus = zbus::blocking::fdo::DBusProxy::new(&item.connection).unwrap();
        let name = || zbus::names::BusName::try_from(&*item.name).unwrap();
        until("the icon is gone", || !bus.name_has_owner(name()).unwrap());
    });
}

#[test]
fn a_tray_may_come_later() {
    on_private_bus("tray::a_tray_may_come_later", || {
        let (inbox, requests) = Requests::new();
        let mut desktop = Desktop::start(ONLY_TRAY, inbox);
        desktop.publish(&state(Mode::Running, None));
        std::thread::sleep(SHORT);
        let (_watcher, items) = watcher();
        item(&items).click("Pause");
        assert_eq!(requests.next(), Request::Pause);
        // Switched off and on again.
        desktop.set(Options { tray: false, ..ONLY_TRAY });
        desktop.set(ONLY_TRAY);
        desktop.publish(&state(Mode::Paused, None));
        item(&items).click("Resume");
        assert_eq!(requests.next(), Request::Resume);
    });
}
