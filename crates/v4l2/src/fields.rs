//! Interlaced pictures: makes whole ones from their two fields, or from one.
//!
//! A television camera takes the even rows a moment before the odd ones, or after them, so
//! everything that moves has combed edges. One field stays as it is. Each row of the other becomes
//! the median of itself and the rows above and below it, which keeps still parts sharp. Where
//! fields come one by one, the missing rows are the mean of their neighbours.

use backlot_media::{PlaneShape, Size};

/// How a driver delivers fields: its `V4L2_FIELD_*`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fields {
    /// Both fields' rows in turn; the lower field (the odd rows) is the later one if true.
    Woven { lower_is_later: bool },
    /// One field behind the other in memory; the upper one first if true.
    Stacked { upper_first: bool },
    /// A picture is one field: always the upper one, the lower one, or each in turn.
    Single { which: Option<Half> },
}

/// One of a picture's two fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Half {
    /// Rows 0, 2, 4 and so on.
    Upper,
    /// Rows 1, 3, 5 and so on.
    Lower,
}

const TOP: u32 = 2;
const BOTTOM: u32 = 3;

impl Half {
    /// The field that the driver reports for a single picture; the upper one if it reports nothing
    /// useful.
    pub const fn of(field: u32) -> Self {
        if field == BOTTOM { Self::Lower } else { Self::Upper }
    }

    const fn first_row(self) -> usize {
        match self {
            Self::Upper => 0,
            Self::Lower => 1,
        }
    }
}

impl Fields {
    /// The meaning of a format's `field`; `None` if its pictures are whole.
    pub const fn of(field: u32) -> Option<Self> {
        Some(match field {
            TOP => Self::Single { which: Some(Half::Upper) },
            BOTTOM => Self::Single { which: Some(Half::Lower) },
            // Without an order: that of most standards.
            4 | 8 => Self::Woven { lower_is_later: true },
            5 => Self::Stacked { upper_first: true },
            6 => Self::Stacked { upper_first: false },
            7 => Self::Single { which: None },
            9 => Self::Woven { lower_is_later: false },
            _ => return None,
        })
    }

    /// The size of whole pictures, where the driver's have this size.
    pub const fn whole(self, size: Size) -> Size {
        match self {
            Self::Single { .. } => Size { width: size.width, height: 2 * size.height },
            _ => size,
        }
    }

    /// Makes a whole picture, whose planes follow each other without gaps. `planes` are those of
    /// the driver's pictures, the first with rows `stride` bytes apart; `field` is what the driver
    /// reports for this picture. `None` if the bytes are too few.
    pub fn weave(
        self,
        bytes: &[u8],
        (planes, stride): (&[PlaneShape], usize),
        field: u32,
        whole: &mut Vec<u8>,
    ) -> Option<()> {
        let factor = if matches!(self, Self::Single { .. }) { 2 } else { 1 };
        whole.resize(factor * bytes.len(), 0);
        let luma = planes.first()?.row_bytes.max(1);
        let (mut from, mut to) = (bytes, &mut whole[..]);
        for shape in planes {
            let stride = stride * shape.row_bytes / luma;
            let (plane, rest) = from.split_at_checked(stride * shape.rows)?;
            let (out, behind) =
                std::mem::take(&mut to).split_at_mut_checked(factor * plane.len())?;
            if plane.is_empty() {
                return None;
            }
            self.weave_plane(plane, stride, field, out);
            (from, to) = (rest, behind);
        }
        Some(())
    }

    fn weave_plane(self, plane: &[u8], stride: usize, field: u32, out: &mut [u8]) {
        let rows = plane.len() / stride;
        match self {
            Self::Woven { lower_is_later } => {
                let kept = if lower_is_later { Half::Lower } else { Half::Upper };
                smooth(|y| row(plane, y, stride), rows, kept, stride, out);
            }
            Self::Stacked { upper_first } => {
                // The upper field has the middle row, where their number is odd.
                let (upper, lower) = (rows.div_ceil(2), rows / 2);
                let start = |y: usize| match (y.is_multiple_of(2), upper_first) {
                    (true, true) => 0,
                    (true, false) => lower,
                    (false, true) => upper,
                    (false, false) => 0,
                };
                let kept = if upper_first { Half::Lower } else { Half::Upper };
                smooth(|y| row(plane, start(y) + y / 2, stride), rows, kept, stride, out);
            }
            Self::Single { which } => {
                let half = which.unwrap_or(Half::of(field));
                double(plane, rows, half, stride, out);
            }
        }
    }
}

fn row(plane: &[u8], y: usize, stride: usize) -> &[u8] {
    &plane[y * stride..][..stride]
}

/// Writes the rows in their order: those of the kept field as they are, the others as medians with
/// their neighbours.
fn smooth<'a>(
    source: impl Fn(usize) -> &'a [u8],
    rows: usize,
    kept: Half,
    stride: usize,
    out: &mut [u8],
) {
    for (y, target) in out.chunks_exact_mut(stride).enumerate() {
        target.copy_from_slice(source(y));
        if y % 2 == kept.first_row() || rows < 2 {
            continue;
        }
        let above = source(if y > 0 { y - 1 } else { y + 1 });
        let below = source(if y + 1 < rows { y + 1 } else { y - 1 });
        for ((value, &above), &below) in target.iter_mut().zip(above).zip(below) {
            *value = (*value).clamp(above.min(below), above.max(below));
        }
    }
}

/// Writes a field's rows, and between them their means.
fn double(plane: &[u8], rows: usize, half: Half, stride: usize, out: &mut [u8]) {
    for (y, target) in out.chunks_exact_mut(stride).enumerate() {
        let first = half.first_row();
        if y % 2 == first {
            target.copy_from_slice(row(plane, y / 2, stride));
            continue;
        }
        // Rows of the field above and below; at the edges there is only one.
        let below = (y + 1 - first) / 2;
        let above = row(plane, below.saturating_sub(1), stride);
        let below = row(plane, below.min(rows - 1), stride);
        for ((value, &above), &below) in target.iter_mut().zip(above).zip(below) {
            *value = above.midpoint(below);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use backlot_media::PixelFormat;

    const SIZE: Size = Size { width: 8, height: 8 };

    /// Eight rows of a grey picture, of these values.
    fn rows(values: [u8; 8]) -> Vec<u8> {
        values.iter().flat_map(|&v| [v; 8]).collect()
    }

    fn woven(fields: Fields, bytes: &[u8], size: Size, field: u32) -> Vec<u8> {
        let mut whole = Vec::new();
        let planes = PixelFormat::Gray8.planes(size);
        fields.weave(bytes, (&planes, 8), field, &mut whole).unwrap();
        whole.chunks(8).map(|row| row[3]).collect()
    }

    #[test]
    fn every_order_of_fields_has_a_meaning() {
        assert!([0, 1, 10, 99].iter().all(|&field| Fields::of(field).is_none()));
        assert!((2..=9).all(|field| Fields::of(field).is_some()));
        assert_eq!(Fields::of(7).map(|f| f.whole(SIZE).height), Some(16));
        assert_eq!(Fields::of(4).map(|f| f.whole(SIZE).height), Some(8));
    }

    #[test]
    fn combs_go_and_still_parts_stay() {
        let comb = rows([10, 200, 10, 200, 10, 200, 10, 200]);
        let slope = rows([10, 20, 30, 40, 50, 60, 70, 80]);
        let of = |field| Fields::of(field).unwrap();
        assert_eq!(woven(of(4), &comb, SIZE, 1), [200; 8]);
        assert_eq!(woven(of(8), &comb, SIZE, 1), [200; 8]);
        assert_eq!(woven(of(9), &comb, SIZE, 1), [10; 8]);
        assert_eq!(woven(of(8), &slope, SIZE, 1)[1..], [20, 30, 40, 50, 60, 70, 80]);
        assert_eq!(woven(of(9), &slope, SIZE, 1)[..7], [10, 20, 30, 40, 50, 60, 70]);
    }

    #[test]
    fn stacked_fields_are_put_in_their_order() {
        let upper_first = rows([10, 30, 50, 70, 20, 40, 60, 80]);
        let lower_first = rows([20, 40, 60, 80, 10, 30, 50, 70]);
        let of = |field| Fields::of(field).unwrap();
        let whole = [20, 20, 30, 40, 50, 60, 70, 80];
        assert_eq!(woven(of(5), &upper_first, SIZE, 1), whole);
        let whole = [10, 20, 30, 40, 50, 60, 70, 70];
        assert_eq!(woven(of(6), &lower_first, SIZE, 1), whole);
        // An odd number of rows: the upper field has one more.
        let odd = Size { width: 8, height: 5 };
        let five: Vec<u8> = [10, 30, 50, 20, 40].iter().flat_map(|&v| [v; 8]).collect();
        assert_eq!(woven(of(5), &five, odd, 1), [20, 20, 30, 40, 40]);
    }

    #[test]
    fn single_fields_are_doubled_where_they_belong() {
        let half = Size { width: 8, height: 4 };
        let field = &rows([10, 20, 30, 40, 0, 0, 0, 0])[..32];
        let of = |field| Fields::of(field).unwrap();
        assert_eq!(woven(of(2), field, half, 1), [10, 15, 20, 25, 30, 35, 40, 40]);
        assert_eq!(woven(of(3), field, half, 1), [10, 10, 15, 20, 25, 30, 35, 40]);
        assert_eq!(woven(of(7), field, half, TOP), [10, 15, 20, 25, 30, 35, 40, 40]);
        assert_eq!(woven(of(7), field, half, BOTTOM), [10, 10, 15, 20, 25, 30, 35, 40]);
    }

    #[test]
    fn every_format_keeps_its_colours() {
        for (format, stride) in [
            (PixelFormat::Yuyv, 16),
            (PixelFormat::Nv12, 8),
            (PixelFormat::I420, 8),
            (PixelFormat::I422, 8),
            (PixelFormat::Rgb24, 24),
        ] {
            let mut bytes: Vec<u8> = Vec::new();
            let planes = format.planes(SIZE);
            for (index, shape) in planes.iter().enumerate() {
                let length = shape.rows * stride * shape.row_bytes / planes[0].row_bytes;
                bytes.resize(bytes.len() + length, 50 + 50 * index as u8);
            }
            for field in 2..=9 {
                let fields = Fields::of(field).unwrap();
                let mut whole = Vec::new();
                fields.weave(&bytes, (&planes, stride), TOP, &mut whole).unwrap();
                let factor = whole.len() / bytes.len();
                let spread: Vec<u8> = bytes.iter().flat_map(|&b| vec![b; factor]).collect();
                assert_eq!(whole, spread, "{format} {field}");
                assert!(fields.weave(&bytes[1..], (&planes, stride), TOP, &mut whole).is_none());
            }
        }
    }
}
