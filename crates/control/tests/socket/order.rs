//! One order for everybody, and nobody waits for another.

use crate::kit::{Caller, Desk};
use backlot_control::Asked;
use backlot_protocol::{Event, Line, MOST_IN_FLIGHT, Request, State};
use serde_json::{Value, json};
use std::sync::atomic::Ordering;
use std::thread;

#[test]
fn the_state_comes_first_and_then_what_changes() {
    let mut desk = Desk::new(8);
    let mut caller = desk.caller();
    assert_eq!(caller.line(), Some(Line::State { state: Box::new(State::example()) }));
    desk.say("one");
    assert_eq!(caller.message().as_deref(), Some("one"));
    desk.say("one");
    desk.say("two");
    assert_eq!(caller.message().as_deref(), Some("two"), "what is as it was is not told");
    let late = desk.caller().line();
    assert_eq!(late, Some(Line::State { state: Box::new(desk.state.clone()) }));
    drop(desk);
    assert_eq!(caller.line(), Some(Line::Event { event: Event::Gone {} }));
    assert_eq!(caller.line(), None);
}

#[test]
fn what_a_request_changes_is_told_before_its_reply() {
    let mut desk = Desk::new(8);
    let (mut caller, mut other) = (desk.greeted(), desk.greeted());
    for round in 0..200 {
        let id = json!({ "round": [round, null, "ä"] });
        caller.send(format!("{{\"request\":\"undo\",\"id\":{id}}}\n"));
        let Asked { envelope, answer } = desk.asked.recv().unwrap();
        assert_eq!((&envelope.request, envelope.save), (&Request::Undo, false));
        let text = format!("round {round}");
        desk.say(&text);
        answer.ok(round);
        assert_eq!(caller.message().as_deref(), Some(text.as_str()));
        assert_eq!(caller.line(), Some(Line::Done { reply: id, ok: json!(round) }));
        assert_eq!(other.message().as_deref(), Some(text.as_str()));
    }
}

/// Edits as fast as it goes, and returns what it saw: all messages, in order.
fn edit(mut caller: Caller, name: &str, edits: usize, all: usize) -> Vec<String> {
    let (mut seen, mut replies, mut sent) = (Vec::new(), 0, 0);
    while seen.len() < all || replies < edits {
        if sent < edits && sent == replies {
            sent += 1;
            let value = format!("{name} {sent}");
            caller.send(format!("{{\"request\":\"background\",\"value\":\"{value}\"}}\n"));
        }
        match caller.line() {
            Some(Line::Event { event: Event::Message(text) }) => seen.extend(text),
            Some(Line::Done { .. }) => replies += 1,
            other => panic!("{other:?}"),
        }
    }
    seen
}

#[test]
fn clients_that_edit_at_once_see_one_order() {
    const EDITS: usize = 200;
    const CLIENTS: usize = 5;
    let mut desk = Desk::new(8);
    // The greeting of the first must not be the state after an edit of another.
    let callers: Vec<Caller> = (0..CLIENTS).map(|_| desk.greeted()).collect();
    let mut watcher = desk.greeted();
    let all = CLIENTS * EDITS;
    let seen = thread::scope(|scope| {
        let editing: Vec<_> = callers
            .into_iter()
            .enumerate()
            .map(|(number, caller)| {
                scope.spawn(move || edit(caller, &format!("client {number}"), EDITS, all))
            })
            .collect();
        for _ in 0..all {
            let Asked { envelope, answer } = desk.asked.recv().unwrap();
            let Request::Background { value } = &envelope.request else { panic!("{envelope:?}") };
            desk.say(value);
            // So that each of them is seen, and none lost in the next one.
            assert_eq!(watcher.message().as_ref(), Some(value));
            answer.ok(Value::Null);
        }
        editing.into_iter().map(|client| client.join().unwrap()).collect::<Vec<_>>()
    });
    assert_eq!(seen[0].len(), all);
    assert!(seen.iter().all(|order| *order == seen[0]));
    let own = |number: usize| {
        let name = format!("client {number} ");
        seen[0].iter().filter(move |text| text.starts_with(&name)).cloned().collect::<Vec<_>>()
    };
    for number in 0..CLIENTS {
        let sent: Vec<_> = (1..=EDITS).map(|edit| format!("client {number} {edit}")).collect();
        assert_eq!(own(number), sent, "each client's edits keep their order");
    }
}

#[test]
fn a_flood_holds_nobody_up() {
    const ROOM: usize = 4;
    let desk = Desk::new(ROOM);
    let mut flood = desk.greeted();
    let mut other = desk.greeted();
    flood.send("{\"request\":\"undo\"}\n".repeat(5_000));
    // The inbox is full from here on.
    other.send("{\"request\":\"redo\"}\n");
    let place = (1..).find(|_| desk.carry_out() == "redo").unwrap();
    assert!(place <= ROOM + MOST_IN_FLIGHT, "{place} requests went before");
    assert_eq!(other.line(), Some(Line::Done { reply: Value::Null, ok: Value::Null }));
    // And the flood loses nothing.
    for _ in place..=5_000 {
        assert_eq!(desk.carry_out(), "undo");
    }
    assert!(other.answers(&desk));
}

#[test]
fn panic_works_while_everything_hangs() {
    let desk = Desk::new(1);
    let mut stuck = desk.greeted();
    // Nobody reads the inbox: one waits in it, one is held, and the others wait in the socket.
    stuck.send("{\"request\":\"undo\"}\n".repeat(100));
    assert_eq!(desk.panics.load(Ordering::SeqCst), 0);
    let wait = |panics: usize| {
        while desk.panics.load(Ordering::SeqCst) < panics {
            thread::yield_now();
        }
    };
    stuck.send("{\"request\":\"panic\"}\n");
    wait(1);
    let mut other = desk.greeted();
    other.send("{\"id\":1, \"request\": \"panic\"}\n");
    wait(2);
    // What only names it is something else.
    let mut third = desk.greeted();
    third.send(
        "{\"request\":\"background\",\"value\":\"panic\"}\n{\"request\":\"panic\",\"x\":1}\n",
    );
    third.send("{\"request\":\"p\\u0061nic\"}\n");
    let mut requests: Vec<_> = (0..104).map(|_| desk.carry_out()).collect();
    assert_eq!(requests.iter().filter(|name| *name == "panic").count(), 3, "all of them arrive");
    requests.retain(|name| name == "undo");
    assert_eq!(requests.len(), 100);
    assert!(third.answers_in_the_end());
    wait(3);
}

impl Caller {
    /// Whether its three requests got the replies that they should.
    fn answers_in_the_end(&mut self) -> bool {
        let mut lines = (0..3).map(|_| self.line().unwrap()).collect::<Vec<_>>();
        lines.sort_by_key(|line| matches!(line, Line::Done { .. }));
        matches!(&lines[..], [Line::Refused { .. }, Line::Done { .. }, Line::Done { .. }])
    }
}
