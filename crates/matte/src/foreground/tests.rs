//! Discs of known colours and known alpha.

use super::*;
use backlot_kernels::compose;
use backlot_media::{ColorSpace, Frame, Matte, PixelFormat, Range};

const WALL: [f64; 3] = [0.9, 0.9, 0.86];
const HAIR: [f64; 3] = [0.2, 0.12, 0.08];
const SPACE: [f64; 3] = [0.02, 0.02, 0.08];

fn size(width: u32, height: u32) -> Size {
    Size::new(width, height).unwrap()
}

/// A disc in the middle with an edge of so many pixels.
fn disc(size: Size, softness: f32) -> Matte {
    let mut matte = Matte::new(size);
    let (w, h) = (size.width as f32, size.height as f32);
    for (y, row) in matte.plane_mut().rows_mut().enumerate() {
        for (x, value) in row.iter_mut().enumerate() {
            let distance = (x as f32 - w / 2.0).hypot(y as f32 - h / 2.0);
            *value = ((h / 3.0 - distance) / softness * 255.0 + 127.5).clamp(0.0, 255.0) as u8;
        }
    }
    matte
}

/// A colour that changes slowly over the picture.
fn shaded(rgb: [f64; 3], x: usize, y: usize) -> [f64; 3] {
    let light = 1.0 + 0.1 * (x as f64 / 90.0).sin() * (y as f64 / 70.0).cos();
    rgb.map(|v| v * light)
}

/// `top` over `bottom`, mixed in double precision and rounded once; chroma is the mean of four.
fn mixed(matte: &Matte, top: [f64; 3], bottom: [f64; 3]) -> Frame {
    let mut frame = Frame::new(PixelFormat::I420, matte.size());
    let plane = matte.plane();
    let at = |x: usize, y: usize| {
        let a = f64::from(plane.at_clamped(x as isize, y as isize)) / 255.0;
        let (f, b) = (shaded(top, x, y), shaded(bottom, x, y));
        ColorSpace::BT601.encode(std::array::from_fn(|c| a * f[c] + (1.0 - a) * b[c]))
    };
    let [mut luma, mut cb, mut cr] = frame.yuv_mut();
    for (y, row) in luma.rows_mut().enumerate() {
        row.iter_mut().enumerate().for_each(|(x, v)| *v = at(x, y)[0].round() as u8);
    }
    for (i, plane) in [(1, &mut cb), (2, &mut cr)] {
        for (y, row) in plane.rows_mut().enumerate() {
            for (x, v) in row.iter_mut().enumerate() {
                let mean = (0..4).map(|k| at(2 * x + k % 2, 2 * y + k / 2)[i]).sum::<f64>() / 4.0;
                *v = mean.round() as u8;
            }
        }
    }
    frame
}

/// Mean and greatest difference of luma and chroma where the matte is soft.
fn difference(a: &Frame, b: &Frame, matte: &Matte) -> (f64, u8) {
    let (mut sum, mut count, mut most) = (0.0, 0.0, 0);
    for (plane, (a, b)) in a.yuv().into_iter().zip(b.yuv()).enumerate() {
        let step = if plane == 0 { 1 } else { 2 };
        for (y, (a, b)) in a.rows().zip(b.rows()).enumerate() {
            for (x, (a, b)) in a.iter().zip(b).enumerate() {
                let alpha = matte.plane().at_clamped((x * step) as isize, (y * step) as isize);
                if alpha > 0 && alpha < 255 {
                    sum += f64::from(a.abs_diff(*b));
                    count += 1.0;
                    most = most.max(a.abs_diff(*b));
                }
            }
        }
    }
    (sum / count, most)
}

#[test]
fn no_old_background_shows_over_a_new_one() {
    for (size, softness) in [(size(640, 480), 6.0), (size(640, 480), 30.0), (size(333, 217), 9.0)] {
        let matte = disc(size, softness);
        let (truth, new) = (mixed(&matte, HAIR, SPACE), mixed(&Matte::new(size), HAIR, SPACE));
        let mut camera = mixed(&matte, HAIR, WALL);
        let mut out = Frame::new(PixelFormat::I420, size);
        compose(Level::best(), &mut out, &new, &camera, matte.plane());
        let (naive, _) = difference(&out, &truth, &matte);
        for level in Level::available() {
            let mut camera = camera.clone();
            Foreground::new(size, Range::Limited, level).clean(
                camera.yuv_mut(),
                matte.plane(),
                1.0,
            );
            compose(level, &mut out, &new, &camera, matte.plane());
            let (mean, most) = difference(&out, &truth, &matte);
            println!("{level} {size}, edge of {softness}: {naive:.2} -> {mean:.2}, at most {most}");
            assert!(mean < 1.0 && mean < naive / 10.0 && most <= 5, "{size}: {mean}, {most}");
        }
        // Half the correction leaves about half the error.
        Foreground::new(size, Range::Limited, Level::best()).clean(
            camera.yuv_mut(),
            matte.plane(),
            0.5,
        );
        compose(Level::best(), &mut out, &new, &camera, matte.plane());
        let (half, _) = difference(&out, &truth, &matte);
        assert!((0.4..0.6).contains(&(half / naive)), "{half} of {naive}");
    }
}

#[test]
fn an_amount_of_zero_and_a_matte_without_edge_change_nothing() {
    let size = size(161, 91);
    let camera = mixed(&disc(size, 9.0), HAIR, WALL);
    let bright = mixed(&Matte::new(size), HAIR, [1.0; 3]);
    let mut foreground = Foreground::new(size, Range::Limited, Level::best());
    let mut full = Matte::new(size);
    full.plane_mut().fill(255);
    for (matte, amount) in [(&disc(size, 9.0), 0.0), (&full, 1.0), (&Matte::new(size), 1.0)] {
        let mut picture = camera.clone();
        foreground.clean(picture.yuv_mut(), matte.plane(), amount);
        foreground.wrap(picture.yuv_mut(), matte.plane(), bright.yuv(), amount);
        assert_eq!(picture.bytes(), camera.bytes());
    }
}

#[test]
fn a_background_that_stays_gives_the_same_light() {
    for (width, height) in [(1, 1), (97, 55), (640, 480)] {
        let size = size(width, height);
        let matte = disc(size, 6.0);
        let camera = mixed(&matte, HAIR, WALL);
        let new = mixed(&disc(size, 3.0), WALL, SPACE);
        let mut foreground = Foreground::new(size, Range::Limited, Level::best());
        let mut wrapped = || {
            let mut picture = camera.clone();
            foreground.wrap(picture.yuv_mut(), matte.plane(), new.yuv(), 0.7);
            foreground.keep_background(new.yuv());
            picture
        };
        assert_eq!(wrapped().bytes(), wrapped().bytes(), "{size}");
    }
}

#[test]
fn light_falls_on_the_edge_only_brightens_and_grows_with_the_amount() {
    let size = size(1280, 720);
    let matte = disc(size, 4.0);
    let camera = mixed(&matte, HAIR, HAIR);
    let mut foreground = Foreground::new(size, Range::Limited, Level::best());
    let mut at_edge = [0; 3];
    for (found, amount) in at_edge.iter_mut().zip([0.3, 0.6, 1.0]) {
        let mut picture = camera.clone();
        let day = mixed(&Matte::new(size), HAIR, [0.7, 0.85, 1.0]);
        foreground.wrap(picture.yuv_mut(), matte.plane(), day.yuv(), amount);
        for (y, (lit, before)) in picture.plane(0).rows().zip(camera.plane(0).rows()).enumerate() {
            for (x, (lit, before)) in lit.iter().zip(before).enumerate() {
                assert!(lit >= before);
                let inside = 240.0 - (x as f32 - 640.0).hypot(y as f32 - 360.0);
                // 2 % of the height is out of reach of the light.
                assert!(inside < 15.0 || lit == before, "{x},{y}");
            }
        }
        *found = picture.plane(0).row(360)[640 - 239] - camera.plane(0).row(360)[640 - 239];
    }
    assert!(at_edge[0] > 5 && at_edge.is_sorted() && at_edge[2] > 2 * at_edge[0], "{at_edge:?}");
    let mut picture = camera.clone();
    let night = mixed(&Matte::new(size), HAIR, [0.0; 3]);
    foreground.wrap(picture.yuv_mut(), matte.plane(), night.yuv(), 1.0);
    assert_eq!(picture.bytes(), camera.bytes(), "darkness gives no light");
}

#[test]
fn every_size_works_alike_on_every_level() {
    let narrow = (1..=70).map(|w| size(w, 1 + w * 13 % 50));
    for size in narrow.chain([size(1, 1), size(2, 1), size(1, 50), size(97, 1500)]) {
        let matte = disc(size, 5.0);
        let (camera, day) = (mixed(&matte, HAIR, WALL), mixed(&Matte::new(size), HAIR, WALL));
        let results: Vec<Frame> = Level::available()
            .into_iter()
            .map(|level| {
                let mut picture = camera.clone();
                let mut foreground = Foreground::new(size, Range::Limited, level);
                foreground.clean(picture.yuv_mut(), matte.plane(), 1.0);
                foreground.wrap(picture.yuv_mut(), matte.plane(), day.yuv(), 1.0);
                picture
            })
            .collect();
        assert!(results.windows(2).all(|pair| pair[0].bytes() == pair[1].bytes()), "{size}");
    }
}
