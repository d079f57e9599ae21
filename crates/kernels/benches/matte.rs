//! The cost of a live matte at 1280x720, by kernel and level.

use backlot_kernels::matte::{
    Axis, Band, Edge, Guide, RowFields, Threshold, blur, difference, lerp_row, luma_means,
    mix_rows, spread, update,
};
use backlot_kernels::{Level, NetworkInput};
use backlot_media::{ColorSpace, Frame, Matte, PixelFormat, Size, Window};
use criterion::{Criterion, criterion_group, criterion_main};
use std::hint::black_box;

const SIZE: Size = Size { width: 1280, height: 720 };
const FACTOR: usize = 4;
const GRID: (usize, usize) = (320, 180);
const CELLS: usize = GRID.0 * GRID.1;

fn frame() -> Frame {
    let mut frame = Frame::new(PixelFormat::I420, SIZE);
    let mut state = 1_u32;
    for byte in frame.bytes_mut() {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        *byte = (state >> 26) as u8 + 90;
    }
    frame
}

/// A person with a soft edge: a head over shoulders.
fn person() -> Vec<f32> {
    let cell = |i: usize| {
        let (x, y) = ((i % GRID.0) as f32 - 160.0, (i / GRID.0) as f32);
        let head = 40.0 - (x * x + (y - 60.0) * (y - 60.0)).sqrt();
        let body = (y - 100.0).min(90.0 - x.abs());
        (0.5 + 0.15 * head.max(body)).clamp(0.0, 1.0)
    };
    (0..CELLS).map(cell).collect()
}

fn input(c: &mut Criterion) {
    let frame = frame();
    let mut group = c.benchmark_group("network input 256x144");
    let whole = Window::whole(SIZE);
    let part = Window { x: 300.0, y: 60.0, width: 640.0, height: 660.0 };
    for (name, window) in [("whole", whole), ("box", part)] {
        for level in Level::available() {
            let mut input = NetworkInput::new(SIZE, 256, 144);
            let mut out = vec![0.0; 3 * 256 * 144];
            group.bench_function(format!("{name}/{level}"), |b| {
                b.iter(|| input.run(level, frame.yuv(), ColorSpace::JPEG, window, &mut out));
            });
        }
    }
    group.finish();
}

fn motion(c: &mut Criterion) {
    let frame = frame();
    let (mut luma, mut out) = (vec![1600_u16; CELLS], vec![0_u16; CELLS]);
    let mut row = vec![0; SIZE.width as usize];
    let mut seen = luma.clone();
    let (mask, mut history) = (person(), person());
    let threshold = Threshold { from: 20.0, width: 40.0, still: 0.15 };
    for level in Level::available() {
        c.bench_function(&format!("luma_means/{level}"), |b| {
            b.iter(|| luma_means(level, frame.plane(0), FACTOR, &mut row, &mut luma));
        });
        c.bench_function(&format!("blur/{level}"), |b| {
            b.iter(|| blur(level, &luma, GRID, &mut row, &mut out));
        });
        c.bench_function(&format!("difference/{level}"), |b| {
            b.iter(|| difference(level, black_box(&luma), &seen, &mut out));
        });
        c.bench_function(&format!("spread/{level}"), |b| {
            b.iter(|| spread(level, &luma, GRID, &mut row, &mut out));
        });
        c.bench_function(&format!("update/{level}"), |b| {
            b.iter(|| update(level, &out, threshold, &mask, &luma, &mut history, &mut seen));
        });
    }
}

fn place(c: &mut Criterion) {
    let axis = Axis::new(256, GRID.0);
    let (mask, mut row) = (vec![0.5; 256 * 144], vec![0.5; Axis::padded(256)]);
    let mut out = vec![0.0; CELLS];
    for level in Level::available() {
        c.bench_function(&format!("place a mask/{level}"), |b| {
            b.iter(|| {
                for (j, out) in out.chunks_exact_mut(GRID.0).enumerate() {
                    let upper = (j * 4 / 5).min(142) * 256;
                    let (a, b) = (&mask[upper..][..256], &mask[upper + 256..][..256]);
                    mix_rows(level, a, b, 0.3, &mut row[..256]);
                    lerp_row(level, &axis, &row, 0, out);
                }
            });
        });
    }
}

fn edges(c: &mut Criterion) {
    let frame = frame();
    let (person, mut luma) = (person(), vec![0; CELLS]);
    luma_means(Level::SCALAR, frame.plane(0), FACTOR, &mut vec![0; 1280], &mut luma);
    let rows = person.chunks_exact(GRID.0).map(|row| {
        let from = row.iter().position(|&v| v > 0.0).unwrap_or(0);
        from..row.iter().rposition(|&v| v > 0.0).map_or(from, |at| at + 1)
    });
    let rows: Vec<_> = rows.collect();
    let mut matte = Matte::new(SIZE);
    let (mut guide, mut band) = (Guide::new(GRID), Band::new((1280, 720), FACTOR));
    let edge = Edge { strength: 1.0, sharpness: 8.0 };
    for level in Level::available() {
        c.bench_function(&format!("guide/{level}"), |b| {
            b.iter(|| guide.run(level, &luma, &person, 1e-4, &rows));
        });
        let (slopes, offsets) = (guide.slopes(), guide.offsets());
        let fields = RowFields { matte: &person, slopes, offsets, unsure: &rows };
        c.bench_function(&format!("band/{level}"), |b| {
            b.iter(|| band.run(level, fields, frame.plane(0), edge, matte.plane_mut()));
        });
    }
}

criterion_group!(benches, input, motion, place, edges);
criterion_main!(benches);
