//! Where the picture of a layer lies: which part of its source, and where on the canvas.
//!
//! One implementation for everything that places pictures. Lengths become pixels here, and boxes
//! are rounded to even numbers here, so that chroma is cut between its samples.

use crate::{Crop, Fit, Layer, Length, Margin, Place, Turn};
use backlot_media::{Size, Window};

/// The lines of the picture whose pixels lengths are written in.
const LINES: f64 = 720.0;

/// How many times as large as the canvas a box may be.
pub const LARGEST: f64 = 4.0;

/// A rectangle of pixels, which may lie partly or wholly outside a canvas.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Area {
    /// Left column.
    pub x: i32,
    /// Top row.
    pub y: i32,
    /// Columns.
    pub width: u32,
    /// Rows.
    pub height: u32,
}

/// Which part of a source is shown, and where.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Placement {
    /// The part that is shown, in the source's own coordinates, before turn and mirror.
    pub window: Window,
    /// The layer's box on the canvas: what corners, border and shadow follow.
    pub frame: Area,
    /// What of the box the window fills; the rest is bars, which show what is below.
    pub target: Area,
    /// How the window is turned on its way to the target.
    pub turn: Turn,
    /// Whether left and right are swapped, after the turn.
    pub mirror: bool,
    /// Pixels of the canvas for one of a canvas of 720 lines.
    pub unit: f64,
    /// Pixels of the canvas for one of the source as if it had 720 lines.
    pub source_unit: f64,
}

impl Area {
    /// The whole of a canvas.
    pub const fn whole(size: Size) -> Self {
        Self { x: 0, y: 0, width: size.width, height: size.height }
    }

    /// The part that both have, if there is one.
    pub fn common(self, other: Self) -> Option<Self> {
        let (x, y) = (self.x.max(other.x), self.y.max(other.y));
        let right = (self.x + self.width as i32).min(other.x + other.width as i32);
        let bottom = (self.y + self.height as i32).min(other.y + other.height as i32);
        let sides = (u32::try_from(right - x).ok()?, u32::try_from(bottom - y).ok()?);
        let (width, height) = sides;
        (width > 0 && height > 0).then_some(Self { x, y, width, height })
    }
}

impl Layer {
    /// Where the layer lies, for a source and a canvas of these sizes.
    pub fn placement(&self, source: Size, canvas: Size) -> Placement {
        let cropped = cropped(self.crop, source);
        let frame = boxed(self.place, turned(shape(cropped), self.turn), canvas);
        let (window, target) = fitted(cropped, frame, self.fit, self.turn);
        let unit = f64::from(canvas.height) / LINES;
        let shown = turned((f64::from(target.width), f64::from(target.height)), self.turn);
        let across = shown.0 / f64::from(window.width);
        let down = shown.1 / f64::from(window.height);
        let source_unit = across.max(down) * f64::from(source.height) / LINES;
        let (turn, mirror) = (self.turn, self.mirror);
        Placement { window, frame, target, turn, mirror, unit, source_unit }
    }
}

impl Placement {
    /// A length of the layer's outline (corners, border, shadow) in pixels of the canvas.
    pub fn outline(&self, length: Length) -> f64 {
        length.of(f64::from(self.frame.width.min(self.frame.height)), self.unit)
    }
}

/// A whole source on a whole canvas.
pub fn filled(source: Size, canvas: Size, fit: Fit) -> (Window, Area) {
    fitted(Window::whole(source), Area::whole(canvas), fit, Turn::None)
}

fn shape(window: Window) -> (f64, f64) {
    (f64::from(window.width), f64::from(window.height))
}

fn turned<T>((width, height): (T, T), turn: Turn) -> (T, T) {
    if turn.is_sideways() { (height, width) } else { (width, height) }
}

/// What is left of a source. At least a pixel stays, however much is taken off.
fn cropped(crop: Crop, source: Size) -> Window {
    if crop == Crop::NONE {
        return Window::whole(source);
    }
    let unit = f64::from(source.height) / LINES;
    let (x, width) = left_over(crop.left, crop.right, f64::from(source.width), unit);
    let (y, height) = left_over(crop.top, crop.bottom, f64::from(source.height), unit);
    Window { x: x as f32, y: y as f32, width: width as f32, height: height as f32 }
}

/// Start and length of what two cuts leave of a side.
fn left_over(near: Length, far: Length, side: f64, unit: f64) -> (f64, f64) {
    let [near, far] = [near, far].map(|cut| cut.of(side, unit).clamp(0.0, side));
    let most = side - 1.0;
    let shrink = if near + far > most { most / (near + far) } else { 1.0 };
    (near * shrink, side - (near + far) * shrink)
}

/// The box of a place, for a source of a shape.
fn boxed(place: Place, shape: (f64, f64), canvas: Size) -> Area {
    let unit = f64::from(canvas.height) / LINES;
    let whole = (f64::from(canvas.width), f64::from(canvas.height));
    let width = place.width.map(|width| width.of(whole.0, unit));
    let height = place.height.map(|height| height.of(whole.1, unit));
    let (width, height) = match (width, height) {
        (None, None) => whole,
        (Some(width), None) => (width, width * shape.1 / shape.0),
        (None, Some(height)) => (height * shape.0 / shape.1, height),
        (Some(width), Some(height)) => (width, height),
    };
    let (across, down) = match place.margin {
        Margin::Both(margin) => (margin.of(whole.1, unit), margin.of(whole.1, unit)),
        Margin::Each(across, down) => (across.of(whole.0, unit), down.of(whole.1, unit)),
    };
    let (to_right, to_bottom) = place.anchor.direction();
    let (x, width) = side(to_right, width, across, canvas.width);
    let (y, height) = side(to_bottom, height, down, canvas.height);
    Area { x, y, width, height }
}

/// Start and length of one side of a box, both even, but for a box that ends with an odd canvas.
fn side(direction: i8, length: f64, margin: f64, canvas: u32) -> (i32, u32) {
    let whole = canvas + canvas % 2;
    let length = even(length.min(LARGEST * f64::from(whole))).max(2);
    let free = f64::from(whole) - f64::from(length);
    let start = match direction {
        -1 => margin,
        0 => free / 2.0 + margin,
        _ => free - margin,
    };
    // Where the middle falls between two even numbers, the lower is taken.
    let start = if direction == 0 { even_below(start) } else { even(start) };
    let over = start + length - canvas as i32;
    let length = if over == (whole - canvas) as i32 { length - over } else { length };
    (start, length.unsigned_abs())
}

/// The nearest even number.
fn even(value: f64) -> i32 {
    (value / 2.0).round() as i32 * 2
}

/// The greatest even number that is no greater.
fn even_below(value: f64) -> i32 {
    (value / 2.0).floor() as i32 * 2
}

/// The part of a window that is shown in a box, and the part of the box that it fills.
fn fitted(window: Window, frame: Area, fit: Fit, turn: Turn) -> (Window, Area) {
    let (from_width, from_height) = turned((window.width, window.height), turn);
    let (to_width, to_height) = (frame.width as f32, frame.height as f32);
    let (across, down) = (to_width / from_width, to_height / from_height);
    match fit {
        Fit::Stretch => (window, frame),
        Fit::Cover => {
            let scale = across.max(down);
            let (width, height) = turned((to_width / scale, to_height / scale), turn);
            let x = window.x + (window.width - width) / 2.0;
            let y = window.y + (window.height - height) / 2.0;
            (Window { x, y, width, height }, frame)
        }
        Fit::Contain => {
            let scale = across.min(down);
            let (x, width) = centred(from_width * scale, frame.width);
            let (y, height) = centred(from_height * scale, frame.height);
            (window, Area { x: frame.x + x, y: frame.y + y, width, height })
        }
    }
}

/// Start and length of a side in the middle of a longer one, both even unless they are all of it.
fn centred(length: f32, whole: u32) -> (i32, u32) {
    if length.round() as u32 >= whole {
        return (0, whole);
    }
    let length = even(f64::from(length)).max(2).unsigned_abs().min(whole);
    (even_below(f64::from(whole - length) / 2.0), length)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Anchor, LayerId, LayerSource};
    use proptest::prelude::*;

    const HD: Size = Size { width: 1280, height: 720 };

    fn size(width: u32, height: u32) -> Size {
        Size { width, height }
    }

    fn area(x: i32, y: i32, width: u32, height: u32) -> Area {
        Area { x, y, width, height }
    }

    fn layer() -> Layer {
        Layer::new(LayerId::camera(), LayerSource::Camera)
    }

    fn placed(change: impl FnOnce(&mut Layer)) -> Layer {
        let mut layer = layer();
        change(&mut layer);
        layer
    }

    fn at(anchor: Anchor, width: &str, margin: &str) -> Place {
        let width = Some(width.parse().unwrap());
        let margin = Margin::Both(margin.parse().unwrap());
        Place { anchor, width, margin, ..Place::default() }
    }

    #[test]
    fn a_plain_layer_fills_the_canvas() {
        for canvas in [HD, size(641, 361), size(1, 1)] {
            let placement = layer().placement(canvas, canvas);
            assert_eq!(placement.frame, Area::whole(canvas));
            assert_eq!(placement.target, placement.frame);
            assert_eq!(placement.window, Window::whole(canvas));
            assert_eq!(placement.unit, f64::from(canvas.height) / 720.0);
            assert_eq!(placement.source_unit, placement.unit);
        }
        let (window, target) = filled(size(4000, 3000), HD, Fit::Cover);
        assert_eq!(target, Area::whole(HD));
        assert_eq!(window, Window { x: 0.0, y: 375.0, width: 4000.0, height: 2250.0 });
        let (window, target) = filled(size(4000, 3000), HD, Fit::Contain);
        assert_eq!((window, target), (Window::whole(size(4000, 3000)), area(160, 0, 960, 720)));
    }

    #[test]
    fn every_anchor_has_its_corner() {
        let boxes = Anchor::ALL.into_iter().map(|anchor| {
            let layer = placed(|layer| layer.place = at(anchor, "25%", "10%"));
            let Area { x, y, width, height } = layer.placement(HD, HD).frame;
            assert_eq!((width, height), (320, 180));
            (x, y)
        });
        let expected = [
            [(72, 72), (552, 72), (888, 72)],
            [(72, 342), (552, 342), (888, 342)],
            [(72, 468), (552, 468), (888, 468)],
        ];
        assert_eq!(boxes.collect::<Vec<_>>(), expected.concat());
    }

    #[test]
    fn one_side_follows_the_shape_of_what_is_shown() {
        let tall = placed(|layer| {
            layer.place = at(Anchor::BottomRight, "40%", "2%");
            layer.turn = Turn::Right;
        });
        let frame = tall.placement(HD, HD).frame;
        assert_eq!((frame.width, frame.height), (512, 910));
        let half = placed(|layer| {
            layer.place.height = Some(Length::Pixels(360.0));
            layer.crop.left = Length::Percent(50.0);
        });
        let placement = half.placement(size(640, 360), size(1920, 1080));
        assert_eq!((placement.frame.width, placement.frame.height), (480, 540));
        assert_eq!(placement.window, Window { x: 320.0, y: 0.0, width: 320.0, height: 360.0 });
        assert_eq!(placement.source_unit, 1.5 * 360.0 / 720.0);
    }

    #[test]
    fn a_turned_source_is_fitted_as_it_is_shown() {
        let mut layer = placed(|layer| layer.turn = Turn::Left);
        let placement = layer.placement(HD, HD);
        assert_eq!(placement.target, Area::whole(HD));
        assert_eq!(placement.window, Window { x: 437.5, y: 0.0, width: 405.0, height: 720.0 });
        layer.fit = Fit::Contain;
        assert_eq!(layer.placement(HD, HD).target, area(436, 0, 406, 720));
        layer.fit = Fit::Stretch;
        assert_eq!(layer.placement(HD, HD).window, Window::whole(HD));
    }

    #[test]
    fn pixels_are_those_of_720_lines() {
        let layer = placed(|layer| layer.place = at(Anchor::TopLeft, "100px", "10"));
        let frame = layer.placement(HD, size(2560, 1440)).frame;
        assert_eq!((frame.x, frame.y, frame.width), (20, 20, 200));
        let placement = layer.placement(HD, HD);
        assert_eq!(placement.outline(Length::Percent(50.0)), 28.0);
    }

    #[test]
    fn each_margin_is_a_share_of_its_own_side() {
        let mut layer = placed(|layer| layer.place = at(Anchor::TopLeft, "50%", "0"));
        layer.place.margin = Margin::Each(Length::Percent(-50.0), Length::Percent(10.0));
        assert_eq!(layer.placement(HD, HD).frame, area(-640, 72, 640, 360));
        assert_eq!(area(-640, 72, 640, 360).common(Area::whole(HD)), None);
        assert_eq!(area(-2, 700, 640, 360).common(Area::whole(HD)), Some(area(0, 700, 638, 20)));
    }

    #[test]
    fn an_odd_edge_counts_as_even() {
        let layer = placed(|layer| layer.place = at(Anchor::BottomRight, "200px", "0"));
        let canvas = size(641, 721);
        let frame = layer.placement(HD, canvas).frame;
        assert_eq!((frame.x, frame.width), (442, 199));
        assert_eq!(frame.y + frame.height as i32, 721);
    }

    fn lengths(low: f32, high: f32) -> impl Strategy<Value = Length> {
        prop_oneof![
            (low..=high).prop_map(Length::Percent),
            (low * 16.0..=high * 16.0).prop_map(Length::Pixels),
        ]
    }

    fn sizes() -> impl Strategy<Value = Size> {
        let side = || prop_oneof![1_u32..=9, 1_u32..=16_384];
        (side(), side()).prop_map(|(width, height)| Size { width, height })
    }

    fn places() -> impl Strategy<Value = Place> {
        let anchor = proptest::sample::select(&Anchor::ALL[..]);
        let side = || proptest::option::of(lengths(0.0, 400.0));
        let margin = prop_oneof![
            lengths(-100.0, 100.0).prop_map(Margin::Both),
            (lengths(-100.0, 100.0), lengths(-100.0, 100.0)).prop_map(|(x, y)| Margin::Each(x, y)),
        ];
        (anchor, side(), side(), margin).prop_map(|(anchor, width, height, margin)| Place {
            anchor,
            width,
            height,
            margin,
        })
    }

    fn layers() -> impl Strategy<Value = Layer> {
        let crop = [lengths(0.0, 100.0), lengths(0.0, 100.0)];
        let [near, far] = crop;
        let crop = (near, far).prop_map(|(near, far)| Crop {
            left: near,
            top: far,
            right: far,
            bottom: near,
        });
        let crop = prop_oneof![Just(Crop::NONE), crop];
        let fit = proptest::sample::select(&Fit::ALL[..]);
        let turn = proptest::sample::select(&Turn::ALL[..]);
        (places(), crop, fit, turn).prop_map(|(place, crop, fit, turn)| {
            placed(|layer| {
                (layer.place, layer.crop, layer.fit, layer.turn) = (place, crop, fit, turn);
            })
        })
    }

    proptest! {
        #[test]
        fn windows_lie_in_their_source_and_targets_in_their_boxes(
            layer in layers(),
            source in sizes(),
            canvas in sizes(),
        ) {
            let Placement { window, frame, target, source_unit, .. } = layer.placement(source, canvas);
            let slack = |side: u32| side as f32 * 1e-5 + 1e-3;
            prop_assert!(window.width > 0.0 && window.height > 0.0, "{window:?}");
            prop_assert!(window.x >= -slack(source.width) && window.y >= -slack(source.height));
            prop_assert!(window.x + window.width <= source.width as f32 + slack(source.width));
            prop_assert!(window.y + window.height <= source.height as f32 + slack(source.height));
            prop_assert_eq!(target.common(frame), Some(target));
            prop_assert!(source_unit.is_finite() && source_unit > 0.0);
            for area in [frame, target] {
                prop_assert!(area.x % 2 == 0 && area.y % 2 == 0, "{area:?}");
                let ends = [area.x + area.width as i32, area.y + area.height as i32];
                for (end, edge) in ends.into_iter().zip([canvas.width, canvas.height]) {
                    prop_assert!(end % 2 == 0 || end == edge as i32, "{area:?} on {canvas}");
                }
            }
        }

        #[test]
        fn shapes_are_kept_but_for_rounding(layer in layers(), source in sizes(), canvas in sizes()) {
            let Placement { window, target, turn, .. } = layer.placement(source, canvas);
            if layer.fit == Fit::Stretch || target.width.min(target.height) < 16 {
                return Ok(());
            }
            let (width, height) = turned(shape(window), turn);
            let across = f64::from(target.width) / width;
            let down = f64::from(target.height) / height;
            let slack = 1.0 + 2.0 / f64::from(target.width.min(target.height));
            prop_assert!(across / down < slack && down / across < slack, "{across} {down}");
        }
    }
}
