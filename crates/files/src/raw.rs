//! Frames as tightly packed planes in a stream of bytes.

use backlot_media::{Frame, PlaneMut, Rect, Size};
use std::io::{self, Read, Write};

/// Reads one packed I420 picture of `window`'s size into that rectangle of `frame`, whose left and
/// top are even. Returns `false` if the stream ends before the picture does.
pub(crate) fn read_frame(
    stream: &mut impl Read,
    frame: &mut Frame,
    window: Rect,
) -> io::Result<bool> {
    for (index, mut plane) in frame.yuv_mut().into_iter().enumerate() {
        if !read_plane(stream, &mut plane, part(window, index))? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The rectangle of I420 plane `index` that belongs to a rectangle of the picture.
fn part(window: Rect, index: usize) -> Rect {
    if index == 0 {
        return window;
    }
    let (x, y) = (window.x / 2, window.y / 2);
    Rect { x, y, width: window.width.div_ceil(2), height: window.height.div_ceil(2) }
}

pub(crate) fn read_plane(
    stream: &mut impl Read,
    plane: &mut PlaneMut<'_>,
    window: Rect,
) -> io::Result<bool> {
    let [x, y, width, height] =
        [window.x, window.y, window.width, window.height].map(|v| v as usize);
    if width == plane.stride() && x == 0 {
        return read_full(stream, &mut plane.data_mut()[y * width..][..width * height]);
    }
    for row in y..y + height {
        if !read_full(stream, &mut plane.row_mut(row)[x..][..width])? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn read_full(stream: &mut impl Read, bytes: &mut [u8]) -> io::Result<bool> {
    match stream.read_exact(bytes) {
        Ok(()) => Ok(true),
        Err(e) if e.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
        Err(e) => Err(e),
    }
}

/// Writes the planes of an I420 frame as those of a picture of `size`, which may have one column
/// or row more than the frame: the last one is repeated. (An odd size and the next even one have
/// the same chroma.)
pub(crate) fn write_frame(stream: &mut impl Write, frame: &Frame, size: Size) -> io::Result<()> {
    let [luma, u, v] = frame.yuv();
    let more = (size.width - frame.size().width) as usize;
    for row in luma.rows().chain((frame.size().height < size.height).then(|| last(luma))) {
        stream.write_all(row)?;
        stream.write_all(&row[row.len() - more..])?;
    }
    [u, v].into_iter().flat_map(|plane| plane.rows()).try_for_each(|row| stream.write_all(row))
}

fn last(plane: backlot_media::Plane<'_>) -> &[u8] {
    plane.row(plane.height() - 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use backlot_media::PixelFormat;

    #[test]
    fn a_picture_lands_in_its_window() {
        let mut frame = Frame::new(PixelFormat::I420, Size::new(8, 6).unwrap());
        let bytes: Vec<u8> = (1..=3 * 3 + 2 * 2 * 2).collect();
        let window = Rect { x: 2, y: 2, width: 3, height: 3 };
        assert!(read_frame(&mut &bytes[..], &mut frame, window).unwrap());
        assert_eq!(frame.plane(0).row(2), [0, 0, 1, 2, 3, 0, 0, 0]);
        assert_eq!(frame.plane(1).row(1), [0, 10, 11, 0]);
        assert_eq!(frame.plane(2).row(2), [0, 16, 17, 0]);
        assert!(!read_frame(&mut &bytes[..16], &mut frame, window).unwrap());
    }

    #[test]
    fn odd_sizes_get_one_more_column_and_row() {
        let mut frame = Frame::new(PixelFormat::I420, Size::new(3, 1).unwrap());
        frame.fill_from_packed(&[1, 2, 3, 4, 5, 6, 7]).unwrap();
        let mut bytes = Vec::new();
        write_frame(&mut bytes, &frame, frame.size().rounded_to_even()).unwrap();
        assert_eq!(bytes, [1, 2, 3, 3, 1, 2, 3, 3, 4, 5, 6, 7]);
        bytes.clear();
        write_frame(&mut bytes, &frame, frame.size()).unwrap();
        assert_eq!(bytes, [1, 2, 3, 4, 5, 6, 7]);
    }
}
