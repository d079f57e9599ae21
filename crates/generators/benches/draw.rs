//! One frame of the presenter and of each set at 1280x720.

use backlot_generators::{Presenter, PresenterSpec, build_set, sets};
use backlot_media::{ColorSpace, Frame, FrameRate, Matte, PixelFormat, Size, Timestamp};
use criterion::{Criterion, criterion_group, criterion_main};

const SIZE: Size = Size { width: 1280, height: 720 };

fn draw_presenter(c: &mut Criterion) {
    let mut frame = Frame::new(PixelFormat::I420, SIZE);
    let mut truth = Matte::new(SIZE);
    for text in ["presenter", "presenter:hair=curly,glasses=on,people=2"] {
        let spec: PresenterSpec = text.parse().expect("the text is well formed");
        let mut presenter = Presenter::new(&spec, SIZE, FrameRate::FPS_30, ColorSpace::BT709);
        let mut index = 0;
        c.bench_function(&format!("{text} 1280x720"), |b| {
            b.iter(|| {
                presenter.draw(index, &mut frame, Some(&mut truth));
                index += 1;
            });
        });
    }
}

fn draw_sets(c: &mut Criterion) {
    let mut frame = Frame::new(PixelFormat::I420, SIZE);
    for def in sets() {
        let mut set = build_set(def.name, SIZE, ColorSpace::BT709).expect("the name is listed");
        let mut index = 0;
        c.bench_function(&format!("{} 1280x720", def.name), |b| {
            b.iter(|| {
                set.draw(Timestamp::from_secs_f64(f64::from(index) / 30.0), &mut frame);
                index += 1;
            });
        });
    }
}

criterion_group!(benches, draw_presenter, draw_sets);
criterion_main!(benches);
