//! The operations of effects on rows of 1280 pixels.

use backlot_kernels::{
    ChromaTone, Ghost, Level, LumaTone, WideTable, add_kept, hologram_chroma, hologram_luma,
    keep_between, keep_chroma, lit_luma, look_up, look_up_into, luma_of_chroma, mix_chroma,
    person_mask, span,
};
use criterion::{Criterion, criterion_group, criterion_main};
use std::hint::black_box;

const WIDTH: usize = 1280;

fn noise(step: usize) -> Vec<u8> {
    (0..WIDTH).map(|i| (i * step % 251) as u8).collect()
}

fn rows(c: &mut Criterion) {
    let (upper, lower) = (noise(7919), noise(104_729));
    let table: [u8; 256] = std::array::from_fn(|i| (i * 37 % 251) as u8);
    for level in Level::available() {
        let wide = WideTable::new(&table.map(|v| i16::from(v) << 6));
        let (mut row, mut half) = (noise(89), noise(53)[..WIDTH / 2].to_vec());
        let mut sums = vec![0; WIDTH];
        let mut bench = |name: &str, run: &mut dyn FnMut()| {
            c.bench_function(&format!("{name}/{level}"), |b| b.iter(&mut *run));
        };
        bench("look up", &mut || look_up(level, &mut row, &table));
        let means = noise(61)[..WIDTH / 2].to_vec();
        bench("luma of chroma", &mut || luma_of_chroma(level, [&upper, &lower], &mut half));
        bench("look up into", &mut || look_up_into(level, &means, &table, &mut half));
        bench("mix chroma", &mut || mix_chroma(level, &mut half, &means, &wide, &wide));
        bench("keep between", &mut || keep_between(level, &upper, 0, 15, &mut row));
        bench("keep chroma", &mut || keep_chroma(level, [&upper, &lower], &mut half));
        bench("add kept", &mut || {
            sums.fill(0);
            add_kept(level, &upper, &lower, &mut sums);
        });
        let mut edges = vec![0; WIDTH];
        (edges[500], edges[800]) = (1, 1);
        bench("span", &mut || assert_eq!(span(level, black_box(&edges)), 500..801));
    }
}

const LUMA: LumaTone =
    LumaTone { weights: [5243, 20_972, 39_321], own: 32_768, gain: 20_000, base: [1084, 240, 450] };

const CHROMA: ChromaTone = ChromaTone { own: 0.5, gain: -0.4, base: [10.0, 20.0, 50.0] };

fn hologram(c: &mut Criterion) {
    let (row, matte) = (noise(7919), noise(104_729));
    let inside = vec![u16::MAX; WIDTH];
    let share = vec![1.0; WIDTH / 2];
    for level in Level::available() {
        let (mut own, mut person) = (vec![0; WIDTH], vec![0; WIDTH]);
        c.bench_function(&format!("lit luma/{level}"), |b| {
            b.iter(|| lit_luma(level, &row, &matte, 16, &mut own));
        });
        c.bench_function(&format!("person mask/{level}"), |b| {
            b.iter(|| person_mask(level, &matte, &mut person));
        });
        let ghost = Ghost { luma: &own, person: &person, inside: &inside };
        let (mut light, mut luma) = (vec![0; WIDTH], noise(53));
        c.bench_function(&format!("hologram luma/{level}"), |b| {
            b.iter(|| hologram_luma(level, &own, [ghost; 2], &LUMA, &mut light, &mut luma));
        });
        let (mut u, mut v) = (vec![90; WIDTH / 2], vec![140; WIDTH / 2]);
        c.bench_function(&format!("hologram chroma/{level}"), |b| {
            b.iter(|| {
                let (light, inside) = ([&light[..]; 2], [&share[..]; 2]);
                let chroma = [&mut u[..], &mut v[..]];
                hologram_chroma(level, light, [&matte; 2], inside, &[CHROMA; 2], chroma);
            });
        });
    }
}

criterion_group!(benches, rows, hologram);
criterion_main!(benches);
