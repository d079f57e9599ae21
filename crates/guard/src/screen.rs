//! Tells whether a screen of one colour stands behind what its key cut out.
//!
//! A key by colours cuts away what has the screen's colour, and nothing else: without the screen
//! the whole room would be left. So the margins of the picture must be mostly cut away: a band at
//! the top, and one at the left and at the right; at the bottom stands the person.
//!
//! | | share of the margins | coverage |
//! | --- | --- | --- |
//! | a person before a screen | 0.6 to 1.0 | 0.1 to 0.6 |
//! | the screen pulled away, the light off | 0.0 | 1.0 |
//! | limit | 1/3 | 0.9 |

use backlot_media::Plane;

/// The least share of the margins that has the screen's colour.
const LEAST_MARGIN: f64 = 1.0 / 3.0;
/// The greatest share of the picture that may be left.
const MOST_COVERAGE: f64 = 0.9;
/// Up to this value a pixel is cut away.
const CUT: u8 = 24;
/// The part of the height that a band is wide, on each side: each counts by its length.
const BAND: usize = 24;
/// The greatest distance of the pixels that are looked at.
const STEP: usize = 4;

/// The matte of a key by colours, in numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ScreenLook {
    /// The share of the picture's margins (top, left and right) that was cut away, `0.0..=1.0`:
    /// that has the colour of the screen.
    pub margin: f64,
    /// The share of the picture that is left.
    pub coverage: f64,
}

impl ScreenLook {
    /// Measures a matte.
    pub fn of(matte: Plane<'_>) -> Self {
        let (width, height) = (matte.width(), matte.height());
        let band = height.div_ceil(BAND);
        let step = STEP.min(band).max(1);
        let (mut cut, mut seen, mut sum, mut all) = (0_usize, 0_usize, 0_u64, 0_u64);
        for y in (0..height).step_by(step) {
            let row = matte.row(y);
            for (x, &value) in row.iter().enumerate().step_by(step) {
                (sum, all) = (sum + u64::from(value), all + 1);
                if y < band || x < band || x + band >= width {
                    (cut, seen) = (cut + usize::from(value <= CUT), seen + 1);
                }
            }
        }
        Self {
            margin: cut as f64 / seen.max(1) as f64,
            coverage: sum as f64 / (255 * all.max(1)) as f64,
        }
    }

    /// Whether the screen is there.
    pub fn shows_a_screen(&self) -> bool {
        self.margin >= LEAST_MARGIN && self.coverage <= MOST_COVERAGE
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use backlot_media::{Matte, Size};

    const WIDTH: usize = 320;
    const HEIGHT: usize = 180;

    fn look(value: impl Fn(usize, usize) -> u8) -> ScreenLook {
        let mut matte = Matte::new(Size::new(WIDTH as u32, HEIGHT as u32).unwrap());
        for (y, row) in matte.plane_mut().rows_mut().enumerate() {
            row.iter_mut().enumerate().for_each(|(x, to)| *to = value(x, y));
        }
        ScreenLook::of(matte.plane())
    }

    /// Somebody in the middle, down to the lower edge.
    fn person(x: usize, y: usize) -> u8 {
        let across = (x as f64 - 160.0) / 60.0;
        let down = (y as f64 - 90.0).min(0.0) / 60.0;
        if across.hypot(down) < 1.0 { 255 } else { 0 }
    }

    #[test]
    fn a_person_before_a_screen_or_nobody_is_shown() {
        assert!(look(person).shows_a_screen());
        let empty = look(|_, _| 0);
        assert!(empty.shows_a_screen());
        assert_eq!(empty, ScreenLook { margin: 1.0, coverage: 0.0 });
    }

    #[test]
    fn arms_that_reach_both_sides_are_shown() {
        let arms = |x, y| if (100..130).contains(&y) { 255 } else { person(x, y) };
        assert!(look(arms).shows_a_screen());
    }

    #[test]
    fn without_the_screen_nothing_is_shown() {
        assert!(!look(|_, _| 255).shows_a_screen());
        // The dark or the room leave a haze everywhere.
        assert!(!look(|_, _| 60).shows_a_screen());
    }

    #[test]
    fn a_camera_that_turns_away_is_shielded_before_the_screen_is_gone() {
        let turned = |share: f64| {
            move |x: usize, y: usize| {
                if (x as f64) < share * WIDTH as f64 { 255 } else { person(x, y) }
            }
        };
        assert!(look(turned(0.3)).shows_a_screen());
        assert!(!look(turned(0.85)).shows_a_screen());
        let limit = (0..=100).find(|&p| !look(turned(f64::from(p) / 100.0)).shows_a_screen());
        let margin = look(turned(f64::from(limit.unwrap()) / 100.0)).margin;
        assert!((0.3..LEAST_MARGIN).contains(&margin), "{margin}");
    }

    #[test]
    fn a_matte_that_is_nearly_full_is_not_shown() {
        let thin = |x: usize, y: usize| if y < 8 || !(8..WIDTH - 8).contains(&x) { 0 } else { 255 };
        assert!(look(thin).margin > 0.5 && look(thin).coverage > 0.85);
        let most = |x: usize, y: usize| if y < 4 || !(4..WIDTH - 4).contains(&x) { 0 } else { 255 };
        assert!(!look(most).shows_a_screen(), "{:?}", look(most));
    }

    #[test]
    fn a_matte_of_a_few_pixels_is_measured() {
        let matte = Matte::new(Size::new(1, 1).unwrap());
        assert_eq!(ScreenLook::of(matte.plane()).margin, 1.0);
    }
}
