//! The operations along the edge of a person's matte in a 1280x720 picture, at each level.

use backlot_kernels::Level;
use backlot_kernels::edge::{
    Cell, EdgeRows, Light, Mixture, Moments, cell_means, cell_means_where, mark_edge, moments,
    solve, unmix, wrap_chroma, wrap_luma,
};
use backlot_media::{Frame, Matte, PixelFormat, Size};
use criterion::{Criterion, criterion_group, criterion_main};

const SIZE: Size = Size { width: 1280, height: 720 };

fn noise(seed: usize) -> Frame {
    let mut frame = Frame::new(PixelFormat::I420, SIZE);
    for (i, byte) in frame.bytes_mut().iter_mut().enumerate() {
        *byte = ((i + seed) * 7919 % 251) as u8;
    }
    frame
}

/// A head and shoulders with an edge of 12 pixels.
fn person() -> Matte {
    let mut matte = Matte::new(SIZE);
    for (y, row) in matte.plane_mut().rows_mut().enumerate() {
        for (x, value) in row.iter_mut().enumerate() {
            let (x, y) = (x as f32, y as f32);
            let head = 160.0 - (x - 640.0).hypot(y - 260.0);
            let body = 360.0 - (x - 640.0).hypot((y - 760.0) * 0.9);
            *value = (head.max(body) / 12.0 * 255.0 + 127.5).clamp(0.0, 255.0) as u8;
        }
    }
    matte
}

/// The steps of cleaning, in cells of 16.
fn cleaning(c: &mut Criterion) {
    let (mut picture, matte) = (noise(0), person());
    let matte = matte.plane();
    let cells = Cell::Of16.count((1280, 720));
    let count = cells.0 * cells.1;
    let (mut means, mut marks, mut sums) = (vec![0.0; count], vec![0; count], vec![0; 1280]);
    let mut grids: Moments = std::array::from_fn(|_| vec![0.0; count]);
    let mut sides: [[Vec<f32>; 3]; 2] =
        std::array::from_fn(|_| std::array::from_fn(|_| vec![0.0; count]));
    let mut rows = EdgeRows::new(1280);
    for level in Level::available() {
        let name = |kernel: &str| format!("edge {kernel}/{level}");
        c.bench_function(&name("cell means of 16"), |b| {
            b.iter(|| cell_means(level, matte, Cell::Of16, &mut sums, &mut means));
        });
        mark_edge(&means, cells, 1, &mut marks);
        c.bench_function(&name("moments"), |b| {
            let picture = picture.yuv();
            b.iter(|| moments(level, picture, matte, Cell::Of16, &marks, &mut rows, &mut grids));
        });
        c.bench_function(&name("solve"), |b| {
            let [foreground, background] = &mut sides;
            b.iter(|| solve(level, &grids, 0.01, foreground, background));
        });
        for (plane, cell) in [(0, Cell::Of16), (1, Cell::Of8)] {
            let mixture = Mixture {
                matte,
                cell,
                means: &means,
                foreground: &sides[0][plane],
                background: &sides[1][plane],
                amount: 1.0,
            };
            c.bench_function(&name(["unmix luma", "unmix chroma"][plane]), |b| {
                b.iter(|| unmix(level, picture.plane_mut(plane), &mixture, &mut rows));
            });
        }
    }
}

/// The steps of the light wrap, in cells of 8.
fn wrapping(c: &mut Criterion) {
    let (mut picture, background, matte) = (noise(0), noise(99), person());
    let cells = Cell::Of8.count((1280, 720));
    let count = cells.0 * cells.1;
    let (mut means, mut marks, mut sums) = (vec![0.0; count], vec![0; count], vec![0; 1280]);
    let mut light = vec![0.0; count];
    let colors = [vec![5.0; count], vec![-5.0; count]];
    let mut rows = EdgeRows::new(1280);
    for level in Level::available() {
        let name = |kernel: &str| format!("edge {kernel}/{level}");
        cell_means(level, matte.plane(), Cell::Of8, &mut sums, &mut means);
        c.bench_function(&name("mark"), |b| {
            b.iter(|| mark_edge(&means, cells, 1, &mut marks));
        });
        c.bench_function(&name("cell means of 8 where marked"), |b| {
            let plane = background.plane(0);
            b.iter(|| cell_means_where(plane, Cell::Of8, &marks, &mut light));
        });
        light.iter_mut().for_each(|v| *v /= 512.0);
        let light = Light { cell: Cell::Of8, marks: &marks, luma: &light, ends: [16.0, 235.0] };
        c.bench_function(&name("wrap luma"), |b| {
            b.iter(|| wrap_luma(level, picture.plane_mut(0), light, &mut rows));
        });
        let light = Light { cell: Cell::Of4, ..light };
        let [y, mut cb, mut cr] = picture.yuv_mut();
        c.bench_function(&name("wrap chroma"), |b| {
            let colors = [&colors[0][..], &colors[1]];
            b.iter(|| {
                let planes = [cb.reborrow(), cr.reborrow()];
                wrap_chroma(level, planes, y.as_ref(), light, colors, &mut rows);
            });
        });
    }
}

criterion_group!(benches, cleaning, wrapping);
criterion_main!(benches);
