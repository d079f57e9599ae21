//! The network's windows: the persons' box, boxes around it, and overlapping tiles of it.

use crate::geometry::Geometry;
use backlot_media::{Size, Window};

/// Values above this count as person for the box around them.
const PERSON: f32 = 0.5;

/// The smallest window around all cells of a mask that are person, in the picture's pixels.
pub fn around_persons(mask: &[f32], geometry: Geometry) -> Option<Window> {
    let Geometry { picture, factor, grid: (columns, rows) } = geometry;
    let (mut left, mut right, mut top, mut bottom) = (columns, 0, rows, 0);
    for (y, row) in mask.chunks_exact(columns).enumerate() {
        let Some(first) = row.iter().position(|&v| v > PERSON) else { continue };
        let last = row.iter().rposition(|&v| v > PERSON).unwrap_or(first);
        (left, right) = (left.min(first), right.max(last + 1));
        (top, bottom) = (top.min(y), y + 1);
    }
    if bottom == 0 {
        return None;
    }
    let side = |from: usize, to: usize| ((from * factor) as f32, ((to - from) * factor) as f32);
    let ((x, width), (y, height)) = (side(left, right), side(top, bottom));
    Some(grown(Window { x, y, width, height }, 0.0, picture))
}

/// A window with `margin` of its sides added on each side, within the picture.
pub fn grown(window: Window, margin: f32, picture: Size) -> Window {
    let side = |from: f32, length: f32, most: f32| {
        let start = (from - margin * length).clamp(0.0, most);
        let end = (from + (1.0 + margin) * length).clamp(start, most);
        (start, (end - start).max(1.0).min(most))
    };
    let (x, width) = side(window.x, window.width, picture.width as f32);
    let (y, height) = side(window.y, window.height, picture.height as f32);
    Window { x, y, width, height }
}

/// `count` by `count` tiles of a window, each `share` of its sides long, spread evenly.
pub fn tiles(window: Window, count: usize, share: f32) -> impl Iterator<Item = Window> {
    let (width, height) = (window.width * share, window.height * share);
    let step = 1.0 / (count.max(2) - 1) as f32;
    let place = move |n: usize, from: f32, room: f32| from + room * n as f32 * step;
    (0..count * count).map(move |n| Window {
        x: place(n % count, window.x, window.width - width),
        y: place(n / count, window.y, window.height - height),
        width,
        height,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_box_holds_all_persons() {
        let size = Size::new(80, 40).unwrap();
        let geometry = Geometry { picture: size, factor: 10, grid: (8, 4) };
        let mut mask = vec![0.0; 8 * 4];
        assert_eq!(around_persons(&mask, geometry), None);
        (mask[8 + 2], mask[16 + 5]) = (0.9, 0.6);
        let window = Window { x: 20.0, y: 10.0, width: 40.0, height: 20.0 };
        assert_eq!(around_persons(&mask, geometry), Some(window));
    }

    #[test]
    fn windows_stay_in_the_picture() {
        let size = Size::new(80, 40).unwrap();
        let window = Window { x: 10.0, y: 20.0, width: 60.0, height: 20.0 };
        let expected = Window { x: 0.0, y: 10.0, width: 80.0, height: 30.0 };
        assert_eq!(grown(window, 0.5, size), expected);
        let one = Size::new(1, 1).unwrap();
        let pixel = Window { x: 0.0, y: 0.0, width: 1.0, height: 1.0 };
        assert_eq!(grown(pixel, 0.2, one), pixel);
    }

    #[test]
    fn tiles_reach_from_edge_to_edge() {
        let window = Window { x: 10.0, y: 0.0, width: 100.0, height: 50.0 };
        let all: Vec<_> = tiles(window, 3, 0.5).collect();
        assert_eq!(all.len(), 9);
        assert_eq!(all[4], Window { x: 35.0, y: 12.5, width: 50.0, height: 25.0 });
        assert_eq!((all[8].x + all[8].width, all[8].y + all[8].height), (110.0, 50.0));
    }
}
