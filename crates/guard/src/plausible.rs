//! Tells a person's matte from the output of broken networks.
//!
//! The limits are between two measurements: the mattes of people in some 3400 frames of video and
//! 81 pictures, and those of networks with damaged weights. `cargo run --example looks` in
//! `pipeline` repeats the measurement.
//!
//! | | people, at most | broken networks | limit |
//! | --- | --- | --- | --- |
//! | in part the person's | 0.16, stills 0.37 | 0.4 to 1.0 | 0.5 |
//! | edges | 0.03 | 0.04 to 0.5 (noise) | 0.08 |
//! | edges for each share of person | 0.36 | 1.9 (specks) | 0.6 |
//! | margin over coverage | 0.00 | 0.16 to 0.47 (inside out) | 0.05 |
//! | coverage out of nothing | 0.77 | 0.95 to 1.0 | 0.95 |

use crate::Look;
use backlot_media::{Plane, Timestamp};
use std::time::Duration;

/// The largest share of the picture that may be partly person.
const MOST_UNSURE: f64 = 0.5;
/// The most edges: more than that is noise.
const MOST_EDGES: f64 = 0.08;
/// The most edges for each share of person: more than that are specks.
const MOST_EDGES_OF_COVERAGE: f64 = 0.6;
/// Below this coverage specks don't count.
const LEAST_COVERAGE: f64 = 0.01;
/// How much more of the margins than of the whole may be covered: more than that, and the matte is
/// inside out. A person who fills the picture reaches its margins last.
const MOST_MARGIN: f64 = 0.05;
/// The largest share of the picture that a person who wasn't there before may cover.
const MOST_AT_ONCE: f64 = 0.95;
/// A person who covered this much may come nearer, until they cover everything.
const NEAR: f64 = 0.8;
/// How long a near person counts as near.
const MEMORY: Duration = Duration::from_millis(500);

/// Tells mattes of people from others.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plausibility {
    /// When a plausible person was last near, if ever.
    near: Option<Timestamp>,
    /// The share of the picture that the last person covered.
    coverage: f64,
}

impl Plausibility {
    pub const fn new() -> Self {
        Self { near: None, coverage: 0.0 }
    }

    /// Whether the matte of a frame taken at that time may show a person.
    pub fn holds(&mut self, matte: Plane<'_>, time: Timestamp) -> bool {
        let look = Look::of(matte);
        let was_near = self.near.is_some_and(|near| time.since(near) <= MEMORY);
        let most = if was_near { 1.0 } else { MOST_AT_ONCE };
        self.coverage = look.coverage;
        let holds = has_the_shape_of_a_person(&look) && look.coverage <= most;
        if holds && look.coverage >= NEAR {
            self.near = Some(time);
        }
        holds
    }

    /// The share of the picture that the last matte covered.
    pub const fn coverage(&self) -> f64 {
        self.coverage
    }
}

fn has_the_shape_of_a_person(look: &Look) -> bool {
    let has_specks =
        look.coverage >= LEAST_COVERAGE && look.edges > MOST_EDGES_OF_COVERAGE * look.coverage;
    !look.is_full
        && !has_specks
        && look.unsure <= MOST_UNSURE
        && look.edges <= MOST_EDGES
        && look.margin <= look.coverage + MOST_MARGIN
}

#[cfg(test)]
mod tests {
    use super::*;
    use backlot_media::{FrameRate, Matte, Size};

    const WIDTH: usize = 640;
    const HEIGHT: usize = 360;

    fn matte(value: impl Fn(usize, usize) -> u8) -> Matte {
        let mut matte = Matte::new(Size::new(WIDTH as u32, HEIGHT as u32).unwrap());
        for (y, row) in matte.plane_mut().rows_mut().enumerate() {
            row.iter_mut().enumerate().for_each(|(x, to)| *to = value(x, y));
        }
        matte
    }

    fn holds(value: impl Fn(usize, usize) -> u8) -> bool {
        Plausibility::new().holds(matte(value).plane(), Timestamp::default())
    }

    /// An ellipse whose lower half extends to the bottom, scaled from the usual size.
    fn person(zoom: f64) -> impl Fn(usize, usize) -> u8 {
        move |x, y| {
            let across = (x as f64 / WIDTH as f64 - 0.5) / (0.2 * zoom);
            let down = (y as f64 / HEIGHT as f64 - 0.5).min(0.0) / (0.35 * zoom);
            if across.hypot(down) < 1.0 { 255 } else { 0 }
        }
    }

    /// Random bytes, the same in blocks of so many pixels.
    fn chance(x: usize, y: usize, block: usize) -> u8 {
        let seed = (x / block) as u64 + 1000 * (y / block) as u64;
        let mixed = (seed ^ 0x9e37_79b9).wrapping_mul(0xd134_2543_de82_ef95);
        ((mixed ^ (mixed >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 56) as u8
    }

    #[test]
    fn people_and_nobody_are_plausible() {
        assert!(holds(|_, _| 0));
        assert!([0.1, 0.5, 1.0, 1.5, 2.0].into_iter().all(|zoom| holds(person(zoom))));
        let half_out = |x: usize, y: usize| person(1.0)(x + WIDTH / 2, y);
        assert!(holds(half_out), "somebody at the picture's side");
    }

    #[test]
    fn a_matte_of_one_value_is_nobody() {
        assert!((20..=255).step_by(5).all(|v| !holds(|_, _| v)));
    }

    #[test]
    fn noise_and_specks_are_nobody() {
        for block in [1, 3, 8, 12] {
            let noise = |x, y| chance(x, y, block);
            assert!(!holds(noise), "{block}");
            assert!(!holds(|x, y| if noise(x, y) > 127 { 255 } else { 0 }), "{block}");
        }
        for share in [5, 20, 50] {
            assert!(!holds(|x, y| if chance(x, y, 1) < share { 255 } else { 0 }), "{share}");
        }
        assert!(!holds(|x, y| if chance(x, y, 1) < 60 { 255 } else { person(1.0)(x, y) }));
    }

    #[test]
    fn a_matte_inside_out_is_nobody() {
        assert!([0.5, 0.8, 1.0, 1.2].into_iter().all(|z| !holds(|x, y| 255 - person(z)(x, y))));
    }

    #[test]
    fn a_person_may_fill_the_picture_by_coming_near() {
        let mut plausibility = Plausibility::new();
        let near = 2.7;
        assert!(!holds(person(near)), "not at once");
        for index in 0..80_u32 {
            let zoom = 1.0 + (near - 1.0) * f64::from(index) / 79.0;
            let time = FrameRate::FPS_30.time_of(index.into());
            assert!(plausibility.holds(matte(person(zoom)).plane(), time), "{zoom}");
        }
        let time = FrameRate::FPS_30.time_of(80);
        assert!(
            !plausibility.holds(matte(|_, _| 255).plane(), time),
            "all of it is never a person"
        );
        assert!(plausibility.holds(matte(person(near)).plane(), time));
        let later = time + Duration::from_millis(501);
        assert!(!plausibility.holds(matte(person(near)).plane(), later), "that was long ago");
    }
}
