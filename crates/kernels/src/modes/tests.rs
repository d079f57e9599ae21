//! The modes against their formula in double precision, and every level against the plain one.

use super::*;
use backlot_media::{Frame, Matrix, PixelFormat, Range, Size};

const MODES: [Mode; 3] = [Mode::Multiply, Mode::Screen, Mode::Add];
const SPACES: [ColorSpace; 4] = [
    ColorSpace::BT601,
    ColorSpace::BT709,
    ColorSpace::JPEG,
    ColorSpace { matrix: Matrix::Bt709, range: Range::Full },
];

struct Random(u32);

impl Random {
    fn byte(&mut self) -> u8 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (self.0 >> 24) as u8
    }

    /// Any bytes, also such as are no colour.
    fn noise(&mut self, size: Size) -> Frame {
        let mut frame = Frame::new(PixelFormat::I420, size);
        frame.bytes_mut().iter_mut().for_each(|b| *b = self.byte());
        frame
    }

    /// Colours that exist.
    fn colors(&mut self, size: Size, space: ColorSpace) -> Frame {
        let mut frame = Frame::new(PixelFormat::I420, size);
        let [mut luma, mut cb, mut cr] = frame.yuv_mut();
        for y in 0..luma.height() {
            for x in 0..luma.width() {
                let [y_value, b, r] = space.encode_rgb8([self.byte(), self.byte(), self.byte()]);
                luma.row_mut(y)[x] = y_value;
                let inner = |v: u8| (v / 4) + 96;
                (cb.row_mut(y / 2)[x / 2], cr.row_mut(y / 2)[x / 2]) = (inner(b), inner(r));
            }
        }
        frame
    }

    fn matte(&mut self, size: Size) -> Vec<u8> {
        let value = |i: usize, byte: u8| match i / 70 % 3 {
            0 => 0,
            1 => 255,
            _ => byte,
        };
        (0..size.pixels()).map(|i| value(i, self.byte())).collect()
    }
}

fn function(mode: Mode, below: f64, top: f64) -> f64 {
    match mode {
        Mode::Multiply => below * top,
        Mode::Screen => below + top - below * top,
        Mode::Add => (below + top).min(1.0),
    }
}

/// The changed R'G'B' of a pixel, as what is added to that of below.
fn change(mode: Mode, below: [f64; 3], top: [f64; 3], alpha: f64) -> [f64; 3] {
    [0, 1, 2].map(|i| {
        let mixed = function(mode, below[i].clamp(0.0, 1.0), top[i].clamp(0.0, 1.0));
        alpha * (mixed - below[i])
    })
}

/// The result at luma and the chroma around a pixel.
fn reference(
    (mode, space): (Mode, ColorSpace),
    below: &Frame,
    top: &Frame,
    alpha: impl Fn(usize, usize) -> f64,
    (x, y): (usize, usize),
) -> [f64; 3] {
    let color = |frame: &Frame, x: usize, y: usize| {
        let [luma, cb, cr] = frame.yuv();
        let at = |p: Plane<'_>, x: usize, y: usize| f64::from(p.row(y)[x]);
        [at(luma, x, y), at(cb, x / 2, y / 2), at(cr, x / 2, y / 2)]
    };
    let added = |x: usize, y: usize| {
        let (b, t) = (color(below, x, y), color(top, x, y));
        let change = change(mode, space.decode(b), space.decode(t), alpha(x, y));
        let (there, black) = (space.encode(change), space.encode([0.0; 3]));
        [0, 1, 2].map(|i| there[i] - black[i])
    };
    let (width, height) = (below.size().width as usize, below.size().height as usize);
    let own = color(below, x, y);
    let mut out = [own[0] + added(x, y)[0], own[1], own[2]];
    for k in 0..4 {
        let (x, y) = ((x / 2 * 2 + k % 2).min(width - 1), (y / 2 * 2 + k / 2).min(height - 1));
        (1..3).for_each(|i| out[i] += added(x, y)[i] / 4.0);
    }
    out
}

/// The greatest distance from the formula in luma and in chroma.
fn distance(
    how: (Mode, ColorSpace),
    frames: [&Frame; 3],
    alpha: impl Fn(usize, usize) -> f64 + Copy,
) -> [f64; 2] {
    let [below, top, found] = frames;
    let mut worst = [0.0_f64; 2];
    for y in 0..below.size().height as usize {
        for x in 0..below.size().width as usize {
            let wanted = reference(how, below, top, alpha, (x, y));
            let [luma, cb, cr] = found.yuv();
            let found = [luma.row(y)[x], cb.row(y / 2)[x / 2], cr.row(y / 2)[x / 2]];
            let off = |i: usize| (wanted[i].clamp(0.0, 255.0) - f64::from(found[i])).abs();
            worst = [worst[0].max(off(0)), worst[1].max(off(1)).max(off(2))];
        }
    }
    worst
}

fn sizes() -> impl Iterator<Item = Size> {
    let narrow = (1..=130).step_by(3).map(|w| Size::new(w, 1 + w % 5).unwrap());
    narrow.chain([Size::new(333, 9).unwrap()])
}

#[test]
fn the_modes_follow_the_formula_on_every_level() {
    let mut random = Random(1);
    for (size, space) in sizes().zip(SPACES.into_iter().cycle()) {
        let below = random.colors(size, space);
        let top = random.colors(size, space);
        let values = random.matte(size);
        for (mode, opacity) in MODES.into_iter().flat_map(|m| [(m, 255), (m, 120)]) {
            let blender = Blender::new(mode, space);
            let alpha = |x: usize, y: usize| {
                let value = f64::from(values[y * size.width as usize + x]) / 255.0;
                (value * f64::from(opacity)).round() / 255.0
            };
            let mut first: Option<Frame> = None;
            for level in Level::available() {
                let mut out = below.clone();
                let matte = Some(size.plane(&values));
                blender.blend(level, out.yuv_mut(), top.yuv(), matte, opacity);
                let found = distance((mode, space), [&below, &top, &out], alpha);
                assert!(found[0] <= 1.3 && found[1] <= 1.3, "{mode:?} {space} {size}: {found:?}");
                let first = first.get_or_insert_with(|| out.clone());
                assert_eq!(first.bytes(), out.bytes(), "{level}: {mode:?} {size}");
            }
        }
    }
}

#[test]
fn bytes_that_are_no_colour_are_the_same_on_every_level() {
    let mut random = Random(2);
    for size in sizes() {
        let (below, top) = (random.noise(size), random.noise(size));
        for mode in MODES {
            let run = |level, matte| {
                let mut out = below.clone();
                let blender = Blender::new(mode, ColorSpace::BT709);
                blender.blend(level, out.yuv_mut(), top.yuv(), matte, 255);
                out
            };
            let plain = run(Level::SCALAR, None);
            let how = (mode, ColorSpace::BT709);
            let found = distance(how, [&below, &top, &plain], |_, _| 1.0);
            assert!(found[0] <= 1.3 && found[1] <= 1.3, "{mode:?} {size}: {found:?}");
            for level in Level::available() {
                assert_eq!(run(level, None).bytes(), plain.bytes(), "{level}: {mode:?} {size}");
            }
            let nothing = vec![0; size.pixels()];
            let same = run(Level::best(), Some(size.plane(&nothing)));
            assert_eq!(same.bytes(), below.bytes(), "{mode:?} {size}");
        }
    }
}

#[test]
fn white_multiplied_and_black_added_change_no_colour() {
    let mut random = Random(3);
    let size = Size::new(201, 33).unwrap();
    for space in SPACES {
        let below = random.colors(size, space);
        for (mode, neutral) in [(Mode::Multiply, 255), (Mode::Screen, 0), (Mode::Add, 0)] {
            let mut top = Frame::new(PixelFormat::I420, size);
            let color = space.encode_rgb8([neutral; 3]);
            top.yuv_mut().into_iter().zip(color).for_each(|(mut p, value)| p.fill(value));
            let mut out = below.clone();
            Blender::new(mode, space).blend(Level::best(), out.yuv_mut(), top.yuv(), None, 255);
            // Colours outside R'G'B' become colours; the others stay to the bit.
            for y in 0..33 {
                for x in 0..201 {
                    let at = |frame: &Frame| {
                        let [l, b, r] = frame.yuv();
                        [l.row(y)[x], b.row(y / 2)[x / 2], r.row(y / 2)[x / 2]]
                    };
                    let rgb = space.decode(at(&below).map(f64::from));
                    if rgb.iter().all(|v| (0.01..0.99).contains(v)) {
                        assert_eq!(at(&out)[0], at(&below)[0], "{mode:?} {space} {x} {y}");
                    }
                }
            }
        }
    }
}
