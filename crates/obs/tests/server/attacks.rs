//! What somebody might send, or leave out.

use crate::kit::{Client, PASSWORD, Program, answer, options};
use backlot_control::Inbox;
use backlot_obs::{ObsError, ObsOptions, ObsServer};
use serde_json::{Value, json};
use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::Duration;
use tungstenite::Message;
use tungstenite::client::IntoClientRequest;

fn one_more_works(program: &Program) {
    assert_eq!(program.client().ask("GetVirtualCamStatus", Value::Null)["outputActive"], true);
}

#[test]
fn a_password_is_needed_and_never_told() {
    for password in [None, Some(String::new())] {
        let options = ObsOptions { port: 0, password, ..ObsOptions::default() };
        let opened = ObsServer::open(options, Inbox::new(1).0);
        assert!(matches!(opened, Err(ObsError::NoPassword)), "{opened:?}");
    }
    let told = format!("{:?}", options());
    assert!(!told.contains(PASSWORD), "{told}");
    let program = Program::start();
    let identify = |client: &mut Client, fields: Value| {
        let mut d = json!({ "rpcVersion": 1 });
        d.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        client.send(&json!({ "op": 1, "d": d }));
    };
    let hello = Client::connect(&program, "").hello;
    for given in [
        json!({}),
        json!({ "authentication": "" }),
        json!({ "authentication": PASSWORD }),
        json!({ "authentication": answer(&hello, PASSWORD) }),
    ] {
        let mut client = Client::connect(&program, "");
        identify(&mut client, given);
        assert_eq!(client.closed(), 4009);
    }
    one_more_works(&program);
}

#[test]
fn without_a_password_pages_are_refused() {
    let program =
        Program::with(ObsOptions { password: None, allows_no_password: true, ..options() });
    let mut client = Client::connect(&program, "");
    client.send(&json!({ "op": 1, "d": { "rpcVersion": 1 } }));
    assert_eq!(client.read()["op"], 2);
    let address = program.server().address();
    let mut request = format!("ws://{address}/").into_client_request().unwrap();
    request.headers_mut().insert("origin", "https://example.org".parse().unwrap());
    let stream = TcpStream::connect(address).unwrap();
    let refused = tungstenite::client(request, stream).unwrap_err();
    assert!(refused.to_string().contains("403"), "{refused}");
}

#[test]
fn what_is_no_message_has_its_own_code() {
    let program = Program::start();
    let closes = |is_identified: bool, message: Message| {
        let mut client = Client::connect(&program, "");
        if is_identified {
            client.identify(PASSWORD, 0);
        }
        client.socket.send(message).unwrap();
        client.closed()
    };
    let text = |text: &str| Message::text(text.to_owned());
    for (message, code) in [
        (text("{"), 4002),
        (text("[]"), 4002),
        (text(&"[".repeat(300_000)), 4002),
        (Message::binary(b"{}".to_vec()), 4002),
        (text("{}"), 4003),
        (text(r#"{"op":6}"#), 4003),
        (text(r#"{"op":6,"d":{}}"#), 4003),
        (text(r#"{"op":8,"d":{"requestId":1}}"#), 4003),
        (text(r#"{"op":"6","d":{}}"#), 4004),
        (text(r#"{"op":6,"d":5}"#), 4004),
        (text(r#"{"op":3,"d":{"eventSubscriptions":-1}}"#), 4005),
        (text(r#"{"op":8,"d":{"requestId":1,"requests":[],"executionType":9}}"#), 4005),
        (
            text(&format!(
                r#"{{"op":8,"d":{{"requestId":1,"requests":[{}0]}}}}"#,
                "0,".repeat(1000)
            )),
            4005,
        ),
        (text(r#"{"op":2,"d":{}}"#), 4006),
        (text(r#"{"op":99,"d":{}}"#), 4006),
        (text(r#"{"op":1,"d":{"rpcVersion":1}}"#), 4008),
        (
            text(
                r#"{"op":8,"d":{"requestId":1,"requests":[],"executionType":2,"haltOnFailure":true}}"#,
            ),
            4012,
        ),
        (text(&"a".repeat(2_000_000)), 1009),
    ] {
        assert_eq!(closes(true, message), code);
    }
    for (message, code) in [
        (text(r#"{"op":6,"d":{"requestType":"GetStats","requestId":1}}"#), 4007),
        (text(r#"{"op":99,"d":{}}"#), 4007),
        (text(r#"{"op":1,"d":{}}"#), 4003),
        (text(r#"{"op":1,"d":{"rpcVersion":"1"}}"#), 4004),
    ] {
        assert_eq!(closes(false, message), code);
    }
    let mut client = Client::connect(&program, "");
    let authentication = answer(&client.hello, PASSWORD);
    client.send(&json!({ "op": 1, "d": { "rpcVersion": 7, "authentication": authentication } }));
    assert_eq!(client.closed(), 4010);
    let mut client = Client::connect(&program, "obswebsocket.msgpack");
    client.socket.send(text("{}")).unwrap();
    assert_eq!(client.closed(), 4002);
    one_more_works(&program);
}

#[test]
fn half_a_handshake_ends() {
    let program = Program::with(ObsOptions { patience: Duration::from_millis(300), ..options() });
    let connect = || {
        let stream = TcpStream::connect(program.server().address()).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        stream
    };
    for begun in ["", "GET / HTTP/1.1\r\nupgrade: web", "\0\u{1}\r\n\r\n", "GET / HTTP/1.1\r\n\r\n"]
    {
        let mut stream = connect();
        stream.write_all(begun.as_bytes()).unwrap();
        // It ends, in whatever way.
        let _ = stream.read_to_end(&mut Vec::new());
    }
    assert_eq!(Client::connect(&program, "").closed(), 4007);
    one_more_works(&program);
}

#[test]
fn more_clients_than_allowed_are_refused() {
    let program = Program::with(ObsOptions { most_clients: 3, ..options() });
    let mut clients: Vec<Client> = (0..3).map(|_| program.client()).collect();
    for _ in 0..5 {
        let mut stream = TcpStream::connect(program.server().address()).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        let mut told = String::new();
        let _ = stream.read_to_string(&mut told);
        assert!(told.starts_with("HTTP/1.1 503 "), "{told}");
    }
    for client in &mut clients {
        client.ask("GetStats", Value::Null);
    }
    clients.pop().unwrap().socket.close(None).unwrap();
    // Its place is free as soon as its thread has noticed.
    let is_let_in = |_| {
        let mut stream = TcpStream::connect(program.server().address()).unwrap();
        let mut told = String::new();
        stream.write_all(b"GET / HTTP/1.1\r\n\r\n").unwrap();
        let _ = stream.read_to_string(&mut told);
        std::thread::sleep(Duration::from_millis(20));
        !told.starts_with("HTTP/1.1 503 ")
    };
    assert!((0..1000).any(is_let_in), "no place became free");
}

#[test]
fn who_does_not_read_is_dropped_and_others_are_not_disturbed() {
    let program = Program::with(ObsOptions { patience: Duration::from_millis(500), ..options() });
    let mut other = Client::connect(&program, "");
    other.identify(PASSWORD, 1 << 6);
    let mut deaf = Client::connect(&program, "");
    deaf.identify(PASSWORD, 0x7ff);
    deaf.socket.get_mut().set_write_timeout(Some(Duration::from_millis(200))).unwrap();
    let one = json!({ "requestType": "GetVersion" });
    let batch = json!({ "op": 8, "d": { "requestId": 1, "requests": vec![one; 500] } });
    let flood = (0..2000).take_while(|_| {
        let message = Message::text(batch.to_string());
        deaf.socket.send(message).is_ok()
    });
    assert!(flood.count() < 2000, "what it sends is taken for ever");
    other.ask("StopVirtualCam", Value::Null);
    assert_eq!(other.events[0]["eventType"], "VirtualcamStateChanged");
    // The rest of it can't be sent once the server has closed the connection.
    for _ in 0..1000 {
        let sent = deaf.socket.get_mut().write(b"a");
        if sent.is_err_and(|error| error.kind() != ErrorKind::WouldBlock) {
            return;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    panic!("who doesn't read stays for ever");
}

#[test]
fn a_flood_is_answered_in_order() {
    let program = Program::start();
    let mut client = program.client();
    for number in 0..1500 {
        client.send(&json!({ "op": 6, "d": { "requestType": "Nothing", "requestId": number } }));
    }
    for number in 0..1500 {
        assert_eq!(client.read()["d"]["requestId"], number);
    }
}

#[test]
fn the_end_waits_for_nobody() {
    let mut program = Program::start();
    let half = TcpStream::connect(program.server().address()).unwrap();
    let mut asleep = program.client();
    let sleep = json!({ "requestType": "Sleep", "requestData": { "sleepMillis": 50_000 } });
    asleep.send(&json!({ "op": 8, "d": { "requestId": 1, "requests": vec![sleep; 900] } }));
    program.client().ask("GetStats", Value::Null);
    drop(program.server.take());
    drop((half, asleep));
}
