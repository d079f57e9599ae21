//! The protocol over a WebSocket.

use crate::kit::Program;
use serde_json::{Value, json};
use std::sync::atomic::Ordering;
use tungstenite::Message;

#[test]
fn everything_is_told_first_and_changes_before_replies() {
    let mut program = Program::start();
    let browser = program.browser();
    let (mut one, mut other) = (browser.events(), browser.events());
    for page in [&mut one, &mut other] {
        assert_eq!(page.read()["state"]["scene"]["name"], "desk");
    }
    one.send(&json!({ "id": 7, "request": "blur", "on": true }));
    assert_eq!(one.read()["event"]["scene"]["blur"], true);
    assert_eq!(one.read(), json!({ "reply": 7, "ok": null }));
    assert_eq!(other.read()["event"]["scene"]["blur"], true, "a second tab agrees");
    // Over HTTP, by another tab.
    browser.post("blur", &json!({ "on": false }));
    assert_eq!(one.read()["event"]["scene"]["blur"], false);
    one.send(&json!({ "id": "a", "request": "blurr" }));
    let sentence = "there is no request 'blurr': did you mean 'blur'?";
    assert_eq!(one.read(), json!({ "reply": "a", "error": sentence }));
    program.close();
    assert_eq!(one.read(), json!({ "event": { "gone": {} } }));
    assert_eq!(one.closed(), Some(1001));
}

#[test]
fn a_panic_waits_for_nothing() {
    let program = Program::start();
    let mut page = program.browser().events();
    page.read();
    // Eight that are never answered, so that the next ones wait.
    for _ in 0..10 {
        page.send(&json!({ "request": "explain" }));
    }
    page.send(&json!({ "request": "panic" }));
    // The next one shows that it was read.
    page.0.send(Message::Ping(vec![1].into())).unwrap();
    while !matches!(page.0.read().unwrap(), Message::Pong(_)) {}
    assert_eq!(program.panics.load(Ordering::SeqCst), 1);
}

#[test]
fn what_is_no_request_is_refused_and_too_much_ends_it() {
    let program = Program::start();
    let browser = program.browser();
    let open = || {
        let mut page = browser.events();
        page.read();
        page
    };
    let mut page = open();
    page.0.send(Message::text("{")).unwrap();
    assert!(page.read()["error"].as_str().unwrap().starts_with("this is no JSON"));
    page.0.send(Message::text("")).unwrap();
    assert_eq!(page.read()["reply"], Value::Null);
    page.0.send(Message::binary(vec![1])).unwrap();
    assert_eq!(page.closed(), Some(1008));
    let mut page = open();
    // Whether the reason still arrives is a matter of chance: the rest was not read.
    let _ = page.0.send(Message::text("a".repeat(1_000_000)));
    page.closed();
    let mut page = open();
    for _ in 0..100 {
        if page.0.send(Message::text(r#"{"request":"explain"}"#)).is_err() {
            break;
        }
    }
    page.closed();
    assert_eq!(browser.get("/api/v1/state").status, 200);
    let plain = browser.get("/api/v1/events");
    assert!((400..500).contains(&plain.status), "{plain:?}");
}
