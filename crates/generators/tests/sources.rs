//! The promises of the drawn sources: the same bytes for the same request, an exact matte, any
//! size.

use backlot_generators::{
    Hair, Light, Presenter, PresenterSource, PresenterSpec, Room, build_set, sets,
};
use backlot_media::{ColorSpace, Frame, FrameRate, Matte, PixelFormat, Size, Source, Timestamp};
use std::time::Duration;

const SMALL: Size = Size { width: 160, height: 90 };
const SIZES: [(u32, u32); 6] = [(1, 1), (2, 2), (3, 200), (301, 7), (161, 91), (3840, 2160)];

fn presenter(text: &str, size: Size) -> Presenter {
    let spec: PresenterSpec = text.parse().expect("the text is well formed");
    Presenter::new(&spec, size, FrameRate::FPS_30, ColorSpace::BT709)
}

fn draw(presenter: &mut Presenter, index: u64) -> (Frame, Matte) {
    let mut frame = Frame::new(PixelFormat::I420, presenter.size());
    let mut truth = Matte::new(presenter.size());
    presenter.draw(index, &mut frame, Some(&mut truth));
    (frame, truth)
}

fn draw_set(name: &str, size: Size, seconds: f64) -> Frame {
    let mut frame = Frame::new(PixelFormat::I420, size);
    build_set(name, size, ColorSpace::BT709)
        .expect("the name is listed")
        .draw(Timestamp::from_secs_f64(seconds), &mut frame);
    frame
}

/// Greatest minus least code of the luma.
fn contrast(frame: &Frame) -> u8 {
    let codes = || frame.yuv()[0].rows().flatten().copied().collect::<Vec<_>>();
    codes().iter().max().expect("a pixel") - codes().iter().min().expect("a pixel")
}

#[test]
fn a_frame_has_the_same_bytes_in_any_order() {
    let text = "presenter:people=2,hair=curly,noise=1";
    let mut first = presenter(text, SMALL);
    let forwards: Vec<_> = [3, 80, 150].map(|i| draw(&mut first, i)).into();
    let mut second = presenter(text, SMALL);
    for (i, (frame, truth)) in [3, 80, 150].into_iter().zip(&forwards).rev() {
        let (again, truth_again) = draw(&mut second, i);
        assert_eq!(again.bytes(), frame.bytes(), "frame {i}");
        assert_eq!(truth_again.plane().data(), truth.plane().data(), "matte {i}");
    }
    assert_ne!(forwards[0].0.bytes(), forwards[1].0.bytes(), "the person moves");
    let other = draw(&mut presenter("presenter:people=2,hair=curly,noise=1,seed=2", SMALL), 3);
    assert_ne!(other.0.bytes(), forwards[0].0.bytes(), "another seed, another picture");
}

/// Where nobody is, a frame without noise shows the empty room to the last bit.
#[test]
fn the_matte_is_exact() {
    let size = Size { width: 320, height: 180 };
    let (room, _) = draw(&mut presenter("presenter:noise=0,people=0", size), 0);
    let mut person = presenter("presenter:noise=0,hair=long,glasses=on", size);
    for index in [0, 40, 75, 110] {
        let (frame, truth) = draw(&mut person, index);
        let [luma, empty] = [frame.yuv()[0], room.yuv()[0]];
        let (mut inside, mut differ) = (0, 0);
        for y in 0..180 {
            for (x, &alpha) in truth.plane().row(y).iter().enumerate() {
                let same = luma.row(y)[x] == empty.row(y)[x];
                assert!(alpha > 0 || same, "frame {index}: ({x}, {y}) is room");
                inside += usize::from(alpha == 255);
                differ += usize::from(alpha == 255 && !same);
            }
        }
        assert!(inside > 320 * 180 / 10, "there is a person");
        assert!(differ * 10 > inside * 9, "who looks unlike the room: {differ} of {inside}");
        assert!(truth.sequence() == index && frame.sequence == index);
    }
}

/// A mix of person and room by the matte is the frame: at the edges too.
#[test]
fn edges_are_mixed_by_the_matte() {
    let size = Size { width: 320, height: 180 };
    let draw =
        |room: &str| draw(&mut presenter(&format!("presenter:noise=0,room={room}"), size), 20);
    let empty = |room: &str| {
        let mut presenter = presenter(&format!("presenter:noise=0,people=0,room={room}"), size);
        presenter_frame(&mut presenter)
    };
    let ((a, truth), (b, _)) = (draw("office"), draw("living"));
    let (room_a, room_b) = (empty("office"), empty("living"));
    for y in 0..180 {
        for (x, &alpha) in truth.plane().row(y).iter().enumerate() {
            let at = |frame: &Frame| f32::from(frame.yuv()[0].row(y)[x]);
            let shows_through = (at(&room_a) - at(&room_b)) * (1.0 - f32::from(alpha) / 255.0);
            let error = (at(&a) - at(&b) - shows_through).abs();
            assert!(error <= 2.5, "({x}, {y}): alpha {alpha}, off by {error}");
        }
    }
}

fn presenter_frame(presenter: &mut Presenter) -> Frame {
    draw(presenter, 20).0
}

#[test]
fn an_empty_room_has_an_empty_matte() {
    let mut room = presenter("presenter:people=0", SMALL);
    let (frame, truth) = draw(&mut room, 75);
    assert!(contrast(&frame) > 60, "there is a room to see");
    assert_eq!(truth.coverage(), 0.0);
    assert_eq!(room.hand_motion(75), 0.0);
}

#[test]
fn any_size_is_drawn() {
    for (width, height) in SIZES {
        let size = Size { width, height };
        let (frame, truth) = draw(&mut presenter("presenter:people=2", size), 75);
        assert_eq!((frame.size(), truth.size()), (size, size));
        for set in sets() {
            draw_set(set.name, size, 3.0);
        }
    }
    let coverage = |size| draw(&mut presenter("presenter", size), 10).1.coverage();
    let (small, large) = (coverage(SMALL), coverage(Size { width: 1280, height: 720 }));
    assert!((small - large).abs() < 0.005, "a person is as large at any size: {small} {large}");
}

#[test]
fn every_variant_shows_a_person() {
    let mut pictures = Vec::new();
    for &hair in Hair::ALL {
        for (&light, &room) in Light::ALL.iter().zip(Room::ALL.iter().cycle()) {
            for skin in [1, 6] {
                let spec = PresenterSpec { hair, light, room, skin, ..PresenterSpec::default() };
                let mut presenter = presenter(&spec.to_string(), SMALL);
                assert_eq!(*presenter.spec(), spec, "{spec}");
                let (frame, truth) = draw(&mut presenter, 100);
                assert!((0.15..0.5).contains(&truth.coverage()), "{spec}: {}", truth.coverage());
                assert!(contrast(&frame) > 25, "{spec}");
                pictures.push(frame.bytes().to_vec());
            }
        }
    }
    let count = pictures.len();
    pictures.sort();
    pictures.dedup();
    assert_eq!(pictures.len(), count, "each looks unlike the others");
}

#[test]
fn a_source_ends_and_its_hand_is_fast_now_and_then() {
    let spec = PresenterSpec::default();
    let second = Some(Duration::from_secs(1));
    let (rate, color) = (FrameRate::FPS_30, ColorSpace::BT709);
    let mut source = PresenterSource::new(&spec, SMALL, rate, color, second);
    assert_eq!(source.frames(), Some(30));
    let mut last = None;
    while let Some(frame) = source.next_frame().expect("drawing can't fail") {
        assert!(last < Some(frame.time), "time goes on");
        last = Some(frame.time);
    }
    assert_eq!(source.next_with_truth(None).map(|f| f.sequence), None);
    let presenter = presenter("presenter", Size { width: 1280, height: 720 });
    let fast = presenter.fast_hand_from(0, 30.0).expect("the presenter waves");
    assert!(presenter.hand_motion(fast) > 30.0);
}

#[test]
fn sets_are_functions_of_time() {
    for set in sets() {
        let [early, late] = [2.0, 9.0].map(|seconds| draw_set(set.name, SMALL, seconds));
        assert_eq!(draw_set(set.name, SMALL, 2.0).bytes(), early.bytes(), "{}", set.name);
        assert_ne!(early.bytes(), late.bytes(), "{} moves", set.name);
        assert_eq!(late.time, Timestamp::from_secs_f64(9.0));
        assert!(contrast(&early) > 60, "{}", set.name);
    }
}

#[test]
fn an_unknown_set_gets_the_nearest_name() {
    let Err(error) = build_set("hyperspce", SMALL, ColorSpace::BT709) else {
        panic!("there is no such set");
    };
    assert_eq!(
        error.to_string(),
        "there is no built-in set 'hyperspce' (did you mean 'hyperspace'?): 'backlot sets' lists what there is"
    );
}

/// After the first frames, drawing allocates nothing.
#[test]
fn drawing_allocates_nothing() {
    let mut frame = Frame::new(PixelFormat::I420, SMALL);
    let mut truth = Matte::new(SMALL);
    let mut presenter = presenter("presenter:people=2,hair=curly,glasses=on", SMALL);
    // The paths grow to the size that the largest frame needs: someone comes in, a hand waves.
    (0..540).for_each(|i| presenter.draw(i, &mut frame, Some(&mut truth)));
    let taken = allocation_counter::measure(|| {
        (0..540).for_each(|i| presenter.draw(i, &mut frame, Some(&mut truth)));
    });
    assert_eq!(taken.count_total, 0, "presenter");
    for set in sets() {
        let mut drawn = build_set(set.name, SMALL, ColorSpace::BT709).expect("listed");
        drawn.draw(Timestamp::default(), &mut frame);
        let taken = allocation_counter::measure(|| {
            for i in 0..60 {
                drawn.draw(Timestamp::from_secs_f64(f64::from(i) * 0.4), &mut frame);
            }
        });
        assert_eq!(taken.count_total, 0, "{}", set.name);
    }
}
