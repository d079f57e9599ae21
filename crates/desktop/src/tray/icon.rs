//! The icon, drawn: a camera, and a mark that says what viewers get.

use backlot_protocol::{Activity, Mode};
use ksni::Icon;

/// Heights and widths, in pixels; the desktop takes what fits best.
const SIZES: [u16; 3] = [22, 32, 64];
/// Each pixel is looked at in so many places, across and down.
const SAMPLES: u16 = 4;

const BODY: Colour = [0xf2, 0xf2, 0xf2];
const EDGE: Colour = [0x30, 0x30, 0x30];
const LENS: Colour = [0x38, 0x40, 0x48];

/// Red, green and blue.
type Colour = [u8; 3];

/// What the icon says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// Nobody watches.
    Idle,
    /// Viewers see the scene.
    Live,
    /// Viewers see a calm picture, as something doesn't work.
    Trouble,
    /// Viewers see a still card.
    Paused,
    /// Viewers see a card without any camera.
    Panic,
    /// Viewers see the camera as it is, or would.
    Off,
}

impl Look {
    /// That of a state.
    pub const fn of(mode: Mode, activity: Activity) -> Self {
        match (mode, activity) {
            (Mode::Paused, _) => Self::Paused,
            (Mode::Panic, _) => Self::Panic,
            (_, Activity::Waiting) => Self::Trouble,
            (Mode::Off, _) => Self::Off,
            (Mode::Running | Mode::Away, Activity::Idle) => Self::Idle,
            (Mode::Running | Mode::Away, _) => Self::Live,
        }
    }

    const fn mark(self) -> Option<Colour> {
        match self {
            Self::Idle => None,
            Self::Live => Some([0x2e, 0xb8, 0x4e]),
            Self::Trouble => Some([0xf0, 0xb4, 0x00]),
            Self::Paused => Some([0x8a, 0x94, 0x9e]),
            Self::Panic => Some([0xe0, 0x28, 0x28]),
            Self::Off => Some([0x2c, 0x7c, 0xe8]),
        }
    }
}

/// The icon in each size.
pub fn icons(look: Look) -> Vec<Icon> {
    SIZES.iter().map(|size| icon(look, *size)).collect()
}

fn icon(look: Look, size: u16) -> Icon {
    let mut data = Vec::with_capacity(usize::from(size) * usize::from(size) * 4);
    let steps = f32::from(size * SAMPLES);
    let sample = |at: u16, n: u16| (f32::from(at * SAMPLES + n) + 0.5) / steps;
    for y in 0..size {
        for x in 0..size {
            let inside =
                (0..SAMPLES).flat_map(|down| (0..SAMPLES).map(move |across| (across, down)));
            let colours = inside
                .filter_map(|(across, down)| colour(look, sample(x, across), sample(y, down)));
            data.extend(mixed(&colours.collect::<Vec<_>>()));
        }
    }
    Icon { width: size.into(), height: size.into(), data }
}

/// Alpha, red, green and blue of a pixel in which these colours were found.
fn mixed(colours: &[Colour]) -> [u8; 4] {
    let count = colours.len();
    let mean = |channel: usize| {
        let sum: usize = colours.iter().map(|colour| usize::from(colour[channel])).sum();
        u8::try_from(sum / count.max(1)).unwrap_or(u8::MAX)
    };
    let all = usize::from(SAMPLES * SAMPLES);
    let alpha = u8::try_from(count * 255 / all).unwrap_or(u8::MAX);
    [alpha, mean(0), mean(1), mean(2)]
}

/// The colour at a place, of which right and bottom are at 1.
fn colour(look: Look, x: f32, y: f32) -> Option<Colour> {
    let distance = |cx: f32, cy: f32| (x - cx).hypot(y - cy);
    if let Some(mark) = look.mark() {
        let from_mark = distance(0.74, 0.74);
        if from_mark < 0.22 {
            let is_bar = look == Look::Paused
                && (y - 0.74).abs() < 0.11
                && ((x - 0.68).abs() < 0.03 || (x - 0.80).abs() < 0.03);
            return Some(if is_bar { BODY } else { mark });
        }
        if from_mark < 0.26 {
            return None;
        }
    }
    // A round camera on a foot.
    let from_lens = distance(0.5, 0.44);
    match from_lens {
        d if d < 0.06 => Some(BODY),
        d if d < 0.18 => Some(LENS),
        d if d < 0.34 => Some(BODY),
        d if d < 0.40 => Some(EDGE),
        _ if (0.86..0.94).contains(&y) && (x - 0.5).abs() < 0.26 => Some(EDGE),
        _ if (0.80..0.90).contains(&y) && (x - 0.5).abs() < 0.08 => Some(EDGE),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_look_is_another_picture_in_each_size() {
        use Look::{Idle, Live, Off, Panic, Paused, Trouble};
        let all = [Idle, Live, Trouble, Paused, Panic, Off].map(icons);
        for (n, icons) in all.iter().enumerate() {
            for (icon, size) in icons.iter().zip(SIZES) {
                let size = i32::from(size);
                assert_eq!((icon.width, icon.height), (size, size));
                assert_eq!(icon.data.len(), usize::try_from(size * size * 4).unwrap());
                let seen = icon.data.chunks(4).filter(|pixel| pixel[0] == 255).count();
                assert!((20..=80).contains(&(seen * 100 / (icon.data.len() / 4))));
            }
            for other in &all[n + 1..] {
                assert_ne!(icons[0].data, other[0].data);
            }
        }
    }
}
