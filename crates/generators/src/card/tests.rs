use super::*;
use backlot_media::{Matrix, Range, Size};

const PLAIN: Card<'_> = Card { title: "", line: "" };
const STARTING: Card<'_> =
    Card { title: "Starting the camera", line: "The picture is on its way." };

fn drawn(card: Card<'_>, width: u32, height: u32) -> Frame {
    let mut frame = Frame::new(PixelFormat::I420, Size { width, height });
    card.draw(&mut frame);
    frame
}

/// The rows and columns of luma, ends excluded, in which two frames differ.
fn difference(a: &Frame, b: &Frame) -> Option<[usize; 4]> {
    let (a, b) = (a.plane(0), b.plane(0));
    let mut found: Option<[usize; 4]> = None;
    for y in 0..a.height() {
        for x in (0..a.width()).filter(|&x| a.row(y)[x].abs_diff(b.row(y)[x]) > 24) {
            let [x0, y0, x1, y1] = found.unwrap_or([x, y, x, y]);
            found = Some([x0.min(x), y0.min(y), x1.max(x + 1), y1.max(y + 1)]);
        }
    }
    found
}

#[test]
fn the_text_is_there_and_keeps_away_from_the_border() {
    for (w, h) in [(320, 180), (640, 480), (1280, 720), (720, 1280), (1921, 1081), (3840, 2160)] {
        let long = "Another program has it: ".repeat(9);
        for card in [STARTING, Card { title: &long, line: &long }] {
            // Against the card without a letter, whose badge is elsewhere.
            let [x0, y0, x1, y1] = difference(&drawn(card, w, h), &drawn(PLAIN, w, h))
                .unwrap_or_else(|| panic!("no text on {w}x{h}"));
            let (w, h) = (w as usize, h as usize);
            assert!(x0 * 20 > w && (w - x1) * 20 > w, "{x0}..{x1} of {w}");
            assert!(y0 * 40 > h && (h - y1) * 40 > h, "{y0}..{y1} of {h}");
            assert!(x0.abs_diff(w - x1) * 50 < w, "not in the middle: {x0}..{x1} of {w}");
        }
    }
}

#[test]
fn every_size_and_shape_of_picture_can_be_drawn() {
    let sizes = [1, 2, 3, 15, 16, 17, 33, 90, 255];
    for width in sizes {
        for height in sizes {
            drawn(STARTING, width, height);
        }
    }
    drawn(STARTING, 4096, 16);
    drawn(STARTING, 16, 4096);
}

#[test]
fn bytes_between_the_rows_stay_untouched() {
    let mut frame = Frame::new(PixelFormat::I420, Size { width: 97, height: 55 });
    frame.bytes_mut().fill(0xee);
    STARTING.draw(&mut frame);
    let rows = [(0, 128, 97, 55), (128 * 55, 64, 49, 28), (128 * 55 + 64 * 28, 64, 49, 28)];
    for (offset, stride, width, height) in rows {
        for row in frame.bytes()[offset..].chunks(stride).take(height) {
            assert!(row[width..].iter().all(|&b| b == 0xee));
        }
    }
}

#[test]
fn any_text_can_be_drawn() {
    let plain = drawn(PLAIN, 320, 180);
    let everything: String = (0..0x11_0000).step_by(37).filter_map(char::from_u32).collect();
    let long = "W".repeat(100_000);
    for text in [
        "\u{0}\n\t",
        "日本語のカメラ",
        "👩🏽‍🚀 camera",
        "e\u{301}te\u{301}",
        "שלום",
        &long,
        &everything,
    ] {
        let frame = drawn(Card { title: text, line: text }, 320, 180);
        assert!(text.trim().len() < 2 || difference(&frame, &plain).is_some(), "{text:.40}");
    }
}

#[test]
fn letters_that_are_missing_are_boxes_and_marks_are_left_out() {
    let font = Font::strong();
    assert!(font.has('é') && font.has('Ж') && font.has('…') && !font.has('語'));
    let same = |a: &str, b: &str| {
        let [a, b] = [a, b].map(|title| drawn(Card { title, line: "" }, 320, 180));
        difference(&a, &b).is_none()
    };
    assert!(same("語", "本"));
    assert!(same("e\u{301}", "e"));
    assert!(!same("e", "o"));
}

#[test]
fn colours_are_the_same_in_every_colour_space() {
    let spaces = [Matrix::Bt601, Matrix::Bt709]
        .map(|matrix| [Range::Limited, Range::Full].map(|range| ColorSpace { matrix, range }));
    let mut expected: Option<[[f64; 3]; 2]> = None;
    for space in spaces.into_iter().flatten() {
        let mut frame = Frame::new(PixelFormat::I420, Size { width: 640, height: 360 });
        frame.color = space;
        STARTING.draw(&mut frame);
        assert_eq!(frame.color, space);
        let [luma, u, v] = frame.yuv();
        // The background, and the camera's body.
        let found = [(8, 8), (312, 126)].map(|(x, y)| {
            let code = [luma.row(y)[x], u.row(y / 2)[x / 2], v.row(y / 2)[x / 2]];
            space.decode(code.map(f64::from))
        });
        let expected = expected.get_or_insert(found);
        for (found, expected) in found.as_flattened().iter().zip(expected.as_flattened()) {
            assert!((found - expected).abs() < 0.03, "{space:?}: {found} {expected}");
        }
    }
    let [background, body] = expected.expect("four colour spaces");
    assert!(background[2] < 0.5 && body[0] > 0.8 && body[2] < 0.6, "{background:?} {body:?}");
}

/// The expected picture was drawn when `ttf-parser` still read the typeface.
#[test]
fn a_card_looks_as_it_always_did() {
    let golden = include_bytes!("../../tests/data/card.png");
    let golden = image::load_from_memory(golden).unwrap().into_luma8();
    let title = "Ågjx Жд Ωλ … 0123456789 @&%§";
    let line = "The quick brown fox jumps over the lazy dog, éèß 語: {}[]()";
    let frame = drawn(Card { title, line }, golden.width(), golden.height());
    let luma = frame.plane(0);
    for (x, y, expected) in golden.enumerate_pixels() {
        let found = luma.row(y as usize)[x as usize];
        assert!(found.abs_diff(expected.0[0]) <= 2, "{x},{y}: {found} is not {expected:?}");
    }
}
