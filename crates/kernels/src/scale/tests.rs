//! Scaling against the formula in double precision.

use super::*;

fn size(width: u32, height: u32) -> Size {
    Size::new(width, height).unwrap()
}

fn noise(size: Size) -> Frame {
    let mut frame = Frame::new(PixelFormat::I420, size);
    let mut state = 1_u32;
    for byte in frame.bytes_mut() {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        *byte = (state >> 24) as u8;
    }
    frame
}

/// The pixels and weights of an axis at a place in source pixels.
fn weights(centre: f64, step: f64) -> Vec<(isize, f64)> {
    if step > 1.0 {
        let (from, to) = (centre - step / 2.0, centre + step / 2.0);
        let pixels = from.floor() as isize..=to.ceil() as isize;
        let part = |p: isize| (to.min(p as f64 + 1.0) - from.max(p as f64)).max(0.0) / step;
        return pixels.map(|p| (p, part(p))).collect();
    }
    let left = (centre - 0.5).floor();
    let t = centre - 0.5 - left;
    let cubic = [
        -0.5 * t + t * t - 0.5 * t.powi(3),
        1.0 - 2.5 * t * t + 1.5 * t.powi(3),
        0.5 * t + 2.0 * t * t - 1.5 * t.powi(3),
        -0.5 * t * t + 0.5 * t.powi(3),
    ];
    (left as isize - 1..).zip(cubic).collect()
}

fn oracle(plane: Plane<'_>, (x, step_x): (f64, f64), (y, step_y): (f64, f64)) -> f64 {
    let columns = weights(x, step_x);
    let mut sum = 0.0;
    for (row, row_weight) in weights(y, step_y) {
        for &(column, weight) in &columns {
            sum += row_weight * weight * f64::from(plane.at_clamped(column, row));
        }
    }
    sum.clamp(0.0, 255.0)
}

/// Half a code value of rounding, plus the error of fixed point.
const TOLERANCE: f64 = 0.6;

fn check(from: Size, window: Window, to: Size, rect: Rect) {
    let source = noise(from);
    let mut results = Vec::new();
    for level in Level::available() {
        let mut target = Frame::new(PixelFormat::I420, to);
        target.bytes_mut().fill(0xa5);
        Scaler::placed((from, window), (to, rect), level).run(&source, &mut target);
        results.push(target);
    }
    assert!(results.windows(2).all(|pair| pair[0].bytes() == pair[1].bytes()), "levels differ");
    for plane in 0..3 {
        check_plane(source.plane(plane), window, &mut results[0], rect, plane);
    }
}

fn check_plane(source: Plane<'_>, window: Window, found: &mut Frame, rect: Rect, plane: usize) {
    let sub = if plane == 0 { 1.0 } else { 2.0 };
    let place = |i: usize, (at, length): (f32, f32), (first, span): (u32, u32)| {
        let step = f64::from(length) / f64::from(span);
        let pixel = (i as f64 + 0.5) * sub - f64::from(first);
        ((f64::from(at) + pixel * step) / sub, step)
    };
    let covers = |i: usize, (first, span): (u32, u32)| {
        let (from, to) = (i as f64 * sub, (i as f64 + 1.0) * sub);
        from < f64::from(first + span) && to > f64::from(first)
    };
    let found = found.plane(plane);
    for (y, row) in found.data().chunks(found.stride()).enumerate() {
        for (x, &value) in row.iter().enumerate() {
            let (columns, rows) = ((rect.x, rect.width), (rect.y, rect.height));
            if !(covers(x, columns) && covers(y, rows)) {
                assert_eq!(value, 0xa5, "{x},{y} of plane {plane} is outside");
                continue;
            }
            let across = place(x, (window.x, window.width), columns);
            let down = place(y, (window.y, window.height), rows);
            let expected = oracle(source, across, down);
            let off = (f64::from(value) - expected).abs();
            assert!(off <= TOLERANCE, "{window:?} to {rect:?}, {x},{y}: {value} for {expected}");
        }
    }
}

#[test]
fn every_width_is_the_exact_value_within_rounding() {
    for width in 1..=130 {
        let to = size(width, 1 + width % 9);
        check(size(60, 5), Window::whole(size(60, 5)), to, to.rect());
        check(to, Window::whole(to), size(47, 6), size(47, 6).rect());
    }
}

#[test]
fn sizes_of_pictures_and_single_pixels() {
    let sides = [(1, 1), (2, 2), (1, 40), (64, 36), (333, 17), (200, 113)];
    for from in sides.map(|(w, h)| size(w, h)) {
        for to in sides.map(|(w, h)| size(w, h)) {
            check(from, Window::whole(from), to, to.rect());
        }
    }
}

#[test]
fn half_and_double_the_size_are_made_in_rhythm() {
    for (from, to) in [((320, 90), (640, 180)), ((640, 180), (320, 90)), ((322, 18), (161, 9))] {
        let (from, to) = (size(from.0, from.1), size(to.0, to.1));
        let columns = &Scaler::new(from, to, Level::best()).luma.columns;
        let rhythm = columns.rhythm.clone().expect("a rhythm");
        assert!(rhythm.range.len() + 16 > to.width as usize, "{rhythm:?}");
        check(from, Window::whole(from), to, to.rect());
    }
    let odd = Scaler::new(size(320, 90), size(500, 90), Level::best());
    assert_eq!(odd.luma.columns.rhythm, None);
}

#[test]
fn means_of_blocks_have_the_bytes_that_weights_give() {
    let whole = |side: u32| (size(side, 36 * side / 64), None);
    let part = Window { x: 8.0, y: 4.0, width: 160.0, height: 80.0 };
    for (factor, (from, window)) in
        [(2, whole(320)), (4, whole(640)), (4, whole(648)), (2, (size(200, 96), Some(part)))]
    {
        let window = window.unwrap_or(Window::whole(from));
        let to = size(window.width as u32 / factor, window.height as u32 / factor);
        let source = noise(from);
        for level in Level::available() {
            let mut scaler = Scaler::placed((from, window), (to, to.rect()), level);
            assert_eq!(scaler.luma.block, Some(factor as usize), "{from} to {to}");
            let frames = [(), ()].map(|()| {
                let mut target = Frame::new(PixelFormat::I420, to);
                scaler.run(&source, &mut target);
                (scaler.luma.block, scaler.chroma.block) = (None, None);
                target
            });
            assert!(frames[0].bytes() == frames[1].bytes(), "{level} {from} to {to}");
        }
    }
    assert_eq!(Scaler::new(size(640, 360), size(160, 91), Level::best()).luma.block, None);
}

#[test]
fn windows_are_cut_out_and_rectangles_kept() {
    let window = Window { x: 10.3, y: 4.75, width: 77.7, height: 40.2 };
    for rect in [
        Rect { x: 0, y: 0, width: 30, height: 20 },
        Rect { x: 3, y: 5, width: 21, height: 9 },
        Rect { x: 1, y: 1, width: 120, height: 77 },
        Rect { x: 99, y: 79, width: 31, height: 1 },
    ] {
        check(size(128, 70), window, size(130, 80), rect);
    }
    let beyond = Window { x: -8.0, y: 60.0, width: 30.0, height: 20.0 };
    check(size(128, 70), beyond, size(40, 30), size(40, 30).rect());
}

#[test]
fn the_untouched_rest_is_reported() {
    let (from, to) = (size(16, 9), size(31, 18));
    let covers = |x, y, width, height| {
        let rect = Rect { x, y, width, height };
        Scaler::placed((from, Window::whole(from)), (to, rect), Level::best()).covers_target()
    };
    assert!(covers(0, 0, 31, 18) && Scaler::new(from, to, Level::best()).covers_target());
    let edges = [(1, 0, 30, 18), (0, 1, 31, 17), (0, 0, 30, 18), (0, 0, 31, 17)];
    assert!(edges.iter().all(|&(x, y, w, h)| !covers(x, y, w, h)));
}

#[test]
fn the_same_size_is_a_copy() {
    let size = size(77, 31);
    let source = noise(size);
    let mut target = Frame::new(PixelFormat::I420, size);
    let mut scaler = Scaler::new(size, size, Level::best());
    scaler.run(&source, &mut target);
    for plane in 0..3 {
        assert!(target.plane(plane).rows().eq(source.plane(plane).rows()));
    }
    let mut luma = vec![0; size.pixels()];
    scaler.run_plane(source.plane(0), size.plane_mut(&mut luma));
    assert!(size.plane(&luma).rows().eq(source.plane(0).rows()));
}

#[test]
fn even_colours_stay() {
    let (from, to) = (size(50, 40), size(81, 23));
    let mut source = Frame::new(PixelFormat::I420, from);
    for (value, mut plane) in [255, 0, 131].into_iter().zip(source.yuv_mut()) {
        plane.fill(value);
    }
    let mut target = Frame::new(PixelFormat::I420, to);
    Scaler::new(from, to, Level::best()).run(&source, &mut target);
    for (value, plane) in [255, 0, 131].into_iter().zip(target.yuv()) {
        assert!(plane.rows().all(|row| row.iter().all(|&v| v == value)));
    }
}

#[test]
#[should_panic(expected = "is not inside")]
fn a_rectangle_outside_the_target_is_refused() {
    let rect = Rect { x: 3, y: 0, width: 8, height: 8 };
    let from = size(4, 4);
    Scaler::placed((from, Window::whole(from)), (size(10, 10), rect), Level::best());
}

/// A picture's size, a window of it, and the size to which that is scaled.
type Form = ((u32, u32), (f32, f32, f32, f32), (u32, u32));

/// Axes of every kind: means of blocks, both rhythms, shifts, weights in any number, windows beyond the edge.
const FORMS: [Form; 13] = [
    ((256, 192), (0.0, 0.0, 256.0, 192.0), (128, 96)),
    ((256, 192), (0.0, 0.0, 256.0, 192.0), (64, 48)),
    ((130, 94), (0.0, 0.0, 130.0, 94.0), (260, 188)),
    ((260, 96), (0.5, 0.0, 256.0, 96.0), (128, 48)),
    ((200, 100), (8.0, 6.0, 150.0, 80.0), (150, 80)),
    ((200, 100), (3.5, 6.25, 150.0, 80.0), (150, 80)),
    ((200, 100), (0.0, 0.0, 200.0, 100.0), (133, 67)),
    ((200, 100), (10.3, 7.7, 120.0, 70.0), (111, 63)),
    ((201, 101), (0.0, 0.0, 201.0, 101.0), (77, 39)),
    ((90, 50), (0.0, 0.0, 90.0, 50.0), (320, 178)),
    ((90, 50), (-20.0, -10.0, 140.0, 80.0), (99, 55)),
    ((300, 200), (0.0, 0.0, 300.0, 200.0), (31, 21)),
    ((160, 96), (16.0, 8.0, 96.0, 64.0), (144, 96)),
];

#[test]
fn a_part_is_that_of_the_whole_and_reads_no_more_than_it_says() {
    for level in Level::available() {
        for ((from, window, to), seed) in FORMS.into_iter().zip(1_u32..) {
            let (from, to) = (size(from.0, from.1), size(to.0, to.1));
            let (x, y, width, height) = window;
            let window = Window { x, y, width, height };
            let mut scaler = Scaler::placed((from, window), (to, to.rect()), level);
            let source = noise(from);
            let mut whole = Frame::new(PixelFormat::I420, to);
            scaler.run(&source, &mut whole);
            let mut state = seed;
            let mut next = |below: u32| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (state >> 8) % below
            };
            for _ in 0..40 {
                let (x, y) = (next(to.width) & !1, next(to.height) & !1);
                let (width, height) =
                    ((next(to.width - x) + 2) & !1, (next(to.height - y) + 2) & !1);
                let (width, height) = (width.min(to.width - x), height.min(to.height - y));
                let part = Rect { x, y, width, height };
                check_part(&mut scaler, (&source, &whole), part);
            }
            check_part(&mut scaler, (&source, &whole), to.rect());
        }
    }
}

/// Scales a part from a picture of which nothing else than what is read for it is there.
fn check_part(scaler: &mut Scaler, (source, whole): (&Frame, &Frame), part: Rect) {
    let read = scaler.reads(part);
    let mut needed = Frame::new(PixelFormat::I420, source.size());
    needed.bytes_mut().fill(0x3c);
    let mut found = Frame::new(PixelFormat::I420, whole.size());
    found.bytes_mut().fill(0xa5);
    let holds = |rect: Rect, sub: u32, x: usize, y: usize| {
        let inside = |at: usize, from: u32, length: u32| {
            (from / sub..(from + length).div_ceil(sub)).contains(&(at as u32))
        };
        inside(x, rect.x, rect.width) && inside(y, rect.y, rect.height)
    };
    for (index, sub) in [(0, 1), (1, 2), (2, 2)] {
        for (y, row) in needed.plane_mut(index).rows_mut().enumerate() {
            for (x, value) in row.iter_mut().enumerate().filter(|(x, _)| holds(read, sub, *x, y)) {
                *value = source.plane(index).row(y)[x];
            }
        }
    }
    scaler.run_part(&needed, part, &mut found);
    for (index, sub) in [(0, 1), (1, 2), (2, 2)] {
        for (y, row) in found.plane(index).rows().enumerate() {
            for (x, &value) in row.iter().enumerate() {
                let is_in = holds(part, sub, x, y);
                let expected = if is_in { whole.plane(index).row(y)[x] } else { 0xa5 };
                assert_eq!(value, expected, "{part:?} of {}, {index}: {x},{y}", whole.size());
            }
        }
    }
    let far = |length: u32, part: u32| length as f32 - part as f32 * scaler.step();
    let reach = scaler.reach() as f32;
    assert!(far(read.width, part.width) <= reach && far(read.height, part.height) <= reach);
}
