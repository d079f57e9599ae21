//! Notifications, with a service of the test's own.

use crate::kit::{LONG, Requests, SHORT, on_private_bus};
use backlot_desktop::{Desktop, Options};
use backlot_protocol::{Activity, Output, State};
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use zbus::blocking::{Connection, connection};
use zbus::interface;
use zbus::zvariant::OwnedValue;

const ONLY_NOTICES: Options = Options { tray: false, notifications: true, pause_on_lock: false };

#[derive(Debug)]
struct Shown {
    replaces: u32,
    title: String,
    text: String,
}

struct Service {
    shown: Sender<Shown>,
    has_markup: bool,
}

#[interface(name = "org.freedesktop.Notifications")]
impl Service {
    fn get_capabilities(&self) -> Vec<&str> {
        if self.has_markup { vec!["body", "body-markup"] } else { vec!["body"] }
    }

    #[expect(clippy::too_many_arguments, reason = "as the service is defined")]
    fn notify(
        &self,
        app: &str,
        replaces: u32,
        _icon: &str,
        title: String,
        text: String,
        actions: Vec<String>,
        _hints: HashMap<String, OwnedValue>,
        _timeout: i32,
    ) -> u32 {
        assert!(app == "Backlot" && actions.is_empty());
        self.shown.send(Shown { replaces, title, text }).unwrap();
        7
    }
}

fn service(has_markup: bool) -> (Connection, Receiver<Shown>) {
    let (shown, receiver) = channel();
    let builder = connection::Builder::session().unwrap();
    let service = Service { shown, has_markup };
    let builder = builder.serve_at("/org/freedesktop/Notifications", service).unwrap();
    (builder.name("org.freedesktop.Notifications").unwrap().build().unwrap(), receiver)
}

fn publish(desktop: &Desktop, activity: Activity) {
    let outputs = vec![Output { viewers: Some(1), ..Output::default() }];
    let message = Some("<b>no</b> camera & no\nlight".to_owned());
    desktop.publish(&Arc::new(State { activity, outputs, message, ..State::default() }));
}

/// A camera goes and comes back.
fn shows(has_markup: bool, text: &str) {
    let (_service, shown) = service(has_markup);
    let desktop = Desktop::start(ONLY_NOTICES, Requests::new().0);
    publish(&desktop, Activity::Waiting);
    let gone = shown.recv_timeout(LONG).unwrap();
    assert_eq!((gone.replaces, &*gone.title), (0, "The camera is gone"));
    assert!(gone.text.ends_with(text), "{gone:?}");
    publish(&desktop, Activity::Live);
    let back = shown.recv_timeout(LONG).unwrap();
    assert_eq!((back.replaces, &*back.title), (7, "The camera is back"));
    publish(&desktop, Activity::Live);
    assert!(shown.recv_timeout(SHORT).is_err());
}

#[test]
fn a_camera_that_went_and_came_back_is_shown() {
    on_private_bus("notices::a_camera_that_went_and_came_back_is_shown", || {
        shows(false, ": <b>no</b> camera & no light");
    });
}

#[test]
fn text_is_no_markup() {
    on_private_bus("notices::text_is_no_markup", || {
        shows(true, ": &lt;b&gt;no&lt;/b&gt; camera &amp; no light");
    });
}

#[test]
fn without_a_service_nothing_happens() {
    on_private_bus("notices::without_a_service_nothing_happens", || {
        let desktop = Desktop::start(ONLY_NOTICES, Requests::new().0);
        publish(&desktop, Activity::Waiting);
        std::thread::sleep(10 * SHORT);
        publish(&desktop, Activity::Live);
    });
}
