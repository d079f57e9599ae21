//! What is done with the bytes.

use crate::corpus::with_checksums;
use backlot_files::{Budget, Intake, Tools, Y4mSource, picture_to_frame, read_picture};
use backlot_jpeg::{McuMask, PlaneMut, Scale};
use backlot_kernels::{Converter, Level};
use backlot_media::{ColorSpace, Frame, Picture, PixelFormat, Size};
use backlot_mjpeg::{Decoded, Decoder};
use backlot_networks::Sidecar;
use backlot_nn::{Model, Session, TfjsFile};
use backlot_obs::{Encoding, read_message};
use backlot_oip::{InferAnswer, InferRequest, OipError, RpcRequest, Tensor};
use backlot_protocol::{Line, read_request};
use backlot_scene::config::{Config, SceneFile, State};
use backlot_scene::{Background, Document, Effect, Fit};
use backlot_settings::Bundle;
use std::cell::RefCell;
use std::hint::black_box;
use std::io::{Seek, Write};
use std::os::fd::AsRawFd;
use std::path::{Path, PathBuf};

/// What a picture may take: little, so that the fuzzer is quick.
const BUDGET: u64 = 4_000_000;
/// How many frames of a stream are read.
const FRAMES: usize = 8;
/// The most units of a picture that is decoded in parts.
const MOST_UNITS: usize = 4096;
/// How many lines are tried as an argument each.
const LINES: usize = 32;

const FORMATS: [PixelFormat; 6] = [
    PixelFormat::Yuyv,
    PixelFormat::Nv12,
    PixelFormat::I420,
    PixelFormat::I422,
    PixelFormat::Gray8,
    PixelFormat::Rgb24,
];

/// A network: refused, or run once.
pub fn model(bytes: &[u8]) {
    if let Ok(model) = Model::from_tflite(bytes) {
        let mut session = Session::new(&model, Level::best());
        session.input_mut().fill(0.5);
        black_box(session.run());
    }
}

/// A TensorFlow.js model, whose weights follow on its `model.json` and a zero: refused, or, where its result is small,
/// run once.
pub fn tfjs(bytes: &[u8]) {
    let (json, weights) = bytes.split_at(bytes.iter().position(|b| *b == 0).unwrap_or(bytes.len()));
    let weights = weights.get(1..).unwrap_or_default();
    let Ok(file) = TfjsFile::read(json) else { return };
    let count = file.shards().len().max(1);
    let mut shards: Vec<_> =
        weights.chunks(weights.len() / count + 1).map(<[u8]>::to_vec).collect();
    shards.resize(file.shards().len(), Vec::new());
    let Ok(network) = file.with_shards(shards) else { return };
    let outputs: Vec<_> = ["out", "shares"].into_iter().filter(|name| network.has(name)).collect();
    if let Ok(model) = network.model_for(16, 24, &outputs)
        && model.output().height * model.output().width < 4096
    {
        let mut session = Session::new(&model, Level::best());
        session.input_mut().fill(0.5);
        black_box(session.run());
    }
}

/// The file beside a network: refused in lines without control characters, or of numbers that can be computed with.
pub fn sidecar(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    match Sidecar::parse(text) {
        Ok(sidecar) => {
            let Ok((_, form)) = sidecar.own_form() else { return };
            assert!(form.scale.iter().chain(&form.offset).all(|value| value.is_finite()));
        }
        Err(issues) => {
            for issue in issues.all() {
                assert!(!issue.message.contains(char::is_control), "{issue}");
            }
        }
    }
}

/// A still picture: refused, or brought to a canvas. A PNG file once more with right checksums, as
/// nothing of a part is looked at without.
pub fn picture(bytes: &[u8]) {
    read(bytes);
    if let Some(mended) = with_checksums(bytes) {
        read(&mended);
    }
}

fn read(bytes: &[u8]) {
    // No child is started for what ffmpeg would have to decode.
    let tools = Tools { ffmpeg: "/nowhere/ffmpeg".into(), ffprobe: "/nowhere/ffprobe".into() };
    let intake = Intake { tools, budget: Budget::new(BUDGET), ..Intake::default() };
    let Some(picture) = with_file(bytes, |path| read_picture(path, &intake).ok()) else { return };
    let canvas = Size { width: 16, height: 10 };
    let over = [1, 2, 3];
    black_box(picture_to_frame(&picture, canvas, Fit::Cover, ColorSpace::BT601, over));
}

/// Lends the bytes as a file that has no name in any folder, so that none is left behind.
fn with_file<T>(bytes: &[u8], read: impl FnOnce(&Path) -> T) -> T {
    thread_local! {
        static FILE: RefCell<std::fs::File> =
            RefCell::new(tempfile::tempfile().expect("a temporary file can be made"));
    }
    FILE.with_borrow_mut(|file| {
        let written = file.set_len(0).and_then(|()| file.rewind());
        written.and_then(|()| file.write_all(bytes)).expect("a temporary file can be written to");
        read(&PathBuf::from(format!("/proc/self/fd/{}", file.as_raw_fd())))
    })
}

/// A settings file, what was remembered, and each line as arguments of the command line.
pub fn settings(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(config) = Config::parse(text) {
        let placed = config.with_files_from(Path::new("/a"), Some(Path::new("/b")));
        for scene in &placed.document.scenes {
            black_box(scene.form.scene().barely_hidden());
        }
    }
    if let Ok(state) = State::parse(text) {
        assert_eq!(State::parse(&state.text()).as_ref(), Ok(&state), "it is remembered as it is");
    }
    for line in text.lines().take(LINES) {
        black_box(line.parse::<Background>().is_ok());
        black_box(line.parse::<Size>().is_ok());
        black_box(line.parse::<Effect>().is_ok());
    }
}

/// The file of a scene: refused, or written as it was read, by versions of old too.
pub fn scene(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Ok(file) = SceneFile::parse(text) else { return };
    let written = file.text();
    let again = SceneFile::parse(&written).map(|again| (again.name, again.form, again.sources));
    assert_eq!(
        again,
        Ok((file.name.clone(), file.form.clone(), file.sources.clone())),
        "{written}"
    );
    let (canvas, mut document) = (Size { width: 641, height: 361 }, Document::default());
    if document.put(file.clone()).is_ok() {
        let scene = file.form.scene();
        black_box((document.shows_at_most(&scene), document.shows_at_least(&scene)));
        for layer in &scene.layers {
            black_box(layer.placement(Size { width: 3, height: 16_384 }, canvas));
        }
    }
}

/// An archive of a scene: refused, or one whose names all lie in it.
pub fn archive(bytes: &[u8]) {
    if let Ok(bundle) = Bundle::read_from(bytes) {
        black_box(Document::from(&bundle).scenes.len());
    }
}

/// A Y4M stream: refused, or frames of the size that it says.
pub fn y4m(bytes: &[u8]) {
    let Ok(mut source) = Y4mSource::open(bytes, &Intake::default()) else { return };
    for _ in 0..FRAMES {
        let Ok(Some(frame)) = source.next_y4m_frame() else { return };
        black_box(frame.plane(0).rows().map(|row| row[0]).max());
    }
}

/// A camera's JPEG picture: refused, or planes of the size that it says. One decoder decodes one
/// picture after the other, as a camera's stream is.
pub fn jpeg(bytes: &[u8]) {
    thread_local! {
        static DECODER: RefCell<Option<Decoder>> = RefCell::new(Decoder::new().ok());
    }
    DECODER.with_borrow_mut(|decoder| {
        if let Some(Ok(decoded)) = decoder.as_mut().map(|decoder| decoder.decode(bytes)) {
            black_box(decoded.frame.plane(0).rows().map(|row| row[0]).max());
        }
    });
}

/// A camera's JPEG picture, decoded in parts: refused, or the same on every level of instructions, and, where nothing is
/// missing, the same as libjpeg-turbo's.
pub fn jpeg_parts(bytes: &[u8]) {
    let made = Level::available().into_iter().map(|level| parts(level, bytes));
    let made: Vec<_> = made.collect();
    assert!(made.iter().all(|each| *each == made[0]), "each level makes the same");
    let Some((true, planes)) = &made[0] else { return };
    // Of several pictures in the bytes, the two may take different ones.
    if backlot_jpeg::find::pictures(bytes).count() != 1 {
        return;
    }
    let decoded = Decoder::new().ok().and_then(|mut decoder| decoder.decode(bytes).ok());
    let Some(Decoded { frame, is_damaged: false }) = decoded else { return };
    let count = planes.len() / 4;
    if frame.plane_count() != count {
        return;
    }
    for (index, (width, height, plane)) in planes[..count].iter().enumerate() {
        let theirs = frame.plane(index);
        // Other subsamplings are converted for frames.
        if theirs.row(0).len() == *width && theirs.height() == *height {
            assert!(theirs.rows().flatten().eq(plane), "plane {index} is libjpeg-turbo's");
        }
    }
}

/// Columns, rows and pixels.
type Plane = (usize, usize, Vec<u8>);

/// Whether the picture is whole, and its planes at each size.
fn parts(level: Level, bytes: &[u8]) -> Option<(bool, Vec<Plane>)> {
    let mut decoder = backlot_jpeg::Decoder::new(level);
    let picture = decoder.read(bytes).ok()?;
    let (across, down) = picture.units();
    if across * down > MOST_UNITS {
        return None;
    }
    let mut mask = McuMask::new(across, down);
    mask.fill();
    let mut all = Vec::new();
    for divisor in [1, 2, 4, 8] {
        let plane = |index| {
            let (width, height) = picture.plane_size(index, divisor);
            (width, height, vec![0; width * height])
        };
        let mut planes: Vec<Plane> = (0..picture.planes()).map(plane).collect();
        let mut lent: Vec<_> = planes
            .iter_mut()
            .map(|(stride, _, bytes)| PlaneMut { bytes, stride: *stride })
            .collect();
        match divisor {
            1 => picture.blocks(&mask, Scale::Full, &mut lent),
            2 => picture.blocks(&mask, Scale::Half, &mut lent),
            4 => picture.quarter(&mut lent),
            _ => picture.eighth(&mut lent),
        }
        .expect("the planes have the sizes that were asked for");
        all.append(&mut planes);
    }
    Some((!picture.is_damaged(), all))
}

/// A camera's raw picture of any format, size and stride: refused, or brought to the working
/// format.
pub fn raw(bytes: &[u8]) {
    let [format, width, height, low, high, picture @ ..] = bytes else { return };
    let format = FORMATS[usize::from(*format) % FORMATS.len()];
    let Ok(size) = Size::new(u32::from(*width), u32::from(*height)) else { return };
    let stride = usize::from(u16::from_le_bytes([*low, *high]));
    let color = ColorSpace::BT601;
    if let Some(picture) = Picture::in_bytes(format, size, color, picture, stride) {
        let mut frame = Frame::new(PixelFormat::I420, size);
        Converter::new((format, color), (PixelFormat::I420, color), size, Level::best())
            .run(picture, &mut frame);
    }
}

/// What ffmpeg pipes, which a hostile file may have bent.
pub fn nut(bytes: &[u8]) {
    backlot_files::try_nut(bytes);
}

/// A line of the control socket: a request or a sentence, and what the program sends.
pub fn request(bytes: &[u8]) {
    match read_request(bytes) {
        Ok(envelope) => {
            let again = read_request(&envelope.line()).expect("what is written is a request");
            assert_eq!(again.request.name(), envelope.request.name());
            assert_eq!(again.save, envelope.save);
        }
        Err(refusal) => {
            assert!(!refusal.sentence.contains(char::is_control), "{refusal:?}");
            assert!(refusal.sentence.len() < 2000, "{refusal:?}");
        }
    }
    match serde_json::from_slice(bytes) {
        Ok(Line::State { state }) => {
            black_box(state.events_since(&backlot_protocol::State::default())).clear()
        }
        Ok(Line::Event { event }) => backlot_protocol::State::example().apply(&event),
        _ => {}
    }
}

/// A message of a client of obs-websocket, in either encoding, before and after it said who it is.
pub fn obs(bytes: &[u8]) {
    for encoding in [Encoding::Json, Encoding::MsgPack] {
        for is_identified in [false, true] {
            match read_message(encoding, bytes, is_identified) {
                Ok(message) => drop(black_box(message)),
                Err(close) => {
                    assert!((4002..=4012).contains(&close.code), "{close:?}");
                    assert!(close.reason.len() < 124, "{close:?}");
                }
            }
        }
    }
}

/// A message of the Open Inference Protocol, in each of its forms, as a request and as an answer: refused in a
/// sentence, or tensors that have what their shapes say. The first two bytes say how much of it is JSON.
pub fn oip(bytes: &[u8]) {
    let Some((length, rest)) = bytes.split_first_chunk() else { return };
    let (length, body) = (u16::from_le_bytes(*length), rest.to_vec().into());
    let header_length = (length != u16::MAX).then_some(usize::from(length));
    check_tensors(InferRequest::from_rest(&body, header_length).map(|request| request.inputs));
    check_tensors(InferAnswer::from_rest(&body, header_length).map(|answer| answer.outputs));
    check_tensors(RpcRequest::read(body.clone()).map(|asked| asked.request.inputs));
    check_tensors(InferAnswer::from_rpc(body).map(|answer| answer.outputs));
}

fn check_tensors(read: Result<Vec<Tensor>, OipError>) {
    match read {
        Ok(tensors) => {
            for Tensor { name, datatype, shape, data, .. } in tensors {
                assert!(Tensor::new(name, datatype, shape, data).is_ok());
            }
        }
        Err(error) => {
            let sentence = error.to_string();
            assert!(!sentence.contains(char::is_control) && sentence.len() < 1000, "{sentence}");
        }
    }
}
