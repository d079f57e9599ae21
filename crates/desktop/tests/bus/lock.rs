//! The session's lock, with a logind of the test's own.

use crate::kit::{Requests, on_private_bus, until};
use backlot_desktop::{Desktop, Options};
use backlot_protocol::{Mode, Request, State};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use zbus::blocking::{Connection, connection};
use zbus::fdo;
use zbus::interface;
use zbus::object_server::SignalEmitter;
use zbus::zvariant::OwnedObjectPath;

const ROOT: &str = "/org/freedesktop/login1";
const OURS: &str = "/org/freedesktop/login1/session/_32";
const OTHER: &str = "/org/freedesktop/login1/session/_35";
const ONLY_LOCK: Options = Options { tray: false, notifications: false, pause_on_lock: true };

#[derive(Default)]
struct Told {
    /// Whether there is a session of the user.
    has_session: AtomicBool,
    /// How often the lock was asked for.
    looked: AtomicUsize,
}

struct Manager(Arc<Told>);

#[interface(name = "org.freedesktop.login1.Manager")]
impl Manager {
    fn get_session(&self, id: &str) -> fdo::Result<OwnedObjectPath> {
        assert_eq!(id, "auto");
        match self.0.has_session.load(Ordering::SeqCst) {
            true => Ok(OwnedObjectPath::try_from(OURS).unwrap()),
            false => Err(fdo::Error::Failed("no session".to_owned())),
        }
    }

    #[zbus(signal)]
    async fn prepare_for_sleep(emitter: &SignalEmitter<'_>, start: bool) -> zbus::Result<()>;
}

struct Session {
    is_locked: bool,
    told: Arc<Told>,
}

#[interface(name = "org.freedesktop.login1.Session")]
impl Session {
    #[zbus(property)]
    fn locked_hint(&self) -> bool {
        self.told.looked.fetch_add(1, Ordering::SeqCst);
        self.is_locked
    }
}

struct Logind {
    connection: Connection,
    told: Arc<Told>,
}

impl Logind {
    fn start(has_session: bool, is_locked: bool) -> Self {
        let told = Arc::new(Told::default());
        told.has_session.store(has_session, Ordering::SeqCst);
        let session = || Session { is_locked, told: Arc::clone(&told) };
        let builder = connection::Builder::system().unwrap();
        let builder = builder.serve_at(ROOT, Manager(Arc::clone(&told))).unwrap();
        let builder = builder.serve_at(OURS, session()).unwrap().serve_at(OTHER, session());
        let builder = builder.unwrap().name("org.freedesktop.login1").unwrap();
        Self { connection: builder.build().unwrap(), told }
    }

    fn session(&self, path: &str, signal: &str) {
        let interface = "org.freedesktop.login1.Session";
        self.connection.emit_signal(None::<&str>, path, interface, signal, &()).unwrap();
    }

    fn manager(
        &self,
        signal: &str,
        body: &(impl zbus::export::serde::Serialize + zbus::zvariant::DynamicType),
    ) {
        let interface = "org.freedesktop.login1.Manager";
        self.connection.emit_signal(None::<&str>, ROOT, interface, signal, body).unwrap();
    }

    fn hint(&self, is_locked: bool) {
        let server = self.connection.object_server();
        let session = server.interface::<_, Session>(OURS).unwrap();
        session.get_mut().is_locked = is_locked;
        let emitter = session.signal_emitter();
        zbus::block_on(session.get().locked_hint_changed(emitter)).unwrap();
    }

    fn is_asked(&self) {
        until("the lock is asked for", || self.told.looked.load(Ordering::SeqCst) > 0);
    }
}

fn publish(desktop: &Desktop, mode: Mode) {
    desktop.publish(&Arc::new(State { mode, ..State::default() }));
}

#[test]
fn it_pauses_while_locked_or_asleep() {
    on_private_bus("lock::it_pauses_while_locked_or_asleep", || {
        let logind = Logind::start(true, false);
        let (inbox, requests) = Requests::new();
        let desktop = Desktop::start(ONLY_LOCK, inbox);
        publish(&desktop, Mode::Running);
        logind.is_asked();
        logind.session(OTHER, "Lock");
        logind.session(OURS, "Lock");
        assert_eq!(requests.next(), Request::Pause);
        publish(&desktop, Mode::Paused);
        logind.hint(true);
        logind.session(OTHER, "Unlock");
        logind.manager("PrepareForSleep", &true);
        logind.manager("PrepareForSleep", &false);
        requests.none();
        logind.hint(false);
        assert_eq!(requests.next(), Request::Resume);
        publish(&desktop, Mode::Running);
        logind.manager("PrepareForSleep", &true);
        assert_eq!(requests.next(), Request::Pause);
        publish(&desktop, Mode::Paused);
        logind.manager("PrepareForSleep", &false);
        assert_eq!(requests.next(), Request::Resume);
        // What the user paused stays.
        publish(&desktop, Mode::Paused);
        logind.session(OURS, "Lock");
        logind.session(OURS, "Unlock");
        requests.none();
    });
}

#[test]
fn a_session_may_be_locked_before_or_begin_later() {
    on_private_bus("lock::a_session_may_be_locked_before_or_begin_later", || {
        let logind = Logind::start(false, true);
        let (inbox, requests) = Requests::new();
        let desktop = Desktop::start(ONLY_LOCK, inbox);
        requests.none();
        logind.told.has_session.store(true, Ordering::SeqCst);
        let path = OwnedObjectPath::try_from(OURS).unwrap();
        logind.manager("SessionNew", &("2", path));
        assert_eq!(requests.next(), Request::Pause);
        // Anybody may send a signal, but only logind is believed.
        let other = Connection::system().unwrap();
        let interface = "org.freedesktop.login1.Session";
        let to_all = other.list_names_but(&logind);
        for name in to_all {
            other.emit_signal(Some(name), OURS, interface, "Unlock", &()).unwrap();
        }
        requests.none();
        logind.session(OURS, "Unlock");
        assert_eq!(requests.next(), Request::Resume);
        drop(desktop);
    });
}

#[test]
fn without_logind_nothing_happens() {
    on_private_bus("lock::without_logind_nothing_happens", || {
        let (inbox, requests) = Requests::new();
        let desktop = Desktop::start(ONLY_LOCK, inbox);
        publish(&desktop, Mode::Running);
        requests.none();
        drop(desktop);
        requests.over();
    });
}

/// Those who are on the bus.
trait Names {
    fn list_names_but(&self, logind: &Logind) -> Vec<String>;
}

impl Names for Connection {
    fn list_names_but(&self, logind: &Logind) -> Vec<String> {
        let bus = fdo_names(self);
        let own = logind.connection.unique_name().unwrap().to_string();
        bus.into_iter().filter(|name| name.starts_with(':') && *name != own).collect()
    }
}

fn fdo_names(connection: &Connection) -> Vec<String> {
    let bus = zbus::blocking::fdo::DBusProxy::new(connection).unwrap();
    bus.list_names().unwrap().into_iter().map(|name| name.to_string()).collect()
}
