//! Compares the recipe in plain R'G'B' with the effect on the same pictures.

use super::bands::Bands;
use crate::testing::{Picture, SPACES};
use backlot_media::{ColorSpace, Timestamp};

type Rgb = [f64; 3];

/// A picture in R'G'B', `0.0..=1.0`, with black beyond the edges.
#[derive(Clone)]
struct Plain {
    size: (usize, usize),
    pixels: Vec<Rgb>,
}

impl Plain {
    fn new(size: (usize, usize), rgb: impl Fn(usize, usize) -> Rgb) -> Self {
        let pixels = (0..size.0 * size.1).map(|i| rgb(i % size.0, i / size.0)).collect();
        Self { size, pixels }
    }

    fn at(&self, x: isize, y: isize) -> Rgb {
        let (w, h) = self.size;
        let inside = (0..w as isize).contains(&x) && (0..h as isize).contains(&y);
        if inside { self.pixels[y as usize * w + x as usize] } else { [0.0; 3] }
    }

    /// `a * self + b * other moved by (shift, shift)`, as OpenCV's addWeighted.
    fn add(&self, a: f64, other: &Self, b: f64, shift: isize) -> Self {
        Self::new(self.size, |x, y| {
            let (x, y) = (x as isize, y as isize);
            let (own, moved) = (self.at(x, y), other.at(x - shift, y - shift));
            std::array::from_fn(|i| (a * own[i] + b * moved[i]).clamp(0.0, 1.0))
        })
    }
}

/// The hologram of 2020, as written at the head of the effect: `dim` is the share of light that each row keeps.
fn recipe(
    picture: &Plain,
    (kr, kb): (f64, f64),
    shift: isize,
    dim: impl Fn(usize) -> f64,
) -> Plain {
    let holo = Plain::new(picture.size, |x, y| {
        let [r, g, b] = picture.at(x as isize, y as isize);
        let grey = kr * r + (1.0 - kr - kb) * g + kb * b;
        [0.0, grey, 1.0 - grey / 2.0].map(|v| v * dim(y))
    });
    let ghosts = holo.add(0.2, &holo, 0.8, shift).add(0.4, &holo, 0.6, -shift);
    picture.add(0.5, &ghosts, 0.6, 0)
}

/// Smooth in both directions, so that halved chroma holds as much as full chroma.
fn smooth(x: usize, y: usize) -> Rgb {
    let (x, y) = (x as f64 / 90.0, y as f64 / 70.0);
    [0.5 + 0.4 * x.sin(), 0.45 + 0.3 * (y + x).cos(), 0.5 - 0.35 * (1.3 * y).sin()]
}

const SIZE: (u32, u32) = (201, 721);
const TIME: f64 = 1.5;

/// Everything but the person is black.
fn plain(picture: &Picture) -> Plain {
    Plain::new(picture.canvas.luma(), |x, y| {
        let share = picture.matte.as_ref().map_or(1.0, |m| f64::from(m.at(x, y)) / 255.0);
        picture.rgb(x, y).map(|c| c * share)
    })
}

fn expected(picture: &Picture) -> Plain {
    let bands = Bands::new(&picture.canvas, 1.0);
    let time = Timestamp::from_secs_f64(picture.seconds);
    recipe(&plain(picture), picture.canvas.color.matrix.weights(), 5, |y| bands.light(time, y))
}

/// The mean R'G'B' of the pixels of one chroma sample: luma and chroma together can't be more
/// exact.
fn mean(plain: &Plain, cx: usize, cy: usize) -> Rgb {
    let (w, h) = plain.size;
    let at = |k: usize| {
        let (x, y) = ((2 * cx + k % 2).min(w - 1), (2 * cy + k / 2).min(h - 1));
        plain.at(x as isize, y as isize)
    };
    std::array::from_fn(|i| (0..4).map(|k| at(k)[i]).sum::<f64>() / 4.0)
}

/// The greatest difference of luma, pixel by pixel, and of R'G'B', chroma sample by sample, in
/// code values.
fn differences(picture: &Picture, found: &Picture) -> (f64, f64) {
    let (expected, shown) = (expected(picture), found.clone());
    let color = picture.canvas.color;
    let (w, h) = picture.canvas.luma();
    let luma = |x: usize, y: usize| {
        let [value, ..] = color.encode(expected.at(x as isize, y as isize));
        (value - f64::from(found.yuv[0].at(x, y))).abs()
    };
    let luma = (0..w * h).map(|i| luma(i % w, i / w)).fold(0.0, f64::max);
    let shown = Plain::new((w, h), |x, y| shown.rgb(x, y));
    let (cw, ch) = picture.canvas.chroma();
    let rgb = |cx: usize, cy: usize| {
        let (a, b) = (mean(&expected, cx, cy), mean(&shown, cx, cy));
        a.iter().zip(b).map(|(a, b)| (a - b).abs() * 255.0).fold(0.0, f64::max)
    };
    (luma, (0..cw * ch).map(|i| rgb(i % cw, i / cw)).fold(0.0, f64::max))
}

/// Code values of luma, and of R'G'B' over the four pixels that share their chroma: rounding of
/// luma and chroma before and after.
const LUMA_TOLERANCE: f64 = 1.5;
const RGB_TOLERANCE: f64 = 4.0;

fn check(picture: &Picture, spec: &str) {
    let (luma, rgb) = differences(picture, &picture.after(spec));
    println!("{}: luma off by {luma:.2}, R'G'B' by {rgb:.2}", picture.canvas.color);
    assert!(luma <= LUMA_TOLERANCE, "{}: luma is off by {luma}", picture.canvas.color);
    assert!(rgb <= RGB_TOLERANCE, "{}: R'G'B' is off by {rgb}", picture.canvas.color);
}

fn picture(space: ColorSpace) -> Picture {
    let mut picture = Picture::new(SIZE, space, smooth);
    picture.seconds = TIME;
    picture
}

#[test]
fn a_whole_picture_is_the_recipe_in_rgb() {
    for space in SPACES {
        check(&picture(space), "hologram");
    }
}

#[test]
fn a_person_is_the_recipe_for_a_person_before_black() {
    let matte =
        |x: usize, y: usize| (128.0 + 120.0 * (x as f64 / 40.0 + y as f64 / 60.0).sin()) as u8;
    for space in SPACES {
        check(&picture(space).with_matte(matte), "hologram:grow=0,soften=0");
    }
}

/// A person from the middle on, with a hard outline.
fn right_half(x: usize, _: usize) -> u8 {
    if x >= 360 { 255 } else { 0 }
}

#[test]
fn around_the_person_there_is_light_and_never_the_room() {
    let layer = |room: Rgb| {
        let rgb = move |x, y| if right_half(x, y) > 0 { smooth(x, y) } else { room };
        Picture::new((720, 720), ColorSpace::BT601, rgb).with_matte(right_half)
    };
    let [dark, bright] = [[0.0; 3], [1.0, 0.9, 0.8]].map(|room| layer(room).after("hologram"));
    let matte = dark.matte.as_ref().unwrap();
    assert!(matte.at(350, 300) > 100, "there is no light around the person");
    for (x, y) in (0..720).flat_map(|x| [(x, 300), (x, 302), (x, 404)]) {
        if matte.at(x, y) > 0 {
            let planes = dark.yuv.iter().zip(&bright.yuv).enumerate();
            for (index, (dark, bright)) in planes {
                let (x, y) = if index == 0 { (x, y) } else { (x / 2, y / 2) };
                assert_eq!(dark.at(x, y), bright.at(x, y), "plane {index} at {x},{y}");
            }
        }
    }
}

#[test]
fn the_matte_grows_by_ten_and_is_blurred_by_thirty() {
    let picture = Picture::new((720, 720), ColorSpace::BT601, smooth).with_matte(right_half);
    let matte = picture.after("hologram").matte.unwrap();
    let values: Vec<f64> = (0..720).map(|x| f64::from(matte.at(x, 300)) / 255.0).collect();
    // The steps of the outline are a distribution with a known mean and variance.
    let steps = values.windows(2).map(|pair| pair[1] - pair[0]);
    let places = (1..).map(f64::from);
    let (mut mean, mut square) = (0.0, 0.0);
    for (step, x) in steps.zip(places) {
        (mean, square) = (mean + step * x, square + step * x * x);
    }
    let deviation = (square - mean * mean).sqrt();
    let box_of_30 = 30.0 / 12.0_f64.sqrt();
    assert!((mean - 350.0).abs() < 1.0, "the outline moved from 360 to {mean}");
    assert!((deviation / box_of_30 - 1.0).abs() < 0.1, "{deviation} instead of {box_of_30}");
}

#[test]
fn every_frame_flickers_and_the_same_frame_is_the_same() {
    let at = |seconds: f64| {
        let mut picture = picture(ColorSpace::BT601);
        picture.seconds = seconds;
        picture.after("hologram").yuv
    };
    assert!(at(1.0) == at(1.0));
    assert!(at(1.0) != at(1.0 + 1.0 / 30.0));
}
