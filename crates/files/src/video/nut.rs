//! Reads what ffmpeg pipes: frames with their times, in the container NUT.
//!
//! Only one stream of pictures is read, forward. No byte is trusted: everything has a bound, and
//! invalid data is an error.
//!
//! Source: the specification of NUT, version 3.

use std::io::{self, Read};

pub(crate) const FILE_ID: &[u8; 25] = b"nut/multimedia container\0";

pub(crate) const MAIN: u64 = 0x4e4d_7a56_1f5f_04ad;
pub(crate) const STREAM: u64 = 0x4e53_1140_5bf2_f9db;
pub(crate) const SYNCPOINT: u64 = 0x4e4b_e4ad_eeca_4569;

/// The first byte of everything but frames.
const START: u8 = b'N';

/// The most bytes of a header.
const HEADER_BYTES: u64 = 1 << 16;
/// The most bytes of a skipped packet: tags or an index.
const SKIPPED_BYTES: u64 = 1 << 26;
/// Longer data has no elided header.
const ELIDED_BYTES: u64 = 4096;
const MAX_LIST: u64 = 256;

/// Flags of a frame's header.
pub(crate) mod flag {
    pub const CODED_PTS: u64 = 8;
    pub const STREAM_ID: u64 = 16;
    pub const SIZE_MSB: u64 = 32;
    pub const CHECKSUM: u64 = 64;
    pub const RESERVED: u64 = 128;
    pub const SIDE_DATA: u64 = 256;
    pub const HEADER_INDEX: u64 = 1024;
    pub const MATCH_TIME: u64 = 2048;
    pub const CODED: u64 = 4096;
    pub const INVALID: u64 = 8192;
}

/// The meaning of a frame's first byte.
#[derive(Clone, Copy, Debug)]
struct Code {
    flags: u64,
    stream: u64,
    size_factor: u64,
    size: u64,
    pts_delta: i64,
    reserved: u64,
    header: u64,
}

impl Default for Code {
    fn default() -> Self {
        let (flags, size_factor) = (flag::INVALID, 1);
        Self { flags, stream: 0, size_factor, size: 0, pts_delta: 0, reserved: 0, header: 0 }
    }
}

/// Seconds as a fraction.
#[derive(Clone, Copy, Debug)]
struct TimeBase {
    over: u64,
    under: u64,
}

/// The next frame: when it shows, and its bytes.
pub(crate) struct NutFrame<'a, R> {
    /// Nanoseconds.
    pub time: i64,
    /// The bytes to read from the stream, all of them.
    pub bytes: u64,
    pub data: io::Chain<&'a [u8], &'a mut R>,
}

/// A stream of frames.
#[derive(Debug)]
pub(crate) struct NutReader<R> {
    input: R,
    codes: Vec<Code>,
    beginnings: Vec<Vec<u8>>,
    time_bases: Vec<TimeBase>,
    time_base: Option<TimeBase>,
    pts_shift: u32,
    last_pts: i64,
}

impl<R: Read> NutReader<R> {
    pub const fn new(input: R) -> Self {
        Self {
            input,
            codes: Vec::new(),
            beginnings: Vec::new(),
            time_bases: Vec::new(),
            time_base: None,
            pts_shift: 0,
            last_pts: 0,
        }
    }

    /// The next frame, or `None` at the end, which may come at any byte: the writer may be
    /// killed.
    pub fn next_frame(&mut self) -> io::Result<Option<NutFrame<'_, R>>> {
        match self.next_head() {
            Ok((time, bytes, header)) => {
                let beginning = self.beginnings.get(header).map_or(&[][..], Vec::as_slice);
                let data = beginning.chain(&mut self.input);
                Ok(Some(NutFrame { time, bytes, data }))
            }
            Err(e) if e.kind() == io::ErrorKind::UnexpectedEof => Ok(None),
            Err(e) => Err(e),
        }
    }

    fn next_head(&mut self) -> io::Result<(i64, u64, usize)> {
        if self.codes.is_empty() {
            let mut id = [0; FILE_ID.len()];
            self.input.read_exact(&mut id)?;
            if &id != FILE_ID {
                return Err(wrong("no NUT"));
            }
            self.codes = vec![Code::default(); 256];
        }
        loop {
            match byte(&mut self.input)? {
                START => self.packet()?,
                code => return self.frame_head(code),
            }
        }
    }

    fn packet(&mut self) -> io::Result<()> {
        let mut code = [START; 8];
        self.input.read_exact(&mut code[1..])?;
        let bytes = number(&mut self.input)?;
        if bytes > 4096 {
            self.input.read_exact(&mut [0; 4])?;
        }
        let kind = u64::from_be_bytes(code);
        if !matches!(kind, MAIN | STREAM | SYNCPOINT) {
            let most = bytes.min(SKIPPED_BYTES);
            let skipped = io::copy(&mut (&mut self.input).take(most), &mut io::sink())?;
            return match skipped {
                skipped if skipped == bytes => Ok(()),
                SKIPPED_BYTES => Err(wrong("a long packet")),
                _ => Err(io::ErrorKind::UnexpectedEof.into()),
            };
        }
        if bytes > HEADER_BYTES {
            return Err(wrong("a long header"));
        }
        let mut body = vec![0; bytes as usize];
        self.input.read_exact(&mut body)?;
        match kind {
            MAIN => self.main_header(&mut &body[..]),
            STREAM => self.stream_header(&mut &body[..]),
            _ => self.syncpoint(&mut &body[..]),
        }
    }

    fn main_header(&mut self, body: &mut &[u8]) -> io::Result<()> {
        if number(body)? > 3 {
            return Err(wrong("a newer NUT"));
        }
        let (_streams, _distance) = (number(body)?, number(body)?);
        let count = bounded(number(body)?, MAX_LIST)?;
        self.time_bases.clear();
        for _ in 0..count {
            let (over, under) = (number(body)?, number(body)?);
            if [over, under].iter().any(|&v| v == 0 || v > u64::from(u32::MAX)) {
                return Err(wrong("no time base"));
            }
            self.time_bases.push(TimeBase { over, under });
        }
        self.frame_codes(body)?;
        let count = bounded(number(body)?, MAX_LIST)?;
        self.beginnings = vec![Vec::new()];
        for _ in 0..count {
            let mut bytes = vec![0; bounded(number(body)?, MAX_LIST)? as usize];
            body.read_exact(&mut bytes)?;
            self.beginnings.push(bytes);
        }
        Ok(())
    }

    fn frame_codes(&mut self, body: &mut &[u8]) -> io::Result<()> {
        let mut code = Code::default();
        let mut at = 0;
        while at < 256 {
            code.flags = number(body)?;
            let fields = bounded(number(body)?, MAX_LIST)?;
            let mut values = [None; 7];
            for field in 0..fields {
                match values.get_mut(field as usize) {
                    // The only fields that may be negative.
                    Some(value) if matches!(field, 0 | 6) => *value = Some(signed(body)? as u64),
                    Some(value) => *value = Some(number(body)?),
                    None if field == 7 => code.header = number(body)?,
                    None => drop(number(body)?),
                }
            }
            let [pts, factor, stream, size, reserved, count, _] = values;
            code.pts_delta = pts.map_or(code.pts_delta, |v| v as i64);
            code.size_factor = factor.unwrap_or(code.size_factor);
            code.stream = stream.unwrap_or(code.stream);
            (code.size, code.reserved) = (size.unwrap_or(0), bounded(reserved.unwrap_or(0), 16)?);
            let count = count.unwrap_or(code.size_factor.saturating_sub(code.size));
            let mut given = 0;
            while given < count && at < 256 {
                // The byte that begins a packet never begins a frame.
                if at != usize::from(START) {
                    let size = code.size.saturating_add(given);
                    self.codes[at] = Code { size, ..code };
                    given += 1;
                }
                at += 1;
            }
            if count == 0 && body.is_empty() {
                return Err(wrong("too few codes"));
            }
        }
        Ok(())
    }

    fn stream_header(&mut self, body: &mut &[u8]) -> io::Result<()> {
        let (id, _class) = (number(body)?, number(body)?);
        let fourcc = bounded(number(body)?, MAX_LIST)?;
        skip(body, fourcc)?;
        let time_base = number(body)? as usize;
        let shift = bounded(number(body)?, 30)?;
        if id == 0 {
            self.time_base = self.time_bases.get(time_base).copied();
            self.pts_shift = shift as u32;
        }
        Ok(())
    }

    fn syncpoint(&mut self, body: &mut &[u8]) -> io::Result<()> {
        let (value, count) = (number(body)?, self.time_bases.len() as u64);
        let (Some(from), Some(to)) = (
            value.checked_rem(count).and_then(|i| self.time_bases.get(i as usize)),
            self.time_base,
        ) else {
            return Err(wrong("a sync point before the headers"));
        };
        let scaled = u128::from(value / count) * u128::from(from.over) * u128::from(to.under);
        let ticks = scaled / (u128::from(from.under) * u128::from(to.over));
        self.last_pts = i64::try_from(ticks).map_err(|_| wrong("a time out of reach"))?;
        Ok(())
    }

    fn frame_head(&mut self, code: u8) -> io::Result<(i64, u64, usize)> {
        let Code {
            mut flags,
            mut stream,
            size_factor,
            mut size,
            pts_delta,
            mut reserved,
            mut header,
        } = self.codes[usize::from(code)];
        let Some(time_base) = self.time_base else { return Err(wrong("no stream")) };
        let input = &mut self.input;
        if flags & flag::INVALID != 0 {
            return Err(wrong("no frame"));
        }
        if flags & flag::CODED != 0 {
            flags ^= number(input)?;
        }
        if flags & flag::STREAM_ID != 0 {
            stream = number(input)?;
        }
        let pts = match flags & flag::CODED_PTS != 0 {
            true => full_pts(number(input)?, self.last_pts, self.pts_shift),
            false => self.last_pts.checked_add(pts_delta),
        };
        if flags & flag::SIZE_MSB != 0 {
            let more = number(input)?.checked_mul(size_factor).and_then(|v| v.checked_add(size));
            size = more.ok_or_else(|| wrong("no size"))?;
        }
        if flags & flag::MATCH_TIME != 0 {
            signed(input)?;
        }
        if flags & flag::HEADER_INDEX != 0 {
            header = number(input)?;
        }
        if flags & flag::RESERVED != 0 {
            reserved = bounded(number(input)?, 16)?;
        }
        for _ in 0..reserved {
            number(input)?;
        }
        if flags & flag::CHECKSUM != 0 {
            input.read_exact(&mut [0; 4])?;
        }
        if stream != 0 || flags & (flag::SIDE_DATA | flag::INVALID) != 0 {
            return Err(wrong("not one stream of pictures"));
        }
        self.last_pts = pts.ok_or_else(|| wrong("a time out of reach"))?;
        let header = if size > ELIDED_BYTES { 0 } else { bounded(header, MAX_LIST)? as usize };
        let nanos = i128::from(self.last_pts) * i128::from(time_base.over) * 1_000_000_000
            / i128::from(time_base.under);
        let time = i64::try_from(nanos).map_err(|_| wrong("a time out of reach"))?;
        Ok((time, size, header))
    }
}

/// Reads any bytes as if ffmpeg piped them, for fuzzing.
pub fn try_bytes(bytes: &[u8]) {
    let mut reader = NutReader::new(bytes);
    while let Ok(Some(frame)) = reader.next_frame() {
        let (most, mut data) = (frame.bytes, frame.data);
        if io::copy(&mut (&mut data).take(most), &mut io::sink()).is_err() {
            return;
        }
    }
}

/// A time of which only the lower bits may be written: then it is the one nearest to the last.
fn full_pts(coded: u64, last: i64, shift: u32) -> Option<i64> {
    let coded = i64::try_from(coded).ok()?;
    let span = 1_i64 << shift;
    if coded >= span {
        return Some(coded - span);
    }
    let mask = span - 1;
    let from = last.checked_sub(mask / 2)?;
    (coded.wrapping_sub(from) & mask).checked_add(from)
}

fn wrong(what: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

fn bounded(value: u64, most: u64) -> io::Result<u64> {
    if value <= most { Ok(value) } else { Err(wrong("a number out of reach")) }
}

fn byte(input: &mut impl Read) -> io::Result<u8> {
    let mut byte = [0];
    input.read_exact(&mut byte)?;
    Ok(byte[0])
}

/// A number in groups of seven bits, highest first.
fn number(input: &mut impl Read) -> io::Result<u64> {
    let mut value = 0_u64;
    for _ in 0..9 {
        let byte = byte(input)?;
        value = value << 7 | u64::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            return Ok(value);
        }
    }
    Err(wrong("a number without end"))
}

/// A number whose lowest bit is its sign.
fn signed(input: &mut impl Read) -> io::Result<i64> {
    let value = number(input)? as i64 + 1;
    Ok(if value & 1 == 1 { -(value >> 1) } else { value >> 1 })
}

fn skip(body: &mut &[u8], bytes: u64) -> io::Result<()> {
    let rest = body.get(bytes as usize..).ok_or(io::ErrorKind::UnexpectedEof)?;
    *body = rest;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Three frames of 2x2 pixels, written by ffmpeg 5.1, at 0, 40 and 120 ms of a time base of 1/90000.
    const FILM: &[u8] = include_bytes!("../../tests/data/three-frames.nut");

    fn times(film: &[u8]) -> io::Result<Vec<(i64, u64)>> {
        let (mut reader, mut times) = (NutReader::new(film), Vec::new());
        while let Some(mut frame) = reader.next_frame()? {
            times.push((frame.time, frame.bytes));
            let mut picture = Vec::new();
            let most = frame.bytes.min(1 << 20);
            (&mut frame.data).take(most).read_to_end(&mut picture)?;
        }
        Ok(times)
    }

    #[test]
    fn frames_have_their_times() {
        let second = 1_000_000_000;
        let found = times(FILM).unwrap();
        assert_eq!(found, [(second, 6), (second + 40_000_000, 6), (second + 120_000_000, 6)]);
        let cuts = (0..FILM.len()).map(|end| times(&FILM[..end]).unwrap().len());
        assert_eq!(cuts.max(), Some(3));
    }

    proptest! {
        #[test]
        fn no_byte_does_harm(
            changes in proptest::collection::vec((0..FILM.len(), any::<u8>()), 1..6),
            tail in proptest::collection::vec(any::<u8>(), 0..64),
        ) {
            let mut film = FILM.to_vec();
            changes.into_iter().for_each(|(at, value)| film[at] = value);
            film.extend(tail);
            let _ = times(&film);
        }
    }
}
