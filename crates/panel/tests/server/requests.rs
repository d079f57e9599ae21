//! The requests of the protocol over HTTP.

use crate::kit::Program;
use backlot_protocol::REQUESTS;
use serde_json::{Value, json};
use std::sync::atomic::Ordering;

#[test]
fn every_request_has_its_address() {
    let program = Program::start();
    let browser = program.browser();
    for request in REQUESTS.iter().filter(|request| request.name != "explain") {
        let mut fields: Value = serde_json::from_str(request.example).unwrap();
        fields.as_object_mut().unwrap().remove("request");
        let answer = browser.post(request.name, &fields);
        let expected = if request.name == "add-effect" { 409 } else { 200 };
        assert_eq!(answer.status, expected, "{}: {}", request.name, answer.text());
    }
    assert_eq!(program.panics.load(Ordering::SeqCst), 1, "a panic acts at once");
}

#[test]
fn what_is_refused_says_why() {
    let program = Program::start();
    let browser = program.browser();
    let said = |name: &str, body: &Value| {
        let answer = browser.post(name, body);
        (answer.status, answer.json()["error"].as_str().unwrap_or_default().to_owned())
    };
    let wrong = "the field 'on' of 'blur' takes true or false, not 5".to_owned();
    assert_eq!(said("blur", &json!({ "on": 5 })), (400, wrong));
    let unknown = "there is no effect 'glow'".to_owned();
    assert_eq!(said("add-effect", &json!({ "effect": "glow" })), (409, unknown));
    assert_eq!(said("explode", &json!({})).0, 404);
    let large = json!({ "value": "a".repeat(70_000) });
    assert_eq!(
        said("background", &large),
        (413, "what is sent here has at most 64 KiB".to_owned())
    );
    let origin = browser.origin();
    let headers = [("origin", &*origin), ("content-type", "application/json")];
    for (method, path, status, allowed) in [
        ("GET", "/api/v1/blur", 405, Some("POST")),
        ("DELETE", "/api/v1/state", 405, Some("GET, POST")),
        ("PUT", "/api/v1/events", 405, Some("GET")),
        ("POST", "/", 405, Some("GET, HEAD")),
        ("GET", "/api/v1/explode", 404, None),
        ("GET", "/api/v2/state", 404, None),
    ] {
        let answer = browser.ask(method, path, &headers, b"");
        assert_eq!((answer.status, answer.header("allow")), (status, allowed), "{method} {path}");
        assert!(answer.json()["error"].is_string());
    }
}

#[test]
fn a_change_is_seen_in_the_state() {
    let program = Program::start();
    let browser = program.browser();
    assert_eq!(browser.post("blur", &json!({ "on": true })).json(), json!({ "ok": null }));
    assert_eq!(browser.get("/api/v1/state").json()["scene"]["blur"], true);
    let document = browser.get("/api/v1/openapi.json").json();
    assert_eq!(document, backlot_panel::openapi());
}

#[test]
fn pictures_are_handed_in_shown_and_removed() {
    let program = Program::start();
    let browser = program.browser();
    let origin = browser.origin();
    let page = [("origin", &*origin), ("content-type", "image/png")];
    let mut png = std::io::Cursor::new(Vec::new());
    image::RgbImage::new(16, 8).write_to(&mut png, image::ImageFormat::Png).unwrap();
    let hand_in = |headers: &[(&str, &str)], bytes: &[u8]| {
        browser.ask("POST", "/api/v1/uploads?name=Beach%20%231.png", headers, bytes)
    };
    let taken = hand_in(&page, png.get_ref()).json()["ok"].clone();
    assert_eq!(browser.get("/api/v1/uploads").json(), json!({ "ok": [taken] }));
    let address = format!("/api/v1/uploads/{}", taken["name"].as_str().unwrap());
    let shown = browser.get(&address);
    assert_eq!((shown.status, shown.header("content-type")), (200, Some("image/jpeg")));
    assert_eq!(image::load_from_memory(&shown.body).unwrap().width(), 16);
    let why = hand_in(&page, b"<script>alert(1)</script>");
    assert_eq!(why.status, 409);
    assert!(why.text().contains("Beach #1.png"), "{}", why.text());
    assert_eq!(hand_in(&[("origin", "http://evil.example")], png.get_ref()).status, 403);
    let promised = [page[0], ("content-length", "700000000")];
    assert_eq!(hand_in(&promised, b"").status, 413);
    for name in ["..%2f..%2fetc%2fpasswd", "a.svg", ".part"] {
        let path = format!("/api/v1/uploads/{name}");
        assert_eq!(browser.get(&path).status, 404, "{name}");
        assert_eq!(browser.ask("DELETE", &path, &page, b"").status, 404, "{name}");
    }
    assert_eq!(browser.ask("DELETE", &address, &[], b"").status, 403, "without an origin");
    assert_eq!(browser.ask("DELETE", &address, &page, b"").status, 200);
    assert_eq!(browser.get("/api/v1/uploads").json(), json!({ "ok": [] }));
}
