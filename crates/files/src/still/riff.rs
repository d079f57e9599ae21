//! The chunks of a WebP file, without decoding them.
//!
//! Source: the WebP container specification; RFC 6386, 9.1, for the size of a lossy picture.

use std::io::{self, Read, Seek, SeekFrom};

/// The most chunks that are read.
const MOST: usize = 1 << 20;

/// The contents of the chunks of a WebP file.
#[derive(Clone, Debug, Default)]
pub(crate) struct Chunks {
    canvas: Option<(u32, u32)>,
    /// The size of each lossy picture in it, with the size that its header announces.
    lossy: Vec<((u32, u32), (u32, u32))>,
    delays: Vec<u32>,
    is_cut: bool,
}

impl Chunks {
    /// Reads the headers of all chunks.
    pub fn read(file: &mut (impl Read + Seek)) -> io::Result<Self> {
        let length = file.seek(SeekFrom::End(0))?;
        file.rewind()?;
        let mut head = [0; 12];
        let mut chunks = Self::default();
        if file.read_exact(&mut head).is_err() {
            return Ok(Self { is_cut: true, ..chunks });
        }
        let announced = 8 + u64::from(u32::from_le_bytes([head[4], head[5], head[6], head[7]]));
        chunks.is_cut = announced > length;
        let mut at = 12;
        for _ in 0..MOST {
            let mut head = [0; 8];
            if at + 8 > length.min(announced) {
                break;
            }
            file.seek(SeekFrom::Start(at))?;
            file.read_exact(&mut head)?;
            let size = u32::from_le_bytes([head[4], head[5], head[6], head[7]]);
            let end = at + 8 + u64::from(size);
            if end > length {
                chunks.is_cut = true;
            }
            chunks.look(file, &head[..4], at + 8, end.min(length))?;
            at = end + u64::from(size & 1);
        }
        Ok(chunks)
    }

    fn look(
        &mut self,
        file: &mut (impl Read + Seek),
        name: &[u8],
        start: u64,
        end: u64,
    ) -> io::Result<()> {
        match name {
            b"VP8X" => {
                let body: [u8; 10] = body(file, start, end)?;
                self.canvas = Some((long24(&body[4..]) + 1, long24(&body[7..]) + 1));
            }
            b"VP8 " => {
                let found = lossy_size(file, start, end)?;
                self.lossy.push((found, self.canvas.unwrap_or(found)));
            }
            b"ANMF" => {
                let head: [u8; 16] = body(file, start, end)?;
                let announced = (long24(&head[6..]) + 1, long24(&head[9..]) + 1);
                self.delays.push(long24(&head[12..]));
                self.look_into_frame(file, announced, start + 16, end)?;
            }
            _ => (),
        }
        Ok(())
    }

    fn look_into_frame(
        &mut self,
        file: &mut (impl Read + Seek),
        announced: (u32, u32),
        mut at: u64,
        end: u64,
    ) -> io::Result<()> {
        while at + 8 <= end {
            let head: [u8; 8] = body(file, at, end)?;
            let size = u32::from_le_bytes([head[4], head[5], head[6], head[7]]);
            if head.starts_with(b"VP8 ") {
                self.lossy.push((lossy_size(file, at + 8, end)?, announced));
            }
            at += 8 + u64::from(size).next_multiple_of(2);
        }
        Ok(())
    }

    /// An error text if a picture has another size than its header announces.
    pub fn misfit(&self) -> Option<&'static str> {
        let fits = self.lossy.iter().all(|(found, announced)| found == announced);
        (!fits).then_some("the picture in it has another size than its header says")
    }

    /// How long each frame shows, in milliseconds.
    pub fn delays(&self) -> &[u32] {
        &self.delays
    }

    /// Whether the file is cut short.
    pub const fn is_cut(&self) -> bool {
        self.is_cut
    }
}

fn long24(bytes: &[u8]) -> u32 {
    u32::from_le_bytes([bytes[0], bytes[1], bytes[2], 0])
}

/// The first bytes of a chunk's body; missing ones are 0.
fn body<const N: usize>(
    file: &mut (impl Read + Seek),
    start: u64,
    end: u64,
) -> io::Result<[u8; N]> {
    let mut body = [0; N];
    let there = usize::try_from(end.saturating_sub(start)).unwrap_or(usize::MAX).min(N);
    file.seek(SeekFrom::Start(start))?;
    file.read_exact(&mut body[..there])?;
    Ok(body)
}

fn lossy_size(file: &mut (impl Read + Seek), start: u64, end: u64) -> io::Result<(u32, u32)> {
    let head: [u8; 10] = body(file, start, end)?;
    let side = |at: usize| u32::from(u16::from_le_bytes([head[at], head[at + 1]]) & 0x3fff);
    Ok((side(6), side(8)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunk(name: &[u8; 4], body: &[u8]) -> Vec<u8> {
        [&name[..], &(body.len() as u32).to_le_bytes(), body].concat()
    }

    fn read(chunks: &[Vec<u8>]) -> Chunks {
        let body = chunks.concat();
        let length = (body.len() as u32 + 4).to_le_bytes();
        let file = [b"RIFF".to_vec(), length.to_vec(), b"WEBP".to_vec(), body].concat();
        Chunks::read(&mut io::Cursor::new(file)).unwrap()
    }

    #[test]
    fn delays_and_sizes_are_found_and_hostile_chunks_end_the_search() {
        let lossy = |width: u8| chunk(b"VP8 ", &[0, 0, 0, 0x9d, 1, 0x2a, width, 0, 3, 0]);
        let frame = |delay: u8, width: u8| {
            let head = [0, 0, 0, 0, 0, 0, 3, 0, 0, 2, 0, 0, delay, 1, 0, 0];
            chunk(b"ANMF", &[&head[..], &lossy(width)].concat())
        };
        let head = chunk(b"VP8X", &[2, 0, 0, 0, 3, 0, 0, 2, 0, 0]);
        let good = [head.clone(), frame(44, 4), chunk(b"XXXX", &[1, 2]), frame(5, 4)];
        let found = read(&good);
        assert_eq!(
            (found.delays(), found.is_cut(), found.misfit()),
            (&[300, 261][..], false, None)
        );
        assert!(read(&[head.clone(), frame(44, 200)]).misfit().is_some());
        assert!(read(&[head.clone(), lossy(5)]).misfit().is_some());
        let cut = read(&[head, b"ANMF\xff\xff\xff\xff".to_vec()]);
        assert!(cut.is_cut() && cut.misfit().is_none());
        assert!(Chunks::read(&mut io::Cursor::new(b"RIFF")).unwrap().is_cut());
    }
}
