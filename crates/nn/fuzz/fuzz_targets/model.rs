//! Any bytes as a model file: refused, or run once.

#![no_main]

use backlot_kernels::Level;
use backlot_nn::{Model, Session};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(model) = Model::from_tflite(bytes) {
        let mut session = Session::new(&model, Level::best());
        session.input_mut().fill(0.5);
        std::hint::black_box(session.run());
    }
});
