//! Pictures as cameras really send them.

mod chance;
mod cuts;
mod formats;
mod mutation;
mod seeds;
mod surgery;
mod tiny;

use backlot_media::Frame;
use seeds::picture;

fn bytes_of(frame: &Frame) -> Vec<u8> {
    let mut bytes = Vec::new();
    frame.write_packed(&mut bytes);
    bytes
}
