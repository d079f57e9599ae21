//! Pictures for the page.

use crate::kit::{Events, Program};
use backlot_guard::{Cleared, Script, Seen};
use backlot_media::{Clock, ColorSpace, FrameRate, MonotonicClock, OutputMode, PixelFormat, Size};
use backlot_mjpeg::Decoder;
use backlot_panel::{Motif, Sketch, View, ViewKind, ViewWish, Views};
use serde_json::json;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tungstenite::Message;

/// How many views are open.
static OPEN: AtomicUsize = AtomicUsize::new(0);

/// Views that show a grey picture, for ever.
pub struct Drawn;

struct Grey(OutputMode);

impl Views for Drawn {
    fn look(&self, wish: &ViewWish) -> Result<Box<dyn View>, String> {
        if wish.kind == ViewKind::Matte {
            return Err("there is no matte".to_owned());
        }
        let (size, rate) = (Size::new(wish.width, 90).unwrap(), FrameRate::FPS_30);
        let (format, color) = (PixelFormat::I420, ColorSpace::BT709);
        OPEN.fetch_add(1, Ordering::SeqCst);
        Ok(Box::new(Grey(OutputMode { size, rate, format, color })))
    }

    fn sketch(&self, motif: &Motif) -> Result<Box<dyn Sketch>, String> {
        crate::thumbnails::sketch(motif)
    }
}

impl View for Grey {
    fn next(&mut self, _: Duration) -> Seen {
        std::thread::sleep(Duration::from_millis(5));
        let picture = Cleared::drawn(&self.0, &Script::default(), |frame, _| {
            // In limited range: black is 16, white 235.
            frame.plane_mut(0).fill(235);
            frame.plane_mut(1).fill(128);
            frame.plane_mut(2).fill(128);
        });
        Seen::Picture { picture, at: MonotonicClock.now() }
    }
}

impl Drop for Grey {
    fn drop(&mut self) {
        OPEN.fetch_sub(1, Ordering::SeqCst);
    }
}

/// The next picture: when it was finished, its number, and the JPEG.
fn picture(page: &mut Events) -> (u64, u32, Vec<u8>) {
    loop {
        if let Message::Binary(bytes) = page.0.read().unwrap() {
            let at = u64::from_le_bytes(bytes[..8].try_into().unwrap());
            let sequence = u32::from_le_bytes(bytes[8..12].try_into().unwrap());
            return (at, sequence, bytes[12..].to_vec());
        }
    }
}

#[test]
fn pictures_come_as_fast_as_they_are_drawn_and_end_with_the_page() {
    let program = Program::start();
    let browser = program.browser();
    let open = |query: &str| browser.socket(&format!("/api/v1/preview{query}"), &browser.origin());
    let mut page = open("?width=160").unwrap();
    let (first, number, jpeg) = picture(&mut page);
    let decoded = Decoder::new().unwrap().decode(&jpeg).unwrap();
    assert_eq!(decoded.frame.size(), Size::new(160, 90).unwrap());
    assert!(decoded.frame.plane(0).row(45)[80] > 250, "white is white: JPEG has the full range");
    // Without a word from the page there is no other picture, whatever is asked besides.
    for n in 0..20 {
        page.send(&json!({ "ping": n }));
        let Message::Text(answer) = page.0.read().unwrap() else { panic!("a picture") };
        let answer: serde_json::Value = serde_json::from_str(&answer).unwrap();
        assert_eq!(answer["pong"], n);
        assert!(answer["now"].as_u64().unwrap() >= first);
    }
    page.send(&json!(number + 7));
    page.send(&json!(number));
    let (second, next, _) = picture(&mut page);
    assert!(second > first && next > number);
    // A second tab looks at the same view.
    let mut other = open("?width=160&view=viewers&fps=30").unwrap();
    picture(&mut other);
    assert_eq!(OPEN.load(Ordering::SeqCst), 1);
    drop((page, other));
    let start = Instant::now();
    while OPEN.load(Ordering::SeqCst) > 0 {
        assert!(start.elapsed() < crate::kit::LONG, "a preview that nobody looks at costs nothing");
        std::thread::sleep(Duration::from_millis(5));
    }
    let mut page = open("?view=matte").unwrap();
    assert_eq!(page.read(), json!({ "note": "there is no matte" }));
    assert_eq!(page.closed(), Some(1000));
    for query in ["?width=1", "?width=a", "?fps=0", "?view=room", "?scene=nowhere", "?what=1"] {
        assert!(open(query).err().unwrap().contains("400"), "{query}");
    }
    assert!(open("?scene=original").is_ok());
}
