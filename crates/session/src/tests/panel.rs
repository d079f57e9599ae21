//! A page of the panel.

use super::desk::Desk;
use super::steering::Asking;
use crate::socket::{Place, Socket};
use serde_json::json;
use std::io::{Read, Write};
use std::net::TcpStream;

/// A page that was let in.
pub struct Page {
    host: String,
    cookie: String,
}

/// What was answered.
pub struct Response {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
}

impl Response {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

impl Page {
    /// Serves the panel, and opens it.
    pub fn open(desk: &Desk, asking: &mut Asking<'_>) -> Self {
        let socket = Socket::open(&Place::At(desk.folder().join("run/control.sock"))).unwrap();
        asking.serve(socket);
        let answer = asking.ask(json!({ "request": "panel" })).unwrap();
        Self::enter(answer["address"].as_str().unwrap())
    }

    fn enter(address: &str) -> Self {
        let rest = address.strip_prefix("http://").unwrap();
        let (host, path) = rest.split_at(rest.find('/').unwrap());
        let entered = get(host, "", path);
        let lines = entered.head.lines().filter_map(|line| line.split_once(": "));
        let mut cookies = lines.filter(|(name, _)| *name == "set-cookie");
        let (_, cookie) = cookies.next().unwrap();
        let cookie = cookie.split(';').next().unwrap().to_owned();
        Self { host: host.to_owned(), cookie }
    }

    /// Gets something, while the program runs.
    pub fn get(&self, asking: &mut Asking<'_>, path: &str) -> Response {
        let (host, cookie, path) = (self.host.clone(), self.cookie.clone(), path.to_owned());
        let getting = std::thread::spawn(move || get(&host, &cookie, &path));
        asking.run_while(|| !getting.is_finished());
        getting.join().unwrap()
    }
}

/// Gets something.
pub fn get(host: &str, cookie: &str, path: &str) -> Response {
    let port = host.rsplit(':').next().unwrap().parse().unwrap();
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    let cookie = if cookie.is_empty() { String::new() } else { format!("cookie: {cookie}\r\n") };
    let request =
        format!("GET {path} HTTP/1.1\r\nhost: {host}\r\n{cookie}connection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).unwrap();
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
    let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Response { status, head, body: bytes[end + 4..].to_vec() }
}
