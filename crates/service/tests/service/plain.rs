//! The form of 2020: a picture in, a byte of 0 or 1 for each pixel out.

use crate::kit::{Client, figure, file, limited, matte_of, person, served, until};
use backlot_service::{Service, ServiceError, ServiceOptions};
use image::ImageFormat;
use std::time::Duration;

fn yes_or_no(matte: &[u8]) -> Vec<u8> {
    matte.iter().map(|value| u8::from(*value >= 128)).collect()
}

#[test]
fn a_picture_is_answered_by_a_byte_for_each_pixel() {
    let service = served(|_| {});
    let picture = person(321, 243);
    let expected = matte_of(&picture, "general");
    let mut client = Client::of(&service);
    let png = file(&picture, ImageFormat::Png);
    for kind in ["application/octet-stream", "image/png", "application/x-www-form-urlencoded"] {
        let answer = client.post("/", &[("content-type", kind)], &png);
        assert_eq!(answer.status, 200, "{kind}");
        assert_eq!(answer.header("content-type"), Some("application/octet-stream"));
        assert_eq!(answer.header("backlot-size"), Some("321x243"));
        assert!(answer.body == yes_or_no(&expected), "{kind}");
    }
    let persons = expected.iter().filter(|value| **value >= 128).count();
    assert!((5_000..60_000).contains(&persons), "{persons} pixels of a person");
    let grey = client.post("/", &[("accept", "text/html, image/png;q=0.9")], &png);
    assert_eq!(grey.header("content-type"), Some("image/png"));
    let grey = image::load_from_memory(&grey.body).unwrap();
    assert_eq!(grey.color(), image::ColorType::L8);
    assert!(grey.into_luma8().into_raw() == expected);
    assert_eq!(figure(&service, "backlot_requests_total{form=\"plain\",status=\"200\"}"), 4);
    assert_eq!(figure(&service, "backlot_connections "), 1, "one connection had all of them");
}

#[test]
fn pictures_are_upright() {
    let service = served(|_| {});
    let jpeg = file(&person(64, 48), ImageFormat::Jpeg);
    // Turned by a quarter.
    let exif =
        b"\xff\xe1\0\x22Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
    let turned = [&jpeg[..2], exif, &jpeg[2..]].concat();
    let answer = Client::of(&service).post("/", &[], &turned);
    assert_eq!(answer.header("backlot-size"), Some("48x64"));
    assert_eq!(answer.body.len(), 48 * 64);
}

#[test]
fn what_is_no_picture_gets_a_sentence() {
    let service = limited(|limits| limits.pixels = 100_000);
    let mut client = Client::of(&service);
    let png = file(&person(64, 48), ImageFormat::Png);
    let mut refused = |body: &[u8], status: u16, words: &str| {
        let answer = client.post("/", &[], body);
        let sentence = answer.sentence();
        assert_eq!(answer.status, status, "{sentence}");
        assert!(sentence.contains(words), "{sentence}");
    };
    refused(b"", 415, "it is empty");
    refused(b"hello", 415, "it is text");
    refused(&[0x1a; 100], 415, "it is not png, jpg");
    refused(b"qoif\0\0\0\x01", 415, "takes another program");
    refused(&png[..png.len() / 2], 400, "damaged or cut short");
    refused(&file(&person(400, 300), ImageFormat::Png), 413, "is 400x300: at most 100000 pixels");
    let answer = client.post("/", &[("content-encoding", "gzip")], &png);
    assert_eq!((answer.status, answer.sentence().contains("Content-Encoding")), (415, true));
    let answer = client.get("/");
    assert_eq!((answer.status, answer.header("allow")), (405, Some("POST")));
    assert_eq!(client.get("/nowhere").status, 404);
    assert_eq!(client.post("/", &[], &png).status, 200, "nothing is broken");
}

#[test]
fn beyond_this_machine_there_is_a_token() {
    let at = |address: &str, token: Option<&str>| {
        let listen = address.parse().unwrap();
        let token = token.map(str::to_owned);
        Service::open(&ServiceOptions { listen, token, ..ServiceOptions::default() })
    };
    let error = at("0.0.0.0:0", None).unwrap_err();
    assert!(
        matches!(error, ServiceError::NoToken(_)) && error.to_string().contains("--token-file")
    );
    for wrong in ["", "short", "two words of it", "ümläüte-von-hier"] {
        assert!(matches!(at("127.0.0.1:0", Some(wrong)), Err(ServiceError::Token)), "{wrong}");
    }
    let service = at("0.0.0.0:0", Some("correct-horse")).unwrap();
    let here = format!("127.0.0.1:{}", service.address().port()).parse().unwrap();
    let mut client = Client::at(here);
    let png = file(&person(64, 48), ImageFormat::Png);
    let answer = client.post("/", &[], &png);
    assert_eq!((answer.status, answer.header("www-authenticate")), (401, Some("Bearer")));
    assert!(answer.sentence().contains("Authorization: Bearer"));
    assert_eq!(client.get("/metrics").status, 401);
    assert_eq!(client.get("/v2/health/live").status, 200, "whoever looks after it needs none");
    let says = [("authorization", "Bearer correct-horse"), ("host", "studio.example:9000")];
    assert_eq!(client.post("/", &says, &png).status, 200);
}

#[test]
fn pages_of_other_sites_are_kept_out() {
    let service = served(|_| {});
    let png = file(&person(64, 48), ImageFormat::Png);
    let mut client = Client::of(&service);
    assert_eq!(client.post("/", &[("origin", "https://example.org")], &png).status, 403);
    assert_eq!(client.post("/", &[("host", "example.org")], &png).status, 421);
    assert_eq!(client.post("/", &[], &png).status, 200);
}

#[test]
fn what_was_begun_is_finished_at_the_end() {
    let service = served(|options| options.matting.quality = Some("best".to_owned()));
    let png = file(&person(320, 240), ImageFormat::Png);
    let (mut waiting, mut idle) = (Client::of(&service), Client::of(&service));
    assert_eq!(idle.get("/v2/health/ready").status, 200);
    waiting.send_head("POST /", &[("content-length", &png.len().to_string())]);
    waiting.send(&png);
    until("it works on it", || figure(&service, "backlot_threads_busy ") == 1);
    let address = service.address();
    service.end();
    let answer = waiting.answer();
    assert_eq!((answer.status, answer.body.len()), (200, 320 * 240));
    assert!(idle.is_closed());
    assert!(std::net::TcpStream::connect_timeout(&address, Duration::from_secs(1)).is_err());
}

#[test]
fn an_address_that_is_taken_is_told() {
    let service = served(|_| {});
    let options = ServiceOptions { listen: service.address(), ..ServiceOptions::default() };
    let error = Service::open(&options).unwrap_err().to_string();
    assert!(error.contains("can't be had") && error.contains("--listen"), "{error}");
}
