//! Reads GIF and PNG files block by block, without decoding them.
//!
//! Source: GIF89a specification, appendix B; PNG specification, third edition, 5.3.

use std::io::{self, ErrorKind, Read};

/// Whether a GIF is animated.
pub(crate) fn gif_has_two_frames(file: impl Read) -> io::Result<bool> {
    walk_gif(file, 2).map(|(frames, _)| frames >= 2)
}

/// Pixels of the canvas of a GIF or PNG, according to its header.
pub(crate) fn canvas_pixels(mut file: impl Read) -> io::Result<u64> {
    let mut head = [0; 24];
    file.read_exact(&mut head)?;
    let [.., a, b, c, d, e, f, g, h] = head;
    let (width, height) = match head {
        [b'G', b'I', b'F', _, _, _, w, x, y, z, ..] => {
            (u16::from_le_bytes([w, x]).into(), u16::from_le_bytes([y, z]).into())
        }
        _ => (u32::from_be_bytes([a, b, c, d]), u32::from_be_bytes([e, f, g, h])),
    };
    Ok(u64::from(width) * u64::from(height))
}

/// Whether a GIF is cut short, which ffmpeg does not report.
pub(crate) fn gif_is_cut(file: impl Read) -> bool {
    !matches!(walk_gif(file, u32::MAX), Ok((_, true)))
}

/// Whether a PNG is cut short.
pub(crate) fn png_is_cut(file: impl Read) -> bool {
    !matches!(walk_png(file), Ok(()))
}

/// The number of frames, counted up to a limit, and whether the end was found.
fn walk_gif(mut file: impl Read, most: u32) -> io::Result<(u32, bool)> {
    let mut head = [0; 13];
    file.read_exact(&mut head)?;
    skip(&mut file, color_table_bytes(head[10]))?;
    let mut frames = 0;
    loop {
        match byte(&mut file)? {
            0x21 => {
                byte(&mut file)?;
                skip_blocks(&mut file)?;
            }
            0x2c => {
                frames += 1;
                if frames == most {
                    return Ok((frames, false));
                }
                let mut descriptor = [0; 9];
                file.read_exact(&mut descriptor)?;
                skip(&mut file, color_table_bytes(descriptor[8]) + 1)?;
                skip_blocks(&mut file)?;
            }
            other => return Ok((frames, other == 0x3b)),
        }
    }
}

fn walk_png(mut file: impl Read) -> io::Result<()> {
    skip(&mut file, 8)?;
    loop {
        let mut head = [0; 8];
        file.read_exact(&mut head)?;
        let [a, b, c, d, name @ ..] = head;
        skip(&mut file, u64::from(u32::from_be_bytes([a, b, c, d])) + 4)?;
        if name == *b"IEND" {
            return Ok(());
        }
    }
}

fn byte(file: &mut impl Read) -> io::Result<u8> {
    let mut byte = [0];
    file.read_exact(&mut byte)?;
    Ok(byte[0])
}

fn skip(file: &mut impl Read, bytes: u64) -> io::Result<()> {
    let skipped = io::copy(&mut file.take(bytes), &mut io::sink())?;
    if skipped == bytes { Ok(()) } else { Err(ErrorKind::UnexpectedEof.into()) }
}

fn skip_blocks(file: &mut impl Read) -> io::Result<()> {
    while let length @ 1.. = byte(file)? {
        skip(file, length.into())?;
    }
    Ok(())
}

fn color_table_bytes(flags: u8) -> u64 {
    if flags & 0x80 == 0 { 0 } else { 3 << ((flags & 7) + 1) }
}
