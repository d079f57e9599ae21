//! A service on this machine, somebody who asks it, and a picture of a person.

use backlot_generators::{Presenter, PresenterSpec};
use backlot_kernels::{Converter, Level};
use backlot_matte::PersonMatte;
use backlot_media::{ColorSpace, Frame, FrameRate, Matte, PixelFormat, Size};
use backlot_networks::{Matting, MattingChoice};
use backlot_service::{Limits, Service, ServiceOptions};
use image::{ImageFormat, RgbImage};
use std::io::{BufRead, BufReader, Cursor, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::num::NonZero;
use std::time::{Duration, Instant};

/// How long anything is waited for: a test that waits so long has failed.
pub const LONG: Duration = Duration::from_secs(60);

/// A service with REST and gRPC at any port, of one thread.
pub fn served(change: impl FnOnce(&mut ServiceOptions)) -> Service {
    let any = SocketAddr::from(([127, 0, 0, 1], 0));
    let threads = NonZero::<usize>::MIN;
    let mut options =
        ServiceOptions { listen: any, grpc: Some(any), threads, ..ServiceOptions::default() };
    change(&mut options);
    Service::open(&options).unwrap_or_else(|error| panic!("{error}"))
}

/// The same with other limits.
pub fn limited(change: impl FnOnce(&mut Limits)) -> Service {
    served(|options| change(&mut options.limits))
}

/// Somebody with a connection.
pub struct Client {
    stream: BufReader<TcpStream>,
    host: String,
}

/// What was answered.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    head: String,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(':'));
        let mut found = lines.filter(|(known, _)| known.eq_ignore_ascii_case(name));
        found.next().map(|(_, value)| value.trim())
    }

    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    /// The sentence of a failure: one, and in JSON where it should be.
    pub fn sentence(&self) -> String {
        let text = match self.header("content-type") {
            Some("application/json") => {
                let value: serde_json::Value = serde_json::from_slice(&self.body).unwrap();
                value["error"].as_str().unwrap().to_owned()
            }
            _ => self.text().strip_suffix('\n').unwrap().to_owned(),
        };
        assert!(!text.is_empty() && text.len() < 300 && !text.contains(char::is_control), "{text}");
        text
    }

    pub fn json(&self) -> serde_json::Value {
        assert_eq!(self.status, 200, "{}", self.text());
        serde_json::from_slice(&self.body).unwrap()
    }
}

impl Client {
    pub fn of(service: &Service) -> Self {
        Self::at(service.address())
    }

    pub fn at(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(LONG)).unwrap();
        Self { stream: BufReader::new(stream), host: address.to_string() }
    }

    pub fn send(&mut self, bytes: &[u8]) {
        self.stream.get_mut().write_all(bytes).unwrap();
    }

    /// Sends a head with these lines.
    pub fn send_head(&mut self, line: &str, headers: &[(&str, &str)]) {
        let mut head = format!("{line} HTTP/1.1\r\n");
        if !headers.iter().any(|(name, _)| *name == "host") {
            head += &format!("host: {}\r\n", self.host);
        }
        for (name, value) in headers {
            head += &format!("{name}: {value}\r\n");
        }
        self.send(format!("{head}\r\n").as_bytes());
    }

    pub fn post(&mut self, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        let length = body.len().to_string();
        let headers = [headers, &[("content-length", length.as_str())]].concat();
        self.send_head(&format!("POST {path}"), &headers);
        self.send(body);
        self.answer()
    }

    pub fn get(&mut self, path: &str) -> Answer {
        self.send_head(&format!("GET {path}"), &[]);
        self.answer()
    }

    pub fn answer(&mut self) -> Answer {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            assert_ne!(self.stream.read_line(&mut head).unwrap(), 0, "no answer: '{head}'");
        }
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        let mut answer = Answer { status, head, body: Vec::new() };
        let length = answer.header("content-length").unwrap().parse().unwrap();
        answer.body.resize(length, 0);
        self.stream.read_exact(&mut answer.body).unwrap();
        answer
    }

    /// Whether the other end closes the connection.
    pub fn is_closed(&mut self) -> bool {
        matches!(self.stream.read(&mut [0]), Ok(0) | Err(_))
    }
}

/// Waits until something is so.
pub fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < LONG, "{what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// A figure of the service.
pub fn figure(service: &Service, name: &str) -> u64 {
    let figures = service.figures();
    let line = figures.lines().find_map(|line| line.strip_prefix(name)).unwrap();
    line.trim().parse().unwrap()
}

/// A person in a room.
pub fn person(width: u32, height: u32) -> RgbImage {
    let size = Size::new(width, height).unwrap();
    let mut presenter =
        Presenter::new(&PresenterSpec::default(), size, FrameRate::FPS_30, ColorSpace::BT709);
    let mut frame = Frame::new(PixelFormat::I420, size);
    frame.color = ColorSpace::BT709;
    presenter.draw(0, &mut frame, None);
    let mut rgb = Frame::new(PixelFormat::Rgb24, size);
    let (from, to) = ((PixelFormat::I420, frame.color), (PixelFormat::Rgb24, frame.color));
    Converter::new(from, to, size, Level::best()).run(&frame, &mut rgb);
    let mut bytes = Vec::new();
    rgb.write_packed(&mut bytes);
    RgbImage::from_raw(width, height, bytes).unwrap()
}

/// A picture as a file.
pub fn file(picture: &RgbImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// The matte that a still gets from a network.
pub fn matte_of(picture: &RgbImage, model: &str) -> Vec<u8> {
    let asked = MattingChoice {
        model: model.into(),
        quality: Some("fast".to_owned()),
        ..MattingChoice::default()
    };
    let Matting { model, settings } = Matting::for_stills(&asked).unwrap();
    let size = Size::new(picture.width(), picture.height()).unwrap();
    let frame = backlot_files::Picture::from_rgb(size, picture.as_raw()).unwrap().to_still();
    let mut finder = PersonMatte::new(&model, size, settings, Level::best()).unwrap();
    let mut matte = Matte::new(size);
    finder.segment(&frame).unwrap();
    finder.refine(&frame, &mut matte).unwrap();
    matte.plane().rows().flatten().copied().collect()
}
