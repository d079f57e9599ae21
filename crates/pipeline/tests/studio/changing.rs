//! Cameras whose JPEG pictures become others in the middle, are cut, or are none: what is made in part is what is made
//! in whole, whatever came before.

use crate::in_part::{Asks, Film, SIZE, developer, raw, studio};
use backlot_media::{Frame, FrameRate, PixelFormat, Size};
use backlot_pipeline::live::Developer;
use backlot_pipeline::{Exposed, Program, Stages, Studio};
use backlot_scene::{Replacement, Scene};
use turbojpeg::{Compressor, Subsamp, YuvImage};

/// A camera and a scene, twice: whose pictures are made in part, and in whole.
struct Pair {
    cameras: [Developer; 2],
    studios: [Studio; 2],
    index: u64,
    /// How many pictures could be made in part.
    in_part: u64,
}

impl Pair {
    fn new(background: &str) -> Self {
        let scene = Scene::replace(background.parse().unwrap(), Replacement::default());
        let program: Program = scene.into();
        let studios = [(); 2].map(|()| studio(&program, Asks::Enough));
        Self { cameras: [developer(), developer()], studios, index: 0, in_part: 0 }
    }

    /// Shows both a picture; returns whether it was one.
    fn show(&mut self, jpeg: &[u8]) -> bool {
        let (index, mut stages) = (self.index, Stages::default());
        self.index += 1;
        let [some, all] = &mut self.cameras;
        let exposed = some.expose(raw(jpeg, index), &mut stages);
        let frame = all.develop(raw(jpeg, index), &mut stages);
        assert_eq!(exposed.is_some(), frame.is_some(), "picture {index}");
        let (Some(exposed), Some(frame)) = (exposed, frame) else { return false };
        self.in_part += u64::from(matches!(exposed, Exposed::Negative(_)));
        self.studios[0].accept(0, exposed);
        self.studios[1].accept(0, frame);
        let time = FrameRate::FPS_30.time_of(index);
        let [some, all] =
            self.studios.each_mut().map(|studio| studio.draw(0, time, index).unwrap());
        assert_eq!(some.verdict, all.verdict, "picture {index}");
        for (some, all) in some.picture.yuv().into_iter().zip(all.picture.yuv()) {
            assert!(some.rows().eq(all.rows()), "picture {index}");
        }
        true
    }
}

/// The picture as other encoders write it.
fn encoded(frame: &Frame, set: impl FnOnce(&mut Compressor)) -> Vec<u8> {
    let subsamp = match frame.format() {
        PixelFormat::I420 => Subsamp::Sub2x2,
        PixelFormat::I422 => Subsamp::Sub2x1,
        _ => Subsamp::None,
    };
    let Size { width, height } = frame.size();
    let (width, height) = (width as usize, height as usize);
    let pixels: Vec<u8> =
        frame.yuv().iter().flat_map(|plane| plane.rows().flatten().copied()).collect();
    let mut codec = Compressor::new().unwrap();
    codec.set_quality(70).unwrap();
    set(&mut codec);
    codec
        .compress_yuv_to_vec(YuvImage { pixels: &pixels[..], width, align: 1, height, subsamp })
        .unwrap()
}

#[test]
fn size_sampling_and_tables_may_change_with_every_picture() {
    let mut pair = Pair::new("gradient:navy,white");
    let half = Size { width: 160, height: 96 };
    let uneven = Size { width: 334, height: 212 };
    let mut films: Vec<_> = [PixelFormat::I422, PixelFormat::I420, PixelFormat::I444]
        .into_iter()
        .flat_map(|format| [SIZE, half, uneven].map(|size| Film::of_size(format, size)))
        .collect();
    for index in 0..40 {
        let film = &mut films[index as usize * 5 % 9];
        let plain = film.jpeg(index);
        assert!(pair.show(&plain), "{index}");
        if index % 3 == 0 {
            assert!(pair.show(&encoded(&film.coded, |codec| codec.set_optimize(true).unwrap())));
        }
        if index % 4 == 0 {
            let progressive = |codec: &mut Compressor| codec.set_progressive(true).unwrap();
            assert!(pair.show(&encoded(&film.coded, progressive)));
        }
    }
    assert!(pair.in_part > 40, "{}", pair.in_part);
}

#[test]
fn pictures_that_stop_anywhere_never_show_another_one() {
    let mut pair = Pair::new("blur:24");
    let mut pair_of_colors = Pair::new("navy");
    let mut film = Film::new(PixelFormat::I422);
    let (mut state, mut shown) = (9_u32, 0);
    for index in 0..300 {
        let jpeg = film.jpeg(index % 40);
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let end = if index % 5 == 0 { jpeg.len() } else { state as usize % jpeg.len() };
        shown += u32::from(pair_of_colors.show(&jpeg[..end]));
        let mut bent = jpeg.clone();
        bent[300 + end % (jpeg.len() - 300)] ^= (state >> 24) as u8;
        pair_of_colors.show(&bent);
    }
    assert!(shown > 100, "{shown}");
    assert!(pair_of_colors.in_part > 60, "{}", pair_of_colors.in_part);
    // A blurred room of a damaged picture comes from the whole of it.
    let jpeg = film.jpeg(3);
    assert!(pair.show(&jpeg[..jpeg.len() * 3 / 4]));
    assert_eq!(pair.in_part, 0);
}

#[test]
fn what_claims_to_be_huge_or_is_no_picture_is_left_out() {
    let mut pair = Pair::new("navy");
    let mut film = Film::new(PixelFormat::I422);
    assert!(pair.show(&film.jpeg(0)));
    let mut huge = film.jpeg(1);
    let at = huge.windows(2).position(|pair| pair == [0xff, 0xc0]).unwrap();
    huge[at + 5..at + 9].fill(0xff);
    huge.truncate(600.max(at + 20));
    for rubbish in [&huge[..], &[], &[0xff; 64], b"no picture"] {
        assert!(!pair.show(rubbish));
    }
    assert!(pair.show(&film.jpeg(2)));
    assert_eq!(pair.in_part, 2);
}
