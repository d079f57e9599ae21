//! Reading a stream.

use super::fields::Fields;
use super::header::{Header, Scan, read_line};
use crate::raw::read_plane;
use crate::video::info::matrix_by_size;
use crate::{Damage, FilesError, Intake};
use backlot_kernels::{Level, Scaler};
use backlot_media::{
    ColorSpace, Frame, FramePool, FrameRate, PixelFormat, PlaneMut, Rect, Size, Source, StreamError,
};
use std::io::Read;

/// The name in reports of damage.
const STREAM: &str = "standard input";

/// Frames that may be in use at a time without new memory.
const POOLED: usize = 4;

/// Frames of a Y4M stream, as I420. 4:2:0 is unchanged; the chroma of 4:2:2 and 4:4:4 is averaged;
/// mono gets grey chroma. The range is the stream's. Pixels are made square, and interlaced frames
/// are deinterlaced.
#[derive(Debug)]
pub struct Y4mSource<R> {
    stream: R,
    header: Header,
    color: ColorSpace,
    pool: FramePool,
    /// A chroma plane that is to be averaged.
    fine: Vec<u8>,
    line: Vec<u8>,
    /// For interlaced frames.
    fields: Option<Fields>,
    /// For pixels that are not square.
    square: Option<(Scaler, FramePool)>,
    next: u64,
    /// Whether the stream is cut short.
    is_cut: bool,
    intake: Intake,
}

/// The memory of the frames of a stream that are in use at a time.
fn bytes_held(header: &Header) -> u64 {
    let frame = |size: Size| size.pixels() as u64 * 3 / 2;
    let pooled = POOLED as u64;
    let Header { stored, shown, scan, chroma, .. } = *header;
    let square = if stored == shown { 0 } else { pooled * frame(shown) };
    let fine = chroma.sub().filter(|sub| *sub != (2, 2));
    let fine = fine.map_or(0, |sub| bytes_of_plane(stored, sub) as u64);
    // The previous frame is kept, and a plane as read.
    let fields = if scan == Scan::Whole { 0 } else { 2 * frame(stored) };
    pooled * frame(stored) + square + fine + fields
}

impl<R: Read> Y4mSource<R> {
    /// Reads the stream's first line.
    ///
    /// # Errors
    /// One sentence when it is not a Y4M stream, or its size or pixels are not supported.
    pub fn open(mut stream: R, intake: &Intake) -> Result<Self, FilesError> {
        let header = Header::read(&mut stream)?;
        let Header { stored, shown, scan, .. } = header;
        intake.budget.check(STREAM.as_ref(), bytes_held(&header))?;
        let square = (stored != shown).then(|| {
            let pool = FramePool::new(PixelFormat::I420, shown, POOLED);
            (Scaler::new(stored, shown, Level::best()), pool)
        });
        // A stream can't state its matrix.
        let matrix = matrix_by_size(header.stored);
        let fine = match header.chroma.sub() {
            None | Some((2, 2)) => 0,
            Some(sub) => bytes_of_plane(header.stored, sub),
        };
        Ok(Self {
            stream,
            header,
            color: ColorSpace { matrix, range: header.range },
            pool: FramePool::new(PixelFormat::I420, header.stored, POOLED),
            fine: vec![0; fine],
            line: Vec::with_capacity(64),
            fields: (scan != Scan::Whole).then(Fields::default),
            square,
            next: 0,
            is_cut: false,
            intake: intake.clone(),
        })
    }

    /// The next frame, or `None` at the end. A stream that is cut short in a frame ends before
    /// it, which is reported as damage.
    ///
    /// # Errors
    /// When a frame does not begin where it should, or reading fails.
    pub fn next_y4m_frame(&mut self) -> Result<Option<Frame>, FilesError> {
        if self.is_cut || !read_line(&mut self.stream, &mut self.line)? {
            return Ok(None);
        }
        if self.line != b"FRAME" && !self.line.starts_with(b"FRAME ") {
            let number = self.next + 1;
            return Err(FilesError::Y4m(format!("frame {number} does not begin with FRAME")));
        }
        let mut frame = self.pool.take();
        if !self.read_planes(&mut frame)? {
            self.is_cut = true;
            let why = format!("it ends in its frame {}", self.next + 1);
            self.intake.note(Damage { path: STREAM.into(), why })?;
            return Ok(None);
        }
        if let Some((scaler, pool)) = &mut self.square {
            let mut whole = pool.take();
            scaler.run(&frame, &mut whole);
            frame = whole;
        }
        frame.color = self.color;
        frame.time = self.header.rate.time_of(self.next);
        frame.sequence = self.next;
        self.next += 1;
        Ok(Some(frame))
    }

    fn read_planes(&mut self, frame: &mut Frame) -> Result<bool, FilesError> {
        let Header { stored: size, chroma, scan, .. } = self.header;
        let first = scan.first_field(self.line.get(b"FRAME".len()..).unwrap_or_default());
        let Self { stream, fields, fine, .. } = self;
        let mut read = |index: usize, plane: &mut PlaneMut<'_>| -> Result<bool, FilesError> {
            let (width, height) = (plane.width() as u32, plane.height() as u32);
            let whole = Rect { x: 0, y: 0, width, height };
            let is_there = read_plane(stream, plane, whole).map_err(FilesError::Pipe)?;
            if let (true, Some(fields)) = (is_there, fields.as_mut()) {
                fields.join(index, first, plane);
            }
            Ok(is_there)
        };
        for (index, mut plane) in frame.yuv_mut().into_iter().enumerate() {
            let is_there = match chroma.sub() {
                None if index > 0 => {
                    plane.fill(128);
                    true
                }
                Some((across, 1)) if index > 0 => {
                    let columns = size.width.div_ceil(across);
                    let fine_size = Size { width: columns, height: size.height };
                    let is_there = read(index, &mut fine_size.plane_mut(fine))?;
                    coarsen(fine, columns as usize, (2 / across) as usize, &mut plane);
                    is_there
                }
                _ => read(index, &mut plane)?,
            };
            if !is_there {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

fn bytes_of_plane(size: Size, (across, down): (u32, u32)) -> usize {
    size.width.div_ceil(across) as usize * size.height.div_ceil(down) as usize
}

/// Means of `across` x 2 samples, rounded half up; at odd edges the last sample counts twice.
fn coarsen(fine: &[u8], columns: usize, across: usize, plane: &mut PlaneMut<'_>) {
    let rows = fine.len() / columns;
    for (y, out) in plane.rows_mut().enumerate() {
        let upper = &fine[2 * y * columns..][..columns];
        let lower = &fine[(2 * y + 1).min(rows - 1) * columns..][..columns];
        for (x, value) in out.iter_mut().enumerate() {
            let left = x * across;
            let right = (left + across - 1).min(columns - 1);
            let sum = [upper[left], upper[right], lower[left], lower[right]].map(u32::from);
            *value = ((sum.iter().sum::<u32>() + 2) / 4) as u8;
        }
    }
}

impl<R: Read + Send> Source for Y4mSource<R> {
    fn size(&self) -> Size {
        self.header.shown
    }

    fn color(&self) -> ColorSpace {
        self.color
    }

    fn rate(&self) -> Option<FrameRate> {
        Some(self.header.rate)
    }

    fn frames(&self) -> Option<u64> {
        None
    }

    fn next_frame(&mut self) -> Result<Option<Frame>, StreamError> {
        Ok(self.next_y4m_frame()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Budget;
    use proptest::prelude::*;

    fn frames(bytes: &[u8]) -> Result<Vec<Frame>, FilesError> {
        let mut source = Y4mSource::open(bytes, &Intake::default())?;
        std::iter::from_fn(|| source.next_y4m_frame().transpose()).collect()
    }

    fn stream(head: &str, planes: &[u8]) -> Vec<u8> {
        [b"YUV4MPEG2 ", head.as_bytes(), b"\nFRAME\n", planes].concat()
    }

    fn packed(frame: &Frame) -> Vec<u8> {
        let mut bytes = Vec::new();
        frame.write_packed(&mut bytes);
        bytes
    }

    #[test]
    fn every_kind_of_chroma_becomes_i420() {
        let luma = [1, 2, 3, 4, 5, 6, 7, 8, 9];
        let expect = |chroma: &str, planes: &[u8], expected: &[u8]| {
            let bytes = stream(&format!("W3 H3 F25:1 C{chroma}"), &[&luma[..], planes].concat());
            let found = frames(&bytes).unwrap_or_else(|e| panic!("{chroma}: {e}"));
            assert_eq!(packed(&found[0]), [&luma[..], expected].concat(), "{chroma}");
        };
        expect("420jpeg", &[10, 20, 30, 40, 50, 60, 70, 80], &[10, 20, 30, 40, 50, 60, 70, 80]);
        expect("mono", &[], &[128; 8]);
        let u = [10, 20, 30, 40, 50, 60];
        expect("422", &[u, [7; 6]].concat(), &[20, 30, 50, 60, 7, 7, 7, 7]);
        let u = [10, 20, 30, 40, 50, 60, 70, 80, 90];
        expect("444", &[u, [7; 9]].concat(), &[30, 45, 75, 90, 7, 7, 7, 7]);
    }

    #[test]
    fn a_stream_asks_how_much_it_may_take() {
        let open = |tags: &str, bytes: u64| {
            let intake = Intake { budget: Budget::new(bytes), ..Intake::default() };
            Y4mSource::open(&stream(tags, &[])[..], &intake).map(drop)
        };
        assert!(open("W1000 H1000", 6_000_000).is_ok());
        let error = open("W1000 H1000 C444", 6_000_000).unwrap_err().to_string();
        assert!(error.contains("'standard input' takes 7 MB") && error.contains("--memory"));
    }

    #[test]
    fn a_stream_that_breaks_off_gives_its_whole_frames_and_a_warning() {
        let mut bytes = stream("W2 H2 F25:1", &[1, 2, 3, 4, 5, 6]);
        bytes.extend_from_slice(b"FRAME Ip\n\x01\x02");
        let intake = Intake::default();
        let mut source = Y4mSource::open(&bytes[..], &intake).unwrap();
        assert_eq!(packed(&source.next_y4m_frame().unwrap().unwrap()), [1, 2, 3, 4, 5, 6]);
        assert!(source.next_y4m_frame().unwrap().is_none());
        let damage = intake.report.take();
        assert_eq!(damage.len(), 1);
        assert_eq!(damage[0].why, "it ends in its frame 2");
        let mut bytes = stream("W2 H2", &[1, 2, 3, 4, 5, 6]);
        bytes.extend_from_slice(b"FRAMES\n");
        assert!(frames(&bytes).unwrap_err().to_string().contains("frame 2 does not begin"));
    }

    #[test]
    fn broad_pixels_become_square_and_fields_are_joined() {
        let chroma = [128; 4];
        let bytes = stream("W4 H4 F25:1 A2:1", &[&[40; 16][..], &chroma, &chroma].concat());
        let found = frames(&bytes).unwrap();
        assert_eq!(found[0].size().to_string(), "8x4");
        assert!(found[0].plane(0).rows().all(|row| row == [40; 8]));
        let comb: Vec<u8> = (0..16).map(|i| if i / 4 % 2 == 0 { 40 } else { 200 }).collect();
        for (tags, line, expected) in [
            ("It", "FRAME", 40),
            ("Ib", "FRAME", 200),
            ("Im", "FRAME Ibip", 200),
            ("It C444", "FRAME", 40),
        ] {
            let chroma = [90; 32];
            let chroma = if tags.contains("444") { &chroma[..] } else { &chroma[..8] };
            let head = format!("YUV4MPEG2 W4 H4 F25:1 {tags}\n{line}\n");
            let found = frames(&[head.as_bytes(), &comb, chroma].concat()).unwrap();
            let luma: Vec<_> = found[0].plane(0).rows().flatten().copied().collect();
            assert_eq!(luma, [expected; 16], "{tags}");
            assert!(found[0].plane(1).rows().all(|row| row == [90; 2]), "{tags}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(
            head in "( ?[WHFCAIX]?[0-9a-z:=]{0,6}){0,6}",
            body in prop::collection::vec(any::<u8>(), 0..300),
        ) {
            let _ = frames(&stream(&head, &body));
            let _ = frames(&body);
        }

        #[test]
        fn likely_bytes_are_read_or_refused(
            (width, height) in (0..20_u32, 0..20_u32),
            chroma in prop::sample::select(vec!["420", "422", "444", "mono", "411"]),
            body in prop::collection::vec(any::<u8>(), 0..900),
        ) {
            let _ = frames(&stream(&format!("W{width} H{height} C{chroma}"), &body));
        }
    }
}
