//! What other sites' pages and other programs may try.

use crate::kit::{Browser, Program, answer, parts};
use serde_json::json;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

fn still_works(browser: &Browser) {
    assert_eq!(browser.get("/api/v1/state").status, 200);
}

#[test]
fn a_name_that_was_turned_to_this_machine_gets_nothing() {
    let program = Program::start();
    let browser = program.browser();
    let port = browser.port();
    for host in [
        format!("evil.example:{port}"),
        format!("127.0.0.1:{port}"),
        format!("localhost:{port}"),
        format!("[::1]:{port}"),
        format!("other.backlot.localhost:{port}"),
        browser.host.replace(&format!(":{port}"), ""),
    ] {
        for path in ["/", "/enter", "/api/v1/state", "/nothing"] {
            let answer = browser.ask("GET", path, &[("host", &host)], b"");
            assert_eq!(answer.status, 421, "{host} {path}");
        }
    }
    let mut stream = browser.connect();
    stream.write_all(b"GET /api/v1/state HTTP/1.0\r\n\r\n").unwrap();
    assert_eq!(answer(&mut stream).unwrap().status, 421, "no host at all");
    let absolute = browser.ask("GET", "http://evil.example/api/v1/state", &[], b"");
    assert_eq!(absolute.status, 421);
}

#[test]
fn a_form_of_another_site_changes_nothing() {
    let program = Program::start();
    let browser = program.browser();
    let own = browser.origin();
    let body = br#"{"on":true}"#;
    for (origin, kind) in [
        ("https://evil.example", "application/json"),
        ("null", "application/json"),
        ("http://other.backlot.localhost", "application/json"),
        (&*own, "text/plain"),
        (&*own, "application/x-www-form-urlencoded"),
        (&*own, "multipart/form-data"),
    ] {
        let headers = [("origin", origin), ("content-type", kind)];
        let answer = browser.ask("POST", "/api/v1/blur", &headers, body);
        assert!([403, 415].contains(&answer.status), "{origin} {kind}: {answer:?}");
    }
    let without =
        browser.ask("POST", "/api/v1/blur", &[("content-type", "application/json")], body);
    assert_eq!(without.status, 403);
    assert_eq!(browser.get("/api/v1/state").json()["scene"]["blur"], false);
    let preflight = [("origin", "https://evil.example"), ("access-control-request-method", "POST")];
    let answer = browser.ask("OPTIONS", "/api/v1/blur", &preflight, b"");
    assert_eq!((answer.status, answer.header("access-control-allow-origin")), (403, None));
}

#[test]
fn a_socket_of_another_site_is_refused() {
    let program = Program::start();
    let browser = program.browser();
    for origin in ["https://evil.example", "null", "http://other.backlot.localhost"] {
        let refused = browser.socket("/api/v1/events", origin).err().unwrap();
        assert!(refused.contains("403"), "{refused}");
    }
    let stranger = Browser { cookie: "backlot-panel=guess".to_owned(), ..browser.clone() };
    let refused = stranger.socket("/api/v1/events", &browser.origin()).err().unwrap();
    assert!(refused.contains("401"), "{refused}");
}

#[test]
fn a_cookie_of_another_port_is_another_s() {
    let (one, other) = (Program::start(), Program::start());
    let (known, here) = (one.browser(), other.browser());
    assert_ne!(known.host.split(':').next(), here.host.split(':').next());
    let mixed = Browser { cookie: known.cookie.clone(), ..here.clone() };
    assert_eq!(mixed.get("/api/v1/state").status, 401);
    // Planted beside ours by a site with a similar name, it shuts nobody out.
    let cookie = format!("{}; {}", known.cookie, here.cookie);
    assert_eq!(Browser { cookie, ..here }.get("/api/v1/state").status, 200);
}

#[test]
fn codes_are_not_guessed() {
    let program = Program::start();
    let address = program.panel().address().unwrap();
    let (host, path) = parts(&address);
    let stranger = Browser { host: host.to_owned(), cookie: String::new() };
    let code = path.strip_prefix("/enter?code=").unwrap();
    assert_eq!(code.len(), 32);
    for guess in [
        String::new(),
        "?code=".to_owned(),
        format!("?code={}", "0".repeat(32)),
        format!("?code={}", &code[..31]),
        format!("?code={code}0"),
        format!("?code={}", code.to_uppercase() + "%00"),
        format!("?Code={code}"),
        format!("?a=b&code={code}"),
        format!("?code={}", "a".repeat(8000)),
    ] {
        let answer = stranger.get(&format!("/enter{guess}"));
        assert_eq!((answer.status, answer.header("set-cookie")), (403, None), "{guess}");
    }
    assert_eq!(stranger.get(path).status, 303, "guesses use no code up");
}

#[test]
fn no_path_leads_out_of_the_page() {
    let program = Program::start();
    let browser = program.browser();
    for path in [
        "/../../../../etc/passwd",
        "/assets/../../Cargo.toml",
        "/assets/%2e%2e/%2e%2e/etc/passwd",
        "/assets/..%2f..%2fetc%2fpasswd",
        "//etc/passwd",
        "/%00",
        "/index.html/",
        "/INDEX.HTML",
        "/.git/config",
        "/api/v1/../../etc/passwd",
        "/api/v1/%2e%2e",
        "/api/v1/blur%2f..",
    ] {
        let answer = browser.get(path);
        assert!((400..500).contains(&answer.status), "{path}: {answer:?}");
        assert!(!answer.text().contains("root:"));
    }
    for line in ["GET", "GET / / HTTP/1.1", "GET \\ HTTP/1.1", "\0\0\0\0", "GET / HTTP/9.9"] {
        let mut stream = browser.connect();
        stream.write_all(format!("{line}\r\nhost: {}\r\n\r\n", browser.host).as_bytes()).unwrap();
        let status = answer(&mut stream).map(|answer| answer.status);
        assert!(status.is_none_or(|status| (400..500).contains(&status)), "{line}: {status:?}");
    }
    still_works(&browser);
}

#[test]
fn giant_heads_and_bodies_are_cut_off() {
    let program = Program::start();
    let browser = program.browser();
    let giant = "a".repeat(1_000_000);
    let (host, cookie) = (&browser.host, &browser.cookie);
    let many = (0..1000).map(|n| format!("x-{n}: a\r\n")).collect::<String>();
    for head in [
        format!("GET /{giant} HTTP/1.1\r\nhost: {host}\r\n\r\n"),
        format!("GET / HTTP/1.1\r\nhost: {host}\r\ncookie: {cookie}\r\nx-giant: {giant}\r\n\r\n"),
        format!("GET / HTTP/1.1\r\nhost: {host}\r\ncookie: {cookie}\r\n{many}\r\n"),
    ] {
        let mut stream = browser.connect();
        // It may be refused before it is whole.
        let _ = stream.write_all(head.as_bytes());
        let status = answer(&mut stream).map(|answer| answer.status);
        assert!(status.is_none_or(|status| (400..500).contains(&status)), "{status:?}");
    }
    let body = format!("{{\"value\":\"{giant}\"}}");
    let headers = [("origin", &*browser.origin()), ("content-type", "application/json")];
    let answer = browser.ask("POST", "/api/v1/background", &headers, body.as_bytes());
    assert_eq!(answer.status, 413);
    let promised = [("content-length", "99999999999"), headers[0], headers[1]];
    assert_eq!(browser.ask("POST", "/api/v1/background", &promised, b"").status, 413);
    still_works(&browser);
}

#[test]
fn who_sends_slowly_is_not_waited_for() {
    let patience = Duration::from_millis(300);
    let program = Program::with(|options| backlot_panel::PanelOptions { patience, ..options });
    let browser = program.browser();
    let (host, cookie, origin) = (&browser.host, &browser.cookie, browser.origin());
    let head = format!(
        "POST /api/v1/blur HTTP/1.1\r\nhost: {host}\r\ncookie: {cookie}\r\norigin: {origin}\r\n\
         content-type: application/json\r\ncontent-length: 11\r\n\r\n"
    );
    let mut slow: Vec<TcpStream> = Vec::new();
    for text in ["", "GET / HT", &*format!("GET / HTTP/1.1\r\nhost: {host}\r\n"), &*head] {
        let mut stream = browser.connect();
        stream.write_all(text.as_bytes()).unwrap();
        slow.push(stream);
    }
    still_works(&browser);
    for stream in &mut slow {
        // All of them come to an end.
        let _ = stream.read_to_end(&mut Vec::new());
    }
    assert_eq!(browser.get("/api/v1/state").json()["scene"]["blur"], false);
}

#[test]
fn ten_thousand_connections_end_nothing() {
    let program = Program::start();
    let browser = program.browser();
    let mut page = browser.events();
    page.read();
    let address = ("127.0.0.1", browser.port());
    for _ in 0..25 {
        // More at once than there is room for, some of them with half a request.
        let held: Vec<_> = (0..400).filter_map(|_| TcpStream::connect(address).ok()).collect();
        for mut stream in held.iter().step_by(3) {
            let _ = stream.write_all(b"GET / HTTP/1.1\r\n");
        }
    }
    page.send(&json!({ "id": 1, "request": "ping" }));
    assert_eq!(page.read()["reply"], 1, "an open page notices nothing");
    // As soon as those that are gone were noticed, there is room again.
    let answered = std::iter::repeat_with(|| {
        let mut stream = browser.connect();
        let _ = stream.write_all(
            format!("GET / HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n\r\n", browser.host)
                .as_bytes(),
        );
        answer(&mut stream).map(|answer| answer.status)
    });
    assert_eq!(answered.take(1000).find(Option::is_some).flatten(), Some(401));
}
