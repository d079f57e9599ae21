//! Still pixels stay still, and every level returns the same matte.

use crate::common::{model, next, presenter, size};
use backlot_kernels::Level;
use backlot_matte::{MatteSettings, PersonMatte, Quality};
use backlot_media::Matte;

/// The mean change of the matte from frame to frame.
fn flicker(smoothing: f32) -> f64 {
    let mut source = presenter("presenter:light=dim,gesture=off,noise=0.6");
    // Nobody moves here, so this looks at the network's own matte.
    let settings = MatteSettings { smoothing, presence: false, ..MatteSettings::default() };
    let maker = PersonMatte::new(&model(), size(), settings, Level::best());
    let (mut maker, mut found) = (maker.expect("in range"), Matte::new(size()));
    let (mut before, mut change) = (Matte::new(size()), 0);
    for index in 0..40 {
        std::mem::swap(&mut found, &mut before);
        let frame = source.next_with_truth(None).expect("it never ends");
        next(&mut maker, &frame, &mut found);
        if index > 10 {
            for (a, b) in found.plane().rows().zip(before.plane().rows()) {
                change += a.iter().zip(b).map(|(a, b)| u64::from(a.abs_diff(*b))).sum::<u64>();
            }
        }
    }
    change as f64 / size().pixels() as f64
}

#[test]
fn smoothing_takes_the_flicker_out() {
    let (raw, smooth) = (flicker(0.0), flicker(1.0));
    println!("change: {raw:.2} without smoothing, {smooth:.2} with");
    assert!(smooth < 0.7 * raw);
}

#[test]
fn every_level_gives_the_same_matte() {
    let model = model();
    for quality in [Quality::Fast, Quality::Live] {
        let settings = MatteSettings { quality, ..MatteSettings::default() };
        let made = |level: Level| {
            let mut source = presenter("presenter:hair=curly");
            let mut maker = PersonMatte::new(&model, size(), settings, level).expect("in range");
            let mut found = Matte::new(size());
            for _ in 0..8 {
                let frame = source.next_with_truth(None).expect("it never ends");
                next(&mut maker, &frame, &mut found);
            }
            found
        };
        let expected = made(Level::SCALAR);
        for level in Level::available() {
            // The networks of two levels round differently in the last digits.
            let found = made(level);
            let rows = found.plane().rows().zip(expected.plane().rows());
            let far = rows.flat_map(|(a, b)| a.iter().zip(b)).map(|(a, b)| a.abs_diff(*b)).max();
            println!("{quality} {level}: {far:?}");
            assert!(far <= Some(1), "{quality} {level}: {far:?}");
        }
    }
}
