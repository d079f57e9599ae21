use super::*;
use backlot_protocol::{Activity, Scene};

/// The end of a test's patience: reached only by one that fails.
const LONG: Duration = Duration::from_secs(20);

/// A service manager of the test's own.
struct Own {
    socket: UnixDatagram,
    variables: Vec<(&'static str, OsString)>,
}

impl Own {
    fn at(address: &SocketAddr, name: OsString) -> Self {
        let socket = UnixDatagram::bind_addr(address).unwrap();
        socket.set_read_timeout(Some(LONG)).unwrap();
        Self { socket, variables: vec![("NOTIFY_SOCKET", name)] }
    }

    fn abstract_one(test: &str) -> Self {
        let name = format!("backlot-{test}-{}", std::process::id());
        let address = SocketAddr::from_abstract_name(&name).unwrap();
        Self::at(&address, format!("@{name}").into())
    }

    fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.variables.push((name, value.to_string().into()));
        self
    }

    fn start(&self) -> Notify {
        Notify::start(|name| {
            let found = self.variables.iter().find(|(variable, _)| *variable == name);
            found.map(|(_, value)| value.clone())
        })
    }

    fn told(&self) -> String {
        let mut bytes = [0; 1024];
        let length = self.socket.recv(&mut bytes).unwrap();
        String::from_utf8(bytes[..length].to_vec()).unwrap()
    }

    fn has_silence(&self) -> bool {
        self.socket.set_nonblocking(true).unwrap();
        let silent = self.socket.recv(&mut [0; 1]).is_err();
        self.socket.set_nonblocking(false).unwrap();
        silent
    }
}

fn live(scene: &str) -> Arc<State> {
    let scene = Scene { name: Some(scene.to_owned()), ..Scene::default() };
    Arc::new(State { scene, activity: Activity::Live, ..State::default() })
}

#[test]
fn it_is_told_what_happens_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notify");
    let by_path = Own::at(&SocketAddr::from_pathname(&path).unwrap(), path.into());
    for own in [by_path, Own::abstract_one("told")] {
        let notify = own.start();
        notify.publish(&Arc::default());
        let ready = "READY=1\nSTATUS=Ready: nobody watches, and the camera is closed";
        assert_eq!(own.told(), ready);
        notify.publish(&live("calm"));
        assert_eq!(own.told(), "STATUS=Live: calm");
        notify.publish(&live("calm"));
        notify.publish(&live("de\nsk"));
        assert_eq!(own.told(), "STATUS=Live: de sk");
        drop(notify);
        assert_eq!(own.told(), "STOPPING=1");
        assert!(own.has_silence());
    }
}

#[test]
fn the_watchdog_hears_of_a_program_only_while_it_lives() {
    let own = Own::abstract_one("watchdog").with("WATCHDOG_USEC", 100_000);
    let own = own.with("WATCHDOG_PID", std::process::id());
    let notify = own.start();
    for _ in 0..2 {
        notify.beat();
        assert_eq!(own.told(), "WATCHDOG=1");
    }
    // Several times as long as it would take, should it still be told without a beat.
    std::thread::sleep(Duration::from_millis(300));
    drop(notify);
    assert_eq!(own.told(), "STOPPING=1");
}

#[test]
fn another_process_watchdog_is_not_ours() {
    let allowed = |pid: Option<&str>, micros: &str| {
        watchdog(&|name: &str| match name {
            "WATCHDOG_PID" => pid.map(OsString::from),
            _ => Some(OsString::from(micros)),
        })
    };
    assert_eq!(allowed(None, "30000000"), Some(Duration::from_secs(30)));
    assert_eq!(allowed(Some("1"), "30000000"), None);
    assert_eq!(allowed(Some("x"), "30000000"), None);
    for nonsense in ["0", "-1", "", "30s"] {
        assert_eq!(allowed(None, nonsense), None);
    }
}

#[test]
fn without_a_service_manager_nothing_happens() {
    for address in [None, Some(""), Some("vsock:2:1"), Some("relative"), Some("/no/such/socket")] {
        let notify =
            Notify::start(|name| (name == "NOTIFY_SOCKET").then(|| address.map(Into::into))?);
        notify.publish(&live("calm"));
        notify.beat();
    }
}
