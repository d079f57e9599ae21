//! Writes frames with their times as NUT, for ffmpeg to read from a pipe.
//!
//! One stream of raw I420 pictures, each a key frame with a syncpoint before it. Source: the
//! specification of NUT, version 3.

use crate::raw::write_frame;
use crate::video::nut::{FILE_ID, MAIN, STREAM, SYNCPOINT, flag};
use backlot_media::{Frame, Size};
use std::io::{self, Write};

/// Microseconds.
pub(crate) const TIME_BASE: u64 = 1_000_000;

/// Times are written whole.
const PTS_SHIFT: u32 = 1;

/// What all frames have in common.
const FRAME: u64 = 1 | flag::CODED_PTS | flag::SIZE_MSB | flag::CHECKSUM;

/// Begins a stream of frames of a size.
pub(crate) fn begin(pipe: &mut impl Write, size: Size) -> io::Result<()> {
    pipe.write_all(FILE_ID)?;
    let mut main = Vec::new();
    // Version, streams, the longest distance of syncpoints, and the time base.
    for value in [3, 1, 65_536, 1, 1, TIME_BASE] {
        put(&mut main, value)?;
    }
    // All first bytes of frames, but 'N', mean the same; the frame says the rest.
    put(&mut main, flag::CODED)?;
    for value in [6, 0, 1, 0, 0, 0, 255] {
        put(&mut main, value)?;
    }
    put(&mut main, 0)?;
    packet(pipe, MAIN, &main)?;
    let mut stream = Vec::new();
    // Which, and that it is video.
    for value in [0, 0, 4] {
        put(&mut stream, value)?;
    }
    stream.extend(b"I420");
    // The time base, how times are cut, when they need a checksum, delay, flags, and no more.
    for value in [0, u64::from(PTS_SHIFT), TIME_BASE, 0, 0, 0] {
        put(&mut stream, value)?;
    }
    for value in [u64::from(size.width), u64::from(size.height), 1, 1, 0] {
        put(&mut stream, value)?;
    }
    packet(pipe, STREAM, &stream)
}

/// Writes a frame, shown at a time in microseconds, as a picture of `size`. Its headers are put
/// together in `scratch`.
pub(crate) fn frame(
    pipe: &mut impl Write,
    frame: &Frame,
    (size, time): (Size, u64),
    scratch: &mut Vec<u8>,
) -> io::Result<()> {
    scratch.clear();
    put(scratch, time)?;
    put(scratch, 0)?;
    packet(pipe, SYNCPOINT, scratch)?;
    let chroma = u64::from(size.width.div_ceil(2)) * u64::from(size.height.div_ceil(2));
    let bytes = u64::from(size.width) * u64::from(size.height) + 2 * chroma;
    scratch.clear();
    scratch.push(0);
    for value in [FRAME | flag::CODED, time + (1 << PTS_SHIFT), bytes] {
        put(scratch, value)?;
    }
    pipe.write_all(scratch)?;
    pipe.write_all(&checksum(scratch).to_be_bytes())?;
    write_frame(pipe, frame, size)
}

/// Writes what is not a frame: 4096 bytes at most, as longer ones have a checksum of their header.
fn packet(pipe: &mut impl Write, kind: u64, body: &[u8]) -> io::Result<()> {
    pipe.write_all(&kind.to_be_bytes())?;
    put(pipe, body.len() as u64 + 4)?;
    pipe.write_all(body)?;
    pipe.write_all(&checksum(body).to_be_bytes())
}

/// A number, seven bits a byte, the highest first.
fn put(out: &mut impl Write, value: u64) -> io::Result<()> {
    let groups = (64 - value.leading_zeros()).div_ceil(7).max(1);
    for group in (1..groups).rev() {
        out.write_all(&[(value >> (7 * group)) as u8 | 0x80])?;
    }
    out.write_all(&[value as u8 & 0x7f])
}

/// CRC-32 with the polynomial 0x04c11db7, the highest bit first, that begins with 0.
fn checksum(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte) << 24, |sum: u32, _| {
            sum << 1 ^ if sum >> 31 == 1 { 0x04c1_1db7 } else { 0 }
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::video::nut::NutReader;
    use backlot_media::PixelFormat;
    use std::io::Read;

    #[test]
    fn frames_come_back_with_their_times() {
        let size = Size::new(6, 4).unwrap();
        let mut picture = Frame::new(PixelFormat::I420, size);
        let (mut film, times) = (Vec::new(), [0, 33_333, 40_001, 3_600_000_000_u64]);
        begin(&mut film, size).unwrap();
        let mut scratch = Vec::new();
        for (number, time) in times.iter().enumerate() {
            picture.plane_mut(0).fill(number as u8);
            frame(&mut film, &picture, (size, *time), &mut scratch).unwrap();
        }
        let mut reader = NutReader::new(&film[..]);
        for (number, time) in times.iter().enumerate() {
            let mut found = reader.next_frame().unwrap().unwrap();
            let mut bytes = Vec::new();
            let length = found.bytes;
            found.data.by_ref().take(length).read_to_end(&mut bytes).unwrap();
            assert_eq!(
                (found.time as u64 / 1000, bytes.len(), bytes[23]),
                (*time, 36, number as u8)
            );
        }
        assert!(reader.next_frame().unwrap().is_none());
    }

    #[test]
    fn checksums_are_those_of_the_specification() {
        // Known for this polynomial without reflection.
        assert_eq!(checksum(b"123456789"), 0x89a1_897f);
        let mut bytes = Vec::new();
        [0, 127, 128, 16_384].iter().for_each(|value| put(&mut bytes, *value).unwrap());
        assert_eq!(bytes, [0, 0x7f, 0x81, 0, 0x81, 0x80, 0]);
    }
}
