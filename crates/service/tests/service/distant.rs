//! Our own client, which takes the service for a network like any other.

use crate::kit::{LONG, person, served};
use backlot_distant::{Address, DistantOptions, Token, connect};
use backlot_kernels::Level;
use backlot_segmenter::{SegmentationModel, SegmenterError};
use backlot_service::Service;
use image::RgbImage;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::time::{Duration, Instant};

fn options() -> DistantOptions {
    DistantOptions { patience: LONG, ..DistantOptions::default() }
}

fn addresses(service: &Service) -> [String; 3] {
    let grpc = service.grpc_address().expect("gRPC is served");
    let rest = service.address();
    [
        format!("http://{rest}"),
        format!("oip+http://{rest}/v2/models/general"),
        format!("oip+grpc://{grpc}/v2/models/general"),
    ]
}

fn model(address: &str, options: &DistantOptions) -> Result<SegmentationModel, String> {
    let address: Address = address.parse().expect("an address");
    connect(&address, options).map_err(|error| error.to_string())
}

/// The mask of a picture, and its width and height.
fn mask(
    model: &SegmentationModel,
    picture: &RgbImage,
) -> Result<(Vec<f32>, (usize, usize)), SegmenterError> {
    let size = (picture.width() as usize, picture.height() as usize);
    let mut segmenter = model.segmenter(size, Level::best())?;
    let shape = segmenter.input_shape();
    let (width, height) = (shape.width as u32, shape.height as u32);
    let filter = image::imageops::FilterType::Triangle;
    let small = image::imageops::resize(picture, width, height, filter);
    let values = segmenter.input_mut().iter_mut().zip(small.as_raw());
    values.for_each(|(value, byte)| *value = f32::from(*byte) / 255.0);
    let size = segmenter.mask_size();
    Ok((segmenter.run()?.to_vec(), size))
}

#[test]
fn all_forms_find_the_person() {
    let service = served(|_| {});
    let picture = person(640, 360);
    let mut found = Vec::new();
    for address in addresses(&service) {
        let (mask, size) = mask(&model(&address, &options()).unwrap(), &picture).unwrap();
        assert_eq!(size, (256, 144), "{address}");
        let share = mask.iter().filter(|value| **value >= 0.5).count() as f32 / mask.len() as f32;
        assert!((0.05..0.8).contains(&share), "{address}: {share}");
        found.push(mask);
    }
    let [plain, rest, grpc] = found.try_into().unwrap();
    assert!(rest == grpc, "both give the same");
    let differs = plain.iter().zip(&rest).filter(|(a, b)| (**a >= 0.5) != (**b >= 0.5)).count();
    assert!(differs < plain.len() / 500, "{differs} of {} differ", plain.len());
}

#[test]
fn a_line_is_kept_and_opened_again() {
    let first = served(|_| {});
    let address = first.address();
    let model = model(&format!("oip+http://{address}/v2/models/general"), &options()).unwrap();
    let mut segmenter = model.segmenter((640, 360), Level::best()).unwrap();
    (0..5).for_each(|_| drop(segmenter.run().unwrap().to_vec()));
    let text = first.figures();
    let line = text.lines().find(|line| line.starts_with("backlot_connections ")).unwrap();
    assert!(["1", "2"].iter().any(|n| line.ends_with(n)), "{line}");
    first.end();
    let error = segmenter.run().unwrap_err().to_string();
    assert!(error.contains(&address.to_string()), "{error}");
    let second = served(|options| options.listen = address);
    segmenter.run().unwrap();
    second.end();
}

#[test]
fn a_token_is_sent_and_shown_nowhere() {
    let service = served(|options| options.token = Some("let-me-in".to_owned()));
    for address in addresses(&service) {
        let with =
            |token: &str| DistantOptions { token: Some(Token::new(token).unwrap()), ..options() };
        let shown = format!("{:?}", with("let-me-in"));
        assert!(!shown.contains("let-me-in"), "{shown}");
        mask(&model(&address, &with("let-me-in")).unwrap(), &person(64, 36)).unwrap();
        let refused = match model(&address, &with("wrong-one")) {
            Ok(model) => mask(&model, &person(64, 36)).unwrap_err().to_string(),
            Err(error) => error,
        };
        assert!(refused.contains("token") || refused.contains("16"), "{refused}");
    }
}

#[test]
fn a_model_that_is_not_there_is_told() {
    let service = served(|_| {});
    let rest = service.address();
    let error = model(&format!("oip+http://{rest}/v2/models/elephant"), &options()).unwrap_err();
    assert!(error.contains("elephant"), "{error}");
    let grpc = service.grpc_address().unwrap();
    let error = model(&format!("oip+grpc://{grpc}/v2/models/elephant"), &options()).unwrap_err();
    assert!(error.contains("elephant"), "{error}");
}

/// A server that answers each connection with these bytes, or never.
fn rubbish(answer: &'static [u8]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut some = [0; 256];
            let _ = stream.read(&mut some);
            if answer.is_empty() {
                std::thread::sleep(Duration::from_secs(5));
            }
            let _ = stream.write_all(answer);
        }
    });
    address.to_string()
}

#[test]
fn rubbish_silence_and_nobody_are_one_sentence_each() {
    let brief = DistantOptions { patience: Duration::from_millis(700), ..options() };
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let huge = b"HTTP/1.1 200 OK\r\ncontent-length: 99999999999\r\n\r\n";
    let servers = [
        nobody,
        rubbish(b""),
        rubbish(b"SSH-2.0-OpenSSH_9.2\r\n"),
        rubbish(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}"),
        rubbish(b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n\x07\x07\x07\x07\x07"),
        rubbish(b"HTTP/1.1 500 Oh\r\ncontent-length: 9\r\n\r\n\x1b[31mred\n"),
        rubbish(huge),
    ];
    for server in servers {
        for form in [
            format!("http://{server}"),
            format!("oip+http://{server}/v2/models/a"),
            format!("oip+grpc://{server}/v2/models/a"),
        ] {
            let start = Instant::now();
            let found = model(&form, &brief)
                .and_then(|model| mask(&model, &person(64, 36)).map_err(|error| error.to_string()));
            let error = found.err().unwrap_or_else(|| panic!("{form} is no network"));
            assert!(!error.contains(char::is_control) && error.len() < 400, "{error}");
            assert!(start.elapsed() < LONG / 2, "{form}");
        }
    }
}
