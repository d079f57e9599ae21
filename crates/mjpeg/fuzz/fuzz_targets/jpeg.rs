//! Any bytes as a camera's JPEG pictures: refused, or planes of the size that they say.

#![no_main]

use backlot_mjpeg::Decoder;
use libfuzzer_sys::fuzz_target;
use std::cell::RefCell;

thread_local! {
    static DECODER: RefCell<Option<Decoder>> = RefCell::new(Decoder::new().ok());
}

fuzz_target!(|bytes: &[u8]| {
    DECODER.with_borrow_mut(|decoder| {
        if let Some(Ok(decoded)) = decoder.as_mut().map(|decoder| decoder.decode(bytes)) {
            std::hint::black_box(decoded.frame.plane(0).rows().map(|row| row[0]).max());
        }
    });
});
