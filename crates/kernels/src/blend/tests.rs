//! Blending against the formula in double precision, pixel by pixel.

use super::*;
use backlot_media::Size;

struct Random(u32);

impl Random {
    fn byte(&mut self) -> u8 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (self.0 >> 24) as u8
    }

    fn frame(&mut self, size: Size) -> Frame {
        let mut frame = Frame::new(PixelFormat::I420, size);
        frame.bytes_mut().iter_mut().for_each(|b| *b = self.byte());
        frame
    }

    /// Stretches of nothing, everything and anything, so that all kinds of blocks occur.
    fn matte(&mut self, size: Size) -> Vec<u8> {
        let kinds: Vec<u8> = (0..8).map(|_| self.byte() % 3).collect();
        let value = |i: usize, byte: u8| match kinds[i % size.width as usize / 50] {
            0 => 0,
            1 => 255,
            _ => byte,
        };
        (0..size.pixels()).map(|i| value(i, self.byte())).collect()
    }
}

fn sizes() -> impl Iterator<Item = Size> {
    let narrow = (1..=130).map(|w| Size::new(w, 1 + w % 5).unwrap());
    narrow.chain([Size::new(333, 9).unwrap(), Size::new(256, 4).unwrap()])
}

fn round(value: f64) -> u8 {
    (value + 0.5).floor() as u8
}

fn mixed(bottom: u8, top: u8, alpha: u8) -> u8 {
    let (bottom, top) = (f64::from(bottom), f64::from(top));
    round(bottom + (top - bottom) * f64::from(alpha) / 255.0)
}

fn faded(alpha: u8, opacity: u8) -> u8 {
    round(f64::from(alpha) * f64::from(opacity) / 255.0)
}

/// The alpha of a sample of a plane.
fn alpha(matte: Plane<'_>, is_chroma: bool, x: usize, y: usize) -> u8 {
    if !is_chroma {
        return matte.row(y)[x];
    }
    let at =
        |k: usize| f64::from(matte.at_clamped((2 * x + k % 2) as isize, (2 * y + k / 2) as isize));
    round((0..4).map(at).sum::<f64>() / 4.0)
}

fn reference(bottom: &Frame, top: &Frame, matte: Plane<'_>, opacity: u8) -> Frame {
    let mut out = bottom.clone();
    for plane in 0..3 {
        for (y, row) in out.plane_mut(plane).rows_mut().enumerate() {
            for (x, value) in row.iter_mut().enumerate() {
                let alpha = faded(alpha(matte, plane > 0, x, y), opacity);
                *value = mixed(*value, top.plane(plane).row(y)[x], alpha);
            }
        }
    }
    out
}

#[test]
fn all_pairs_of_bytes_are_mixed_exactly() {
    for alpha in 0..=255 {
        for top in 0..=255 {
            let bottom: Vec<u8> = (0..=255).collect();
            let mut out = bottom.clone();
            let plane = PlaneMut::packed(&mut out, 256, 1);
            blend_opacity(Level::best(), plane, Plane::packed(&[top; 256], 256, 1), alpha);
            for (out, bottom) in out.into_iter().zip(bottom) {
                assert_eq!(out, mixed(bottom, top, alpha), "{bottom} {top} {alpha}");
            }
        }
    }
}

#[test]
fn frames_are_blended_exactly_on_every_level_and_gaps_stay() {
    let mut random = Random(3);
    for size in sizes() {
        let (bottom, top) = (random.frame(size), random.frame(size));
        let values = random.matte(size);
        let matte = size.plane(&values);
        for (level, opacity) in Level::available().into_iter().flat_map(|l| [(l, 255), (l, 99)]) {
            let expected = reference(&bottom, &top, matte, opacity);
            let mut out = bottom.clone();
            blend_frames(level, &mut out, &top, Some(matte), f32::from(opacity) / 255.0);
            assert_eq!(out.bytes(), expected.bytes(), "{level}: {size}, opacity {opacity}");
            let whole = vec![255; size.pixels()];
            let expected = reference(&bottom, &top, size.plane(&whole), opacity);
            let mut out = bottom.clone();
            blend_frames(level, &mut out, &top, None, f32::from(opacity) / 255.0);
            assert_eq!(out.bytes(), expected.bytes(), "{level}: {size}, opacity {opacity}");
        }
    }
}

#[test]
fn composing_is_copying_and_blending() {
    let mut random = Random(4);
    for size in sizes() {
        let (bottom, mut top) = (random.frame(size), random.frame(size));
        top.sequence = 5;
        let values = random.matte(size);
        let matte = size.plane(&values);
        let expected = reference(&bottom, &top, matte, 255);
        for level in Level::available() {
            let mut out = random.frame(size);
            let before = out.clone();
            compose(level, &mut out, &bottom, &top, matte);
            assert_eq!(out.sequence, 5);
            for plane in 0..3 {
                let (found, wanted) = (out.plane(plane), expected.plane(plane));
                assert!(found.rows().eq(wanted.rows()), "{level}: {size}, plane {plane}");
                let (width, stride) = (found.width(), found.stride());
                let gaps = |p: Plane<'_>| -> Vec<u8> {
                    p.data().chunks(stride).flat_map(|row| row[width..].to_vec()).collect()
                };
                assert_eq!(gaps(found), gaps(before.plane(plane)), "{level}: {size}");
            }
        }
    }
}

#[test]
fn composing_from_below_gives_the_same_bytes() {
    let mut random = Random(6);
    for size in sizes() {
        let (bottom, top) = (random.frame(size), random.frame(size));
        let values = random.matte(size);
        let matte = size.plane(&values);
        for level in Level::available() {
            let mut expected = top.clone();
            compose(level, &mut expected, &bottom, &top, matte);
            let mut out = top.clone();
            compose_under(level, &mut out, &bottom, matte);
            assert_eq!(out.bytes(), expected.bytes(), "{level}: {size}");
        }
    }
}

#[test]
fn single_planes_are_blended_exactly_on_every_level() {
    let mut random = Random(5);
    for size in sizes() {
        let (bottom, top) = (random.frame(size), random.frame(size));
        let values = random.matte(size);
        let matte = size.plane(&values);
        let expected = reference(&bottom, &top, matte, 255);
        for level in Level::available() {
            let mut out = bottom.clone();
            blend(level, out.plane_mut(0), top.plane(0), matte);
            blend_chroma(level, out.plane_mut(1), top.plane(1), matte);
            blend_chroma(level, out.plane_mut(2), top.plane(2), matte);
            assert_eq!(out.bytes(), expected.bytes(), "{level}: {size}");
        }
    }
}

#[test]
fn opacity_zero_changes_nothing() {
    let mut random = Random(6);
    let size = Size::new(70, 3).unwrap();
    let (bottom, top) = (random.frame(size), random.frame(size));
    let values = random.matte(size);
    for matte in [None, Some(size.plane(&values))] {
        let mut out = bottom.clone();
        blend_frames(Level::best(), &mut out, &top, matte, 0.0);
        assert_eq!(out.bytes(), bottom.bytes());
    }
}

#[test]
#[should_panic(expected = "the matte's size")]
fn a_matte_of_another_size_is_refused() {
    let size = Size::new(4, 4).unwrap();
    let mut random = Random(7);
    let (mut bottom, top) = (random.frame(size), random.frame(size));
    blend_frames(Level::best(), &mut bottom, &top, Some(Plane::packed(&[0; 12], 4, 3)), 1.0);
}

/// Windows of a larger picture: at its corners, in its middle, at its odd edges.
fn windows(size: Size) -> [Rect; 4] {
    let (width, height) = (size.width, size.height);
    let rect = |x, y, width, height| Rect { x, y, width, height };
    [
        rect(0, 0, width, height),
        rect(2, 2, 66, 6),
        rect(width - width % 2 - 10, 0, 10 + width % 2, height),
        rect(4, height - height % 2 - 2, 200, 2 + height % 2),
    ]
}

fn crop(frame: &Frame, area: Rect) -> Frame {
    let mut part = Frame::new(PixelFormat::I420, Size::new(area.width, area.height).unwrap());
    for (mut to, from) in part.yuv_mut().into_iter().zip(window(frame.yuv(), area)) {
        to.copy_from(from);
    }
    part
}

#[test]
fn a_window_is_blended_like_a_picture_and_its_surroundings_stay() {
    let mut random = Random(8);
    let size = Size::new(333, 11).unwrap();
    for area in windows(size) {
        let part = Size::new(area.width, area.height).unwrap();
        let (bottom, top) = (random.frame(size), random.frame(part));
        let values: Vec<u8> = random.matte(Size::new(333, 11).unwrap());
        let matte = Plane::new(&values, part.width as usize, part.height as usize, 333);
        for (level, opacity) in Level::available().into_iter().flat_map(|l| [(l, 255), (l, 77)]) {
            let mut wanted = bottom.clone();
            let inner = reference(&crop(&bottom, area), &top, matte, opacity);
            for (mut to, from) in window_mut(wanted.yuv_mut(), area).into_iter().zip(inner.yuv()) {
                to.copy_from(from);
            }
            let mut out = bottom.clone();
            let target = window_mut(out.yuv_mut(), area);
            blend_planes(level, target, top.yuv(), Some(matte), opacity);
            assert_eq!(out.bytes(), wanted.bytes(), "{level}: {area:?}, opacity {opacity}");
        }
    }
}

#[test]
fn painting_is_blending_a_picture_of_one_colour() {
    let mut random = Random(9);
    for size in sizes() {
        let bottom = random.frame(size);
        let mut top = Frame::new(PixelFormat::I420, size);
        let color = [90, 200, 31];
        top.yuv_mut().into_iter().zip(color).for_each(|(mut plane, value)| plane.fill(value));
        let values = random.matte(size);
        let matte = size.plane(&values);
        for (level, opacity) in Level::available().into_iter().flat_map(|l| [(l, 255), (l, 99)]) {
            let wanted = reference(&bottom, &top, matte, opacity);
            let mut out = bottom.clone();
            paint_planes(level, out.yuv_mut(), color, matte, opacity);
            assert_eq!(out.bytes(), wanted.bytes(), "{level}: {size}, opacity {opacity}");
        }
    }
}

#[test]
#[should_panic(expected = "odd place")]
fn a_window_at_an_odd_place_is_refused() {
    let mut random = Random(7);
    let frame = random.frame(Size::new(8, 8).unwrap());
    let _ = window(frame.yuv(), Rect { x: 1, y: 0, width: 2, height: 2 });
}
