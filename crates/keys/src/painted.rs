//! What a user painted on the camera's picture: regions that always show, and such that never do.

use crate::definition::Key;
use backlot_media::{Matte, Size, View};
use backlot_schema::{Area, Areas, Number, Setting, Shape};
use std::f32::consts::SQRT_2;
use std::fmt;

/// The region that always shows.
pub(crate) const KEEP: Areas =
    Areas::new("keep", "What always shows of the camera's picture, like a chair");
/// The region that never shows.
pub(crate) const HIDE: Areas =
    Areas::new("hide", "What never shows of the camera's picture, whatever the network finds");
/// How soft both regions' edges are.
pub(crate) const FEATHER: Number =
    Number::new("feather", 0.0..=10.0, 1.0, "How soft the edges of keep and hide are")
        .unit("% of the width", 0.1);

/// The regions that a user painted.
#[derive(Clone, Debug, PartialEq)]
pub struct Painted {
    keep: Area,
    hide: Area,
    /// As a share of the picture's width.
    feather: f32,
}

/// A key with the defaults of some settings.
fn reset(key: &Key, settings: &[Setting]) -> Key {
    let mut values = key.values().clone();
    for setting in settings {
        values.put(setting, setting.kind.default_value());
    }
    if values == *key.values() { key.clone() } else { Key::with(key.def(), values) }
}

impl Painted {
    /// The regions of a key, if it has any.
    pub fn of(key: &Key) -> Option<Self> {
        let area = |setting: Areas| setting.of(key.values()).cloned().unwrap_or(Area::NONE);
        let (keep, hide) = (area(KEEP), area(HIDE));
        let feather = FEATHER.of(key.values()) as f32 / 100.0;
        let is_any = !(keep.is_empty() && hide.is_empty());
        is_any.then_some(Self { keep, hide, feather })
    }

    /// The key that finds the same and has nothing painted.
    pub fn without(key: &Key) -> Key {
        reset(key, &[KEEP.setting(), HIDE.setting(), FEATHER.setting()])
    }

    /// The key that finds the same, but for what always shows.
    pub fn without_kept(key: &Key) -> Key {
        reset(key, &[KEEP.setting()])
    }

    /// The shares of the picture that always and never show, in per cent.
    pub fn shares(&self) -> [f64; 2] {
        [&self.keep, &self.hide].map(|area| {
            Sheet::of(area, ROUGH, &View::whole(ROUGH)).map_or(0.0, |sheet| sheet.share())
        })
    }

    /// What always shows, as a view of a camera's pictures of a size has it: 255 inside, less towards the
    /// edge, nothing outside of what was painted.
    pub fn keep(&self, native: Size, view: &View) -> Option<Matte> {
        let sheet = Sheet::of(&self.keep, native, view)?;
        let reach = self.reach(&sheet, native);
        Some(sheet.matte(false, |distance| distance / reach))
    }

    /// What never shows, in the same way: 255 in all that was painted, less around it.
    pub fn hide(&self, native: Size, view: &View) -> Option<Matte> {
        let sheet = Sheet::of(&self.hide, native, view)?;
        let reach = self.reach(&sheet, native);
        Some(sheet.matte(true, |distance| 1.0 - distance / reach))
    }

    /// The width of the soft edge in the view's pixels.
    fn reach(&self, sheet: &Sheet, native: Size) -> f32 {
        self.feather * native.width as f32 * sheet.across + 1.0
    }
}

impl fmt::Display for Painted {
    /// "keeps 12 % and hides 3 %"
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [keeps, hides] = self.shares();
        match (self.keep.is_empty(), self.hide.is_empty()) {
            (false, true) => write!(f, "keeps {keeps:.1} %"),
            (true, false) => write!(f, "hides {hides:.1} %"),
            _ => write!(f, "keeps {keeps:.1} %, hides {hides:.1} %"),
        }
    }
}

/// Of which size a picture is, to tell how much of it an area covers.
const ROUGH: Size = Size { width: 320, height: 180 };

/// An area on the pixels of a view: whether it covers each one's middle.
struct Sheet {
    size: Size,
    /// Pixels of the view for one of the camera, across.
    across: f32,
    is_covered: Vec<bool>,
}

impl Sheet {
    fn of(area: &Area, native: Size, view: &View) -> Option<Self> {
        if area.is_empty() {
            return None;
        }
        let size = view.size;
        let across = size.width as f32 / view.window.width;
        let mut sheet = Self { size, across, is_covered: vec![false; size.pixels()] };
        for shape in area.shapes() {
            sheet.add(shape, native, view);
        }
        Some(sheet)
    }

    fn add(&mut self, shape: &Shape, native: Size, view: &View) {
        let down = self.size.height as f32 / view.window.height;
        let points: Vec<[f32; 2]> = shape
            .points
            .iter()
            .map(|[x, y]| {
                let (x, y) = (x / 100.0 * native.width as f32, y / 100.0 * native.height as f32);
                [(x - view.window.x) * self.across, (y - view.window.y) * down]
            })
            .collect();
        match shape.brush {
            None => self.fill(&points),
            Some(brush) => {
                let radius = brush / 200.0 * native.width as f32 * self.across;
                let ends = points.iter().skip(1).chain(points.last());
                points.iter().zip(ends).for_each(|(from, to)| self.stroke(*from, *to, radius));
            }
        }
    }

    /// Covers what lies inside a line that is closed, by the rule of even and odd.
    fn fill(&mut self, points: &[[f32; 2]]) {
        let mut crossings = Vec::new();
        for y in 0..self.size.height as usize {
            let middle = y as f32 + 0.5;
            crossings.clear();
            let next = points.iter().cycle().skip(1);
            for ([x0, y0], [x1, y1]) in points.iter().zip(next) {
                if (*y0 <= middle) != (*y1 <= middle) {
                    crossings.push(x0 + (middle - y0) / (y1 - y0) * (x1 - x0));
                }
            }
            crossings.sort_by(f32::total_cmp);
            for pair in crossings.chunks_exact(2) {
                self.cover(y, pair[0], pair[1]);
            }
        }
    }

    /// Covers what is nearer to a line than a radius.
    fn stroke(&mut self, from: [f32; 2], to: [f32; 2], radius: f32) {
        let (top, bottom) = (from[1].min(to[1]) - radius, from[1].max(to[1]) + radius);
        let (left, right) = (from[0].min(to[0]) - radius, from[0].max(to[0]) + radius);
        let (width, height) = (self.size.width as usize, self.size.height as usize);
        for y in steps(top, bottom, height) {
            for x in steps(left, right, width) {
                if distance([x as f32 + 0.5, y as f32 + 0.5], from, to) <= radius {
                    self.is_covered[y * width + x] = true;
                }
            }
        }
    }

    fn cover(&mut self, y: usize, from: f32, to: f32) {
        let width = self.size.width as usize;
        // A pixel counts if its middle lies inside.
        let from = (from - 0.5).ceil().clamp(0.0, width as f32) as usize;
        let to = (to - 0.5).ceil().clamp(0.0, width as f32) as usize;
        if from < to {
            self.is_covered[y * width + from..y * width + to].fill(true);
        }
    }

    /// How much is covered, in per cent.
    fn share(&self) -> f64 {
        let covered = self.is_covered.iter().filter(|is| **is).count();
        100.0 * covered as f64 / self.is_covered.len() as f64
    }

    /// A matte by each pixel's distance to the nearest one that is covered or not.
    fn matte(&self, is_to_covered: bool, value: impl Fn(f32) -> f32) -> Matte {
        let mut matte = Matte::new(self.size);
        let distances = self.distances(is_to_covered);
        let width = self.size.width as usize;
        for (row, distances) in matte.plane_mut().rows_mut().zip(distances.chunks_exact(width)) {
            for (to, distance) in row.iter_mut().zip(distances) {
                let share = value(*distance).clamp(0.0, 1.0);
                *to = (share * share * (3.0 - 2.0 * share) * 255.0).round() as u8;
            }
        }
        matte
    }

    /// How far each pixel is from the nearest that is covered (or not), in two passes over steps
    /// to the side, up or down, and across (Borgefors 1986): at most 8 % too far.
    fn distances(&self, is_to_covered: bool) -> Vec<f32> {
        let (width, height) = (self.size.width as usize, self.size.height as usize);
        let start = |is: &bool| if *is == is_to_covered { 0.0 } else { f32::MAX };
        let mut far: Vec<f32> = self.is_covered.iter().map(start).collect();
        for y in 0..height {
            for x in 0..width {
                relax(&mut far, [width, height], [x, y], false);
            }
        }
        for y in (0..height).rev() {
            for x in (0..width).rev() {
                relax(&mut far, [width, height], [x, y], true);
            }
        }
        far
    }
}

/// Steps to neighbours that a pass has seen before: across, down, length.
const STEPS: [(isize, isize, f32); 4] =
    [(-1, 0, 1.0), (0, -1, 1.0), (-1, -1, SQRT_2), (1, -1, SQRT_2)];

fn relax(far: &mut [f32], [width, height]: [usize; 2], [x, y]: [usize; 2], is_back: bool) {
    for (across, down, length) in STEPS {
        let (across, down) = if is_back { (-across, -down) } else { (across, down) };
        let (Some(nx), Some(ny)) = (x.checked_add_signed(across), y.checked_add_signed(down))
        else {
            continue;
        };
        if nx < width && ny < height {
            far[y * width + x] = far[y * width + x].min(far[ny * width + nx] + length);
        }
    }
}

/// The pixels of a side whose middles may lie between two places.
fn steps(from: f32, to: f32, side: usize) -> std::ops::Range<usize> {
    let from = from.floor().clamp(0.0, side as f32) as usize;
    from..(to.ceil().clamp(0.0, side as f32) as usize).max(from)
}

/// The distance of a point from a line between two others.
fn distance([x, y]: [f32; 2], [x0, y0]: [f32; 2], [x1, y1]: [f32; 2]) -> f32 {
    let (dx, dy) = (x1 - x0, y1 - y0);
    let length = dx * dx + dy * dy;
    let along = if length > 0.0 { ((x - x0) * dx + (y - y0) * dy) / length } else { 0.0 };
    let along = along.clamp(0.0, 1.0);
    (x - x0 - along * dx).hypot(y - y0 - along * dy)
}

#[cfg(test)]
mod tests {
    use super::*;
    use backlot_media::Window;

    const NATIVE: Size = Size { width: 200, height: 100 };

    fn painted(text: &str) -> Painted {
        Painted::of(&text.parse().unwrap()).unwrap()
    }

    fn at(matte: &Matte, x: usize, y: usize) -> u8 {
        matte.plane().row(y)[x]
    }

    #[test]
    fn keys_without_regions_have_none() {
        for text in ["person", "person:keep=none", "person:feather=2", "chroma"] {
            assert_eq!(Painted::of(&text.parse().unwrap()), None, "{text}");
        }
    }

    #[test]
    fn what_is_kept_ends_where_it_was_painted_and_what_is_hidden_only_begins_there() {
        let text = "person:keep=25x20-75x20-75x80-25x80,hide=25x20-75x20-75x80-25x80,feather=5";
        let (painted, whole) = (painted(text), View::whole(NATIVE));
        let keep = painted.keep(NATIVE, &whole).unwrap();
        let hide = painted.hide(NATIVE, &whole).unwrap();
        for y in 0..100 {
            for x in 0..200 {
                let is_inside = (50..150).contains(&x) && (20..80).contains(&y);
                assert!(is_inside || at(&keep, x, y) == 0, "{x} {y}");
                assert!(!is_inside || at(&hide, x, y) == 255, "{x} {y}");
            }
        }
        assert_eq!((at(&keep, 100, 50), at(&keep, 62, 50)), (255, 255));
        assert!((1..255).contains(&at(&keep, 54, 50)) && (1..255).contains(&at(&hide, 45, 50)));
        assert_eq!((at(&hide, 37, 50), at(&hide, 5, 5)), (0, 0));
    }

    #[test]
    fn a_stroke_is_as_wide_as_its_brush_and_round() {
        let keep = painted("person:keep=10@25x50-75x50,feather=0");
        let keep = keep.keep(NATIVE, &View::whole(NATIVE)).unwrap();
        let column = (0..100).filter(|&y| at(&keep, 100, y) == 255).count();
        assert_eq!(column, 20);
        assert_eq!((at(&keep, 42, 50), at(&keep, 39, 50)), (255, 0));
        assert_eq!(at(&keep, 42, 42), 0, "the corner is round");
        assert!(keep.plane().rows().flatten().all(|v| [0, 255].contains(v)), "a hard edge");
    }

    #[test]
    fn a_view_shows_its_part_of_a_region() {
        let window = Window { x: 100.0, y: 0.0, width: 100.0, height: 50.0 };
        let view = View { window, size: Size { width: 50, height: 25 } };
        let keep = painted("person:keep=0x0-75x0-75x100-0x100,feather=0").keep(NATIVE, &view);
        let keep = keep.unwrap();
        for y in 0..25 {
            assert_eq!((at(&keep, 0, y), at(&keep, 24, y), at(&keep, 25, y)), (255, 255, 0));
        }
    }

    #[test]
    fn what_finds_is_the_same_with_and_without() {
        let plain = |text: &str| Painted::without(&text.parse().unwrap()).to_string();
        assert_eq!(plain("person:keep=4@5x5,feather=3"), "person");
        assert_eq!(plain("chroma:lime"), "chroma:lime");
    }

    #[test]
    fn shares_are_told() {
        assert_eq!(painted("person:keep=0x0-50x0-50x50-0x50").to_string(), "keeps 25.0 %");
        let both = painted("person:keep=0x0-10x0-10x100-0x100,hide=0x0-100x0-100x50-0x50");
        assert_eq!(both.to_string(), "keeps 10.0 %, hides 50.0 %");
    }

    #[test]
    fn shapes_side_by_side_have_no_seam() {
        let keep = painted("person:keep=10x10-50x10-50x90-10x90 50x10-90x10-90x90-50x90,feather=3");
        let keep = keep.keep(NATIVE, &View::whole(NATIVE)).unwrap();
        assert!((40..160).all(|x| at(&keep, x, 50) == 255));
    }

    #[test]
    fn a_region_reaches_the_pictures_border() {
        let keep = painted("person:keep=0x0-100x0-100x100-0x100,feather=10");
        let keep = keep.keep(NATIVE, &View::whole(NATIVE)).unwrap();
        assert!(keep.plane().rows().flatten().all(|&v| v == 255));
    }
}
