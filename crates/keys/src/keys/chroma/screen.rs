//! Finds the screen's colour in the picture's margins, and keeps it steady.
//!
//! The margins are a band along the top and along the upper part of both sides. At first the most
//! frequent hue of them is taken, if there is colour in it at all; from then on the colour follows
//! the mean of those samples that look like it, slowly, and only while there are enough of them.
//! A screen that disappears leaves its colour in memory: what was behind it never becomes the
//! screen.

use backlot_media::Frame;

/// The colour of a screen: its luma, and its chroma less 128.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Tint {
    pub luma: f64,
    pub chroma: [f64; 2],
}

/// Parts of the height that the band along the top has, and of the width those at the sides.
const BANDS: (usize, usize) = (10, 14);
/// The share of the height from the top that the sides' bands have.
const SIDES: f64 = 0.75;
/// Every which row and column of chroma is looked at.
const STEP: usize = 3;
/// The least distance from grey that a screen has, in code values of chroma.
const LEAST_CHROMA: f64 = 24.0;
/// The share of the margins in which a colour must be to be found, and to be followed.
const LEAST_SHARE: f64 = 1.0 / 3.0;
/// The part of the way to what is seen that the colour goes with each frame.
const PACE: f64 = 1.0 / 24.0;
/// Samples whose share of the screen's colour is in this range look like it.
const ALIKE: std::ops::RangeInclusive<f64> = 0.6..=1.5;
/// The hues of the search, each so many degrees apart.
const HUES: usize = 48;

#[derive(Debug)]
pub(super) struct Finder {
    /// What the user said, in R'G'B'.
    given: Option<[u8; 3]>,
    tint: Option<Tint>,
    samples: Vec<[u8; 3]>,
}

impl Finder {
    pub const fn new(given: Option<[u8; 3]>) -> Self {
        Self { given, tint: None, samples: Vec::new() }
    }

    pub const fn reset(&mut self) {
        self.tint = None;
    }

    /// The colour of the screen in this frame and those before.
    pub fn look(&mut self, frame: &Frame) -> Option<Tint> {
        self.sample(frame);
        match self.tint {
            Some(tint) => {
                if let Some(seen) = self.alike(tint) {
                    self.tint = Some(tint.towards(seen, PACE));
                }
            }
            None => self.tint = self.first(frame),
        }
        self.tint
    }

    /// Takes samples of the margins: luma and chroma.
    fn sample(&mut self, frame: &Frame) {
        self.samples.clear();
        let [luma, cb, cr] = frame.yuv();
        let (width, height) = (cb.width(), cb.height());
        let (top, side) = (height.div_ceil(BANDS.0), width.div_ceil(BANDS.1));
        let low = (height as f64 * SIDES).ceil() as usize;
        for y in (0..low).step_by(STEP) {
            let [lumas, cbs, crs] = [luma.row(2 * y), cb.row(y), cr.row(y)];
            let mut take = |columns: std::ops::Range<usize>| {
                let columns = columns.step_by(STEP);
                self.samples.extend(columns.map(|x| [lumas[2 * x], cbs[x], crs[x]]));
            };
            if y < top {
                take(0..width);
            } else {
                take(0..side);
                take(width - side..width);
            }
        }
    }

    /// The first colour: what was given, as it looks here, or what most of the margins have.
    fn first(&self, frame: &Frame) -> Option<Tint> {
        let start = match self.given {
            Some(rgb) => {
                let [luma, cb, cr] = frame.color.encode_rgb8(rgb).map(f64::from);
                Tint { luma, chroma: [cb - 128.0, cr - 128.0] }
            }
            None => self.most()?,
        };
        let mut tint = start;
        let mut share = 0.0;
        for _ in 0..4 {
            let Some(seen) = self.alike(tint) else { break };
            (tint, share) = (seen, 1.0);
        }
        // What was given stays what it is until the screen is seen.
        if share > 0.0 { Some(tint) } else { self.given.map(|_| start) }
    }

    /// The mean colour of the most frequent hue.
    fn most(&self) -> Option<Tint> {
        let mut bins = [(0_u32, [0_u32; 3]); HUES];
        for &sample in &self.samples {
            if let Some(hue) = hue(sample) {
                let (count, sums) = &mut bins[hue];
                *count += 1;
                (0..3).for_each(|i| sums[i] += u32::from(sample[i]));
            }
        }
        let around = |i: usize| [(i + HUES - 1) % HUES, i, (i + 1) % HUES];
        let count = |i: usize| around(i).map(|j| bins[j].0).iter().sum::<u32>();
        let best = (0..HUES).max_by_key(|&i| count(i))?;
        let total = f64::from(count(best));
        if total < LEAST_SHARE * self.samples.len() as f64 || total < 1.0 {
            return None;
        }
        let mean =
            |i: usize| around(best).map(|j| f64::from(bins[j].1[i])).iter().sum::<f64>() / total;
        Some(Tint { luma: mean(0), chroma: [mean(1) - 128.0, mean(2) - 128.0] })
    }

    /// The mean of the samples that look like a colour, if there are enough of them.
    fn alike(&self, tint: Tint) -> Option<Tint> {
        let [x, y] = tint.chroma;
        let square = x * x + y * y;
        let (mut count, mut sums) = (0_u32, [0_u32; 3]);
        for &sample in &self.samples {
            let [cb, cr] = [1, 2].map(|i| f64::from(sample[i]) - 128.0);
            let along = (cb * x + cr * y) / square;
            let across = (cr * x - cb * y) / square;
            if ALIKE.contains(&along) && across.abs() < 0.3 * along {
                count += 1;
                (0..3).for_each(|i| sums[i] += u32::from(sample[i]));
            }
        }
        let share = f64::from(count) / self.samples.len().max(1) as f64;
        let [luma, cb, cr] = sums.map(|sum| f64::from(sum) / f64::from(count.max(1)));
        let chroma = [cb - 128.0, cr - 128.0];
        let strong = chroma[0].hypot(chroma[1]) >= LEAST_CHROMA;
        (share >= LEAST_SHARE && strong).then_some(Tint { luma, chroma })
    }
}

/// The number of a sample's hue; `None` for greys, and for the warm hues of skin, wood and lamps,
/// which no screen has.
fn hue([_, cb, cr]: [u8; 3]) -> Option<usize> {
    let [cb, cr] = [cb, cr].map(|v| f32::from(v) - 128.0);
    if f64::from(cb.hypot(cr)) < LEAST_CHROMA || cr > 0.5 * cb.abs() {
        return None;
    }
    let turn = cr.atan2(cb) / std::f32::consts::TAU + 0.5;
    Some((turn * HUES as f32) as usize % HUES)
}

impl Tint {
    fn towards(self, seen: Self, pace: f64) -> Self {
        let mix = |a: f64, b: f64| a + (b - a) * pace;
        Self {
            luma: mix(self.luma, seen.luma),
            chroma: [0, 1].map(|i| mix(self.chroma[i], seen.chroma[i])),
        }
    }
}
