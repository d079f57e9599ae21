//! Clients that send too much, too little, too slowly or too often.

use crate::kit::{Client, LONG, figure, file, limited, person, served, until};
use backlot_service::Service;
use image::{ImageFormat, RgbImage};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// That a service still answers, and holds nothing.
fn is_well(service: &Service) {
    let png = file(&RgbImage::new(40, 30), ImageFormat::Png);
    assert_eq!(Client::of(service).post("/", &[], &png).status, 200);
    until("nothing is held any more", || figure(service, "backlot_held_bytes ") == 0);
}

#[test]
fn a_request_of_a_gigabyte_is_refused_at_its_head() {
    let service = served(|_| {});
    let mut client = Client::of(&service);
    client.send_head("POST /", &[("content-length", "1073741824")]);
    let answer = client.answer();
    assert_eq!(answer.status, 413);
    assert_eq!(answer.sentence(), "a request has at most 64 MiB");
    drop(client);
    is_well(&service);
}

#[test]
fn a_body_without_a_length_is_refused_where_it_gets_too_long() {
    let service = limited(|limits| limits.body_bytes = 1 << 20);
    let mut client = Client::of(&service);
    client.send_head("POST /v2/models/general/infer", &[("transfer-encoding", "chunked")]);
    let chunk = [&b"10000\r\n"[..], &[b' '; 65_536], b"\r\n"].concat();
    // More than is taken: whoever sends all before it looks for an answer gets one.
    (0..64).for_each(|_| client.send(&chunk));
    client.send(b"0\r\n\r\n");
    let answer = client.answer();
    assert_eq!((answer.status, answer.sentence().as_str()), (413, "a request has at most 1 MiB"));
    is_well(&service);
}

#[test]
fn bombs_are_not_decoded() {
    let service = limited(|limits| limits.pixels = 1 << 20);
    let mut client = Client::of(&service);
    // One colour, so that 20 000 x 20 000 pixels are short.
    let mut png = Vec::new();
    let mut encoder = png::Encoder::new(&mut png, 20_000, 20_000);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::One);
    encoder.write_header().unwrap().write_image_data(&vec![0; 2500 * 20_000]).unwrap();
    for path in ["/", "/v2/models/general/infer"] {
        let answer = match path {
            "/" => client.post(path, &[], &png),
            _ => {
                let size = png.len() + 4;
                let head = format!(
                    "{{\"inputs\": [{{\"name\": \"image\", \"datatype\": \"BYTES\", \"shape\": [1], \"parameters\": {{\"binary_data_size\": {size}}}}}]}}"
                );
                let length = head.len().to_string();
                let element = (png.len() as u32).to_le_bytes();
                let body = [head.as_bytes(), &element, &png].concat();
                client.post(path, &[("inference-header-content-length", &length)], &body)
            }
        };
        assert_eq!(answer.status, 413, "{path}");
        assert!(answer.sentence().contains("is 20000x20000: at most 1048576 pixels"));
    }
    is_well(&service);
}

#[test]
fn slow_heads_and_bodies_end() {
    let service = limited(|limits| {
        limits.deadline = Duration::from_millis(400);
        limits.patience = Duration::from_millis(200);
    });
    let mut body = Client::of(&service);
    body.send_head("POST /", &[("content-length", "1000")]);
    body.send(b"half of it");
    let mut head = Client::of(&service);
    head.send(b"POST / HTTP/1.1\r\nhost: ");
    let mut silent = Client::of(&service);
    assert!(silent.is_closed() && head.is_closed());
    let answer = body.answer();
    assert_eq!(answer.status, 408);
    assert!(answer.sentence().contains("took longer than 0.4 seconds to arrive"));
    let mut grpc = TcpStream::connect(service.grpc_address().unwrap()).unwrap();
    grpc.set_read_timeout(Some(LONG)).unwrap();
    let mut rest = Vec::new();
    drop(grpc.write_all(b"PRI * HT"));
    until(
        "a half preface ends",
        || !matches!(grpc.read_to_end(&mut rest), Err(e) if e.kind() == std::io::ErrorKind::WouldBlock),
    );
    until("all are gone", || figure(&service, "backlot_connections ") == 0);
}

#[test]
fn who_does_not_read_an_answer_is_cut_off() {
    let service = limited(|limits| limits.patience = Duration::from_millis(200));
    let png = file(&RgbImage::new(4000, 4000), ImageFormat::Png);
    let mut client = Client::of(&service);
    client.send_head("POST /", &[("content-length", &png.len().to_string())]);
    client.send(&png);
    until("it was made", || figure(&service, "backlot_pictures_total ") == 1);
    until("it is given up", || figure(&service, "backlot_connections ") == 0);
    assert_eq!(figure(&service, "backlot_held_bytes "), 0);
}

#[test]
fn more_work_than_there_is_room_for_is_put_off() {
    let service = served(|options| {
        options.limits.waiting = 2;
        options.matting.quality = Some("best".to_owned());
    });
    let png = file(&person(640, 480), ImageFormat::Png);
    let mut clients: Vec<_> = (0..12).map(|_| Client::of(&service)).collect();
    for client in &mut clients {
        client.send_head("POST /", &[("content-length", &png.len().to_string())]);
        client.send(&png);
    }
    let answers: Vec<_> = clients.iter_mut().map(Client::answer).collect();
    let count = |status| answers.iter().filter(|answer| answer.status == status).count();
    assert!(count(200) >= 2 && count(429) >= 1 && count(200) + count(429) == 12);
    for answer in answers.iter().filter(|answer| answer.status == 429) {
        assert_eq!(answer.header("retry-after"), Some("1"));
        assert!(answer.sentence().contains("too much to do"));
    }
    drop(clients);
    is_well(&service);
}

#[test]
fn what_takes_too_long_and_whose_client_is_gone_is_given_up() {
    let service = served(|options| {
        options.limits.deadline = Duration::from_millis(50);
        options.matting.quality = Some("best".to_owned());
    });
    let png = file(&person(640, 480), ImageFormat::Png);
    let mut clients: Vec<_> = (0..4).map(|_| Client::of(&service)).collect();
    for client in &mut clients {
        client.send_head("POST /", &[("content-length", &png.len().to_string())]);
        client.send(&png);
    }
    let late = clients.iter_mut().map(Client::answer).find(|answer| answer.status == 503).unwrap();
    assert!(late.sentence().contains("it wasn't done in 0.05 seconds"));
    until("others are not begun", || figure(&service, "backlot_abandoned_total ") >= 1);
}

#[test]
fn a_thousand_connections_with_bodies_stay_within_the_budget() {
    let service = limited(|limits| {
        limits.held_bytes = 4 << 20;
        limits.connections = 1000;
    });
    let part = vec![b'x'; 64 << 10];
    let mut clients: Vec<_> = (0..1000).map(|_| Client::of(&service)).collect();
    for client in &mut clients {
        client.send_head("POST /", &[("content-length", "1000000")]);
        client.send(&part);
    }
    until("all were looked at", || {
        let held = figure(&service, "backlot_held_bytes ");
        assert!(held <= 4 << 20, "{held}");
        service.figures().contains("form=\"plain\",status=\"429\"")
    });
    assert!(Client::of(&service).is_closed(), "there is no room for one more");
    drop(clients);
    until("all are gone", || figure(&service, "backlot_connections ") == 0);
    is_well(&service);
}

#[test]
fn one_who_floods_leaves_others_their_turn() {
    let service = served(|options| {
        options.limits.waiting = 8;
        options.matting.quality = Some("live".to_owned());
    });
    let png = file(&person(320, 240), ImageFormat::Png);
    let single = file(&RgbImage::new(320, 240), ImageFormat::Png);
    let mut data = Vec::new();
    (0..40).for_each(|_| backlot_oip::push_element(&mut data, &png).unwrap());
    let head = format!(
        "{{\"inputs\": [{{\"name\": \"image\", \"datatype\": \"BYTES\", \"shape\": [40], \"parameters\": {{\"binary_data_size\": {}}}}}]}}",
        data.len()
    );
    let mut flood = Client::of(&service);
    let lengths = [(head.len() + data.len()).to_string(), head.len().to_string()];
    flood.send_head(
        "POST /v2/models/general/infer",
        &[("content-length", &lengths[0]), ("inference-header-content-length", &lengths[1])],
    );
    flood.send(&[head.as_bytes(), &data].concat());
    until("it works on it", || figure(&service, "backlot_pictures_total ") >= 1);
    assert_eq!(Client::of(&service).post("/", &[], &single).status, 200);
    let done = figure(&service, "backlot_pictures_total ");
    assert!(done < 40, "{done} pictures were made before the other's");
    assert_eq!(flood.answer().status, 200);
}
