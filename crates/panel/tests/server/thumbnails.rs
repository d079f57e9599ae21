//! Small pictures.

use crate::kit::Program;
use backlot_guard::{Cleared, Script};
use backlot_media::{ColorSpace, FrameRate, OutputMode, PixelFormat, Size};
use backlot_mjpeg::Decoder;
use backlot_panel::{Motif, Sketch};
use std::sync::atomic::{AtomicUsize, Ordering};

/// How many pictures were drawn.
static DRAWN: AtomicUsize = AtomicUsize::new(0);

/// A white picture of everything but what is called `nothing`; what is called `broken` can't be drawn.
struct White(String);

pub fn sketch(motif: &Motif) -> Result<Box<dyn Sketch>, String> {
    let (Motif::Scene(name) | Motif::Background(name) | Motif::Effect(name)) = motif;
    if name == "nothing" {
        return Err("there is nothing".to_owned());
    }
    Ok(Box::new(White(name.clone())))
}

impl Sketch for White {
    fn mark(&self) -> u64 {
        self.0.len() as u64
    }

    fn draw(self: Box<Self>) -> Result<Cleared, String> {
        if self.0 == "broken" {
            return Err("it is broken".to_owned());
        }
        DRAWN.fetch_add(1, Ordering::SeqCst);
        let (size, rate) = (Size::new(64, 36).unwrap(), FrameRate::FPS_30);
        let (format, color) = (PixelFormat::I420, ColorSpace::BT709);
        let mode = OutputMode { size, rate, format, color };
        Ok(Cleared::drawn(&mode, &Script::default(), |frame, _| frame.plane_mut(0).fill(235)))
    }
}

#[test]
fn each_is_drawn_once_and_sent_once() {
    let program = Program::start();
    let browser = program.browser();
    let get = |query: &str| browser.get(&format!("/api/v1/thumbnail?{query}"));
    let first = get("scene=desk%20two");
    assert_eq!((first.status, first.header("content-type")), (200, Some("image/jpeg")));
    assert_eq!(first.header("cache-control"), Some("private, no-cache"));
    let picture = Decoder::new().unwrap().decode(&first.body).unwrap().frame;
    assert_eq!(picture.size(), Size::new(64, 36).unwrap());
    assert!(picture.plane(0).row(18)[32] > 250, "white is white");
    let again = get("scene=desk%20two&v=2");
    assert_eq!(
        (again.status, again.body, DRAWN.load(Ordering::SeqCst)),
        (200, first.body.clone(), 1)
    );
    let tag = first.header("etag").unwrap();
    let known = [("if-none-match", tag)];
    let same = browser.ask("GET", "/api/v1/thumbnail?scene=desk%20two", &known, b"");
    assert_eq!((same.status, same.body.len(), same.header("etag")), (304, 0, Some(tag)));
    assert_eq!(get("effect=hologram").status, 200);
    for (query, status, word) in [
        ("scene=nothing", 404, "there is nothing"),
        ("background=broken", 409, "it is broken"),
        ("", 400, "'scene', 'background' and 'effect'"),
        ("scene=a&effect=b", 400, "'scene', 'background' and 'effect'"),
        ("scene=a&room=1", 400, "room"),
    ] {
        let refused = get(query);
        assert_eq!(refused.status, status, "{query}");
        assert!(refused.json()["error"].as_str().unwrap().contains(word), "{query}");
    }
    let headers = [("cookie", "")];
    let stranger = browser.ask("GET", "/api/v1/thumbnail?scene=a", &headers, b"");
    assert_eq!(stranger.status, 401);
    let elsewhere = [("sec-fetch-site", "cross-site")];
    assert_eq!(browser.ask("GET", "/api/v1/thumbnail?scene=a", &elsewhere, b"").status, 403);
}
