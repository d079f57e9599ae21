//! Deinterlaces streams.
//!
//! The first field is kept as it is. A row of the other one is kept where it and its neighbours
//! are unchanged since the previous frame, and limited to the range of its neighbours (the median
//! of the three) elsewhere, so that moving edges show no combs.

use backlot_media::PlaneMut;

/// Values that differ by less are unchanged.
const STILL: u8 = 10;

/// Which field was taken first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum First {
    /// The even rows.
    Upper,
    /// The odd rows.
    Lower,
}

impl First {
    const fn row(self) -> usize {
        match self {
            Self::Upper => 0,
            Self::Lower => 1,
        }
    }
}

/// Removes the combs from frames, and keeps the previous frame.
#[derive(Debug, Default)]
pub(super) struct Fields {
    /// The planes of the previous frame, as read.
    before: [Vec<u8>; 3],
    /// A plane as read.
    plane: Vec<u8>,
}

impl Fields {
    /// Deinterlaces plane `index` of a frame. `first` is the field to keep; a progressive frame is
    /// only remembered.
    pub fn join(&mut self, index: usize, first: Option<First>, plane: &mut PlaneMut<'_>) {
        self.plane.clear();
        for y in 0..plane.height() {
            self.plane.extend_from_slice(plane.row(y));
        }
        let before = &mut self.before[index];
        if let Some(first) = first {
            let (width, height) = (plane.width(), plane.height());
            let earlier = (before.len() == self.plane.len()).then_some(&before[..]);
            for y in (1 - first.row()..height).step_by(2).filter(|_| height > 1) {
                let above = if y > 0 { y - 1 } else { y + 1 };
                let below = if y + 1 < height { y + 1 } else { y - 1 };
                let rows = [y, above, below];
                let part = |plane| rows.map(|y| row(plane, y, width));
                let (now, before) = (part(&self.plane), earlier.map(part));
                join_row(now, before, plane.row_mut(y));
            }
        }
        std::mem::swap(before, &mut self.plane);
    }
}

fn row(plane: &[u8], y: usize, width: usize) -> &[u8] {
    &plane[y * width..][..width]
}

/// A row, the ones above and below, now and in the previous frame.
fn join_row(now: [&[u8]; 3], before: Option<[&[u8]; 3]>, out: &mut [u8]) {
    for (x, value) in out.iter_mut().enumerate() {
        let near = |then: [&[u8]; 3]| (0..3).all(|i| now[i][x].abs_diff(then[i][x]) < STILL);
        if !before.is_some_and(near) {
            let (above, below) = (now[1][x], now[2][x]);
            *value = now[0][x].clamp(above.min(below), above.max(below));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(fields: &mut Fields, first: First, rows: [u8; 6]) -> [u8; 6] {
        let mut bytes: Vec<u8> = rows.iter().flat_map(|&value| [value; 3]).collect();
        fields.join(0, Some(first), &mut PlaneMut::packed(&mut bytes, 3, 6));
        std::array::from_fn(|y| bytes[3 * y])
    }

    #[test]
    fn combs_go_and_what_stands_still_stays() {
        let comb = [10, 200, 10, 200, 10, 200];
        let mut fields = Fields::default();
        assert_eq!(joined(&mut fields, First::Upper, comb), [10; 6]);
        assert_eq!(joined(&mut fields, First::Upper, comb), comb, "it did not move");
        assert_eq!(joined(&mut fields, First::Upper, [200, 10, 200, 10, 200, 10]), [200; 6]);
        assert_eq!(joined(&mut Fields::default(), First::Lower, comb), [200; 6]);
    }

    #[test]
    fn a_plane_of_one_row_or_none_has_no_fields() {
        for height in [0, 1] {
            let mut bytes = vec![7; 3 * height];
            let mut plane = PlaneMut::packed(&mut bytes, 3, height);
            Fields::default().join(1, Some(First::Lower), &mut plane);
            assert_eq!(bytes, vec![7; 3 * height]);
        }
    }
}
