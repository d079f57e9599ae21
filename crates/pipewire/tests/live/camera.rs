//! Cameras that another program provides.

use crate::support::{Child, JPEG, PATIENCE, Provider, Session, eventually};
use backlot_media::{
    Camera, CameraMode, CameraOpener, Delivery, Encoding, FrameRate, PixelFormat, Recovery, Size,
    StreamError, Wish,
};
use backlot_pipewire::{PipewireCameraOpener, list_at};
use std::time::{Duration, Instant};

const WISH: Wish = Wish { size: Size { width: 640, height: 480 }, rate: FrameRate::FPS_30 };

/// A camera that shows colour bars: `caps` and what encodes them.
fn provide(session: &Session, caps: &str) -> Child {
    session.gst(&format!(
        "videotestsrc is-live=true pattern=smpte100 ! {caps} ! pipewiresink mode=provide \
         stream-properties=p,media.class=Video/Source,media.role=Camera,node.name=lab-cam,node.description=Lab"
    ))
}

fn opener(session: &Session, name: &str) -> PipewireCameraOpener {
    PipewireCameraOpener::named(name).remote(session.socket())
}

fn open(session: &Session, name: &str) -> Box<dyn Camera> {
    eventually("the camera", || opener(session, name).open(&WISH).ok())
}

/// The next picture, with its stride.
fn next(camera: &mut dyn Camera) -> Result<(Vec<u8>, usize), StreamError> {
    let start = Instant::now();
    loop {
        let mut found = None;
        let mut take =
            |p: backlot_media::RawPicture<'_>| found = Some((p.bytes.to_vec(), p.stride));
        if camera.next(Duration::from_millis(200), &mut take)? == Delivery::Picture {
            return Ok(found.unwrap());
        }
        assert!(start.elapsed() < PATIENCE, "no picture came: {:?}", camera.tally());
    }
}

fn mode_of(encoding: Encoding, mode: CameraMode) {
    assert_eq!((mode.encoding, mode.size, mode.rate), (encoding, WISH.size, WISH.rate));
}

#[test]
fn raw_pictures_arrive_with_their_colours() {
    let session = Session::start();
    for (format, caps) in
        [(PixelFormat::Yuyv, "YUY2"), (PixelFormat::I420, "I420"), (PixelFormat::Nv12, "NV12")]
    {
        let _provider = provide(
            &session,
            &format!("video/x-raw,format={caps},width=640,height=480,framerate=30/1"),
        );
        let mut camera = open(&session, "lab-cam");
        mode_of(Encoding::Raw(format), camera.mode());
        for _ in 0..10 {
            let (bytes, stride) = next(&mut *camera).unwrap();
            let luma = if format == PixelFormat::Yuyv { 2 } else { 1 };
            assert!(stride >= 640 * luma && bytes.len() >= 640 * 480 * 3 / 2);
            // The first of the bars is white, the last blue.
            let last = stride * 10 + 620 * luma;
            assert!(bytes[0] >= 230, "{format}: white is {}", bytes[0]);
            assert!((25..=50).contains(&bytes[last]), "{format}: blue is {}", bytes[last]);
        }
        drop(camera);
        drop(_provider);
        eventually("the camera to go", || session.node("lab-cam").is_none().then_some(()));
    }
}

#[test]
fn compressed_pictures_arrive_whole() {
    let session = Session::start();
    let _provider = Provider::start(session.socket(), vec![(0, JPEG.len() as u32, 0)]);
    let mut camera = open(&session, "lab");
    mode_of(Encoding::Jpeg, camera.mode());
    for _ in 0..5 {
        assert_eq!(next(&mut *camera).unwrap(), (JPEG.to_vec(), 0));
    }
    assert_eq!(camera.tally().damaged, 0);
}

#[test]
fn pictures_too_large_for_a_buffer_are_damaged() {
    let session = Session::start();
    let good = (2, 4, 0);
    let bad = [(0, u32::MAX, 0), (u32::MAX, u32::MAX, 0), (4000, 4096, 0), (0, 0, 0), (0, 6, -1)];
    let chunks = bad.into_iter().chain([good]).collect();
    let _provider = Provider::start(session.socket(), chunks);
    let mut camera = open(&session, "lab-cam");
    for _ in 0..3 {
        assert_eq!(next(&mut *camera).unwrap().0, JPEG[2..]);
    }
    assert!(camera.tally().damaged >= 5, "{:?}", camera.tally());
}

#[test]
fn cameras_are_listed_and_a_missing_one_is_named() {
    let session = Session::start();
    assert_eq!(list_at(session.socket()).unwrap(), []);
    let error = opener(&session, "lab-cam").open(&WISH).err().unwrap();
    assert_eq!(error.to_string(), "PipeWire has no camera 'lab-cam'; it has none at all");
    assert_eq!(error.recovery(), Recovery::Retry);
    let _provider =
        provide(&session, "video/x-raw,format=YUY2,width=640,height=480,framerate=30/1");
    let cameras = eventually("the camera", || {
        let cameras = list_at(session.socket()).unwrap();
        (!cameras.is_empty() && !cameras[0].modes.is_empty()).then_some(cameras)
    });
    assert_eq!((cameras[0].name.as_str(), cameras[0].description.as_str()), ("lab-cam", "Lab"));
    mode_of(Encoding::Raw(PixelFormat::Yuyv), cameras[0].modes[0]);
}

#[test]
fn a_camera_that_goes_is_to_be_opened_again() {
    let session = Session::start();
    let caps = "video/x-raw,format=YUY2,width=640,height=480,framerate=30/1";
    let provider = provide(&session, caps);
    let mut camera = open(&session, "lab-cam");
    next(&mut *camera).unwrap();
    drop(provider);
    let error = eventually("the end", || next(&mut *camera).err());
    assert_eq!(error.recovery(), Recovery::Reopen);
    drop(camera);
    let _provider = provide(&session, caps);
    next(&mut *open(&session, "lab-cam")).unwrap();
}
