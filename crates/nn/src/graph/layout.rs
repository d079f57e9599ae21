//! Values whose order changes: what RESHAPE and TRANSPOSE make of a tensor, without moving anything.

/// So many steps through a tensor's values, each so long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Digit {
    pub(crate) size: usize,
    pub(crate) stride: usize,
}

/// The order of a tensor's values: each dimension is a number of a few digits, outermost first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Layout {
    dims: Vec<Vec<Digit>>,
}

impl Layout {
    /// The order in which a tensor is stored.
    pub(crate) fn stored(dims: &[usize]) -> Self {
        let mut stride = 1;
        let mut digits: Vec<_> = dims
            .iter()
            .rev()
            .map(|&size| {
                let digit = Digit { size, stride };
                stride *= size;
                vec![digit]
            })
            .collect();
        digits.reverse();
        Self { dims: digits }
    }

    /// With its dimensions in another order; `None` unless `order` names each of them once.
    pub(crate) fn transposed(&self, order: &[i32]) -> Option<Self> {
        let mut seen = vec![false; self.dims.len()];
        let dims = order.iter().map(|at| {
            let at = usize::try_from(*at).ok()?;
            let is_new = !std::mem::replace(seen.get_mut(at)?, true);
            is_new.then(|| self.dims[at].clone())
        });
        let dims = dims.collect::<Option<Vec<_>>>()?;
        (dims.len() == self.dims.len()).then_some(Self { dims })
    }

    /// With the same values in other dimensions; `None` if there are not as many, or if a dimension
    /// would be no number of whole digits.
    pub(crate) fn reshaped(&self, dims: &[usize]) -> Option<Self> {
        let mut digits: Vec<_> = self.digits();
        digits.reverse();
        let mut taken = Vec::with_capacity(dims.len());
        for &size in dims {
            let (mut dim, mut left) = (Vec::new(), size);
            while left > 1 {
                let digit = digits.pop()?;
                let outer = if left.is_multiple_of(digit.size) {
                    digit
                } else if digit.size.is_multiple_of(left) {
                    let inner = digit.size / left;
                    digits.push(Digit { size: inner, ..digit });
                    Digit { size: left, stride: digit.stride * inner }
                } else {
                    return None;
                };
                left /= outer.size;
                dim.push(outer);
            }
            taken.push(dim);
        }
        digits.is_empty().then_some(Self { dims: taken })
    }

    /// Whether these are its dimensions.
    pub(crate) fn has_dims(&self, dims: &[usize]) -> bool {
        let own = self.dims.iter().map(|dim| dim.iter().map(|digit| digit.size).product::<usize>());
        own.eq(dims.iter().copied())
    }

    /// All digits, outermost first; neighbours that are one walk are one digit.
    pub(crate) fn digits(&self) -> Vec<Digit> {
        let mut digits: Vec<Digit> = Vec::new();
        for digit in self.dims.iter().flatten().filter(|digit| digit.size > 1) {
            match digits.last_mut() {
                Some(outer) if outer.stride == digit.size * digit.stride => {
                    *outer = Digit { size: outer.size * digit.size, stride: digit.stride };
                }
                _ => digits.push(*digit),
            }
        }
        digits
    }
}

/// Calls `f` with the place of each run of values that stay together, in order; returns how long
/// a run is.
pub(crate) fn runs(digits: &[Digit], mut f: impl FnMut(usize)) -> usize {
    let (outer, run) = match digits.split_last() {
        Some((last, outer)) if last.stride == 1 => (outer, last.size),
        _ => (digits, 1),
    };
    let count: usize = outer.iter().map(|digit| digit.size).product();
    for index in 0..count {
        let (mut left, mut place) = (index, 0);
        for digit in outer.iter().rev() {
            place += left % digit.size * digit.stride;
            left /= digit.size;
        }
        f(place);
    }
    run
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(layout: &Layout) -> Vec<usize> {
        let digits = layout.digits();
        let mut starts = Vec::new();
        let run = runs(&digits, |place| starts.push(place));
        starts.iter().flat_map(|start| *start..start + run).collect()
    }

    #[test]
    fn blocks_of_pixels_are_unfolded_and_folded_again() {
        // A picture of 4 x 4 pixels with 2 channels in patches of 2 x 2.
        let picture = Layout::stored(&[1, 4, 4, 2]);
        let rows = picture.reshaped(&[2, 2, 2, 4]).unwrap();
        let patches = rows.transposed(&[0, 2, 1, 3]).unwrap();
        let by_patch = patches.reshaped(&[1, 4, 4, 2]).unwrap();
        let by_place = by_patch.transposed(&[0, 2, 1, 3]).unwrap();
        let pixels: Vec<_> = order(&by_place).chunks(2).map(|pair| pair[0] / 2).collect();
        assert_eq!(pixels, [0, 2, 8, 10, 1, 3, 9, 11, 4, 6, 12, 14, 5, 7, 13, 15]);
        let back = by_place.transposed(&[0, 2, 1, 3]).unwrap().reshaped(&[2, 2, 2, 4]).unwrap();
        let back = back.transposed(&[0, 2, 1, 3]).unwrap().reshaped(&[1, 4, 4, 2]).unwrap();
        assert_eq!(order(&back), (0..32).collect::<Vec<_>>());
        assert_eq!(back.digits(), [Digit { size: 32, stride: 1 }]);
    }

    #[test]
    fn what_is_no_order_is_refused() {
        let layout = Layout::stored(&[2, 3, 4]);
        for bad in [&[0, 1][..], &[0, 1, 1], &[0, 1, 3], &[-1, 0, 1], &[0, 1, 2, 0]] {
            assert_eq!(layout.transposed(bad), None, "{bad:?}");
        }
        for bad in [&[2, 3][..], &[25], &[2, 3, 5], &[1, 48]] {
            assert_eq!(layout.reshaped(bad), None, "{bad:?}");
        }
        // Steps of three through what is stored in fours.
        let mixed = layout.transposed(&[2, 1, 0]).unwrap();
        assert_eq!(mixed.reshaped(&[3, 8]), None);
        assert_eq!(order(&Layout::stored(&[1, 1])), [0]);
    }
}
