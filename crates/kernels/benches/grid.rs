//! Operations on a grid of a 1280x720 picture's blocks of 4, at each level.

use backlot_kernels::Level;
use backlot_kernels::grid::{convolve, double, grow, halve, to_fixed, weigh};
use criterion::{Criterion, criterion_group, criterion_main};

const SIZE: (usize, usize) = (320, 180);

fn grid(c: &mut Criterion) {
    let count = SIZE.0 * SIZE.1;
    let mut fine: Vec<f32> = (0..count).map(|i| (i * 7919 % 251) as f32).collect();
    let (mut coarse, weights) = (vec![0.0; count / 4], vec![0.999; count]);
    let mut scratch = vec![0.0; count + SIZE.0 + 100];
    let mut fixed = vec![0; count];
    let kernel = [0.2, 0.17, 0.12, 0.07, 0.04];
    for level in Level::available() {
        let name = |kernel: &str| format!("grid {kernel}/{level}");
        c.bench_function(&name("halve"), |b| b.iter(|| halve(level, &fine, SIZE, &mut coarse)));
        c.bench_function(&name("double"), |b| {
            b.iter(|| double(level, &coarse, &mut fine, SIZE, &mut scratch));
        });
        c.bench_function(&name("convolve with 9"), |b| {
            b.iter(|| convolve(level, &mut fine, SIZE, &kernel, &mut scratch));
        });
        c.bench_function(&name("grow"), |b| {
            b.iter(|| grow(level, &mut fine, SIZE, &mut scratch[..count]));
        });
        c.bench_function(&name("weigh"), |b| b.iter(|| weigh(level, &mut fine, &weights)));
        c.bench_function(&name("to fixed"), |b| b.iter(|| to_fixed(level, &fine, &mut fixed)));
    }
}

criterion_group!(benches, grid);
criterion_main!(benches);
