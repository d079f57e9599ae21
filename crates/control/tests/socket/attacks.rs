//! What must not do any harm.

use crate::kit::{Caller, Desk};
use backlot_control::{Asked, ControlError, Inbox, Server};
use backlot_protocol::{BACKLOG_BYTES, Event, Line, MOST_CLIENTS, REQUEST_BYTES};
use serde_json::Value;
use std::io::Write;
use std::net::Shutdown;
use std::sync::Arc;
use std::thread;

#[test]
fn what_is_no_request_is_refused_and_the_next_one_is_taken() {
    let desk = Desk::new(8);
    let mut caller = desk.greeted();
    let deep = format!("{{\"request\":{}", "[".repeat(60_000));
    let lines: [(&[u8], &str); 7] = [
        (b"\xff\xfe\n", "this is no UTF-8 text"),
        (b"\n", "an empty line"),
        (b"{\"request\":\"blu\n", "this is no JSON"),
        (deep.as_bytes(), "the values lie too deep"),
        (b"\n{\"request\":\"explode\"}\n", "an empty line"),
        (b"", "there is no request 'explode'"),
        (b"{\"request\":\"blur\",\"on\":1e999}\n", "this is no JSON"),
    ];
    for (line, sentence) in lines {
        caller.send(line);
        if line.ends_with(b"[") {
            caller.send("\n");
        }
        let error = caller.error();
        assert!(error.starts_with(sentence), "{error}");
        assert!(!error.contains(char::is_control));
    }
    assert!(caller.answers(&desk));
}

#[test]
fn a_request_of_100_mb_is_refused_before_it_is_there() {
    let desk = Desk::new(8);
    let mut other = desk.greeted();
    let mut caller = desk.greeted();
    let mut stream = caller.stream.try_clone().unwrap();
    let writing = thread::spawn(move || {
        let part = [b'a'; 64 * 1024];
        let parts = 100 * 1024 * 1024 / part.len();
        (0..parts).take_while(|_| stream.write_all(&part).is_ok()).count() * part.len()
    });
    let sentence = "a request has at most 64 KiB, and this line is longer";
    assert_eq!(caller.error(), sentence);
    assert_eq!(caller.line(), None, "the connection is closed");
    let written = writing.join().unwrap();
    assert!(written < 8 * 1024 * 1024, "{written} bytes were taken");
    assert!(other.answers(&desk));
    // A whole line of that kind, and one that is just short enough.
    let mut caller = desk.greeted();
    caller.send(format!("{{\"request\":\"ping\"}}{}\n", " ".repeat(REQUEST_BYTES - 18)));
    desk.carry_out();
    assert!(matches!(caller.line(), Some(Line::Done { .. })));
    caller.send(format!("{{\"request\":\"ping\"}}{}\n", " ".repeat(REQUEST_BYTES - 17)));
    assert_eq!(caller.error(), sentence);
    assert_eq!(caller.line(), None);
}

#[test]
fn half_a_line_is_taken_for_what_it_is() {
    let desk = Desk::new(8);
    let mut half = desk.greeted();
    half.send("{\"request\":\"blur\",\"on\":tr");
    half.stream.shutdown(Shutdown::Write).unwrap();
    assert!(half.error().starts_with("this is no JSON: EOF"));
    assert_eq!(half.line(), None, "who asked, and asks no more, is done");
    let mut whole = desk.greeted();
    whole.send("{\"request\":\"blur\",\"on\":true}");
    whole.stream.shutdown(Shutdown::Write).unwrap();
    assert_eq!(desk.carry_out(), "blur");
    assert!(matches!(whole.line(), Some(Line::Done { .. })));
    assert_eq!(whole.line(), None);
}

#[test]
fn who_leaves_at_once_is_heard() {
    let desk = Desk::new(1);
    for _ in 0..50 {
        // Without even reading the state.
        let mut caller = desk.caller();
        caller.send("{\"request\":\"undo\"}\n{\"request\":\"redo\"}\n");
    }
    let requests: Vec<_> = (0..100).map(|_| desk.carry_out()).collect();
    assert_eq!(requests.iter().filter(|name| *name == "undo").count(), 50);
    assert!(desk.greeted().answers(&desk));
}

#[test]
fn who_never_reads_is_dropped_and_nobody_else_loses_anything() {
    let mut desk = Desk::new(8);
    let (mut deaf, mut other) = (desk.caller(), desk.greeted());
    let part = BACKLOG_BYTES / 16;
    let mut parts = 0;
    for number in 0..64 {
        let text = format!("{number}{}", "a".repeat(part));
        desk.say(&text);
        assert_eq!(other.message(), Some(text));
        parts += 1;
    }
    let mut lines = 0;
    while deaf.line_or_half() {
        lines += 1;
    }
    assert!(lines > 0 && lines < parts, "{lines} of {parts}");
    assert!(other.answers(&desk));
}

impl Caller {
    /// Whether there is another line; the last one may be cut off.
    fn line_or_half(&mut self) -> bool {
        use std::io::Read;
        let mut byte = [0];
        loop {
            match self.stream.read(&mut byte) {
                Ok(1) if byte[0] == b'\n' => return true,
                Ok(1) => {}
                _ => return false,
            }
        }
    }
}

#[test]
fn who_never_reads_replies_waits_for_itself_alone() {
    let desk = Desk::new(8);
    let (mut deaf, mut other) = (desk.caller(), desk.greeted());
    let mut stream = deaf.stream.try_clone().unwrap();
    let asking = thread::spawn(move || {
        while stream.write_all(b"{\"request\":\"list\",\"what\":\"effects\"}\n").is_ok() {}
    });
    let answer = |envelope: &backlot_protocol::Envelope| match envelope.request.name() {
        "list" => Value::from("a".repeat(10_000)),
        _ => Value::Null,
    };
    // Until it is dropped: its requests end.
    other.send("{\"request\":\"undo\"}\n");
    let mut undone = 0;
    while !asking.is_finished() || undone == 0 {
        let wait = std::time::Duration::from_millis(10);
        let Ok(Asked { envelope, answer: to }) = desk.asked.recv_timeout(wait) else { continue };
        undone += usize::from(envelope.request.name() == "undo");
        to.ok(answer(&envelope));
    }
    asking.join().unwrap();
    assert!(matches!(other.line(), Some(Line::Done { .. })));
    while deaf.line_or_half() {}
    // Some of its requests may be left.
    while let Ok(asked) = desk.asked.try_recv() {
        drop(asked);
    }
    assert_eq!(undone, 1);
}

#[test]
fn of_a_thousand_clients_as_many_are_let_in_as_there_is_room_for() {
    let mut desk = Desk::new(8);
    let mut clients = Vec::new();
    let mut refused = 0;
    for _ in 0..1000 {
        let mut caller = desk.caller();
        match caller.line() {
            Some(Line::State { .. }) => clients.push(caller),
            Some(Line::Refused { reply: Value::Null, error }) => {
                assert_eq!(error, "256 programs are connected already: end one of them first");
                assert_eq!(caller.line(), None);
                refused += 1;
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!((clients.len(), refused), (MOST_CLIENTS, 1000 - MOST_CLIENTS));
    desk.say("all of you");
    for client in &mut clients {
        assert_eq!(client.message().as_deref(), Some("all of you"));
    }
    assert!(clients[100].answers(&desk));
    // One leaves, and another one is let in.
    drop(clients.swap_remove(7));
    clients.push(desk.greeted());
    assert!(matches!(desk.caller().line(), Some(Line::Refused { .. })));
}

#[test]
fn connections_that_say_nothing_cost_nothing() {
    let desk = Desk::new(8);
    assert!(!desk.server.is_heard());
    for round in 0..300 {
        let caller = desk.caller();
        match round % 3 {
            0 => drop(caller),
            1 => caller.stream.shutdown(Shutdown::Both).unwrap(),
            _ => caller.stream.shutdown(Shutdown::Read).unwrap(),
        }
    }
    assert!(desk.greeted().answers(&desk));
    while desk.server.is_heard() {
        thread::yield_now();
    }
}

#[test]
fn who_only_listens_may_close_its_end() {
    let mut desk = Desk::new(8);
    let mut listener = desk.greeted();
    listener.stream.shutdown(Shutdown::Write).unwrap();
    for text in ["one", "two"] {
        desk.say(text);
        assert_eq!(listener.message().as_deref(), Some(text));
    }
    drop(desk);
    assert_eq!(listener.line(), Some(Line::Event { event: Event::Gone {} }));
}

#[test]
fn a_dropped_answer_is_an_error() {
    let desk = Desk::new(8);
    let mut caller = desk.greeted();
    caller.send("{\"request\":\"undo\",\"id\":5}\n");
    drop(desk.asked.recv().unwrap());
    let Some(Line::Refused { reply, error }) = caller.line() else { panic!("no error") };
    assert_eq!(reply, 5);
    assert_eq!(error, "Backlot could not answer, perhaps because it ends");
    // Nor does anybody wait for who carries requests out, once that has ended.
    let Desk { server, asked, .. } = desk;
    drop(asked);
    caller.send("{\"request\":\"undo\",\"id\":6}\n");
    assert_eq!(caller.error(), "Backlot is ending");
    drop(server);
}

#[test]
fn a_second_program_is_told_of_the_first() {
    let desk = Desk::new(8);
    let (inbox, _asked) = Inbox::new(1);
    let error = Server::open(&desk.path, inbox, Arc::new(|| ())).unwrap_err();
    assert!(matches!(error, ControlError::Running { pid: Some(_) }), "{error}");
    assert!(desk.greeted().answers(&desk), "and the first one goes on");
    let (Desk { server, path, .. }, (inbox, _asked)) = (desk, Inbox::new(1));
    drop(server);
    assert!(!path.exists());
    Server::open(&path, inbox, Arc::new(|| ())).unwrap_err();
}
