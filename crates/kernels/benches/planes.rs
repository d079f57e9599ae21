//! Flip, block means and enlargement of a 1280x720 plane, at each level.

use backlot_kernels::{Level, block_means, enlarge, flip_rows};
use backlot_media::{Plane, PlaneMut};
use criterion::{Criterion, criterion_group, criterion_main};

const WIDTH: usize = 1280;
const HEIGHT: usize = 720;

fn planes(c: &mut Criterion) {
    let mut data: Vec<u8> = (0..WIDTH * HEIGHT).map(|i| (i * 7919 % 251) as u8).collect();
    for level in Level::available() {
        c.bench_function(&format!("flip/{level}"), |b| {
            b.iter(|| flip_rows(level, PlaneMut::packed(&mut data, WIDTH, HEIGHT)));
        });
        for factor in [2, 4] {
            let (columns, rows) = (WIDTH / factor, HEIGHT / factor);
            let mut means = vec![0.0; columns * rows];
            c.bench_function(&format!("block means of {factor}/{level}"), |b| {
                b.iter(|| {
                    block_means(level, Plane::packed(&data, WIDTH, HEIGHT), factor, &mut means)
                });
            });
            let source: Vec<u16> = means.iter().map(|v| (v * 128.0) as u16).collect();
            let mut row = vec![0; columns];
            c.bench_function(&format!("enlarge by {factor}/{level}"), |b| {
                let mut target = PlaneMut::packed(&mut data, WIDTH, HEIGHT);
                b.iter(|| enlarge(level, &source, factor, target.reborrow(), &mut row));
            });
        }
    }
}

criterion_group!(benches, planes);
criterion_main!(benches);
