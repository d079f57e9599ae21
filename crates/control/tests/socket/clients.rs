//! The client that the command line is.

use crate::kit::Desk;
use backlot_control::{Asked, Client, ClientError};
use backlot_protocol::{Event, Mode, Request, State};
use serde_json::json;
use std::io::Write;
use std::os::unix::net::UnixListener;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

#[test]
fn where_nothing_runs_it_says_how_to_start_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("control.sock");
    let sentence = "Backlot isn't running: start it with 'backlot run'";
    assert_eq!(Client::connect(&path).unwrap_err().to_string(), sentence);
    drop(UnixListener::bind(&path).unwrap());
    assert_eq!(Client::connect(&path).unwrap_err().to_string(), sentence);
}

#[test]
fn it_asks_and_follows() {
    let mut desk = Desk::new(8);
    let mut client = Client::connect(&desk.path).unwrap();
    assert_eq!(*client.state(), State::example());
    let asking = thread::spawn(move || {
        let ok = client.ask(Request::Pause, false).unwrap();
        assert_eq!((ok, client.state().mode), (json!(["done"]), Mode::Paused));
        let value = "navy".to_owned();
        let refused = client.ask(Request::Background { value }, true).unwrap_err();
        assert_eq!(refused.to_string(), "there is no navy");
        client
    });
    let Asked { answer, .. } = desk.asked.recv().unwrap();
    desk.state.mode = Mode::Paused;
    desk.server.publish(&Arc::new(desk.state.clone()));
    answer.ok(json!(["done"]));
    let Asked { envelope, answer } = desk.asked.recv().unwrap();
    assert!(envelope.save);
    answer.error("there is no navy");
    let mut client = asking.join().unwrap();
    desk.say("soon over");
    let Desk { server, state, .. } = desk;
    let following = thread::spawn(move || {
        let events: Vec<Event> = client.events().map(Result::unwrap).collect();
        (client, events)
    });
    drop(server);
    let (mut client, events) = following.join().unwrap();
    let told = Event::Message(Some("soon over".to_owned()));
    assert_eq!(events, [Event::Mode(Mode::Paused), told, Event::Gone {}]);
    assert_eq!(*client.state(), state);
    assert!(client.events().next().is_none());
    assert!(matches!(client.ask(Request::Ping, false), Err(ClientError::Gone)));
    assert!(matches!(client.event(Some(Duration::ZERO)), Err(ClientError::Gone)));
}

#[test]
fn it_does_not_wait_for_ever() {
    let desk = Desk::new(8);
    let mut client = Client::connect(&desk.path).unwrap();
    assert!(client.event(Some(Duration::ZERO)).unwrap().is_none());
    let short = Duration::from_millis(20);
    let slow = client.ask_within(Request::Undo, false, short).unwrap_err();
    assert!(slow.to_string().contains("gave no answer within 0.02 s"), "{slow}");
    // The answer that comes too late is not taken for the next one.
    desk.asked.recv().unwrap().answer.ok("late");
    let asking = thread::spawn(move || client.ask(Request::Ping, false).unwrap());
    desk.asked.recv().unwrap().answer.ok("pong");
    assert_eq!(asking.join().unwrap(), "pong");
}

/// What it makes of a program that sends this.
fn connected_to(sent: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("control.sock");
    let listener = UnixListener::bind(&path).unwrap();
    let sent = sent.to_owned();
    let serving = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        // It need not read all of that.
        let _ = stream.write_all(sent.as_bytes());
    });
    let error = Client::connect(&path).unwrap_err().to_string();
    serving.join().unwrap();
    error.replace(&path.display().to_string(), "SOCKET")
}

#[test]
fn it_knows_a_stranger() {
    let other = connected_to("{\"state\":{\"version\":2,\"mode\":\"asleep\"}}\n");
    assert_eq!(
        other,
        "the Backlot that runs speaks version 2 of the protocol, and this one version 1: restart the one that runs"
    );
    assert_eq!(connected_to("{\"reply\":null,\"error\":\"no\"}\n"), "no");
    assert_eq!(connected_to(""), "Backlot ended before it answered");
    let stranger = connected_to("hello\n");
    assert_eq!(stranger, "what answers at SOCKET isn't Backlot: it sends a line that is no JSON");
    assert!(connected_to("5\n").ends_with("something else than a state first"));
    assert!(connected_to(&"a".repeat(17 << 20)).ends_with("a line without an end"));
}
