//! Small pictures, as a page gets them, while a camera shows an unmistakable room.

use super::desk::{Desk, settings};
use super::panel::Page;
use super::steering::Asking;
use backlot_kernels::{Level, Scaler};
use backlot_media::{Frame, PixelFormat, Size};
use backlot_mjpeg::Decoder;
use backlot_testkit::{draw_room, room_shows};
use serde_json::json;

const SCENES: &str = "\
[scene.red]
background = \"red\"
[[scene.corner.layer]]
source = \"navy\"
[[scene.corner.layer]]
source = \"camera\"
key = \"chroma\"
crop = { left = \"40%\", right = \"40%\" }
place = { anchor = \"bottom-right\", height = \"50%\" }
[[scene.open.layer]]
source = \"camera\"
";

/// What a page may ask for: all of it would show the room as a virtual camera shows it, or what is cut out.
const MOTIFS: [&str; 8] = [
    "scene=open",
    "scene=red",
    "scene=corner",
    "background=original",
    "background=blur:light",
    "background=blur",
    "effect=hologram",
    "effect=blur:1",
];

fn decoded(jpeg: &[u8]) -> Frame {
    Decoder::new().unwrap().decode(jpeg).unwrap().frame
}

/// The three values of a pixel, in shares of the picture.
fn pixel(frame: &Frame, across: f64, down: f64) -> [u8; 3] {
    [0, 1, 2].map(|plane| {
        let plane = frame.plane(plane);
        let at = |share: f64, side: usize| (share * side as f64) as usize;
        plane.row(at(down, plane.height()))[at(across, plane.width())]
    })
}

fn is_near(found: [u8; 3], wanted: [u8; 3]) -> bool {
    found.iter().zip(wanted).all(|(&found, wanted)| found.abs_diff(wanted) <= 14)
}

#[test]
fn they_show_the_user_and_never_the_room() {
    let desk = Desk::new(&settings(SCENES), &[]);
    desk.lab.set_somebody(true);
    let mut asking = Asking::new(&desk);
    let page = Page::open(&desk, &mut asking);
    let get = |asking: &mut Asking<'_>, query: &str| {
        let answer = page.get(asking, &format!("/api/v1/thumbnail?{query}"));
        assert_eq!(answer.status, 200, "{query}: {}", answer.text());
        decoded(&answer.body)
    };
    // What the room looks like so small, so that the search is known to find it.
    let (mut room, mut small) = (
        Frame::new(PixelFormat::I420, "320x180".parse().unwrap()),
        Frame::new(PixelFormat::I420, Size::new(256, 144).unwrap()),
    );
    draw_room(&mut room);
    Scaler::new(room.size(), small.size(), Level::best()).run(&room, &mut small);
    let small = decoded(&backlot_mjpeg::encode(&small, 80).unwrap());
    assert!(room_shows(&small) > 1.0, "{}", room_shows(&small));

    let presenter = get(&mut asking, "scene=red");
    assert_eq!(presenter.size(), small.size());
    // In full range, and as BT.601 has it.
    let red = [76, 85, 255];
    assert!(is_near(pixel(&presenter, 0.05, 0.1), red), "{:?}", pixel(&presenter, 0.05, 0.1));
    let skin = pixel(&presenter, 0.5, 0.4);
    assert!(!is_near(skin, red), "somebody is in the middle: {skin:?}");
    // A part of the room always shows to viewers, and not in a small picture.
    asking.ask(json!({ "request": "key", "key": "person:keep=30@15x30" })).unwrap();
    // The camera is open for a viewer: the next ones show whoever is before it.
    asking.ask(json!({ "request": "mirror", "on": true })).unwrap();
    assert_eq!(asking.state().preview.stills, 1);
    let user = get(&mut asking, "scene=red&v=1");
    let (body, wall) = (pixel(&user, 0.5, 0.6), pixel(&user, 0.05, 0.1));
    let kept = pixel(&user, 0.15, 0.3);
    assert!(is_near(wall, red) && is_near(kept, red), "{wall:?} {kept:?}");
    assert!(body[1].abs_diff(108) <= 8 && body[2].abs_diff(153) <= 8, "the user: {body:?}");
    for motif in MOTIFS {
        let seen = room_shows(&get(&mut asking, motif));
        assert!(seen < 0.5, "{motif}: the room shows: {seen}");
    }
    let corner = get(&mut asking, "scene=corner");
    let (behind, body) = (pixel(&corner, 0.2, 0.2), pixel(&corner, 0.95, 0.85));
    assert!(behind[1] > 160, "navy: {behind:?}");
    assert!(
        body[1].abs_diff(108) <= 10,
        "cut out though there is no screen, and cropped: {body:?}"
    );
    asking.ask(json!({ "request": "mirror", "on": false })).unwrap();
    let state = asking.state();
    assert_eq!((state.preview.stills, state.views.len()), (1, 0), "one still is enough");
}

#[test]
fn they_open_no_camera_and_follow_what_is_edited() {
    let desk = Desk::new(&settings(SCENES), &[]);
    let mut asking = Asking::unwatched(&desk);
    let page = Page::open(&desk, &mut asking);
    let unknown = page.get(&mut asking, "/api/v1/thumbnail?scene=rad");
    assert_eq!(unknown.status, 404);
    assert!(unknown.text().contains("there is no scene 'rad'"), "{}", unknown.text());
    let effect = page.get(&mut asking, "/api/v1/thumbnail?effect=nonsense");
    assert!(effect.status == 404 && effect.text().contains("nonsense"), "{}", effect.text());
    let first = page.get(&mut asking, "/api/v1/thumbnail?scene=red");
    let again = page.get(&mut asking, "/api/v1/thumbnail?scene=red");
    assert_eq!((first.status, &first.body), (200, &again.body));
    asking.ask(json!({ "request": "show-scene", "scene": "red" })).unwrap();
    asking.ask(json!({ "request": "background", "value": "lime" })).unwrap();
    let edited = page.get(&mut asking, "/api/v1/thumbnail?scene=red");
    let corner = pixel(&decoded(&edited.body), 0.05, 0.1);
    assert!(corner[1] < 80 && corner[2] < 60, "lime: {corner:?}");
    assert_eq!((asking.state().preview.stills, desk.lab.camera("one").delivered()), (0, 0));
}
