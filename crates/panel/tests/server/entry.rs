//! How a browser is let in, and what it finds.

use crate::kit::{Browser, Program, kept, parts};
use crate::preview::Drawn;
use backlot_control::Inbox;
use backlot_panel::{Panel, PanelError, PanelOptions, pass_beside};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;

#[test]
fn a_code_is_exchanged_for_the_cookie_once() {
    let program = Program::start();
    let address = program.panel().address().unwrap();
    let (host, path) = parts(&address);
    assert!(host.contains(".backlot.localhost:"), "{host}");
    let stranger = Browser { host: host.to_owned(), cookie: String::new() };
    let entered = stranger.get(path);
    assert_eq!((entered.status, entered.header("location")), (303, Some("/")));
    let cookie = entered.header("set-cookie").unwrap();
    assert!(cookie.ends_with("; Path=/; HttpOnly; SameSite=Strict"), "{cookie}");
    let again = stranger.get(path);
    assert_eq!(again.status, 403);
    assert!(again.text().contains("was used already"), "{}", again.text());
    assert_eq!(again.header("set-cookie"), None);
    let cookie = cookie.split(';').next().unwrap().to_owned();
    let known = Browser { cookie, ..stranger.clone() };
    let page = known.get("/");
    assert_eq!((page.status, page.header("content-type")), (200, Some("text/html; charset=utf-8")));
    assert_eq!(known.get("/api/v1/state").json()["scene"]["name"], "desk");
    for path in ["/", "/assets/a.js", "/api/v1/state", "/api/v1/openapi.json", "/nothing"] {
        assert_eq!(stranger.get(path).status, 401, "{path}");
    }
    let told = stranger.get("/").text();
    assert!(told.contains("open it with 'backlot panel'"), "{told}");
}

#[test]
fn both_addresses_of_the_machine_are_served() {
    let program = Program::start();
    let port = program.panel().port();
    for place in ["127.0.0.1", "::1"] {
        let free = TcpListener::bind((place, port));
        assert!(free.is_err(), "somebody else could have {place}");
    }
}

#[test]
fn an_open_page_survives_a_restart() {
    let mut program = Program::start();
    let browser = program.browser();
    let path = program.options.pass.clone();
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let before = kept(&path);
    program.close();
    program.open();
    assert_eq!(browser.get("/").status, 200);
    assert_eq!(kept(&path), before);
    // Where somebody else has the port meanwhile, everything is made anew.
    program.close();
    let _taken = TcpListener::bind(("::1", browser.port())).unwrap();
    program.open();
    let after = kept(&path);
    for part in ["host", "port", "secret"] {
        assert_ne!(after[part], before[part]);
    }
    assert_eq!(program.browser().get("/").status, 200);
}

#[test]
fn a_port_that_is_taken_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let options = PanelOptions {
        port,
        ..PanelOptions::new(folder.path().join("panel.json"), "/nowhere".into())
    };
    let open = || Panel::open(&options, Inbox::new(1).0, Arc::new(|| ()), Arc::new(Drawn));
    let Err(error) = open() else { panic!("two have it") };
    assert!(matches!(error, PanelError::Port { .. }));
    let sentence = error.to_string();
    let begin = format!("the panel can't have port {port} on 127.0.0.1 and [::1]: ");
    assert!(sentence.starts_with(&begin), "{sentence}");
    drop(taken);
    assert_eq!(open().unwrap().port(), port);
}

#[test]
fn each_program_keeps_its_own_address() {
    let beside = |socket: &str| pass_beside(Path::new(socket));
    assert_eq!(beside("/run/backlot/control.sock"), Path::new("/run/backlot/panel.json"));
    assert_eq!(beside("/tmp/a/two.sock"), Path::new("/tmp/a/two.panel.json"));
}

#[test]
fn what_the_page_may_do_stands_on_every_answer() {
    let program = Program::start();
    let browser = program.browser();
    let stranger = Browser { cookie: String::new(), ..browser.clone() };
    for answer in [browser.get("/"), browser.get("/api/v1/state"), stranger.get("/enter")] {
        let policy = answer.header("content-security-policy").unwrap();
        for part in ["default-src 'none'", "frame-ancestors 'none'", "script-src 'self';"] {
            assert!(policy.contains(part), "{policy}");
        }
        assert!(policy.contains(&format!("connect-src 'self' ws://{};", browser.host)), "{policy}");
        assert!(!policy.contains("unsafe"), "{policy}");
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("cache-control", "no-store"),
            ("cross-origin-resource-policy", "same-origin"),
            ("cross-origin-opener-policy", "same-origin"),
            ("referrer-policy", "no-referrer"),
        ] {
            assert_eq!(answer.header(name), Some(value), "{name}");
        }
        assert_eq!(answer.header("access-control-allow-origin"), None);
    }
}
