//! These tests don't run the network: they test refinement on masks drawn by formula.

use super::edge::Edge;
use super::*;
use backlot_media::PixelFormat;

fn size(width: u32, height: u32) -> Size {
    Size::new(width, height).unwrap()
}

/// How much of the pixel or cell at `x`, `y` (shares of the sides) is inside a disc.
fn disc(x: f32, y: f32, softness: f32) -> f32 {
    let distance = (x - 0.5).hypot(y - 0.5);
    ((0.3 - distance) / softness + 0.5).clamp(0.0, 1.0)
}

/// A frame of two colours, blended by a disc with a sharp edge.
fn two_colours(size: Size) -> Frame {
    let mut frame = Frame::new(PixelFormat::I420, size);
    for (mut plane, [room, person]) in
        frame.yuv_mut().into_iter().zip([[60, 180], [150, 110], [90, 140]])
    {
        let (width, height) = (plane.width(), plane.height());
        for (y, row) in plane.rows_mut().enumerate() {
            for (x, value) in row.iter_mut().enumerate() {
                let (x, y) = (x as f32 + 0.5, y as f32 + 0.5);
                let share = disc(x / width as f32, y / height as f32, 0.005);
                let mix = room as f32 + (person - room) as f32 * share;
                *value = mix.round() as u8;
            }
        }
    }
    frame
}

fn mask(geometry: Geometry, softness: f32) -> Vec<f32> {
    let at = |i: usize, n: usize| (i as f32 + 0.5) / n as f32;
    let grid = geometry.grid;
    (0..geometry.cells())
        .map(|i| disc(at(i % grid.0, grid.0), at(i / grid.0, grid.1), softness))
        .collect()
}

/// The mean difference from the disc, in code values.
fn error(matte: &Matte) -> f64 {
    let (width, height) = (matte.size().width as f32, matte.size().height as f32);
    let mut sum = 0.0;
    for (y, row) in matte.plane().rows().enumerate() {
        for (x, &value) in row.iter().enumerate() {
            let truth = disc((x as f32 + 0.5) / width, (y as f32 + 0.5) / height, 0.005);
            sum += f64::from((f32::from(value) - 255.0 * truth).abs());
        }
    }
    sum / matte.size().pixels() as f64
}

#[test]
fn colours_bring_the_edge_closer_to_the_truth() {
    let size = size(400, 400);
    let geometry = Geometry { picture: size, factor: 4, grid: (100, 100) };
    let (frame, mask) = (two_colours(size), mask(geometry, 0.06));
    let mut edge = Edge::new(geometry);
    let errors = [0.0, 0.5, 1.0].map(|strength| {
        let mut matte = Matte::new(size);
        edge.run(&mask, &frame, strength, matte.plane_mut());
        error(&matte)
    });
    assert!(errors[1] < 0.8 * errors[0] && errors[2] < 0.6 * errors[0], "{errors:?}");
}

#[test]
fn blocks_leave_no_seams() {
    let size = size(300, 200);
    let frame = two_colours(size);
    let geometry = Geometry { picture: size, factor: 4, grid: (75, 50) };
    let cells = mask(geometry, 0.06);
    let mut matte = Matte::new(size);
    Edge::new(geometry).run(&cells, &frame, 1.0, matte.plane_mut());
    let row: Vec<u8> = matte.plane().row(100).to_vec();
    let mirrored: Vec<u8> = row.iter().rev().copied().collect();
    let differs = row.iter().zip(&mirrored).map(|(a, b)| a.abs_diff(*b)).max();
    assert!(differs <= Some(6), "a symmetric picture has a symmetric matte: {differs:?}");
}

#[test]
fn an_empty_mask_gives_an_empty_matte_at_every_size() {
    for (width, height) in [(1, 1), (2, 3), (97, 1), (1, 200), (641, 33), (1281, 721)] {
        let size = size(width, height);
        let geometry = Geometry::new(size);
        let frame = two_colours(size);
        let mut matte = Matte::new(size);
        matte.plane_mut().fill(77);
        let mut edge = Edge::new(geometry);
        edge.run(&vec![0.0; geometry.cells()], &frame, 1.0, matte.plane_mut());
        assert_eq!(matte.coverage(), 0.0, "{size}");
        edge.run(&vec![1.0; geometry.cells()], &frame, 1.0, matte.plane_mut());
        assert_eq!(matte.coverage(), 1.0, "{size}");
        edge.run(&vec![0.5; geometry.cells()], &frame, 1.0, matte.plane_mut());
        assert!((matte.coverage() - 0.5).abs() < 0.01, "{size}: {}", matte.coverage());
    }
}
